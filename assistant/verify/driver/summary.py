"""Describes values as JSON-able records: what kind of thing it is and, if small, all of it."""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Iterable
from typing import Any, TypeAlias

MOST_VALUES = 10_000  # elements of a tensor or array sent in full
MOST_REPR = 4_000
MOST_ITEMS = 200  # of a list, tuple or mapping
Thing: TypeAlias = Any
"""Whatever a snippet makes, or a module reached at run time."""


def summary(value: Thing, depth: int = 0) -> dict[str, Any]:
    """A JSON-able description of `value`: what kind of thing it is and, if small, all of it."""
    if value is None:
        return {"t": "none", "repr": "None"}
    if isinstance(value, (bool, int, float, complex)) and type(value).__module__ == "builtins":
        return {"t": "num", "k": type(value).__name__, "v": _number(value), "repr": repr(value)}
    if isinstance(value, str):
        return {"t": "str", "v": value[:MOST_REPR], "repr": repr(value[:MOST_REPR])}
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None:
        if isinstance(value, torch.Size):
            return {**_sequence(value, "Size", depth), "repr": repr(value)}
        if isinstance(value, torch.Tensor):
            return _tensor(value, torch)
        if isinstance(value, torch.dtype):
            return {"t": "dtype", "v": str(value), "repr": str(value)}
        if isinstance(value, torch.device):
            return {"t": "device", "v": str(value), "repr": repr(value)}
        if isinstance(value, torch.nn.Module):
            return {**_object(value), "t": "module", **_module(value), **_length(value, torch)}
    if numpy is not None:
        if isinstance(value, numpy.ndarray):
            return _array(value)
        if isinstance(value, numpy.generic):
            held = value.item()
            kind = {"t": "num", "k": type(held).__name__, "v": _number(held)}
            return {**kind, "repr": repr(value), "dtype": str(value.dtype)}
        if isinstance(value, numpy.dtype):
            return {"t": "dtype", "v": str(value), "repr": repr(value)}
    if isinstance(value, (list, tuple, set, frozenset)) and depth < 4:
        return _sequence(value, type(value).__name__, depth)
    if isinstance(value, dict) and depth < 4:
        pairs = list(value.items())[:MOST_ITEMS]
        items = [[summary(key, depth + 1), summary(held, depth + 1)] for key, held in pairs]
        return {
            "t": "map",
            "k": type(value).__name__,
            "n": len(value),
            "items": items,
            "ident": id(value),
            **_repr(value),
        }
    if type(value).__name__ in ("dict_keys", "dict_values", "odict_keys", "odict_values"):
        return _sequence(value, type(value).__name__, depth)
    if isinstance(value, type):
        where = f"{value.__module__}.{value.__qualname__}"
        return {"t": "class", "v": where, "repr": repr(value)[:MOST_REPR]}
    return {**_object(value), **(_length(value, torch) if torch is not None else {})}


def _length(value: Thing, torch: Thing) -> dict[str, Any]:
    """How many things it holds, of what the library itself counts."""
    data = getattr(torch.utils, "data", None)
    kinds: list[Any] = [torch.nn.Sequential, torch.nn.ModuleList, torch.nn.ModuleDict]
    kinds += [data.DataLoader, data.TensorDataset, data.Subset] if data is not None else []
    if any(isinstance(value, kind) for kind in kinds):
        with contextlib.suppress(Exception):
            return {"n": len(value)}
    return {}


def _number(value: Thing) -> Thing:
    """Numbers as JSON can carry them: what is not finite, and complex numbers, as text."""
    if isinstance(value, complex):
        return repr(value)
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return repr(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        return str(value)
    return value


def _nested(value: Thing) -> Thing:
    return [_nested(item) for item in value] if isinstance(value, list) else _number(value)


def _sequence(value: Iterable[Any], kind: str, depth: int) -> dict[str, Any]:
    items = list(value)
    kept = [summary(item, depth + 1) for item in items[:MOST_ITEMS]]
    found = {"t": "seq", "k": kind, "n": len(items), "items": kept, "ident": id(value)}
    return found if depth else {**found, **_repr(value)}


def _repr(value: Thing) -> dict[str, str]:
    try:
        return {"repr": repr(value)[:MOST_REPR]}
    except Exception:  # noqa: BLE001 - a foreign __repr__
        return {"repr": ""}


def _object(value: Thing) -> dict[str, Any]:
    cls = type(value)
    where = f"{cls.__module__}.{cls.__qualname__}"
    found = {"t": "obj", "cls": cls.__name__, "where": where, "ident": id(value)}
    if callable(value) and isinstance(value, (types.FunctionType, types.BuiltinFunctionType)):
        return {**found, "repr": repr(value)[:MOST_REPR]}
    if cls.__module__ == "__main__" and "__repr__" in {
        key for base in cls.__mro__[:-1] for key in vars(base)
    }:
        # The snippet's own __repr__ may do anything, printing included.
        return {**found, "repr": f"<{cls.__name__} object>"}
    return {**found, **_repr(value)}


def _tensor(value: Thing, torch: Thing) -> dict[str, Any]:
    """Shape, dtype and so on, and the values where they are few and can be read."""
    with torch._C.DisableTorchFunctionSubclass():
        found: dict[str, Any] = {
            "t": "tensor",
            "cls": type(value).__name__,
            "shape": [int(size) for size in value.shape],
            "dtype": str(value.dtype),
            "device": str(value.device),
            "grad": bool(value.requires_grad),
            "leaf": bool(value.is_leaf),
            "inference": bool(value.is_inference()),
            "at": id(value),
        }
        node = value.grad_fn
        found["grad_fn"] = type(node).__name__ if node is not None else None
        found["default"] = str(torch.get_default_dtype())
        if torch._C._len_torch_dispatch_stack() or value.device.type == "meta":
            return found
        if torch._C._functorch.maybe_current_level() is not None:
            return found
        with torch.no_grad(), contextlib.suppress(Exception):
            plain = value.detach()
            with contextlib.suppress(Exception):
                found["ptr"] = int(plain.untyped_storage().data_ptr())
                found["bytes"] = int(plain.untyped_storage().nbytes())
                found["contiguous"] = bool(plain.is_contiguous())
                found["stride"] = list(plain.stride())
            if plain.layout is torch.strided:
                if plain.numel() <= MOST_VALUES:
                    found["values"] = _nested(plain.cpu().tolist())
                elif plain.numel() <= 2**22:
                    first = plain.reshape(-1)[0]
                    found["uniform"] = (
                        _number(first.item()) if bool((plain == first).all()) else None
                    )
                    if not plain.is_complex():
                        found["min"] = _number(plain.min().item())
                        found["max"] = _number(plain.max().item())
                        found["zeros"] = float((plain == 0).double().mean())
            if plain.numel() <= 256 or plain.numel() > 1000:
                found["repr"] = repr(value)[:MOST_REPR]
    return found


def _module(value: Thing) -> dict[str, Any]:
    found: dict[str, Any] = {"training": bool(value.training)}
    with contextlib.suppress(Exception):
        sizes = [(each.numel(), each.requires_grad) for each in value.parameters()]
        found["parameters"] = sum(size for size, _ in sizes)
        found["trainable"] = sum(size for size, grad in sizes if grad)
    return found


def _array(value: Thing) -> dict[str, Any]:
    found: dict[str, Any] = {
        "t": "ndarray",
        "shape": [int(size) for size in value.shape],
        "dtype": str(value.dtype),
        "repr": repr(value)[:MOST_REPR],
        "at": id(value),
    }
    with contextlib.suppress(Exception):
        found["ptr"] = int(value.ctypes.data)
        found["bytes"] = int(value.nbytes)
        found["base"] = value.base is not None
    if value.size <= MOST_VALUES:
        with contextlib.suppress(Exception):
            found["values"] = _nested(value.tolist())
    return found


def described(error: BaseException) -> dict[str, Any]:
    """An exception: its type, the types above it, its message."""
    return {
        "type": type(error).__name__,
        "mro": [cls.__name__ for cls in type(error).__mro__[:-2]],
        "message": message_of(error),
    }


def message_of(error: BaseException) -> str:
    """What an exception says, if it can be asked."""
    try:
        return str(error)[:MOST_REPR]
    except Exception:  # noqa: BLE001 - a foreign __str__
        return ""
