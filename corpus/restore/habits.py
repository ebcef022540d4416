"""Python's habits as evidence: does a block end before this line?

For every line, each open block is asked from the innermost outwards whether it ends here.  The
evidence is a list of named features; their weights stand in `weights`.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.restore.facts import BUILTINS, Facts
from corpus.restore.weights import weights

if TYPE_CHECKING:
    from corpus.restore.program import Program

_GROUPS = {
    "for": "loop",
    "while": "loop",
    "if": "if",
    "elif": "if",
    "else": "else",
    "with": "with",
    "try": "try",
    "except": "except",
    "finally": "except",
    "def": "def",
    "class": "class",
    "match": "match",
    "case": "case",
}
ENDINGS = ("return", "raise", "break", "continue", "pass")


@dataclass(frozen=True, slots=True)
class Block:
    """An open block while the lines are being placed.

    Attributes:
        header: index of its header line.
        facts: of its header.
        count: statements that stand directly in it.
        last: facts of the latest of them.
        stores: names bound in it, in blocks inside it too, but not in inner scopes.
        before: names that were bound when it began.
        lasting: whether a line in it does more than to bind names.
        training: whether a step of training stands directly in it.
    """

    header: int
    facts: Facts
    count: int = 0
    last: Facts | None = None
    stores: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    lasting: bool = False
    training: bool = False

    @property
    def scope(self) -> bool:
        """Whether names bound inside stay inside."""
        return self.facts.kind in ("def", "class")

    def grown(self, line: Facts, *, direct: bool, stores: frozenset[str]) -> Block:
        """This block with one more line in it."""
        lasting = self.lasting or line.lasting
        if not direct and lasting == self.lasting and stores <= self.stores:
            return self
        last = line if direct else self.last
        count = self.count + direct
        names = self.stores if stores <= self.stores else self.stores | stores
        training = self.training or (direct and "training" in line.tags)
        return Block(self.header, self.facts, count, last, names, self.before, lasting, training)


def _bucket(count: int) -> str:
    return str(count) if count <= 3 else "4-6" if count <= 6 else "7+"


def evidence(
    program: Program, blocks: tuple[Block, ...], level: int, line: int, visible: frozenset[str]
) -> list[str]:
    """The features of the question whether `blocks[level]` ends before `line`.

    Args:
        program: the lines.
        blocks: all open blocks, outermost first; those inside `level` are taken to end.
        level: which block is asked.
        line: index of the line.
        visible: names bound outside `blocks[level]`, for a function's own block.
    """
    block = blocks[level]
    header = block.facts
    facts = program.facts[line]
    group = _GROUPS[header.kind]
    inner = level < len(blocks) - 1
    found = ["bias", "n=" + _bucket(block.count), "inner" if inner else "innermost"]
    if facts.kind != "simple":
        found.append("kind=" + facts.kind)
    found += ["tag=" + tag for tag in facts.tags]
    found += _layout(program, line)
    last = block.last
    if last is not None:
        ending = next((e for e in ENDINGS if e in last.tags), "")
        found.append("end=" + (ending or (last.kind if last.kind != "simple" else "-")))
        if last.head == facts.head and facts.head:
            found.append("alike")
    relation = _relation(block, facts)
    found += relation
    if facts.loads & (block.stores - block.before):
        found.append("fresh")
    if program.repeated(line, block.header, line):
        found.append("repeat")
    if line + 1 < len(program.lines) and program.repeated(line + 1, block.header, line):
        found.append("repeatbelow")
    found += _ahead(program, block, line, visible)
    found += _growth(program, blocks, level, facts)
    if facts.opens or facts.kind == "decorator":
        found += ["below:" + r for r in _relation(block, _joined(program, line))]
    if not block.lasting:
        found.append("idle")
    outer = _GROUPS[blocks[level - 1].facts.kind] if level else "top"
    found.append("in=" + outer)
    if header.name and header.name in facts.loads:
        found.append("ownname")
    if group == "def":
        lost = (facts.loads & (block.stores | header.targets)) - visible - BUILTINS
        found.append("lost" if lost else "kept")
        if not facts.loads & (block.stores | header.targets):
            found.append("nolocal")
        if "method" in header.tags and "self" not in facts.loads:
            found.append("noself")
    found += [t for t in header.tags if t in ("main", "method", "forever")]
    found += ["hdr:" + t for t in header.tags if t.startswith("managed:")]
    if "print" in facts.tags or "call" in facts.tags:
        found += [("print&" if "print" in facts.tags else "call&") + r for r in relation]
    comment = "c:" + program.comments[line]
    found += [comment + "&" + r for r in relation]
    if block.count == 1:
        found += ["one&" + r for r in relation]
    if line == len(program.facts) - 1:
        found.append("final")
    return [group + "|" + f for f in found]


def _layout(program: Program, line: int) -> list[str]:
    comment = "c:" + program.comments[line]
    if not program.spaced:
        return ["b:?", comment]
    blank = "b:" + str(min(program.blanks[line], 2))
    return [blank, comment, blank + comment]


def _relation(block: Block, facts: Facts) -> list[str]:
    """How the line's names relate to the block's."""
    header = block.facts
    own = block.stores - header.targets
    found = []
    if facts.loads & header.targets:
        found.append("target")
    elif header.targets:
        found.append("notarget")
    if block.last is not None and facts.loads & block.last.stores:
        found.append("uselast")
    if any(chain.endswith(".grad") for chain in facts.chains):
        found.append("gradient")
    if facts.loads & own:
        found.append("body")
    if not facts.loads & (header.targets | own):
        found.append("foreign" if header.targets else "foreign0")
    if facts.stores & own:
        found.append("again")
    if header.chains & facts.chains or (header.kind != "for" and header.loads & facts.loads):
        found.append("cond")
    if facts.stores & header.loads:
        found.append("setcond")
    if header.iterated & (facts.loads | facts.chains):
        found.append("iter")
    return found


def _joined(program: Program, line: int) -> Facts:
    """A header's facts together with those of the lines right below it."""
    facts = program.facts[line]
    loads, chains = facts.loads, facts.chains
    while program.facts[line].opens and line + 1 < len(program.facts):
        line += 1
        loads = loads | program.facts[line].loads
        chains = chains | program.facts[line].chains
    return replace(facts, loads=loads, chains=chains)


def _growth(program: Program, blocks: tuple[Block, ...], level: int, facts: Facts) -> list[str]:
    """Where the sums and collections that the line adds to were started."""
    header = blocks[level].header
    outer = blocks[level - 1].header if level else -1
    found = []
    for name in facts.grows:
        binds = program.binds.get(name, [])
        at = bisect_left(binds, header)
        if at == 0:
            found.append("grows:unknown")
            continue
        started = binds[at - 1]
        found.append("grows:near" if started > outer else "grows:far")
        later = at < len(binds) and binds[at] > header
        if later:
            found.append("grows:inside")
    return found


def _ahead(program: Program, block: Block, line: int, visible: frozenset[str]) -> list[str]:
    """What the lines below tell about the block."""
    found = []
    header = block.facts
    limit = program.next_scope[line + 1] if header.kind != "class" else len(program.facts)
    names = header.targets - (visible if header.kind == "def" else frozenset())
    if any(program.read_after(name, line) < limit for name in names):
        found.append("ahead")
    if header.kind in ("def", "class"):
        scope = min(program.next_scope[line], len(program.facts))
        called = program.reads.get(header.name, [])
        at = bisect_left(called, line)
        if at < len(called) and called[at] < scope:
            found.append("calledahead")
        if not called:
            found.append("uncalled")
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
    return found


def ends(features: list[str]) -> tuple[float, float]:
    """Log-probabilities that the block stays open and that it ends."""
    known = weights()
    score = sum(known.get(f, 0.0) for f in features)
    if score > 0:
        keep = -score - math.log1p(math.exp(-score))
        return keep, keep + score
    end = score - math.log1p(math.exp(score))
    return end - score, end
