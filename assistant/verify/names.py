"""Existence and defaults: which of the library's names a page uses, and what it says of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from assistant.seams import Sandbox
from assistant.verify.cache import ReportCache
from assistant.verify.literals import Const, Node, Num, Seq, Text, read_all
from assistant.verify.numbers import agrees
from corpus import syntax

ALIASES = {
    "torch": "torch",
    "nn": "torch.nn",
    "F": "torch.nn.functional",
    "optim": "torch.optim",
    "lr_scheduler": "torch.optim.lr_scheduler",
    "autograd": "torch.autograd",
}
# Places where a class named without its module is looked for.
CLASS_HOMES = ("torch.nn", "torch.optim", "torch.optim.lr_scheduler", "torch.utils.data")
# And a function of several words.
FUNCTION_HOMES = (
    "torch.nn.utils", "torch.nn.init", "torch.nn.functional", "torch.nn.utils.rnn",
    "torch.utils.data",
)  # fmt: skip
SUBMODULES = ("lr_scheduler", "swa_utils")
# What authors take from other libraries, and what torch calls it.
KNOWN_AS = {
    "torch.nn.MAELoss": "torch.nn.L1Loss",
    "torch.nn.CategoricalCrossEntropy": "torch.nn.CrossEntropyLoss",
    "torch.nn.Dense": "torch.nn.Linear",
    "torch.nn.functional.mae_loss": "torch.nn.functional.l1_loss",
    "torch.concatenate_": "torch.cat",
}
# What a default of None stands for where no docstring says so: `torch.load`, from 2.6 on, unpickles
# weights alone (torch/serialization.py).
CHOSEN_INSIDE = {"torch.load": {"weights_only": "True"}}
_PROSE_NAME = re.compile(
    r"(?<![\w./@-])((?:torch|nn|F|optim|lr_scheduler)(?:\.[A-Za-z_]\w*)+)(?!\w)(?!\.\*)"
)
_PATH_END = re.compile(r"\.(?:py|org|com|html|io|md|pt|pth|onnx|md|git)$")


@dataclass(frozen=True, slots=True)
class Known:
    """What the installed library says of a name.

    Attributes:
        exists: None where it cannot be told.
        within: the last part of the path that exists.
        near: names that may have been meant.
        head: a name that exists and that the missing one begins with.
        parameters: defaults as source by parameter, None where there is no default.
        documented: defaults that the docstring gives, by parameter.
        open: whether any other keyword is taken as well.
        callable: whether its parameters are known at all.
        called: of a class, what its methods take.
        shown: the parameters by place as its signature or its docstring writes them, with stars.
    """

    exists: bool | None
    within: str = ""
    near: tuple[str, ...] = ()
    head: str = ""
    parameters: Mapping[str, str | None] = field(default_factory=dict)
    documented: Mapping[str, str] = field(default_factory=dict)
    open: bool = True
    callable: bool = False
    called: frozenset[str] = frozenset()
    shown: tuple[str, ...] = ()

    def default(self, parameter: str) -> str | None:
        """A default as source, that of the docstring where None stands for one chosen inside."""
        held = self.parameters.get(parameter)
        return self.documented.get(parameter, held) if held == "None" else held


@dataclass(frozen=True, slots=True)
class Use:
    """A dotted name in code: as written, resolved, its line, and the keywords it is called with."""

    written: str
    name: str
    line: int
    column: int
    keywords: tuple[tuple[str, int], ...] = ()


@cache
def _inspector() -> str:
    return resources.files(__package__).joinpath("inspector.py").read_text(encoding="utf-8")


class Library:
    """The installed library, asked through the sandbox; each name is asked for once.

    Args:
        sandbox: where the library is imported.
        cache: where answers are kept from run to run, if anywhere.
    """

    def __init__(self, sandbox: Sandbox, cache: ReportCache | None = None) -> None:
        self._sandbox = sandbox
        self._cache = cache
        kept = cache.names() if cache is not None else {}
        self._known = {name: _known(record) for name, record in kept.items()}

    def look_up(self, names: Iterable[str]) -> Mapping[str, Known]:
        """What is known of dotted names; those without an answer are left out."""
        wanted = sorted(set(names) - self._known.keys())
        if wanted:
            payload = {"names": wanted}
            result = self._sandbox.run("", driver=_inspector(), payload=payload)
            told = {str(record["name"]): record for record in result.records if "name" in record}
            self._known |= {name: _known(record) for name, record in told.items()}
            if self._cache is not None:
                self._cache.put_names(told)
        return self._known


def _known(record: Mapping[str, Any]) -> Known:
    return Known(
        exists=record.get("exists"),
        within=str(record.get("within") or ""),
        near=tuple(str(name) for name in record.get("near") or ()),
        head=str(record.get("head") or ""),
        parameters=dict(record.get("parameters") or {}),
        documented=dict(record.get("documented") or CHOSEN_INSIDE.get(str(record.get("name")), {})),
        open=bool(record.get("open", True)),
        callable="parameters" in record,
        called=frozenset(str(name) for name in record.get("called") or ()),
        shown=tuple(str(name) for name in record.get("shown") or ()),
    )


def uses_in(code: str) -> list[Use]:
    """The library's names in code, resolved through its imports; each use once per line."""
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return []
    aliases = _aliases(tree)
    called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    inner: set[int] = set()
    found: list[Use] = []
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Attribute, ast.Name)) or id(node) in inner:
            continue
        written = syntax.dotted(node)
        if not written:
            continue  # `F.relu(x).shape`: the name stands further in
        for part in ast.walk(node):
            inner.add(id(part))
        root, _, rest = written.partition(".")
        if root not in aliases or not isinstance(node.ctx, ast.Load):
            continue
        name = aliases[root] + (f".{rest}" if rest else "")
        call = called.get(id(node))
        keywords = tuple(
            (keyword.arg, keyword.value.lineno)
            for keyword in (call.keywords if call else ())
            if keyword.arg
        )
        line = node.end_lineno or node.lineno
        found.append(Use(written, name, line, node.col_offset, keywords))
    return sorted(found, key=lambda use: (use.line, use.column))


_ASKING = ("hasattr", "getattr", "setattr")


def asked_for(code: str) -> frozenset[str]:
    """Names as written of which the code itself asks whether they are there, or that it makes.

    `hasattr(torch, "vecdot")` asks for `torch.vecdot`; what stands in a `try` that catches the want
    of a name is asked for as well.
    """
    tree = syntax.tree(code)
    found: set[str] = set()
    for node in ast.walk(tree) if tree is not None else ():
        asks = isinstance(node, ast.Call) and getattr(node.func, "id", "") in _ASKING
        if asks and isinstance(node, ast.Call) and len(node.args) > 1:
            owner, name = syntax.dotted(node.args[0]), getattr(node.args[1], "value", None)
            found |= {f"{owner}.{name}"} if owner and isinstance(name, str) else set()
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(syntax.dotted(node))
        elif isinstance(node, ast.Try) and any(_catches_want(one) for one in node.handlers):
            inside = [inner for statement in node.body for inner in ast.walk(statement)]
            found |= {syntax.dotted(one) for one in inside if isinstance(one, ast.Attribute)}
    return frozenset(one for one in found if one)


def _catches_want(handler: ast.ExceptHandler) -> bool:
    caught = ast.unparse(handler.type) if handler.type is not None else "Exception"
    return bool(re.search(r"AttributeError|ImportError|ModuleNotFound|\bException\b", caught))


def _aliases(tree: ast.AST) -> dict[str, str]:
    """What each name of the code stands for, of those that come from torch."""
    found: dict[str, str] = {}
    bound = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "torch":
                    found[alias.asname or "torch"] = alias.name if alias.asname else "torch"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "torch":
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for name, path in ALIASES.items():
        if name in ("torch", "nn", "F", "optim") and name not in found and name not in bound:
            found[name] = path
    return {name: path for name, path in found.items() if name not in bound}


def names_in_prose(text: str) -> Iterator[tuple[str, str, int]]:
    """The library's names in prose: as written, resolved, and the offset where each begins."""
    for hit in _PROSE_NAME.finditer(text):
        written = hit.group(1)
        if _PATH_END.search(written) or text[hit.end() : hit.end() + 1] == "*":
            continue
        root, _, rest = written.partition(".")
        lower = rest[0].islower() and "." not in rest
        if lower and root in ("optim", "lr_scheduler") and rest not in SUBMODULES:
            continue  # `optim.step()` speaks of somebody's variable, not of the module
        yield written, f"{ALIASES[root]}.{rest}", hit.start()


def run_together(name: str, known: Known, text: str, at: int) -> bool:
    """Whether a missing name is one that exists with the next word of a table stuck to it.

    Args:
        name: dotted, resolved.
        known: what is known of it.
        text: where it stands; what is marked as code ends where the mark does.
        at: the offset in `text` at which it begins.
    """
    if text[at - 1 : at] in ("`", "'", '"'):
        return False
    part = name.removeprefix(known.within + ".").split(".")[0]
    rest = part.removeprefix(known.head) if known.head else ""
    if not rest or rest[0] == "_":
        return False
    return not (re.fullmatch(r"\d[dD]?", rest) and known.head[-1:] != "d")


def alternatives(name: str, known: Known) -> tuple[str, ...]:
    """What may have been meant by a name that does not exist."""
    return (KNOWN_AS[name],) if name in KNOWN_AS else known.near


def candidates(owner: str) -> tuple[str, ...]:
    """Dotted names that an owner as written may stand for."""
    if "." in owner:
        return (owner,)
    homes = CLASS_HOMES if owner[:1].isupper() else FUNCTION_HOMES
    return tuple(f"{home}.{owner}" for home in homes)


def default_agrees(stated: str, default: str) -> bool | None:
    """Whether a stated default is the real one; None where the two cannot be compared."""
    if (ratio := re.fullmatch(r"(\d+)/([1-9]\d*)", stated.strip("`"))) is not None:
        stated = f"{int(ratio[1]) / int(ratio[2]):.6g}"
    claimed, real = read_all(re.sub("[−–]", "-", stated)), read_all(default)
    if (made := re.match(r"<(?:built-in )?function (\w+)", default)) is not None:
        return stated.strip("`'\" ").rpartition(".")[2] == made[1]
    if claimed is None or real is None:
        return None
    if default == "None" and stated.strip("`'\" ") != "None":
        return None  # a sentinel: what it comes to is decided inside
    return _same(claimed, real)


def _same(claimed: Node, real: Node) -> bool | None:
    if isinstance(claimed, Num) and isinstance(real, Num):
        return agrees(claimed, real.value.real) or claimed.value == real.value
    if isinstance(claimed, Seq) and isinstance(real, Seq):
        if len(claimed.items) != len(real.items):
            return False
        inner = [_same(one, other) for one, other in zip(claimed.items, real.items, strict=True)]
        return all(inner)
    if isinstance(claimed, (Const, Text, Num)) and isinstance(real, (Const, Text, Num)):
        return claimed == real
    return None


def default_remark(comment: str, keywords: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """`reduction="mean"  # default: …`: the keyword that a comment calls the default."""
    told = r"(?=\s*(?:$|[^\w\s=]|(?:here|anyway|setting|choice|in|for|since|too|already)\b))"
    if not re.match(rf"\s*(?:the\s+)?default\b{told}", comment):
        return None
    return keywords[0] if len(keywords) == 1 else None
