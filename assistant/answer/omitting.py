"""What a turn leaves out: pieces of sentences, comparisons with one side, numbers of nothing."""

from __future__ import annotations

import re

from assistant.answer.asking import asks, shares_both_sides
from assistant.answer.content import names

_FRAGMENT = re.compile(
    r"^\s*(?:even|with|without|by|of|over|under|inside|behind|through|into|via|for|in|on|at|to"
    r"|from|versus|vs\.?|than|every|each|only|still|not"
    r"|during|"
    r"after|before|if|unless|while|as|same|per|like|mit|ohne|bei|für|auch|sin|con|para|avec|sans"
    r"|pour|"
    r"sem|com|senza|per|с|без|для)\s+(?=\S)",
    re.IGNORECASE,
)
_FRONTED = re.compile(
    r"^(?:for|in|on|with|at|under|without|after|during|inside)\s+(?!(?:this|that|it|them|these|those|which|what)\b)"
    r"[^,]{3,40},\s*(?:what|which|who|how|why|when|where|is|are|do|does|did|can|could|should|must|will)\b",
    re.IGNORECASE,
)
"""Says first what the question is about: “for segmentation, which loss”."""
_TRAILS = re.compile(
    r"\b(?:as well|too|then|(?:in |up )?there|here|instead|either|again|already|though|anyway"
    r"|after all"
    r"|auch|"
    r"también|aussi|também|anche|тоже|也)\W*$|也(?:是|要|需要)?",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:\w{2,}er|better|other|another|alternative)\s+(?:way|option|method|approach|solution)s?\W*$|"
    r"^(?:which|who|what|welche\w*)(?:'s| is| are| was| would be| does| do)"
    r" (?:[a-z]{2,}er|\w{4,}ed|better|"
    r"worse|best|more|less)\b(?!.*\b(?:than|for|when|to|of)\b)|"
    r"^(?:would|will|can|could|does|do)\s+\S+(?:\s+\S+){0,2}\s+(?:do|help|work|suffice)\W*$|"
    r"^(?:is|would|does|do|will|can)\b(?!.*\bthan\b)(?!.*\bmakes?\s+(?!it\b|that\b|this\b|them\b))"
    r".*\b(?:better|worse|more|less|faster|slower|enough)\W*$",
    re.IGNORECASE,
)
"""Compares with something that is not named."""
_POLAR = re.compile(
    r"^(?:is|are|was|were|do|does|did|can|could|should|must|will|would|has|have|why (?:is|are"
    r"|was|does|"
    r"do|did)|how (?:is|are|was)|when (?:is|are|was)|where (?:is|are|was))\b.*\bthe\s+[a-z]",
    re.IGNORECASE,
)
"""Asks about `the` something, as if it had been spoken of."""
_OF_THE = re.compile(
    r"^(?:(?:why|how|when|where)\s+)?(?:is|are|was|were|do|does|did|can|could|should|must|will|would"
    r"|has|have)\s+the\s+[a-z]+(?!\s+of\b)",
    re.IGNORECASE,
)
"""The same where `the` something does it."""
_HOW_MANY = re.compile(
    r"^(?:how (?:many|much|long|often|big|large|far|deep)|which|whose)\b(?!.*\b(?:for|do|does"
    r"|did|is|are|"
    r"can|should|must|will|would|has|have|to|vs|or)\b)(?:\W+\w+){0,4}\W*$",
    re.IGNORECASE,
)
"""Asks for the number or the kind of something, and leaves out what it is for."""
_BARE_DIFFERENT = re.compile(
    r"\bhow\b(?!.*\b(?:from|to|than|between|and|vs|versus|or)\b).*\bdiffer(?:s|ent)?\W*$",
    re.IGNORECASE,
)
_WITHOUT_MAIN = re.compile(
    r"^(?:even|unless|because|except|although|(?:(?:and|but|or|so)\s+)?(?:if|while|once|when(?!\s+(?:do"
    r"|does|did|is|are|can|could|should|would|will|must)\b)))\b"
    r"(?!.*\b(?:what|which|who|where|why|how)\b)"
    r"(?!.*[,:]\s*(?:then\s+)?(?:do|does|did|is|are|can|could|should|would|will|must)\b)",
    re.IGNORECASE,
)
"""A clause that hangs on a sentence which is not there."""
_ASKS_AT_THE_END = re.compile(
    r"^(?:\w+\s+){0,3}(?:by|with|to|from|for|of|in|at|on|than)"
    r"\s+(?:what|which|whom|how much)(?:\s\w+)?\W*$"
    r"|^(?!(?:what|which|who|why|how|is|are|do|does|can|will)\b).*\bth(?:ough|o)\W*$",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"^(?:which|what|whose)\s+\w+\s+(?:must|should|do|does|did|can|would|will|shall)\b"
    r"(?!.*\b(?:for|in|of|with|on|to)\b)|\bthe\s+(?:[\w-]+\s+)?[\w-]+(?=\W*$|\s+(?:is|are|in|on|at|to"
    r"|then|first|now|must|should|can)\b)",
    re.IGNORECASE,
)
"""Chooses among what was spoken of, or says `the` of something that is not named further."""
_AMONG = re.compile(r"\bthe\s+(?:first|second|third|last|other)\b", re.IGNORECASE)
"""May choose among what was spoken of, or count something of its own."""
_ONE_OF_ITS_OWN = re.compile(r"\b(?:an?|the)\s+\w+\s+ones?\b(?![-\w])", re.IGNORECASE)
_JOINS_ON = re.compile(r"^\s*[¿¡]*(?:and|or|und|oder|y|e|et|ou|o)\s", re.IGNORECASE)
_HOW_MANY_OF_IT = re.compile(
    r"^(?:how (?:many|much)|which)\s+(?:should|do|does|can|could|must|would|will)\s+"
    r"(?:i|we|you|one|people)\s+[a-z]+\s*(?:\W*$|(?:on|for|with|in|at|when|if|per)\b)",
    re.IGNORECASE,
)
"""Asks how many, and what is counted was said before."""
_IS_SO_MANY = re.compile(
    r"^(?:is|are|would)\s+(?:zero|two|three|four|five|ten|\d[\d.e-]*)\s+(?:too|enough|allowed|ok(?:ay)?|valid"
    r"|an?\s+good|good|fine|better|possible|legal|normal|high|low|much|many|work|do)\b",
    re.IGNORECASE,
)
"""Asks about a number, and not of what."""
_CHANGES_IT = re.compile(
    r"^(?:now\s+)?(?:add|use|rewrite|refactor|simplify|shorten|annotate)\s|^what (?:do|would) you"
    r" (?:recommend|suggest|prefer|pick|choose|advise)\b",
    re.IGNORECASE,
)
"""Wants the answer changed, or a choice made among what it names."""
_STILL = re.compile(
    r"^(?!.*\?)(?!.*\b(?:my|error)\b).*\b(?:is|are|was|were|has|have|got|did|does)\b"
    r".*\b(?:already|still|anyway)\b",
    re.IGNORECASE,
)
"""A statement that holds something against what was said."""
_REPORTS = re.compile(
    r"\bi(?:'ve| have)?\s+(?:already\s+|just\s+)?(?:looked|checked|tried|verified|tested|did)\W*$"
    r"|^(?:i(?:'ve| have)?\s+)?(?:already\s+)?(?:tried|did|checked)\b(?!.*\?)",
    re.IGNORECASE,
)
"""Says what came of the answer."""
_WITHOUT_WHO = re.compile(
    r"^¿?(?:funciona[n]?|sirven?|valen?|comparten?|cambian?|necesitan?|precisam?|ocupan?|tardan?"
    r"|afectan?|servono|serve|funzionano?|compartilham?|muda|ajudam?)\s*(?:$|\?|(?:junto|tambi[eé]n"
    r"|tamb[eé]m|anche|pure|con|com|en|em|in|na|no|para|per|por|sin|sem|senza|si|se|mejor|melhor)\b)",
    re.IGNORECASE,
)
"""Begins with the verb, where a language leaves its pronoun out."""


def is_fragment(text: str) -> bool:
    """Whether a turn is a piece of a sentence that begins with a preposition."""
    return bool(_FRAGMENT.match(text)) and not asks(text)


def leaves_out(question: str, bare: str, content: tuple[str, ...], *, leads: bool) -> bool:
    """Whether a turn is a piece of a sentence."""
    few, words = len(content), len(bare.split())
    if _ASKS_AT_THE_END.search(bare) or (few <= 4 and _WITHOUT_MAIN.match(question)):
        return True
    if few <= 4 and any(sign.match(bare) for sign in (_HOW_MANY_OF_IT, _IS_SO_MANY, _STILL)):
        return True
    if few <= 2 and _CHANGES_IT.match(bare) and not names(bare):
        return True
    if few <= 4 and (_REPORTS.search(question) or _WITHOUT_WHO.match(bare)) and not names(bare):
        return True
    if few <= 3 and question.lower().startswith("what if ") and not names(question):
        return True
    if few <= 3 and _TRAILS.search(bare) and not shares_both_sides(bare):
        return True
    if asks(bare):
        if _FRONTED.match(bare):
            return False
        return few <= 3 and words <= 7 and bool(_FRAGMENT.match(bare)) and "(" not in bare
    if words <= 10 and few <= 4 and _FRAGMENT.match(bare) and "(" not in bare:
        return True
    if leads and few <= (6 if _JOINS_ON.match(question) else 3):
        return True
    return bare.rstrip().endswith("?") and words <= 3 and not shares_both_sides(bare)


def half_said(bare: str, content: tuple[str, ...]) -> bool:
    """Whether a turn compares with something unnamed, or leaves out what its `the` is of."""
    if _BARE_DIFFERENT.search(bare) or (len(content) <= 3 and _COMPARES.search(bare)):
        return True
    if names(bare):
        return False
    few = len(content)
    if few <= 2 and (_HOW_MANY.match(bare) or _OF_THE.match(bare)):
        return True
    return few <= 1 and bool(_POLAR.search(bare))


def says_little(bare: str, content: tuple[str, ...]) -> bool:
    """Whether a turn that does not point back may still mean more than it says."""
    few = len(content)
    if not asks(bare):
        return few <= 1 or (few <= 3 and bool(_WHICH.search(bare)))
    if few <= 4 and _AMONG.search(bare):
        return True
    if names(bare) or _ONE_OF_ITS_OWN.search(bare):
        return False
    if few <= 2 and _WHICH.search(bare):
        return True
    return (few <= 1 and not re.search(r"\d", bare)) or (few <= 3 and bool(_POLAR.search(bare)))
