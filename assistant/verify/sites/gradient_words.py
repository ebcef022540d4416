"""Words by which remarks say what becomes of gradients in a statement."""

from __future__ import annotations

import re

from assistant.verify.sites.event_words import ALIKE, FILL, NAME, NOT

_GRAD = (
    r"(?:\.?grad(?:ient)?s?|\.grad (?:fields?|attributes?|buffers?)|grad(?:ient)? (?:fields?"
    r"|buffers?))"
)
FILLS = re.compile(
    rf"{FILL}(?:fills|populates|writes|computes|puts|stores|deposits)(?: in| into"
    rf"| to)*(?: the| all| all the"
    rf"| every| their| each)*"
    rf"(?: gradients? (?:in|into|to|for))? (?:(?P<owner>{NAME})\.grad|(?:the |every )?{_GRAD})"
    rf"(?P<of>(?:s)?(?: (?:of|for|on|in) (?:the |both |all |each |every )*(?P<names>[\w., ]+?))?)",
    re.IGNORECASE,
)
FILLS_NONE = re.compile(
    rf"{FILL}(?:(?:fills?|touches|writes?|sets?|populates?|changes|creates?|leaves) no {_GRAD}"
    rf"(?: at all| anywhere| of \w+)?"
    rf"|(?:{NOT}|without) (?:fill|touch|writ|chang|set|populat|accumulat|modif)(?:e|y|s|es|ing"
    rf"|ting|ying)?"
    rf"(?: in| into| to)*(?: any| the)? {_GRAD}(?: fields?| at all)?"
    rf"|no {_GRAD} (?:is|are|gets?) (?:filled|touched|written|set|populated|changed)"
    rf"|leaves (?:the |all |every |each )*{_GRAD} (?:{ALIKE}|empty|at None|None)"
    rf"|{_GRAD} (?:stays?|remains?|is left)"
    rf" (?:untouched|unchanged|alone|as it was))",
    re.IGNORECASE,
)
# As in `six tensors`, of which the gradients are filled.
SO_MANY = re.compile(
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
    r" (?:tensors?|parameters?|params?|leaves|leaf|weights?)",
    re.IGNORECASE,
)
CLEARS = re.compile(
    rf"{FILL}(?:clears|resets|wipes|empties|drops|erases|removes|forgets|throws away"
    rf"|discards)(?: out| away)?"
    rf"(?: all| the| old| every| both| stale| accumulated| previous| of)* {_GRAD}(?: (?:of|on|for"
    rf"|from) .{{1,40}})?",
    re.IGNORECASE,
)
TO_NONE = re.compile(
    rf"{FILL}(?:(?:sets?|resets?|puts?|turns?|leaves)(?: all| the| every| each"
    rf"| both)* {_GRAD}(?: of \w+)? (?:back )?"
    rf"(?:to |at )?None(?: again)?"
    rf"|(?:all |the |every |each |both )*{_GRAD}(?: are| is| becomes?| gets?)(?: all| now| set"
    rf"| reset| back| again)*"
    r"(?: to)? None(?: again| now)?)",
    re.IGNORECASE,
)
WITH_ZEROS = re.compile(
    rf"{FILL}(?:fills?|overwrites)(?: all| the| every| each| both)* {_GRAD} with"
    r" (?:0s?|zeros?|zeroes)",
    re.IGNORECASE,
)
TO_ZERO = re.compile(
    rf"{FILL}(?:(?:sets?|resets?)(?: all| the| every| each"
    rf"| both)* {_GRAD}(?: of \w+)? (?:back )?to "
    rf"(?:0s?|zeros?|zeroes)(?: again)?|(?:zeros|zeroes|nulls)(?: out)?(?: all| the| every| each"
    rf"| both| old)* {_GRAD}"
    rf"|(?:all |the |every |each |both )*{_GRAD}(?: are| is| becomes?| gets?)(?: all| now| set"
    rf"| reset| back"
    r"| again| filled)*(?: to| with)? (?:0s?|zeros?|zeroes)(?: again| now)?)",
    re.IGNORECASE,
)
ACCUMULATES = re.compile(
    rf"{FILL}(?:(?:the )?{_GRAD} accumulates?(?: (?:in)?to .{{1,30}}| again| across .{{1,30}}"
    rf"| over .{{1,30}})?"
    rf"|accumulates?(?: the)? {_GRAD}(?: (?:in|into) .{{1,30}})?"
    rf"|(?:accumulates?|adds?|added|sums?)(?: on)?(?: in)?(?: ?to| onto| into)"
    rf"(?: the| its| what is in| existing| old| previous)* ?{_GRAD})",
    re.IGNORECASE,
)
FREEZES = re.compile(
    rf"{FILL}(?P<un>un|re-?)?(?:freez|thaw)(?:es|s|ing)(?: up)? (?P<what>everything|all|it"
    rf"|(?:(?:the |all |whole |entire |"
    rf"complete |its )*(?:model|network|net|module|layer|backbone|parameters|weights|layers|body"
    rf"|encoder"
    rf"|head))|{NAME})(?: completely| entirely)?",
    re.IGNORECASE,
)
