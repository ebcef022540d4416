"""Finds what a snippet says of itself: each comment that claims something, and of which code.

A trailing comment speaks of the statement that ends on its line; a block of comments right behind a
statement may show what that printed; commented-out code may say that it fails.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.verify.expect import Each, Shape, Values, sizes_of
from assistant.verify.sites.blocks import in_blocks
from assistant.verify.sites.comments import Comment, comments_of, split_commented
from assistant.verify.sites.parsed import Parsed
from assistant.verify.sites.site import Site
from assistant.verify.sites.trailing import trailing

__all__ = ["Comment", "Site", "comments_of", "find_sites", "split_commented"]


def find_sites(code: str) -> list[Site]:
    """Every claim in the comments of `code`, in the order of its lines."""
    try:
        parsed = Parsed(code)
    except (SyntaxError, ValueError, RecursionError):
        return []
    found: list[Site] = []
    for comment in parsed.comments:
        if comment.trailing:
            found.extend(trailing(parsed, comment))
    taken = {line for site in found for line in range(site.line + 1, site.end_line + 1)}
    found.extend(in_blocks(parsed, taken))
    found.sort(key=lambda site: (site.line, site.column))
    return [
        site if site.how == "given" else replace(site, names=_sizes(site, parsed)) for site in found
    ]


def _sizes(site: Site, parsed: Parsed) -> tuple[str, ...]:
    """The names in a claimed shape that stand for a size in the code as well."""
    expected = site.expectation
    dims: tuple[int | str | None, ...] = ()
    expected = expected.expected if isinstance(expected, Each) else expected
    if isinstance(expected, Shape):
        dims = expected.dims
    elif isinstance(expected, Values):
        dims = next(filter(None, map(sizes_of, expected.nodes)), ())
    words = set(re.findall(r"[^\W\d]\w*", " ".join(str(dim) for dim in dims)))
    known = words & parsed.sizes
    if not words <= parsed.sizes:
        # "(B, C, h, w)" need not mean `self.h`.
        known -= {name for name in parsed.attributes if len(name) == 1}
    return tuple(sorted(known))
