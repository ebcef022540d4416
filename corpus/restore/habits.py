"""Python's habits as evidence: does a block end before this line?

For every line, each open block is asked from the innermost outwards whether it ends here.  The
evidence is a list of named features; the networks weigh them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.restore.attributes import attributes
from corpus.restore.facts import BUILTINS
from corpus.restore.likeness import branches, likeness
from corpus.restore.lookahead import ahead
from corpus.restore.parallels import parallels
from corpus.restore.relations import joined, outer_relations, relations

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
) -> list[str]:
    """What speaks for or against `blocks[level]` ending before `line`, each a short word.

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
    above = _GROUPS[blocks[level - 1].facts.kind] if level else "top"
    telling = [inner, "n=" + _bucket(block.count), "in=" + above, "cat=" + category]
    telling += [f"{inner}&{category}", f"far={_bucket((line - block.header) // 2)}"]
    telling += _layout(program, line) + _paragraph(program, block, line)
    found = ["tag=" + tag for tag in facts.tags]
    last = block.last
    if last is not None:
        telling += ["end=" + last.category, f"end={last.category}&{category}"]
        if last.head == facts.head and facts.head:
            telling.append("alike")
        if last.verb and facts.verb:
            found.append(f"{last.verb}>{facts.verb}")
        if last.root and last.root == facts.root:
            telling.append("sameroot")
    telling += relations(block, facts, program, line)
    telling += outer_relations(blocks, level, facts)
    telling += attributes(block, facts) + likeness(program, block, line) + branches(block, facts)
    if facts.opens or facts.kind == "decorator":
        telling += ["below:" + r for r in relations(block, joined(program, line), program, line)]
    if not block.lasting:
        telling.append("idle")
    telling += parallels(program, block, line, parents)
    telling += ahead(program, block, line, visible)
    if header.name and header.name in facts.loads:
        telling.append("ownname")
    if group == "def":
        lost = (facts.loads & (block.stores | header.targets)) - visible - BUILTINS
        telling.append("lost" if lost else "kept")
        if not facts.loads & (block.stores | header.targets):
            telling.append("nolocal")
        if "method" in header.tags and "self" not in facts.loads:
            telling.append("noself")
    left = len(program.facts) - line
    telling.append("left=" + str(min(left, 4)))
    found += [f"has={d}&{category}" for d in block.does]
    if facts.verb:
        found += [f"has={d}&{facts.verb}" for d in block.does]
        found += ["verb:" + facts.verb, f"verb:{facts.verb}&{inner}"]
    if header.name:
        found += [f"named:{w}" for w in header.name.lower().split("_")]
    for tag in header.tags:
        found += ["hdr:" + tag, f"hdr:{tag}&{category}"]
    if category in _TOLD:
        found += [f"word:{w}" for w in facts.words]
    found += ["says:" + w for w in program.notes[line]]
    found += telling
    found += [f"{group}|{name}" for name in telling]
    found += ["kind=" + header.kind, "kind=" + header.kind + "&" + category]
    return found


def _bucket(count: int) -> str:
    return str(count) if count <= 3 else "4-6" if count <= 6 else "7+"


def _layout(program: Program, line: int) -> list[str]:
    comment, told = "c:" + program.comments[line], "t:" + program.told[line]
    found = [comment, told, f"{told}&{program.facts[line].category}"]
    if line:
        found.append("above:" + program.told[line - 1])
    if not program.spaced:
        return [*found, "b:?"]
    blank = "b:" + str(min(program.blanks[line], 2))
    return [*found, blank, blank + comment]


def _paragraph(program: Program, block: Block, line: int) -> list[str]:
    """Whether empty lines stand between the block's header and the line, and how soon behind it."""
    if not program.spaced:
        return []
    apart = min(program.paragraphs[line] - program.paragraphs[block.header], 3)
    left = min(program.next_gap[line + 1], len(program.facts)) - line
    leads = "head" if program.blanks[block.header] or not block.header else "amid"
    fresh = "new" if program.blanks[line] else "on"
    return [
        f"para={apart}",
        f"para={apart}&{leads}&{fresh}",
        f"paraleft={min(left, 4)}&{fresh}",
        f"para={apart}&left={min(left, 3)}&{fresh}",
    ]


def traits(program: Program, line: int) -> list[str]:
    """What a line is by itself, each trait a short word: what the network reads of it."""
    facts = program.facts[line]
    found = ["kind=" + facts.kind, "cat=" + facts.category, "head=" + facts.head]
    found += ["tag=" + tag for tag in facts.tags]
    found += ["reads=" + name for name in facts.loads]
    found += ["binds=" + name for name in facts.stores]
    found += ["target=" + name for name in facts.targets]
    found += ["calls=" + name for name in facts.calls]
    found += ["chain=" + name for name in facts.chains]
    found += ["grows=" + name for name in facts.grows]
    found += ["word=" + word for word in facts.words]
    found += ["says=" + word for word in program.notes[line]]
    found += ["named=" + word for word in facts.name.lower().split("_") if word]
    if facts.verb:
        found.append("verb=" + facts.verb)
    if facts.root:
        found.append("root=" + facts.root)
    return found + _layout(program, line)
