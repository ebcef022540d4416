"""The hooks that planted calls reach, and the stream they listen to."""

from __future__ import annotations

import builtins
import contextlib
import copy
import os
import sys
import types
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from assistant.verify.driver.change import EVERYTHING, Likeness, everything, memory
from assistant.verify.driver.plant import (
    AFTER,
    BEFORE,
    MAPS,
    RAISED,
    SEE,
    TEXT_BEGINS,
    TEXT_ENDS,
)
from assistant.verify.driver.summary import Thing, described, summary

MOST_TEXT = 20_000  # characters of output sent for one probe or statement
MOST_PASSES = 24  # times one probe reports, when its statement runs again and again
Emit = Callable[[Mapping[str, Any]], None]


class _Tee:
    """Stands in for `sys.stdout`: hands everything on and remembers the last part of it."""

    def __init__(self, inner: Thing) -> None:
        self._inner = inner
        self._parts: list[str] = []
        self._dropped = 0
        self._kept = 0
        self._muted = False
        self.total = 0

    def write(self, text: str) -> int:
        if not self._muted:
            self._inner.write(text)
        self._parts.append(text)
        self.total += len(text)
        self._kept += len(text)
        if self._kept > 8 * MOST_TEXT and len(self._parts) > 1:
            whole = "".join(self._parts)
            self._parts = [whole[-4 * MOST_TEXT :]]
            self._kept = len(self._parts[0])
            self._dropped = self.total - self._kept
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def since(self, start: int) -> str:
        """What was written after the first `start` characters, unless it is long gone."""
        if start >= self.total or start < self._dropped:
            return ""
        return "".join(self._parts)[start - self._dropped :]

    def mute(self) -> None:
        """From here on nothing reaches the real stream: a plain run would have ended."""
        if not self._muted:
            self._inner.flush()
            self._muted = True

    def __getattr__(self, name: str) -> Thing:
        return getattr(self._inner, name)


class Watch:
    """The hooks that planted calls reach, and the stream they listen to."""

    def __init__(self, emit: Emit, probes: Iterable[Mapping[str, Any]] = ()) -> None:
        self.emit = emit
        self._names = {int(one["id"]): one["names"] for one in probes if one.get("names")}
        self.tee = _Tee(sys.stdout)
        self._owner = os.getpid()
        self._passes: dict[tuple[int, object], int] = {}
        self._open: dict[int, int] = {}
        self._kept: dict[tuple[int, str], Likeness] = {}

    @contextlib.contextmanager
    def installed(self) -> Thing:
        """Holds the hooks, the stream and the ear for warnings in place."""
        out = sys.stdout
        hooks = {
            SEE: self.see,
            RAISED: self.raised,
            MAPS: self.maps,
            BEFORE: self.before,
            AFTER: self.after,
            TEXT_BEGINS: self.begins,
            TEXT_ENDS: self.ends,
        }
        for name, hook in hooks.items():
            setattr(builtins, name, hook)
        sys.stdout = self.tee
        shown = warnings.showwarning
        warnings.showwarning = self._warned(shown)
        try:
            yield
        finally:
            if sys.stdout is self.tee:
                sys.stdout = out
            warnings.showwarning = shown
            for name in hooks:
                with contextlib.suppress(AttributeError):
                    delattr(builtins, name)

    def see(self, number: int, place: int, value: Thing) -> Thing:
        """Reports `value` and returns it, so that it can stand in an expression."""
        passes = self._count((number, place))
        if passes <= MOST_PASSES and os.getpid() == self._owner:
            with contextlib.suppress(Exception):
                seen = summary(value)
                if number in self._names:
                    seen["sizes"] = _sizes(self._names[number], sys._getframe(1))
                self.emit({"r": "v", "id": number, "k": place, "n": passes, "o": seen})
        return value

    def maps(self, number: int, dims: tuple[int, ...], module: Thing) -> None:
        """Reports what a copy of `module` makes of an input of that shape, leaving no trace."""
        torch = sys.modules["torch"]
        try:
            with torch.random.fork_rng(devices=[]), torch.no_grad():
                made = copy.deepcopy(module).eval()(torch.zeros(dims))
        except Exception as error:  # noqa: BLE001 - whatever the module makes of that shape
            self.emit({"r": "e", "id": number, "n": 1, **described(error)})
        else:
            self.see(number, 0, made)

    def before(self, number: int, name: str, value: Thing) -> Thing:
        """Remembers what `value` is like, and returns it; `name` is how it will be asked for."""
        self._kept.pop((number, name), None)
        if self._passes.get((number, name), 0) < MOST_PASSES and os.getpid() == self._owner:
            with contextlib.suppress(Exception):
                held = everything(sys._getframe(1)) if name == EVERYTHING else value
                self._kept[number, name] = Likeness(held)
        return value

    def after(self, number: int, name: str, place: int, *now: Thing) -> None:
        """Reports what became of what was remembered; of the same object where none is given."""
        was = self._kept.pop((number, name), None)
        passes = self._count((number, name))
        if was is None or os.getpid() != self._owner:
            return
        with contextlib.suppress(Exception):
            held = now[0] if now else was.value
            if name == EVERYTHING:
                held = everything(sys._getframe(1))
            found = {**was.beside(held), "name": name}
            if "[" in name or name.endswith(".data"):  # made anew whenever it is asked for
                found["same"] = found["same"] or was.memory == memory(held) != {}
            self.emit({"r": "v", "id": number, "k": place, "n": passes, "o": found})

    def begins(self, number: int) -> None:
        """From here on what is printed belongs to probe `number`."""
        self._open[number] = self.tee.total

    def ends(self, number: int) -> None:
        """Reports what was printed since `begins`."""
        start = self._open.pop(number, None)
        passes = self._count((number, "text"))
        if start is not None and passes <= MOST_PASSES and os.getpid() == self._owner:
            text = self.tee.since(start)[:MOST_TEXT]
            self.emit({"r": "t", "id": number, "n": passes, "text": text})

    def raised(self, number: int, fine: bool = False) -> None:
        """Reports the exception being handled; none where the statement itself went `fine`."""
        error = None if fine else sys.exc_info()[1]
        passes = self._count((number, "raised"))
        if passes <= MOST_PASSES and os.getpid() == self._owner:
            found = described(error) if error is not None else {"type": None}
            self.emit({"r": "e", "id": number, "n": passes, **found})

    def _count(self, key: tuple[int, object]) -> int:
        self._passes[key] = self._passes.get(key, 0) + 1
        return self._passes[key]

    def _warned(self, shown: Callable[..., Any]) -> Callable[..., Any]:
        def show(
            message: Thing, category: Thing, filename: Thing, lineno: Thing, *rest: Thing
        ) -> None:
            with contextlib.suppress(Exception):
                kind = getattr(category, "__name__", "Warning")
                text = str(message)[:500]
                self.emit({"r": "w", "type": kind, "message": text, "line": lineno})
            shown(message, category, filename, lineno, *rest)

        return show


def _sizes(names: Iterable[str], frame: types.FrameType) -> dict[str, int]:
    """The whole numbers that some names stand for where a hook was called.

    Within a method a name may be that of an attribute.
    """
    own = getattr(frame.f_locals.get("self"), "__dict__", {})
    scopes = (frame.f_locals, own, frame.f_globals)
    held = ((name, next((one[name] for one in scopes if name in one), None)) for name in names)
    return {name: value for name, value in held if type(value) is int}
