"""Words by which remarks say that a statement changes an object, keeps it, or works in place."""

from __future__ import annotations

import re

NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*|\[[\d:, -]+\])*"
_NOUNS = (
    r"running (?:statistics|stats|averages|estimates|mean and (?:running )?var\w*)|batch statistics"
    r"|(?:original|input|source|first|given|whole|old) (?:tensor|list|array|dict|module|model"
    r"|object)"
    r"|weights? and bias(?:es)?|\.grad|(?:module|model|layer|network)'s (?:weights|parameters)"
)
SUBJECT = (
    rf"(?:(?:the|its|their|your|all|all the) )?(?P<subject>{_NOUNS}|{NAME})(?:'s)?"
    r"(?: (?:values?|contents?|data|elements|entries))?"
)
OWN = r"(?:(?: itself| alone| too| also| still| both| here| now| then|,)*)"
FILL = r"(?:also |now |still |really |directly |silently |then |so |and |even |it |this |that )*"
_BY = (
    r"(?: (?:by|through|in|during|despite|under) (?:this|it|that|any of (?:this|it)|the (?:call"
    r"|operation|assignment|change|write|update|line|step|conversion|cast|copy|edit)))?"
)
BE = (
    r"(?:is|are|stays?|stayed|remains?|remained|was|were|gets?|has been|have been|will be"
    r"|comes? (?:back|out)|is left|are left)"
)
ALIKE = (
    r"(?:(?:completely |entirely |totally |quite |fully |all )?un(?:changed|affected|touched"
    r"|modified|altered|harmed|moved|impressed|disturbed)|intact|(?:exactly |just )?(?:as|what|how"
    r"|the way) (?:it|they) (?:was|were|is|are)(?: before)?"
    r"|as before|as is|alone|in peace|not (?:changed|modified|affected|touched|altered|mutated"
    r"|overwritten|written to|updated|moved|rewritten|influenced|converted|cast)(?: at all| yet)?)"
)
NOT = r"(?:does not|do not|never|will not|cannot|can not|did not)"
_OLD = r"(?:old|original|previous|initial|former|own|earlier)"
KEPT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{FILL}{SUBJECT}{OWN} {BE}{OWN} {ALIKE}{_BY}",
        rf"{FILL}{SUBJECT}{OWN} un(?:changed|affected|touched|modified|altered){_BY}",
        rf"{FILL}{SUBJECT}{OWN} {BE} (?:exactly )?the same(?: as before)?",
        rf"{FILL}{SUBJECT}{OWN} {NOT} (?:change|move|budge|notice|see|follow|care|feel)"
        rf"(?: (?:it|this|that|the (?:change|write|update|edit)|anything|along|at all"
        rf"|a thing))?{_BY}",
        rf"{FILL}{SUBJECT}{OWN} (?:keeps?|retains?|preserves?|kept)(?: on)?(?: all)?(?: (?:its"
        rf"|the|their"
        rf"))?(?: {_OLD})? (?:values?|contents?|numbers?|data|elements|entries|state|order)",
        rf"{FILL}{SUBJECT}{OWN} (?:holds?|has|have|shows?|contains?)(?: still)? (?:its|the|their)"
        rf" {_OLD} (?:values?|contents?|numbers?|data|elements|entries|state|order)",
        rf"{FILL}(?:leaves?|leaving|left|keeps?|keeping|lets?) {SUBJECT}{OWN} (?:{ALIKE}|be|as is"
        rf"|in its old state)",
        rf"{FILL}(?:{NOT}|without|never|not) (?:chang(?:e|es|ing)|modif(?:y|ies|ying)|touch(?:es"
        rf"|ing)?"
        rf"|affect(?:s|ing)?|alter(?:s|ing)?|mutat(?:e|es|ing)|writ(?:e|es|ing) (?:in)?to"
        rf"|updat(?:e|es|ing)"
        rf"|disturb(?:s|ing)?|reach(?:es|ing)?|overwrit(?:e|es|ing)|edit(?:s|ing)?) {SUBJECT}"
        rf"(?: itself| at all| in any way| in place)?",
        rf"{FILL}(?:has |with )?no (?:effect|influence|impact) on {SUBJECT}(?: itself)?",
        rf"{FILL}(?:does |do )?nothing to {SUBJECT}(?: itself)?",
        rf"nothing happens to {SUBJECT}(?: itself)?",
    )
)
IDLE = re.compile(
    r"(?:(?:it |this |that )?(?:changes|does) nothing(?: here| at all)?|nothing changes"
    r"|(?:is )?(?:a |an )?(?:no-?op|noop)(?: (?:on|for|here|in) .{1,40})?"
    r"|(?:has |with )?no effect(?: here| at all)?|without (?:any )?effect)",
    re.IGNORECASE,
)
_TOO = (
    r"(?: too| as well| itself| also| in place| directly| alike| with it| along(?: with it)?"
    r"| alongside| accordingly| now| again| either)*"
)
FOLLOWS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{FILL}{SUBJECT}{OWN} (?:changes|change|changed|moves|move|follows|follow|notices)"
        rf"(?: (?:its|their) values?)?{_TOO}",
        rf"{FILL}{SUBJECT}{OWN} (?:is|are|gets?|was|were|has been|have been)(?: also| now| thereby"
        rf"| silently)* (?:changed|modified|updated|affected|mutated|overwritten|altered|rewritten)"
        rf"{_TOO}{_BY}",
        rf"{FILL}{SUBJECT}{OWN} (?:sees?|feels?|shows?|reflects?|has|gets?) (?:it|this|that|the"
        rf" (?:change|write|update|edit|new values?))(?: too| as well)*",
        r"(?:(?:(?:masked |slice |indexed |plain )?(?:assignment|indexing|slicing|the (?:call|write"
        r"|copy|assignment)) )?)"
        rf"{FILL}(?:chang(?:es|ing)|modif(?:ies|ying)|updat(?:es|ing)|mutat(?:es|ing)|overwrit(?:es"
        rf"|ing)|affects|touches|alters|edits|rewrites|converts|casts|writes (?:(?:straight "
        rf"|right |directly |back )?"
        rf"through )?(?:in)?to|reaches|(?:it )?shows(?: up)? in|(?:is )?(?:also )?visible (?:in"
        rf"|through"
        rf"|from|via|to|under)|seen (?:in|by|through|from)|appears in|reflected in|propagates to"
        rf"|goes"
        rf" (?:right |straight )?through to|leaks? (?:through )?(?:in)?to)"
        rf" (?:both )?{SUBJECT}(?:(?: and|,)(?: and)?(?: in| to)? (?P<second>{NAME}))?{_TOO}",
        r"(?:and |it )?also (?:zeroes|zeros|fills|clears|doubles|negates|scales|sets|resets|halves"
        r"|overwrites|changes|modifies|updates) (?:\w+ ){0,5}(?:of|in) "
        rf"{SUBJECT}",
        rf"(?:and |it )?also (?:zeroes|zeros|fills|clears|doubles|negates|scales|resets|halves)"
        rf" {SUBJECT}",
    )
)
# What tells of a change that is made here and now: `x is modified`, `modifies x`.
DONE = re.compile(
    r"\b(?:chang|modif|updat|mutat|overwrit|alter|edit|rewrit|convert)\w+", re.IGNORECASE
)
# "v changes, w does not": of what the clause before told.
NOT_SO = re.compile(rf"{FILL}(?:{SUBJECT} (?:does|do|is|are|was) not)", re.IGNORECASE)
BOTH = re.compile(
    rf"{FILL}(?:both )?(?P<one>{NAME}) and (?P<two>{NAME})(?: both)? (?P<rest>(?:stay|remain|are"
    r"|change|keep|do not|see|move|get|have|follow|feel|were|were not|hold)\b.*)",
    re.IGNORECASE,
)
# Of what is shown: "unchanged", "changed too".
SHOWN_KEPT = re.compile(
    rf"{FILL}(?:{BE} )?(?:still |is )?(?:{ALIKE}|(?:exactly )?the same as before){_BY}",
    re.IGNORECASE,
)
SHOWN_MOVED = re.compile(
    r"(?:(?:is |was |has |got )?(?:also |now )?(?:changed|modified|updated|overwritten|mutated"
    r"|zeroed)"
    r"(?: too| as well| in place| also)+|(?:also|too) changed|sees (?:it|this|the change) too)",
    re.IGNORECASE,
)
# What follows a verb of its own: "visible in x, not in y".
NOT_IN = re.compile(rf"(?:but )?not (?:in|to|through) {SUBJECT}", re.IGNORECASE)
ITS_MOVE = re.compile(
    r"(?:only |but )?(?:its|their|the) (?:values?|contents?|numbers?|data|elements|entries)"
    r"(?: (?:do|does))? (?:changes?|moves?)(?: though)?",
    re.IGNORECASE,
)
VERBS = (
    r"(?:modif(?:y|ies|ied)|chang(?:es?|ed)|updates?d?|mutates?d?|works?|happens?|done|overwrites?"
    r"|copies|copied|converts?|converted|casts?|sorts?|sorted|operates?|applied|acts|fills?|zeroes|zeros|resets?"
    r"|scales?|rescales?|clips?|clamps?|reverses?|shuffles?|edits?|adds?|multiplies|negates|doubles"
    r"|halves|writes?|written|performed|runs|clears?|transposes|rounds?|normali[sz]es|squares"
    r"|initiali[sz]es|appends|extends|grows|subtracts|divides|resizes|squeezes|unsqueezes|moves)"
)
IN_PLACE = re.compile(
    rf"{FILL}(?P<lead>(?:(?P<one>[\w.\[\]' -]{{1,45}}?) )?(?:is|are|was|were|gets?)?(?: now"
    rf"| all)* ?)"
    rf"(?:(?P<verb>{VERBS})(?: (?P<other>[\w.\[\], ' -]{{1,45}}?))?(?:,)?)?(?: directly| truly"
    rf"| really| all)*"
    r" ?in[- ]place(?: (?:on|in|of|for) (?P<on>[\w.]+))?(?: too| as well| again| here)?",
    re.IGNORECASE,
)
NOT_IN_PLACE = re.compile(
    rf"{FILL}(?:(?:is |are )?not(?: done| performed)?|(?:does|do) not (?:work|happen|operate|act"
    rf"|run)|never)"
    r" in[- ]place|(?:works |done )?out[- ]of[- ]place",
    re.IGNORECASE,
)
IDIOMS = re.compile(
    r"\b(?:not|no|never|nothing"
    r"|would|could|if|without|than|unlike|version|variant|alternative|cousin|twin)\b",
    re.IGNORECASE,
)
RETURNS = re.compile(
    rf"{FILL}(?:returns?|gives?(?: back)?|hands? back|giving|yields?) (?:back )?(?P<what>None"
    rf"|itself|self"
    r"|(?:exactly |just )?(?:the |that |this )?(?:very )?same (?:tensor|object|list|module|array"
    r"|model|thing|parameter|instance|dict)(?: again| back)?|it|the (?:module|tensor|list|model"
    r"|layer|"
    r"network|object|array)(?: itself)?"
    r"|(?:a |an )(?:brand[- ])?(?:new|fresh|separate|different) (?:list|tensor|object|array"
    r"|module|dict"
    r"|set|copy|one)|a (?:sorted |converted |modified |changed |reversed |shuffled |deep "
    r"|shallow )?copy|a tuple(?: of \w+)?|nothing|no value"
    rf"|{NAME}(?: itself)?)",
    re.IGNORECASE,
)
SAME = re.compile(
    rf"{FILL}{SUBJECT}{OWN} (?:is|stays?|remains?)(?: still)? (?:exactly )?(?:the|one and the)"
    r" (?:very )?same (?:object|tensor|list|parameter(?: object)?|module|instance|array|dict)",
    re.IGNORECASE,
)
REBOUND = re.compile(
    rf"{FILL}(?:(?:just |only |merely )?(?:rebinds|reassigns|rebinding)(?: the name)?"
    rf"(?: (?:the )?(?:name )?(?P<subject>{NAME}))?(?: to (?:a|the) (?:new|fresh|other) \w+)?"
    rf"|(?P<named>{NAME}) (?:now |is now )?(?:names|refers to|points to|is bound to|is) (?:now )?"
    r"(?:a|an) (?:new|fresh|different|brand[- ]new|other) (?:object|tensor|list|one|thing|array))",
    re.IGNORECASE,
)
DTYPE = re.compile(
    rf"{FILL}{SUBJECT}{OWN} (?:stays?|remains?|keeps being|is still|is left)(?: in| at| a)? "
    r"(?:torch\.)?(?P<dtype>float16|float32|float64|bfloat16)",
    re.IGNORECASE,
)
_GLOBAL = (
    r"(?:(?:the |torch'?s? )*(?:global|default|outer) (?:torch )?(?:generator|rng"
    r"|(?:rng |random )?state|(?:random )?stream|seed|random number generator))"
)
DRAWS = re.compile(
    rf"{FILL}(?:advances|moves(?: on)?|consumes|changes|affects|touches|disturbs|shifts|uses up)"
    rf" {_GLOBAL}(?: too| as well| also| on| along)*|also (?:re)?seeds (?:torch|pytorch)(?: too)?",
    re.IGNORECASE,
)
DRAWS_NOTHING = re.compile(
    rf"{FILL}(?:(?:leaves|keeps) {_GLOBAL} {ALIKE}|(?:{NOT}|without|never) (?:advanc|touch|mov"
    rf"|chang|affect|disturb|consum)(?:e|es|ing)? {_GLOBAL}|{_GLOBAL} {BE} {ALIKE}|{_GLOBAL} {NOT}"
    r" (?:change|move|advance|notice)(?: at all)?)",
    re.IGNORECASE,
)
PARAMETERS = frozenset(
    "weights parameters params weight parameter model network net module".split()
)
STATISTICS = frozenset("statistics stats averages estimates variance var".split())
INPUTS = frozenset("input argument inputs arguments original source operand receiver".split())
# Under what else it would hold.
SUPPOSED = re.compile(
    r"\b(?:if|when|whenever|unless|otherwise|without|had|were|would|could|might|may|suppose|until"
    r"|unlike|instead|except|only if|after|before|once|later|should|sometimes|usually|often"
    r"|normally|in numpy|in general)\b[^.;:—–]*,?\s*$",
    re.IGNORECASE,
)
EXCEPT = re.compile(
    r"\s*,?\s*(?:if|when|unless|until|except|only|as long as|provided|once|while|before|after)\b",
    re.IGNORECASE,
)
AND = re.compile(
    r"\s*,?\s+(?:and|but)\s+(?=(?:also |then |so |it |still )*(?:returns?|leaves?|keeps?|fills?"
    r"|rebinds|gives back|does not"
    r"|stays?|changes|modifies|updates|hands back)\b)|\s+in[- ]place\s*,\s+(?=returns?)",
    re.IGNORECASE,
)
_IN_MODE = r"(?:in|under|during) (?:eval(?:uation)?|train(?:ing)?|inference)(?: mode)?"
MODE = re.compile(rf"^{_IN_MODE},? | {_IN_MODE}$", re.IGNORECASE)
LATER = re.compile(
    r"(?: (?:now|again|here|afterwards|from now on|from here on|this time|indeed|either))+$"
)
