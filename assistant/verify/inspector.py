"""Runs inside the sandbox: says which names exist, what they accept and what their defaults are.

Read as text and handed over like `driver`; it imports the standard library and the modules asked
about, nothing else.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import importlib
import importlib.util
import inspect
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Thing: TypeAlias = Any
"""A module, class or function reached at run time."""
ROOTS = ("torch", "numpy", "math")
# What stands below these is there once somebody has registered it.
REGISTERED = ("torch.ops.", "torch.classes.")
_LITERAL = r"True|False|None|-?\d+(?:\.\d+)?(?:e-?\d+)?|'[^'\n]*'|\"[^\"\n]*\""


WITHOUT = "none at all"
"""In place of a default: without the parameter nothing is done, as far as the docstring tells."""


def drive(code: str, payload: Mapping[str, Any], emit: Callable[[Mapping[str, Any]], None]) -> None:
    """Emits one record for each name of the payload; `code` is empty and not run."""
    del code
    warnings.simplefilter("ignore")
    for name in payload["names"]:
        emit({"name": name, **describe(str(name))})


def describe(name: str) -> dict[str, Any]:
    """Whether a dotted name exists; its parameters if it can be called; else the nearest names."""
    root, *rest = name.split(".")
    if root not in ROOTS or name.startswith(REGISTERED):
        return {"exists": None}
    held: Thing = importlib.import_module(root)
    path = root
    for part in rest:
        inner = _step(held, path, part)
        if inner is None:
            if inspect.isclass(held) and _of_instances(held, part):
                return {"exists": None}
            if inspect.ismodule(held) or inspect.isclass(held):
                near, head = _near(held, path, part), _head(held, part)
                return {"exists": False, "within": path, "near": near, "head": head}
            return {"exists": None}
        held, path = inner[0], f"{path}.{part}"
    return {"exists": True, **_signature(held, rest[-1] if rest else root)}


def _of_instances(cls: Thing, name: str) -> bool:
    """Whether a class speaks of something by that name that only its instances have."""
    for base in cls.__mro__[:-1]:
        if name in getattr(base, "__annotations__", {}):
            return True
        with contextlib.suppress(Exception):
            if name in inspect.signature(base.__init__).parameters:
                return True
        with contextlib.suppress(Exception):
            source = inspect.getsource(base)
            if re.search(rf"\bself\.{name}\b|[\"']{name}[\"']", source):
                return True
    return False


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


def _signature(held: Thing, name: str) -> dict[str, Any]:
    """Parameters with defaults as source; `open` where other keywords may be taken as well."""
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
            # What takes anything may say in its docstring what it means by that.
            declared = _in_docstring("__init__", inspect.getdoc(held) or "")
            open_ended = not declared
            parameters |= declared or _inherited(held, parameters)
        elif open_ended and not parameters:
            parameters = _in_docstring(name, inspect.getdoc(held) or "")
        documented = _documented(inspect.getdoc(held) or "", parameters)
        called = _of_methods(held) if inspect.isclass(held) else []
        shown = [str(one.replace(annotation=one.empty)) for one in found.parameters.values()]
        shown = [one.partition("=")[0] for one in shown]
        if shown == ["*args"]:  # the docstring may tell more
            doc = inspect.getdoc(held) or ""
            shown = next((_places(made) for made in _declared(name, doc)), shown)
        return {
            "parameters": parameters,
            "open": open_ended,
            "documented": documented,
            "called": called,
            "shown": shown,
        }
    with contextlib.suppress(Exception):
        # What is written in C++ has no signature but in the first line of its docstring, which
        # need not name every keyword.
        parameters = _in_docstring(name, inspect.getdoc(held) or "")
        if parameters:
            return {"parameters": parameters, "open": True}
    return {}


def _of_methods(held: Thing) -> list[str]:
    """Names of what the methods of a class take."""
    found: set[str] = set()
    for name in dir(held):
        if not name.startswith("_"):
            with contextlib.suppress(Exception):
                found |= inspect.signature(getattr(held, name)).parameters.keys()
    return sorted(found - {"self"})


def _in_docstring(name: str, doc: str) -> dict[str, str | None]:
    """The parameters of `name(a, b=1) -> Tensor`; of several such lines, those that agree."""
    found: dict[str, str | None] = {}
    for held in _declared(name, doc):
        names = [*held.posonlyargs, *held.args]
        values = [None] * (len(names) - len(held.defaults)) + [*held.defaults]
        for argument, value in [
            *zip(names, values, strict=True),
            *zip(held.kwonlyargs, held.kw_defaults, strict=True),
        ]:
            source = None if value is None else ast.unparse(value)
            if found.setdefault(argument.arg, source) != source:
                found[argument.arg] = None
    return found


def _declared(name: str, doc: str) -> list[ast.arguments]:
    """What stands between the parentheses where a docstring writes `name(…)` on its own lines."""
    found: list[ast.arguments] = []
    for inside in re.findall(
        rf"(?m)^(?:\.\. function:: *)?(?:\w+\.)*{re.escape(name)}"
        r"\(((?:[^()]|\([^()]*\))*)\)(?: *->.*)?$",
        doc,
    ):
        plain = re.sub(r"(\*\w+), *\*(?=,|$)", r"\1", inside)
        with contextlib.suppress(SyntaxError):
            made = ast.parse(f"def f({plain}): pass").body[0]
            assert isinstance(made, ast.FunctionDef)
            found.append(made.args)
    return found


def _places(held: ast.arguments) -> list[str]:
    """The names of parameters by place, with stars."""
    names = [one.arg for one in (*held.posonlyargs, *held.args)]
    return [*names, *([f"*{held.vararg.arg}"] if held.vararg is not None else [])]


def _documented(doc: str, parameters: Mapping[str, str | None]) -> dict[str, str]:
    """What the docstring calls the default of parameters whose own default is None."""
    found: dict[str, str] = {}
    for name, default in parameters.items():
        if default == "None":
            about = re.search(rf"(?ms)^\s*{re.escape(name)}\s*\(.*?(?=^\s*\w+\s*\(|\Z)", doc)
            told = about and re.search(rf"[Dd]efaults?(?:: *| to *)`*({_LITERAL})`*", about[0])
            if told:
                found[name] = told[1]
            elif about and re.search(
                r"\b[Ii]f (?:given|specified|provided|not `*None`*)\b", about[0]
            ):
                found[name] = WITHOUT
    return found


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
