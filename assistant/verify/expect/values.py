"""Values, shapes, dtypes and devices that a comment begins with, a remark behind them at most."""

from __future__ import annotations

import re

from assistant.verify import literals
from assistant.verify.expect.sides import dims_of, named_sides
from assistant.verify.expect.types import (
    DTYPE_ALIASES,
    Device,
    Dtype,
    Expectation,
    Rank,
    Shape,
    Value,
    Values,
)
from assistant.verify.expect.units import SCALED, SCALES, UNIT
from assistant.verify.literals import Angle, Call, Const, Dots, Node, Num, Seq, Text, Word

_DTYPE_WORDS = re.compile(
    r"(?:torch\.|np\.|numpy\.)?(float(?:16|32|64)|bfloat16|u?int(?:8|16|32|64)|complex(?:64|128)"
    r"|qu?int(?:8|32)|quint(?:4x2|2x4)|complex32|float8_e\dm\d\w*"
    r"|(?<=torch\.)(?:half|float|double|short|int|long|bool))\b"
)
# What torch prints of its layouts, memory formats and schemes of quantisation.
CONSTANT = re.compile(
    r"torch\.(?:strided|sparse_(?:coo|csr|csc|bsr|bsc)|jagged|per_(?:tensor|channel)_(?:affine"
    r"|symmetric)|contiguous_format|channels_last(?:_3d)?|preserve_format)"
)
_TYPE_WORD = (
    r"(?:torch\.)?(?:b?float(?:16|32|64)|u?int(?:8|16|32|64)|complex(?:64|128)|bool|long|half"
    r"|double)"
)
_SIZES = r"\([\w\s,.*/+-]*,[\w\s,.*/+-]*\)|\[[\w\s,.*/+-]+\]"
# As in `(B, T), int64`, `(T, T) bool` or `bfloat16, (8, 4)`.
_TYPED = re.compile(
    rf"\s*(?:(?P<shape>{_SIZES}),?\s+(?:of\s+)?(?P<dtype>{_TYPE_WORD})"
    rf"|(?P<first>{_TYPE_WORD}),?\s+(?P<late>{_SIZES}))(?![\w.\[(])"
)
# As in `a float64 array of shape (3, 3)`.
_A_TYPED = re.compile(
    rf"\s*(?:an?|the|one)?\s*(?P<dtype>{_TYPE_WORD})\s+(?:tensor|array|matrix|vector|batch|mask)"
    rf"\s+(?:of|with|in)\s+(?:the\s+)?(?:shape|size)\s+(?P<shape>{_SIZES})"
    r"(?=\s*(?:$|[,;.—–]|(?:on|over|sharing|backed|that|which)\b))"
)
# As in `a NumPy array of dtype float32 that shares memory with x`.
_OF_TYPE = re.compile(
    r"\s*(?:an?|the|one)?\s*(?:numpy |np )?(?:tensor|array|matrix|vector|mask)\s+of\s+"
    rf"(?:d?type\s+)?(?P<dtype>{_TYPE_WORD})(?=\s*(?:$|[,;.—–]|(?:on|over|sharing|backed|that|which|with)\b))",
    re.IGNORECASE,
)
# When it is another time's, or another thing's.
_OTHER_TIME = re.compile(r"[\s,]*(?:before|after|was|were|if|when|unless|without|until|in older)\b")
_DEVICE_WORDS = re.compile(r"(?:cpu|cuda(?::\d+)?|mps(?::\d+)?|xpu(?::\d+)?|meta)\b")
_OF_NUMBERS = r"(?:sin|cos|tan|tanh|exp|expm1|log|log2|log10|log1p|ln|sqrt|sigmoid)"
SEPARATOR = re.compile(
    r"\s*$|\s*[—–]|\s+-{1,2}\s+(?!\d)|\s{2,}|\t|\s*[;✓✔✅←]|\s*!(?!\s*[=*/+×-])|\s*\.(?:\s|$)|\s+\((?!\s*[\d(])|\s+\(\d[\d.]*\s+[a-z]|\s*<-"
    r"|\s+(?:because|since|due to|i\.e|as (?:expected|the|it|both|a)|which|thanks)\b|\s+#|\s*\|"
    r"|\s+\([^()]*\d\s*[-+*/×−][^()]*\)\s*$|\s*=\s*[^=]*\d[^=]*[-+*/×·−][^=]*\d"
    r"|\s*=\s*(?:math\.|torch\.|np\.)?" + _OF_NUMBERS + r"\(?[\d.]+\)?\s*$"
)
# When a value is meant: words that say so and leave the value itself untouched.
_WHEN = re.compile(
    r"\s+(?:(?:by default|at (?:first|last)"
    r"|at (?:the )?(?:start|end|beginning)|(?:on|in|at) (?:the )?(?:first|last|final)"
    r"(?: (?:pass|iteration|call|step|run|epoch|time|turn|try|batch))?(?=\s*(?:$|[.,;!])))\b"
    r"|(?:now|again|too|as well|exactly|overall|altogether"
    r"|in total|in all|approximately|approx\.?|or so)\s*[.!]?\s*$)",
    re.IGNORECASE,
)
# As in `-1: the sign follows the divisor`.
_REASON = re.compile(r"\s*:\s+(?!\d)[a-z][^\d]*$")
_WHERE = re.compile(r"\s+on\s+(?:my|the|a|an|our|your|this|most|some|Apple|Linux|CPU|GPU|CUDA)\b")
_HEDGE = re.compile(r"\s+(?:approximately|approx\.?|or so)\s*\.?\s*$", re.IGNORECASE)
_COMMA = re.compile(r"\s*,\s+(?!(?:and|or|then)\b)[A-Za-z]")
_SHAPE_LEAD = re.compile(
    r"\s*(?:(?:the\s+)?(?:result|output|it|this|everything|tensor)\s+(?=(?:now|has|is|of|with)\b))?"
    r"(?:now\s+|then\s+|also\s+)?(?:(?:has|have|is of|of|with|in)\s+)?(?:(?:an?|the)\s+)?"
    r"(?:(?:new|output|resulting|final|same|tensor(?: of)?|result(?:'s)?)\s+)*"
    r"(?:shapes?|sizes?|dims?|dimensions)\b\s*(?:is|are|of|now|=|:|→|->|=>|becomes)?\s*",
    re.IGNORECASE,
)
_DTYPE_LEAD = re.compile(
    r"\s*(?:dtype|data type|type)\b\s*(?:(?:is|becomes|stays|remains|now|still|=|:|→|->)\s*)*",
    re.IGNORECASE,
)
_DEVICE_LEAD = re.compile(r"\s*(?:device|on)\b\s*(?:is|=|:|→|->)?\s*", re.IGNORECASE)
_FILLED = re.compile(
    r"\s*\(?(\d+(?:\s*[×x]\s*\d+)+)\)?\s+(?:(?:tensor|matrix)\s+of\s+)?(zeros|ones)\b(?!\w)",
)
_TIMES = re.compile(
    r"\s*\(?(\d+(?:\s*[×]\s*\d+)+)\)?(?=\s*$|\s+(?:matrix|tensor|identity)\b|\s*[—–,])"
)
# What is done to a shape that stands in front, so that it need not be the one seen.
TRANSFORMED = re.compile(
    r"^\s*,?\s*(?:then |gets? |is |being )?(?:transposed?|flattened|reshaped|permuted|swapped"
    r"|loses?"
    r"|lost|(?:un)?squeezed|plus|minus|becomes?|turns?|turned|collapsed?|reduced|stacked|expanded"
    r"|doubled|halved|squared|cubed|reversed|negated|scaled|shifted|rolled|shuffled|inverted"
    r"|rotated|mirrored|incremented|flipped|on its side|comes? (?:first|next|last|before|after)"
    r"|where|instead|with (?:an?|one|two) (?:\w+ )?(?:batch|extra|new|leading|trailing|dummy"
    r"|singleton))\b"
)
# With what else a shape goes in.
_JOINED = re.compile(r"\s*,?\s*(?:with|against|plus|times|by|onto|and|versus|vs\.?)\s+[(\[]")
_RANK = re.compile(
    r"\s*(?:a\s+)?(?:(?P<n>[1-9])-?(?:[dD]\b|dim(?:ensional)?\b)"
    r"|(?P<zero>(?:a )?scalar|0-?(?:[dD]\b|dim(?:ensional)?\b)))"
    r"(?:\s+(?P<what>tensors?|arrays?|vector|matrix))?(?P<rest>.*)$",
    re.DOTALL,
)
# How `x.type()` names a type.
_TYPE_NAME = re.compile(r"torch\.(?:cuda\.)?[A-Z]\w+Tensor")
# "25.6M parameters", "100k"
_LETTERED = re.compile(r"^\s*(?P<number>[-+]?\d[\d.,]*)(?P<unit>[kMGB%])(?=\s|$|[,;.)])")
_UNITS = re.compile(r"(?<=[(\s])(\d+) [a-z]+(?=[,)])")


def plain(text: str, *, approximate: bool, led: bool) -> Expectation | None:
    """A value at the beginning of `text`, with a remark behind it at most."""
    sides = named_sides(text)
    text = _LETTERED.sub(r"\g<number> \g<unit>", text)
    if text.startswith("("):
        text = _UNITS.sub(r"\1", text)  # (2 beams, 3 tokens) is (2, 3)
    of_type = _A_TYPED.match(text)
    if of_type is not None:
        sizes_ = literals.read_all(of_type["shape"])
        if isinstance(sizes_, Seq) and dims_of(sizes_) is not None:
            return Values((sizes_, Word(of_type["dtype"])))
    typed = _OF_TYPE.match(text)
    if typed is not None:
        return _dtype(typed["dtype"])
    filled = _FILLED.match(text)
    if filled is not None:
        dims = tuple(int(n) for n in re.findall(r"\d+", filled.group(1)))
        return Shape(dims, 0.0 if filled.group(2) == "zeros" else 1.0)
    times = _TIMES.match(text)
    if times is not None:
        sizes = tuple(int(n) for n in re.findall(r"\d+", times.group(1)))
        named = re.match(r"\s+(?:matrix|tensor|identity)", text[times.end() :])
        return Shape(sizes, loose=named is None)
    if sides is not None:
        before, after = sides
        of_image = len(after) == 2 and set(after) <= {"H", "W", "h", "w", "height", "width", "K"}
        return Shape(after, given=before, loose=of_image)
    shaped = _SHAPE_LEAD.match(text)
    if shaped is not None:
        dims_found = shape_at(text, shaped.end())
        return Shape(dims_found) if dims_found is not None else None
    for lead, words, made in (
        (_DTYPE_LEAD, _DTYPE_WORDS, _dtype),
        (_DEVICE_LEAD, _DEVICE_WORDS, Device),
    ):
        begun = lead.match(text)
        at = begun.end() if begun else 0
        found = words.match(text, at)
        if found is not None and any(
            after.match(text, found.end()) for after in (SEPARATOR, _COMMA, _WHEN)
        ):
            return made(found.group())
    rank = _RANK.match(text)
    if rank is not None and not approximate:
        return _rank(rank)
    return value(text, approximate=approximate, led=led)


def names_type(text: str) -> bool:
    """Whether a text says of what type something is, and may go on to say more of it."""
    return _A_TYPED.match(text) is not None or _OF_TYPE.match(text) is not None


def _dtype(name: str) -> Dtype:
    short = name.rsplit(".", 1)[-1]
    return Dtype(DTYPE_ALIASES.get(short, short))


def _rank(found: re.Match[str]) -> Expectation | None:
    rest = found["rest"]
    if found["zero"]:
        listed = rest.strip().startswith("(") and not re.match(r"\s*\(0-?d", rest)
        return Rank(0) if SEPARATOR.match(rest) and not listed else None
    if found["what"] in ("tensor", "array") and (
        SEPARATOR.match(rest) or re.match(r"\s+(?:of|with|containing)\b", rest)
    ):
        return Rank(int(found["n"]))
    if found["n"] and not found["what"]:
        ends = SEPARATOR.match(rest) or _COMMA.match(rest)
        if ends or re.match(r"\s+(?:with|of)\s+\d", rest):
            return Rank(int(found["n"]))
    return None


def value(text: str, *, approximate: bool, led: bool) -> Expectation | None:
    """The value, values or shape that `text` begins with."""
    try:
        node, end = literals.read_prefix(text)
    except literals.NotALiteralError:
        return None
    rest = text[end:]
    chain = _chain(text, node, end)
    if chain is not None:
        return chain
    if isinstance(node, Word) and _TYPE_NAME.fullmatch(node.value) and not rest.strip():
        return Value(Text(node.value))
    if isinstance(node, Word) and re.fullmatch(_TYPE_WORD, node.value):
        return _several(text)
    if isinstance(node, Word) and CONSTANT.fullmatch(node.value):
        ends = SEPARATOR.match(rest) or _COMMA.match(rest) or _WHEN.match(rest)
        return _several(text) or (Value(node) if ends else None)
    if isinstance(node, (Word, Dots)):
        return None
    if isinstance(node, Seq) and node.kind == "()":
        return None
    if isinstance(node, Num):
        several = _several(text)
        if several is not None:
            return several
        ends = SEPARATOR.match(rest) or _WHEN.match(rest) or UNIT.match(rest) or _WHERE.match(rest)
        ends = ends or SCALED.match(rest) or _REASON.match(rest)
        if not (ends or (_COMMA.match(rest) and not _enumerates(text, rest))):
            return None
        approximate = approximate or bool(_HEDGE.match(rest))
        scaled = SCALED.match(rest)
        if scaled is not None:
            name = scaled["unit"] or scaled["word"]
            return Value(node, approximate, SCALES[name[:1].lower() if scaled["unit"] else name])
        if re.fullmatch(r"\d+\.", node.text) and re.match(r"\s+[a-zA-Z]", rest):
            return None  # "1. clear old gradients"
        if re.match(r"\s*\.\s+[a-zA-Z]", rest) and node.is_int:
            return None
        return Value(node, approximate)
    if isinstance(node, (Const, Text)):
        several = _several(text)
        if several is not None:
            return several
        remark = isinstance(node, Const) and (re.match(r"\s*:\s+\S", rest) or _WHERE.match(rest))
        if not (SEPARATOR.match(rest) or _COMMA.match(rest) or _WHEN.match(rest) or remark):
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
        if is_known_call(node.name) and _loose_tail(rest):
            return Value(node, approximate)
        return None
    if isinstance(node, Angle) and _loose_tail(rest):
        return Value(node)
    return Value(node, approximate) if _loose_tail(rest) else None


def is_known_call(name: str) -> bool:
    """Whether something written as a call is how a value is printed."""
    short = name.rsplit(".", 1)[-1]
    return short in (
        "tensor", "Size", "array", "device", "dict_keys", "odict_keys", "dict_values",
        "odict_values", "OrderedDict", "Parameter", "range", "deque", "defaultdict", "Counter",
        "dict", "set", "frozenset", "float32", "float64", "int64", "dtype",
    )  # fmt: skip


def _loose_tail(rest: str) -> bool:
    return not re.match(
        r"\s*(?:@|\*|×|\+|/|→|->|=>|=\s*(?=[\[(])|\bor\b|\band\b|\bto\b|\bvs\b|[\w\[(])|\.\w", rest
    ) or bool(
        re.match(
            r"\s{2,}|\s+\(|\s+(?:since|because|which|as|with|is|has|aligns|broadcasts?|on|due)\b",
            rest,
        )
        and not re.match(r"\s*(?:→|->|=>)|\s+(?:is|has)\b", rest)
    )


def _sequence(node: Seq, rest: str, approximate: bool) -> Expectation | None:
    if not node.items:
        if node.kind == "(" and _loose_tail(rest):
            return Shape(())
        return Value(node) if _loose_tail(rest) else None
    if not _loose_tail(rest) or TRANSFORMED.search(rest) or _JOINED.match(rest):
        return None
    if node.kind == "(" and re.match(
        rf"\s*,\s*(?:{_TYPE_WORD}|int|float|str|list|dict|tuple)\b", rest
    ):
        return None  # "(1,), int": of two things the shape of one and the type of the other
    if node.kind == "(":
        dims = dims_of(node)
        if dims is not None:
            return Shape(dims) if any(not isinstance(dim, int) for dim in dims) else Value(node)
    words = [item.value for item in node.items if isinstance(item, Word)]
    if any(word.startswith("torch.") for word in words) or (
        len(words) == len(node.items) and all(re.fullmatch(_TYPE_WORD, word) for word in words)
    ):
        return Value(node)
    if any(isinstance(item, Word) for item in node.items):
        dims = dims_of(node)
        return Shape(dims) if dims is not None else None
    return Value(node, approximate)


def shape_at(text: str, at: int) -> tuple[int | str | None, ...] | None:
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
    return dims_of(node)


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
    if len(nodes) > 1 and (equal := re.match(r"\s*=\s*(?=[(\[])", text[at:])) is not None:
        sizes = shape_at(text, at + equal.end())
        return Shape(sizes) if sizes is not None else None
    if len(nodes) < 2 or not SEPARATOR.match(text, at):
        return None
    last = nodes[-1]
    if isinstance(last, Seq) and last.kind == "()":
        last = Seq("(", last.items)
    dims, given = dims_of(last), dims_of(nodes[0])
    if dims is None:
        return None
    return Shape(dims, given=given if len(nodes) == 2 else None)


def _several(text: str) -> Values | None:
    """`3 4`, `torch.Size([3]) True`, `(32, 20) (32,)`: nothing but values, at least two."""
    typed = _TYPED.match(text)
    rest = text[typed.end() :] if typed is not None else ""
    ends = SEPARATOR.match(rest) or (_COMMA.match(rest) and not _OTHER_TIME.match(rest))
    if typed is not None and ends:
        shape = literals.read_all(typed["late"] or typed["shape"])
        if isinstance(shape, Seq) and dims_of(shape) is not None:
            return Values((shape, Word(typed["dtype"] or typed["first"])))
    nodes: list[Node] = []
    at = 0
    body = re.split(r"\s+[—–]|\s{2,}\(|\s+#|\s*✓", text, maxsplit=1)[0]
    while at < len(body):
        joined = re.compile(r"(?:and|then|and then)\s+").match(body, at) if nodes else None
        at = joined.end() if joined else at
        try:
            node, at = literals.read_prefix(body, at)
        except literals.NotALiteralError:
            return None
        named = isinstance(node, Word) and not (
            _DTYPE_WORDS.fullmatch(node.value)
            or CONSTANT.fullmatch(node.value)
            or (nodes and _DEVICE_WORDS.fullmatch(node.value))
        )
        named = named or (
            isinstance(node, Call) and re.fullmatch(_OF_NUMBERS, node.name) is not None
        )
        if named or isinstance(node, Dots) or (isinstance(node, Seq) and node.kind == "()"):
            return None
        nodes.append(node)
        gap = re.match(r"\s*,\s+|\s+|$", body[at:])
        if gap is None:
            return None
        at += gap.end()
    return Values(tuple(nodes)) if len(nodes) > 1 else None


def _enumerates(text: str, rest: str) -> bool:
    return bool(re.match(r"\s*,\s*\d", rest)) or bool(re.search(r"\d\s*,\s*\.\.\.", text))
