"""Runs inside the sandbox: says which names exist, what they accept and what their defaults are.

Read as text and handed over like `driver`; it imports the standard library and the modules asked
about, nothing else.
"""

from __future__ import annotations

import contextlib
import difflib
import importlib
import importlib.util
import inspect
import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Thing: TypeAlias = Any
"""A module, class or function reached at run time."""
ROOTS = ("torch", "numpy", "math")


def drive(code: str, payload: Mapping[str, Any], emit: Callable[[Mapping[str, Any]], None]) -> None:
    """Emits one record for each name of the payload; `code` is empty and not run."""
    del code
    warnings.simplefilter("ignore")
    for name in payload["names"]:
        emit({"name": name, **describe(str(name))})


def describe(name: str) -> dict[str, Any]:
    """Whether a dotted name exists; its parameters if it can be called; else the nearest names."""
    root, *rest = name.split(".")
    if root not in ROOTS:
        return {"exists": None}
    held: Thing = importlib.import_module(root)
    path = root
    for part in rest:
        inner = _step(held, path, part)
        if inner is None:
            if inspect.ismodule(held) or inspect.isclass(held):
                near, head = _near(held, path, part), _head(held, part)
                return {"exists": False, "within": path, "near": near, "head": head}
            return {"exists": None}
        held, path = inner[0], f"{path}.{part}"
    return {"exists": True, **_signature(held)}


def _step(held: Thing, path: str, part: str) -> tuple[Thing] | None:
    with contextlib.suppress(Exception):
        return (getattr(held, part),)
    if inspect.ismodule(held):
        with contextlib.suppress(Exception):
            if importlib.util.find_spec(f"{path}.{part}") is not None:
                with contextlib.suppress(Exception):
                    return (importlib.import_module(f"{path}.{part}"),)
                return (None,)
    return None


def _head(held: Thing, part: str) -> str:
    """The longest name of `held` that `part` begins with: text that was run together."""
    names = (name for name in dir(held) if len(name) > 2 and part.startswith(name))
    return max(names, key=len, default="")


def _near(held: Thing, path: str, part: str) -> list[str]:
    """Names in the same place, and of the library's usual ones, that look alike."""
    found = difflib.get_close_matches(part, [n for n in dir(held) if n[0] != "_"], 2, 0.6)
    names = [f"{path}.{name}" for name in found]
    if path.startswith("torch"):
        for place in ("torch.nn", "torch.nn.functional", "torch", "torch.optim"):
            module = importlib.import_module(place)
            if place != path and hasattr(module, part):
                names.insert(0, f"{place}.{part}")
    return names[:3]


def _signature(held: Thing) -> dict[str, Any]:
    """Parameters with defaults as source; `open` where any keyword is taken."""
    with contextlib.suppress(Exception):
        found = inspect.signature(held)
        parameters: dict[str, str | None] = {}
        open_ended = False
        for parameter in found.parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD:
                open_ended = True
            elif parameter.kind is not parameter.VAR_POSITIONAL:
                empty = parameter.default is parameter.empty
                parameters[parameter.name] = None if empty else repr(parameter.default)
        if open_ended and inspect.isclass(held):
            parameters |= _inherited(held, parameters)
        return {"parameters": parameters, "open": open_ended}
    return {}


def _inherited(held: Thing, known: Mapping[str, object]) -> dict[str, str | None]:
    """Defaults that a class takes through `**kwargs` from the class above it."""
    found: dict[str, str | None] = {}
    for base in held.__mro__[1:-1]:
        with contextlib.suppress(Exception):
            for parameter in inspect.signature(base.__init__).parameters.values():
                usual = parameter.kind in (parameter.KEYWORD_ONLY, parameter.POSITIONAL_OR_KEYWORD)
                if usual and parameter.name not in known and parameter.name != "self":
                    empty = parameter.default is parameter.empty
                    found.setdefault(parameter.name, None if empty else repr(parameter.default))
    return found
