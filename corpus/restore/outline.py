"""What a whole reading looks like: of each block its sort, its content, and what comes behind it.

`habits` judges whether a block ends before a line, knowing the lines above it as read so far.  Here
all lines have their place: so a value can be seen that a loop computes over and over and that is
read once, behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.restore.attributes import attributes_in
from corpus.restore.facts import BUILTINS, LOOPS
from corpus.restore.fates import fates
from corpus.restore.likeness import branch_before, likeness_behind, mirrored
from corpus.restore.nesting import Nesting
from corpus.restore.program import shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.restore.facts import Facts
    from corpus.restore.program import Program

_SIZES = (1, 2, 3, 5, 8, 13)
_MOST = 3
"""Like remarks about one block that are told apart by their count."""


Place = tuple[int, int, int, tuple[int, ...]]
"""All of a reading that remarks about one of its blocks come from: its header, the header around
it, where names bound in it are lost, and the depths of its lines and of those that it is held
against."""


def outline(
    program: Program, depths: Sequence[int], known: dict[Place, list[str]] | None = None
) -> dict[Place, list[str]]:
    """Remarks about each block of a reading, each a short word, and at last about the margin.

    Args:
        program: the lines.
        depths: for each line, in how many blocks it stands.
        known: what was found for other readings of the same program; it is added to.
    """
    tree = Nesting.of(program, depths)
    known = {} if known is None else known
    found: dict[Place, list[str]] = {}
    for header in sorted(tree.ends):
        place = _place(tree, header)
        if place not in known:
            known[place] = _block(tree, header)
        found[place] = known[place]
    found[-1, -1, -1, tuple(depths)] = _margin(tree)
    return found


def _place(tree: Nesting, header: int) -> Place:
    scope = tree.scope(header)
    other = branch_before(tree, header)
    first = header if other < 0 else other
    return (
        header,
        tree.parents[header],
        tree.ends[scope] if scope >= 0 else -1,
        tuple(tree.depths[first : tree.ends[header] + 2]),
    )


def _size(count: int) -> str:
    return str(next((size for size in _SIZES if count <= size), "more"))


def _counted(remarks: list[str]) -> list[str]:
    counts: dict[str, int] = {}
    for remark in remarks:
        counts[remark] = counts.get(remark, 0) + 1
    return [
        f"{remark}*{n}" if n > 1 else remark
        for remark, count in counts.items()
        for n in range(1, min(count, _MOST) + 1)
    ]


def _block(tree: Nesting, header: int) -> list[str]:
    facts = tree.program.facts
    own, end = facts[header], tree.ends[header]
    direct = tree.children[header]
    group = "loop" if own.kind in LOOPS else own.kind
    found = [f"n={_size(len(direct))}", f"all={_size(end - header)}"]
    parent = tree.parents[header]
    found.append("in=" + (facts[parent].kind if parent >= 0 else "margin"))
    found += _tail(tree, header)
    found += _content(tree, header)
    found += fates(tree, header)
    found += _spacing(tree, header)
    found += attributes_in(tree, header) + likeness_behind(tree, header) + mirrored(tree, header)
    if own.kind == "def":
        found += _function(tree, header)
    words = _counted(found)
    words += [f"{group}|{word}" for word in words]
    after = facts[end + 1].category if end + 1 < len(facts) else "end"
    for tag in sorted(own.tags):
        words += [f"hdr:{tag}", f"hdr:{tag}|n={_size(len(direct))}", f"hdr:{tag}|after={after}"]
    return words


def _tail(tree: Nesting, header: int) -> list[str]:
    """How the block ends, and what comes behind it."""
    facts, end = tree.program.facts, tree.ends[header]
    direct = tree.children[header]
    if not direct:
        return ["empty"]
    last = facts[direct[-1]]
    found = ["last=" + last.category]
    if last.verb:
        found.append("lastverb=" + last.verb)
    if end + 1 == len(facts):
        return [*found, "after=end", f"last={last.category}>end"]
    after = facts[end + 1]
    fall = tree.depths[header] - tree.depths[end + 1]
    found += [
        f"fall={fall}",
        "after=" + after.category,
        f"last={last.category}>{after.category}",
        f"after={after.category}&fall={fall}",
    ]
    if after.verb:
        found += ["afterverb=" + after.verb, f"{last.verb}>{after.verb}"]
        found += [f"has={facts[line].verb}>{after.verb}" for line in direct if facts[line].verb]
    alike = {shape(facts[line]) for line in direct}
    if shape(after) in alike:
        found.append("after=alike" if after.kind == "simple" else "after=alikeheader")
    if shape(after) == shape(last):
        found.append("after=likelast")
    return found


def _content(tree: Nesting, header: int) -> list[str]:
    facts = tree.program.facts
    own = facts[header]
    direct = tree.children[header]
    found = ["first=" + facts[line].category for line in direct[:1]]
    found += [f"told:{tree.program.told[line]}&{facts[line].category}" for line in direct]
    if tree.ends[header] + 1 < len(facts):
        behind = tree.ends[header] + 1
        found.append(f"behind:{tree.program.told[behind]}&{facts[behind].category}")
    found += ["does=" + category for category in sorted({facts[line].category for line in direct})]
    found += ["calls=" + verb for verb in sorted({facts[line].verb for line in direct} - {""})]
    training = [facts[line].verb for line in direct if "training" in facts[line].tags]
    if training:
        found.append("training=" + "+".join(sorted(set(training))))
    if own.kind == "class":
        return found
    bound = set(own.targets)
    for line in range(header + 1, tree.ends[header] + 1):
        bound |= facts[line].stores
    for place, line in enumerate(direct):
        one = facts[line]
        if one.kind != "simple" or not one.loads or one.loads & bound:
            continue
        found.append("apart=" + one.category)
        if one.verb:
            found.append("apart:" + one.verb)
        if place == len(direct) - 1 and place:
            found += ["lastapart", "lastapart=" + one.category]
    inside = range(header + 1, tree.ends[header] + 1)
    if own.targets and not any(facts[line].loads & own.targets for line in inside):
        found.append("targetunread")
    if len(direct) > 1 and own.targets:
        tail = facts[direct[-1]]
        if not tail.opens and not tail.loads & own.targets:
            found.append("lasttargetless")
    return found


def _spacing(tree: Nesting, header: int) -> list[str]:
    """Whether empty lines and comments stand where blocks end."""
    program, end = tree.program, tree.ends[header]
    found = []
    places = [("behind", end + 1)] if end + 1 < len(program.facts) else []
    places += [("within", line) for line in tree.children[header][1:]]
    for name, line in places:
        if program.spaced:
            found.append(f"{name}:blank={min(program.blanks[line], 2)}")
        if program.comments[line] != "none":
            found.append(f"{name}:comment={program.comments[line]}")
            found += [f"{name}:says={word}" for word in program.notes[line]]
    if program.spaced:
        leads = bool(program.blanks[header]) or not header
        within = program.paragraphs[end] - program.paragraphs[header]
        rest = min(program.next_gap[end + 1], len(program.facts)) - end - 1
        closed = "closed" if not rest else f"rest={min(rest, 3)}"
        found += [f"paragraph:{closed}", f"paragraph:{leads}&{min(within, 2)}&{closed}"]
    return found


def _function(tree: Nesting, header: int) -> list[str]:
    facts = tree.program.facts
    own, end = facts[header], tree.ends[header]
    inside = range(header + 1, end + 1)
    bound, read = set(own.targets), set[str]()
    leaves = 0
    for line in inside:
        bound |= facts[line].stores
        read |= facts[line].loads
        leaves += bool(facts[line].tags & {"return", "yield"})
    found = [f"returns={min(leaves, 2)}"]
    direct = tree.children[header]
    last = facts[direct[-1]] if direct else own
    if leaves and "return" not in last.tags:
        found.append("endsopen=" + last.category)
    if own.targets - read - {"self", "cls"}:
        found.append("parameterunread")
    for line in direct:
        one: Facts = facts[line]
        if one.kind == "simple" and one.loads and not one.loads & bound:
            found.append("foreign=" + one.category)
        if one.stores and one.kind == "simple" and not one.lasting and not one.stores & read:
            found.append("unreadlocal")
    before = tree.program.binds
    outside = {
        name
        for name in bound - own.targets
        if any(not header <= at <= end for at in before.get(name, ()))
    }
    behind = range(end + 1, len(facts))
    if any(facts[line].loads & (bound - outside) - BUILTINS for line in behind):
        found.append("leaks")
    if own.name and any(own.name in facts[line].loads for line in inside):
        found.append("callsitself")
    called = any(own.name in facts[line].loads for line in behind)
    found.append("called" if called else "uncalled")
    return found


def _margin(tree: Nesting) -> list[str]:
    """What stands at the margin, and how far into a block the program ends."""
    facts = tree.program.facts
    lines = tree.children[-1]
    deep = min(tree.depths[-1], 3) if facts else 0
    found = [f"margin:n={_size(len(lines))}", f"margin:enddepth={deep}"]
    found += ["margin:last=" + facts[line].category for line in lines[-1:]]
    kinds = {facts[line].kind for line in lines}
    plain = [line for line in lines if facts[line].category not in ("import", "def", "class")]
    found.append("margin:definitions" if not plain else "margin:script")
    if "def" in kinds or "class" in kinds:
        behind = [line for line in plain if line > min(tree.ends)]
        found.append(f"margin:behind={_size(len(behind))}")
    places: dict[str, set[int]] = {}
    for line in range(len(facts)):
        places.setdefault(tree.program.lines[line].text, set()).add(tree.depths[line])
    found += ["margin:samelineunlike"] * sum(len(depths) > 1 for depths in places.values())
    return _counted(found)
