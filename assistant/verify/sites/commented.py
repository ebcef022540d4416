"""Code in comments that is said to fail: put back, it can be run."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.verify import expect
from assistant.verify.expect import Fails, Works
from assistant.verify.expect.errors import of_commented
from assistant.verify.sites.comments import Comment, split_commented
from assistant.verify.sites.parsed import Parsed
from assistant.verify.sites.site import Site
from corpus import syntax


def commented_code(parsed: Parsed, block: list[Comment]) -> Iterator[Site]:
    """Code in comments that is said to fail: put back, it can be run."""
    put_back: dict[int, str] = {}
    for comment in block:
        code, remark = split_commented(comment.text)
        if code is None:
            continue
        line = parsed.lines[comment.line - 1]
        indent = line[: len(line) - len(line.lstrip())]
        put_back[comment.line] = indent + code
        read = expect.read(remark) if remark else None
        expectation = read.expectation if read is not None else None
        sure = True
        if not isinstance(expectation, (Fails, Works)):
            told = of_commented(remark) if remark else None
            if told is None:
                continue
            expectation, sure = told
        restored = _with_lines(parsed, put_back)
        if restored is None:
            continue
        yield Site(
            kind="raises",
            expectation=expectation,
            line=comment.line,
            end_line=comment.line,
            column=comment.column,
            text=comment.text,
            key=f"{comment.line}:{len(indent)}",
            how="uncommented",
            lenient=not sure,
            statement=(comment.line, comment.line),
            code=restored,
        )
        if isinstance(expectation, Fails):
            del put_back[comment.line]  # it is meant to fail: not part of what follows


def _with_lines(parsed: Parsed, put_back: dict[int, str]) -> str | None:
    lines = list(parsed.lines)
    for number, text in put_back.items():
        lines[number - 1] = text
    code = "\n".join(lines) + "\n"
    try:
        syntax.parse(code)
    except (SyntaxError, ValueError):
        return None
    return code
