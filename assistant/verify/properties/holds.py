"""What a module holds: parameters, buffers, their shapes and values."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.verify.expect.sums import result_of
from assistant.verify.properties.described import as_float
from assistant.verify.properties.recogniser import Recogniser, Seen, words

HELD = (
    "({{'parameters': {{n: tuple(p.shape) for n, p in {it}.named_parameters()}},"
    " 'buffers': {{n: tuple(b.shape) for n, b in {it}.named_buffers()}},"
    " 'frozen': [n for n, p in {it}.named_parameters() if not p.requires_grad]}}"
    " if hasattr({it}, 'named_parameters') else {it})"
)
"""Shapes of a module's parameters and buffers, by name; of anything else, the thing itself."""
_FILLED = (
    "({{n: p.detach().reshape(-1)[0].item() if p.numel() and bool((p == p.reshape(-1)[0]).all())"
    " else 'several numbers' for n, p in {it}.named_parameters()}}"
    " if hasattr({it}, 'named_parameters') else {it})"
)


@dataclass(frozen=True, slots=True)
class Held:
    """Shapes of the parameters and of the buffers of a module, by name."""

    parameters: Mapping[str, tuple[int, ...]]
    buffers: Mapping[str, tuple[int, ...]]
    frozen: frozenset[str]

    def counts(self, noun: str) -> set[int]:
        """How many there are of what a noun names: tensors, and numbers in them."""
        word = noun.lower()
        if word.startswith("buffer"):
            return {len(self.buffers), _numel(self.buffers)}
        if word.startswith("bias"):
            return _both(self.parameters, "bias")
        if word.startswith(("weight", "kernel")):
            found = _both(self.parameters, "weight") | _both(self.buffers, "weight")
            # All that is learnt is called so as well, unless biases are told apart.
            return found | {_numel(self.parameters), self._trainable()}
        if re.search(r"tensor|matri|vector", word):
            return {len(self.parameters), len(self.parameters) - len(self.frozen)}
        return {len(self.parameters), _numel(self.parameters), self._trainable()}

    def _trainable(self) -> int:
        return _numel({n: one for n, one in self.parameters.items() if n not in self.frozen})


def held_of(seen: Seen) -> Held | None:
    """What a look at a module found; None where something else was looked at."""
    parts = {key["v"]: inner for key, inner in seen.get("items") or ()} if _is_map(seen) else {}
    if parts.keys() != {"parameters", "buffers", "frozen"}:
        return None
    return Held(
        _shapes(parts["parameters"]),
        _shapes(parts["buffers"]),
        frozenset(str(one["v"]) for one in parts["frozen"]["items"]),
    )


def _is_map(seen: Seen) -> bool:
    return seen.get("t") == "map" and all(key.get("t") == "str" for key, _ in seen["items"])


def _shapes(seen: Seen) -> dict[str, tuple[int, ...]]:
    return {
        str(key["v"]): tuple(int(one["v"]) for one in inner["items"])
        for key, inner in seen["items"]
    }


def _numel(shapes: Mapping[str, tuple[int, ...]]) -> int:
    return sum(math.prod(one) for one in shapes.values())


def _both(shapes: Mapping[str, tuple[int, ...]], part: str) -> set[int]:
    chosen = {name: one for name, one in shapes.items() if part in name.rpartition(".")[2]}
    return {len(chosen), _numel(chosen)}


_NOUN = (
    r"(?:param(?:eter)?s?|weights?|bias(?:es)?|buffers?)"
    r"(?: (?:tensors?|vectors?|terms?|matri(?:x|ces)))?"
)
_KIND = r"(?:(?:trainable|learnable|learned|learnt|scalar|free|own|single|different|separate) )*"
_HOW_MANY = r"\d[\d,_]*(?:\s*[-+*/×·x]\s*\(?\d[\d,_]*\)?|\s*=\s*\d[\d,_]*)*"
_NONE = r"(?:without(?: an?| any)?|not any|no|any|nor|neither)"
_ITEM = rf"(?:{_HOW_MANY}|{_NONE}|an?|only|just|single) {_KIND}{_NOUN}"
_ALL = r"(?: (?:in all|in total|total|all told|altogether|here|of its own|at all))*"
_PIECE = re.compile(
    rf"(?P<count>{_HOW_MANY}|\b(?P<none>{_NONE})|\b(?:an?|single|only|just))"
    rf" (?P<noun>{_KIND}{_NOUN})",
    re.IGNORECASE,
)


def holds(seen: Seen, found: re.Match[str]) -> bool | None:
    """A module has so many parameters, weights, biases or buffers; sums are worked out."""
    held = held_of(seen)
    pieces = list(_PIECE.finditer(found.group()))
    if held is None and seen.get("t") == "num" and isinstance(seen["v"], int) and len(pieces) == 1:
        number = re.match(r"\d", pieces[0]["count"]) is not None
        return _comes_to(pieces[0]["count"], {seen["v"]}) if number else None
    if held is None:
        return None
    answers: list[bool | None] = []
    for hit in pieces:
        count, noun = hit["count"].lower(), hit["noun"]
        have = held.counts(noun)
        if count in ("only", "just", "a", "an"):
            answers.append(max(have) > 0)
        elif count == "single":
            answers.append(1 in have)
        elif hit["none"]:
            answers.append(have == {0} or (0 in have and "learnable" in noun.lower()))
        elif have == {0} and count != "0":
            return None  # "3 weights", those of the classes
        else:
            answers.append(_comes_to(count, have))
    if not answers or None in answers:
        return None
    return all(answers)


def _comes_to(count: str, have: set[int]) -> bool | None:
    """Whether each side of `3 * 2 + 2 = 8` makes one of the counts."""
    made = [result_of(side) for side in count.split("=")]
    if any(one is None for one in made):
        return None
    return any(all(one == number for one in made) for number in have)


def nothing_learnt(seen: Seen, _: re.Match[str]) -> bool | None:
    """A module has no parameters."""
    held = held_of(seen)
    return None if held is None else not held.parameters


def shaped(seen: Seen, found: re.Match[str]) -> bool | None:
    """A parameter or buffer of a module has the shape that is written."""
    held = held_of(seen)
    if held is None:
        return None
    told = found["part"].lower()
    part = {"biases": "bias", "weights": "weight", "kernel": "weight", "kernels": "weight"}.get(
        told, told
    )
    every = {**held.parameters, **held.buffers}
    have = next((one for name, one in every.items() if name.lower() == part), None)
    if have is None:
        return None
    sizes = tuple(int(one) for one in re.findall(r"\d+", found["sizes"]))
    if len(sizes) < len(have) and (have[-len(sizes) :] == sizes or len(sizes) < 2):
        return None  # a window, or one of its sizes
    return sizes == have


def all_filled(seen: Seen, found: re.Match[str]) -> bool | None:
    """Every weight, or every bias, of a module is one number."""
    if not _is_map(seen):
        return None
    part, number = found["part"].lower(), float(found["value"] or 0)
    part = "bias" if part.startswith("bias") else "weight" if part.startswith("weight") else ""
    chosen = [inner for key, inner in seen["items"] if part in key["v"].rpartition(".")[2]]
    if not chosen or any(one.get("t") not in ("num", "str") for one in chosen):
        return None
    values = [as_float(one["v"]) if one["t"] == "num" else None for one in chosen]
    return all(one is not None and math.isclose(one, number, rel_tol=1e-6) for one in values)


HOLDS = (
    Recogniser(
        "holds parameters and buffers",
        words(
            rf"^(?:(?:has|have|with|with its|holds|brings|adds|owns|comes to|makes"
            rf"|needs) )*{_ITEM}{_ALL}"
            rf"(?:(?: ?,| and| plus| but|,? nor| ?\+| or)* {_ITEM}{_ALL})*$"
        ),
        holds,
        look=HELD,
    ),
    Recogniser(
        "learns nothing",
        words(
            r"^(?:has |holds |with )?(?:nothing (?:to (?:learn|train)|learnable|trainable"
            r"|is (?:learned"
            r"|learnt|trained))|parameter[- ]?(?:free|less)|(?:no|0) (?:learnable|trainable)"
            r" (?:params?|parameters|weights))$"
        ),
        nothing_learnt,
        denied=nothing_learnt,
        look=HELD,
    ),
    Recogniser(
        "has a part of this shape",
        words(
            r"^(?P<part>weights?|bias(?:es)?|kernels?|[a-z_]+_[a-z_\d]+)(?: matrix| tensor"
            r"| vector)?"
            r"(?: (?:is|are|has|have|of|with|now|the|a|shape|shaped|size|stored as)|:)* ?"
            r"(?P<sizes>\(\d+(?:, ?\d+)*,?\)|\[\d+(?:, ?\d+)*\]|\d+(?: ?(?:x|×|by) ?\d+)+)$"
        ),
        shaped,
        look=HELD,
    ),
    Recogniser(
        "has parts that are filled with",
        words(
            r"^(?:(?:all|every|each|the|its|both|\d) )*(?P<part>weights?|bias(?:es)?"
            r"|param(?:eter)?s?)"
            r"(?: (?:vectors?|tensors?|terms?|entries|and|is|are|now|all|set|to|reset|zeroed"
            r"|filled with"
            r"|starts?|become|becomes|equal|at|from|with|out))*"
            r" (?:(?P<value>-?\d+(?:\.\d+)?)(?:s|\.0)?|zeroed|reset to nought|cleared)$"
        ),
        all_filled,
        look=_FILLED,
    ),
)
