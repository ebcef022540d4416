"""How many things a value holds: elements, rows, parameters, dimensions."""

from __future__ import annotations

import math
import re

from assistant.verify.properties.described import is_array
from assistant.verify.properties.holds import HELD, held_of
from assistant.verify.properties.recogniser import Recogniser, Seen, words


def parameters(seen: Seen, found: re.Match[str]) -> bool | None:
    """A module has so many parameters, all or trainable ones."""
    count = _count(found)
    if seen.get("t") == "num" and isinstance(seen["v"], int):
        # "4 parameters and 1 buffer" counts parts of the number.
        summed = re.match(r"\s*(?:,|and|\+|plus)\s*\d", found.string[found.end() :])
        return None if summed else bool(seen["v"] == count)
    held = held_of(seen)
    if held is not None:
        return count in held.counts("parameters")
    if seen.get("t") != "module":
        return None
    return count in (seen.get("parameters"), seen.get("trainable"))


def weights(seen: Seen, found: re.Match[str]) -> bool | None:
    """A module has so many weights, biases among them if they are not told apart."""
    if seen.get("t") != "module":
        return None
    count = _count(found) + int((found["more"] or "0").replace(",", ""))
    if count in (seen.get("parameters"), seen.get("trainable")):
        return True
    surely = found["more"] or re.search("learnable|trainable", found.group())
    return False if surely else None


def elements(seen: Seen, found: re.Match[str]) -> bool | None:
    """There are so many elements, items or entries."""
    count = _count(found)
    if is_array(seen):
        return bool(math.prod(seen["shape"]) == count)
    whole = re.search(r"\b(?:all|total|altogether)$", found.group(), re.IGNORECASE)
    if whole and seen.get("t") == "num":
        return _held(seen, count) or None  # "2 rows, 6 elements in all", of a length
    return _held(seen, count)


def _held(seen: Seen, count: int) -> bool | None:
    if seen.get("t") in ("module", "obj") and "n" in seen:
        return bool(seen["n"] == count)
    if seen.get("t") in ("seq", "map"):
        if seen["n"] != count and any(
            one.get("v") == count for one in seen["items"] if seen["t"] == "seq"
        ):
            return None  # it may speak of that one
        return bool(seen["n"] == count)
    if seen.get("t") == "num" and type(seen["v"]) is int:
        return bool(seen["v"] == count)
    return None


def _things(seen: Seen, found: re.Match[str]) -> bool | None:
    """A list, tuple or mapping holds so many things of a named kind."""
    return (
        _held(seen, _count(found))
        if seen.get("t") in ("seq", "map", "module", "obj") and seen.get("k") != "Size"
        else None
    )


def _length(seen: Seen, found: re.Match[str]) -> bool | None:
    """A vector, a list or a batch is so long."""
    if is_array(seen) and seen["shape"]:
        return bool(seen["shape"][0] == _count(found))
    return _held(seen, _count(found))


def _lines(seen: Seen, found: re.Match[str]) -> bool | None:
    """A matrix has so many rows, columns, or both."""
    high, wide = found["rows"] or found["rows2"], found["columns"] or found["columns2"]
    if seen.get("t") == "num":
        return None if high and wide else _held(seen, int(high or wide)) or None
    dims = seen["shape"] if is_array(seen) else None
    if seen.get("k") == "Size":
        dims = [one["v"] for one in seen["items"]]
    if dims is None or len(dims) != 2:
        return None
    return (not high or dims[0] == int(high)) and (not wide or dims[1] == int(wide))


def _dimensions(seen: Seen, found: re.Match[str]) -> bool | None:
    if is_array(seen):
        return len(seen["shape"]) == _count(found)
    return _held(seen, _count(found))


def lengths(seen: Seen, found: re.Match[str]) -> bool | None:
    """The parts of a list or tuple of tensors are so long, along one axis."""
    items = seen.get("items") or [] if seen.get("t") == "seq" else []
    if not items or not all(is_array(one) and one["shape"] for one in items):
        return None
    claimed = [int(one) for one in re.findall(r"\d+", found["lengths"])]
    axes = range(min(len(one["shape"]) for one in items))
    if all(list(one["shape"]) == claimed for one in items):
        return True
    if [math.prod(one["shape"]) for one in items] == claimed:
        return True
    if len(items) != len(claimed):
        return None
    return any([one["shape"][axis] for one in items] == claimed for axis in axes)


def equal_parts(seen: Seen, found: re.Match[str]) -> bool | None:
    """A list or tuple holds so many tensors, each with so many elements, rows or columns."""
    items = seen.get("items") or [] if seen.get("t") == "seq" else []
    if not items or not all(is_array(one) and one["shape"] for one in items):
        return None
    word, count = (found["what"] or "").lower(), int(found["count"])
    if seen["n"] != int(found["parts"]):
        return False
    if word.startswith("column"):
        return all(len(one["shape"]) == 2 and one["shape"][1] == count for one in items)
    whole = [math.prod(one["shape"]) == count for one in items]
    rows = [one["shape"][0] == count for one in items]
    if word.startswith(("row", "sample")):
        return all(rows)
    return all(whole) or (True if all(rows) else None if any(whole) or not word else False)


def named_sizes(seen: Seen, found: re.Match[str]) -> bool | None:
    """A tensor has the sizes to which the words give names: `N=8, C=3, H=W=32`."""
    if not is_array(seen):
        return None
    sizes: list[int] = []
    for hit in re.finditer(r"((?:\w+ ?= ?)+)(\d+)", found.group()):
        sizes += [int(hit[2])] * hit[1].count("=")
    left = iter(seen["shape"])
    if all(size in left for size in sizes):
        return True  # in this order
    slips = sum(want != have for want, have in zip(sizes, seen["shape"], strict=False))
    near = len(sizes) == len(seen["shape"]) and 2 * slips <= len(sizes)
    return False if near else None


def _count(found: re.Match[str]) -> int:
    told = found.groupdict()
    return int((told["count"] or told["rows"]).replace(",", ""))


_LEFT = (
    r"(?: (?:left|remain(?:s|ing)?|in total|total|survived?|selected|kept|in all|altogether|each"
    r"|long))*"
)
_COUNT = r"(?P<count>\d[\d,]*)"
_DIM = r"(?:[BNTCHWLDEFMV]|batch(?:_size)?|seq(?:_len)?|time|channels|features|height|width)"
COUNTS = (
    Recogniser(
        "has named sizes",
        words(rf"^(?-i:(?:{_DIM} ?= ?)+\d+(?:(?:,| and|, and) (?:{_DIM} ?= ?)+\d+)+)$"),
        named_sizes,
    ),
    Recogniser(
        "has parts of these lengths",
        words(
            r"^(?:(?:\d+|list|tuple|the|their|its|an?|in|with|splits?) )*"
            r"(?:(?:pieces|chunks|parts|tensors|splits|groups|blocks|slices|views) (?:of|with)"
            r"|into|(?:of )?(?:lengths?|sizes?|len))(?: (?:of|is|are|sizes?|lengths?|:))* "
            r"(?P<lengths>\d+(?:, ?\d+)*,? and \d+|\d+(?:, ?\d+)+)"
            r"(?: (?:rows|columns|elements|entries|items|numbers|long|each))*$"
        ),
        lengths,
    ),
    Recogniser(
        "has parts that are so long each",
        words(
            r"^(?P<parts>\d+) (?:equal )?(?:pieces|chunks|parts|tensors|splits|groups|blocks|slices"
            r"|views|batches) (?:of|with) (?P<count>\d+) (?P<what>elements?|entries|numbers?"
            r"|values?|rows?|columns?|items?|samples?)?(?: each| apiece)?$"
        ),
        equal_parts,
    ),
    Recogniser(
        "counts parameters",
        words(
            rf"{_COUNT} (?:trainable |learnable )?param(?:eter)?s\b"
            r"(?! (?:per|each|a (?:layer|gate|head)|(?:in|for|of) (?:each|every)))"
        ),
        parameters,
        look=HELD,
    ),
    Recogniser(
        "counts weights",
        words(
            rf"^(?:has )?{_COUNT} "
            r"(?:(?:learnable|trainable) (?:numbers|weights|values|scalars)|weights)"
            r"(?: (?:and|plus|\+) (?P<more>\d[\d,]*) bias(?:es)?)?(?: in all| in total| all told)?$"
        ),
        weights,
    ),
    Recogniser(
        "has rows and columns",
        words(
            r"^(?:(?P<rows>\d+) rows?(?: ?(?:x|×|by|and|of) (?P<columns>\d+)(?: columns?| cols?"
            r"| each)?)?"
            r"|(?P<columns2>\d+) (?:columns?|cols?)(?: (?:and|by) (?P<rows2>\d+) rows?)?)$"
        ),
        _lines,
    ),
    Recogniser("has dimensions", words(rf"^{_COUNT} (?:dim(?:ension)?s|axes)$"), _dimensions),
    Recogniser(
        "has so many elements",
        words(
            rf"^(?:has |only |one of )?{_COUNT} (?:elements?|entries|items|values?"
            rf"|numbers?){_LEFT}$"
        ),
        elements,
    ),
    Recogniser(
        "has so many things",
        words(
            rf"^(?:(?:list|tuple|dict|pair) (?:of|with) )?{_COUNT} (?:\w+ )?(?:tensors?|chunks?"
            rf"|pieces?|batches|layers|keys|names|tokens|samples|arrays?|pairs"
            rf"|parts|modules|submodules|blocks|groups|splits|views|slices){_LEFT}$"
            rf"|^(?:list|tuple) (?:of|with) (?P<rows>\d+) (?:\w+ )?rows{_LEFT}$"
        ),
        _things,
    ),
    Recogniser(
        "may have so many things",
        words(rf"^{_COUNT} (?:\w+ )?[a-z]+s(?: of \w+)?{_LEFT}$"),
        lambda seen, found: _things(seen, found) or None,
    ),
    Recogniser(
        "is so long",
        words(
            rf"^(?:(?:flat )?vector |list |1-?D )?(?:of |has |with )*(?:length|len|size) (?:of "
            rf"|is )?{_COUNT}$"
        ),
        _length,
    ),
)
