"""Words by which remarks say that two names stand for one object, or for one memory."""

from __future__ import annotations

import re

from assistant.verify.sites.event_words import FILL, NAME

_ONE = (
    r"(?P<one>(?:(?:exactly |just |now |still |literally |all )*(?:one(?: and the same| single)?"
    r"|the (?:very )?same|a single)"
    r"(?: \w+)? (?:objects?|tensors?|lists?|parameters?(?: objects?)?|things?|modules?|arrays?"
    r"|dicts?|instances?"
    r"|buffer|storage|memory)))"
)
_TWO = (
    r"(?P<two>(?:now |still |clearly |really )*(?:not (?:(?:one and )?the (?:very )?same"
    r"|one)(?: \w+)? (?:objects?|tensors?|lists?"
    r"|parameters?|things?|modules?|arrays?|dicts?|instances?)|(?:two |2 )?(?:different|distinct"
    r"|separate|independent)"
    r"(?: \w+)? (?:objects|tensors|lists|parameters|things|modules|arrays|dicts|instances)"
    r"|two (?:objects|tensors|lists|things)))"
)
PAIR = re.compile(
    rf"{FILL}(?:both )?(?P<a>{NAME}) and (?P<b>{NAME})(?: now| still| both)* (?:are|name|refer to"
    rf"|point to|share|mean|remain"
    rf"|hold)(?: now| still)* (?:{_ONE}|{_TWO})",
    re.IGNORECASE,
)
IS = re.compile(
    rf"{FILL}(?P<a>{NAME})(?: itself)? is (?P<not>not )?(?:(?:exactly |literally "
    rf"|just )?(?:the (?:very )?same (?:object|tensor|list|thing|array"
    rf"|dict|module) as |(?:just )?another name (?:for|of) |an alias (?:for"
    rf"|of) )?)?(?P<b>{NAME})(?: itself)?",
    re.IGNORECASE,
)
AS = re.compile(
    rf"{FILL}(?:is |are )?(?P<not>not )?(?:(?:the )?(?:very |exact )?same (?:object|tensor|list"
    rf"|thing|array|dict|module|parameter) as"
    rf"|(?:just |only )?(?:another|a second|a new|one more|a further) (?:name|reference"
    rf"|label) (?:for|of|to)|an? alias (?:for|of)"
    rf"|(?:now )?tied (?:to|with)) (?:the )?(?P<b>{NAME})(?: itself)?",
    re.IGNORECASE,
)
TIED = re.compile(
    rf"{FILL}(?:(?:are |is )?(?:now )?(?:the |both )?(?:weights? )?tied(?: weights?| together)?"
    rf"|weight tying|{_ONE}(?:,? (?:with )?(?:two|2|three) (?:names|owners|references|handles"
    rf"|users)"
    r"| (?:under|with|for) two names)?"
    r"|(?:both |the two |these )?(?:layers|modules|names|variables)? ?(?:now |both )?(?:share|have"
    r"|hold|use|point to|refer to) (?:one|a single|the same) (?:parameter|tensor|weights?|object"
    r"|weight tensor|list|matrix)|shared (?:weights?|parameters?))",
    re.IGNORECASE,
)
ONE_MEMORY = re.compile(
    rf"{FILL}(?:(?:two|2) (?:names|owners|references|handles)(?: (?:for|to|of) (?:one|the same"
    r"|a single) \w+)?|no copy(?: is made)?|nothing is (?:copied|moved)|without (?:a copy|copying)"
    r"|no (?:data|memory|elements?|numbers|values) (?:is|are|gets?) (?:copied|moved|touched)"
    r"|zero[- ]copy"
    r"|(?:one|the same|a single) (?:buffer|storage|memory)(?: for both| under two names)?"
    r"|(?:just |only )?(?:another|a second|a new) (?:name|reference|label)|(?:just "
    r"|only )?an? alias)",
    re.IGNORECASE,
)
VIEW = re.compile(
    rf"(?:-+> ?|→ ?)?{FILL}(?:\w+ (?:returns?|gives?|makes?) )?"
    r"(?:are |is |all |both |each |a |an |the |just "
    rf"|only |merely )*(?:views?"
    r"(?: (?:of|into|on) (?:the |its |one |a single )*(?:same |original |whole |input |source )*"
    r"(?:memory|storage|original|input|source|tensor|buffer|data|array|matrix|one)?|(?: (?:of"
    r"|into|on) (?P<of>[^\W\d]\w*))?)"
    r"|shar(?:es?|ing) (?:the |its |their |one )*(?:same )?(?:memory|storage|data|buffer)"
    r"(?: with (?:the )?(?:original|input|source|tensor))?|no copy(?: is made)?|nothing is copied"
    r"|no (?:data|elements?|numbers|values) (?:is|are|gets?) (?:copied|moved)"
    r"|no (?:new |extra )?memory (?:is )?(?:allocated|needed|copied)(?: for [\w ]{1,20})?"
    r"|zero[- ]copy|(?:one|the same|same) (?:memory|storage|buffer))",
    re.IGNORECASE,
)
COPY = re.compile(
    rf"{FILL}(?:\w+ (?:returns?|gives?|makes?) )?(?:are |is |all |both |each |makes "
    rf"|made )*(?:(?:an? )?(?:real |true |full |fresh "
    r"|new )?cop(?:y|ies)(?: of the (?:data|original|input|whole))?"
    r"|(?:own|owns|with|has|have|gets?|in)* ?(?:its|their)? ?(?:own|new|fresh|separate) (?:memory"
    r"|storage|buffer|data)|shar(?:es?|ing) no(?:thing| memory| storage)(?: with .{1,20})?"
    r"|(?:no longer|not) (?:a )?views?|(?:does|do) not share (?:memory|storage)"
    r"(?: with (?:the )?(?:original|input|source))?)",
    re.IGNORECASE,
)
INDEPENDENT = re.compile(
    rf"{FILL}(?:(?:an? |is |are |all )*(?:fully |completely |entirely |totally |truly |wholly )?"
    rf"independent(?: copy| clone| list| object| tensor| module| model)?"
    rf"(?: (?:of|from) (?:the )?(?P<b>{NAME}))?"
    r"|(?:an? )?(?:deep |full |true |real )?(?:copy|clone)?,? ?(?:that |which )?shares nothing"
    r"(?: at all| with (?:the )?(?:original|source|other|input|\w+))?"
    r"|nothing is shared|no (?:shared|common) (?:state|objects|memory))",
    re.IGNORECASE,
)
SHARES_WITH = re.compile(
    rf"{FILL}(?P<not>(?:does|do) not )?shares?(?: its| the| their)?(?: \w+)? with (?:the )?"
    rf"(?P<b>{NAME})",
    re.IGNORECASE,
)
UNTIED = re.compile(
    rf"{FILL}(?:is |are )?(?:{_TWO}|not the same (?:object|tensor|list|thing))", re.IGNORECASE
)
NEW = re.compile(
    rf"{FILL}(?:is |makes |creates |builds )?an? (?:brand[- ])?(?:new|fresh|separate|different"
    rf"|second|distinct)"
    r" (?:list|dict|dictionary|set|object|array|module|model)(?: object)?",
    re.IGNORECASE,
)
