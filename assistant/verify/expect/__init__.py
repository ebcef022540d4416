"""What a comment expects of the code beside it, read from its words alone.

Reading is shy: a comment counts as a claim only if what it begins (or, behind an arrow or an equals
sign, ends) with is a value, a shape, a dtype, a device or an error, and the rest is remark.
"""

from __future__ import annotations

from assistant.verify.expect.late import held
from assistant.verify.expect.phrases import label
from assistant.verify.expect.read import is_open, parts, read, spread
from assistant.verify.expect.types import (
    DTYPE_ALIASES,
    Device,
    Dtype,
    Each,
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

__all__ = [
    "DTYPE_ALIASES",
    "Device",
    "Dtype",
    "Each",
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
    "held",
    "is_open",
    "kind_of",
    "label",
    "parts",
    "read",
    "spread",
]
