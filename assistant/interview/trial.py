"""Runs a handed-in solution and the hidden checks behind it, inside the sandbox.

Read as text and handed over as the sandbox's driver; it imports the standard library and what the
warm process holds.  It reports step by step, so that a solution which never returns still leaves
word of what it passed before.

A solution shares its process with the checks.  It could replace what they compare with, or go
looking for them; both are watched for, and end the trial:

- the names of torch, `builtins` and a few more modules must be bound to the same objects after
  loading the solution, and after each check, as before;
- reading frames, collecting objects or opening files of the process, from the solution's own code,
  is seen by an audit hook.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Mapping
from typing import Any

_WATCHED = (
    "builtins",
    "math",
    "sys",
    "unittest.mock",
    "numpy",
    "torch",
    "torch.autograd",
    "torch.linalg",
    "torch.nn",
    "torch.nn.functional",
    "torch.nn.init",
    "torch.nn.utils",
    "torch.optim",
    "torch.testing",
    "torch.utils.data",
)
_CLASSES = (("torch", "Tensor"), ("torch.nn", "Module"), ("torch.autograd", "Function"))
_OWNERS = tuple(f"{module}.{name}." for module, name in _CLASSES)
"""A name added to a class may hide one that it inherits; one added to a module hides nothing."""
_MAY_CHANGE = frozenset(
    {"sys.last_value", "sys.last_type", "sys.last_traceback", "sys.last_exc", "builtins._"}
)
_PRYING = frozenset({"sys._getframe", "sys._current_frames", "gc.get_objects", "gc.get_referrers"})
_PRIVATE = ("/proc/", "/dev/")
_LONGEST = 2000


def drive(code: str, payload: Mapping[str, Any], emit: Callable[[Mapping[str, Any]], None]) -> None:
    """Loads `code` as `__main__` and runs the checks behind it.

    Emits `{"loaded": true}`, then `{"check", "state", "message"}` for each check in order, the
    state being `passed`, `failed` or `error`, and `{"finished": true}`; or, in place of what would
    have come next, `{"tampered": [names]}` or `{"pried": what}`.

    Args:
        code: the solution.
        payload: `checks`, a list of `{"name", "code"}`.
        emit: sends a record.
    """
    main = sys.modules["__main__"]
    path = str(main.__file__)
    for name in ("torch", "torch.nn.functional", "torch.testing"):
        __import__(name)
    plain = dict(vars(builtins))
    compiled = [
        (check["name"], compile(check["code"], f"<check {check['name']}>", "exec"))
        for check in payload["checks"]
    ]
    before = _bindings()
    pried = _watch(path)
    exec(compile(code, path, "exec", dont_inherit=True), main.__dict__)
    if _foul(before, pried, emit):
        return
    emit({"loaded": True})
    for name, check in compiled:
        names = {**main.__dict__, "__builtins__": plain, "__name__": "check", "expect": expect}
        state, message = "passed", ""
        try:
            exec(check, names)
        except AssertionError as error:
            state, message = "failed", str(error) or "an assertion does not hold"
        except SystemExit:
            state, message = "error", "the solution calls exit()"
        except BaseException as error:  # noqa: BLE001
            said = f": {error}" if str(error) else ""
            state, message = "error", f"{type(error).__name__}{said}"
        if _foul(before, pried, emit):
            return
        emit({"check": name, "state": state, "message": message[:_LONGEST]})
    emit({"finished": True})


def expect(
    got: object,
    expected: object,
    given: str = "",
    *,
    rtol: float | None = None,
    atol: float | None = None,
) -> None:
    """Compares what a solution returned; checks call it.

    Tensors must have the same shape, dtype and values to the tolerances of
    `torch.testing.assert_close`; other things must be equal and of the same type.

    Raises:
        AssertionError: says what was given, expected and got.
    """
    import torch

    seen: Any = got

    def fail(why: str) -> None:
        place = f"given {given}: " if given else ""
        raise AssertionError(f"{place}{why}; expected {_brief(expected)}, got {_brief(got)}")

    if isinstance(expected, torch.Tensor):
        if type(got) not in (torch.Tensor, torch.nn.Parameter):
            fail(f"not a tensor but {type(got).__name__}")
        if seen.shape != expected.shape:
            fail(f"shape {tuple(seen.shape)} instead of {tuple(expected.shape)}")
        if seen.dtype != expected.dtype:
            fail(f"{seen.dtype} instead of {expected.dtype}")
        try:
            torch.testing.assert_close(seen, expected, rtol=rtol, atol=atol, equal_nan=True)
        except AssertionError as error:
            fail(str(error).splitlines()[0].rstrip(":.").lower())
    elif isinstance(expected, float) and type(got) in (int, float):
        tolerance = (1e-6 if rtol is None else rtol) * abs(expected) + (
            1e-8 if atol is None else atol
        )
        if not (abs(seen - expected) <= tolerance or got == expected):
            fail("another number")
    elif isinstance(expected, (list, tuple)) and type(got) is type(expected):
        if len(seen) != len(expected):
            fail(f"{len(seen)} items instead of {len(expected)}")
        for n, (one, other) in enumerate(zip(seen, expected, strict=True)):
            expect(one, other, f"{given}, item {n}" if given else f"item {n}", rtol=rtol, atol=atol)
    elif type(got) is not type(expected) or got != expected:
        fail("another value")


def _brief(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 160 else text[:157] + "…"


def _bindings() -> dict[str, int]:
    """What each watched name is bound to."""
    found = {}
    for name in _WATCHED:
        module = sys.modules.get(name)
        if module is not None:
            found[name] = id(module)
            found |= {f"{name}.{key}": id(value) for key, value in list(vars(module).items())}
    for module_name, class_name in _CLASSES:
        owner = getattr(sys.modules[module_name], class_name)
        found |= {
            f"{module_name}.{class_name}.{key}": id(value)
            for key, value in list(vars(owner).items())
        }
    return found


def _watch(path: str) -> list[str]:
    """Notes from now on what code standing in the file `path` reaches for."""
    pried: list[str] = []
    looking = False
    frame = sys._getframe

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal looking
        if looking:
            return
        if event in _PRYING:
            looking = True  # reading the frame is such an event itself
            if frame(1).f_code.co_filename == path:
                pried.append(event)
            looking = False
        elif (
            event == "open"
            and str(arguments[0]).startswith(_PRIVATE)
            and arguments[0] != "/dev/null"
        ):
            pried.append(f"open {arguments[0]}")

    sys.addaudithook(hook)
    return pried


def _foul(
    before: Mapping[str, int], pried: list[str], emit: Callable[[Mapping[str, Any]], None]
) -> bool:
    """Says what was tampered with or pried into, if anything was."""
    if pried:
        emit({"pried": pried[0]})
        return True
    now = _bindings()
    changed = sorted(
        name
        for name in before.keys() | now.keys()
        if now.get(name) != before.get(name)
        and (name in before or name.startswith(_OWNERS))
        and name not in _MAY_CHANGE
        and "__" not in name
    )
    if changed:
        emit({"tampered": changed[:5]})
    return bool(changed)
