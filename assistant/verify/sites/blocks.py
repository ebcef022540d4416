"""Claims in blocks of comments right behind a statement: what it printed or made."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from assistant.verify import expect, properties
from assistant.verify.expect import Fails, Printed, Reading, Value, Values, Works
from assistant.verify.literals import Angle, Call, Const, Num, Seq
from assistant.verify.sites.ascribed import ascribed
from assistant.verify.sites.commented import commented_code
from assistant.verify.sites.comments import Comment
from assistant.verify.sites.layers import of_layers
from assistant.verify.sites.parameters import of_parameters
from assistant.verify.sites.parsed import Parsed
from assistant.verify.sites.site import (
    SIMPLE,
    Site,
    is_print,
    is_shown,
    key_of,
    site_of,
)
from assistant.verify.sites.trailing import attach, looks_printed, reports, trailing

_OUTPUT_HEAD = re.compile(
    r"(?:(?:(?:the|this|that|which|it|and|expected|printed|console|sample|actual|here|will|you|we"
    r"|should)\s+)*"
    r"(?:outputs?|out|prints?|printed|results?|gives?|yields?|shows?|displays?|stdout|returns?"
    r"|produces?|get|see)"
    r"(?:\s*\[\d*\])?(?:\s+(?:is|are|out|here|this))*\s*[:：]?|>>>|[→⇒]|[-=]+>)\s*$",
    re.IGNORECASE,
)
_LEADING_HEAD = re.compile(
    r"^(?:(?:expected|printed|actual)\s+)?(?:outputs?|result|stdout)\s*:\s+(?=\S)", re.IGNORECASE
)
# What announces the line below it, in a snippet that does not end in a comment.
_FORWARD = re.compile(
    r"(?:this |it |the next line |next line )?(?:(?:will|should|must) (?:print|give|show|be|return)"
    r"|prints?|expect(?:ed|s)?(?: output| result)?|shows?|displays?)\s*[:：]?\s+\S",
    re.IGNORECASE,
)
# A value that only a printed line holds; in front of it at most a name, as a print shows one.
_STRONG_LINE = re.compile(
    r"(?:[\w.\[\]'\"-]+(?: [\w.\[\]'\"-]+)?\s*[:=]?\s*|.{0,40}[:=]\s*)?"
    r"(?:torch\.Size\(\[|\btensor\(|<class '|\barray\(|\b(?:odict|dict)_keys\()"
)
_STRONG = re.compile(r"torch\.Size\(\[|\btensor\(|<class '|\barray\(|\bodict_keys\(|\bdict_keys\(")


FEW_WORDS = 3
SENTENCES = frozenset(
    {"sums to", "holds parameters and buffers", "counts parameters", "has lines with figures",
     "has centred lines", "has orthogonal lines", "has unit lines", "has normalised lines"}
)  # fmt: skip
"""Properties whose words are hardly ever a heading."""
# As in `number of learnable parameters: 49`, below what prints it.
_COUNTS = re.compile(
    r"(?:the |total |overall )*(?:(?:number|count) of [a-z][a-z ]*|[a-z ]*parameters): \d[\d,]*$",
    re.IGNORECASE,
)
# Where a cell of a notebook begins.
_CELL = re.compile(r"In\s?\[\d*\]\s*:")


def _blocks(parsed: Parsed, taken: Container[int]) -> Iterator[list[Comment]]:
    """Runs of whole-line comments on consecutive lines at one indentation."""
    block: list[Comment] = []
    for comment in parsed.comments:
        if comment.trailing or comment.line in taken:
            continue
        if block and (comment.line != block[-1].line + 1 or _CELL.match(comment.text)):
            yield block
            block = []
        block.append(comment)
    if block:
        yield block


def in_blocks(parsed: Parsed, taken: Container[int] = ()) -> Iterator[Site]:
    """The claims of every block of comments; lines in `taken` go on a trailing one."""
    blocks = list(_blocks(parsed, taken))
    ahead = _stand_above(parsed, blocks)
    for block in blocks:
        if rows := list(of_layers(parsed, block)):
            yield from rows
            continue
        for comment in block:
            yield from of_parameters(parsed, comment)
        if len(block) == 1:
            yield from _told_between(parsed, block[0])
        yield from _of_block(parsed, block, ahead=ahead)


def _told_between(parsed: Parsed, comment: Comment) -> Iterator[Site]:
    """What a whole line says of the rows, or of the parameters, of what is made above or below it.

    A line that stands alone may be a heading: it can only be borne out.
    """
    text = _CELL.sub("", comment.text).strip()
    told = replace(comment, text=text, column=comment.column + comment.text.find(text))
    known = [properties.recognise(clause) for clause in properties.clauses(text)]
    if not any(one is not None and one.recogniser.name in SENTENCES for one in known):
        return
    near = [
        node
        for node in parsed.statements
        if isinstance(node, SIMPLE)
        and comment.line in (node.lineno - 1, (node.end_lineno or node.lineno) + 1)
        and not isinstance(node, ast.Return)
    ]
    for node in near:
        for site in ascribed(parsed, told, node, None):
            held = site.expectation
            about = properties.recognise(held.words) if isinstance(held, expect.Property) else None
            if about is not None and about.recogniser.name in SENTENCES:
                yield replace(site, lenient=True, near=False, clause=True)


def _stand_above(parsed: Parsed, blocks: Sequence[list[Comment]]) -> bool:
    """Whether comments stand above the code that they speak of, throughout a snippet.

    Between two lines that show something a comment may speak of either. What tells is a value right
    above such a line, where none is in front of it, as long as none stands behind one alone.
    """
    remarked = {comment.line for comment in parsed.comments if comment.trailing}
    shown = {
        line
        for node in parsed.statements
        if is_print(node) or is_shown(node)
        for line in (node.lineno, -(node.end_lineno or node.lineno))
        if abs(line) not in remarked
    }
    above = 0
    for block in blocks:
        first, last = block[0], block[-1]
        if not any(_tells(comment) for comment in (first, last)):
            continue
        behind = -(first.line - 1) in shown
        ahead = _first_shown(parsed, last) is not None
        if behind and not ahead:
            return False
        above += ahead and not behind
    return above > 0


def _first_shown(parsed: Parsed, comment: Comment) -> ast.stmt | None:
    """The first of the statements right below a comment that shows something."""
    remarked = {one.line for one in parsed.comments}
    text = parsed.lines[comment.line - 1]
    line, indent = comment.line + 1, len(text) - len(text.lstrip())
    while line not in remarked:
        place = (line, indent)
        node = next((n for n in parsed.statements if (n.lineno, n.col_offset) == place), None)
        if node is None or hasattr(node, "body"):
            return None
        if is_print(node) or is_shown(node):
            return node
        line = (node.end_lineno or line) + 1
    return None


def _tells(comment: Comment) -> bool:
    """Whether a comment on a line of its own holds a value, or says what is printed."""
    read = expect.read(comment.text)
    told = read is not None and not isinstance(read.expectation, (Works, Fails))
    return told or _FORWARD.match(comment.text) is not None


def _announced(parsed: Parsed, block: list[Comment]) -> Iterator[Site]:
    """What a block says of the first line below it that shows something."""
    comment = next((one for one in block if expect.is_open(one.text)), block[-1])
    node = _first_shown(parsed, block[-1])
    if node is None:
        return
    owner = parsed.block_owner(block[0].line - 1, node.col_offset)
    unsure = owner is not None and (is_print(owner) or is_shown(owner))
    yield from (
        replace(one, clause=one.clause or unsure) for one in trailing(parsed, comment, node)
    )
    if owner is not None and unsure:  # it may be what that one showed
        for other in _shown(parsed, block, owner, headed=False):
            yield replace(other, lenient=True, near=False, clause=True)


def _of_block(parsed: Parsed, block: list[Comment], *, ahead: bool) -> Iterator[Site]:
    put_back = list(commented_code(parsed, block))
    yield from put_back
    if ahead and not any(site.line == block[-1].line for site in put_back):
        yield from _announced(parsed, block)
        return
    if put_back:
        # What is code shows no value; nor does what stands below it.
        block = [comment for comment in block if comment.line < put_back[0].line]
        if not block:
            return
    if _FORWARD.match(block[0].text) and len(block) == 1 and not _ends_in_remark(parsed):
        following = _below(parsed, block[0])
        if following is not None:
            read = expect.read(block[0].text)
            site = attach(parsed, read, block[0], following) if read is not None else None
            # Behind a print it may be what that one showed.
            owner = parsed.block_owner(block[0].line - 1, following.col_offset)
            unsure = owner is not None and "print(" in ast.unparse(owner)
            if site is not None and site.how in ("value", "print"):
                yield replace(site, lenient=site.lenient or unsure, near=site.near and not unsure)
            if owner is not None and unsure:
                for other in _shown(parsed, block, owner, headed=False):
                    yield replace(other, lenient=True, near=False)
            return
    headed = bool(_OUTPUT_HEAD.match(block[0].text))
    above = block[0].line - 1
    if headed:
        block = block[1:]
        while above > 0 and not parsed.lines[above - 1].strip():
            above -= 1
    if not block or above < 1:
        return
    indent = len(parsed.lines[block[0].line - 1]) - len(parsed.lines[block[0].line - 1].lstrip())
    before = parsed.block_owner(above, indent)
    if before is None:
        return
    yield from _shown(parsed, block, before, headed=headed)


def _below(parsed: Parsed, comment: Comment) -> ast.stmt | None:
    """The print or shown expression on the line below a comment, at its indentation."""
    for node in parsed.statements:
        here = node.lineno == comment.line + 1 and (is_print(node) or is_shown(node))
        if here and parsed.lines[comment.line - 1][: node.col_offset + 1].strip() == "#":
            return node
    return None


def _ends_in_remark(parsed: Parsed) -> bool:
    """Whether a comment stands behind the last statement, so that others do as well."""
    last = max((node.end_lineno or node.lineno for node in parsed.statements), default=0)
    return any(comment.line > last for comment in parsed.comments)


def _shown(
    parsed: Parsed, block: list[Comment], before: ast.stmt, *, headed: bool
) -> Iterator[Site]:
    """What a block right behind a statement shows of it."""
    if isinstance(before, ast.Try):
        read = expect.read(block[0].text)
        if read is not None and isinstance(read.expectation, Fails) and read.expectation.type:
            raising = before.body[-1]
            yield site_of(read, block[0], raising, "raises")
            return
    single = _single_value(parsed, block, before, headed=headed)
    if single is not None:
        yield single
        return
    run = _print_run(parsed, before)
    if not run:
        return
    strong = headed or any(_STRONG.search(comment.text) for comment in block)
    bare = all(_is_bare(comment.text) for comment in block)
    told = reports(parsed, before)
    if told and bare and not reports(parsed, before, alone=True):
        return  # what it prints, or what it gives
    texts = [comment.text for comment in block]
    texts[0] = _LEADING_HEAD.sub("", texts[0])
    at = 0
    for place, size in enumerate(expect.spread(texts)):
        first, shown = block[at], "\n".join(texts[at : at + size])
        at += size
        certain = headed or bare or bool(_STRONG_LINE.match(first.text))
        if not certain and not strong and not looks_printed(first.text):
            continue
        yield replace(
            site_of(Reading(Printed(shown), shown), first, before, "text"),
            end_line=first.line + size - 1,
            run=run,
            part=place,
            tentative=not certain or told,
        )


def _single_value(
    parsed: Parsed, block: list[Comment], before: ast.stmt, *, headed: bool
) -> Site | None:
    """A block that as a whole is one value: `tensor([[…` over several lines, `→ 3`."""
    if not isinstance(before, SIMPLE) or isinstance(before, ast.Return):
        return None
    whole = "\n".join(comment.text for comment in block)
    first = block[0].text
    size = len(block)
    if not expect.is_open(first):
        # A first line that is complete stands alone; what follows is a remark.
        whole, size = first, 1
    else:
        for count in range(1, len(block) + 1):
            whole = "\n".join(comment.text for comment in block[:count])
            if not expect.is_open(whole):
                size = count
                break
    read = expect.read(whole)
    if read is not None and size == len(block) == 1 and is_print(before) and _COUNTS.match(whole):
        read = replace(read, weak=False, lenient="unless related")
    if read is None or read.weak or isinstance(read.expectation, Printed):
        return None
    if reports(parsed, before) and not isinstance(read.expectation, Fails):
        return None  # a line that it prints, whatever it looks like
    if isinstance(read.expectation, Works) and len(first.split()) > FEW_WORDS:
        return None  # "accepted answer, 41 upvotes"
    shown = size == len(block) == 1 and not read.lenient and is_shown(before)
    led = (headed and not is_print(before)) or shown
    led = led or bool(re.match(r"\s*(?:→|->|=>|⇒|>>|output|prints?|result)", first, re.IGNORECASE))
    strong = _is_strong(read)
    if not (led or strong or (is_print(before) and size == len(block) == 1)):
        return None
    if size < len(block) and not strong and not led:
        return None
    if size < len(block) and any(
        _STRONG.search(comment.text) or _is_bare(comment.text) for comment in block[size:]
    ):
        return None  # several printed lines: compared line by line
    site = attach(parsed, replace(read, text=whole), block[0], before)
    return None if site is None else replace(site, end_line=block[size - 1].line)


def _is_bare(text: str) -> bool:
    """Whether a comment is nothing but values."""
    read = expect.read(text)
    return (
        read is not None
        and not read.subject
        and not read.weak
        and isinstance(read.expectation, (Value, Values, expect.Dtype))
    )


def _print_run(parsed: Parsed, last: ast.stmt) -> tuple[str, ...]:
    """Keys of the prints, one under the other, that end with `last`.

    A call of the snippet's own function that prints is one: it stands for all that it prints.
    """
    if reports(parsed, last):
        return (key_of(last),)
    if not any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        for node in ast.walk(last)
    ):
        return ()
    keys = [key_of(last)]
    line = last.lineno - 1
    while is_print(last) and line > 0:
        above = next(
            (
                node
                for node in parsed.statements
                if node.end_lineno == line and node.col_offset == last.col_offset and is_print(node)
            ),
            None,
        )
        if above is None or any(comment.line == line for comment in parsed.comments):
            break
        keys.insert(0, key_of(above))
        line = above.lineno - 1
    return tuple(keys)


def _is_strong(read: Reading) -> bool:
    """Whether a reading could hardly be a heading for what comes next."""
    expectation = read.expectation
    if isinstance(expectation, Value):
        return isinstance(expectation.node, (Call, Angle)) or (
            isinstance(expectation.node, Seq) and len(expectation.node.items) > 1
        )
    if isinstance(expectation, Values):
        return not all(isinstance(node, (Num, Const)) for node in expectation.nodes)
    return isinstance(expectation, Fails) and bool(expectation.type)
