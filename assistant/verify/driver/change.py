"""What becomes of an object in one statement: a likeness of it taken before, and what differs."""

from __future__ import annotations

import contextlib
import itertools
import sys
import types
from collections.abc import Iterator
from typing import Any

from assistant.verify.driver.summary import Thing, summary

MOST_COPIED = 2**21  # elements of one object that are copied, to be set beside the later ones
MOST_PARTS = 300  # things within one container
MOST_LOOKED_AT = 2_000  # tensors and the like within one object
MOST_TOLD = 160  # characters
MOST_VALUES_TOLD = 256  # elements
EVERYTHING = "*"
"""Stands for all tensors that the names of a place hold or lead to."""
_PLAIN = (
    bool, int, float, complex, str, bytes, range, slice, type, types.ModuleType,
    types.FunctionType, types.BuiltinFunctionType, types.MethodType,
)  # fmt: skip


class Likeness:
    """An object as it was.

    Holds on to the object itself, so that no other takes its place in memory meanwhile, and to
    copies of the tensors, arrays and plain values within it.
    """

    def __init__(self, value: Thing) -> None:
        self.value = value
        self.told = _shown(value)
        self.mode = _mode(value)
        self.memory = memory(value)
        self.parts: dict[str, dict[str, Any]] = {}
        room = MOST_COPIED
        for name, held in itertools.islice(_parts(value), MOST_LOOKED_AT):
            self.parts[name] = _copied(held, room)
            room -= int(self.parts[name].get("size") or 0)

    def beside(self, now: Thing) -> dict[str, Any]:
        """What differs in `now`, which may be the same object, as JSON can carry it."""
        parts: list[dict[str, Any]] = []
        there = dict(itertools.islice(_parts(now), MOST_LOOKED_AT))
        for name, was in self.parts.items():
            if name in there:
                parts.append({"name": name, **_difference(was, there[name])})
        told = _shown(now)
        return {
            "t": "event",
            "of": _sort(now),
            "same": now is self.value,
            "at": id(now),
            **memory(now),
            **_values(now),
            "parts": parts,
            "whole": max(len(self.parts), len(there)) < MOST_PARTS,
            "lost": sorted(self.parts.keys() - there.keys())[:MOST_PARTS],
            "new": sorted(there.keys() - self.parts.keys())[:MOST_PARTS],
            "mode": [self.mode, _mode(now)],
            "repr": f"{told}, as before" if told == self.told else f"{self.told}, then {told}",
        }


def everything(frame: types.FrameType) -> dict[str, Any]:
    """What the names of a place hold, by name, those of its own over the module's."""
    held = {**frame.f_globals, **frame.f_locals}
    return {name: value for name, value in held.items() if not name.startswith("_")}


def _sort(value: Thing) -> str:
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None:
        if isinstance(value, torch.Tensor):
            return "tensor"
        if isinstance(value, torch.nn.Module):
            return "module"
        if isinstance(value, torch.optim.Optimizer):
            return "optimizer"
        if isinstance(value, torch.Generator):
            return "generator"
    if numpy is not None and isinstance(value, numpy.ndarray):
        return "ndarray"
    if isinstance(value, (list, tuple, dict, set, bytearray)):
        return "mapping" if isinstance(value, dict) else "sequence"
    return "plain" if value is None or isinstance(value, _PLAIN) else "object"


def _parts(value: Thing, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Thing]]:
    """The tensors, arrays and plain values that an object is made of, each with its way there."""
    sort = _sort(value)
    own = type(value).__module__ == "__main__"
    if sort in ("tensor", "ndarray", "plain", "generator") or (sort == "object" and not own):
        yield prefix, value
        return
    if depth > 3:
        return
    inner: Any = ()
    if sort == "module":
        yield from _named(prefix, [*value.named_parameters(), *value.named_buffers()])
    elif sort == "optimizer":
        for at, group in enumerate(value.param_groups):
            yield from _named(
                f"{prefix}{at}.", [(str(n), p) for n, p in enumerate(group["params"])]
            )
            yield f"{prefix}{at}.lr", group.get("lr")
    elif sort == "mapping":
        inner = list(value.items())[:MOST_PARTS]
    elif sort == "sequence":
        inner = list(enumerate(value))[:MOST_PARTS] if not isinstance(value, set) else ()
    elif own:
        inner = list(getattr(value, "__dict__", {}).items())[:MOST_PARTS]
    if isinstance(value, set) and all(_sort(one) == "plain" for one in value):
        yield f"{prefix}{{}}", frozenset(value)
    for key, held in inner:
        name = f"{prefix}.{key}" if prefix else str(key)
        yield from _parts(held, name, depth + 1)


def _named(prefix: str, pairs: list[tuple[str, Thing]]) -> Iterator[tuple[str, Thing]]:
    dot = "." if prefix and not prefix.endswith(".") else ""
    for name, held in pairs[:MOST_PARTS]:
        yield f"{prefix}{dot}{name}", held


def _mode(value: Thing) -> int | None:
    """How long a container is, in which mode a module is; nothing of others."""
    sort = _sort(value)
    if sort == "module":
        return sum(1 << at for at, one in enumerate(value.modules()) if one.training and at < 50)
    return len(value) if sort in ("mapping", "sequence") else None


def _copied(value: Thing, room: int) -> dict[str, Any]:
    """What is remembered of a part."""
    sort = _sort(value)
    found: dict[str, Any] = {"object": value, "sort": sort}
    if sort == "generator":
        return {**found, "state": value.get_state().clone()}
    if sort == "ndarray":
        small = value.size <= room
        return {**found, "size": value.size, "held": value.copy() if small else None}
    if sort != "tensor":
        return found
    torch = sys.modules["torch"]
    with torch._C.DisableTorchFunctionSubclass():
        found |= {"form": _form(value), "wants": bool(value.requires_grad)}
        with contextlib.suppress(Exception):
            found["version"] = value._version
        if _hidden(value, torch):
            return found
        with torch.no_grad(), contextlib.suppress(Exception):
            small = value.numel() <= room
            found["size"] = value.numel() if small else 0
            found["held"] = _plain(value, torch).clone() if small else None
        grad = _grad(value, torch)
        found["grad"] = None if grad is None else grad.detach().clone()
    return found


def _hidden(value: Thing, torch: Thing) -> bool:
    """Whether reading the tensor's memory would disturb, or is impossible."""
    return bool(
        torch._C._len_torch_dispatch_stack()
        or torch._C._functorch.maybe_current_level() is not None
        or value.device.type == "meta"
    )


def _plain(value: Thing, torch: Thing) -> Thing:
    plain = value.detach()
    return plain if plain.layout is torch.strided else plain.to_dense()


def _grad(value: Thing, torch: Thing) -> Thing:
    """The gradient of a tensor that keeps one; asking another gives a warning."""
    if not (value.is_leaf or value.retains_grad):
        return None
    grad = value.grad
    return grad if grad is None or grad.layout is torch.strided else None


def memory(value: Thing) -> dict[str, int]:
    """Where the memory of a tensor or an array begins, and how long it is."""
    sort = _sort(value)
    with contextlib.suppress(Exception):
        if sort == "ndarray":
            return {"ptr": int(value.ctypes.data), "bytes": int(value.nbytes)}
        if sort == "tensor":
            storage = value.detach().untyped_storage()
            return {"ptr": int(storage.data_ptr()), "bytes": int(storage.nbytes())}
    return {}


def _values(value: Thing) -> dict[str, Any]:
    """The elements of a small tensor."""
    if _sort(value) == "tensor" and value.numel() <= MOST_VALUES_TOLD:
        with contextlib.suppress(Exception):
            found = summary(value)
            return {key: found[key] for key in ("shape", "values") if key in found}
    return {}


def _form(value: Thing) -> list[Any]:
    found: list[Any] = [list(value.shape), str(value.dtype)]
    with contextlib.suppress(Exception):
        found.append(list(value.stride()))
    return found


def _difference(was: dict[str, Any], now: Thing) -> dict[str, Any]:
    """How a part stands to what is remembered of it; `changed` is None where nobody can tell."""
    before = was["object"]
    found: dict[str, Any] = {"same": now is before, "sort": _sort(now), "changed": None}
    sort = was["sort"]
    if sort != found["sort"]:
        return {**found, "changed": True}
    if sort == "object" and not isinstance(before, frozenset):
        return {**found, "changed": None if now is before else True}
    if sort in ("plain", "object"):
        return {
            **found,
            "changed": not (now is before or (type(now), now) == (type(before), before)),
        }
    torch = sys.modules.get("torch")
    if sort == "generator":
        return {**found, "changed": not sys.modules["torch"].equal(was["state"], now.get_state())}
    if sort == "ndarray":
        held = was["held"]
        if held is not None:
            alike = held.shape == now.shape and held.dtype == now.dtype
            found["changed"] = not (alike and held.tobytes() == now.tobytes())
        return found
    assert torch is not None
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        form = _form(now)
        found |= {"form": was["form"] != form, "dtype": [was["form"][1], form[1]]}
        found["shape"] = [was["form"][0], form[0]]
        found["wants"] = [was["wants"], bool(now.requires_grad)]
        with contextlib.suppress(Exception):
            found["written"] = now is before and now._version != was["version"]
        if was.get("held") is None or _hidden(now, torch):
            return found
        with contextlib.suppress(Exception):
            found["changed"] = not _equal(was["held"], _plain(now, torch), torch)
            found["zero"] = not bool(_plain(now, torch).any())
        found["grad"] = _grads(was["grad"], _grad(now, torch), torch)
    return found


def _equal(one: Thing, other: Thing, torch: Thing) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if torch.equal(one, other):
        return True
    return bool(((one == other) | ((one != one) & (other != other))).all())


def _grads(was: Thing, now: Thing, torch: Thing) -> list[Any]:
    """What a gradient was and is (`none`, `zero`, `some`), and whether it changed."""
    kinds = ["none" if one is None else "some" if bool(one.any()) else "zero" for one in (was, now)]
    moved = kinds[0] != kinds[1] if None in (was, now) else not _equal(was, now, torch)
    return [*kinds, moved]


def _shown(value: Thing) -> str:
    """A few words that say what an object is."""
    sort = _sort(value)
    text = ""
    with contextlib.suppress(Exception):
        if sort == "tensor":
            torch = sys.modules["torch"]
            with torch._C.DisableTorchFunctionSubclass():
                if not _hidden(value, torch) and value.numel() <= 64:
                    text = repr(value)
                else:
                    text = f"a tensor of shape {tuple(value.shape)}"
        elif sort in ("ndarray", "plain"):
            text = repr(value) if getattr(value, "size", 1) <= 64 else f"an array {value.shape}"
        elif sort in ("mapping", "sequence") and all(
            _sort(one) == "plain" for one in (value.values() if sort == "mapping" else value)
        ):
            text = repr(value)
    text = " ".join(text.split()) or f"a {type(value).__name__}"
    return text if len(text) <= MOST_TOLD else text[: MOST_TOLD - 1] + "…"
