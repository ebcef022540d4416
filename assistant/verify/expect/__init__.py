"""What a comment expects of the code beside it, read from its words alone.

Reading is shy: a comment counts as a claim only if what it begins (or, behind an arrow or an equals
sign, ends) with is a value, a shape, a dtype, a device or an error, and the rest is remark.
"""

from __future__ import annotations

from assistant.verify.expect.errors import is_message
from assistant.verify.expect.fillers import strip_leads
from assistant.verify.expect.late import around, held, literals_in
from assistant.verify.expect.phrases import label
from assistant.verify.expect.read import is_open, parts, read, spread
from assistant.verify.expect.sides import dims_of as sizes_of
from assistant.verify.expect.sides import named_shapes, of_names
from assistant.verify.expect.sums import worked_out
from assistant.verify.expect.types import (
    DTYPE_ALIASES,
    Device,
    Dtype,
    Each,
    Event,
    Expectation,
    Fails,
    Maps,
    Printed,
    Property,
    Rank,
    Reading,
    Shape,
    Value,
    Values,
    Works,
    kind_of,
)
from assistant.verify.expect.values import names_type

__all__ = [
    "DTYPE_ALIASES",
    "Device",
    "Dtype",
    "Each",
    "Event",
    "Expectation",
    "Fails",
    "Maps",
    "Printed",
    "Property",
    "Rank",
    "Reading",
    "Shape",
    "Value",
    "Values",
    "Works",
    "around",
    "held",
    "is_message",
    "is_open",
    "kind_of",
    "label",
    "literals_in",
    "named_shapes",
    "names_type",
    "of_names",
    "parts",
    "read",
    "sizes_of",
    "spread",
    "strip_leads",
    "worked_out",
]
