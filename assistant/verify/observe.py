"""Runs a snippet with probes planted and sorts what comes back."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.seams import Sandbox
from assistant.types import ExecutionResult
from assistant.verify import driver
from assistant.verify.expect import Fails, Maps
from assistant.verify.sites import Site

Echo = Literal["", "last", "all"]


@dataclass(frozen=True, slots=True)
class Raised:
    """What one statement raised; `type` is empty where it raised nothing."""

    type: str
    bases: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A top-level statement that failed, and what it thereby left undefined."""

    line: int
    statement: tuple[int, int]
    raised: Raised
    name: str
    module: str
    lost: frozenset[str]


@dataclass(slots=True)
class Sights:
    """Everything one probe saw: values by pass and argument, texts and exceptions by pass."""

    values: dict[int, dict[int, Mapping[str, Any]]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    raised: list[Raised] = field(default_factory=list)
    passes: int = 0


@dataclass(frozen=True, slots=True)
class Observation:
    """One instrumented run.

    Attributes:
        result: what the sandbox says of the run as a whole.
        sights: by the place of a site in the list that was asked for.
        faults: statements that failed, in order.
        outputs: `(line, text)` for each top-level statement that printed.
        warnings: `(line, category, message)`.
        random: whether any generator's state moved.
        machine: what the run said of torch and CUDA.
        finished: whether the last statement was passed.
    """

    result: ExecutionResult
    sights: Mapping[int, Sights]
    faults: tuple[Fault, ...]
    outputs: tuple[tuple[int, str], ...]
    warnings: tuple[tuple[int, str, str], ...]
    random: bool
    machine: Mapping[str, Any]
    finished: bool

    @property
    def cuda(self) -> bool:
        """Whether the machine that ran it offers CUDA."""
        return bool(self.machine.get("cuda"))

    @property
    def stopped(self) -> str:
        """Why the run did not get to its end, empty if it did."""
        return "" if self.finished else (self.result.reason or "the run did not finish")


def probes_for(sites: Sequence[Site], but: Container[int] = ()) -> list[dict[str, Any]]:
    """What the driver is to look at for `sites`, some left out; ids are places in the list."""
    found: list[dict[str, Any]] = []
    for number, site in enumerate(sites):
        if number in but:
            continue
        names = {"names": list(site.names)} if site.names else {}
        if site.how == "raises":
            meant = {"meant": True} if isinstance(site.expectation, Fails) else {}
            found.append({"id": number, "key": site.key, "how": site.how, **names, **meant})
        elif site.how in ("value", "print"):
            found.append({"id": number, "key": site.key, "how": site.how, **names})
        elif site.how == "echo":
            found.append({"id": number, "key": site.key, "how": "value"})
        elif site.how == "beside":
            found.append({"id": number, "key": site.key, "how": "value"})
            found.append(
                {"id": number, "key": site.key, "how": "expr", "expr": site.subject, "place": 1}
            )
        elif site.how == "rebound":
            found.append({"id": number, "key": site.key, "how": "value"})
            found.append(
                {"id": number, "key": site.key, "how": "given", "expr": site.subject, "place": 1}
            )
        elif site.how == "around":
            if not site.since:
                found.append({"id": number, "key": site.key, "how": "value"})
            around = list(site.around)
            probe = {"id": number, "how": "around", "around": around}
            if site.since:
                found.append({**probe, "key": site.since, "half": "first"})
            half = {"half": "last"} if site.since else {}
            found.append({**probe, "key": site.key, **half})
        elif site.how in ("expr", "given"):
            probe = {"key": site.key, "how": site.how, "expr": site.subject}
            found.append({"id": number, **probe, **names})
        elif site.how == "maps" and isinstance(site.expectation, Maps):
            dims = list(site.expectation.sizes())
            made = {"key": site.key, "how": "maps", "expr": site.subject, "dims": dims}
            found.append({"id": number, **made})
        elif site.how == "text":
            found.extend(
                {"id": number, "key": key, "how": "text"} for key in site.run or (site.key,)
            )
    return found


def observe(
    sandbox: Sandbox,
    code: str,
    sites: Sequence[Site],
    *,
    prelude: Sequence[str] = (),
    seed: int | None = None,
    shift: int = 0,
    echo: Echo = "",
    seconds: float | None = None,
    but: Container[int] = (),
) -> Observation:
    """Runs `code` once in the sandbox and looks where `sites` say.

    Args:
        sandbox: the only place where foreign code runs.
        code: the snippet.
        sites: its claims.
        prelude: sources run before it for what they define.
        seed: reseeds every generator first; None leaves the sandbox's own seed.
        shift: moves the seeds that the snippet sets itself.
        echo: which bare expressions print their value: `all`, as in an interactive session, or the
            `last`, as in a notebook's cell.
        seconds: cap on the wall clock.
        but: places of sites that are not looked at.
    """
    payload = {
        "prelude": list(prelude),
        "probes": probes_for(sites, but),
        "seed": seed,
        "shift": shift,
        "echo": echo,
    }
    result = sandbox.run(code, seconds=seconds, driver=driver.source(), payload=payload)
    return _sorted(result)


def _sorted(result: ExecutionResult) -> Observation:
    sights: dict[int, Sights] = {}
    faults: list[Fault] = []
    outputs: list[tuple[int, str]] = []
    warnings: list[tuple[int, str, str]] = []
    end: Mapping[str, Any] | None = None
    for record in result.records:
        kind = record.get("r")
        if kind in ("v", "t", "e"):
            sight = sights.setdefault(int(record["id"]), Sights())
            sight.passes = max(sight.passes, int(record["n"]))
            if kind == "v":
                sight.values.setdefault(int(record["n"]), {})[int(record["k"])] = record["o"]
            elif kind == "t":
                sight.texts.append(str(record["text"]))
            else:
                sight.raised.append(_raised(record))
        elif kind == "f":
            faults.append(_fault(record))
        elif kind == "o":
            outputs.append((int(record["line"]), str(record["text"])))
        elif kind == "w":
            warnings.append((int(record["line"]), str(record["type"]), str(record["message"])))
        elif kind == "end":
            end = record
    return Observation(
        result=result,
        sights=sights,
        faults=tuple(faults),
        outputs=tuple(outputs),
        warnings=tuple(warnings),
        random=bool(end and end.get("random")),
        machine=end.get("machine", {}) if end else {},
        finished=end is not None,
    )


def _raised(record: Mapping[str, Any]) -> Raised:
    return Raised(
        str(record.get("type") or ""),
        tuple(str(name) for name in record.get("mro") or ()),
        str(record.get("message") or ""),
    )


def _fault(record: Mapping[str, Any]) -> Fault:
    first, last = record["stmt"]
    return Fault(
        line=int(record["line"]),
        statement=(int(first), int(last)),
        raised=_raised(record),
        name=str(record.get("name") or ""),
        module=str(record.get("module") or ""),
        lost=frozenset(record["lost"]),
    )
