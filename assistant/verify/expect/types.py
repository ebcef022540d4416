"""What a comment may expect of the code beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from assistant.types import ClaimKind
from assistant.verify.literals import Call, Const, Node

DTYPE_ALIASES = {
    "half": "float16", "float": "float32", "double": "float64", "short": "int16", "int": "int32",
    "fp16": "float16", "fp32": "float32", "fp64": "float64", "bf16": "bfloat16", "f16": "float16",
    "f32": "float32", "f64": "float64", "i32": "int32", "i64": "int64",
    "long": "int64", "cfloat": "complex64", "cdouble": "complex128",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """The thing is this value.

    `approximate` when the author hedges; `scales` are what a unit behind the number may multiply
    it by: `4 MB` may stand for 4, 4,000,000 or 4,194,304.
    """

    node: Node
    approximate: bool = False
    scales: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Values:
    """Several values side by side, as a print of several arguments shows them."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """The thing has this shape; a string names a size that is left open.

    `fill` is the value of all elements, where one is named; `given` the shape before an arrow.
    `loose` says that sizes alone are named, which may be those of a window or of a part.
    """

    dims: tuple[int | str | None, ...]
    fill: float | None = None
    given: tuple[int | str | None, ...] | None = field(default=None, compare=False)
    loose: bool = field(default=False, compare=False)


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
class Each:
    """Each of several things is like this."""

    expected: Expectation


@dataclass(frozen=True, slots=True)
class Property:
    """The thing has a property of the registry; `words` is the comment that says so.

    `otherwise` is what the comment says of a thing that cannot have the property: two numbers may
    be the ends of a range, or a pair.
    """

    words: str
    otherwise: Expectation | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something becomes, or does not become, of objects in a statement.

    Attributes:
        what: the name of a test of `properties.events`.
        part: the name of the part that is spoken of, where it is a part.
    """

    what: str
    part: str = ""


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
    Property
    | Event
    | Maps
    | Value
    | Values
    | Shape
    | Rank
    | Dtype
    | Device
    | Fails
    | Works
    | Printed
    | Each
)


Lenient: TypeAlias = Literal[
    "",
    "unless printed",
    "unless counted",
    "unless near",
    "unless related",
    "unless shown",
    "always",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """An expectation and of what.

    Attributes:
        expectation: what is expected.
        text: the comment.
        subject: an expression, empty for the statement itself.
        weak: it stands behind other words, and says nothing of an object that is constructed.
        passing: it may be a shape on the way to the statement's value.
        otherwise: how it reads if `subject` turns out to be a mere word.
        lenient: when it may speak of something else, so that a disagreement proves nothing:
            `unless printed` or `counted`, as a print or a count hardly leaves a doubt; `unless
            near`, where what was seen differs in part only; `unless related`, where `phrase` names
            something of the statement; `always`.
        phrase: what stands around the value, by which it may turn out to be another's.
    """

    expectation: Expectation
    text: str
    subject: str = ""
    weak: bool = False
    passing: bool = False
    lenient: Lenient = ""
    otherwise: Reading | None = None
    phrase: str = ""


def kind_of(expectation: Expectation) -> ClaimKind:
    """The kind of claim that an expectation makes."""
    match expectation:
        case Shape() | Rank() | Maps():
            return "shape"
        case Property() | Event():
            return "property"
        case Each(expected=inner):
            return kind_of(inner)
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
