"""Words that point at what was said before: pronouns, ordinals, comparisons with one side."""

from __future__ import annotations

import re

from assistant.answer.content import content_of
from assistant.answer.subjects import is_general

_EXPLETIVE = re.compile(
    r"\b(?:is|be|was|makes?|would)\s+it\s+(?:\w+ly\s+|ever\s+|still\s+|also\s+"
    r"|not\s+)?(?:possible|ok(?:ay)?"
    r"|safe|bad|good|better|best|worth|necessary|true|important|common|normal|an?\s+(?:good|bad)\s+"
    r"idea|recommended|wise|allowed|useful|wrong|right|easy|hard)\b(?=.*\b(?:to|that|if|when"
    r"|\w+ing)"
    r"\b)|\bit\s+make(?:s)?\s+(?:any\s+)?sense\s+to\b|\bit\s+takes?\s+to\b|\bdoes\s+it\s+mean\s+(?:for|to|if|that|when)\b"
    r"|\bis\s+it\s+about\s+\w+"
    r"|\b(?:will|does|did|is|was)\s+it\s+(?:(?:going to|gonna|be|get)\s+)?(?:rain|snow|cold|hot"
    r"|warm|sunny|late|dark|monday|friday|weekend)\w*|\bwhat time is it\b|\bhow far is it\b",
    re.IGNORECASE,
)
"""`it` that stands for nothing said before."""
_THAT = (
    r"(?:(?<=^)|(?<=\b(?:is|do|in|on|at|by|to|of|or))\s|(?<=\b(?:was|did|for|can|how|why|and"
    r"|but))\s|"
    r"(?<=\b(?:does|with|from|than|like|will|when))\s|(?<=\b(?:about|after|would|could|where))\s|"
    r"(?<=\b(?:before|should|what's|during))\s|(?<=n't)\s)(?:that|this)\b|"
    r"\b(?:that|this)(?=\s*(?:[?.!,;:]|$)|\s+(?:off|on|out|up|down|work|happen|mean|one|way|case"
    r"|in|for|to|with|by|as|without|when|if|same"
    r"|be|so|too|either|again|anyway|then|now|always|still|also|really)\b)"
)
_POINTS_BACK = re.compile(
    rf"""
    {_THAT} | \b(?:these|those)\b(?!\ \w*\d) | \bthem\b | \bboth\b(?!.*\band\b)
    | \bformer\b | \blatter\b
    | \b(?:as|the)\ above\b | \babove\W*$ | \bprevious\ (?:answer|question|example|point|code|one)\b
    | \binstead\b(?!\ of) | \bthe\ (?:two|three|others?)\b(?!\s+\w+\s+of) | \beither\W*$
    | \bneither\b
    | \b(?:which|what|that|this|first|second|third|last|other|another|each|either|any|right|better
        |best|new|old|same)\ ones?\b
    | (?<!of\ )(?<!with\ )(?<!all\ )(?<!and\ )(?<!or\ )(?<!zero\ )(?<!zeros\ )
      (?<!step\ )(?<!epoch\ )(?<!day\ )\bones?\W*$
    | \b(?:in|from|up|of)\ there\b | \bthe\ same\ (?:for|with|in|but|on)\b
    | \bone\ (?:in)?to\ the\ other\b | \bthe\ (?:first|second|last|other|same)(?=\W*$)
    | \b(?:damit|dabei|dafür|davon|darin|dazu|dagegen|letztere\w*|erstere\w*|stattdessen)\b
    | \b(?:eso|esto|ambos|lo\ mismo|ça|cela|celui-ci|celle-ci|isso|isto|questo|quello)\b
    | \bl(?:e|a|es)quel(?:le)?s?\b
    | \bcu[aá]l(?:es)?\ (?:es|son|va|uso|elijo|conviene|debo\ \w+)
      (?:\ el)?(?:\ (?:mejor|peor|m[aá]s\ \w+))?\W*$
    | \bqual[ei]?\ (?:è|é|devo\ \w+|uso)(?:\ il|\ a|\ o)?
      (?:\ (?:migliore|meglio|melhor|pi[uù]\ \w+|mais\ \w+))?\W*$
    | \b[iu]s(?:k[aieo]|me|se)\b | \b[iu]n(?:ka|ke|me)\b | \bk(?:au|o)ns[aie]\b | \bdono\b
    | \bye\ (?:kab|kaise|kya|ky[ou]\w*)\b
    | \b(?:это|этого|этим|этот|его|он|они|их)\b | 它 | 这(?!个问题) | それ | これ | इसे | इसका | वह
    """,
    re.IGNORECASE | re.VERBOSE,
)
_STRONGLY = re.compile(
    r"^mine\b|^(?:does|will|would|did) anything (?:change|differ)\b"
    r"|\b(?:does it matter\W*$|former|latter|neither|the two"
    r"|(?:which|that|this|first|second|last|other|same) ones?"
    r"|the others?"
    r"(?=\W*$|\s+(?:is|are|do|does|can|has|have)\b)|of (?:them|these|those)|"
    r"(?:what|who|where|how|anything|anyone) else)\b"
    r"|^(?:and |so |but )?(?:what(?:'s| is) )?(?:the )?differen(?:t|ce) (?:to|from|with)\b"
    r"|\bse diferencian? de\b|\bunterscheide\w* (?:sich |es |das )+von\b"
    r"|\bdiff[eè]re(?:-t-\w+)? de\b"
    r"|\bsi differenzia da\b|\bdifferisce da\b",
    re.IGNORECASE,
)
"""Words that mean nothing without what was said before, whatever stands beside them."""
_IT = re.compile(r"\b(?:it|its(?! own\b)|they|their(?! own\b))\b", re.IGNORECASE)
_OBJECT_IT = re.compile(r"\bit(?=\s*(?:[?.!,;:]|$)|\s+(?!\w+s\b|can|will|was|had|would|gets))")
_SUBJECT_IT = re.compile(
    r"^\s*(?:(?:and|but|so|then|now|if|why|how|when|is|does|did|can|will|would|should)\s+)*"
    r"(?:it|they|this|that|these|those)\s+(?:is|are|was|were|has|had|does|do|did|will|would|can|"
    r"could|should|must|says?|gives?|still|also|only|always|never|\w+s)\b",
    re.IGNORECASE,
)
"""A sentence about something that is not named, however much it says of it."""
_ASKED_OF_IT = re.compile(
    r"^(?!.*\b(?:if|when|once|while|after|because)\b.*\b(?:it|they)\b).*"
    r"\b(?:do|does|did|is|are|was|were|can|could|should|will|would|has|have|must)(?:n't)?\s+"
    r"(?:it|they|(?:these|those)(?!\s\w*\d))\b",
    re.IGNORECASE,
)
"""The same as a question: what comes before the verb is what is asked for, not who does it."""
_HEARSAY = re.compile(
    r"^(?:(?:but|and|so|hm+)[\s,]+)*"
    r"(?:my \w+|someone|somebody|people|some|everyone|i|we|they)(?:'ve| have)?\s+"
    r"(?:says?|said|claims?|thinks?|thought|told me|read|heard|believed?)\s+"
    r"(?:somewhere\s+)?(?:that\s+)?"
    r"(?:it|they|this|these|those)\b",
    re.IGNORECASE,
)
"""What somebody says of something that is not named."""
_SENSIBLE = re.compile(
    r"^(?:what(?:'s| is| are| would be)|which is)\s+(?:an?|the|some)?\s*(?:good|sensible|typical"
    r"|usual|"
    r"reasonable|normal|right|best|recommended|common|safe|default|proper|correct)\s+\w+\W*$",
    re.IGNORECASE,
)
"""Asks for a good value of something that is not named."""
_OF_THE_KIND = re.compile(
    r"\b(?:an?|the|my|your|another|each|welche[rs]?|de[rn])\s+(?:[\w-]+(?:'s)?\s+){1,2}ones?\b(?![-\w])"
    r"(?!\s+(?:of|that|which)\b)|\bwelche[rs]?\s+(?:davon|von)\b|\b(?:which|any|each|some|all|both"
    r"|either|one) of (?:the(?:m|se)|those)\b",
    re.IGNORECASE,
)
"""“The other kind of it”: the noun was said before."""
_ONE_OF_A_KIND = re.compile(
    r"\b(?:an?|the)\s+(?!\w+er\b|first\b|second\b|third\b|last\b|other\b|same\b|right\b)\w+\s+ones?\W*$",
    re.IGNORECASE,
)
_DISLOCATED = re.compile(
    r"^(?:(?:and|so|but|ok)\s+)*(?!(?:the|it|that|this|they|these|those|if|when|in|with|for|on)\b)"
    r"[^,?:]{3,40}(?:[,:–—]|\s-)\s*(?:is|are|was|does|do|can|will|what|why|how|when)\b(?!.*\b(?:different|same)\b)"
    r".*\b(?:it|they|them)\b",
    re.IGNORECASE,
)
"""“X, what is wrong with it”: what the pronoun stands for is named before the question."""
_ASKS_MORE = re.compile(
    r"(?:[,:–—]|\s-|\band\b)\s+(?:(?:why|how|when|where|what)\s+)?(?:do|does|did|is|are|can|will|should|has|have)"
    r"\s+(?:it|they)\b|\band\s+(?:how|why|when|where|what)\s+(?:do|does|did|is|are|can|will|should)\s+"
    r"(?:i|we|you|one)\s+\w+\s+(?:it|them)\b",
    re.IGNORECASE,
)
_APART = re.compile(
    r"\b(?:that|this|it|they)\b.*\bdiffer|\bdifferen(?:t|ce) (?:to|from|with)\b", re.IGNORECASE
)
_ADDS = re.compile(
    r"\b(?:too|as well|also|either|same|though(?=\W)|only(?= everything)"
    r"|auch|también|aussi|também|anche|тоже)\b",
    re.IGNORECASE,
)


_CHOSEN = re.compile(
    r"\bones?\W*$|^(?:the\s+)?(?:first|second|third|last|other|latter|former)\W*$", re.IGNORECASE
)
_DONE_TO_IT = re.compile(
    r"^(?:(?:why|how|when|where)\s+)?(?:do|does|did|can|could|should|will|would|must|is|are)(?:n'?t)?\s+"
    r"(?:i|we|you|one|people|pytorch|torch)\s+(?:(?:just|also|still|not|then)\s+)*[a-z]+\s+"
    r"(?:it|them|those|these|that|this)\b(?!\s+(?:when|if|that|means?|says?)\b)",
    re.IGNORECASE,
)
"""Asks what somebody does to a thing that is not named."""
_CODE_FIRST = re.compile(
    r"^(?:\w+\s+)?\S*[\w\]]\([^?]*\)\s*:?[,;]?\s*(?:[-–—]\s*)?"
    r"(?:what|why|how|when|explain)\b.*\b(?:this|it|that)\b",
    re.IGNORECASE,
)
"""A line of code, then what is asked of it."""


def points(question: str, content: tuple[str, ...], *, leads: bool) -> bool:
    """Whether a turn points at what was said before.

    Args:
        question: the turn.
        content: its words that say what it is about.
        leads: whether it begins with a word that leads on, as “and”.
    """
    question = _EXPLETIVE.sub(" ", question)
    joined = _ASKS_MORE.search(question)
    if joined and not leads and content_of(question[: joined.start()]):
        # What the pronoun stands for is named in the first half.
        return points(question[: joined.start()], content, leads=False)
    if _CODE_FIRST.match(question):
        return False
    if any(sign.search(question) for sign in (_SENSIBLE, _HEARSAY, _DONE_TO_IT)) or keeps_subject(
        question
    ):
        return True
    few = len(content)
    if few <= 1 and _OF_THE_KIND.search(question):
        return True
    if _DISLOCATED.match(question):
        return False
    if few > 1:
        # Of a kind named here, and asked about with a word of its own: both readings are possible.
        question = _ONE_OF_A_KIND.sub(" ", question)
    return (few <= 3 or (leads and few <= 5)) and _points_back(question)


def keeps_subject(text: str) -> bool:
    """Whether what a turn speaks of is a pronoun: its subject is the one before."""
    return any(sign.search(text) for sign in (_SUBJECT_IT, _ASKED_OF_IT, _STRONGLY))


def sets_apart_from_it(text: str) -> bool:
    """Whether a turn compares the last thing spoken of with another."""
    return bool(_APART.search(text))


def chooses(text: str) -> bool:
    """Whether a turn names one of what was spoken of: “the sequential one”, “the second”."""
    return bool(_CHOSEN.search(text))


def adds(text: str) -> bool:
    """Whether a turn asks whether the same holds for something more."""
    return bool(_ADDS.search(text))


def _points_back(question: str) -> bool:
    if _POINTS_BACK.search(question):
        return True
    pronoun = _IT.search(question)
    if not pronoun:
        return False
    # Behind a noun of its own, only what `it` is done to must have been spoken of before.
    before = content_of(question[: pronoun.start()])
    return all(map(is_general, before)) or bool(_OBJECT_IT.search(question))
