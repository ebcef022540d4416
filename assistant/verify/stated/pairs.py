"""Parameters in a sentence, each with the value that the sentence gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from assistant.verify import worded
from assistant.verify.names import Known

VALUE = (
    r"(?P<value>\d+/\d+|[-−–]?(?:\d+(?:\.\d+|\.(?=[,)`]))?|\.\d+)(?:e[-+−]?\d+)?|True|False|None|inf\b"
    r"|'[^'\n]*'|\"[^\"\n]*\"|\([-−\d.,\se]+\))"
)
_VALUE = re.compile(rf"(?<![\w.\-/]){VALUE}(?!\w)(?!\s*%)")
DIRECT = re.compile(rf"(?<![\w.])(?P<name>[A-Za-z_]\w*)[`*]*\s*=\s*[`*]*{VALUE}(?![\w%])")

_ITS_OWNER = re.compile(
    r"[`*]*\w+(?:\s*=\s*[`*]*[^\s`,;()]+)?[`*]*(?:\s+(?:of|for|in)\s+(?:the\s+)?|\s+\()"
    r"[`*]*([A-Za-z_][\w.]*)"
)
"""`eps` of `nn.LayerNorm`, `eps=1e-5` in `nn.LayerNorm`, `eps=1e-5` (`nn.LayerNorm`)."""
_MEANT = re.compile(
    r"[`*]*\s*[(,]\s*(?:where |whose |its )?(?:the )?default(?: value)?\s*(?:is|being|:|=)?"
    rf"\s*[`*]*{VALUE}"
)
"""`num_workers=4` (the default is 0)."""
_APART = re.compile(
    r";|\b(?:it|they|we|(?<!and )you|this|that|when|where|if|whose|while|than)\b", re.I
)
"""What tells that a value behind a parameter belongs to something else."""

SYNONYMS = {
    "learning rate": "lr",
    "epsilon": "eps",
    "drop probability": "p",
    "with probability": "p",
    "dropout probability": "p",
    "dropout rate": "p",
    "negative slope": "negative_slope",
    "slope": "negative_slope",
    "number of layers": "num_layers",
    "number of workers": "num_workers",
    "mini-batch size": "batch_size",
}
_EVERYDAY = frozenset(
    "a p x n value input other size default name model function data weight target output source"
    " mode start end step steps key index dim out self base device tensor tensors module".split()
)
"""Parameters whose names are everyday words: prose means them only where it marks them."""
NEAR = 70
"""Characters that may stand between a parameter and its value in a sentence."""


def pairs(
    text: str, inside: Mapping[str, Known], around: Mapping[str, Known], *, told: bool
) -> Iterator[tuple[int, int, str, str, bool]]:
    """Start, end, parameter, value, and whether they were written as `parameter=value`."""
    covered: list[tuple[int, int]] = []
    for hit in DIRECT.finditer(text):
        meant = _MEANT.match(text, hit.end("value")) or hit
        covered.append((hit.start(), meant.end("value")))
        yield hit.start(), meant.end("value"), hit["name"], meant["value"], True
    if not told:
        return
    values = [
        hit
        for hit in _VALUE.finditer(text)
        if not any(low <= hit.start() < high for low, high in covered)
    ]
    owners = {**around, **inside}
    spots = sorted(_spots(text, owners))
    for n, (low, high, parameter) in enumerate(spots):
        if any(start <= low < end for start, end in covered):
            continue
        told_in_words = worded.in_words(text, low, high, worded.default_of(parameter, owners))
        if told_in_words is not None:
            yield low, told_in_words[0], parameter, told_in_words[1], False
            continue
        limit = spots[n + 1][0] if n + 1 < len(spots) else len(text)
        after = next((v for v in values if high <= v.start() <= min(limit, high + NEAR)), None)
        if after is not None and _elsewhere(text, low, high, after):
            continue
        if after is not None and not _APART.search(text, high, after.start()):
            yield low, after.end(), parameter, after["value"], False
            continue
        before = next((v for v in reversed(values) if low - 40 <= v.end() <= low), None)
        uses = before is not None and re.search(
            r"\b(?:uses|takes|sets|picks|has|assumes)\s+[`*]*\Z", text[: before.start()]
        )
        if (
            before is not None
            and uses
            and re.fullmatch(r"[`*]*\s+(?:for|as)\s+(?:the |its )?[`*]*", text[before.end() : low])
        ):
            yield before.start(), high, parameter, before["value"], False
            continue
        if before is not None and re.fullmatch(
            r"[`*]*\s+(?:is|as)\s+(?:the|its)\s+default\s+(?:value\s+)?(?:of|for)?[\s`*]*(?:the\s+)?[`*]*",
            text[before.end() : low],
        ):
            yield before.start(), high, parameter, before["value"], False


def _elsewhere(text: str, low: int, high: int, value: re.Match[str]) -> bool:
    """Whether a value stands in another cell of a row than what is said to have it, or is a range.

    A cell that holds nothing but a parameter's name has its value in the next.
    """
    if re.match(r"\s*(?:to|–|—|-|…|\.\.)\s*\d", text[value.end() :]):
        return True
    if "|" not in text[high : value.start()]:
        return False
    cell = text[text.rfind("|", 0, low) + 1 : text.find("|", high)]
    return cell.strip("`* ") != text[low:high].strip("`* ")


def _spots(text: str, owners: Mapping[str, Known]) -> Iterator[tuple[int, int, str]]:
    """Where parameters of the owners are named."""
    known = {name for about in owners.values() for name in about.parameters}
    for hit in re.finditer(r"(?<![\w.])([A-Za-z_]\w*)(?![\w(]|\.\w)", text):
        marked = (
            text[hit.start() - 1 : hit.start()] == "`" or text[hit.end() : hit.end() + 1] == "`"
        )
        if hit[1] in known and (marked or hit[1] not in _EVERYDAY):
            yield hit.start(), hit.end(), hit[1]
    lower = text.lower()
    spoken = {name.replace("_", " "): name for name in known if "_" in name.strip("_")}
    for words, name in {**spoken, **SYNONYMS}.items():
        if name in known:
            for hit in re.finditer(rf"\b{re.escape(words)}\b", lower):
                yield hit.start(), hit.end(), name


def owner_of(
    parameter: str,
    at: int,
    text: str,
    inside: Mapping[str, Known],
    around: Mapping[str, Known],
) -> str | None:
    """The nearest callable that has the parameter: in the sentence, else before it."""

    def distance(name: str) -> int:
        last = re.escape(name.rpartition(".")[2])
        places = [hit.start() for hit in re.finditer(rf"\b{last}\b", text)]
        return min(
            (abs(at - place) + (0 if place <= at else 20) for place in places), default=len(text)
        )

    named = _ITS_OWNER.match(text, at)
    last = named[1].rstrip(".").rpartition(".")[2] if named else ""
    for name in inside:
        if last and name.rpartition(".")[2] == last:
            return name if parameter in inside[name].parameters else None
    for name in sorted(inside, key=distance):
        if parameter in inside[name].parameters:
            return name
    if inside:
        return None
    return next((name for name in around if parameter in around[name].parameters), None)
