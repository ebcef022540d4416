"""One snippet: its first run, the runs with code put back, the runs under other seeds."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.seams import Sandbox
from assistant.types import ClaimKind, Failure, SnippetStatus
from assistant.verify import causes, chance, context, layout, taint, traced
from assistant.verify.context import Prelude
from assistant.verify.conventions import consistent
from assistant.verify.expect import Fails
from assistant.verify.judge import (
    Judgement,
    Setting,
    compared,
    expected_output,
    judge,
    judge_echo,
)
from assistant.verify.observe import Echo, Fault, Observation, Sights, observe
from assistant.verify.rivals import weighed
from assistant.verify.sites import Site
from corpus import syntax
from corpus.types import Snippet

_SEEDS = re.compile(r"manual_seed|\bseed\(|default_rng\(|RandomState\(")


@dataclass(frozen=True, slots=True)
class Found:
    """A claim as it will be reported, before it is placed in its document."""

    kind: ClaimKind
    line: int
    end_line: int
    text: str
    judgement: Judgement
    in_prose: bool = False


class SnippetRun:
    """Runs one snippet as often as its claims need.

    Args:
        sandbox: where it runs.
        code: the snippet.
        sites: its claims.
        echo: which bare expressions print their value, see `observe`.
    """

    def __init__(
        self, sandbox: Sandbox, code: str, sites: Sequence[Site], *, echo: Echo = ""
    ) -> None:
        self.sandbox, self.code, self.sites, self.echo = sandbox, code, sites, echo
        self.missing = causes.missing_names(code)
        self.hidden = traced.hidden(code, [site.statement[0] for site in sites])
        failing = (site.statement[0] for site in sites if isinstance(site.expectation, Fails))
        self.setting = Setting(code, self.missing, frozenset(failing))
        self.prelude = Prelude()
        self.seen: Observation
        self._bare: Fault | None = None
        self._imported: frozenset[str] = frozenset()

    def start(self, snippet: Snippet, earlier: Sequence[Snippet]) -> None:
        """Runs the snippet, after what it takes for granted if it stops for want of that."""
        self._imported = context.bound_in([other.code for other in earlier])
        choices = context.preludes(self.code, snippet.entry_id, earlier)
        first: Observation | None = None
        for choice in choices:
            seen = self._observe(None, 0, choice)
            if first is None:
                first = self.seen = seen
                self.prelude = choice
                self._bare = seen.faults[0] if seen.faults else None
                if self._cause() != "context":
                    return
            elif self._better(seen):
                self.seen, self.prelude = seen, choice
                return

    def _cause(self) -> str:
        if not self.seen.faults:
            return ""
        return self._why(self.seen).cause

    def _why(self, seen: Observation) -> causes.Why:
        """The root of the first failure of a run."""
        return causes.explain(seen.faults[0], seen.faults, self.missing, cuda=seen.cuda)

    def _better(self, seen: Observation) -> bool:
        """Whether a run with more before it got to the end, but for what no run here can do."""
        if seen.result.status in ("timeout", "killed", "unavailable"):
            return False
        if not seen.faults:
            return True
        why = self._why(seen)
        return why.cause in ("hardware", "package")

    def claims(self, output: str | None, *, guessed_layout: bool = False) -> list[Found]:
        """Every claim with its settled judgement.

        Args:
            output: what the page shows as the snippet's output.
            guessed_layout: whether the snippet's indentation was put back by guessing.
        """
        seen = self.seen
        first = self._judge(seen)
        shown = expected_output(output, seen) if output and seen.result.status == "ok" else []
        both = [*first, *(judged for _, _, judged in shown)]

        def again(seed: int, shift: int) -> list[Judgement] | None:
            other = self._observe(seed, shift, self.prelude)
            if not other.finished and seen.finished:
                return None
            judged = self._judge(other)
            lines = expected_output(output, other) if shown and output else []
            if len(lines) != len(shown):
                return [*judged, *(Judgement("unverifiable") for _ in shown)]
            return [*judged, *(one for _, _, one in lines)]

        if chance.needs_rerun(self.code, self.prelude.sources, seen):
            seeded = any(_SEEDS.search(text) for text in (self.code, *self.prelude.sources))
            both = chance.settle(both, again, seconds=seen.result.seconds, seeded=seeded)
        if guessed_layout and any(judged.state == "refuted" for judged in both):
            both = self._other_layout(both)
        found = [
            Found(_kind(site, judged), site.line, site.end_line, _text(site, judged), judged)
            for site, judged in zip(self.sites, map(self._given, self.sites, both), strict=False)
            if not judged.drop
        ]
        for (line, text, _), judged in zip(shown, both[len(first) :], strict=True):
            found.append(Found("output", line, line, text, judged, in_prose=True))
        return found

    def status(self) -> tuple[SnippetStatus, Failure | None, str]:
        """What became of the snippet as the page prints it."""
        seen, result = self.seen, self.seen.result
        if result.status == "unavailable":
            return "unavailable", None, result.reason
        if self.prelude.stand_ins:
            names = ", ".join(f"`{name}`" for name in sorted(self.prelude.stand_ins))
            reason = f"the page does not define {names}; run with a stand-in"
            return "needs_context", self._failure(self._bare), reason
        if seen.faults:
            why = self._why(seen)
            failure = self._failure(seen.faults[0])
            if why.cause == "fault":
                return "error", failure, ""
            return "needs_context", failure, why.sentence
        if result.status == "error" and not seen.finished:
            return "error", result.error, result.reason
        status: SnippetStatus = "ok" if result.status == "error" else result.status
        if status != "ok":
            return status, None, result.reason
        unknown = self.missing - self._imported
        if self.prelude.sources and unknown & context.IMPORTS.keys():
            names = ", ".join(f"`{name}`" for name in sorted(unknown & context.IMPORTS.keys()))
            return "needs_context", None, f"the page does not import {names}"
        if self.prelude.borrowed:
            return "ok", None, "run after earlier snippets of the page"
        return "ok", None, ""

    def _failure(self, fault: Fault | None) -> Failure | None:
        if fault is None:
            return None
        lines = self.code.splitlines()
        source = lines[fault.line - 1].strip() if 0 < fault.line <= len(lines) else ""
        return Failure(fault.raised.type, fault.raised.message, fault.line, source)

    def _given(self, site: Site, judged: Judgement) -> Judgement:
        """A verdict in view of what was made up or borrowed: never an accusation."""
        made = self.prelude.stand_ins
        if not made and not self.prelude.borrowed:
            return judged
        if judged.state not in ("confirmed", "refuted"):
            return judged
        tied = causes.related_names(self.code, site.statement)
        if self.prelude.borrowed:
            if judged.state == "refuted" and tied & self.missing:
                note = "it depends on earlier snippets of the page"
                return replace(judged, state="unverifiable", note=note)
            return judged
        if not tied & made or not taint.made_up(self.code, made, site.statement[0]):
            return judged
        names = ", ".join(f"`{name}`" for name in sorted(made))
        note = f"with a stand-in for {names}"
        own = context.names_at(self.code, site.statement) <= made | context.loop_names(
            self.code, made
        )
        open_value = judged.part in ("value", "text") or own
        if judged.state == "refuted" or open_value:
            return replace(judged, state="unverifiable", note=note)
        return replace(judged, note=note)

    def _observe(self, seed: int | None, shift: int, prelude: Prelude) -> Observation:
        return observe(
            self.sandbox,
            self.code,
            self.sites,
            prelude=prelude.sources,
            seed=seed,
            shift=shift,
            echo=self.echo,
            but=self.hidden,
        )

    def _judge(self, seen: Observation) -> list[Judgement]:
        found: list[Judgement] = []
        for number, site in enumerate(self.sites):
            if number in self.hidden and site.how not in ("uncommented", "echo"):
                unsure = site.tentative or site.lenient or site.kind == "property"
                found.append(Judgement("unverifiable", note=traced.NOTE, drop=unsure))
            elif site.how == "uncommented":
                found.append(self._uncommented(site))
            elif site.how == "echo":
                found.append(judge_echo(site, seen, number, self.setting))
            else:
                found.append(judge(site, seen, number, self.setting))
        return consistent(self.code, self.sites, weighed(self.sites, found))

    def _uncommented(self, site: Site) -> Judgement:
        """Runs the snippet with a commented-out line put back."""
        put_back = replace(site, how="raises")
        other = observe(self.sandbox, site.code, [put_back], prelude=self.prelude.sources)
        setting = Setting(site.code, causes.missing_names(site.code))
        judged = judge(put_back, other, 0, setting)
        first = next((one for one in other.faults if one.line == site.line), None)
        if (
            first is not None
            and first.raised.type != "NameError"
            and "NameError" in judged.observed
        ):
            # Of several statements on the line the first one has failed.
            failed = replace(other, sights={0: Sights(raised=[first.raised], passes=1)})
            judged = judge(put_back, failed, 0, setting)
        if judged.state != "refuted" or judged.observed != "no exception":
            return judged
        used = _in_its_place(self.code, site.code, site.line)
        if used is None:
            return judged
        instead, line, name = used
        moved = replace(site, how="raises", key=f"{line}:0", statement=(line, line))
        other = observe(self.sandbox, instead, [moved], prelude=self.prelude.sources)
        there = judge(moved, other, 0, Setting(instead, causes.missing_names(instead)))
        if there.state == "confirmed":
            return replace(there, note=f"where `{name}` is used instead")
        note = "the line itself runs; what uses it may still fail"
        return replace(judged, state="unverifiable", note=note)

    def _other_layout(self, judged: list[Judgement]) -> list[Judgement]:
        """Takes back accusations that another indentation of a restored snippet would clear."""
        settled = list(judged)
        for place, site in enumerate(self.sites):
            if judged[place].state != "refuted" or site.how == "uncommented":
                continue
            for code, moved in layout.variants(self.code, site):
                seen = observe(self.sandbox, code, [moved], prelude=self.prelude.sources)
                if judge(moved, seen, 0, Setting(code, self.missing)).state == "confirmed":
                    note = "the page lost its indentation; under another it holds"
                    settled[place] = replace(judged[place], state="unverifiable", note=note)
                    break
        return settled


def _kind(site: Site, judged: Judgement) -> ClaimKind:
    """A tuple turns out to be a shape once it has been set against one."""
    return "shape" if site.kind == "value" and judged.part == "shape" else site.kind


def _text(site: Site, judged: Judgement) -> str:
    return compared(site) if judged.state == "confirmed" else site.text


def _in_its_place(code: str, restored: str, line: int) -> tuple[str, int, str] | None:
    """`y_wrong = f(y)`: the last statement that uses `y`, with `y_wrong` in its place.

    Returns:
        The code with that statement appended, its line, and the new name; None where the line at
        `line` binds no such name.
    """
    tree = syntax.parse(restored)
    found = next((node for node in tree.body if node.lineno == line), None)
    if not (isinstance(found, ast.Assign) and isinstance(found.targets[0], ast.Name)):
        return None
    name = found.targets[0].id
    sources = [
        node.id
        for node in ast.walk(found.value)
        if isinstance(node, ast.Name) and re.match(rf"{re.escape(node.id)}_", name)
    ]
    if not sources:
        return None
    old = sources[0]
    uses = [
        node
        for node in syntax.parse(code).body
        if isinstance(node, (ast.Expr, ast.Assign))
        and any(
            isinstance(inner, ast.Name) and inner.id == old and isinstance(inner.ctx, ast.Load)
            for inner in ast.walk(node)
        )
    ]
    if not uses:
        return None
    use = uses[-1]
    for inner in ast.walk(use):
        if isinstance(inner, ast.Name) and inner.id == old and isinstance(inner.ctx, ast.Load):
            inner.id = name
    whole = restored.rstrip("\n") + "\n"
    return whole + ast.unparse(use) + "\n", whole.count("\n") + 1, name
