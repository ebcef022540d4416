"""Runs a snippet inside the sandbox, statement by statement, and reports what its parts were.

This file is read as text and handed to the sandbox (see `assistant.seams.Sandbox.run`): it imports
the standard library alone and reaches torch and numpy only if the snippet imported them.  It judges
nothing; verdicts are made in our own process from what it emits.

The payload:
    prelude: sources run first, their output dropped (earlier snippets, stand-ins).
    probes: what to look at, `{"id", "key", "how", "expr", "wants"}`; `key` is `"line:column"` of a
        statement; `how` is `value` (of the statement), `print` (the arguments and the text of a
        print), `text` (what the statement prints), `expr` (an expression, after the statement) or
        `raises` (whether the statement raises, and what) or `maps` (what a copy of the module in
        `expr` makes of zeros of the shape `dims`).
    seed: when given, reseeds every generator before the snippet.
    shift: when not 0, literal seeds that the snippet sets itself are moved by it.
    echo: print the value of bare expressions, as an interactive session does.

Records: `v` a value, `t` text, `o` the output of a top-level statement, `f` a failure, `w` a
warning, `end` the state at the end.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import contextlib
import copy
import importlib
import linecache
import os
import random
import sys
import types
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

MOST_VALUES = 2048  # elements of a tensor or array sent in full
MOST_TEXT = 20_000  # characters of output sent for one probe or statement
MOST_REPR = 4_000
MOST_ITEMS = 200  # of a list, tuple or mapping
MOST_PASSES = 24  # times one probe reports, when its statement runs again and again
SEE, RAISED = "__torchproof_see__", "__torchproof_raised__"
MAPS = "__torchproof_maps__"
TEXT_BEGINS, TEXT_ENDS = "__torchproof_begin__", "__torchproof_end__"
SEEDERS = frozenset(
    {"manual_seed", "manual_seed_all", "seed", "default_rng", "RandomState", "PRNGKey"}
)

Emit = Callable[[Mapping[str, Any]], None]
Thing: TypeAlias = Any
"""Whatever a snippet makes, or a module reached at run time."""


def drive(code: str, payload: Mapping[str, Any], emit: Emit) -> None:
    """Executes `code` as the sandbox's `__main__` and emits what the payload's probes see."""
    main = sys.modules["__main__"]
    space = main.__dict__
    name = str(space.get("__file__") or "<snippet>")
    lines = code.splitlines(keepends=True)
    if name not in linecache.cache:
        linecache.cache[name] = (len(code), None, lines, name)
    watch = _Watch(emit)
    if payload.get("seed") is not None:
        _reseed(int(payload["seed"]), code)
    before = _random_state()
    shift = int(payload.get("shift") or 0)
    _run_prelude(payload.get("prelude", ()), space, emit, shift)
    tree = ast.parse(code, name)
    if shift:
        _shift_seeds(tree, shift)
    flags = _flags(tree)
    groups = _plant(tree, payload.get("probes", ()))
    with watch.installed():
        first = _Run(groups, name, space, watch, flags, bool(payload.get("echo"))).all()
    emit({"r": "end", "random": before != _random_state(), "machine": _machine()})
    if first is not None:
        raise first


class _Run:
    """Executes the statements of a module one by one, going on after one that fails."""

    def __init__(
        self,
        groups: list[tuple[ast.stmt, list[ast.stmt]]],
        name: str,
        space: dict[str, Any],
        watch: _Watch,
        flags: int,
        echo: bool,
    ) -> None:
        self.groups, self.name, self.space, self.watch = groups, name, space, watch
        self.flags, self.echo = flags, echo

    def all(self) -> BaseException | None:
        """Runs everything; returns the exception that would have ended a plain run."""
        first: BaseException | None = None
        for statement, planted in self.groups:
            start = self.watch.tee.total
            try:
                self._execute(statement, planted)
            except (SystemExit, KeyboardInterrupt) as stop:
                self._output(statement, start)
                return first or stop
            except BaseException as error:  # noqa: BLE001 - whatever a snippet raises is its own
                self._failed(statement, error, first is None)
                first = first or error
            self._output(statement, start)
            if first is not None:
                self.watch.tee.mute()
        return first

    def _execute(self, statement: ast.stmt, planted: list[ast.stmt]) -> None:
        if self.echo and isinstance(statement, ast.Expr):
            unit: ast.Interactive | ast.Module = ast.Interactive(planted)
            mode = "single"
        else:
            unit, mode = ast.Module(planted, []), "exec"
        code = compile(unit, self.name, mode, flags=self.flags, dont_inherit=True)
        exec(code, self.space)

    def _output(self, statement: ast.stmt, start: int) -> None:
        text = self.watch.tee.since(start)
        if text:
            self.watch.emit({"r": "o", "line": statement.lineno, "text": text[:MOST_TEXT]})

    def _failed(self, statement: ast.stmt, error: BaseException, first: bool) -> None:
        line = None
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self.name:
                line = trace.tb_lineno
            trace = trace.tb_next
        lost = sorted(_bound(statement))
        # A name that the failed statement should have bound must not keep its older value.
        for name in lost:
            self.space.pop(name, None)
        self.watch.emit(
            {
                "r": "f",
                "line": line or statement.lineno,
                "stmt": [statement.lineno, statement.end_lineno or statement.lineno],
                **_described(error),
                "name": getattr(error, "name", None) if isinstance(error, NameError) else None,
                "module": getattr(error, "name", None) if isinstance(error, ImportError) else None,
                "first": first,
                "lost": lost,
            }
        )


def _described(error: BaseException) -> dict[str, Any]:
    return {
        "type": type(error).__name__,
        "mro": [cls.__name__ for cls in type(error).__mro__[:-2]],
        "message": _message(error),
    }


def _message(error: BaseException) -> str:
    try:
        return str(error)[:MOST_REPR]
    except Exception:  # noqa: BLE001 - a foreign __str__
        return ""


def _bound(statement: ast.stmt) -> set[str]:
    """Names that a statement binds in the module's namespace."""
    names: set[str] = set()
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp)):
            continue
        if isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        todo.extend(ast.iter_child_nodes(node))
    return names


def _run_prelude(sources: Iterable[str], space: dict[str, Any], emit: Emit, shift: int) -> None:
    """Runs earlier sources for what they define; where one fails, the rest of it still runs."""
    out, err = sys.stdout, sys.stderr
    for number, source in enumerate(sources):
        name = f"<before {number}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            tree = ast.parse(source, name)
        except SyntaxError:
            continue
        if shift:
            _shift_seeds(tree, shift)
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - stdlib only
            sys.stdout = sys.stderr = nowhere
            try:
                for statement in tree.body:
                    try:
                        unit = compile(ast.Module([statement], []), name, "exec", dont_inherit=True)
                        exec(unit, space)
                    except Exception as error:  # noqa: BLE001
                        emit(
                            {
                                "r": "p",
                                "source": number,
                                "line": statement.lineno,
                                "type": type(error).__name__,
                                "message": _message(error),
                            }
                        )
            finally:
                sys.stdout, sys.stderr = out, err


def _random_state() -> tuple[object, ...]:
    parts: list[object] = [random.getstate()]
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None:
        with contextlib.suppress(Exception):
            parts.append(torch.random.default_generator.get_state().numpy().tobytes())
    if numpy is not None:
        with contextlib.suppress(Exception):
            state = numpy.random.get_state()
            parts.append((state[1].tobytes(), state[2]))
    return tuple(parts)


def _reseed(seed: int, code: str) -> None:
    """Seeds every generator that `code` can reach, and takes the sense out of unwritten memory."""
    random.seed(seed)
    for name in ("torch", "numpy"):
        if name in code and name not in sys.modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None:
        torch.manual_seed(seed)
        with contextlib.suppress(Exception):
            # Memory that nobody wrote comes up as NaN, so that it never looks like a value.
            torch.use_deterministic_algorithms(True, warn_only=True)
            torch.utils.deterministic.fill_uninitialized_memory = True
    if numpy is not None:
        numpy.random.seed(seed % 2**32)


def _shift_seeds(tree: ast.Module, shift: int) -> None:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in SEEDERS:
            node.args[0] = ast.copy_location(
                ast.BinOp(node.args[0], ast.Add(), ast.copy_location(ast.Constant(shift), node)),
                node.args[0],
            )
    ast.fix_missing_locations(tree)


def _machine() -> dict[str, Any]:
    torch = sys.modules.get("torch")
    if torch is None:
        return {}
    with contextlib.suppress(Exception):
        return {"torch": str(torch.__version__), "cuda": bool(torch.cuda.is_available())}
    return {}


# --- planting the probes -----------------------------------------------------------------------


def _flags(tree: ast.Module) -> int:
    """The compiler flags that the module's `__future__` imports ask for."""
    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                feature = getattr(__future__, alias.name, None)
                flags |= feature.compiler_flag if feature is not None else 0
    return flags


def _plant(
    tree: ast.Module, probes: Iterable[Mapping[str, Any]]
) -> list[tuple[ast.stmt, list[ast.stmt]]]:
    """Puts calls to the hooks into `tree`, in place.

    Returns:
        Each statement of the module with what is to be executed for it.
    """
    wanted: dict[str, list[Mapping[str, Any]]] = {}
    for probe in probes:
        wanted.setdefault(str(probe["key"]), []).append(probe)
    if not wanted:
        return [(statement, [statement]) for statement in tree.body]
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            body = getattr(node, field, None)
            if node is not tree and isinstance(body, list):
                body[:] = [new for old in body for new in _planted(old, wanted)]
    groups = [(statement, _planted(statement, wanted)) for statement in tree.body]
    for _, planted in groups:
        for statement in planted:
            ast.fix_missing_locations(statement)
    return groups


def _planted(statement: ast.stmt, wanted: Mapping[str, list[Mapping[str, Any]]]) -> list[ast.stmt]:
    before: list[ast.stmt] = []
    after: list[ast.stmt] = []
    for probe in wanted.get(f"{statement.lineno}:{statement.col_offset}", ()):
        number, how = int(probe["id"]), probe["how"]
        if how in ("print", "text"):
            before.append(_call_statement(TEXT_BEGINS, statement, number))
            after.insert(0, _call_statement(TEXT_ENDS, statement, number))
        if how == "print" and isinstance(statement, ast.Expr):
            call = statement.value
            if isinstance(call, ast.Call):
                call.args = [
                    arg
                    if isinstance(arg, (ast.Starred, ast.Constant, ast.JoinedStr))
                    else _seen(arg, number, place)
                    for place, arg in enumerate(call.args)
                ]
        elif how == "value":
            held = getattr(statement, "value", None)
            if isinstance(statement, ast.AugAssign):
                if isinstance(statement.target, ast.Name):
                    after.append(_look(statement, statement.target.id, number))
            elif isinstance(held, ast.expr):
                statement.value = _seen(held, number, 0)  # type: ignore[attr-defined]
        elif how == "expr":
            after.append(_look(statement, str(probe["expr"]), number))
        elif how == "maps":
            dims = ast.parse(repr(tuple(probe["dims"])), mode="eval").body
            after.append(_look(statement, str(probe["expr"]), number, MAPS, dims))
        elif how == "raises":
            fine = [_call_statement(RAISED, statement, number)]
            raised = [_call_statement(RAISED, statement, number), ast.Raise()]
            handler = ast.ExceptHandler(ast.Name("BaseException", ast.Load()), None, raised)
            wrapped: ast.stmt = ast.Try([statement], [handler], fine, [])
            for node in (wrapped, handler, raised[1]):
                ast.copy_location(node, statement)
            ast.copy_location(handler.type or handler, statement)
            return [*before, wrapped, *after]
    return [*before, statement, *after]


def _call(hook: str, where: ast.AST, *args: ast.expr) -> ast.Call:
    call = ast.Call(ast.Name(hook, ast.Load()), list(args), [])
    ast.copy_location(call, where)
    ast.copy_location(call.func, where)
    return call


def _call_statement(hook: str, where: ast.stmt, number: int) -> ast.stmt:
    return ast.copy_location(ast.Expr(_call(hook, where, ast.Constant(number))), where)


def _seen(value: ast.expr, number: int, place: int) -> ast.expr:
    return _call(SEE, value, ast.Constant(number), ast.Constant(place), value)


def _look(
    where: ast.stmt, expression: str, number: int, hook: str = SEE, extra: ast.expr | None = None
) -> ast.stmt:
    """A statement that looks at `expression` and swallows whatever that raises."""
    parsed = ast.parse(expression, mode="eval").body
    second = ast.Constant(0) if extra is None else extra
    look = ast.Expr(_call(hook, where, ast.Constant(number), second, parsed))
    handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, [ast.Pass()])
    statement = ast.Try([look], [handler], [], [])
    for node in ast.walk(statement):
        ast.copy_location(node, where)
    return statement


# --- hooks and output --------------------------------------------------------------------------


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


class _Watch:
    """The hooks that planted calls reach, and the stream they listen to."""

    def __init__(self, emit: Emit) -> None:
        self.emit = emit
        self.tee = _Tee(sys.stdout)
        self._owner = os.getpid()
        self._passes: dict[tuple[int, object], int] = {}
        self._open: dict[int, int] = {}

    @contextlib.contextmanager
    def installed(self) -> Thing:
        out = sys.stdout
        hooks = {
            SEE: self.see,
            RAISED: self.raised,
            MAPS: self.maps,
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
                self.emit({"r": "v", "id": number, "k": place, "n": passes, "o": summary(value)})
        return value

    def maps(self, number: int, dims: tuple[int, ...], module: Thing) -> None:
        """Reports what a copy of `module` makes of an input of that shape, leaving no trace."""
        torch = sys.modules["torch"]
        try:
            with torch.random.fork_rng(devices=[]), torch.no_grad():
                made = copy.deepcopy(module).eval()(torch.zeros(dims))
        except Exception as error:  # noqa: BLE001 - whatever the module makes of that shape
            self.emit({"r": "e", "id": number, "n": 1, **_described(error)})
        else:
            self.see(number, 0, made)

    def begins(self, number: int) -> None:
        self._open[number] = self.tee.total

    def ends(self, number: int) -> None:
        start = self._open.pop(number, None)
        passes = self._count((number, "text"))
        if start is not None and passes <= MOST_PASSES and os.getpid() == self._owner:
            text = self.tee.since(start)[:MOST_TEXT]
            self.emit({"r": "t", "id": number, "n": passes, "text": text})

    def raised(self, number: int) -> None:
        """Reports the exception being handled, or that there is none."""
        error = sys.exc_info()[1]
        passes = self._count((number, "raised"))
        if passes <= MOST_PASSES and os.getpid() == self._owner:
            found = _described(error) if error is not None else {"type": None}
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


# --- describing values -------------------------------------------------------------------------


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
            return {**_object(value), "t": "module", **_module(value)}
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
            **_repr(value),
        }
    if type(value).__name__ in ("dict_keys", "dict_values", "odict_keys", "odict_values"):
        return _sequence(value, type(value).__name__, depth)
    if isinstance(value, type):
        where = f"{value.__module__}.{value.__qualname__}"
        return {"t": "class", "v": where, "repr": repr(value)[:MOST_REPR]}
    return _object(value)


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
    found = {"t": "seq", "k": kind, "n": len(items), "items": kept}
    return found if depth else {**found, **_repr(value)}


def _repr(value: Thing) -> dict[str, str]:
    try:
        return {"repr": repr(value)[:MOST_REPR]}
    except Exception:  # noqa: BLE001 - a foreign __repr__
        return {"repr": ""}


def _object(value: Thing) -> dict[str, Any]:
    cls = type(value)
    found = {"t": "obj", "cls": cls.__name__, "where": f"{cls.__module__}.{cls.__qualname__}"}
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
    }
    with contextlib.suppress(Exception):
        found["ptr"] = int(value.ctypes.data)
        found["bytes"] = int(value.nbytes)
        found["base"] = value.base is not None
    if value.size <= MOST_VALUES:
        with contextlib.suppress(Exception):
            found["values"] = _nested(value.tolist())
    return found
