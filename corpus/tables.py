"""Tables whose cell borders were lost, and how much of them can be had back.

A row such as `ColourRed like a roseWarm` shows its borders where a capital follows a small
letter, a digit or a closing bracket; names written that way themselves (`PyTorch`) show none.  When
the rows do not agree on their number of cells, the table stays as it is, line by line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

_TOKEN = re.compile(r"[^\W_][^\W_]*(?:[._][^\W_]+)*")
_BORDER = re.compile(
    r"(?<=[a-z\u03b1-\u03c9]{2})(?=[A-Z])|(?<=[A-Z]s)(?=[A-Z][a-z])|(?<=[)\]\"'%*!])(?=[A-Z])|(?<=\d)(?=[A-Z][a-z])|"
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
        "FloatTensor LongTensor IntTensor HalfTensor MacBook iPhone LaTeX"
    ).split()
)
_CLASSES = (
    "Linear Bilinear Conv1d Conv2d Conv3d ConvTranspose2d BatchNorm1d BatchNorm2d BatchNorm3d "
    "LayerNorm GroupNorm InstanceNorm2d RMSNorm Dropout Dropout2d Embedding EmbeddingBag RNN LSTM "
    "GRU MultiheadAttention Transformer TransformerEncoder TransformerDecoder Sequential "
    "ModuleList ModuleDict ParameterList ParameterDict Parameter Module Identity Flatten "
    "MaxPool2d AvgPool2d AdaptiveAvgPool2d ReLU "
    "LeakyReLU PReLU ELU SELU GELU SiLU Mish Sigmoid Tanh Softmax LogSoftmax Softplus Hardtanh "
    "CrossEntropyLoss BCELoss BCEWithLogitsLoss MSELoss L1Loss SmoothL1Loss HuberLoss NLLLoss "
    "KLDivLoss CTCLoss TripletMarginLoss CosineEmbeddingLoss MarginRankingLoss HingeEmbeddingLoss "
    "PoissonNLLLoss GaussianNLLLoss MultiLabelMarginLoss SGD Adam AdamW Adamax Adagrad Adadelta "
    "RMSprop NAdam RAdam LBFGS Rprop ASGD SparseAdam DataParallel DistributedDataParallel"
).split()
_PARAMETERS = (
    "in_features out_features in_channels out_channels num_features num_embeddings embedding_dim "
    "input_size hidden_size num_layers embed_dim num_heads normalized_shape kernel_size "
    "num_classes weight_decay"
).split()
_CLASS = rf"(?:{'|'.join(sorted(_CLASSES, key=len, reverse=True))}|[A-Z][A-Za-z0-9]*?Loss)"
_CODE = re.compile(
    rf"(?:torch\.)?(?:nn|optim|F)\.{_CLASS}(?:/\d?d)?(?:\([^()]*\))?"
    rf"(?: / (?:nn\.|optim\.)?{_CLASS})*"
)
_PARAMETER = re.compile(rf"(?<=[a-z)])(?:{'|'.join(_PARAMETERS)})\b")
_ANSWERS = re.compile(r"(?<=Yes)(?=Yes|No)|(?<=No)(?=Yes|No(?![a-z]))")
_LONGEST_ROW = 400
_MOST_BORDERS = 24


def known_names(lines: Sequence[str]) -> frozenset[str]:
    """Every word that a page writes on its own: none of them is a border.

    Lines that may be rows of a table themselves teach nothing.
    """
    names = set(_KNOWN)
    for line in lines:
        lone = " " not in line and not _BORDER.search(line)
        if line and (lone or line[-1] in ".!:" or "=" in line):
            names.update(
                part
                for token in _TOKEN.findall(line)
                for part in (token, *token.split("."))
                if len(part) > 2 and not _GLUED.match(part)
            )
    return frozenset(names)


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
    width = len(borders(rows[0], known)) + 1
    if width < 2:
        return None
    shared = _shared_start(rows[1:], known)
    split = [_split(row, width, known, shared) for row in rows]
    if sum(cells is not None for cells in split) < 0.6 * len(rows):
        return None
    lines = []
    for row, cells in zip(rows, split, strict=True):
        shown = cells if cells is not None else [row] + [""] * (width - 1)
        lines.append("| " + " | ".join(cell.replace("|", "\\|").strip() for cell in shown) + " |")
    lines.insert(1, "|" + "---|" * width)
    return "\n".join(lines)


def _shared_start(rows: Sequence[str], known: Collection[str]) -> str:
    """The word that a cell starts with in many rows, glued to the cell before; empty if none."""
    counts: Counter[str] = Counter()
    for row in rows:
        ends = {
            token[at:]
            for token in re.findall(r"[a-z]{6,40}(?=[:(=])", row)
            for at in range(2, len(token) - 3)
        }
        counts.update(end for end in ends if end in known)
    best, count = max(counts.items(), key=lambda item: (item[1], len(item[0])), default=("", 0))
    return best if count >= max(2, 0.3 * len(rows)) else ""


def _split(row: str, width: int, known: Collection[str], shared: str) -> list[str] | None:
    """The row's cells when exactly `width` of them can be told apart."""
    graded = _graded(row, known, shared)
    if len(graded) >= width - 1:
        best, rest = graded[: width - 1], graded[width - 1 :]
        if not rest or rest[0][0] > best[-1][0]:
            edges = [0, *sorted(at for _, at in best), len(row)]
            return [row[a:b] for a, b in pairwise(edges)]
    at = borders(row, known)
    if shared and len(at) == width - 2:
        start = re.search(rf"(?<=[a-z]){shared}(?=[:(=])", row)
        at = sorted({*at, start.start()}) if start else at
    if len(at) > width - 1:
        firm = [place for place in at if _firm(row, place, known)]
        at = firm if len(firm) == width - 1 else at
    if len(at) != width - 1:
        return None
    edges = [0, *at, len(row)]
    return [row[a:b] for a, b in pairwise(edges)]


def _graded(row: str, known: Collection[str], shared: str) -> list[tuple[int, int]]:
    """Where cells may end, surest first: how unsure it is, and the offset."""
    grades: dict[int, int] = {}
    inside: set[int] = set()
    for match in _CODE.finditer(row):
        inside |= set(range(match.start() + 1, match.end()))
        for at in (match.start(), match.end()):
            if 0 < at < len(row) and not row[at].isspace() and not row[at - 1].isspace():
                grades[at] = 0
    for pattern in (_ANSWERS, _PARAMETER):
        grades.update({m.start(): 0 for m in pattern.finditer(row) if m.start() not in inside})
    if shared:
        grades.update({m.start(): 1 for m in re.finditer(rf"(?<=[a-z]){shared}(?=[:(=])", row)})
    classes = [m.start() for m in _CODE.finditer(row)]
    for at in borders(row, known):
        if at in inside or any(row[at:].startswith(prefix) for prefix in ("/", ",")):
            continue
        # a name whose class stands behind it, such as `BCEWithLogitsLoss`, has no border in it
        before_class = any(at < start and " " not in row[at:start] for start in classes)
        grades.setdefault(at, 3 if before_class else 2 if row[at - 1 : at + 1].isdigit() else 1)
    return sorted((grade, at) for at, grade in grades.items())


def _firm(row: str, at: int, known: Collection[str]) -> bool:
    """Whether whole words meet at the border."""
    left = re.search(r"[^\W_]+$", row[:at])
    right = re.match(r"[^\W_]+", row[at:])
    if right is None:
        return False
    starts = right[0] in known or right[0] in {"Yes", "No", "None", "All", "A", "An", "The"}
    return starts and (left is None or left[0] in known or left[0].lower() in known)
