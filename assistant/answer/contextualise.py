"""A follow-up made into a question that stands alone, by rules; no model needed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.types import Turn
from index.types import Blend

_LEADS_ON = re.compile(
    r"^\s*(?:and|but|so|also|ok(?:ay)?|what about|how about|what if|why\b|how come|really|"
    r"show me (?:the |some |an? )?(?:code|example)|(?:the |some )?code\b|example|can you|"
    r"could you|same|in that case|then|or|which (?:one|of)|does (?:it|that|this)|"
    r"is (?:it|that|this)|explain)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|these|those|they|them|their|ones?|both|former|latter|above|previous|"
    r"instead|the (?:first|second|last|other|same)(?: one)?(?=[?.!]?$))\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"[A-Za-z_]+\.[A-Za-z_.]+|\w*_\w+|\b[A-Z]+[a-z]*[A-Z]\w*|\b[A-Z]{2,}\b|`[^`]+`")
_CONTENT = re.compile(r"[A-Za-z]{4,}")
_PAUSE = r"(?:ok(?:ay)?|so|well|now|and|thanks|thank you|great|cool|alright|fine|hm+|got it|i see)"
_FRESH = re.compile(
    rf"^(?:(?:{_PAUSE}|let'?s (?:talk|speak) about|an?|one|quick)\b[\s,.!:-]*)*"
    r"(?:(?:other|another|new|different|next|unrelated) (?:topic|subject|question|thing)|"
    r"(?:something|anything) (?:else|different)|by the way|btw|never ?mind|forget (?:that|it|about)"
    r"|chang(?:e|ing) (?:of |the )?(?:topic|subject)|moving on|leaving that|"
    r"now,? (?:tell|explain|show|let'?s)(?: me| us)?(?: talk)?(?: about)?)\b[\s,:;.!-]*",
    re.IGNORECASE,
)
"""What announces another subject; what was said before it has no part in the new one."""
_CORRECTS = re.compile(
    rf"^(?:(?:{_PAUSE}|no|nope|sorry|wait|ah|oh|actually)\b[\s,.!-]*)+"
    r"(?:(?:what )?i (?:actually )?(?:meant|mean|was asking about)\b[\s,:]*)?",
    re.IGNORECASE,
)
_SETS_APART = re.compile(
    r"\bbetween\s+\S+.*\band\s+\S+|\S+\s+(?:vs\.?|versus)\s+\S+", re.IGNORECASE
)
"""Both sides of a comparison are named: nothing is left to be understood."""
_ASKS_ANEW = re.compile(
    r"^(?:what(?:'s| is| are| does| do)|who|define|explain|describe|tell me|how (?:does|do|can|to)|"
    r"why (?:does|do|is|are)|when (?:should|do|is))\b(?! else)",
    re.IGNORECASE,
)
"""A whole question with its own subject, however short."""
_FILLER = frozenset(
    """
    about actually again also back best better between built call called code compare compared
    could differ difference different does each every exactly example explain first from good
    happen happens have here instead just kind later like make makes mean means meant more need
    once ones other please possible really same should show simply some sorry still tell than
    thanks that their them then there these they thing things this those used uses using very
    wait what when which with work works would
    """.split()
)

SHARE_LEANING = (0.75, 0.75, 0.6, 0.6, 0.5)
"""How much the conversation counts beside a turn that leans on it, by the turn's content words."""
SHARE_ALONE = (0.5, 0.5, 0.5, 0.45, 0.25, 0.1)
"""The same for a turn that does not lean, the last for all longer ones.  Both were read off the
development dialogues, and off questions set behind a conversation about something else."""
REMEMBERED = 240
"""Characters of the last answer that count: its opening says what it is about."""


def contextualise(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leaves unsaid, taken from the conversation; see `understand`."""
    return understand(question, history).text


def understand(question: str, history: Sequence[Turn]) -> Blend:
    """What to search for when `question` comes after `history`.

    A question that names its own subject stays as it is, so that an old topic is never dragged
    along; one that leans on the conversation gets the last question that had a subject put before
    it.  The conversation counts in the ranking by how little the question says itself, and not at
    all where another subject is announced.
    """
    question = " ".join(question.split())
    spoken = _spoken_of(history)
    if not spoken:
        return Blend(question, ((question, 1.0),))
    fresh = _end(_FRESH.match(question))
    if 0 < fresh < len(question):
        return Blend(question, ((question[fresh:], 1.0),))
    asked, answered = spoken
    leans = leans_back(question)
    share = _share(question, leans=leans)
    said = question[_end(_CORRECTS.match(question)) :] or question
    parts = (
        (said, 1 - share),
        (f"{asked} {said}", share / 2),
        (f"{asked} {answered} {said}", share / 2),
    )
    whole = not leans and (share < SHARE_ALONE[0] or bool(_ASKS_ANEW.match(said)))
    return Blend(question if whole else f"{asked} {question}", parts)


def leans_back(question: str) -> bool:
    """Whether a question cannot be understood without what was said before it."""
    content = _content(question)
    if not content and not _NAMES.search(question):
        return True
    if _FRESH.match(question):
        return False
    leads_on = bool(_LEADS_ON.search(question))
    points_back = bool(_POINTS_BACK.search(question))
    if leads_on and points_back:
        return True
    return (points_back and len(content) <= 3) or (leads_on and len(content) <= 2)


def _share(question: str, *, leans: bool) -> float:
    words = len(_content(question))
    if not leans and _SETS_APART.search(question):
        return SHARE_ALONE[-1]
    shares = SHARE_LEANING if leans else SHARE_ALONE
    return shares[min(words, len(shares) - 1)]


def _content(question: str) -> list[str]:
    return [w for w in _CONTENT.findall(question) if w.lower() not in _FILLER]


def _spoken_of(history: Sequence[Turn]) -> tuple[str, str] | None:
    """The questions that are still being spoken of, and the opening of the last answer."""
    asked = [turn.content for turn in history if turn.role == "user"]
    if not asked:
        return None
    about = next((q for q in reversed(asked) if not leans_back(q)), asked[-1])
    about = about[_end(_FRESH.match(about)) :] or about
    last = asked[-1] if leans_back(asked[-1]) and asked[-1] != about and _content(asked[-1]) else ""
    answers = [turn.content for turn in history if turn.role == "assistant"]
    answered = _opening(answers[-1]) if answers else ""
    return " ".join(f"{about} {last}".split()), answered


def _opening(answer: str) -> str:
    prose = re.sub(r"```.*?(?:```|\Z)|\[\d+\]|[*`#>|]", " ", answer, flags=re.DOTALL)
    return " ".join(prose.split())[:REMEMBERED]


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0
