"""Names that a page gives to sizes: within one function each stands for one size.

`ids: (B, T)` in the head of a function, `(B, T, 16)` behind one of its lines and then `(B, T)` for
what has other sizes: whatever the names mean, one of the three is wrong.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.types import State
from assistant.verify.expect import Shape
from assistant.verify.judge import Judgement
from assistant.verify.sites import Site
from corpus import syntax

FEWEST = 2
"""Claims that have to agree on a size before another is held to it."""


def consistent(code: str, sites: Sequence[Site], judged: list[Judgement]) -> list[Judgement]:
    """Takes back the confirmation of a shape whose names stand for other sizes all around it.

    It is refuted where the head of the function gives the name its size.

    Args:
        code: the snippet.
        sites: its claims.
        judged: what was found of each.
    """
    named: dict[tuple[int, str], list[tuple[int, int]]] = {}
    known: dict[tuple[int, int], frozenset[str]] | None = None
    for place, (site, one) in enumerate(zip(sites, judged, strict=True)):
        sizes = _sizes(site, one)
        if sizes and known is None:
            known = _functions(code)
        owner = max((span for span in known or () if span[0] <= site.line <= span[1]), default=None)
        if owner is None or known is None:
            continue
        for name, size in sizes.items():
            if name not in known[owner]:
                named.setdefault((owner[0], name), []).append((place, size))
    found = list(judged)
    for (_, name), uses in named.items():
        odd = _odd_one(uses)
        if odd is None or found[odd].state != "confirmed":
            continue
        other = next(size for place, size in uses if place != odd)
        note = f"{name} is {other} in the claims around it"
        in_head = any(sites[place].how == "given" for place, _ in uses if place != odd)
        state: State = "refuted" if in_head and sites[odd].how != "given" else "unverifiable"
        found[odd] = replace(found[odd], state=state, note=note)
    return found


def _odd_one(uses: Sequence[tuple[int, int]]) -> int | None:
    """The one claim that gives a name another size than all others, if they are enough."""
    for place, size in uses:
        others = [other for at, other in uses if at != place]
        if len(others) >= FEWEST and len(set(others)) == 1 and others[0] != size:
            return place
    return None


def _sizes(site: Site, judged: Judgement) -> dict[str, int]:
    """What the names of a confirmed shape stand for."""
    expected = site.expectation
    if not isinstance(expected, Shape) or judged.state != "confirmed" or site.lenient:
        return {}
    sizes = re.fullmatch(r"\((\d+(?:, \d+)*),?\)", judged.observed)
    seen = [int(one) for one in sizes[1].split(", ")] if sizes else []
    if len(seen) != len(expected.dims):
        return {}
    pairs = zip(expected.dims, seen, strict=True)
    return {name: size for name, size in pairs if isinstance(name, str) and name.isidentifier()}


def _functions(code: str) -> dict[tuple[int, int], frozenset[str]]:
    """First and last lines of the functions of a snippet, and the names that have a value there."""
    tree = syntax.tree(code)
    if tree is None:
        return {}
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    outer = [node for node in tree.body if not isinstance(node, (*kinds, ast.ClassDef))]
    shared = {name for node in outer for name in _bound(node)}
    shared |= {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    return {
        (node.lineno, node.end_lineno or node.lineno): frozenset(shared | _bound(node))
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    }


def _bound(node: ast.AST) -> set[str]:
    """Names that a piece of code binds, those of parameters among them."""
    parts = list(ast.walk(node))
    names = [part for part in parts if isinstance(part, ast.Name)]
    stored = {part.id for part in names if isinstance(part.ctx, ast.Store)}
    return stored | {part.arg for part in parts if isinstance(part, ast.arg)}
