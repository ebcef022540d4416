"""Tables whose cell borders were lost, and how much of them can be had back.

A row such as `ColourRed like a roseWarm` shows its borders where a capital follows a small
letter, a digit or a closing bracket; names written that way themselves (`PyTorch`) show none.  When
the rows do not agree on their number of cells, the table stays as it is, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from corpus.rows import split_rows

_TOKEN = re.compile(r"[^\W_][^\W_]*(?:[._][^\W_]+)*")
_BORDER = re.compile(
    r"(?<=[a-z\u03b1-\u03c9]{2})(?=[A-Z])|(?<=[A-Z]s)(?=[A-Z][a-z])|(?<=[)\]\"'%*!])(?=[A-Z])|"
    r"(?<=\d)(?=[A-Z][a-z])|"
    r"(?<=[)\]])(?=[A-Za-z0-9])|(?<=[a-z]{3})(?=\d)|(?<=\d)(?=[a-z]{4})|"
    r"(?<=[A-Z]{2})(?=[A-Z][a-z]{2})|(?<=[A-Za-z)]{3})(?=(?:torch|nn|optim|np)\.\w)"
)
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
            names.update(
                part
                for token in _TOKEN.findall(line)
                for part in (token, *token.split("."))
                if len(part) > 2 and not _GLUED.match(part)
            )
    return frozenset(names)


_ASSIGNED = re.compile(r"[A-Za-z_][\w.]*(?:\[[^\]]*\])?(?:, ?[A-Za-z_]\w*)*\s*=\s")
_GLUED = re.compile(r"(?:the|an?|and|or|than|both|main|while|when|with|that|from|of)[A-Z]")


def borders(row: str, known: Collection[str]) -> list[int]:
    """Offsets in `row` where a cell may end."""
    found = [match.start() for match in _BORDER.finditer(row)]
    if not found or len(found) > _MOST_BORDERS:
        return []
    covered: set[int] = set()
    for token in re.finditer(r"[^\s,;/()\[\]]+", row):
        inside = [at for at in found if token.start() < at < token.end()]
        for at in inside:
            if at not in covered and _inside_name(row, token.start(), token.end(), at, known):
                covered.add(at)
    return [at for at in found if at not in covered]


def _inside_name(row: str, start: int, end: int, at: int, known: Collection[str]) -> bool:
    """Whether a known name stands over the offset `at`."""
    for left in range(max(start, at - 24), at):
        if left > start and row[left - 1].isalnum() and not row[left].isupper():
            continue
        for right in range(min(end, at + 24), at, -1):
            if right < len(row) and row[right].islower():
                continue
            if row[left:right] in known:
                return True
    return False


def is_row(line: str, known: Collection[str]) -> bool:
    """Whether a line shows at least one lost border and reads like no sentence."""
    if not line or len(line) > _LONGEST_ROW or line.rstrip()[-1] in ".?!:;":
        return False
    return bool(borders(line, known))


def rebuild(rows: Sequence[str], known: Collection[str]) -> str | None:
    """The rows as a Markdown table, or `None` where the evidence does not carry that far."""
    if len(rows) > _MOST_ROWS:
        return None
    width, split = split_rows(rows, [borders(row, known) for row in rows], known)
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
