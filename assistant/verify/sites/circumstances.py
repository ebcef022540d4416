"""Whether a remark gives its value for circumstances that are not those of its statement.

`tensor([[3.], [7.]]) with keepdim=True`, `for 64x64 images: (1, 16, 62, 62)`, `a GRU has (48, 8)`,
`had we padded: …`: a value may be true of them and yet be another than the one that is seen.
"""

from __future__ import annotations

import re
from typing import Literal

from assistant.verify.sites.evidence import EMPTY, FORMULAS, STEM, vocabulary

Foreign = Literal["", "perhaps", "surely"]

# What is not, was, or will be: grammar, whatever the remark is about.
_NOT_NOW = re.compile(
    r"\b(?:would|could|might|had (?:we|you|it|they|I|the|this)|were (?:we|you|it|they|the|this)"
    r"|instead(?! of\s*(?:$|[.!,;]))|unless|until|before|previously|formerly|originally"
    r"|otherwise|elsewhere|suppose"
    r"|assuming|imagine|used to|no longer|not yet|pretend|feel free|try|replace (?:it |this )?(?:by"
    r"|with)|(?:change|switch|set) (?:it|this|that)? ?(?:to|into)|swap in|play with|experiment with"
    r"|make (?:it|this|that)|(?:feed|give|pass|hand|send) (?:it|this|in|them)|or (?:rather|even)"
    r"|how about|what about|e\.g\.?)\b|^\s*or\b"
    r"|\bat the (?:start|beginning|outset|very first)\b|\bin the beginning\b"
    r"|\bafter (?:\d+|one|two|three|four|five|a|an|another|each|every)\b(?! all\b)"
    r"|\b(?:once|if|when|whenever)\s+(?:it|you|we|they|the|this|there|[a-z]+ed\b)"
    r"|(?<!again )(?<!now )(?<!still )\b(?:outside|there|inside"
    r"|(?<!one )(?<!each )(?:twice|thrice))\s*(?=$|[,;:.!)])",
    re.IGNORECASE,
)
# What somebody only believes or wishes, what is told of a part, and what is not it.
_NOT_THIS = re.compile(
    r"\b(?:anything|all|nothing) but\b|(?<=[a-z] )(?<!we )(?<!you )(?<!to )(?:thinks?|believes?"
    r"|expects?|hopes?|guess|assumes?|wants?|needs?|prefers?)\b|\b(?:bug|mistake)\b|\btwo such\b"
    r"|\b(?:by )?default in (?:numpy|NumPy|pandas|JAX|TensorFlow|Python)\b"
    r"|\bin (?:numpy|pandas|jax|tensorflow|python) by default\b"
    r"|\b(?:in|from|of) (?:the|a|our|most|many|some) (?:textbooks?|papers?|literature|lectures?"
    r"|books?|formulas?|theory|blog posts?|tutorials?)\b",
    re.IGNORECASE,
)
# What is told of a part, right in front of the value.
_OF_A_PART = re.compile(
    r"\b(?:each|every|per|single)\s+\w+(?: is| has|:)?\s*$|\b\d+ (?:times|x)\s*$", re.IGNORECASE
)
# Under what, in front of the value: "in the paper: …", "the paper has …".
_UNDER = re.compile(
    r"^\s*(?:in|at|for|with|without|under|on|by|from|per)\s+(?P<place>[^,;:.()—–]+?)"
    r"(?::|\s(?:this|it|that)\s(?:is|gives|has|becomes|comes to))\s*$"
    r"|^\s*(?:an?|the|our|your|my|their)\s+(?P<who>[\w\s-]{2,30})\s+(?:has|uses?|gives?|takes?"
    r"|reports?|shows?)\s*$",
    re.IGNORECASE,
)
# Names that only code has: `no_grad`, `float64`.
_MADE_UP = re.compile(
    r"(?<![\w.])(?:[^\W\d]+_\w+|[^\W\d]{2,}\d+\w*|(?!i\.e|e\.g|w\.r)[^\W\d]\w*\.[^\W\d]\w*"
    r"(?=\s*(?:$|[:=]|(?:is|has|gives)\b)))(?![\w.])"
)
_KEYWORD = re.compile(
    r"(?<![\w.])[^\W\d]\w*\s*=(?!=)\s*"
    r"(?:-?\d[\d.]*(?:e-?\d+)?|True|False|None|['\"]\w+['\"])(?![\w.*/+-])"
)
_TYPES = re.compile(r"(?:(?:torch\.)?(?:b?float|u?int|complex)\d+\s*)+")
# Code is written without spaces in front of its bracket.
_CODE = re.compile(r"(?<![\w.])([\w.]*[^\W\d]\w*)(?:\[[^\[\]]*\]|\((?=[^()]*[\d=])[^()]*\))")
_CLAUSE = re.compile(r"\b(?:for|with|under|without|in)\s+(?P<what>[^,;:.()—–]+)", re.IGNORECASE)
# A label right in front of the value: "horizontally: (2, 4)".
_LABEL = re.compile(r"(?:^|[,;.]\s)\s*(?P<what>[^,;:.()—–=→>]+?)\s*(?::|→|[-=]>)\s*$")
# What is named by its capitals, and of which something is told.
_NAMED = re.compile(
    r"(?:\b(?:for|with|in|an?|the|like|as)\s+|^\s*)"
    r"(?P<name>[A-Z][A-Z\d]{2,}[a-z]*|[A-Z][a-z]+[A-Z]\w*)"
    r"(?=\s*(?:$|[:,;)]|\s(?:has|have|gives?|needs?|uses?|is|makes?|returns?|shows?|prints?)\b))"
)
# As in `but they are not the same object: False`.
_OF_IT = re.compile(
    r"\s*(?:but |and |so |yet )*(?:it|they|both|this|these)\s+(?:is|are|has|have|do)\b"
)
_SIZES = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?=\s*x\s*\d)|(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\w)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LITTLE = frozenset(
    "own our your total fact case cases full general theory mind short words word turn effect"
    " practice python torch pytorch shape shapes size sizes dims dim dtype type tensor tensors"
    " vector matrix list tuple numbers elements entries expected note sure printed print seen see"
    " look hint comment ok okay oops careful beware".split()
)
"""Words that make no phrase speak of something else, besides those that tie it to nothing."""


def circumstances(lead: str, tail: str, behind: str, value: str) -> Foreign:
    """Whether a remark speaks of other circumstances than those of its statement.

    Args:
        lead: the remark up to its value.
        tail: what it says behind it.
        behind: the statement, and those that made what it uses.
        value: the value as claimed.
    """
    around = f"{lead} {tail}"
    if _NOT_NOW.search(around) or _NOT_THIS.search(around) or _other_code(around, behind):
        return "surely"
    if _OF_A_PART.search(lead) and not re.match(r"\[|tensor\(\[", value):
        return "surely"
    again = len(set(value.split())) < len(value.split())
    if _TYPES.fullmatch(value) and again and around.strip():
        return "surely"  # "mixing with float64 gives float64"
    words = vocabulary(behind) | {one.lower() for one in _WORD.findall(behind)}
    under = _UNDER.search(lead)
    if under is not None and _unknown(under["place"] or under["who"], words):
        return "surely"
    if any(one.lower() not in f"{behind} {value}".lower() for one in _MADE_UP.findall(around)):
        return "surely"
    named = _NAMED.search(around)
    if named is not None and named["name"].lower() not in behind.lower():
        return "surely"
    told = set(re.findall(r"(?<![^\W\d])\d+(?:\.\d+)?", f"{behind} {value}"))
    # Sizes that neither the code nor the value knows belong to other code.
    if ":" in around and any(one not in told for one in _SIZES.findall(around.split(":")[0])):
        return "perhaps"
    labels = [hit["what"] for hit in _LABEL.finditer(lead)]
    if _TYPES.fullmatch(value) and any(
        re.search(r"\bdefault\b", one) or _unknown(one, words) for one in labels
    ):
        return "surely"  # "default int: torch.int64"
    clauses = [*labels, *(hit["what"] for hit in _CLAUSE.finditer(around))]
    return "perhaps" if any(_unknown(one, words) for one in clauses) else ""


def _other_code(around: str, behind: str) -> bool:
    """Whether a remark names code, or an argument, that the statement has not been made with."""
    tight = re.sub(r"\s|['\"]", "", behind)
    for hit in _CODE.finditer(around):
        made = re.sub(r"\s|['\"]", "", hit.group())
        if hit[1] not in FORMULAS and made not in tight:
            return True
    return any(
        re.sub(r"\s|['\"]", "", hit.group()) not in tight for hit in _KEYWORD.finditer(around)
    )


def _unknown(phrase: str, words: frozenset[str]) -> bool:
    """Whether nothing in a phrase is known to the code."""
    if _OF_IT.match(phrase):
        return False
    told = {word.lower() for word in _WORD.findall(phrase)} - _LITTLE - EMPTY
    return bool(told) and not any(_alike(one, other) for one in told for other in words)


def _alike(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return word == other or (len(short) >= STEM and short in long)
