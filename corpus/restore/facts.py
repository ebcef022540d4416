"""What one logical line does: the names it reads and binds, and which habits it shows."""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import dataclass

from corpus.restore.syntax import ends_in_colon, first_word, statements

BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}
CLAUSES = frozenset({"elif", "else", "except", "finally"})
LOOPS = frozenset({"for", "while"})
_COMPOUND = (
    frozenset({"def", "class", "for", "while", "if", "try", "with", "match", "case"}) | CLAUSES
)
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)")
_ENDINGS: dict[type, str] = {
    ast.Return: "return",
    ast.Raise: "raise",
    ast.Break: "break",
    ast.Continue: "continue",
    ast.Pass: "pass",
}
_GROWING = frozenset({"append", "extend", "add", "update", "insert", "appendleft", "setdefault"})
_LASTING = frozenset(
    "print call training schedules mode keeps runs aug subscript selfset return yield raise assert"
    " break continue".split()
)
_KEEPING = frozenset({"save", "savefig", "close", "load_state_dict", "show", "cleanup", "remove"})


@dataclass(frozen=True, slots=True)
class Facts:
    """One logical line of code.

    Attributes:
        kind: the keyword of a compound statement or clause, `decorator`, or `simple`.
        opens: whether its body comes on the lines below.
        loads: root names that it reads.
        stores: names that it binds in the scope where it stands.
        targets: names bound for the body alone: loop variables, `with … as`, parameters.
        chains: dotted names that it reads, such as `self.fc`.
        tags: habits it shows, each a short word.
        name: of the function or class that it defines, else empty.
        head: its first two tokens' shape, to see whether two lines are alike.
        iterated: dotted names in what a `for` runs over.
        valid: whether it is Python.
        grows: names of what it adds to: `total += …`, `losses.append(…)`, `cache[key] = …`.
    """

    kind: str = "simple"
    opens: bool = False
    loads: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    chains: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    name: str = ""
    head: str = ""
    iterated: frozenset[str] = frozenset()
    valid: bool = True
    grows: frozenset[str] = frozenset()

    @property
    def lasting(self) -> bool:
        """Whether it does more than to bind names anew: a loop without such a line is idle."""
        return bool(self.tags & _LASTING) or bool(self.stores & self.loads) or bool(self.grows)


class _Names(ast.NodeVisitor):
    """Collects names; those bound inside a comprehension or lambda stay there."""

    def __init__(self) -> None:
        self.loads: set[str] = set()
        self.stores: set[str] = set()
        self.chains: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        (self.loads if isinstance(node.ctx, ast.Load) else self.stores).add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        dotted = chain(node)
        if dotted and isinstance(node.ctx, ast.Load):
            self.chains.add(dotted)
        self.generic_visit(node)

    def _inner(self, node: ast.AST, bound: set[str]) -> None:
        inner = _Names()
        inner.generic_visit(node)
        self.loads |= inner.loads - bound - inner.stores
        self.chains |= inner.chains

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._inner(node, _parameters(node.args))

    def visit_ListComp(self, node: ast.AST) -> None:
        self._inner(node, set())

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp  # noqa: N815


def chain(node: ast.AST) -> str:
    """`a.b.c` for such a node, else an empty string."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def _parameters(args: ast.arguments) -> set[str]:
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {a.arg for a in every if a is not None}


def facts_of(line: str) -> Facts:
    """The facts of one logical line, guessed from its words when it is not Python."""
    nodes = statements(line)
    if not nodes:
        return _guessed(line)
    opens = ends_in_colon(line)
    if line.startswith("@"):
        names = _collect([nodes[0].decorator_list[0]])  # type: ignore[attr-defined]
        return Facts("decorator", loads=frozenset(names.loads), head="@")
    word = first_word(line)
    if word == "async":
        word = line.split()[1]
    kind = word if (opens or word in CLAUSES) and word in _COMPOUND else "simple"
    node = nodes[0]
    if kind == "simple" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return Facts(
            stores=frozenset({node.name}), name=node.name, tags=frozenset({"oneline"}), head=word
        )
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return _function(node, line)
    if isinstance(node, ast.ClassDef):
        names = _collect([*node.bases, *node.keywords])
        return Facts(
            "class",
            True,
            frozenset(names.loads),
            frozenset({node.name}),
            name=node.name,
            head="class",
        )
    if opens and kind != "simple":
        return _header(node, kind)
    names = _collect(nodes)
    stores = names.stores | _imported(nodes)
    tags = {tag for one in nodes for tag in _tags(one)}
    loads = names.loads | {t for n in nodes if isinstance(n, ast.AugAssign) for t in _aug(n)}
    return Facts(
        kind if kind in CLAUSES else "simple",
        False,
        frozenset(loads),
        frozenset(stores),
        chains=frozenset(names.chains),
        tags=frozenset(tags),
        head=_head(node),
        grows=frozenset(name for one in nodes for name in _grown(one)),
    )


def _grown(node: ast.AST) -> set[str]:
    """Names of the collections or sums that a statement adds to."""
    target: ast.AST | None = None
    if isinstance(node, ast.AugAssign):
        target = node.target
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        target = node.targets[0]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        if isinstance(function, ast.Attribute) and function.attr in _GROWING:
            target = function.value
    while isinstance(target, ast.Subscript | ast.Attribute):
        target = target.value
    return {target.id} if isinstance(target, ast.Name) and target.id != "self" else set()


def _aug(node: ast.AugAssign) -> set[str]:
    return {node.target.id} if isinstance(node.target, ast.Name) else set()


def _collect(nodes: list[ast.expr] | list[ast.AST] | list[ast.keyword | ast.expr]) -> _Names:
    names = _Names()
    for node in nodes:
        names.visit(node)
    return names


def _imported(nodes: list[ast.AST]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(a.asname or a.name).split(".")[0] for a in node.names}
    return found


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, line: str) -> Facts:
    arguments = node.args
    names = _collect([*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)])
    first = (arguments.posonlyargs + arguments.args)[:1]
    tags = set()
    if first and first[0].arg in ("self", "cls"):
        tags.add("method")
    if node.name.startswith("__") and node.name.endswith("__"):
        tags.add("dunder")
    if not line.rstrip().endswith("pass"):
        tags.add("def")
    return Facts(
        "def",
        True,
        frozenset(names.loads),
        frozenset({node.name}),
        frozenset(_parameters(arguments)),
        tags=frozenset(tags),
        name=node.name,
        head="def",
    )


def _header(node: ast.AST, kind: str) -> Facts:
    targets = _Names()
    reads: list[ast.AST] = []
    iterated: set[str] = set()
    tags: set[str] = set()
    if isinstance(node, ast.For | ast.AsyncFor):
        targets.visit(node.target)
        reads = [node.iter]
        inner = _collect([node.iter])
        iterated = inner.loads | inner.chains
    elif isinstance(node, ast.With | ast.AsyncWith):
        for item in node.items:
            reads.append(item.context_expr)
            if item.optional_vars is not None:
                targets.visit(item.optional_vars)
        tags |= {"managed:" + _callee(item.context_expr) for item in node.items}
    elif isinstance(node, ast.If | ast.While):
        reads = [node.test]
        if isinstance(node.test, ast.Compare) and chain(node.test.left) == "__name__":
            tags.add("main")
        if isinstance(node.test, ast.Constant):
            tags.add("forever")
    elif isinstance(node, ast.ExceptHandler):
        reads = [node.type] if node.type is not None else []
        targets.stores |= {node.name} if node.name else set()
    elif isinstance(node, ast.Match):
        reads = [node.subject]
    elif isinstance(node, ast.match_case):
        targets.visit(node.pattern)
        targets.stores |= {
            n.name for n in ast.walk(node.pattern) if isinstance(n, ast.MatchAs) and n.name
        }
    names = _collect(reads)
    return Facts(
        kind,
        True,
        frozenset(names.loads),
        frozenset(targets.stores | names.stores),
        frozenset(targets.stores),
        frozenset(names.chains),
        frozenset(tags),
        head=kind,
        iterated=frozenset(iterated),
    )


def _callee(node: ast.expr) -> str:
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _head(node: ast.AST) -> str:
    if isinstance(node, ast.Assign):
        return "=" + (chain(node.targets[0]).split(".")[0] if "." in chain(node.targets[0]) else "")
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return "call " + (chain(node.value.func) or _callee(node.value))
    return type(node).__name__


def _tags(node: ast.AST) -> set[str]:
    """The habits that a simple statement shows."""
    ending = _ENDINGS.get(type(node))
    if ending:
        return {ending}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {"import"}
    if isinstance(node, ast.AugAssign):
        return {"aug"} | ({"count"} if isinstance(node.value, ast.Constant) else set())
    if isinstance(node, ast.AnnAssign):
        return {"annotated"} | ({"selfset"} if chain(node.target).startswith("self.") else set())
    if isinstance(node, ast.Assign):
        return _assignment_tags(node)
    if isinstance(node, ast.Expr):
        return _expression_tags(node.value)
    if isinstance(node, ast.Assert):
        return {"assert"}
    if isinstance(node, ast.Global | ast.Nonlocal):
        return {"global"}
    return set()


def _assignment_tags(node: ast.Assign) -> set[str]:
    tags = {"assign"}
    target = chain(node.targets[0])
    if target.startswith("self."):
        tags.add("selfset")
    if target.isupper():
        tags.add("constant")
    if isinstance(node.targets[0], ast.Subscript):
        tags.add("subscript")
    value = node.value
    if isinstance(value, ast.Constant | ast.List | ast.Dict | ast.Set | ast.Tuple):
        tags.add("literal")
    if isinstance(value, ast.Call):
        callee = _callee(value)
        if callee[:1].isupper():
            tags.add("builds")
        if callee in ("item", "mean", "sum"):
            tags.add("reduces")
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
        tags.add("divides")
    return tags


def _expression_tags(value: ast.expr) -> set[str]:
    if isinstance(value, ast.Constant):
        if isinstance(value.value, str):
            return {"docstring"}
        return {"pass"} if value.value is ... else {"bare"}
    if isinstance(value, ast.Yield | ast.YieldFrom):
        return {"yield"}
    if isinstance(value, ast.Await):
        value = value.value
    if not isinstance(value, ast.Call):
        return {"bare"}
    callee = _callee(value)
    root = chain(value.func).split(".")[0].lower()
    tags = {"call"}
    if callee == "print":
        tags = {"print"}
        if all(isinstance(a, ast.Constant) for a in value.args):
            tags.add("banner")
    elif callee in ("zero_grad", "backward"):
        tags.add("training")
    elif callee == "step":
        tags.add("schedules" if "sched" in root else "training")
    elif callee in ("eval", "train") and not value.args:
        tags.add("mode")
    elif callee in _GROWING:
        tags.add("grows")
    elif callee in _KEEPING:
        tags.add("keeps")
    elif callee == "__init__" or (callee == "super"):
        tags.add("init")
    elif isinstance(value.func, ast.Name):
        tags.add("runs")
    return tags


def _guessed(line: str) -> Facts:
    """Facts of a line that is not Python, from its words alone."""
    words = frozenset(_NAME.findall(line))
    word = first_word(line)
    bound = _ASSIGNED.match(line)
    opens = line.rstrip().endswith(":") and word in _COMPOUND
    return Facts(
        word if opens else "simple",
        opens,
        loads=words,
        stores=frozenset({bound.group(1)}) if bound else frozenset(),
        head="?",
        valid=False,
    )
