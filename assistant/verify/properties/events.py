"""What becomes of objects in a statement: written, kept, rebound, their gradients filled.

Each test is shown the statement's value and, of each thing that was looked at, what differs behind
the statement (`driver.change`).  It answers True or False, or None where nobody can tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.verify.properties.memory import overlap
from assistant.verify.properties.recogniser import Seen

Part = Mapping[str, Any]
EventTest = Callable[[Seen, Sequence[Seen], str], bool | None]
"""Takes the statement's value, what became of each thing, and the part of it that is meant."""


def settle(what: str, seen: Seen, part: str = "") -> bool | None:
    """Whether what a remark tells of a statement is so.

    Args:
        what: one of `TESTS`.
        seen: a sequence of the statement's value and of the things that were looked at.
        part: the part of a thing that is meant, if it is one.
    """
    items = seen.get("items") or []
    if what == "independent":
        return _independent(items)
    if what == "one memory":
        return _one_memory(items)
    if what in ("one object", "two objects"):
        found = _one_object(items)
        return found if found is None or what == "one object" else not found
    value: Seen = next((one for one in items if one.get("t") != "event"), {})
    events = [one for one in items if one.get("t") == "event"]
    return TESTS[what](value, events, part)


def told(seen: Seen) -> str:
    """What was seen of the things that were looked at."""
    events = [one for one in seen.get("items") or [] if one.get("t") == "event"]
    return "; ".join(_one_told(one) for one in events)[:300] or "the objects compared"


def _one_told(one: Seen) -> str:
    name = "" if re.match(r"[@*]", one["name"]) else f"{one['name']}: "
    if one["of"] in ("module", "optimizer") or one["name"] == "*":
        moved = [part["name"] for part in one["parts"] if part.get("changed")]
        kept = f"{name}changed are {', '.join(moved[:6])}" if moved else f"{name}nothing changed"
        grads = [part for part in _leaves(one) if part["grad"][2]]
        more = [f".grad of {part['name'] or one['name']}" for part in grads[:6]]
        return kept + (f", new gradients: {', '.join(more)}" if more else "")
    return f"{name}{one['repr']}" + ("" if one["same"] else ", another object")


def _one_object(items: Sequence[Seen]) -> bool | None:
    """Whether two things are one; a tensor may be called another where it only holds its memory."""
    if len(items) != 2:
        return None
    ids = [one.get("at", one.get("ident")) for one in items]
    if None in ids:
        return None
    if ids[0] == ids[1]:
        return True
    one, other = items
    if {one.get("t"), other.get("t")} - {"tensor", "ndarray"}:
        return False
    apart = not one.get("bytes") or not other.get("bytes") or one.get("ptr") != other.get("ptr")
    return False if apart and one.get("ptr") and other.get("ptr") else None


def _independent(items: Sequence[Seen]) -> bool | None:
    """Whether nothing that can be written to is within both of two things."""
    if len(items) != 2:
        return None
    one, other = (_within(item) for item in items)
    if not one or not other:
        return None
    return not any(overlap(left, right) for left in one for right in other)


def _within(item: Seen) -> list[Seen]:
    """A thing, and the containers and tensors in it, as far as they are told of."""
    found = [item] if "ptr" in item or item.get("k") in ("list", "dict", "set") else []
    found += [item] if item.get("t") in ("module", "obj") else []
    for held in item.get("items") or []:
        for each in held if isinstance(held, list) else [held]:
            found += _within(each)
    return found


def _one_memory(items: Sequence[Seen]) -> bool | None:
    """Whether two things are one, or hold the same memory."""
    same = _one_object(items)
    return same if same or len(items) != 2 else overlap(items[0], items[1])


def _shares(wanted: bool) -> EventTest:
    """The value, or all that it holds, has its memory in common with the thing looked at."""

    def test(value: Seen, events: Sequence[Seen], _: str) -> bool | None:
        made = value.get("items") if value.get("t") == "seq" else [value]
        if not made or len(events) != 1:
            return None
        found = {None if "ptr" not in one else overlap(one, events[0]) for one in made}
        return None if None in found or len(found) != 1 else found == {wanted}

    return test


def _meant(one: Seen, part: str) -> list[Part]:
    """The parts that are meant: all, or those that are called so."""
    return [held for held in one["parts"] if not part or re.search(part, held["name"])]


def _changed(one: Seen, part: str = "") -> bool | None:
    """Whether the contents of a thing are others than before."""
    if part == "grad":
        grads = [held["grad"][2] for held in _leaves(one)]
        return any(grads) if grads else None
    held = _meant(one, part)
    states = [each["changed"] for each in held] + [each.get("form", False) for each in held]
    if not part:
        states += [bool(one["lost"] or one["new"])]
        states += [one["mode"][0] != one["mode"][1]] if one["of"] in ("sequence", "mapping") else []
    if any(states):
        return True
    return None if not held or None in states or not one["whole"] else False


def _written(one: Seen, part: str = "") -> bool:
    return any(held.get("written") for held in _meant(one, part))


def _leaves(one: Seen) -> list[Part]:
    """The tensors that may have a gradient."""
    return [held for held in one["parts"] if held.get("grad") and _may_grow(held)]


def _may_grow(held: Part) -> bool:
    return bool(any(held["wants"]) or held["grad"][:2] != ["none", "none"])


def _kept(_: Seen, events: Sequence[Seen], part: str) -> bool | None:
    states = [_changed(one, part) for one in events]
    if any(state for one, state in zip(events, states, strict=True) if one["same"]):
        return False
    settled = all(one["same"] or one["of"] == "plain" for one in events)
    return True if events and settled and not any(states) and None not in states else None


def _follows(_: Seen, events: Sequence[Seen], part: str) -> bool | None:
    """The first thing changes; it does not if it stays while another one changes."""
    if not events:
        return None
    first, *others = events
    if not first["same"]:
        return None
    found = _changed(first, part)
    if found or _written(first, part):
        return True
    if any(overlap(first, other) for other in others):
        return None
    moved = any(_changed(other) for other in others)
    moved = moved or (any(map(_written, others)) and _untouched(first, part))
    still = others and all(_still(other) for other in others) and _untouched(first, part)
    return False if found is False and (moved or still) else None


def _moves(_: Seen, events: Sequence[Seen], part: str) -> bool | None:
    """The one thing changes; it does not if that is certain of a tensor."""
    found = _follows({}, events, part)
    if found is not None or len(events) != 1:
        return found
    return False if _untouched(events[0], part) else None


def _still(one: Seen) -> bool:
    """Whether nothing at all happened to a thing, as far as anyone can tell."""
    return bool(one["parts"]) and all(
        each["changed"] is False and (each["sort"] == "plain" or each.get("written") is False)
        for each in one["parts"]
    )


def _untouched(one: Seen, part: str = "") -> bool:
    """Whether nobody wrote to a tensor, in so many words: the count of its writes is the same."""
    held = _meant(one, part)
    if one["of"] != "tensor" or not one["same"]:
        return False
    return bool(held) and all(
        each["changed"] is False and each.get("written") is False for each in held
    )


def _in_place(value: Seen, events: Sequence[Seen], part: str) -> bool | None:
    if not events:
        return None
    one = events[0]
    if not one["same"]:
        return False if one["of"] in ("tensor", "ndarray", "sequence", "plain") else None
    grads = part == "" and any(held["grad"][2] for held in _leaves(one))
    wants = any(held.get("wants", [0, 0])[0] != held.get("wants", [0, 0])[1] for held in _all(one))
    modes = one["of"] == "module" and one["mode"][0] != one["mode"][1]
    if _changed(one, part) or _written(one, part) or grads or wants or modes:
        return True
    if _untouched(one, part) or one["of"] == "plain":
        return False
    made = value.get("at", value.get("ident"))
    new = value.get("t") in ("tensor", "ndarray", "seq") and made not in (None, one["at"])
    sure = one["of"] in ("ndarray", "sequence") and _changed(one) is False
    return False if sure and new else None


def _in_place_by_name(value: Seen, events: Sequence[Seen], part: str) -> bool | None:
    """The same of what is called so: that nothing is written, as by `detach_`, proves nothing."""
    return _in_place(value, events, part) or None


def _all(one: Seen) -> list[Part]:
    return list(one["parts"])


def _out_of_place(value: Seen, events: Sequence[Seen], part: str) -> bool | None:
    if len(events) == 1 and events[0]["same"] and _untouched(events[0], part):
        return True
    found = _in_place(value, events, part)
    return None if found is None else not found


def _same(_: Seen, events: Sequence[Seen], __: str) -> bool | None:
    return all(one["same"] for one in events) if events else None


def _rebound(_: Seen, events: Sequence[Seen], __: str) -> bool | None:
    return not any(one["same"] for one in events) if events else None


def _gives_none(value: Seen, _: Sequence[Seen], __: str) -> bool | None:
    return value.get("t") == "none" if value else None


def _gives_it(value: Seen, events: Sequence[Seen], _: str) -> bool | None:
    made = value.get("at", value.get("ident"))
    if not value or not events:
        return None
    if made is None:
        return False if value.get("t") == "none" else None
    if any(one["at"] == made for one in events):
        return True
    return None if any(_alike(value, one) for one in events) else False


def _alike(value: Seen, one: Seen) -> bool:
    """Whether two tensors hold the same memory or the same values, and may be called the same."""
    shown = "values" in value and "values" in one
    same = shown and (value["shape"], value["values"]) == (one["shape"], one["values"])
    return bool(same or overlap(value, one))


def _gives_something(value: Seen, events: Sequence[Seen], _: str) -> bool | None:
    """It gives the thing, or another that is called so as well; in any case not nothing."""
    return _gives_it(value, events, "") or (False if value.get("t") == "none" else None)


def _gives_new(value: Seen, events: Sequence[Seen], part: str) -> bool | None:
    """It gives another thing; a copy has memory of its own."""
    made = value.get("at", value.get("ident"))
    if value.get("t") == "none" or any(one["at"] == made for one in events):
        return False if events else None
    if made is None or not events:
        return None
    shared = [overlap(value, one) for one in events]
    if any(shared):
        return False if part == "copy" else None
    return True


def _gives_tuple(value: Seen, _: Sequence[Seen], __: str) -> bool | None:
    return value.get("t") == "seq" and value.get("k") == "tuple" if value else None


def _wanted(events: Sequence[Seen], part: str) -> list[Part]:
    """The tensors with gradients that are meant, those called so where there are such."""
    leaves = [held for one in events for held in _leaves(one)]
    names = part.split()
    return [held for held in leaves if not names or _is_called(held, names)]


def _is_called(held: Part, names: Sequence[str]) -> bool:
    own = held["name"]
    return any(own == name or own.endswith(f".{name}") for name in names)


def _fills(_: Seen, events: Sequence[Seen], part: str) -> bool | None:
    meant = _wanted(events, part)
    filled = [held for held in meant if held["grad"][2] and held["grad"][1] != "none"]
    names = part.split()
    if names and not all(any(_is_called(held, [name]) for held in meant) for name in names):
        return None
    if names and all(any(_is_called(held, [name]) for held in filled) for name in names):
        return True
    if not names and filled:
        return True
    return False if names and not filled and _untold(meant) else None


def _fills_so_many(_: Seen, events: Sequence[Seen], part: str) -> bool | None:
    """So many gradients are filled; fewer than counted may be meant where one has two names."""
    filled = [held for held in _wanted(events, "") if held["grad"][2] and held["grad"][1] != "none"]
    if not filled:
        return None
    return True if len(filled) == int(part) else False if len(filled) < int(part) else None


def _draws(_: Seen, events: Sequence[Seen], __: str) -> bool | None:
    """The generator that torch draws from has another state than before."""
    return _changed(events[0]) if len(events) == 1 and events[0]["of"] == "generator" else None


def _untold(meant: Sequence[Part]) -> bool:
    """Whether all of them have no gradient at all, which leaves no doubt."""
    return bool(meant) and all(held["grad"][1] == "none" for held in meant)


def _fills_none(_: Seen, events: Sequence[Seen], part: str) -> bool | None:
    meant = _wanted(events, part)
    return not any(held["grad"][2] for held in meant) if meant else None


def _accumulates(_: Seen, events: Sequence[Seen], part: str) -> bool | None:
    meant = _wanted(events, part)
    grown = [held for held in meant if held["grad"][:2] == ["some", "some"] and held["grad"][2]]
    return True if grown else None


def _grads_end_as(*kinds: str, strict: bool = True) -> EventTest:
    """All gradients that there were are of a kind now."""

    def test(_: Seen, events: Sequence[Seen], part: str) -> bool | None:
        there = [held["grad"] for held in _wanted(events, part) if held["grad"][0] != "none"]
        if not there:
            return None
        good = [grad[1] in kinds for grad in there]
        return True if all(good) else None if any(good) or not strict else False

    return test


def _wants(wanted: bool) -> EventTest:
    def test(_: Seen, events: Sequence[Seen], part: str) -> bool | None:
        held = [held["wants"] for one in events for held in _meant(one, part) if "wants" in held]
        floating = [each for each in held if any(each)] or held
        if not floating:
            return None
        return all(each[1] is wanted for each in floating)

    return test


def _dtype(_: Seen, events: Sequence[Seen], part: str) -> bool | None:
    """All floating tensors of a thing have a dtype still."""
    held = [each["dtype"][1] for one in events for each in one["parts"] if "dtype" in each]
    found = [name for name in held if "float" in name]
    return all(name == f"torch.{part}" for name in found) if found else None


def _shape(_: Seen, events: Sequence[Seen], __: str) -> bool | None:
    held = [each["shape"] for one in events for each in one["parts"] if "shape" in each]
    return all(was == now for was, now in held) if held else None


TESTS: Mapping[str, EventTest] = {
    "kept": _kept,
    "follows": _follows,
    "moves": _moves,
    "in place": _in_place,
    "in place by name": _in_place_by_name,
    "out of place": _out_of_place,
    "same": _same,
    "rebound": _rebound,
    "gives none": _gives_none,
    "gives it": _gives_it,
    "gives something": _gives_something,
    "gives new": _gives_new,
    "gives a tuple": _gives_tuple,
    "fills": _fills,
    "fills none": _fills_none,
    "fills so many": _fills_so_many,
    "draws": _draws,
    "accumulates": _accumulates,
    "clears": _grads_end_as("none", "zero"),
    "to none": _grads_end_as("none"),
    "to zero": _grads_end_as("zero", strict=False),
    "with zeros": _grads_end_as("zero"),
    "freezes": _wants(False),
    "thaws": _wants(True),
    "shares": _shares(True),
    "copies": _shares(False),
    "dtype": _dtype,
    "shape": _shape,
}
