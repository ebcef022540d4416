"""Python's habits as evidence: does a block end before this line?

For every line, each open block is asked from the innermost outwards whether it ends here.  The
evidence is a list of named features; their weights stand in `weights`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from corpus.restore.facts import BUILTINS, LOOPS
from corpus.restore.lookahead import ahead
from corpus.restore.parallels import parallels
from corpus.restore.relations import joined, outer_relations, relations
from corpus.restore.weights import EVERY, weights

if TYPE_CHECKING:
    from corpus.restore.block import Block
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
_TOLD = frozenset({"print", "assert", "call", "runs", "keeps", "other"})
"""Categories of lines whose words count."""


def evidence(
    program: Program,
    blocks: tuple[Block, ...],
    level: int,
    line: int,
    visible: frozenset[str],
    parents: tuple[int, ...],
) -> tuple[str, list[str]]:
    """The group and features of the question whether `blocks[level]` ends before `line`.

    Args:
        program: the lines.
        blocks: all open blocks, outermost first; those inside `level` are taken to end.
        level: which block is asked.
        line: index of the line.
        visible: names bound outside `blocks[level]`, for a function's own block.
        parents: for each line above, the header of the block in which it stands.
    """
    block = blocks[level]
    header = block.facts
    facts = program.facts[line]
    group = _GROUPS[header.kind]
    category = facts.category
    inner = "inner" if level < len(blocks) - 1 else "innermost"
    size = "n=" + _bucket(block.count)
    above = _GROUPS[blocks[level - 1].facts.kind] if level else "top"
    found = [
        "bias",
        size,
        inner,
        "in=" + above,
        "cat=" + category,
        f"{inner}&{category}",
    ]
    found += ["tag=" + tag for tag in facts.tags]
    layout = _layout(program, line)
    found += layout
    last = block.last
    ending = "-"
    if last is not None:
        ending = last.category
        found += ["end=" + ending, f"end={ending}&{category}", f"end={ending}&{inner}"]
        if last.head == facts.head and facts.head:
            found.append("alike")
        if last.verb and facts.verb:
            found.append(f"{last.verb}>{facts.verb}")
        if last.root and last.root == facts.root:
            found.append("sameroot")
    relation = relations(block, facts, program, line)
    outer = outer_relations(blocks, level, facts)
    if facts.opens or facts.kind == "decorator":
        relation += ["below:" + r for r in relations(block, joined(program, line), program, line)]
    if not block.lasting:
        relation.append("idle")
    relation += outer
    relation += parallels(program, block, line, parents)
    relation += ahead(program, block, line, visible)
    present = {r.split(":")[0] for r in relation}
    relation += [
        "no " + r
        for r in ("ahead", "fresh", "body", "uselast", "outer", "run", "readby")
        if r not in present
    ]
    found += relation
    found += [f"has={d}&{category}" for d in block.does]
    if facts.verb:
        found += [f"has={d}&{facts.verb}" for d in block.does]
    if header.name:
        found += [f"named:{w}" for w in header.name.lower().split("_")]
    for key in (category, inner, size, "in=" + above, *layout, "end=" + ending):
        found += [f"{key}&{r}" for r in relation]
    short = sorted(set(relation))
    found += [f"{a}&{b}" for i, a in enumerate(short) for b in short[i + 1 :]]
    if header.name and header.name in facts.loads:
        found.append("ownname")
    if group == "def":
        lost = (facts.loads & (block.stores | header.targets)) - visible - BUILTINS
        found.append("lost" if lost else "kept")
        if not facts.loads & (block.stores | header.targets):
            found.append("nolocal")
        if "method" in header.tags and "self" not in facts.loads:
            found.append("noself")
    for tag in header.tags:
        found += ["hdr:" + tag, f"hdr:{tag}&{category}", f"hdr:{tag}&{size}"]
    if category in _TOLD:
        found += [f"word:{w}" for w in facts.words]
    if facts.verb:
        found += ["verb:" + facts.verb, f"verb:{facts.verb}&{inner}"]
    found += ["says:" + w for w in program.notes[line]]
    left = len(program.facts) - line
    found.append("left=" + str(min(left, 4)))
    found.append(f"left={min(left, 4)}&{category}")
    if group == "loop" and header.kind in LOOPS:
        found.append("kind=" + header.kind)
    return group, found


def _bucket(count: int) -> str:
    return str(count) if count <= 3 else "4-6" if count <= 6 else "7+"


def _layout(program: Program, line: int) -> list[str]:
    comment = "c:" + program.comments[line]
    if not program.spaced:
        return ["b:?", comment]
    blank = "b:" + str(min(program.blanks[line], 2))
    return [blank, comment, blank + comment]


def ends(group: str, features: list[str]) -> tuple[float, float]:
    """Log-probabilities that a block stays open and that it ends.

    Args:
        group: of its header.
        features: as `evidence` gives them.
    """
    known = weights()
    own = known.get(group, known[EVERY])
    score = sum(own[f] for f in set(features) if f in own)
    if score > 0:
        keep = -score - math.log1p(math.exp(-score))
        return keep, keep + score
    end = score - math.log1p(math.exp(score))
    return end - score, end
