"""Code in comments that is said to fail: put back, it can be run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from assistant.verify import expect
from assistant.verify.expect import Fails, Works
from assistant.verify.expect.errors import of_commented
from assistant.verify.sites.comments import Comment, split_commented
from assistant.verify.sites.parsed import Parsed
from assistant.verify.sites.site import Site
from corpus import syntax

# Where a sentence goes on behind code.
_VERB = re.compile(
    r"\s+(?=(?:(?:would|will|also|still|now|then|here|just|always|again|should)\s+)*"
    r"(?:raises?|throws?|fails?|crash(?:es)?|complains?|refuses?|breaks?|works?)\b)"
    r"|\s{2,}(?=(?:an?\s+)?(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception)\b)"
)
_WORKS = re.compile(
    r"(?:(?:would|will|also|still|now|just)\s+)*works?"
    r"(?:\s+(?:too|as well|fine|just fine|here|now|again))*\s*(?=$|[.,;:!(]|#|\s—)"
)
_FINE = re.compile(
    r"(?:works|fine|ok|okay|allowed|legal|accepted|no error|runs)\b(?!-)", re.IGNORECASE
)
_DOUBTED = re.compile(
    r"\b(?:only|not|if|when|unless|until|but|in older|before|since|from"
    r"|on (?:a |the )?(?:GPU|CUDA)|may|might|should|would|error|raises?|fails?)\b|\?",
    re.IGNORECASE,
)
# A named error, with no condition behind it.
_SURELY = re.compile(
    r"[A-Z]\w*(?:Error|Exception)\b`?\s*(?:$|[.,;:!(]|[—–]|#|(?:because|since|as|here|too|again)\b)"
)


def commented_code(parsed: Parsed, block: list[Comment]) -> Iterator[Site]:
    """Code in comments that is said to fail: put back, it can be run."""
    put_back: dict[int, str] = {}
    for comment in block:
        code, remark = split_commented(comment.text)
        told = None
        if code is None:
            worded = _worded(comment.text)
            if worded is None:
                continue
            code, remark, told = worded
        line = parsed.lines[comment.line - 1]
        indent = line[: len(line) - len(line.lstrip())]
        put_back[comment.line] = indent + code
        if told is None:
            told = _told(remark)
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


def _told(remark: str) -> tuple[Fails | Works, bool] | None:
    """What a remark says of the code before it, and whether it says so for sure."""
    read = expect.read(remark) if remark else None
    if read is not None and isinstance(read.expectation, (Fails, Works)):
        return read.expectation, True
    if _FINE.match(remark) and not _DOUBTED.search(remark):
        return Works(), True
    return of_commented(remark) if remark else None


def _worded(text: str) -> tuple[str, str, tuple[Fails | Works, bool]] | None:
    """Code that a sentence goes on from: `row.expand(4, 2) would raise a RuntimeError`.

    Returns:
        The code, the words behind it, and what they say; None where it is but prose.
    """
    for hit in _VERB.finditer(text):
        code, remark = text[: hit.start()].strip(), text[hit.end() :]
        tree = syntax.tree(code)
        first = tree.body[0] if tree is not None and len(tree.body) == 1 else None
        value = getattr(first, "value", None)
        if not isinstance(value, (ast.Call, ast.Subscript, ast.BinOp)):
            continue
        if isinstance(value, ast.BinOp) and not isinstance(first, ast.Assign) and "(" not in code:
            continue  # "top-1 fails"
        if (fine := _WORKS.match(remark)) is not None:
            return code, fine[0], (Works(), True)
        told = _told(remark)
        if told is None or isinstance(told[0], Works):
            return None
        bare = isinstance(value, ast.Call) and not (value.args or value.keywords)
        bare = bare or "?" in remark
        return code, remark, (told[0], not bare and _SURELY.search(remark) is not None)
    return None


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
