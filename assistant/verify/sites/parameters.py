"""Shapes said of what a function is given, and of what an assignment takes apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from assistant.verify import expect
from assistant.verify.expect import Reading, Shape
from assistant.verify.sites.comments import Comment
from assistant.verify.sites.parsed import Parsed
from assistant.verify.sites.site import Site, site_of


def of_parameters(parsed: Parsed, comment: Comment) -> Iterator[Site]:
    """The shapes that a comment in the head of a function gives its parameters.

    A shape without a name is that of the one parameter on its line.
    """
    owner = parsed.headed_on(comment.line)
    first = next((node for node in owner.body if not _is_text(node)), None) if owner else None
    if owner is None or first is None:
        return
    every = [*owner.args.posonlyargs, *owner.args.args, *owner.args.kwonlyargs]
    names = [one.arg for one in every if one.arg not in ("self", "cls")]
    here = [one.arg for one in every if one.lineno == comment.line and one.arg in names]
    here = here if comment.trailing else names
    own = frozenset(names) & parsed.sizes
    for made in _each(parsed, comment, first, here):
        dims = _dims(made)
        numbers = all(isinstance(dim, int) for dim in dims)
        if numbers and 0 in dims:
            continue  # a range
        words = " ".join(str(dim) for dim in dims)
        sizes = tuple(sorted(name for name in own if name in words.split()))
        bare = numbers and made.text[:1] in "(["
        yield replace(made, how="given", names=sizes, lenient=bare)


def of_targets(parsed: Parsed, comment: Comment, statement: ast.stmt) -> list[Site]:
    """The shapes of what is taken apart: `out, (h, c) = lstm(x)  # out (L, N, H), h (1, N, H)`."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return []
    target = statement.targets[0]
    if not isinstance(target, (ast.Tuple, ast.List)):
        return []
    names = [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
    found = list(_each(parsed, comment, statement, names))
    return found if all(one.subject in comment.text for one in found) else []


def _each(
    parsed: Parsed, comment: Comment, statement: ast.stmt, names: list[str]
) -> Iterator[Site]:
    """One claim for each shape in a comment that is given to one of `names`."""
    for name, sizes, text in expect.named_shapes(comment.text, parsed.sizes):
        subject = name or (names[0] if len(names) == 1 else "")
        if subject in names:
            made = site_of(Reading(Shape(sizes), text), comment, statement, "expr")
            column = comment.column + max(0, comment.text.find(text))
            yield replace(made, subject=subject, column=column, bare=False)


def _dims(site: Site) -> tuple[int | str | None, ...]:
    return site.expectation.dims if isinstance(site.expectation, Shape) else ()


def _is_text(node: ast.stmt) -> bool:
    """Whether a statement is a docstring, before which nothing may stand."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
