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
    r"\s+(?=(?:(?:would|will|also|still|now|then|here|just|always|again|should|even|simply|does"
    r"|do)\s+)*(?:(?:not|n't|never)\s+)?"
    r"(?:raises?|throws?|fails?|crash(?:es)?|complains?|refuses?|breaks?|works?|runs|succeeds?"
    r"|blows up|explodes|errors|dies|goes through|passes"
    r"|(?:is|are) (?:also |still |now |not |perfectly |quite )*(?:fine|ok|okay|allowed|legal"
    r"|illegal|accepted|refused|rejected|forbidden|possible|impossible|an error)"
    r"|(?:gives|is|triggers|hits|causes|ends in|leads to|results in) (?:an? )?"
    r"(?:error\b|exception\b|[\w.]*[A-Z]\w*(?:Error|Exception)))\b)"
    r"|\s{2,}(?=(?:an?\s+)?(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception)\b)"
)
_WORKS = re.compile(
    r"(?:(?:would|will|also|still|now|just|simply|even)\s+)*"
    r"(?:works?|runs|succeeds?|goes through|passes"
    r"|(?:is|are) (?:(?:also|still|now|perfectly|quite) )*(?:fine|ok|okay|allowed|legal|accepted"
    r"|possible)"
    r"|(?:does not|doesn't|will not|won't|would not|wouldn't|never) "
    r"(?:raises?|throws?|fails?|crash(?:es)?|complains?))"
    r"(?:\s+(?:too|as well|fine|just fine|here|now|again|anything|an error|at all))*"
    r"\s*(?=$|[.,;:!(]|#|\s—|\band\b|\bbecause\b|\bsince\b)"
)
_BADLY = re.compile(
    r"(?:(?:would|will|also|still|now|then|just|always|again)\s+)*"
    r"(?:blows up|explodes|errors|dies"
    r"|(?:is|are) (?:not (?:fine|ok|allowed|legal|accepted|possible)|illegal|refused|rejected"
    r"|forbidden|impossible|an error)"
    r"|(?:does not|doesn't|will not|won't|would not) (?:work|run|succeed))\b"
)
# "x.view(3) is not possible" happens to be Python.
_SENTENCE = re.compile(r"\bis (?:not )?[a-z]+$")
# As in `f(x) breaks the symmetry`.
_DONE_TO = re.compile(
    r"(?:breaks?|crashes|refuses?|throws?|fails?)\s+(?:the|its|all|nothing|any)\b"
)
# What may stand in front of code in a sentence that tells of the place where it stands.
_HERE = re.compile(
    r"(?:(?:an?|the|but|and|so|also|even|again|now|then|here|yet|still|likewise|afterwards|note"
    r"|another|second|third|fourth|2nd|3rd|next|further|calling|call to|doing|running|trying"
    r"|writing"
    r"|plain|bare|now that|after that|at this point|this time|by contrast|however)[:,]?\s+)*",
    re.IGNORECASE,
)
# What speaks of another place, or of another thing.
_ELSEWHERE = re.compile(
    r"\b(?:if|when|whenever|unless|without|before|had|were|until|instead|older?|version|numpy|jax"
    r"|tensorflow|GPU|CUDA|why|how|does|would|should|could|may|might|not|never|no|only|e\.g|like"
    r"|unlike|whether|says?|said|thinks?|compare)\b|\?",
    re.IGNORECASE,
)
MOST_WORDS = 12
"""In front of code in a sentence."""
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
        told = worded = None
        if code is None or _SENTENCE.search(code):
            worded = _worded(comment.text)
            if worded is not None:
                code, remark, told = worded
            elif code is None:
                continue
        line = parsed.lines[comment.line - 1]
        indent = line[: len(line) - len(line.lstrip())]
        put_back[comment.line] = indent + code
        if told is None:
            told = _told(remark)
            if told is None:
                continue
        expectation, sure = told
        apart = worded is not None and isinstance(expectation, Works) and _heads(parsed, comment)
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
            key=f"{comment.line}:{len(indent) + _last_column(code)}",
            how="uncommented",
            lenient=apart or not sure,
            apart=apart,
            statement=(comment.line, comment.line),
            code=restored,
        )
        if isinstance(expectation, Fails):
            del put_back[comment.line]  # it is meant to fail: not part of what follows


def _heads(parsed: Parsed, comment: Comment) -> bool:
    """Whether a comment stands above code that it may announce."""
    above, below = (
        parsed.lines[at].strip() if 0 <= at < len(parsed.lines) else ""
        for at in (comment.line - 2, comment.line)
    )
    return bool(below) and not below.startswith("#") and (not above or above.startswith("#"))


def _last_column(code: str) -> int:
    """Where the last of the statements on a line begins."""
    tree = syntax.tree(code)
    return tree.body[-1].col_offset if tree is not None else 0


def _told(remark: str) -> tuple[Fails | Works, bool] | None:
    """What a remark says of the code before it, and whether it says so for sure."""
    read = expect.read(remark) if remark else None
    if read is not None and isinstance(read.expectation, (Fails, Works)):
        return read.expectation, True
    if _FINE.match(remark) and not _DOUBTED.search(remark):
        return Works(), True
    return of_commented(remark) if remark else None


def _worded(text: str) -> tuple[str, str, tuple[Fails | Works, bool]] | None:
    """Code that a sentence goes on from: `a second y.backward() would raise a RuntimeError`.

    Returns:
        The code, the words behind it, and what they say; None where it is but prose.
    """
    for hit in _VERB.finditer(text):
        found = _code_before(text[: hit.start()])
        if found is None:
            continue
        code, lead = found
        remark = text[hit.end() :]
        here = _HERE.fullmatch(lead) is not None
        if not here and _ELSEWHERE.search(lead):
            return None
        if (fine := _WORKS.match(remark)) is not None:
            return (code, fine[0], (Works(), True)) if here else None
        if _DONE_TO.match(remark):
            return None
        badly = _BADLY.match(remark) is not None
        told = (Fails(), True) if badly else _told(remark)
        if told is None or isinstance(told[0], Works) or not (here or told[0].type):
            return None
        tree = syntax.tree(code)
        value = getattr(tree.body[0], "value", None) if tree is not None else None
        bare = isinstance(value, ast.Call) and not (value.args or value.keywords)
        bare = bare or "?" in remark
        sure = here and not bare and (badly or _SURELY.search(remark) is not None)
        return code, remark, (told[0], told[1] and sure)
    return None


def _code_before(text: str) -> tuple[str, str] | None:
    """The longest piece of code that a text ends with, and what stands in front of it."""
    starts = [0] + [hit.end() for hit in re.finditer(r"\s+|`", text)]
    for start in starts[:MOST_WORDS]:
        code = text[start:].strip().strip("`").strip()
        tree = syntax.tree(code) if code else None
        if tree is None or len(tree.body) != 1 or not _does(tree.body[0], code):
            continue
        return code, text[:start].strip(" `") + " " * bool(start)
    return None


def _does(first: ast.stmt, code: str) -> bool:
    """Whether a line of code computes or writes something that prose would not parse as."""
    if isinstance(first, ast.AugAssign):
        return True
    if isinstance(first, ast.Assign) and isinstance(first.targets[0], ast.Subscript):
        return True
    if not isinstance(first, (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return)):
        return False
    value = getattr(first, "value", None)
    if not isinstance(value, (ast.Call, ast.Subscript, ast.BinOp)):
        return False
    # "top-1 fails"
    return not isinstance(value, ast.BinOp) or isinstance(first, ast.Assign) or "(" in code


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
