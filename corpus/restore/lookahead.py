"""What the lines below tell about a block."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.restore.block import Block
    from corpus.restore.program import Program


def ahead(program: Program, block: Block, line: int, visible: frozenset[str]) -> list[str]:
    """Features of what follows `line`, for the question whether `block` ends before it.

    Args:
        program: the lines.
        block: the block that is asked.
        line: index of the line.
        visible: names bound outside the block, for a function's own block.
    """
    found = []
    header = block.facts
    count = len(program.facts)
    limit = program.next_scope[line + 1] if header.kind != "class" else count
    names = header.targets - (visible if header.kind == "def" else frozenset())
    if any(program.read_after(name, line) < limit for name in names):
        found.append("ahead")
    if header.kind in ("def", "class"):
        found += _calls_ahead(program, header.name, line)
    if header.kind == "def":
        if program.next_return[line + 1] < limit:
            found.append("returnahead")
        own = block.stores - visible
        if any(program.read_after(name, line) < limit for name in own):
            found.append("localahead")
    loop = program.next_loop[line + 1]
    if header.kind in ("for", "while") and program.next_training[line + 1] < min(loop, limit):
        found.append("trainahead")
    if block.training and program.next_training[line] < min(program.next_opener[line], limit):
        found.append("amidtraining")
    if header.kind in ("if", "elif", "try", "except"):
        clause = program.next_clause[line + 1]
        if clause < program.next_opener[line + 1]:
            found.append("clauseahead:" + program.facts[clause].kind)
    return found + _run(program, block, line)


def _calls_ahead(program: Program, name: str, line: int) -> list[str]:
    scope = min(program.next_scope[line], len(program.facts))
    called = program.reads.get(name, [])
    at = bisect_left(called, line)
    found = []
    if at < len(called) and called[at] < scope:
        found.append("calledahead")
    if not called:
        found.append("uncalled")
    return found


def _run(program: Program, block: Block, line: int) -> list[str]:
    """Lines of one sort that follow one another belong together."""
    end = program.run[line]
    following = program.facts[end + 1] if end + 1 < len(program.facts) else None
    found = ["then=" + (following.category if following else "end")]
    if end > line:
        found.append(f"run={min(end - line + 1, 3)}")
        found.append(f"run&{program.facts[line].category}")
        reads = frozenset[str]().union(*(program.facts[i].loads for i in range(line, end + 1)))
        if reads & block.facts.targets:
            found.append("run:target")
        if reads & (block.stores - block.before - block.facts.targets):
            found.append("run:fresh")
    if following is not None and following.loads & block.facts.targets:
        found.append("then:target")
    stores = program.facts[line].stores
    if stores:
        reader = min((program.read_after(name, line) for name in stores), default=1 << 30)
        if reader < len(program.facts):
            found.append("readby=" + program.facts[reader].category)
            if program.facts[reader].loads & block.facts.targets:
                found.append("readby:target")
        elif not program.facts[line].lasting:
            found.append("unread" if not stores & block.exposed else "fedback")
    return found
