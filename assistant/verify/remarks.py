"""What comments say of the library itself, read as prose is.

`# nn.LeakyReLU has negative_slope=0.01` on a line of its own, `nn.LayerNorm  # eps defaults to
1e-5` beside a bare name, `fresh(torch.optim.Adam)  # lr=1e-3 by default` beside one that is handed
on.  What comments show of values is read elsewhere, in `sites`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from assistant.verify.facts import Fact
from assistant.verify.names import ALIASES, Library, Use, names_in_prose, uses_in
from assistant.verify.prose import of_prose
from assistant.verify.sites import comments_of
from assistant.verify.sites.comments import Comment
from corpus import syntax

_THERE = re.compile(r"\b(?:exists?|is there|are there|available|ships? with|is called)\b", re.I)
_BY_DEFAULT = re.compile(
    r"\bdefaults?\b|\b(?:unless|if) (?:you (?:say|ask|set|tell|pass)|told|asked|specified|given|set"
    r"|stated|nothing)|\bwhen (?:left out|omitted|not given)\b",
    re.IGNORECASE,
)
# A question, a name that stands for any other, and what people call each of their modules.
_OPEN = re.compile(r"\?|\b(?:foo|bar|baz|todo|fixme|xxx|nn\.modules?)\b|\be\.g\.", re.IGNORECASE)
# "momentum=0.1, affine=True, track_running_stats=True" and no more.
_PAIRS = re.compile(r"\w+=[^\s,;]+(?:(?:,| and|,? and) \w+=[^\s,;]+)*\.?")
_LIST = r"[a-z_]\w*(?:(?:, | and |, and | or )[a-z_]\w*)*"
# "takes padding_idx, max_norm and sparse as keywords", "accepts max_lr and pct_start"
_TAKEN = re.compile(
    rf"(\b(?:takes|accepts) )((?=[^;:.]*_){_LIST}(?=\s*(?:$|[.;,(:]|as (?:a )?keywords?\b))"
    rf"|{_LIST}(?= as (?:a )?(?:keyword|argument|option)s?\b))"
)
_ITEM = re.compile(r"\b(?!and\b|or\b)[a-z_]\w*")
_CALLED = re.compile(r"(\b(?:keyword|argument|option|parameter) (?:called |named ))([a-z_]\w*)\b")
_DECLARED = re.compile(r"\(.*\)")


def of_comments(library: Library, code: str, failing: Container[int] = ()) -> list[Fact]:
    """Names, defaults and arguments that the comments of code state.

    Args:
        library: what is asked.
        code: the snippet.
        failing: lines of which the page itself says that they fail.
    """
    tree = syntax.tree(code)
    comments = comments_of(code)
    if tree is None or not comments:
        return []
    own = _bound(tree)
    uses = uses_in(code)
    bare = bare_names(code)
    found: list[Fact] = []
    for comment in comments:
        if comment.line in failing:
            continue
        if not comment.trailing:
            found += _alone(library, comment, own)
            continue
        here = [use for use in uses if use.line == comment.line]
        beside = _beside(comment, here, bare=comment.line in bare)
        if beside is not None:
            found += _of(library, beside, comment)
    return found


def bare_names(code: str) -> frozenset[int]:
    """Lines that hold one of the library's names and nothing else but a comment."""
    tree = syntax.tree(code)
    uses = {(use.line, use.written) for use in uses_in(code)}
    return frozenset(
        node.end_lineno or 0
        for node in (tree.body if tree is not None else ())
        if isinstance(node, ast.Expr)
        and isinstance(node.value, (ast.Attribute, ast.Name))
        and (node.end_lineno, ast.unparse(node.value)) in uses
    )


def _bound(tree: ast.AST) -> frozenset[str]:
    """Names that the code itself gives to something: `F = 3` is nobody's `torch.nn.functional`."""
    stored = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
        if _path(node, alias) != ALIASES.get(alias.asname or alias.name)
    }
    taken = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return frozenset(stored | imported | taken)


def _path(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    """What an import gives a name to."""
    within = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
    return f"{within}{alias.name}"


def _alone(library: Library, comment: Comment, own: Container[str]) -> Iterator[Fact]:
    """What a comment on a line of its own states, if it is no code that was commented out."""
    mentioned = [written for written, *_ in names_in_prose(comment.text)]
    if not mentioned or any(name.partition(".")[0] in own for name in mentioned):
        return
    if _OPEN.search(comment.text):
        return
    declares = False
    work = syntax.tree(comment.text)
    if work is not None:
        last = work.body[-1] if work.body else None
        call = last.value if isinstance(last, ast.Expr) else None
        declares = len(work.body) == 1 and isinstance(call, ast.Call) and bool(call.keywords)
        if not declares:
            return
    for fact in of_prose(library, [(_quoted(comment.text), 0)]):
        confirmed = fact.judgement.state == "confirmed"
        if fact.text in mentioned and confirmed and not _THERE.search(comment.text):
            continue  # it speaks of the name, and not of whether it is there
        if fact.kind == "exists" and "(" in fact.text:
            continue  # a call of which something else is told
        if declares and (fact.kind == "exists" or not confirmed):
            continue  # a call that was commented out is no list of defaults
        yield replace(fact, line=comment.line)


def _quoted(text: str) -> str:
    """`text` with what it says is taken marked as code, as prose would mark it."""
    listed = _TAKEN.sub(lambda hit: hit[1] + _ITEM.sub(r"`\g<0>`", hit[2]), text)
    return _CALLED.sub(r"\1`\2`", listed)


def _beside(comment: Comment, uses: Sequence[Use], *, bare: bool) -> str | None:
    """The sentence that a comment and the name in front of it make; None where they make none."""
    text = comment.text
    if len(uses) != 1 or next(names_in_prose(text), None) is not None:
        return None
    name = uses[0].written
    if bare and _DECLARED.fullmatch(text):
        return f"{name}{text}"
    if _BY_DEFAULT.search(text) or (bare and (_PAIRS.fullmatch(text) or _THERE.match(text))):
        return f"{name}: {text}"
    return None


def _of(library: Library, sentence: str, comment: Comment) -> Iterator[Fact]:
    """What such a sentence states beyond the name."""
    for fact in of_prose(library, [(sentence, 0)]):
        if fact.kind == "exists" and not _THERE.match(comment.text):
            continue
        text = fact.text if fact.text in comment.text else comment.text
        yield replace(fact, line=comment.line, text=text, offset=0)
