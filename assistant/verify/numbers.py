"""Whether an observed number is the one that an author wrote, to the digits that were given."""

from __future__ import annotations

import cmath
import math
import re
from decimal import ROUND_DOWN, Decimal, InvalidOperation

from assistant.verify.literals import Num

# What a value may be off by through rounding in its own arithmetic, relative to its size: a few
# units in the last place of each type.  A Python float may have been a float32 before `.item()`.
SLACK = {
    "float": 2e-6,
    "torch.float16": 2e-3,
    "torch.bfloat16": 1.6e-2,
    "torch.float32": 2e-6,
    "torch.complex64": 2e-6,
    "float32": 2e-6,
    "float16": 2e-3,
}
EXACT_SLACK = 1e-12
# Up to here a short type holds every whole number.
_EXACT_UP_TO = {
    "torch.float16": 2.0**11, "float16": 2.0**11, "torch.bfloat16": 2.0**8,
    "torch.float32": 2.0**24, "float32": 2.0**24,
}  # fmt: skip
# Of what is printed with so fine a last digit (torch: four decimals) more digits may be left out.
SHOWN = 1e-4 * 1.000001
# What is about nought is no further from it than this.
NOUGHT = 0.1


def as_number(value: object) -> complex | None:
    """A number out of an observation, where what JSON cannot hold stands as text."""
    if isinstance(value, bool):
        return complex(int(value))
    if isinstance(value, (int, float)):
        return complex(value)
    if isinstance(value, str):
        try:
            return complex(value.strip("()"))
        except ValueError:
            return None
    return None


def step(text: str) -> float:
    """The size of one unit in the last digit of a number as written: 0.01 for `0.12`."""
    try:
        exponent = Decimal(text.rstrip("j")).as_tuple().exponent
    except InvalidOperation:
        return 0.0
    return 10.0**exponent if isinstance(exponent, int) else 0.0


def agrees(written: Num, seen: object, *, dtype: str = "", approximate: bool = False) -> bool:
    """Whether `seen` is the number `written`.

    A number with a point claims the values that round to it: 0.12 claims [0.115, 0.125).  A whole
    one (4, 4. or 4.0) claims itself; see `only_rounded` for what comes close.  For an
    approximate one see `approximates`.
    """
    value = as_number(seen)
    if value is None:
        return False
    if written.is_int and isinstance(seen, int) and not approximate:
        return Decimal(written.text) == seen
    if cmath.isnan(written.value) or cmath.isnan(value):
        return cmath.isnan(written.value) and cmath.isnan(value)
    if cmath.isinf(written.value) or cmath.isinf(value):
        return written.value == value
    if written.value.imag or value.imag or written.text.endswith("j"):
        return _complex_agrees(written, value)
    if written.cut:
        return _begins_with(written.text, value.real)
    return _real_agrees(written.text, value.real, dtype, approximate)


def _real_agrees(text: str, value: float, dtype: str, approximate: bool) -> bool:
    claimed = float(text)
    slack = SLACK.get(dtype, EXACT_SLACK) * max(abs(value), abs(claimed))
    if approximate:
        return approximates(text, value, slack) is True
    if claimed == 0 and math.copysign(1, claimed) != math.copysign(1, value) and value == 0:
        return text.startswith("-") is (math.copysign(1, value) < 0) or not text.startswith("-")
    if whole(text):
        if value.is_integer() and abs(value) <= _EXACT_UP_TO.get(dtype, -1.0):
            slack = 0.0
        elif not _held_by(claimed, dtype):
            slack = 0.0  # it would be printed as another
        return abs(value - claimed) <= slack
    half = Decimal(repr(step(text))) / 2
    low, high = Decimal(text) - half, Decimal(text) + half
    # Python shows 1.005 for a number just below it: what is shown is what authors round.
    exact, shown = Decimal(value), Decimal(repr(value))
    near = min(abs(exact - low), abs(exact - high))
    # Half-way between two numbers of few digits only the upper one is meant; torch shows four.
    between = near == 0 and step(text) > SHOWN
    if near <= Decimal(slack) and not between and rounds_to(value, text):
        return True
    return low < shown <= high if text.startswith("-") else low <= shown < high


def _held_by(number: float, dtype: str) -> bool:
    """Whether a number is one of those that a type holds."""
    limit = _EXACT_UP_TO.get(dtype)
    if limit is None or not math.isfinite(number):
        return True
    return (math.frexp(number)[0] * limit).is_integer()


def _begins_with(text: str, value: float) -> bool:
    """Whether the digits of `value` go on from those of `text`; rounding them is let pass."""
    try:
        cut = Decimal(repr(value)).quantize(Decimal(text), rounding=ROUND_DOWN)
    except InvalidOperation:
        return False
    return cut == Decimal(text) or rounds_to(value, text)


def approximates(text: str, value: float, slack: float = 0.0) -> bool | None:
    """Whether a number that is said to be approximate is close enough to the one seen.

    Of three digits or more it is the one that the value rounds to.  Of fewer it may be off by a
    fiftieth of itself; from a unit of its last digit and a twentieth of itself on it is wrong, and
    what lies between is a matter of opinion.

    Args:
        text: the number as written.
        value: the one seen.
        slack: what the value may be off by through its own rounding.
    """
    claimed = float(text)
    off, size = max(0.0, abs(value - claimed) - slack), abs(claimed)
    if math.isnan(off):
        return math.isnan(value) and math.isnan(claimed)
    if claimed == 0:
        fine = step(text) / 2 if "." in text and step(text) < 1 else NOUGHT
        return True if off <= fine else False if off > 1 else None
    if value and (value < 0) != (claimed < 0):
        return False
    digits = re.sub(r"[eE].*|\D", "", text).strip("0")
    zeros = len(text) - len(text.rstrip("0")) if re.fullmatch(r"[+-]?\d+", text) else 0
    unit = step(text) if re.search(r"[.eE]", text) else 10.0**zeros
    if len(digits) > 2:
        return True if off <= unit / 2 else None if off <= 0.75 * unit else False
    half = unit / 2 if unit < 1 else min(unit / 2, size / 10)
    if off <= max(half, size / 50):
        return True
    return False if off > max(unit, size / 20) else None


def rounds_to(value: float, text: str) -> bool:
    """Whether Python prints `value` as `text` when asked for as many digits."""
    mantissa = re.split(r"[eE]", text)[0]
    places = len(mantissa.partition(".")[2])
    shown = f"{value:.{places}e}" if re.search(r"[eE]", text) else f"{value:.{places}f}"
    return Decimal(shown) == Decimal(text)


def whole(text: str) -> bool:
    """Whether a number is written as a whole one is printed: `4`, `4.` or `4.0`."""
    return bool(re.fullmatch(r"[+-]?\d+(?:\.0?)?", text))


def whole_float(text: str) -> bool:
    """Whether a number is written as torch prints whole floats: `4.`."""
    return text.endswith(".")


def only_rounded(written: Num, seen: object) -> bool:
    """Whether `seen` is not the whole number `written` but would be if rounded to its digits."""
    value = as_number(seen)
    if value is None or value.imag or not math.isfinite(value.real) or not whole(written.text):
        return False
    if isinstance(seen, int) or not math.isfinite(written.value.real):
        return False
    half = 0.5 if "." not in written.text or whole_float(written.text) else 0.05
    return abs(value.real - written.value.real) < half


def _complex_agrees(written: Num, value: complex) -> bool:
    number = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
    parts = re.fullmatch(rf"(?:(?P<re>{number})(?=[+-]))?(?P<im>{number})j", written.text)
    if parts is None:
        if written.text.endswith("j") or value.imag:
            return False
        return _real_agrees(written.text, value.real, "torch.complex64", False)
    real, imaginary = parts["re"] or "0", parts["im"]
    # The sign of a nought is a matter of how the processor multiplies.
    real, imaginary = (part if float(part) else part.lstrip("+-") for part in (real, imaginary))
    value = complex(value.real or 0.0, value.imag or 0.0)
    return _real_agrees(real, value.real, "torch.complex64", False) and _real_agrees(
        imaginary, value.imag, "torch.complex64", False
    )
