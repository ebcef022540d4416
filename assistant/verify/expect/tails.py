"""A whole value first, and words behind it: `tensor(2.) banker's rounding`, `False in float64`.

A list, a printed tensor or a decimal number that a comment begins with is what the author saw; the
words say more about it.  They may also say when it holds (`True on a GPU`): then a disagreement
proves nothing, and the reading is lenient.
"""

from __future__ import annotations

import re

from assistant.verify import literals
from assistant.verify.expect.types import Each, Expectation, Reading, Shape, Value
from assistant.verify.expect.values import dims_of, is_known_call
from assistant.verify.literals import Call, Const, Node, Num, Seq

# Words that may say under which condition a value holds, or that it is another's.
_CONDITION = re.compile(
    r"\b(?:if|when|unless|with|without|on|in|for|under|at|before|after|until|but|not|or|and|normally"
    r"|usually|often|sometimes|typically|expected|should|would|could|may|might|instead|except|only"
    r"|old|previously|than|vs|per|each|to|of|as|like|from|by|then|else|otherwise|e\.g|eq|step|line)\b"
    r"|[/*@%]|\?",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\s*(?:[-+*/@%^<]|==|!=|>(?!>)|→|[-=]>|\.\.|\[|\()")
_MEANING = re.compile(r"\s*(?:→|[-=]>|⇒|=)\s+(?=[^\W\d])")
_HOLDS = re.compile(r"\s+(?:in|on|for|with|under|at|when|if|unless)\b")
_EXACTLY = re.compile(r"\s*(?:exactly|precisely|just|back to|reset to|still|class|index)\s+", re.I)
_EVERY = re.compile(
    r"\s*(?:all|every|each)\s+(?:the\s+)?(?:entr(?:y|ies)|elements?|values?|numbers?|items?|one)"
    r"\s+(?:is|are|equals?|=)\s+(?P<value>[-−]?\d+(?:\.\d+)?)\s*(?:$|[,;.!(—–])",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"[^\d\[\](){}]{0,60}?(?::|→|[-=]>|⇒|\b(?:are|is|picks|gives|sums|means|values|elements))\s+"
    r"(?P<numbers>[-−]?\d[\d.]*(?:\s*(?:,|\band\b|,\s*and\b)\s*[-−]?\d[\d.]*)+)\s*[.!]?$"
)
_ASIDE = re.compile(r"[^\d(){}\[\]]{3,60}\((?P<value>[-−]?\d+(?:\.\d+)?)\)$")
_SIDES = re.compile(r"\s*(?P<sides>\d+(?:\s+x\s+\d+)+)\s*(?:$|[,;(—–])")


def with_words(text: str, whole: str) -> Reading | None:
    """The value that `text` begins with, or lists behind a phrase; None where it does neither."""
    for found in (_special(text, whole), _led(text, whole), _listed(text, whole)):
        if found is not None:
            return found
    return None


def _led(text: str, whole: str) -> Reading | None:
    try:
        node, end = literals.read_prefix(text)
    except literals.NotALiteralError:
        return None
    rest = text[end:]
    meant = _MEANING.match(rest)
    if not rest.strip() or (_GOES_ON.match(rest) and not meant):
        return None
    remark = rest[meant.end() :] if meant else rest
    conditional = bool(_CONDITION.search(remark))
    expected, strong = _expected(node)
    if expected is None or re.match(r"\s*\S*\d", remark):
        return None
    if isinstance(node, Num) and not strong and not meant:
        return None  # "5 evenly spaced points"
    if isinstance(node, Const) and not meant and not _HOLDS.match(rest):
        return None  # "True labels"
    return Reading(expected, whole, lenient="always" if conditional or not strong else "")


def _expected(node: Node) -> tuple[Expectation | None, bool]:
    """What a leading literal expects, and whether it can hardly be anything but what was seen."""
    if isinstance(node, Call):
        return (Value(node), True) if is_known_call(node.name) else (None, False)
    if isinstance(node, Seq):
        dims = dims_of(node)
        if node.kind == "(" and dims is not None:
            symbolic = any(not isinstance(dim, int) for dim in dims)
            return (Shape(dims) if symbolic else Value(node)), len(dims) > 1 and not symbolic
        plain = node.items and all(isinstance(item, (Num, Const, Seq)) for item in node.items)
        return (Value(node), True) if plain and node.kind != "()" else (None, False)
    if isinstance(node, Num):
        return Value(node), bool(re.search(r"\.\d{2,}|inf|nan", node.text))
    return (Value(node), False) if isinstance(node, Const) else (None, False)


def _special(text: str, whole: str) -> Reading | None:
    every = _EVERY.match(text)
    if every is not None:
        number = literals.read_all(every["value"].replace("−", "-"))
        return Reading(Each(Value(number)), whole) if number is not None else None
    sides = _SIDES.match(text)
    if sides is not None:
        sizes = tuple(int(n) for n in re.findall(r"\d+", sides["sides"]))
        return Reading(Shape(sizes, loose=True), whole, lenient="always")
    exactly = _EXACTLY.match(text)
    if exactly is not None:
        node = literals.read_all(text[exactly.end() :].rstrip(" .!"))
        if isinstance(node, (Num, Const)):
            sure = exactly.group().strip().lower() in ("exactly", "precisely")
            return Reading(Value(node), whole, lenient="" if sure else "always")
    aside = _ASIDE.fullmatch(text)
    if aside is not None:
        number = literals.read_all(aside["value"].replace("−", "-"))
        return Reading(Value(number), whole, weak=True, lenient="always") if number else None
    return None


def _listed(text: str, whole: str) -> Reading | None:
    """`second column -> 1, 5, 9`, `row sums 3 and 7`: several numbers that a phrase introduces."""
    found = _LISTED.fullmatch(text)
    if found is None:
        return None
    numbers = [literals.read_all(one) for one in re.findall(r"[-−]?\d[\d.]*", found["numbers"])]
    nodes = tuple(one for one in numbers if isinstance(one, Num))
    if len(nodes) != len(numbers):
        return None
    return Reading(Value(Seq("[", nodes)), whole, weak=True, lenient="always")
