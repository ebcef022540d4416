"""Tables whose cell borders were lost, and how much of them can be had back.

A row such as `ColourRed like a roseWarm` shows its borders where a capital follows a small
letter, a digit or a closing bracket; names written that way themselves (`PyTorch`) show none.  When
the rows do not agree on their number of cells, the table stays as it is, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from corpus.rows import Ways, split_rows

_TOKEN = re.compile(r"[^\W_][^\W_]*(?:[._][^\W_]+)*")
_BORDER = re.compile(
    r"(?<=[a-z\u03b1-\u03c9]{2})(?=[A-Z])|(?<=[A-Z]s)(?=[A-Z][a-z])|(?<=[)\]\"'%*!])(?=[A-Z])|"
    r"(?<=\d)(?=[A-Z][a-z])|"
    r"(?<=[)\]])(?=[A-Za-z0-9])|(?<=[a-z]{3})(?=\d)|(?<=\d)(?=[a-z]{4})|"
    r"(?<=[A-Z]{2})(?=[A-Z][a-z]{2})|(?<=[A-Za-z)]{3})(?=(?:torch|nn|optim|np)\.\w)"
)
_MEETING = re.compile(
    r"[a-z\u03b1-\u03c9)\]\"'%*!\d][A-Z]|[a-z]\d|[\d)\]][a-z]|[)\]]\d|[A-Z]{3}[a-z]|"
    r"[A-Za-z)](?:torch|nn|optim|np)\."
)
"""What meets at any of these borders."""
# Written with a capital inside; pages on machine learning name them all the time.
_KNOWN = frozenset(
    (
        "PyTorch TensorFlow NumPy SciPy JavaScript TypeScript GitHub GitLab OpenAI "
        "DeepMind YouTube "
        "TorchScript TorchServe TorchVision LeakyReLU ReLU GELU SiLU PReLU BatchNorm LayerNorm "
        "GroupNorm RMSNorm RMSProp RMSprop AdamW DataLoader DataFrame TensorBoard TensorRT CoreML "
        "MLflow ResNet ImageNet MobileNet EfficientNet AlexNet LeNet DenseNet VGGNet BFloat16 "
        "cuDNN TFLite FloatTensor LongTensor IntTensor HalfTensor MacBook iPhone LaTeX"
    ).split()
)
_LONGEST_ROW = 400
_MOST_ROWS = 120  # a longer run of lines is no table of a page
_MOST_BORDERS = 24


def known_names(lines: Sequence[str]) -> frozenset[str]:
    """Every word that a page writes on its own: none of them is a border.

    Lines that may be rows of a table themselves teach nothing.
    """
    names = set(_KNOWN)
    for line in lines:
        lone = " " not in line and not _BORDER.search(line)
        if line and (lone or line[-1] in ".!:" or "\n" in line or _ASSIGNED.match(line)):
            names.update(_TOKEN.findall(line))
    parts = {part for name in names if "." in name for part in name.split(".")}
    return frozenset(name for name in names | parts if len(name) > 2 and not _GLUED.match(name))


_ASSIGNED = re.compile(r"[A-Za-z_][\w.]*(?:\[[^\]]*\])?(?:, ?[A-Za-z_]\w*)*\s*=\s")
_GLUED = re.compile(r"(?:the|an?|and|or|than|both|main|while|when|with|that|from|of)[A-Z]")


def borders(row: str, known: Collection[str]) -> list[int]:
    """Offsets in `row` where a cell may end."""
    if not _MEETING.search(row):
        return []
    found = [match.start() for match in _BORDER.finditer(row)]
    if not found or len(found) > _MOST_BORDERS:
        return []
    pairs = _pairs(frozenset(known))
    covered: set[int] = set()
    for token in _WORD.finditer(row):
        start, end = token.span()
        inside = [at for at in found if start < at < end and row[at - 1 : at + 1] in pairs]
        if not inside:
            continue
        # where a name may begin and where it may end, whichever border it stands over
        lefts = [
            at
            for at in range(start, inside[-1])
            if at == start or row[at].isupper() or not row[at - 1].isalnum()
        ]
        rights = [at for at in range(end, inside[0], -1) if at == len(row) or not row[at].islower()]
        covered.update(at for at in inside if _inside_name(row, lefts, rights, at, known))
    return [at for at in found if at not in covered]


@lru_cache(maxsize=4)
def _pairs(known: frozenset[str]) -> frozenset[str]:
    """All the pairs of letters that stand side by side in known names."""
    return frozenset(name[at : at + 2] for name in known for at in range(len(name) - 1))


_WORD = re.compile(r"[^\s,;/()\[\]]+")
_LONGEST_HALF = 24  # characters of a name on either side of a border


def _inside_name(
    row: str, lefts: Sequence[int], rights: Sequence[int], at: int, known: Collection[str]
) -> bool:
    """Whether a known name stands over the offset `at`."""
    ends = [right for right in rights if at < right <= at + _LONGEST_HALF]
    return any(
        row[left:right] in known
        for left in lefts
        if at - _LONGEST_HALF <= left < at
        for right in ends
    )


def is_row(line: str, known: Collection[str]) -> bool:
    """Whether a line shows at least one lost border and reads like no sentence."""
    if not line or len(line) > _LONGEST_ROW or line.rstrip()[-1] in ".?!:;":
        return False
    return bool(borders(line, known))


def rebuild(rows: Sequence[str], known: Collection[str], ways: Ways | None = None) -> str | None:
    """The rows as a Markdown table, or `None` where the evidence does not carry that far.

    Args:
        rows: lines, the header first.
        known: words that the page writes on their own.
        ways: what is left for the page; enough for one when there is none.
    """
    if len(rows) > _MOST_ROWS:
        return None
    at = [borders(row, known) for row in rows]
    width, split = split_rows(rows, at, known, ways or Ways())
    if width < 2 or sum(cells is not None for cells in split) < 0.6 * len(rows):
        return None
    return markdown(
        [cells if cells is not None else (row,) for row, cells in zip(rows, split, strict=True)]
    )


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as a Markdown table, the first as its header."""
    width = max(len(row) for row in rows)
    lines = [
        "| "
        + " | ".join(
            cell.replace("|", "\\|").strip() for cell in (*row, *[""] * (width - len(row)))
        )
        + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "---|" * width)
    return "\n".join(lines)


def is_split(table: str) -> bool:
    """Whether a table's text shows its cells, and is not kept line by line."""
    return "|" in table.split("\n", 1)[0]
