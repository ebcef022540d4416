"""Turns that name a part or a quality, and not what it is of: “how do I pick the threshold”."""

from __future__ import annotations

import re

from assistant.answer.content import names

_THE_THING = re.compile(r"\bthe\s+\w+ing\s+(?:thing|part|bit|business)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_WHAT_IS = re.compile(r"^what(?:'?s| is| are)\s+(?!the\b|its\b)", re.IGNORECASE)
_CHOOSING = frozenset(
    """
    allowed anything change check choose common continue decide deeper determine find first
    folks guess hear high interview interviewer interviewers know large list lose low matter
    matters order people pick practice print reasonable rephrase select sensible set small stand
    sum summarise summarize talk tune typical typically usual usually
    """.split()
)
_PARTS = frozenset(
    """
    advantage advantages alternative alternatives analogy answer argument arguments benefit
    benefits catch cause caveat caveats complexity cons cost costs culprit default defaults
    disadvantage disadvantages downside downsides drawback drawbacks edge equation error errors
    explanation fix flag formula gotchas idea input inputs intuition life limitation limitations
    line lines math maths meaning message output outputs overhead pitfall pitfalls point problem
    problems pros real reason reasons remedy result results return rule shape shapes shortcut
    side source sources summary syntax thing things thumb tldr tradeoff tradeoffs trick upside
    upsides value values version versions warning
    """.split()
)
"""What everything has, so that by themselves they name no subject."""
_MEASURES = frozenset(
    """
    alpha beta betas delta eps epsilon factor gamma lambda patience percentage rank ratio sigma
    tau temperature threshold
    """.split()
)
"""The same of quantities, which may be asked about for themselves."""


def speaks_of_a_part(question: str, content: tuple[str, ...]) -> bool:
    """Whether all that a turn names is a part or a quality of something it does not name."""
    named = {word.lower() for word in content} - _CHOOSING
    if not named or len(named) > 3:
        return bool(content) and not named and not names(question) and not _DIGIT.search(question)
    if named <= _MEASURES and _WHAT_IS.match(question):
        return False
    rest = named - _PARTS - _MEASURES
    return not rest or (len(rest) == 1 and bool(_THE_THING.search(question)))
