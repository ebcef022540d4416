"""Line breaks lost: where does a comment end and code begin again?

Everything here is a cost, smaller being likelier; 1.0 is about a factor of e.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import NamedTuple

from corpus.restore.scan import token_at

MODULES = frozenset(sys.stdlib_module_names) | frozenset(
    "torch torchvision torchaudio torchtext numpy scipy sklearn pandas matplotlib seaborn tqdm PIL"
    " cv2 transformers datasets accelerate lightning pytorch_lightning tensorboard wandb onnx"
    " onnxruntime tensorflow keras jax requests pytest einops timm safetensors peft ray"
    " optuna yaml".split()
)
_CUSTOMARY = frozenset({"torch", "nn", "F", "optim", "np", "pd", "plt", "self"})
"""Names that snippets use without importing them."""
_BINDS = re.compile(
    r"(?<![\w.])([A-Za-z_]\w*)\s*(?:=(?!=)|,(?=[^()=]*=[^=]))|"
    r"\b(?:as|import|def|class|for|in|with|global)\s+([A-Za-z_]\w*)|"
    r",\s*([A-Za-z_]\w*)(?=[^()]*\sin\s)"
)
_WORD = re.compile(r"\S+")
_RUN = re.compile(r" {3,}")
_RESULTS = frozenset("Size tensor array device Parameter size dtype Tensor".split())
_STEPS = frozenset({"zero_grad", "backward", "step"})
_CALLED = re.compile(r"[\w.]*?(\w+)\s*\(")
_STATEMENT = re.compile(
    r"""(?:
        (?:import|from|class|def|for|while|if|elif|with|return|raise|del|assert|global|nonlocal
           |async|await|yield|match|case|except)\b
        |(?:else|try|finally|except)\s*:
        |(?:pass|break|continue|return)\b
        |@[A-Za-z_]
        |[A-Za-z_][\w.]*(?:\[[^\]]*\])?(?:\s*,\s*\*?[A-Za-z_][\w.]*(?:\[[^\]]*\])?)*\s*,?\s*
            (?:=(?!=)|[-+*/%@&|^]=|//=|\*\*=|:\s*[A-Za-z_][\w.\[\], |"']*=)
        |[A-Za-z_][\w.]*(?:\([^()]*\))?[.\w]*\(
        |[A-Za-z_][\w.]*\[
        |\((?:[^()]|\([^()]*\))*\)\s*(?:=(?!=)|\.\w+[.\w]*\()
        |["']{1,3}[A-Za-z]
    )""",
    re.VERBOSE,
)
SKIPPED_ELEMENT = 2.5
"""Cost of what could be the next element of brackets standing in a comment, less its own cost."""
_LOOSE_END = frozenset(
    "the a an of to for with and or in is by from as on this that these those our be are we if when"
    " each every any via per using into its their not no at than then so but i.e. e.g. use call"
    " calls calling = == => -> + - * / , (".split()
)
_SENTENCE_END = (".", "!", "?", ":", ";", ")", "…", "]", "}", '"', "'", "`")


@dataclass(frozen=True, slots=True)
class Known:
    """Names that the text binds somewhere, and whether runs of spaces are left in it."""

    names: frozenset[str]
    runs: bool

    @classmethod
    def of(cls, text: str) -> Known:
        """What can be seen in `text` before it is read."""
        names = _CUSTOMARY | {name for found in _BINDS.findall(text) for name in found if name}
        return cls(names, re.search(r"\S {4,}[A-Za-z_@)\]}\"'({\[]", text) is not None)


class Ending(NamedTuple):
    """Where a comment may end.

    Attributes:
        at: the offset where something else starts; the end of the line or text when nothing does.
        remark: the cost of what stands before it being a comment that ends there.
        start: the cost of a statement starting there; None when another comment or nothing does.
    """

    at: int
    remark: float
    start: float | None


def endings(text: str, hash_at: int, known: Known, limit: int) -> list[Ending]:
    """The places where the comment that starts at `hash_at` may end, in order."""
    line_end = text.find("\n", hash_at)
    line_end = len(text) if line_end < 0 else line_end
    found: list[Ending] = []
    words = 0
    previous = ""
    depth = 0
    body = hash_at + 1
    while body < line_end and text[body] in "#!-=~* \t":
        body += 1
    for match in _WORD.finditer(text, body, line_end):
        word = match.group()
        at = match.start()
        if words or word[0] == "#":
            cost = _remark(text, body, at, previous, depth, known)
            if word[0] == "#" and not word[1:2].isdigit():
                found.append(Ending(at, cost - 0.5, None))
                break
            if _STATEMENT.match(text, at, line_end):
                found.append(Ending(at, cost, _start_cost(text, at, previous, known)))
                if len(found) >= limit:
                    break
        depth += _net(word)
        words += 1  # noqa: SIM113 - it counts from the comment's first word
        previous = word
    else:
        cost = _remark(text, body, line_end, previous, depth, known)
        found.append(Ending(line_end, cost, None))
    return found


def _net(word: str) -> int:
    return sum(word.count(c) for c in "([{") - sum(word.count(c) for c in ")]}")


def _remark(text: str, body: int, end: int, previous: str, depth: int, known: Known) -> float:
    """The cost of `text[body:end]` being a comment."""
    remark = text[body:end].strip()
    cost = 0.3 + 0.03 * len(remark.split())
    if known.runs:
        cost += 4.0 * len(_RUN.findall(remark))
    last = previous.lower()
    if last in _LOOSE_END or last.endswith((",", "(", "=", "->", "→", "+")):
        cost += 3.0
    elif previous.endswith(_SENTENCE_END):
        cost -= 0.7
    if depth > 0:
        cost += 3.0
    return cost


def _start_cost(text: str, at: int, previous: str, known: Known) -> float:
    """The cost of a statement starting at `at`, after a comment's word `previous`."""
    cost = 0.0
    if known.runs:
        cost += 0.0 if re.search(r"(?:\s{2,}|\n)$", text[max(0, at - 3) : at]) else 0.4
    token = token_at(text, at)
    if token is None:
        return cost
    word = token.text
    following = token_at(text, token.end)
    called = _CALLED.match(text, at)
    if called is not None and called.group(1) in _RESULTS:
        cost += 5.0
    if token.kind == "string":
        return cost + 5.0
    if word in ("import", "from"):
        module = following.text if following else ""
        return cost + (0.0 if module in MODULES else 3.0)
    if word == "pass":
        return cost + 5.0
    if word in ("break", "continue"):
        return cost + 1.5
    if word in (
        "for",
        "if",
        "with",
        "while",
        "return",
        "assert",
        "raise",
        "del",
        "yield",
        "match",
    ):
        return cost + 0.8
    if word in ("await", "case", "global", "nonlocal", "async", "except"):
        return cost + 0.8
    if word in ("def", "class", "else", "elif", "try", "finally", "@"):
        return cost
    if following is not None and following.text == "=" and previous.endswith(","):
        cost += 3.0
    if following is not None and following.text == "(":
        cost += 0.0 if word in known.names or word == "print" else 3.0
        cost += 4.0 if following.start > token.end else 0.0
    elif following is not None and following.text == ".":
        step = called is not None and called.group(1) in _STEPS
        cost += 0.0 if step or word in known.names or word in ("self", "super") else 1.0
    return cost


def element_cost(text: str, hash_at: int, last: str, known: Known) -> list[tuple[float, int]]:
    """Where a comment inside brackets may end, with costs.

    Args:
        text: the running text.
        hash_at: offset of the comment's `#`.
        last: the token before the comment.
        known: what the text is known to bind.
    """
    line_end = text.find("\n", hash_at)
    if line_end >= 0:
        return [(0.0, line_end + 1)]
    found: list[tuple[float, int]] = []
    body = hash_at + 1
    words = 0
    previous = ""
    depth = 0
    skipped = 0.0
    fresh = last in ",([{" or not (last[-1:].isalnum() or last[-1:] in ")]}\"'_")
    for match in _WORD.finditer(text, body):
        at, word = match.start(), match.group()
        if words:
            cost = _element(text, at, word, fresh, depth, known)
            if cost is not None:
                remark = _remark(text, body, at, previous, min(depth, 0), known)
                found.append((skipped + remark + cost, at))
                skipped += max(0.0, SKIPPED_ELEMENT - cost) if word[0] != "#" else 0.0
                if len(found) >= 12:
                    break
        depth += _net(word)
        if depth < 0 and words:
            break
        words += 1  # noqa: SIM113 - it counts from the comment's first word
        previous = word
        if words > 40:
            break
    return sorted(found)[:5]


def _element(text: str, at: int, word: str, fresh: bool, depth: int, known: Known) -> float | None:
    """The cost of the next element of the brackets starting at `at`; None: it cannot."""
    if word[0] == "#":
        return -0.5
    if word[0] in ")]}":
        return 0.0 if depth <= 0 else None
    if not fresh:
        if word in ("for", "if", "else", "and", "or"):
            return 1.5
        return 1.0 if word[0] in "+-*/|&=<>.,%@" else None
    token = token_at(text, at)
    if token is None:
        return None
    following = token_at(text, token.end)
    after = following.text if following else ""
    if token.kind == "name":
        if after == "=":
            return 0.0
        if after in (".", "(", "["):
            near = following is not None and following.start == token.end
            return (0.3 if token.text in known.names or token.text == "lambda" else 1.5) + (
                0.0 if near else 3.0
            )
        if after in (",", ")", "]", "}"):
            return 2.0 if token.text in known.names else 3.5
        return 3.0 if token.text in ("lambda", "not", "None", "True", "False") else None
    if token.kind == "string":
        return 0.3 if after == ":" else 1.0
    if token.text in ("[", "(", "{"):
        return 1.0
    if token.kind == "number" or token.text in ("-", "*", "**"):
        return 2.0
    return None
