"""What one logical line does: the names it reads and binds, and which habits it shows."""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus import syntax
from corpus.restore.names import Names, callee, imported, names_of, parameters
from corpus.restore.syntax import ends_in_colon, first_word, statements
from corpus.restore.tags import GROWING, category, tags_of

BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}
CLAUSES = frozenset({"elif", "else", "except", "finally"})
LOOPS = frozenset({"for", "while"})
_COMPOUND = (
    frozenset({"def", "class", "for", "while", "if", "try", "with", "match", "case"}) | CLAUSES
)
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_TERM = re.compile(r"[A-Za-z]+|\d+")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)")
_LASTING = frozenset(
    "print call training schedules mode keeps runs aug subscript selfset return yield raise assert"
    " break continue".split()
)


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
        calls: last names of what it calls, the outermost among them.
        words: lower-case words of its strings.
        verb: last name of its outermost call, behind a `=` when the result is bound.
        root: the object whose method it calls, or whose attribute it binds.
        category: the one word that says most about it, as `tags.category` chooses it.
        sets: dotted names, such as `self.total`, that it binds or adds to.
        terms: its words and numbers, whatever they are.
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
    calls: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    verb: str = ""
    root: str = ""
    category: str = "other"
    sets: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()

    @property
    def lasting(self) -> bool:
        """Whether it does more than to bind names anew: a loop without such a line is idle."""
        return bool(self.tags & _LASTING) or bool(self.stores & self.loads) or bool(self.grows)


@lru_cache(maxsize=2048)
def facts_of(line: str) -> Facts:
    """The facts of one logical line, guessed from its words when it is not Python."""
    facts = _facts(line)
    terms = frozenset(_TERM.findall(line))
    return replace(facts, category=category(facts.kind, facts.tags), terms=terms)


def _facts(line: str) -> Facts:
    nodes = statements(line)
    if not nodes:
        return _guessed(line)
    opens = ends_in_colon(line)
    if line.startswith("@"):
        names = names_of([nodes[0].decorator_list[0]])  # type: ignore[attr-defined]
        return Facts("decorator", loads=frozenset(names.loads), head="@")
    word = first_word(line)
    if word == "async":
        word = line.split()[1]
    kind = word if (opens or word in CLAUSES) and word in _COMPOUND else "simple"
    node = nodes[0]
    if kind == "simple" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return Facts(
            stores=frozenset({node.name}),
            name=node.name,
            tags=frozenset({"oneline"}),
            head=word,
        )
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return _function(node, line)
    if isinstance(node, ast.ClassDef):
        names = names_of([*node.bases, *node.keywords])
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
    names = names_of(nodes)
    stores = names.stores | imported(nodes)
    tags = {tag for one in nodes for tag in tags_of(one)}
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
        calls=frozenset(names.calls),
        words=frozenset(names.words),
        verb=_verb(node),
        root=_root(node),
        sets=frozenset(name for one in nodes for name in _set(one)),
    )


def _grown(node: ast.AST) -> set[str]:
    """Names of the collections or sums that a statement adds to."""
    target = _added_to(node)
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        target = node.targets[0]
    while isinstance(target, ast.Subscript | ast.Attribute):
        target = target.value
    return {target.id} if isinstance(target, ast.Name) and target.id != "self" else set()


def _added_to(node: ast.AST) -> ast.AST | None:
    """What `total += …` and `losses.append(…)` add to."""
    if isinstance(node, ast.AugAssign):
        return node.target
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        if isinstance(function, ast.Attribute) and function.attr in GROWING:
            return function.value
    return None


def _set(node: ast.AST) -> set[str]:
    """Dotted names that a statement binds or adds to."""
    targets: list[ast.AST | None] = [_added_to(node)]
    if isinstance(node, ast.Assign):
        targets += node.targets
    elif isinstance(node, ast.AnnAssign):
        targets.append(node.target)
    found = set()
    while targets:
        target = targets.pop()
        if isinstance(target, ast.Tuple | ast.List):
            targets += target.elts
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Attribute):
            found.add(syntax.dotted(target))
    return found - {""}


def _aug(node: ast.AugAssign) -> set[str]:
    return {node.target.id} if isinstance(node.target, ast.Name) else set()


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, line: str) -> Facts:
    arguments = node.args
    names = names_of([*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)])
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
        frozenset(parameters(arguments)),
        tags=frozenset(tags),
        name=node.name,
        head="def",
    )


def _header(node: ast.AST, kind: str) -> Facts:
    targets = Names()
    reads: list[ast.AST] = []
    iterated: set[str] = set()
    tags: set[str] = set()
    if isinstance(node, ast.For | ast.AsyncFor):
        targets.visit(node.target)
        reads = [node.iter]
        tags |= {"each:" + name for name in names_of([node.target]).stores}
        tags.add("over:" + callee(node.iter))
        inner = names_of([node.iter])
        iterated = inner.loads | inner.chains
    elif isinstance(node, ast.With | ast.AsyncWith):
        for item in node.items:
            reads.append(item.context_expr)
            if item.optional_vars is not None:
                targets.visit(item.optional_vars)
        tags |= {"manages:" + callee(item.context_expr) for item in node.items}
    elif isinstance(node, ast.If | ast.While):
        reads = [node.test]
        if isinstance(node.test, ast.Compare) and syntax.dotted(node.test.left) == "__name__":
            tags.add("main")
        if isinstance(node.test, ast.Constant):
            tags.add("forever")
        tags.add("test:" + _test(node.test))
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
    names = names_of(reads)
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
        calls=frozenset(names.calls),
    )


def _root(node: ast.AST) -> str:
    """The object that a statement is about: `optimizer` of `optimizer.step()`."""
    inner: ast.AST = node
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        inner = node.value.func
    elif isinstance(node, ast.Assign):
        inner = node.targets[0]
    while isinstance(inner, ast.Attribute | ast.Subscript | ast.Call):
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    return inner.id if isinstance(inner, ast.Name) else ""


def _test(node: ast.expr) -> str:
    """What kind of condition it is."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return "not"
    if isinstance(node, ast.Compare):
        if any(
            isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mod) for part in ast.walk(node)
        ):
            return "modulo"
        return type(node.ops[0]).__name__
    return type(node).__name__


def _head(node: ast.AST) -> str:
    if isinstance(node, ast.Assign):
        return "=" + (
            syntax.dotted(node.targets[0]).split(".")[0]
            if "." in syntax.dotted(node.targets[0])
            else ""
        )
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return "call " + (syntax.dotted(node.value.func) or callee(node.value))
    return type(node).__name__


def _verb(node: ast.AST) -> str:
    """What a statement calls at its outermost, marked when the result is bound; or nothing."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return callee(node.value)
    if isinstance(node, ast.Assign | ast.AugAssign) and isinstance(node.value, ast.Call):
        return "=" + callee(node.value)
    return ""


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
