"""A whole value first, and words behind it: `tensor(2.) banker's rounding`, `False in float64`.

A list, a printed tensor or a decimal number that a comment begins with is what the author saw; the
words say more about it.  They may also say when it holds (`True on a GPU`): then a disagreement
proves nothing, and the reading is lenient.
"""

from __future__ import annotations

import re

from assistant.verify import literals
from assistant.verify.expect.sides import dims_of
from assistant.verify.expect.types import (
    DTYPE_ALIASES,
    Device,
    Dtype,
    Each,
    Expectation,
    Lenient,
    Reading,
    Shape,
    Value,
)
from assistant.verify.expect.values import TRANSFORMED, is_known_call
from assistant.verify.literals import Call, Const, Node, Num, Pairs, Seq

# Remarks that hold no value of the code beside them: other code set beside it, code commented out
# with a remark of its own, sizes of one dimension before and after, a choice of two values.
NO_VALUE = re.compile(
    r"(?:compare|cf\.?|unlike|versus|vs\.?)\s|.*[\w)\]]\s{2,}#\s|\d+ *(?:->|→|=>|⇒) *\d+$"
    r"|.*[\w)\]'\"] or (?:tensor|array|[\[(])",
    re.IGNORECASE,
)
# Words that say under which condition a value holds, or that it is another's.
CONDITION = re.compile(
    r"\b(?:if|when|whenever|unless|before|until|once|under|given|but|not|or|normally|usually|often|sometimes"
    r"|typically|should|would|could|may|might|instead|except|(?:rather|other) than|old|older"
    r"|previous(?:ly)?|vs|per|was|were|then|else|otherwise|e\.g|eq|step|line|GPU|CUDA|Linux"
    r"|(?:on|under) windows|mac\w*|machine|version|later|exact|theory|principle|general|practice"
    r"|mathematic\w*|reals?|other|another|b?float\d+|precision|ascending|descending|reversed"
    r"|(?:round|truncat|floor)ed|originally|initially|itself|without|stays?|remains?|unchanged"
    r"|twice|thrice|repeated|next to|side by side|on top of)\b"
    r"|\b(?:is|are|gets?) (?:an?|what|where|how|the|broadcast\w*|added|repeated|expanded|reshaped"
    r"|flattened|summed|copied|stacked|dropped|removed|kept)\b|[/*@%]|\?",
    re.IGNORECASE,
)
# Words that may, so that a value which is quite another one proves nothing.
PERHAPS = re.compile(
    r"\b(?:with|without|on|in|for|at|after|and|expected|only|each|to|of|as|from|by|along|over"
    r"|across|down)\b",
    re.IGNORECASE,
)
# "False alarm" says no value.
_SAYING = re.compile(
    r"\s+(?:alarms?|stor(?:y|ies)|positives?|negatives?|friends?|starts?|statements?|dichotom\w+"
    r"|colou?rs|of|but|the less|enough|to (?:form|life))\b"
)
# What a value is made from, as in `0.04 = max_lr / 25`.
_FORMULA = re.compile(r"[^\W\d]\w*(?:\s*[-+*/]\s*[\w.]+)+\s*")
# What was spared in making a value leaves it as it is.
_SPARING = re.compile(
    r"\s*,?\s*\b(?:but |and |all )?(?:without|with no|no)\s+"
    r"(?:(?:any|a|an|extra|new|further|more|actual|actually|really|single|real)\s+)*"
    r"(?:copy(?:ing)?|copies|allocat\w+|memory|moving|touching|storage|duplicat\w+|warnings?)\b"
    r"(?:(?:\s+(?:of|any|a|an|extra|new|further|more|the|its))*\s+"
    r"(?:copy|copies|memory|storage|data|elements?|bytes?|anything|made|used|needed))?\s*$",
    re.IGNORECASE,
)
# What is told of a part, or of more than is seen.
_IN_PART = re.compile(
    r"\b(?:each|every|per|rows?|columns?|batch\w*|first|last|dim\w*|axis|more|extra|left|other"
    r"|them|which|most|least|about|to|of|from|between)\b",
    re.IGNORECASE,
)
# Of a yes or a no, under what else it holds.
_UNDER = re.compile(r"\b(?:for|with|without|in|on|of|and|or|per|each)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"\.\w|\s*(?:[-+*/@%^<]|==|!=|>(?!>)|→|[-=]>|\.\.|\[|\()")
_MEANING = re.compile(r"\s*(?:→|[-=]>|⇒|=)\s+(?=[^\W\d])")
# "6 ones below the diagonal"; "2 times faster" and "3 to 5" say something else.
_COUNTED = re.compile(
    r"\s+(?!(?:x|times|more|less|fewer|to|or|million|billion|thousand|dozen|percent|per|of|is|if"
    r"|for|at|in|out|with|without|on|after|by|from|as|and"
    r"|was|were|are|has|had|does|did|will|would|works?|helps?|hurts?|gives?|fits?|needs?|needed|takes?"
    r"|makes?|seems?|looks?|gets?|goes|wins|beats|suffices?|better|worse|card|points?|marks?|percent"
    r"|decimal|digits?|places?|orders?|hours?|days?|weeks?|heads?|epochs?|steps?|layers?|halves"
    r"|chunks?)\b)[a-z]{2,}"
)
_EXACTLY = re.compile(r"\s*(?:exactly|precisely|just|back to|reset to|still|class|index)\s+", re.I)
# As in `6 = 3 layers times 2 directions`.
_EXPLAINED = re.compile(r"(?:\s*=\s*\d[^=]*[a-z]{2}[^=]*|\s+is (?:the|what|how)\b[^=\d]*\w*)$")
_PLACE = re.compile(
    r"(?:torch\.)?(?:(?P<device>cpu|cuda(?::\d)?)|(?P<dtype>b?float(?:16|32|64)|u?int(?:8|16|32"
    r"|64)))(?P<rest>\s+[a-z].*)$",
    re.DOTALL,
)
_EVERY = re.compile(
    r"\s*(?:all|every|each)\s+(?:the\s+)?(?:entr(?:y|ies)|elements?|values?|numbers?|items?|one)"
    r"\s+(?:is|are|equals?|=)\s+(?P<value>[-−]?\d+(?:\.\d+)?)\s*(?:$|[,;.!(—–])",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"(?P<numbers>[-−]?\d[\d.]*(?:,?\s*(?:then|and then|→|->|,)\s*[-−]?\d[\d.]*)+)(?:\s+(?:in turn"
    r"|one by one|over the"
    r" (?:loop|iterations|passes)|on (?:each|successive) (?:pass|iteration|turn)\w*))?\s*[.!]?$"
)
_LISTED = re.compile(
    r"[^\d\[\](){}]{0,60}?(?::|→|[-=]>|⇒|\b(?:are|is|picks|gives|sums|means|values|elements))\s+"
    r"(?P<numbers>[-−]?\d[\d.]*(?:\s*(?:,|\band\b|,\s*and\b)\s*[-−]?\d[\d.]*)+)\s*[.!]?$"
)
_ASIDE = re.compile(r"[^\d(){}\[\]]{3,60}\((?P<value>[-−]?\d+(?:\.\d+)?)\)$")
_SIDES = re.compile(
    r"\s*(?:(?:an? )?(?:batch|grid|matrix|tensor|stack|image|array|block|table)(?:es|s)? of )?"
    r"(?:[A-Za-z_]+(?:\s*[x×]\s*[A-Za-z_]+)+\s*(?:=|→|->|:)\s*)?(?P<sides>\d+(?:\s*(?:[x×]"
    r"|\bby\b)\s*\d+)+)(?P<rest>\s*"
    r"(?:$|[,;(—–]|\s(?:(?:[A-Za-z-]+\s)?(?:matrix|tensor|grid|image)|feature maps?|images?|grid"
    r"|pixels|maps?|matri(?:x|ces)|tensors?|output|result|patch(?:es)?"
    r"|again|values|weights?)\b).*)$"
)


# "8 samples of 10 features"
_ROWS_OF = re.compile(
    r"(?:an? )?(?:batch of )?(?P<many>\d+) [a-z]+,? (?:of|with|by|times|x|each of)"
    r"(?: (?:length|size|dim(?:ension)?s?|width))? (?P<long>\d+)(?: [a-z-]+)?(?: each)?[.!]?"
)
# "4 of 6 tensors"
_SHARE_OF = re.compile(r"(?P<part>\d+) (?:out )?of (?:the |all )?\d+\b")


def with_words(text: str, whole: str) -> Reading | None:
    """The value that `text` begins with, or lists behind a phrase; None where it does neither."""
    readers = (_special, _placed, _led, _listed)
    for found in (reader(text, whole) for reader in readers):
        if found is not None:
            return found
    return None


def _led(text: str, whole: str) -> Reading | None:
    try:
        node, end = literals.read_prefix(text)
    except literals.NotALiteralError:
        return None
    rest = text[end:]
    if isinstance(node, Num) and _EXPLAINED.match(rest):
        told: Lenient = "always" if rest.lstrip().startswith("is") else "unless printed"
        return Reading(Value(node), whole, lenient=told, phrase=rest)
    meant = _MEANING.match(rest)
    if not rest.strip() or (_GOES_ON.match(rest) and not meant):
        return None
    remark = rest[meant.end() :] if meant else rest
    if isinstance(node, Const) and _SAYING.match(rest):
        return None
    expected, strong = _expected(node)
    if isinstance(node, Num) and node.text.endswith(".") and not strong:
        return None  # "1. clear old gradients"
    if expected is None or re.match(r"\s*\S*\d", remark):
        return None
    if isinstance(node, Num) and not strong and not meant and not _COUNTED.match(rest):
        return None  # "5% more"
    lenient: Lenient = "" if strong else "unless near"
    if isinstance(node, Num) and not strong:
        lenient = "unless printed"
    sized = not isinstance(node, Num) and re.search(r"\d", remark)
    if meant and _FORMULA.fullmatch(remark) and isinstance(node, Num):
        return Reading(Value(node), whole, lenient="" if strong else "unless printed")
    remark = _SPARING.sub(" ", remark)
    words = re.sub(r"\s(?:stays?|remains?)$", "", remark) if isinstance(node, Num) else remark
    if CONDITION.search(words) or TRANSFORMED.search(remark) or sized:
        lenient = "always"
    elif PERHAPS.search(remark):
        other = isinstance(node, Const) and _UNDER.search(remark)
        lenient = "always" if other else "unless near"
        counted = re.match(
            r"\s+((?:[a-z-]+ ){0,2}?[a-z]+)(?=:|\s+(?:in (?:total|all)|for (?:all|\d))\b)", remark
        )
        if isinstance(node, Num) and not strong and counted and not _IN_PART.search(remark):
            return Reading(Value(node), whole, lenient="unless related", phrase=counted[1])
    return Reading(expected, whole, lenient=lenient, phrase=remark)


def _placed(text: str, whole: str) -> Reading | None:
    """`cpu unless you moved it`, `float32 out of habit`: a device or dtype, and words behind it."""
    found = _PLACE.match(text)
    if found is None:
        return None
    other = CONDITION.search(found["rest"]) or PERHAPS.search(found["rest"])
    lenient: Lenient = "always" if other else "unless near"
    if found["device"]:
        return Reading(Device(found["device"]), whole, lenient=lenient)
    return Reading(Dtype(DTYPE_ALIASES.get(found["dtype"], found["dtype"])), whole, lenient=lenient)


def _expected(node: Node) -> tuple[Expectation | None, bool]:
    """What a leading literal expects, and whether it can hardly be anything but what was seen."""
    if isinstance(node, Call):
        return (Value(node), True) if is_known_call(node.name) else (None, False)
    if isinstance(node, Pairs):
        return Value(node), True
    if isinstance(node, Seq):
        dims = dims_of(node)
        if node.kind == "(" and dims is not None:
            symbolic = any(not isinstance(dim, int) for dim in dims)
            return (Shape(dims) if symbolic else Value(node)), len(dims) > 1 and not symbolic
        plain = node.items and all(isinstance(item, (Num, Const, Seq)) for item in node.items)
        return (Value(node), True) if plain and node.kind != "()" else (None, False)
    if isinstance(node, Num):
        return Value(node), bool(re.search(r"\.\d{2,}|inf|nan", node.text))
    return (Value(node), False) if isinstance(node, Const) else (None, False)


def _special(text: str, whole: str) -> Reading | None:
    every = _EVERY.match(text)
    if every is not None:
        number = literals.read_all(every["value"].replace("−", "-"))
        return Reading(Each(Value(number)), whole) if number is not None else None
    sides = _SIDES.match(text)
    if sides is not None:
        sizes = tuple(int(n) for n in re.findall(r"\d+", sides["sides"]))
        return Reading(Shape(sizes, loose=True), whole, lenient="unless near")
    rows = _ROWS_OF.fullmatch(text)
    if rows is not None:
        pair = (int(rows["many"]), int(rows["long"]))
        return Reading(Shape(pair, loose=True), whole, lenient="always")
    part = _SHARE_OF.match(text)
    if part is not None:
        number = literals.read_all(part["part"])
        return Reading(Value(number), whole, lenient="always") if number else None
    exactly = _EXACTLY.match(text)
    if exactly is not None:
        node = literals.read_all(text[exactly.end() :].rstrip(" .!"))
        if isinstance(node, (Num, Const)):
            sure = exactly.group().strip().lower() in ("exactly", "precisely")
            return Reading(Value(node), whole, lenient="" if sure else "always")
    aside = _ASIDE.fullmatch(text)
    if aside is not None:
        number = literals.read_all(aside["value"].replace("−", "-"))
        return Reading(Value(number), whole, weak=True, lenient="always") if number else None
    return None


def _listed(text: str, whole: str) -> Reading | None:
    """`second column -> 1, 5, 9`, `row sums 3 and 7`: several numbers that a phrase introduces."""
    found = _THEN.fullmatch(text) or _LISTED.fullmatch(text)
    if found is None:
        return None
    numbers = [literals.read_all(one) for one in re.findall(r"[-−]?\d[\d.]*", found["numbers"])]
    nodes = tuple(one for one in numbers if isinstance(one, Num))
    if len(nodes) != len(numbers):
        return None
    sure = found.re is _THEN
    return Reading(
        Value(Seq("[", nodes)), whole, weak=True, lenient="unless near" if sure else "always"
    )
