"""What tests of properties read off a described value."""

from __future__ import annotations

from typing import Any

from assistant.verify.properties.recogniser import Seen

# How far a sum or a norm that was computed in single precision may be from the one meant.
CLOSE = 1e-3


def flat(values: object) -> list[Any]:
    """The leaves of nested lists."""
    if isinstance(values, list):
        return [leaf for item in values for leaf in flat(item)]
    return [values]


def is_array(seen: Seen) -> bool:
    """Whether it is a tensor or an array."""
    return seen.get("t") in ("tensor", "ndarray")


def as_float(value: object) -> float | None:
    """A real number; what JSON cannot hold stands as text."""
    if isinstance(value, (int, float)):
        return float(value)
    if value in ("nan", "inf", "-inf"):
        return float(str(value))
    return None


def all_numbers(seen: Seen) -> list[float] | None:
    """All elements of a small tensor, array or list of real numbers, nan and inf among them."""
    if is_array(seen) and "values" in seen:
        found = [as_float(value) for value in flat(seen["values"])]
    elif seen.get("t") == "seq" and seen["n"] == len(seen["items"]):
        found = [as_float(one.get("v")) if one.get("t") == "num" else None for one in seen["items"]]
    else:
        return None
    known = [one for one in found if one is not None]
    return known if known and len(known) == len(found) else None


def numbers_of(seen: Seen) -> list[float] | None:
    """All elements of a small tensor or array of finite real numbers."""
    if not is_array(seen) or "values" not in seen:
        return None
    leaves = flat(seen["values"])
    if not leaves or not all(isinstance(value, (int, float)) for value in leaves):
        return None
    return [float(value) for value in leaves]


def ends_of(seen: Seen) -> tuple[float, float] | None:
    """The least and the greatest of the elements of a tensor, array or list, or a number twice."""
    if seen.get("t") == "num" and not isinstance(seen["v"], bool):
        value = as_float(seen["v"])
        return None if value is None else (value, value)
    numbers = all_numbers(seen)
    if numbers is not None:
        return min(numbers), max(numbers)
    low, high = seen.get("min"), seen.get("max")
    if isinstance(low, (int, float)) and isinstance(high, (int, float)):
        return float(low), float(high)
    return None


def scalar_of(seen: Seen) -> float | None:
    """The one number that a value is, or holds without dimensions."""
    if seen.get("t") == "num" and not isinstance(seen["v"], bool):
        return as_float(seen["v"])
    if is_array(seen) and not seen["shape"] and "values" in seen:
        return as_float(seen["values"])
    return None


def matrix_of(seen: Seen) -> list[list[float]] | None:
    """The rows of a small matrix of finite real numbers."""
    values = seen.get("values")
    if numbers_of(seen) is None or not isinstance(values, list) or len(seen["shape"]) != 2:
        return None
    return values
