"""Tables in comments whose rows name a layer, what it makes and how many parameters it has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.verify import expect
from assistant.verify.expect import Maps, Property, Reading, Shape
from assistant.verify.properties.holds import HELD
from assistant.verify.sites.comments import Comment
from assistant.verify.sites.parsed import Parsed
from assistant.verify.sites.site import Site, is_constructor, site_of

_ROW = re.compile(
    r"(?P<name>[^\W\d]\w*)[\s|:]+(?P<sizes>\([\w*, ]+\)|\[[\w*, ]+\])?(?:[\s|,]+|(?<=[\s|:]))"
    r"(?P<count>\d[\d,_]*)(?: params?| parameters)?[\s|]*$"
)
FEWEST = 2
"""Rows of a table."""


def of_layers(parsed: Parsed, block: Sequence[Comment]) -> Iterator[Site]:
    """The claims of a table in a block of comments: of each row's layer.

    Its parameters are counted.  That a layer makes its shape of the one in the row above can only
    be borne out: what a `forward` does between the two is not in the table.
    """
    rows = [(one, hit) for one in block if (hit := _ROW.match(one.text)) is not None]
    if len(rows) < FEWEST or not any("param" in one.text.lower() for one in block):
        return
    made = _layers(parsed)
    if not all(hit["name"] in made for _, hit in rows):
        return
    above: Shape | None = None
    for comment, hit in rows:
        statement, layer = made[hit["name"]]
        count = f"{re.sub('[,_]', '', hit['count'])} parameters"
        read = Reading(Property(count), comment.text)
        counted = site_of(read, comment, statement, "expr")
        yield replace(counted, subject=HELD.format(it=layer), bare=False)
        told = expect.read(hit["sizes"]) if hit["sizes"] else None
        shape = told.expectation if told is not None else None
        if isinstance(shape, Shape) and above is not None:
            maps = Reading(Maps(above.dims, shape.dims), hit["sizes"])
            site = replace(site_of(maps, comment, statement, "maps"), subject=layer)
            yield replace(site, column=comment.column + hit.start("sizes"), lenient=True)
        above = shape if isinstance(shape, Shape) else None


def _layers(parsed: Parsed) -> dict[str, tuple[ast.stmt, str]]:
    """Which statement makes an attribute, by its name, and how it is called there."""
    found: dict[str, list[tuple[ast.stmt, str]]] = {}
    for node in parsed.statements:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target = node.targets[0]
        plain = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
        if plain and isinstance(node.value, ast.Call) and is_constructor(node.value):
            assert isinstance(target, ast.Attribute)
            found.setdefault(target.attr, []).append((node, ast.unparse(target)))
    return {name: made[0] for name, made in found.items() if len(made) == 1}
