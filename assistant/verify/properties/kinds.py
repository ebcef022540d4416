"""Of which type a value is, in words: `16-bit floats`, `boolean mask`, `a plain Python list`."""

from __future__ import annotations

import re

from assistant.verify.properties.described import is_array
from assistant.verify.properties.recogniser import Recogniser, Seen, never, words

_FLOATS = {"16": ("float16", "bfloat16"), "32": ("float32",), "64": ("float64",), "8": ()}
_EXACT = {
    "double": ("float64",), "half": ("float16", "bfloat16"), "single": ("float32",),
    "long": ("int64",), "complex": ("complex64", "complex128", "complex32"),
}  # fmt: skip
_NOUN = (
    r"(?: (?:tensors?|dtype|typed?|values?|numbers?|masks?|matri(?:x|ces)|vector|scalar|arrays?"
    r"|results?|arithmetic|elements|entries|indices|division|index tensor))"
)


def of_family(seen: Seen, found: re.Match[str]) -> bool | None:
    """Its dtype, or for a Python number its type, is of the named family."""
    name = found["family"].lower()
    family = "float" if name.startswith("float") else "int" if name.startswith("int") else name
    family = "bool" if name.startswith("bool") else family
    kind = _kind(seen)
    if kind is None:
        return None
    if found["bits"]:
        names = _FLOATS.get(found["bits"], ()) if family == "float" else (family + found["bits"],)
        return None if kind in ("float", "int", "bool") else kind in names
    if family in _EXACT:
        return None if kind in ("float", "int") else kind in _EXACT[family]
    if family == "bool":
        return kind == "bool"
    if family == "unsigned":
        return kind.startswith("uint")
    if family == "int":
        return kind.lstrip("u").startswith("int")
    return kind.startswith(("float", "bfloat"))


def _kind(seen: Seen) -> str | None:
    if is_array(seen) or (seen.get("t") == "num" and seen.get("dtype")):
        return str(seen["dtype"]).rsplit(".", 1)[-1]
    if seen.get("t") == "dtype":
        return str(seen["v"]).rsplit(".", 1)[-1]
    return str(seen["k"]) if seen.get("t") == "num" else None


def of_size(seen: Seen, found: re.Match[str]) -> bool | None:
    """Each element of a tensor takes so many bytes."""
    kind = _kind(seen) if is_array(seen) or seen.get("t") == "dtype" else None
    bits = re.search(r"\d+$", kind or "")
    size = 1 if kind == "bool" else int(bits[0]) // 8 if bits else None
    return None if size is None else size == int(found["count"])


_PRECISIONS = {
    "half": ("float16",),
    "single": ("float32",),
    "full": ("float32",),
    "double": ("float64",),
}


def of_precision(seen: Seen, found: re.Match[str]) -> bool | None:
    """Its dtype has half, single or double precision."""
    kind = _kind(seen)
    if kind is None or not re.match(r"b?float\d", kind):
        return None
    word = found["precision"].lower()
    if kind == "bfloat16" and word == "half":
        return None
    return kind in _PRECISIONS[word]


# What a kind is called, and how the driver describes it.
_KINDS = {
    "list": "list", "tuple": "tuple", "set": "set", "dict": "map", "dictionary": "map",
    "string": "str", "str": "str", "float": "float", "int": "int", "integer": "int", "bool": "bool",
    "number": "num", "scalar": "num", "boolean": "bool",
}  # fmt: skip


def is_python(seen: Seen, found: re.Match[str]) -> bool | None:
    """It is a Python object of the named type, and no tensor."""
    wanted, kind = _KINDS[found["kind"].lower()], seen.get("t")
    if kind not in ("num", "seq", "map", "str", "none", "tensor", "ndarray"):
        return None
    if wanted in ("map", "str"):
        return bool(kind == wanted)
    if wanted == "num":
        return kind == "num" and not seen.get("dtype")
    if kind == "num":
        return None if seen.get("dtype") else seen["k"] == wanted
    if kind == "seq":
        other_tuple = wanted == "tuple" and seen["k"] not in ("list", "set")
        return bool(seen["k"] == wanted or other_tuple)
    return False


def is_kind(seen: Seen, found: re.Match[str]) -> bool | None:
    """It is a tensor, an array, a list and so on."""
    name = found["name"].lower()
    if seen.get("t") in ("str", "class"):
        return None  # it may be a name
    if "array" in name:
        return seen.get("t") == "ndarray"
    if "tensor" in name:
        return seen.get("t") == "tensor"
    wanted = {"list": "list", "tuple": "tuple", "dict": "map"}[name]
    if wanted == "map":
        return seen.get("t") == "map" or None
    return True if seen.get("t") == "seq" and seen["k"] == wanted else None


def of_length(seen: Seen, found: re.Match[str]) -> bool | None:
    """It is a tuple, or a list, with so many things in it."""
    if seen.get("t") != "seq" or seen["k"] not in ("tuple", "list"):
        return None
    return bool(seen["k"] == found["kind"].lower() and seen["n"] == int(found["count"]))


def is_function(seen: Seen, _: re.Match[str]) -> bool | None:
    """It can be called; what is looked at says so."""
    return True if seen.get("t") == "str" and seen["v"] == "a function" else None


KINDS = (
    Recogniser(
        "is of a family",
        words(
            rf"^(?:of |in |with |as )?(?:dtype |type )?(?:(?P<bits>8|16|32|64)[- ]?bits? )?"
            rf"(?P<family>float(?:ing[- ]point)?|int(?:eger)?|bool(?:ean)?|complex|double|half|long"
            rf"|unsigned)"
            rf"(?:{_NOUN}+|s|(?<=\dbit .....)|$)(?: (?:of|with|for) .*)?$"
        ),
        of_family,
    ),
    Recogniser(
        "takes so many bytes",
        words(
            r"^(?P<count>\d+) bytes? (?:per|for each|for every|each|an?)(?: (?:element|entry|number"
            r"|value|float|integer|int|item))?$"
        ),
        of_size,
    ),
    Recogniser(
        "is of a precision",
        words(r"^(?:in |with |at )?(?P<precision>half|single|double|full)[- ]precision(?: \w+)?$"),
        of_precision,
    ),
    Recogniser(
        "is a Python object",
        words(
            r"^(?:an? )?(?:plain |pure |ordinary |regular |native |normal |standard |built-in )*"
            r"Python (?P<kind>list|tuple|set|dict|dictionary|string|str|float|int|integer|bool"
            r"|boolean|number|scalar)s?\b(?! (?:become|became|turn|get|go|come|came|are|were|will"
            r"|would|can|do|went|got|promote|stay|have|has|had|to)s?\b)"
        ),
        is_python,
    ),
    Recogniser(
        "is so long a tuple",
        words(r"^(?:an? )?(?P<kind>tuple|list) of length (?P<count>\d+)$"),
        of_length,
    ),
    Recogniser(
        "is a function",
        words(
            r"^(?:an? )?(?:plain |python |new |callable )*(?:function|callable)(?: object)?(?=$|, )"
            r"|^(?:a )?function$"
        ),
        is_function,
        look="'a function' if callable({it}) and not hasattr({it}, 'parameters') else {it}",
        denied=never,
    ),
    Recogniser(
        "is a kind of thing",
        words(
            r"^(?P<name>(?:numpy|ND) ?array|ndarray|(?:0-dim(?:ensional)? |0-?d )?tensor|list|tuple"
            r"|dict)"
            r"(?: (?:of|with) [a-z]+(?: tensors)?)?$"
        ),
        is_kind,
    ),
)
