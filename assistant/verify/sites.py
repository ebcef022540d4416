"""Finds what a snippet says of itself: each comment that claims something, and of which code.

A trailing comment speaks of the statement that ends on its line; a block of comments right behind a
statement may show what that printed; commented-out code may say that it fails.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.types import ClaimKind
from assistant.verify import expect, properties, subjects
from assistant.verify.expect import Fails, Printed, Reading, Value, Values, Works
from assistant.verify.literals import Angle, Call, Const, Num, Seq
from corpus import syntax

How = Literal["value", "print", "text", "expr", "raises", "maps", "uncommented", "echo"]

SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)
_OUTPUT_HEAD = re.compile(
    r"(?:(?:expected |printed |console )?(?:output|out|prints|result)s?\s*:|>>>)\s*$", re.IGNORECASE
)
_STRONG = re.compile(r"torch\.Size\(\[|\btensor\(|<class '|\barray\(|\bodict_keys\(|\bdict_keys\(")
_REMARK = re.compile(r"\s+#+\s*|\s*(?:→|⇒|-->|->|=>|❌|✗)\s*|\s{2,}(?=raises|ERROR|Error)")


@dataclass(frozen=True, slots=True)
class Site:
    """A claim and the code it speaks of, before anything has run.

    Attributes:
        kind: of the claim.
        expectation: what the author expects.
        line: 1-based line of the code on which the claim begins, `end_line` on which it ends.
        column: 0-based column at which the claim's text begins on `line`.
        text: the claim as written, lines joined by a newline.
        key: `line:column` of the statement concerned, as the driver names it.
        how: how the driver has to look.
        subject: the expression looked at, for `expr`.
        statement: first and last line of the statement concerned.
        part: which printed line a claim is about, from 0; -1 for all of it.
        run: keys of print statements whose output belongs together, for `text`.
        tentative: only a claim if what was printed has the same words.
        code: the snippet with commented-out code put back, for `uncommented`.
    """

    kind: ClaimKind
    expectation: expect.Expectation
    line: int
    end_line: int
    column: int
    text: str
    key: str
    how: How
    subject: str = ""
    statement: tuple[int, int] = (0, 0)
    part: int = -1
    run: tuple[str, ...] = ()
    tentative: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment token: where it stands, its text without `#`, and whether code precedes it."""

    line: int
    column: int
    text: str
    trailing: bool


def comments_of(code: str) -> list[Comment]:
    """The comments of `code`; as many as can be read where it does not tokenize."""
    found: list[Comment] = []
    lines = code.splitlines()
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                stripped = token.string.lstrip("#")
                lead = len(token.string) - len(stripped)
                lead += len(stripped) - len(stripped.lstrip())
                before = lines[row - 1][:column]
                found.append(
                    Comment(row, column + lead, stripped.strip(), trailing=bool(before.strip()))
                )
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def find_sites(code: str) -> list[Site]:
    """Every claim in the comments of `code`, in the order of its lines."""
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return []
    return _Finder(code, tree).all()


class _Finder:
    def __init__(self, code: str, tree: ast.Module) -> None:
        self.code = code
        self.lines = code.splitlines()
        self.statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
        self.known = subjects.known_names(tree)
        self.comments = comments_of(code)

    def all(self) -> list[Site]:
        found: list[Site] = []
        for comment in self.comments:
            if comment.trailing:
                found.extend(self._trailing(comment))
        for block in self._blocks():
            found.extend(self._block(block))
        return sorted(found, key=lambda site: (site.line, site.column))

    # --- trailing comments ---------------------------------------------------------------------

    def _trailing(self, comment: Comment) -> Iterator[Site]:
        statement = self._ending_on(comment.line)
        if statement is None:
            return
        read = expect.read(comment.text)
        text, end_line = comment.text, comment.line
        if read is None and expect.is_open(comment.text):
            text, end_line = self._continued(comment)
            read = expect.read(text)
        known = properties.recognise(comment.text)
        if known is not None and (read is None or is_range(read)):
            about = self._property(known[0], comment, statement, read)
            if about is not None:
                yield about
                return
        if read is None:
            if is_print(statement) and self._looks_printed(comment.text):
                yield self._site(
                    Reading(Printed(comment.text), comment.text),
                    comment,
                    statement,
                    "text",
                    tentative=True,
                )
            return
        site = self._attach(replace(read, text=text), comment, statement)
        if site is not None:
            yield replace(site, end_line=end_line)

    def _property(
        self,
        known: properties.Recogniser,
        comment: Comment,
        statement: ast.stmt,
        otherwise: Reading | None,
    ) -> Site | None:
        """A comment that ascribes a property to the value beside it."""
        if not isinstance(statement, SIMPLE):
            return None
        other = otherwise.expectation if otherwise is not None else None
        read = Reading(expect.Property(comment.text, other), comment.text)
        if known.pair:
            named = properties.sources(statement)
            if len(named) < 2:
                return None
            site = self._site(read, comment, statement, "expr")
            return replace(site, subject=f"({', '.join(named)},)")
        return self._site(read, comment, statement, "print" if is_print(statement) else "value")

    def _continued(self, comment: Comment) -> tuple[str, int]:
        """A trailing value that goes on over the comment lines below it."""
        text, end = comment.text, comment.line
        below = {other.line: other for other in self.comments if not other.trailing}
        while expect.is_open(text) and end + 1 in below:
            end += 1
            text += "\n" + below[end].text
        return text, end

    def _attach(self, read: Reading, comment: Comment, statement: ast.stmt) -> Site | None:
        """The claim of a reading upon the statement beside it, if it can be one."""
        if isinstance(read.expectation, (Fails, Works)):
            if isinstance(statement, (ast.Raise, ast.Import, ast.ImportFrom)):
                return None
            return self._site(read, comment, statement, "raises")
        if read.subject:
            return self._about(read, comment, statement)
        if not isinstance(statement, SIMPLE):
            return None
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            return None
        held = getattr(statement, "value", None)
        if held is None or (_is_setting(held) and not isinstance(statement, ast.Expr)):
            return None
        targets = _targets(statement)
        if (
            isinstance(read.expectation, expect.Shape)
            and read.expectation.given
            and isinstance(held, ast.Call)
            and _is_constructor(held)
            and targets
        ):
            maps = expect.Maps(read.expectation.given, read.expectation.dims)
            made = self._site(replace(read, expectation=maps), comment, statement, "maps")
            return replace(made, subject=targets[0])
        if read.weak and isinstance(held, ast.Call) and _is_constructor(held):
            return None
        return self._site(read, comment, statement, "print" if is_print(statement) else "value")

    def _about(self, read: Reading, comment: Comment, statement: ast.stmt) -> Site | None:
        """A claim that names what it is about: the statement's own target, or an expression."""
        subject = read.subject
        targets = _targets(statement)
        if subject in {node.arg for node in ast.walk(statement) if isinstance(node, ast.keyword)}:
            return None  # it explains an argument
        if subject.startswith("."):
            if len(targets) == 1:
                subject = targets[0] + subject
            elif is_print(statement):
                call = statement.value  # type: ignore[attr-defined]
                dotted = [ast.unparse(arg) for arg in call.args]
                if len(dotted) == 1 and dotted[0].endswith(subject):
                    return self._site(read, comment, statement, "print")
                return None
            else:
                return None
        if subject in targets and isinstance(statement, SIMPLE):
            held = getattr(statement, "value", None)
            if held is not None and _is_setting(held):
                return None
            if len(targets) == 1:
                return self._site(read, comment, statement, "value")
        if is_print(statement):
            call = statement.value  # type: ignore[attr-defined]
            if len(call.args) == 1 and ast.unparse(call.args[0]) == subject:
                return self._site(read, comment, statement, "print")
        if subjects.is_safe(subject, self.known):
            return replace(self._site(read, comment, statement, "expr"), subject=subject)
        if is_print(statement):
            printed = Reading(Printed(comment.text), comment.text)
            return self._site(printed, comment, statement, "text", tentative=True)
        return None

    def _site(
        self,
        read: Reading,
        comment: Comment,
        statement: ast.stmt,
        how: How,
        *,
        tentative: bool = False,
    ) -> Site:
        return Site(
            kind=expect.kind_of(read.expectation),
            expectation=read.expectation,
            line=comment.line,
            end_line=comment.line,
            column=comment.column,
            text=read.text,
            key=key_of(statement),
            how=how,
            subject=read.subject,
            statement=span_of(statement),
            tentative=tentative,
        )

    def _ending_on(self, line: int) -> ast.stmt | None:
        """The innermost statement that ends on `line`, the last one of several."""
        fitting = [
            node
            for node in self.statements
            if node.end_lineno == line
            and not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef))
            and not hasattr(node, "body")
        ]
        return max(fitting, key=lambda node: (node.lineno, node.col_offset), default=None)

    def _looks_printed(self, text: str) -> bool:
        return len(text) <= 200

    # --- blocks of comments --------------------------------------------------------------------

    def _blocks(self) -> Iterator[list[Comment]]:
        """Runs of whole-line comments on consecutive lines at one indentation."""
        block: list[Comment] = []
        for comment in self.comments:
            if comment.trailing:
                continue
            if block and comment.line != block[-1].line + 1:
                yield block
                block = []
            block.append(comment)
        if block:
            yield block

    def _block(self, block: list[Comment]) -> Iterator[Site]:
        yield from self._commented_code(block)
        headed = bool(_OUTPUT_HEAD.match(block[0].text))
        above = block[0].line - 1
        if headed:
            block = block[1:]
            while above > 0 and not self.lines[above - 1].strip():
                above -= 1
        if not block or above < 1:
            return
        indent = len(self.lines[block[0].line - 1]) - len(self.lines[block[0].line - 1].lstrip())
        before = self._block_owner(above, indent)
        if before is None:
            return
        yield from self._shown(block, before, headed=headed)

    def _block_owner(self, line: int, indent: int) -> ast.stmt | None:
        ending = [
            node
            for node in self.statements
            if node.end_lineno == line and node.col_offset <= indent
        ]
        ending = [
            node
            for node in ending
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        ]
        return max(ending, key=lambda node: (node.col_offset, node.lineno), default=None)

    def _shown(self, block: list[Comment], before: ast.stmt, *, headed: bool) -> Iterator[Site]:
        """What a block right behind a statement shows of it."""
        whole = "\n".join(comment.text for comment in block)
        if isinstance(before, ast.Try):
            read = expect.read(block[0].text)
            if read is not None and isinstance(read.expectation, Fails) and read.expectation.type:
                raising = before.body[-1]
                yield self._site(read, block[0], raising, "raises")
                return
        single = self._single_value(block, before)
        if single is not None:
            yield single
            return
        run = self._print_run(before)
        if not run:
            return
        strong = headed or any(_STRONG.search(comment.text) for comment in block)
        bare = all(self._is_bare(comment.text) for comment in block)
        multi_line_value = any(expect.is_open(comment.text) for comment in block)
        if multi_line_value:
            yield replace(
                self._site(Reading(Printed(whole), whole), block[0], before, "text"),
                end_line=block[-1].line,
                run=run,
                tentative=not headed,
            )
            return
        for place, comment in enumerate(block):
            certain = headed or bare or bool(_STRONG.search(comment.text))
            if not certain and not strong and not self._looks_printed(comment.text):
                continue
            yield replace(
                self._site(Reading(Printed(comment.text), comment.text), comment, before, "text"),
                run=run,
                part=place,
                tentative=not certain,
            )

    def _single_value(self, block: list[Comment], before: ast.stmt) -> Site | None:
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
        if read is None or read.weak or isinstance(read.expectation, (Printed,)):
            return None
        led = bool(re.match(r"\s*(?:→|->|=>|⇒|>>|output|prints?|result)", first, re.IGNORECASE))
        strong = _is_strong(read)
        if not (led or strong or (is_print(before) and size == len(block) == 1)):
            return None
        if size < len(block) and not strong and not led:
            return None
        if size < len(block) and any(
            _STRONG.search(comment.text) or self._is_bare(comment.text) for comment in block[size:]
        ):
            return None  # several printed lines: compared line by line
        site = self._attach(replace(read, text=whole), block[0], before)
        return None if site is None else replace(site, end_line=block[size - 1].line)

    def _is_bare(self, text: str) -> bool:
        read = expect.read(text)
        return (
            read is not None
            and not read.subject
            and not read.weak
            and isinstance(read.expectation, (Value, Values, expect.Dtype))
        )

    def _print_run(self, last: ast.stmt) -> tuple[str, ...]:
        """Keys of the prints, one under the other, that end with `last`."""
        if not any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "print"
            for node in ast.walk(last)
        ):
            return ()
        keys = [key_of(last)]
        line = last.lineno - 1
        while is_print(last) and line > 0:
            above = next(
                (
                    node
                    for node in self.statements
                    if node.end_lineno == line
                    and node.col_offset == last.col_offset
                    and is_print(node)
                ),
                None,
            )
            if above is None or any(comment.line == line for comment in self.comments):
                break
            keys.insert(0, key_of(above))
            line = above.lineno - 1
        return tuple(keys)

    # --- commented-out code --------------------------------------------------------------------

    def _commented_code(self, block: list[Comment]) -> Iterator[Site]:
        """Code in comments that is said to fail: put back, it can be run."""
        put_back: dict[int, str] = {}
        for comment in block:
            code, remark = split_commented(comment.text)
            if code is None:
                continue
            line = self.lines[comment.line - 1]
            indent = line[: len(line) - len(line.lstrip())]
            put_back[comment.line] = indent + code
            read = expect.read(remark) if remark else None
            if read is None or not isinstance(read.expectation, Fails):
                continue
            restored = self._with_lines(put_back)
            if restored is None:
                continue
            yield Site(
                kind="raises",
                expectation=read.expectation,
                line=comment.line,
                end_line=comment.line,
                column=comment.column,
                text=comment.text,
                key=f"{comment.line}:{len(indent)}",
                how="uncommented",
                statement=(comment.line, comment.line),
                code=restored,
            )
            del put_back[comment.line]  # it is meant to fail: not part of what follows

    def _with_lines(self, put_back: dict[int, str]) -> str | None:
        lines = list(self.lines)
        for number, text in put_back.items():
            lines[number - 1] = text
        code = "\n".join(lines) + "\n"
        try:
            syntax.parse(code)
        except (SyntaxError, ValueError):
            return None
        return code


def split_commented(text: str) -> tuple[str | None, str]:
    """Splits `a + b  → ERROR: …` into code and remark; no code where it is prose."""
    pieces = [(text[: hit.start()], text[hit.end() :]) for hit in _REMARK.finditer(text)]
    pieces.append((text, ""))
    for code, remark in pieces:
        candidate = code.strip()
        try:
            tree = syntax.parse(candidate)
        except (SyntaxError, ValueError):
            continue
        if len(tree.body) == 1 and _is_work(tree.body[0]):
            return candidate, remark.strip()
    return None, ""


def _is_work(statement: ast.stmt) -> bool:
    """Whether a line of code does something that prose would not parse as."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, (ast.Call, ast.BinOp, ast.Subscript, ast.Attribute))
    return isinstance(statement, (ast.Assign, ast.AugAssign))


def key_of(statement: ast.stmt) -> str:
    """The name of a statement between us and the driver."""
    return f"{statement.lineno}:{statement.col_offset}"


def span_of(statement: ast.stmt) -> tuple[int, int]:
    """First and last line of a statement."""
    return statement.lineno, statement.end_lineno or statement.lineno


def is_print(statement: ast.stmt) -> bool:
    """Whether a statement is a call of print."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Name)
        and statement.value.func.id == "print"
    )


def _targets(statement: ast.stmt) -> Sequence[str]:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return [ast.unparse(statement.targets[0])]
    if isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
        return [ast.unparse(statement.target)]
    return []


def _is_setting(value: ast.expr) -> bool:
    """A literal that the author chose: a number beside it is about something else."""
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    return isinstance(value, ast.Constant)


def _is_constructor(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name[:1].isupper()


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


def is_range(read: Reading) -> bool:
    """Whether what was read as two values may be the ends of a range."""
    node = read.expectation.node if isinstance(read.expectation, Value) else None
    if not isinstance(node, Seq) or len(node.items) != 2:
        return False
    low, high = node.items
    return (
        isinstance(low, Num)
        and isinstance(high, Num)
        and low.value.real <= 0
        and low.value.real < high.value.real <= 1
    )
