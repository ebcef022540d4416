"""Rows of a table to its cells: the reading of all rows together that agrees best with itself.

A row offers places where a cell may end, each with a price: a known name's end is nearly free, a
number that meets a word costs more.  Rows that can be read in one way only teach what each column
looks like; the others are read so that they fit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, pairwise
from math import comb, log

CLASSES = (
    "Linear Bilinear Conv1d Conv2d Conv3d ConvTranspose2d BatchNorm1d BatchNorm2d BatchNorm3d "
    "LayerNorm GroupNorm InstanceNorm2d RMSNorm Dropout Dropout1d Dropout2d Dropout3d Embedding "
    "EmbeddingBag RNN LSTM "
    "GRU MultiheadAttention Transformer TransformerEncoder TransformerDecoder Sequential "
    "ModuleList ModuleDict ParameterList ParameterDict Parameter Module Identity Flatten "
    "MaxPool2d AvgPool2d AdaptiveAvgPool2d ReLU "
    "LeakyReLU PReLU ELU SELU GELU SiLU Swish Mish Sigmoid Tanh Softmax LogSoftmax Softplus "
    "Hardtanh "
    "CrossEntropyLoss BCELoss BCEWithLogitsLoss MSELoss L1Loss SmoothL1Loss HuberLoss NLLLoss "
    "KLDivLoss CTCLoss TripletMarginLoss CosineEmbeddingLoss MarginRankingLoss HingeEmbeddingLoss "
    "PoissonNLLLoss GaussianNLLLoss MultiLabelMarginLoss SGD Adam AdamW Adamax Adagrad Adadelta "
    "RMSprop NAdam RAdam LBFGS Rprop ASGD SparseAdam DataParallel DistributedDataParallel"
).split()
"""Classes that pages on PyTorch name, as a rule behind `nn.` or `optim.`."""
_NAMES = (
    *CLASSES,
    *(
        "StepLR MultiStepLR ExponentialLR LinearLR ConstantLR CosineAnnealingLR LambdaLR CyclicLR "
        "CosineAnnealingWarmRestarts OneCycleLR ReduceLROnPlateau PolynomialLR SequentialLR "
        "Dataset "
        "IterableDataset DataLoader TensorDataset Autograd BatchNorm TorchScript"
    ).split(),
)
_PARAMETERS = (
    "in_features out_features in_channels out_channels num_features num_embeddings embedding_dim "
    "input_size hidden_size num_layers embed_dim num_heads normalized_shape kernel_size "
    "num_classes weight_decay worker_init_fn batch_size step_size"
).split()
_ALTERNATIVES = "|".join(sorted(_NAMES, key=len, reverse=True))
_CLASS = rf"(?:{'|'.join(sorted(CLASSES, key=len, reverse=True))}|[A-Z][A-Za-z0-9]*?Loss)"
_CALL = re.compile(
    rf"(?:torch\.)?(?:nn|optim|F)\.{_CLASS}(?:/\d?d)?(?:\([^()]*\))?"
    rf"(?: / (?:nn\.|optim\.)?{_CLASS})*"
)
_DTYPE = re.compile(
    r"torch\.(?:bfloat16|float(?:16|32|64)|u?int(?:8|16|32|64)|complex(?:64|128)|bool|double|half|"
    r"long|short)|(?<!pr)(?:bfloat16|float(?:16|32|64)|u?int(?:8|16|32|64))"
)
_OPENING = re.compile(rf"(?:{_ALTERNATIVES})(?:(?:\s?/\s?)(?:{_ALTERNATIVES}))*")
# names that are no English words; one that goes on in small letters has another word glued to it
_CAMEL = re.compile(
    r"(?:(?<=[a-z ])|\b)(?:"
    + "|".join(
        name
        for name in sorted(_NAMES, key=len, reverse=True)
        if re.search(r"[a-z][A-Z]|[A-Z]{3}", name) or name == "Sequential"
    )
    + r")(?!s\b)"
)
_PRICED: tuple[tuple[int, re.Pattern[str]], ...] = (
    (0, re.compile(rf"(?<=[a-z)])(?=(?:{'|'.join(_PARAMETERS)})\b)")),
    (0, re.compile(r"(?<=Yes)(?=(?:Yes|No)(?![a-z]))|(?<=No)(?=(?:Yes|No)(?![a-z]))")),
    (1, re.compile(r"(?<=[a-z\d)]No)(?=[A-Z][a-z])|(?<=[a-z\d)]No)(?=[A-Z] )")),
    (1, re.compile(r"(?<=[?%])(?=[A-Z])")),
    (1, re.compile(r"(?<=[a-z\d)])(?<!cud)(?=(?:torch|torchvision|nn|optim|np|tf|F)\.[A-Za-z])")),
    (1, re.compile(r"(?<=[a-z])(?=nn )|(?<=[a-z])(?=__\w+__)|(?<=\))(?=[(\[])")),
    (1, re.compile(r"(?<=[a-z]{2})(?=(?:bfloat|float|u?int)\d)")),
    (2, re.compile(r"(?<=\d)(?=[A-Z])|(?<=[A-Z]{2})(?=[A-Z][a-z]{2})")),
    (2, re.compile(r"(?<=\W[a-zα-ω])(?=[A-Z][a-z]{2})|(?<=[α-ω])(?=[a-z]+_)")),
    (2, re.compile(r"(?<=[a-z]{3})(?=(?:lr|alpha|beta|gamma|eps|momentum)\b)")),
    (2, re.compile(r"(?<=[a-z]{2})(?=N/A\b)|(?<=\))(?=[A-Z]\()")),
    (2, re.compile(r"(?<=[\W\d][A-Z])(?=[A-Z][a-z]{2})|(?<=[a-z]…)(?=[A-Z])")),
    (3, re.compile(r"(?<=[a-z]{4})(?=\([A-Z*−-])")),
    (3, re.compile(r"(?<=[a-z]{3})(?=\d)|(?<=\d)(?=[a-z]{4})|(?<=[a-z]{4})(?=[pknx] \()")),
)
_PREFIXES = tuple(
    "under over super inter multi semi auto fore anti back post out mis non pre sub".split()
)
_MOST_PLACES = 16  # places looked at in a row
_MOST_CELLS = 7
_EMPTY = 3.0  # price of an empty cell
_UNBALANCED = 3.0  # price of a cell in which a bracket is left open
_PASSED = 1.0  # price of a likely place inside a cell, in a row with an empty one
_LIKELY = 2
_DEAREST = 1.5  # price for each cell that a reading may cost at most
_MOST_WAYS = 60_000
"""Ways to cut rows that are weighed for all tables of a page; pages of many tables have 2,000."""
_SURE = 0.75  # how much better than the next one a reading must be


@dataclass(slots=True)
class Ways:
    """How many more ways to cut rows may be weighed on a page."""

    left: int = _MOST_WAYS

    def granted(self, places: Sequence[dict[int, float]], width: int) -> bool:
        """Whether rows with so many places may be cut into `width` cells; if so, it is counted."""
        shorter = width - 2 if width > 2 else 0
        wanted = sum(
            comb(len(row), width - 1) + shorter * comb(len(row), width - 2) for row in places
        )
        if wanted > self.left:
            return False
        self.left -= wanted
        return True


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to cut a row: its cells, and what it costs."""

    cells: tuple[str, ...]
    price: float


def split_rows(
    rows: Sequence[str], borders: Sequence[Sequence[int]], known: Collection[str], ways: Ways
) -> tuple[int, list[tuple[str, ...] | None]]:
    """The number of columns and each row's cells, `None` for a row that stays whole.

    Args:
        rows: the lines of a table, the first its header.
        borders: for each row, where its letters show a border.
        known: words that the page writes on their own.
        ways: what is left for the page.
    """
    shared = _shared_start(rows[1:], known)
    places = [
        _places(row, at, known, shared, header=n == 0)
        for n, (row, at) in enumerate(zip(rows, borders, strict=True))
    ]
    best: tuple[float, int, list[tuple[str, ...] | None]] = (0.0, 0, [])
    for width in _widths(places):
        if not ways.granted(places, width):
            continue
        cells = _fitted(rows, places, width)
        if cells[0] is None:
            continue
        score = sum(_worth(at, row) for at, row in zip(places, cells, strict=True)) / len(cells)
        if score > best[0]:
            best = (score, width, cells)
    return best[1], best[2]


def _worth(places: dict[int, float], cells: tuple[str, ...] | None) -> float:
    """How much a row speaks for a number of columns, 0 to 1.

    A likely place that was passed over and an empty cell speak against it.
    """
    if cells is None:
        return 0.0
    likely = sum(price <= 1 for price in places.values())
    return (1.0 if all(cells) else 0.5) / (1 + max(0, likely + 1 - len(cells)))


def _widths(places: Sequence[dict[int, float]]) -> list[int]:
    """Numbers of columns worth trying, the header's own first."""
    header = 1 + sum(price <= 2 for price in places[0].values())
    sure = Counter(1 + sum(price <= 1 for price in row.values()) for row in places)
    tried = [header, *(width for width, _ in sure.most_common(2))]
    return [width for width in dict.fromkeys(tried) if 2 <= width <= _MOST_CELLS]


# ------------------------------------------------------------------ where cells may end


def _places(
    row: str, borders: Sequence[int], known: Collection[str], shared: str, *, header: bool
) -> dict[int, float]:
    """Where cells of a row may end, and at what price."""
    prices: dict[int, float] = {}
    inside: set[int] = set()

    def offer(at: int, price: float) -> None:
        if 0 < at < len(row) and not row[at - 1].isspace() and not row[at].isspace():
            prices[at] = min(price, prices.get(at, price))

    for pattern in (_CALL, _DTYPE):
        for match in pattern.finditer(row):
            inside.update(range(match.start() + 1, match.end()))
            offer(match.start(), 0)
            offer(match.end(), 0)
    if opening := _OPENING.match(row):
        inside.update(range(1, opening.end()))
        behind = row[opening.end() : opening.end() + 1]
        call = re.compile(r"\((?:[^()]|\([^()]*\))*\)").match(row, opening.end())
        if call:
            inside.update(range(opening.end() + 1, call.end()))
            offer(call.end(), 0)
        if behind not in {"/", "-", "_", "'", ".", ",", "s", ""}:
            offer(opening.end(), 2 if behind == "(" else 1 if behind.islower() else 0)
    for match in _CAMEL.finditer(row):
        inside.update(range(match.start() + 1, match.end()))
        if row[match.end() : match.end() + 1].islower():
            offer(match.end(), 1)
    for at in borders:
        offer(at, 1)
    for price, pattern in _PRICED:
        for match in pattern.finditer(row):
            offer(match.start(), price)
    for at in _known_starts(row, known, shared):
        offer(at, 1 if shared and row.startswith(shared, at) else 2)
    # `torch.float` is a name as well as `torch.float32`
    for match in re.finditer(r"(?<=\w)torch\.(?:float|int)(?=\d)", row):
        offer(match.end(), 1)
        inside.discard(match.end())
    sheltered = inside | _in_brackets(row)
    kept = {
        at: price + (2 if at in sheltered and not header else 0)
        for at, price in prices.items()
        if row[at] not in "/,;:" and row[at - 1] not in "/(["
    }
    return dict(sorted(kept.items(), key=lambda item: item[1])[:_MOST_PLACES])


def _in_brackets(row: str) -> set[int]:
    """Offsets at which a bracket is open that closes further on."""
    found: set[int] = set()
    opened: list[int] = []
    for index, char in enumerate(row):
        if char in "([":
            opened.append(index)
        elif char in ")]" and opened:
            found.update(range(opened.pop() + 1, index + 1))
    return found


def _known_starts(row: str, known: Collection[str], shared: str) -> Iterator[int]:
    """Where a word that the page knows may be glued to the one before."""
    for match in re.finditer(r"[A-Za-z]{3,40}(?=[_:(=\[.])[\w]*", row):
        word = match[0]
        for at in range(2, len(word)):
            rest = word[at:]
            if rest == shared or ("_" in rest and rest in known):
                yield match.start() + at
                break
            head = re.match(r"[a-z]+", rest)
            if shared and head and rest.startswith(shared) and head[0] == shared:
                yield match.start() + at
                break


def _shared_start(rows: Sequence[str], known: Collection[str]) -> str:
    """The word that a cell starts with in many rows, glued to the cell before; empty if none."""
    counts: Counter[str] = Counter()
    variables: Counter[str] = Counter()
    for row in rows:
        ends: set[str] = set()
        for token in re.findall(r"[A-Za-z]{6,40}(?=[:(=])", row):
            ends.update(
                token[at:]
                for at in range(2, len(token) - 3)
                if token[at:].islower() and not token[:at].lower().endswith(_PREFIXES)
            )
        counts.update(end for end in ends if end in known)
        variables.update(set(re.findall(r"[a-z]{3}([xy])(?=[.\[])", row)))
    best, count = max(counts.items(), key=lambda item: (item[1], len(item[0])), default=("", 0))
    if count >= max(2, 0.3 * len(rows)):
        return best
    best, count = max(variables.items(), key=lambda item: item[1], default=("", 0))
    return best if count >= max(3, 0.8 * len(rows)) else ""


# ------------------------------------------------------------------ what fits


@dataclass(frozen=True, slots=True)
class _Column:
    """What the cells of a column look like."""

    starts: Counter[str]
    shapes: Counter[str]
    length: float  # mean logarithm of the cells' lengths
    cells: int
    judged: dict[str, float] = field(default_factory=dict)

    def strangeness(self, cell: str) -> float:
        """How unlike the others a cell is, 0 to about 2."""
        known = self.judged.get(cell)
        if known is None:
            known = self.judged[cell] = self._strangeness(cell) if self.cells else 0.0
        return known

    def _strangeness(self, cell: str) -> float:
        start = 1 - self.starts[_start(cell)] / self.cells
        shape = 1 - self.shapes[_shape(cell)] / self.cells
        return start + 0.5 * shape + min(0.5, 0.2 * abs(log(len(cell) + 1) - self.length))


@lru_cache(maxsize=4096)
def _start(cell: str) -> str:
    """What a cell starts like."""
    char = cell[:1]
    if re.match(r"(?:torch|nn|optim|np|F)\.", cell):
        return "name"
    if char.isdigit():
        return "digit"
    if char.isalpha():
        return "capital" if char.isupper() else "small"
    return char


@lru_cache(maxsize=4096)
def _shape(cell: str) -> str:
    if re.fullmatch(r"[\d.,eE%+-]+", cell):
        return "number"
    if re.fullmatch(r"(?:Yes|No)\b.*", cell):
        return "yes or no"
    if " " not in cell:
        return "word"
    return "code" if re.match(r"\w+(?:\.\w+)*[(\[=]", cell) else "words"


def _columns(rows: Sequence[tuple[str, ...]], width: int) -> list[_Column]:
    columns = []
    for place in range(width):
        cells = [row[place] for row in rows if row[place]]
        columns.append(
            _Column(
                Counter(_start(cell) for cell in cells),
                Counter(_shape(cell) for cell in cells),
                sum(log(len(cell) + 1) for cell in cells) / max(1, len(cells)),
                len(cells),
            )
        )
    return columns


def _fitted(
    rows: Sequence[str], places: Sequence[dict[int, float]], width: int
) -> list[tuple[str, ...] | None]:
    """Each row's cells for a number of columns."""
    ways = [list(_ways(row, at, width)) for row, at in zip(rows, places, strict=True)]
    chosen = [_best(readings, None) for readings in ways]
    for _ in range(2):
        taught = [cells for cells in chosen[1:] if cells is not None and all(cells)]
        if len(taught) < 2:
            return chosen
        columns = _columns(taught, width)
        chosen = [chosen[0], *(_best(readings, columns) for readings in ways[1:])]
    if chosen[0] is None and width > 2:
        # the corner of a table is often empty
        named = _best(list(_ways(rows[0], places[0], width - 1)), None)
        chosen[0] = ("", *named) if named is not None else None
    return chosen


def _ways(row: str, places: dict[int, float], width: int) -> Iterator[Reading]:
    """The ways to cut a row into so many cells, or into one less with an empty one."""
    for count in (width - 1, width - 2) if width > 2 else (width - 1,):
        for chosen in combinations(sorted(places), count):
            edges = [0, *chosen, len(row)]
            cells = [row[a:b].strip() for a, b in pairwise(edges)]
            price = sum(places[at] for at in chosen)
            price += _UNBALANCED * sum(not _balanced(cell) for cell in cells)
            if count == width - 1:
                yield Reading(tuple(cells), price)
            else:
                price += _PASSED * sum(
                    cost <= _LIKELY for at, cost in places.items() if at not in chosen
                )
                # the first and the last cell of a row are hardly ever the empty ones
                for empty in range(1, width - 1):
                    filled = (*cells[:empty], "", *cells[empty:])
                    yield Reading(filled, price + _EMPTY)


def _balanced(cell: str) -> bool:
    return all(
        cell.count(left) == cell.count(right) or ("∞" in cell or "," in cell[:12])
        for left, right in ("()", "[]")
    )


def _told(cells: Sequence[str], columns: Sequence[_Column]) -> bool:
    """Whether a column beside the empty cell is of a kind that cannot be mistaken, and fits."""
    empty = cells.index("")
    return any(
        0 < column.cells <= 1.25 * column.shapes[_shape(cells[place])]
        and (_shape(cells[place]) in {"number", "yes or no"} or _start(cells[place]) == "name")
        for place, column in enumerate(columns)
        if abs(place - empty) == 1
    )


def _best(readings: Sequence[Reading], columns: Sequence[_Column] | None) -> tuple[str, ...] | None:
    """The cheapest reading, unless another one is nearly as cheap."""
    priced: list[tuple[float, tuple[str, ...]]] = []
    for reading in readings:
        price = reading.price
        if columns is None:
            if not all(reading.cells):
                continue
        else:
            if not all(reading.cells) and not _told(reading.cells, columns):
                continue
            price += sum(
                column.strangeness(cell)
                for column, cell in zip(columns, reading.cells, strict=True)
                if cell
            )
        if price > _DEAREST * len(reading.cells):
            continue
        priced.append((price, reading.cells))
    priced.sort()
    if not priced:
        return None
    if len(priced) > 1 and priced[1][0] - priced[0][0] < (_SURE if columns is None else 0.25):
        return None
    return priced[0][1]
