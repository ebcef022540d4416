"""Runs a snippet inside the sandbox, statement by statement, and reports what its parts were.

This file is read as text and handed to the sandbox (see `assistant.seams.Sandbox.run`): it imports
the standard library alone and reaches torch and numpy only if the snippet imported them.  It judges
nothing; verdicts are made in our own process from what it emits.

The payload:
    prelude: sources run first, their output dropped (earlier snippets, stand-ins).
    probes: what to look at, `{"id", "key", "how", "expr", "place"}`; `key` is `"line:column"` of a
        statement; `how` is `value` (of the statement), `print` (the arguments and the text of a
        print), `text` (what the statement prints), `expr` (an expression, after the statement) or
        `given` (one before it), `raises` (whether the statement raises, and what), `maps` (what a
        copy of the module in `expr` makes of zeros of the shape `dims`) or `around` (what becomes
        in the statement of each thing in its list `around`; of `half` of the probes the one is
        for `first`, in front of an earlier statement, the other for `last`).  `meant` marks a
        `raises` of which the page itself says that it fails.
    seed: when given, reseeds every generator before the snippet.
    shift: when not 0, literal seeds that the snippet sets itself are moved by it.
    echo: `all`: print the value of bare expressions, as an interactive session does; `last`: of the
        last statement alone, as a notebook's cell does.

Records: `v` a value, `t` text, `o` the output of a top-level statement, `f` a failure, `w` a
warning, `end` the state at the end.
"""

from __future__ import annotations
import __future__

import ast
import linecache
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from assistant.verify.driver.chance import machine, random_state, reseed, shift_seeds
from assistant.verify.driver.plant import plant
from assistant.verify.driver.summary import described, message_of
from assistant.verify.driver.watch import MOST_TEXT, Emit, Watch


def drive(code: str, payload: Mapping[str, Any], emit: Emit) -> None:
    """Executes `code` as the sandbox's `__main__` and emits what the payload's probes see."""
    main = sys.modules["__main__"]
    space = main.__dict__
    name = str(space.get("__file__") or "<snippet>")
    lines = code.splitlines(keepends=True)
    if name not in linecache.cache:
        linecache.cache[name] = (len(code), None, lines, name)
    watch = Watch(emit, payload.get("probes", ()))
    if payload.get("seed") is not None:
        reseed(int(payload["seed"]), code)
    before = random_state()
    shift = int(payload.get("shift") or 0)
    _run_prelude(payload.get("prelude", ()), space, emit, shift)
    tree = ast.parse(code, name)
    if shift:
        shift_seeds(tree, shift)
    flags = _flags(tree)
    groups = plant(tree, payload.get("probes", ()))
    with watch.installed():
        echo = str(payload.get("echo") or "")
        meant = {
            int(str(probe["key"]).partition(":")[0])
            for probe in payload.get("probes", ())
            if probe.get("meant")
        }
        first = _Run(groups, name, space, watch, flags, echo, meant).all()
    emit({"r": "end", "random": before != random_state(), "machine": machine()})
    if first is not None:
        raise first


class _Run:
    """Executes the statements of a module one by one, going on after one that fails."""

    def __init__(
        self,
        groups: list[tuple[ast.stmt, list[ast.stmt]]],
        name: str,
        space: dict[str, Any],
        watch: Watch,
        flags: int,
        echo: str,
        meant: set[int],
    ) -> None:
        self.groups, self.name, self.space, self.watch = groups, name, space, watch
        self.flags, self.echo, self.meant = flags, echo, meant

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
        if self._echoes(statement):
            unit: ast.Interactive | ast.Module = ast.Interactive(planted)
            mode = "single"
        else:
            unit, mode = ast.Module(planted, []), "exec"
        code = compile(unit, self.name, mode, flags=self.flags, dont_inherit=True)
        exec(code, self.space)

    def _echoes(self, statement: ast.stmt) -> bool:
        """Whether it shows the values of its bare expressions, those in its blocks as well."""
        last = isinstance(statement, ast.Expr) and statement is self.groups[-1][0]
        return self.echo == "all" or (self.echo == "last" and last)

    def _output(self, statement: ast.stmt, start: int) -> None:
        text = self.watch.tee.since(start)
        if text:
            self.watch.emit({"r": "o", "line": statement.lineno, "text": text[:MOST_TEXT]})

    def _failed(self, statement: ast.stmt, error: BaseException, first: bool) -> None:
        line = None
        own = {statement.lineno}
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self.name:
                line = trace.tb_lineno
                own |= {line} if trace.tb_frame.f_globals is trace.tb_frame.f_locals else set()
            trace = trace.tb_next
        lost = sorted(_bound(statement))
        if own & self.meant:
            # Its author saw it fail, and went on with what was there before.
            changed = [node for node in ast.walk(statement) if isinstance(node, ast.AugAssign)]
            kept = {node.target.id for node in changed if isinstance(node.target, ast.Name)}
            lost = [name for name in lost if name not in kept]
        else:
            # A name that the failed statement should have bound must not keep its older value.
            for name in lost:
                self.space.pop(name, None)
        self.watch.emit(
            {
                "r": "f",
                "line": line or statement.lineno,
                "stmt": [statement.lineno, statement.end_lineno or statement.lineno],
                **described(error),
                "name": getattr(error, "name", None) if isinstance(error, NameError) else None,
                "module": getattr(error, "name", None) if isinstance(error, ImportError) else None,
                "first": first,
                "lost": lost,
            }
        )


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
            shift_seeds(tree, shift)
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
                                "message": message_of(error),
                            }
                        )
            finally:
                sys.stdout, sys.stderr = out, err


def _flags(tree: ast.Module) -> int:
    """The compiler flags that the module's `__future__` imports ask for."""
    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                feature = getattr(__future__, alias.name, None)
                flags |= feature.compiler_flag if feature is not None else 0
    return flags
