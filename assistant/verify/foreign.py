"""Whether what a sentence states is said of other libraries, other times, or denied."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLAUSES = re.compile(
    r"[;:]\s|,\s+(?:so|but|and|which|because|while|whereas|since|hence|yet)\s"
    r"|\s+(?:so that|because)\s"
)
ELSEWHERE = re.compile(
    r"\b(?:used to|formerly|previously|originally|was|were|until|older|before|in the paper"
    r"|tensorflow|keras|jax|flax|scikit|sklearn|numpy|recommend\w*|typical\w*|common(?:ly)?|usual(?:ly)?"
    r"|good|sensible|reasonable|popular|sane|should|differs?|hugging ?face"
    r"|our|my|scripts?|config\w*|experiments?|recipes?|pipelines?|projects?|codebase|GPT\S*|BERT|prefers?"
    r"|lightning|changed|paper|e\.g\.|for example|most)\b",
    re.I,
)
_DENIES = re.compile(r"\b(?:not|isn't|never|instead|passes|passing)\b", re.I)
"""What says so of its own clause alone."""
_NEW_SUBJECT = re.compile(
    r"(?<=[`\w)]),?\s+(?:and |but |while |whereas )?(?=`?(?:(?:torch|nn|F|optim)\.[\w.]+"
    r"|[A-Z][a-z]+[A-Z]\w*"
    r"|Adam\w*|SGD|Keras|TensorFlow|JAX|[Tt]he paper)`? (?:has|uses|sets|keeps|takes|defaults"
    r"|comes)\b)"
)
_STANDS_BEFORE = re.compile(r"^\W*(?:in|for|with|under|by|on|at|according|as|unlike|like)\b", re.I)


# What something is set beside, behind what is said of it.
_ASIDE = re.compile(
    r",\s+(?:unlike|as (?:in|opposed to)|in contrast to|just like|like in|contrary to)\b[^;]*$"
    r"|\s+\((?:unlike|as in|in contrast)[^()]*\)"
)


def part_around(text: str, at: int) -> tuple[int, int]:
    """Start and end of what a semicolon and an aside leave of a sentence around `at`."""
    low = text.rfind("; ", 0, at) + 1
    high = text.find("; ", at)
    high = len(text) if high < 0 else high
    aside = _ASIDE.search(text, at, high)
    return low, aside.start() if aside is not None else high


def of_others(text: str, at: int) -> bool:
    """Whether what stands at `at` is said of other libraries or times, or is denied."""
    around = (span for span in clauses(text) if span[0] <= at <= span[1])
    low, high = next(around, (0, len(text)))
    if _DENIES.search(text, low, high):
        return True
    begin, end = 0, len(text)
    for hit in _NEW_SUBJECT.finditer(text):
        if _STANDS_BEFORE.match(text[begin : hit.start()]):
            continue
        begin, end = (hit.end(), end) if hit.end() <= at else (begin, min(end, hit.start()))
    start, stop = part_around(text, at)
    return bool(ELSEWHERE.search(text, max(begin, start), min(end, stop)))


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each clause of a sentence."""
    low = 0
    for hit in _CLAUSES.finditer(text):
        yield low, hit.start()
        low = hit.end()
    yield low, len(text)
