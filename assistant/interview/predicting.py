"""Judges what a candidate says that a snippet prints: exactly, and by meaning where forms differ.

`(3, 4)` is `torch.Size([3, 4])`, `float32` is `torch.float32`, `.5` is `0.50`; but `3` is not `3.`,
`(4, 3)` is not `(3, 4)`, and "an error" is no type of error.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from assistant.verify.expect import DTYPE_ALIASES
from assistant.verify.literals import Call, Const, Node, Num, Seq, Text, Word, read_all
from corpus.predictions import Prediction

_ERROR = re.compile(r"\b(?:[A-Z]\w*(?:Error|Exception|Interrupt|Iteration|Warning)|Warning)\b")
_RAISES = re.compile(
    r"\b(?:raises?|errors?|exceptions?|throws?|fails?|crash(?:es)?|traceback)\b", re.IGNORECASE
)
_LEAD = re.compile(
    r"^(?:it\s+|this\s+|the\s+code\s+|that\s+|the\s+)?(?:prints?|outputs?|gives?|shows?|returns?|is|answer"
    r"|output|result|shape)\b\s*(?:is\b|will be\b)?\s*:?\s+",
    re.IGNORECASE,
)
_BY = re.compile(r"^\s*\d+(?:\s*[x×]\s*\d+)+\s*$", re.IGNORECASE)
_BARE_LIST = re.compile(r"^\s*-?\d+(?:\s*,\s*-?\d+)+\s*,?\s*$")
_SIZE = re.compile(r"(?:torch\.)?Size\((\[[^\]]*\])\)")
_FIELD = re.compile(r"[^\s(\[{]*[(\[{](?:[^()\[\]{}]|[(\[{][^()\[\]{}]*[)\]}])*[)\]}]|\S+")
_DIGITS = 4
"""Digits behind the point that torch prints of a tensor unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """Whether a prediction is right; `reason` says in one sentence what is not."""

    right: bool
    reason: str = ""


def judge_prediction(item: Prediction, answer: str) -> Foretold:
    """Sets a candidate's answer against what running the snippet gave.

    Args:
        item: the snippet with its answer.
        answer: what the candidate wrote.
    """
    said = _tidied(answer)
    if not said:
        return Foretold(False, "nothing was foretold")
    if item.raises is not None:
        return _raising(item.raises, said)
    if (named := _ERROR.search(said)) and not _ERROR.search(item.answer):
        return Foretold(False, f"it raises no {named[0]}: it prints {item.answer}")
    if _same_text(said, item.answer):
        return Foretold(True)
    if any(_same_text(said, _tidied(miss)) for miss in item.near_misses):
        return Foretold(False, f"it prints {item.answer}")
    if _same_lines(said, item.answer):
        return Foretold(True)
    if _RAISES.search(said) and not _RAISES.search(item.answer):
        return Foretold(False, f"it raises nothing: it prints {item.answer}")
    return Foretold(False, f"it prints {item.answer}")


def _tidied(answer: str) -> str:
    """The answer without fences, quotes around it and words before it."""
    text = answer.strip()
    fenced = re.fullmatch(r"```\w*\n(.*?)\n?```", text, re.DOTALL)
    text = (fenced[1] if fenced else text).strip()
    text = text.replace("−", "-").replace("\u00a0", " ")
    if len(text) > 1 and text[0] == text[-1] and text[0] in "`":
        text = text[1:-1].strip()
    if "\n" not in text:
        text = _LEAD.sub("", text)
        text = re.sub(r"(?<=[\])\w])\.$", "", text) if not re.search(r"\d\.$", text) else text
    return text.strip().strip("`").strip()


def _raising(expected: str, said: str) -> Foretold:
    named = _ERROR.findall(said)
    if named:
        if named[0] == expected:
            return Foretold(True)
        return Foretold(False, f"it raises {expected}, not {named[0]}")
    if _RAISES.search(said):
        return Foretold(False, f"the type of the exception was asked for: it is {expected}")
    return Foretold(False, f"it raises {expected}")


def _same_text(one: str, other: str) -> bool:
    return one.split() == other.split()


def _same_lines(said: str, printed: str) -> bool:
    """The same value; or as many lines, each of the same value."""
    one, other = _value(said), _value(printed)
    if one is not None and other is not None:
        return _same(one, other)
    here = [line for line in said.splitlines() if line.strip()]
    there = [line for line in printed.splitlines() if line.strip()]
    if len(there) > 1 and len(here) == 1:  # several lines told of side by side
        here = re.split(r"\s*;\s*|\s*,\s+(?:then\s+|and\s+)?|\s+(?:then|and)\s+", here[0])
    if len(here) != len(there):
        return False
    return all(_same_line(a.strip(), b.strip()) for a, b in zip(here, there, strict=True))


def _same_line(said: str, printed: str) -> bool:
    if _same_text(said, printed):
        return True
    one, other = _value(said), _value(printed)
    if one is not None and other is not None:
        return _same(one, other)
    here, there = _fields(said), _fields(printed)
    return len(there) > 1 and len(here) == len(there) and all(map(_same_field, here, there))


def _fields(line: str) -> list[str]:
    """The words of a line, brackets held together: what one `print` of several things shows."""
    return _FIELD.findall(line)


def _same_field(said: str, printed: str) -> bool:
    said, printed = said.rstrip(","), printed.rstrip(",")
    if said == printed:
        return True
    one, other = _value(said), _value(printed)
    return one is not None and other is not None and _same(one, other)


def _value(text: str) -> Node | None:
    """The text as one value, in one spelling for each thing."""
    plain = _SIZE.sub(r"\1", " ".join(text.split()))
    if _BY.match(plain):
        plain = "(" + re.sub(r"\s*[x×]\s*", ", ", plain.strip(), flags=re.IGNORECASE) + ")"
    elif _BARE_LIST.match(plain):
        plain = f"({plain})"
    if plain.lower() in ("true", "false", "none"):
        plain = plain.capitalize()
    return read_all(plain)


def _same(said: Node, printed: Node, *, rounded: bool = False) -> bool:
    match said, printed:
        case Num(), Num():
            return _same_number(said, printed, rounded=rounded)
        case (Seq(items=items), Seq(items=others)):
            alike = (_sizes(said) and _sizes(printed)) or said.kind == printed.kind
            return bool(alike) and _all_same(items, others, rounded=rounded)
        case Call(), Call():
            return _last(said.name) == _last(printed.name) and _same_call(said, printed)
        case (Seq() | Num() | Const(), Call()) if _last(printed.name) == "tensor":
            # The wrapping left out: dtype and device must then be the usual ones.
            return not printed.named and _all_same((said,), printed.args, rounded=True)
        case Word(value=one), Word(value=other):
            return _dtype(one) == _dtype(other)
        case Text(value=one), Word(value=other):
            return one == other
        case Word(value=one), Text(value=other):
            return one == other
    return said == printed


def _same_call(said: Call, printed: Call) -> bool:
    names = {name for name, _ in printed.named} - {"grad_fn"}
    if {name for name, _ in said.named} - {"grad_fn"} != names:
        return False
    rounded = _last(printed.name) == "tensor"
    return _all_same(said.args, printed.args, rounded=rounded) and all(
        _same(one, other)
        for name in names
        if (one := said.get(name)) is not None and (other := printed.get(name)) is not None
    )


def _all_same(said: tuple[Node, ...], printed: tuple[Node, ...], *, rounded: bool) -> bool:
    return len(said) == len(printed) and all(
        _same(one, other, rounded=rounded) for one, other in zip(said, printed, strict=True)
    )


def _same_number(said: Num, printed: Num, *, rounded: bool) -> bool:
    if said.is_int != printed.is_int:
        return False
    one, other = said.value, printed.value
    if one == other or (one != one and other != other):
        return True
    if not rounded or said.is_int or one.imag or other.imag:
        return False
    digits = len(printed.text.partition(".")[2].partition("e")[0])
    given = len(said.text.partition(".")[2].partition("e")[0])
    if "e" in printed.text.lower() or digits < _DIGITS or given <= digits:
        return False
    return math.isclose(round(one.real, digits), other.real, abs_tol=0.5 * 10.0**-digits * 1e-6)


def _sizes(node: Node) -> bool:
    return isinstance(node, Seq) and all(isinstance(i, Num) and i.is_int for i in node.items)


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _dtype(name: str) -> str:
    short = _last(name)
    return DTYPE_ALIASES.get(short, short)
