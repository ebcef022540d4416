"""What a comment expects of the code beside it, read from its words alone.

Reading is shy: a comment counts as a claim only if what it begins (or, behind an arrow or an equals
sign, ends) with is a value, a shape, a dtype, a device or an error, and the rest is remark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from assistant.types import ClaimKind
from assistant.verify import literals
from assistant.verify.literals import Angle, Call, Const, Dots, Node, Num, Seq, Text, Word

DTYPES = frozenset(
    {
        "float16", "float32", "float64", "bfloat16", "half", "float", "double", "int8", "int16",
        "int32", "int64", "uint8", "short", "int", "long", "bool", "complex64", "complex128",
    }
)  # fmt: skip
DTYPE_ALIASES = {
    "half": "float16", "float": "float32", "double": "float64", "short": "int16", "int": "int32",
    "long": "int64", "cfloat": "complex64", "cdouble": "complex128",
}  # fmt: skip
_DTYPE_WORDS = re.compile(
    r"(?:torch\.|np\.|numpy\.)?(float(?:16|32|64)|bfloat16|u?int(?:8|16|32|64)|complex(?:64|128)"
    r"|(?<=torch\.)(?:half|float|double|short|int|long|bool))\b"
)
_DEVICE_WORDS = re.compile(r"(?:cpu|cuda(?::\d+)?|mps(?::\d+)?|xpu(?::\d+)?|meta)\b")
# Names under which dimensions usually go; a tuple of nothing else still says how many there are.
_DIMENSIONS = re.compile(
    r"(?:[BNCHWTLDESKMPQF]|[BNTLSDH]_?\w{0,5}|batch(?:_size)?|seq(?:_len(?:gth)?)?|time|steps?|hidden"
    r"(?:_size|_dim)?|features?|channels?|classes|n(?:um)?_\w+|\w+_(?:dim|size|len|features|channels"
    r"|classes)|heads?|height|width|h|w|d_model|embed\w*|dim|vocab\w*|tokens?|len|length|k|d|n|m)"
)
_SEPARATOR = re.compile(
    r"\s*$|\s*[—–]|\s+-{1,2}\s+(?!\d)|\s{2,}|\t|\s*[;!✓✔✅←]|\s*\.(?:\s|$)|\s+\((?!\s*[\d(])|\s*<-"
    r"|\s+(?:because|since|due to|i\.e|as (?:expected|the|it|both|a)|which|thanks)\b|\s+#|\s*\|"
)
_COMMA = re.compile(r"\s*,\s+(?!(?:and|or|then)\b)[A-Za-z]")
_LEADS = re.compile(
    r"\s*(?:(?:→|->|=>|⇒|➜|▶|-->|==>|>>|<-|←|=(?!=)|\*)\s*|(?:out(?:put)?|result|prints?|printed"
    r"|returns?|gives?|yields?|now|still|also|value|expected|expect|observed|shows?|displays?"
    r"|evaluates to|becomes?|will print|should (?:be|print|give)|this (?:is|prints|gives)|it is"
    r"|stays|remains|equals?|is)\b\s*:?\s+)",
    re.IGNORECASE,
)
_APPROX = re.compile(
    r"\s*(?:≈|~|≃|∼|about\b|approx(?:imately|\.)?|around\b|roughly\b|nearly\b|close to\b)\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\s*(?P<label>[^\W\d][\w.]*(?:\(\)|\[[\w\s,:'\"-]*\]|\([\w\s,.='\"-]*\))?"
    r"(?:\.[^\W\d]\w*(?:\([\w\s,.='-]*\))?)*)\s*(?P<sign>==|=|:|→|->|=>|\bis\b|≈)\s*(?P<rest>\S.*)$",
    re.DOTALL,
)
_SHAPE_LEAD = re.compile(
    r"\s*(?:(?:new|output|resulting|final|the|input|same|tensor(?: of)?)\s+)?"
    r"(?:shapes?|sizes?|dims?|dimensions)\b\s*(?:is|are|of|now|=|:|→|->|=>|becomes)?\s*",
    re.IGNORECASE,
)
_DTYPE_LEAD = re.compile(r"\s*(?:dtype|data type|type)\b\s*(?:is|=|:|→|->)?\s*", re.IGNORECASE)
_DEVICE_LEAD = re.compile(r"\s*(?:device|on)\b\s*(?:is|=|:|→|->)?\s*", re.IGNORECASE)
_FILLED = re.compile(
    r"\s*\(?(\d+(?:\s*[×x]\s*\d+)+)\)?\s+(?:(?:tensor|matrix)\s+of\s+)?(zeros|ones)\b(?!\w)",
)
_TIMES = re.compile(
    r"\s*\(?(\d+(?:\s*[×]\s*\d+)+)\)?(?=\s*$|\s+(?:matrix|tensor|identity)\b|\s*[—–,])"
)
_RANK = re.compile(
    r"\s*(?:a\s+)?(?:(?P<n>\d)-?[dD]|(?P<zero>scalar|0-dim(?:ensional)?))"
    r"(?:\s+(?P<what>tensors?|arrays?|vector|matrix))?(?P<rest>.*)$",
    re.DOTALL,
)
_ERROR_NAME = re.compile(r"\b([A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit)|StopIteration)\b")
_FAILS = re.compile(
    r"\s*(?:[→✗✘❌×!]\s*|->\s*|=>\s*)*(?P<what>(?:this\s+|it\s+|will\s+|would\s+|should\s+|also\s+)*"
    r"(?:raises?|raised|throws?|errors?\b|ERROR\b|fails?\b|FAILS\b|Error\b|crash(?:es)?|not allowed"
    r"|illegal|breaks)|(?:[\w.]*(?:Error|Exception)\b))",
)
_NOT_FAILS = re.compile(
    r"\b(?:no|not|without|never|doesn't|does not|won't|will not|avoids?|may|might|could|can|if|"
    r"when|unless|until|rate|term|metric|handling|bars?|loss|between|signal|of the|squared|mean)\b",
    re.IGNORECASE,
)
_WORKS = re.compile(
    r"\s*(?:now\s+|also\s+|still\s+|this\s+|it\s+)*(?:works|WORKS|ok|OK|okay|no error|fine|"
    r"succeeds|valid)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_RESULT = re.compile(
    r"(?:=>|→|->|⇒|≈|(?<![-+*/@%=!<>])=(?!=))\s*(?P<value>[^=→⇒≈]+?)\s*[✓✔.!]*\s*$"
)


@dataclass(frozen=True, slots=True)
class Value:
    """The thing is this value; `approximate` when the author hedges."""

    node: Node
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Values:
    """Several values side by side, as a print of several arguments shows them."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """The thing has this shape; a string names a size that is left open.

    `fill` is the value of all elements, where one is named; `given` the shape before an arrow.
    """

    dims: tuple[int | str | None, ...]
    fill: float | None = None
    given: tuple[int | str | None, ...] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Rank:
    """The thing has so many dimensions."""

    dims: int


@dataclass(frozen=True, slots=True)
class Dtype:
    """The thing has this dtype, named without its module and without aliases."""

    name: str


@dataclass(frozen=True, slots=True)
class Device:
    """The thing is on this device."""

    name: str


@dataclass(frozen=True, slots=True)
class Fails:
    """The statement raises; the type and message where the author names them."""

    type: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Works:
    """The statement runs without an exception."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The statement prints this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Property:
    """The thing has a property of the registry; `words` is the comment that says so.

    `otherwise` is what the comment says of a thing that cannot have the property: two numbers may
    be the ends of a range, or a pair.
    """

    words: str
    otherwise: Expectation | None = None


@dataclass(frozen=True, slots=True)
class Maps:
    """The module makes of an input of one shape an output of another."""

    given: tuple[int | str | None, ...]
    made: tuple[int | str | None, ...]

    def sizes(self) -> tuple[int, ...]:
        """An input shape with small sizes for the symbols, an image's for four of them."""
        free = 32 if len(self.given) == 4 else 3
        return tuple(
            dim if isinstance(dim, int) else (2 if place == 0 else free)
            for place, dim in enumerate(self.given)
        )


Expectation: TypeAlias = (
    Property | Maps | Value | Values | Shape | Rank | Dtype | Device | Fails | Works | Printed
)


@dataclass(frozen=True, slots=True)
class Reading:
    """An expectation and of what: `subject` is an expression, empty for the statement itself."""

    expectation: Expectation
    text: str
    subject: str = ""
    weak: bool = False


def kind_of(expectation: Expectation) -> ClaimKind:
    """The kind of claim that an expectation makes."""
    match expectation:
        case Shape() | Rank() | Maps():
            return "shape"
        case Property():
            return "property"
        case Dtype():
            return "dtype"
        case Device():
            return "device"
        case Fails() | Works():
            return "raises"
        case Printed():
            return "output"
        case Value(node=Const(value=bool())):
            return "bool"
        case Value(node=Call(name=name)) if name.endswith("Size"):
            return "shape"
    return "value"


def read(comment: str) -> Reading | None:
    """Reads what `comment` (without its `#`) expects; None where it is only a remark."""
    text = comment.strip()
    if not text or text.startswith(("──", "==", "--", "!!", "TODO", "noqa", "type:", "pragma")):
        return None
    text, led = _strip_leads(text)
    if (error := _error(text)) is not None:
        return Reading(error, comment.strip())
    approximate = _APPROX.match(text)
    if approximate is not None:
        text = text[approximate.end() :]
    found = _plain(text, approximate=approximate is not None, led=led)
    if found is not None:
        return Reading(found, comment.strip())
    if approximate is None:
        labelled = _labelled(text)
        if labelled is not None:
            return Reading(labelled[1], comment.strip(), labelled[0])
    works = _WORKS.match(text)
    if works is not None and not re.match(
        r"\s+(?:on|with|for|only|if|when|in|like|as|by|best)\b", works["rest"]
    ):
        return _works(comment, works["rest"])
    return _tail(text, comment.strip())


def _works(comment: str, rest: str) -> Reading:
    """`works! c.shape = (3, 4)`: what follows is the stronger claim, if it is one."""
    after = re.sub(r"^[\s!.,;—–:-]+", "", rest)
    further = read(after) if after else None
    if further is not None and not isinstance(further.expectation, (Fails, Works)):
        return Reading(further.expectation, comment.strip(), further.subject)
    return Reading(Works(), comment.strip())


_UNITS = re.compile(r"(?<=[(\s])(\d+) [a-z]+(?=[,)])")
_SEVERAL_ERRORS = re.compile(r"(?:\w*(?:Error|Exception)[\s,]*){2,}")


def _strip_leads(text: str) -> tuple[str, bool]:
    led = False
    while (found := _LEADS.match(text)) is not None and found.end() < len(text):
        text, led = text[found.end() :], True
    return text, led


def _error(text: str) -> Fails | None:
    found = _FAILS.match(text)
    if found is None:
        return None
    if _SEVERAL_ERRORS.fullmatch(text):
        return None  # names of errors that the line prints
    name = _ERROR_NAME.search(text)
    rest = text[found.end() :]
    if name is None:
        if re.match(r"\w*\s*[=:]\s*[\d.]", rest) or _NOT_FAILS.search(text):
            return None
        if re.match(r"\s*[a-z]+s?\b", rest) and not re.match(
            r"\s*(?:an?\b|the\b|error|exception|here|because|since|due|as\b|with|:)", rest
        ):
            return None
        message = re.match(r"\s*:\s*(.+)$", rest)
        return Fails("", message.group(1).strip() if message else "")
    if _NOT_FAILS.search(text[: name.start()]):
        return None
    if name.group().endswith("Warning"):
        return None
    message = re.match(r"\s*[:(]\s*(.+?)\)?$", text[name.end() :], re.DOTALL)
    return Fails(name.group(1), message.group(1).strip() if message else "")


def _plain(text: str, *, approximate: bool, led: bool) -> Expectation | None:
    """A value at the beginning of `text`, with a remark behind it at most."""
    if text.startswith("("):
        text = _UNITS.sub(r"\1", text)  # (2 beams, 3 tokens) is (2, 3)
    filled = _FILLED.match(text)
    if filled is not None:
        dims = tuple(int(n) for n in re.findall(r"\d+", filled.group(1)))
        return Shape(dims, 0.0 if filled.group(2) == "zeros" else 1.0)
    times = _TIMES.match(text)
    if times is not None:
        return Shape(tuple(int(n) for n in re.findall(r"\d+", times.group(1))))
    shaped = _SHAPE_LEAD.match(text)
    if shaped is not None:
        dims_found = _shape_at(text, shaped.end())
        return Shape(dims_found) if dims_found is not None else None
    for lead, words, made in (
        (_DTYPE_LEAD, _DTYPE_WORDS, _dtype),
        (_DEVICE_LEAD, _DEVICE_WORDS, Device),
    ):
        begun = lead.match(text)
        at = begun.end() if begun else 0
        found = words.match(text, at)
        if found is not None and (
            _SEPARATOR.match(text, found.end()) or _COMMA.match(text, found.end())
        ):
            return made(found.group())
    rank = _RANK.match(text)
    if rank is not None and not approximate:
        return _rank(rank)
    return _value(text, approximate=approximate, led=led)


def _dtype(name: str) -> Dtype:
    short = name.rsplit(".", 1)[-1]
    return Dtype(DTYPE_ALIASES.get(short, short))


def _rank(found: re.Match[str]) -> Expectation | None:
    rest = found["rest"]
    if found["zero"]:
        return Rank(0) if _SEPARATOR.match(rest) and not rest.strip().startswith("(") else None
    if found["what"] in ("tensor", "array") and (
        _SEPARATOR.match(rest) or re.match(r"\s+(?:of|with|containing)\b", rest)
    ):
        return Rank(int(found["n"]))
    return None


def _value(text: str, *, approximate: bool, led: bool) -> Expectation | None:
    try:
        node, end = literals.read_prefix(text)
    except literals.NotALiteralError:
        return None
    rest = text[end:]
    chain = _chain(text, node, end)
    if chain is not None:
        return chain
    if isinstance(node, (Word, Dots)):
        return None
    if isinstance(node, Seq) and node.kind == "()":
        return None
    if isinstance(node, Num):
        if re.match(r"\s*[eE]lements?\b", rest):
            return Value(node, approximate)
        several = _several(text)
        if several is not None:
            return several
        if not (_SEPARATOR.match(rest) or (_COMMA.match(rest) and not _enumerates(text, rest))):
            return None
        if re.fullmatch(r"\d+\.", node.text) and re.match(r"\s+[a-zA-Z]", rest):
            return None  # "1. clear old gradients"
        if re.match(r"\s*\.\s+[a-zA-Z]", rest) and node.is_int:
            return None
        return Value(node, approximate)
    if isinstance(node, (Const, Text)):
        several = _several(text)
        if several is not None:
            return several
        if not (_SEPARATOR.match(rest) or _COMMA.match(rest)):
            return None
        if isinstance(node, Text) and not led and rest.strip():
            return None
        return Value(node, approximate)
    if isinstance(node, Seq):
        several = _several(text)
        if several is not None:
            return several
        return _sequence(node, rest, approximate)
    if isinstance(node, Call):
        several = _several(text)
        if several is not None:
            return several
        if _known_call(node.name) and _loose_tail(rest):
            return Value(node, approximate)
        return None
    if isinstance(node, Angle) and _loose_tail(rest):
        return Value(node)
    return Value(node, approximate) if _loose_tail(rest) else None


def _known_call(name: str) -> bool:
    short = name.rsplit(".", 1)[-1]
    return short in (
        "tensor", "Size", "array", "device", "dict_keys", "odict_keys", "dict_values",
        "odict_values", "OrderedDict", "Parameter", "range", "deque", "defaultdict", "Counter",
        "dict", "set", "frozenset", "float32", "float64", "int64",
    )  # fmt: skip


def _loose_tail(rest: str) -> bool:
    return not re.match(
        r"\s*(?:@|\*|×|\+|/|→|->|=>|\bor\b|\band\b|\bto\b|\bvs\b|[\w\[(])", rest
    ) or bool(
        re.match(
            r"\s{2,}|\s+\(|\s+(?:since|because|which|as|with|is|has|aligns|broadcasts?|on|due)\b",
            rest,
        )
        and not re.match(r"\s*(?:→|->|=>)", rest)
    )


def _sequence(node: Seq, rest: str, approximate: bool) -> Expectation | None:
    if not node.items:
        if node.kind == "(" and _loose_tail(rest):
            return Shape(())
        return Value(node) if _loose_tail(rest) else None
    if not _loose_tail(rest):
        return None
    if node.kind == "(":
        dims = _dims(node)
        if dims is not None:
            return Shape(dims) if any(not isinstance(dim, int) for dim in dims) else Value(node)
    if any(isinstance(item, Word) for item in node.items):
        dims = _dims(node)
        return Shape(dims) if dims is not None else None
    return Value(node, approximate)


def _dims(node: Node) -> tuple[int | str | None, ...] | None:
    """The sizes that a bracketed list of integers and names stands for."""
    if not isinstance(node, Seq) or node.kind == "{":
        return None
    dims: list[int | str | None] = []
    for item in node.items:
        if isinstance(item, Num) and item.is_int and item.value.real >= 0:
            dims.append(int(item.value.real))
        elif isinstance(item, Word):
            dims.append(item.value)
        else:
            return None
    words = [dim for dim in dims if isinstance(dim, str)]
    if len(words) == len(dims) and not all(_DIMENSIONS.fullmatch(str(word)) for word in words):
        return None
    return tuple(dims)


def _shape_at(text: str, at: int) -> tuple[int | str | None, ...] | None:
    """The shape written at `at`: a tuple, a list, `torch.Size`, or `2×3`."""
    times = re.match(r"\s*(\d+(?:\s*[×x]\s*\d+)+)\b", text[at:])
    if times is not None:
        return tuple(int(n) for n in re.findall(r"\d+", times.group(1)))
    try:
        node, end = literals.read_prefix(text, at)
    except literals.NotALiteralError:
        return None
    if isinstance(node, Call) and node.name.endswith("Size") and node.args:
        node = node.args[0]
    if isinstance(node, Seq) and node.kind == "()":
        node = Seq("(", node.items)
    if re.match(r"\s*(?:@|\*|\+|\bor\b|\band\b)", text[end:]):
        return None
    return _dims(node)


def _chain(text: str, first: Node, end: int) -> Expectation | None:
    """`(32, 1, 28, 28) → (32, 784)`: the last shape of a pure chain is the result."""
    if not isinstance(first, (Seq, Call)):
        return None
    arrow = re.compile(r"\s*(?:→|->|=>|⇒)\s*")
    nodes: list[Node] = [first]
    at = end
    while (sign := arrow.match(text, at)) is not None:
        try:
            node, at = literals.read_prefix(text, sign.end())
        except literals.NotALiteralError:
            return None
        nodes.append(node)
    if len(nodes) < 2 or not _SEPARATOR.match(text, at):
        return None
    last = nodes[-1]
    if isinstance(last, Seq) and last.kind == "()":
        last = Seq("(", last.items)
    dims, given = _dims(last), _dims(nodes[0])
    if dims is None:
        return None
    return Shape(dims, given=given if len(nodes) == 2 else None)


def _several(text: str) -> Values | None:
    """`3 4`, `torch.Size([3]) True`, `(32, 20) (32,)`: nothing but values, at least two."""
    nodes: list[Node] = []
    at = 0
    body = re.split(r"\s+[—–]|\s{2,}\(|\s+#|\s*✓", text, maxsplit=1)[0]
    while at < len(body):
        try:
            node, at = literals.read_prefix(body, at)
        except literals.NotALiteralError:
            return None
        if isinstance(node, (Word, Dots)) or (isinstance(node, Seq) and node.kind == "()"):
            return None
        nodes.append(node)
        gap = re.match(r"\s*,\s+|\s+|$", body[at:])
        if gap is None:
            return None
        at += gap.end()
    return Values(tuple(nodes)) if len(nodes) > 1 else None


def _enumerates(text: str, rest: str) -> bool:
    return bool(re.match(r"\s*,\s*\d", rest)) or bool(re.search(r"\d\s*,\s*\.\.\.", text))


def _labelled(text: str) -> tuple[str, Expectation] | None:
    """`y = [4.0, 9.0]`, `x.grad is None`, `c.shape = (3, 4)`: a claim about a named thing."""
    found = _LABEL.match(text)
    if found is None:
        return None
    label, rest = found["label"], found["rest"]
    rest, _ = _strip_leads(rest)
    approximate = _APPROX.match(rest)
    if found["sign"] == "≈":
        held = _value(rest, approximate=True, led=True)
    else:
        if approximate is not None:
            rest = rest[approximate.end() :]
        held = _plain(rest, approximate=approximate is not None, led=True)
    if held is None or isinstance(held, (Fails, Works)):
        return None
    word = label.lower()
    if word in ("shape", "size"):
        if isinstance(held, Value):
            dims = _dims(held.node)
            return ("", Shape(dims)) if dims is not None else None
        return ("", held) if isinstance(held, Shape) else None
    if word in ("dtype", "device"):
        return ("", held) if isinstance(held, (Dtype, Device)) else None
    if word in ("requires_grad", "is_leaf", "grad_fn", "grad", "ndim"):
        return f".{word}", held
    return label, held


def _tail(text: str, whole: str) -> Reading | None:
    """`8 * x => 8 * 3 = 24`, `sum along rows → (2,)`: the value that a remark ends with."""
    found = _RESULT.search(text)
    if found is None:
        return None
    sign = text[found.start() : found.start() + 2]
    head = text[: found.start()]
    held = found["value"].strip()
    node = literals.read_all(re.sub(r"\s*\([A-Za-z][^()]*\)$", "", held))
    if node is None:
        return None
    dims = _dims(Seq("(", node.items) if isinstance(node, Seq) and node.kind == "()" else node)
    if isinstance(node, Seq) and sign[0] in "→-⇒" and dims is not None:
        return Reading(Shape(dims), whole, weak=True)
    if isinstance(node, Num):
        # An equation counts if it computes something; "momentum = 0.9" is a setting.
        if sign[0] in "=≈" and re.search(r"\d\s*[-+*/×·^)]|\(\s*[\d\w]|\bsqrt\b|[*/^]", head):
            return Reading(Value(node, sign[0] == "≈"), whole, weak=True)
        return None
    if isinstance(node, Call) and sign[0] in "→-=⇒" and _known_call(node.name):
        return Reading(Value(node), whole, weak=True)
    return None


def is_open(text: str) -> bool:
    """Whether `text` begins a bracketed value that it does not close."""
    stripped, _ = _strip_leads(text.strip())
    if not re.match(r"[\[({]|[\w.]+\(|[\w.]+\s*=\s*[\[(\w]", stripped):
        return False
    depth, quote = 0, ""
    for mark in stripped:
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "'\"" and depth:
            quote = mark
        elif mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
    return depth > 0
