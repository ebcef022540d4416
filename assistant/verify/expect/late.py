"""The one value that a remark holds somewhere, where nothing else can be read of it.

`tf.concat(axis=0): (16, 3, 28, 28)`, `one learnable slope, 0.25`, `parameters stay torch.float32`.
What stands around the value may speak of something else, so that such a reading is always lenient:
a disagreement counts only where claim and observation are built alike.
"""

from __future__ import annotations

import re

from assistant.verify import literals
from assistant.verify.expect.sides import dims_of
from assistant.verify.expect.tails import CONDITION, NO_VALUE, PERHAPS
from assistant.verify.expect.types import (
    DTYPE_ALIASES,
    Device,
    Dtype,
    Expectation,
    Lenient,
    Reading,
    Shape,
    Value,
    Values,
)
from assistant.verify.expect.values import TRANSFORMED, is_known_call
from assistant.verify.literals import Call, Const, Node, Num, Pairs, Seq, Word

_START = re.compile(
    r"(?<![\w.\])'\"])(?:(?=(?:torch\.Size|tensor|(?:np\.)?array|device|dict_keys|odict_keys"
    r"|OrderedDict)\()|(?=[\[({])"
    r"|(?P<dtype>(?:torch\.|np\.)?(?:b?float(?:16|32|64)|u?int(?:8|16|32|64)|complex(?:64|128))"
    r"|torch\.(?:bool|half|double|long|float|int))(?![\w(\[.])"
    r"|(?P<device>cpu|cuda:\d)(?![\w(\[.-])|(?=(?:True|False|None)\b)|(?=[-+−]?\.?\d))"
)
# What makes a number a part of something longer.
_GLUED = re.compile(
    r"\s*(?:[*/^×÷%²³]|[-+]\s*\w|x\b|(?:to|or|of|times|by|in)\b|[-–]?[A-Za-z_]\w*\()"
)
_GLUED_BEFORE = re.compile(
    r"(?:[-+*/^×÷<≤≥#§$√@_&|]|(?<![-=])>|\b(?:[Ss]ee|[Ll]ine|[Ss]tep|[Pp]age|issue|[Dd]ay|[Ee]x\w*|[Ff]ig\w*|of|to|byte|offset"
    r"|dim|axis|at|from|by|than|top|layer|epoch|type|version|v|seed|over|across|along|per|every"
    r"|lr|times|column|row|item|number|no|and|or|with|for)\.?)\s*[=(]?\s*\Z"
)
_INDEX = re.compile(r"\b(?:index|position)\s*\Z")
# Where a value begins that a phrase leads up to.
_LED = re.compile(
    r"(?:[:;,→⇒=>—–)]|\s-{1,2}|\s{3}|\b(?:shape|is|are|gives|yields|still|now)|-(?:style|like))\s*\Z"
)
_STAYS = re.compile(r"\b(?:stays?|remains?|keeps?|still)\s*\Z")
# As in `drops a dimension -> shape [4]`.
_SURELY_SHAPE = re.compile(
    r"(?:^|→|⇒|[-=]>|[:,;—–])\s*(?:(?:new|output|resulting) )?shape(?: is| now| of)*\s*:?\s*\Z"
)
# Words that say, wherever they stand, that the value is another's or only expected.
_OTHERS = re.compile(
    r"\b(?:inputs?|before|was|were|from|instead|not|no|old|previous(?:ly)?|needs?|requires?|wants"
    r"|takes?|expects?|weights?|bias|kernel|windows?|targets?|labels?|args?|arguments?|param\w*|if"
    r"|when|unless|given|would|should|could|e\.g|example|between|lr|rate|epochs?"
    r"|later|then|soon|will|next|eventually|initial\w*|original\w*|until|must|may|might|can|cannot"
    r"|eq|see|note|todo|fig\w*|table|ref|cf|version|since|chance|baseline|theor\w+|ideal\w*"
    r"|limit\w*|threshold|start\w*|keras|tensorflow|jax|paper|bound\w*|goal|optim\w+"
    r"|truth|reference|random\w*|guess\w*|budget|tol\w*|margin|scale\w*|temperature|seed|momentum"
    r"|alpha|beta|gamma|sigma|noise|fully?|true value|usually|often|than|why|because|compare\w*"
    r"|GPU|CUDA|machine|mine|for me|say|perhaps|maybe|about|around|roughly|approx\w*|almost|nearly"
    r"|after (?:the|all|every|each|both|training|\d+)|nearest|closer?|ought|want|wish|hope|[QKV]"
    r"|revers\w+|transposed|doubled|halved|squared|flipped|shuffled|opposite|contrary|gold|oracle"
    r"|production|reality|(?:the|an?) (?!whole|first|last|final|result|right|new)[a-z]+ ones?"
    r"|hidden|intermediate|inner|inside|through|via|without|logits|loss|swaps?|flips?|undo\w*|wrong|mistake\w*|naive\w*|trap)\b|\?|≈|~",
    re.IGNORECASE,
)
# Words by which a value in the midst of a remark may belong to something else.
_TIES = re.compile(
    r"\b(?:of|for|per|each|every|on|an?|the|in|with|over|up|down|like|tf|np|numpy|[a-z])\b",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"\b(?:follows|matches|like|keeps|copies|mirrors|same as|as) (?:the |its |that of the )?\w+"
)
_STRAY = re.compile(
    r"\b(?:since|version|v\d|PR|week|year|todo|before|was|were|not|instead|if|when|would|should|could|e\.g|faster"
    r"|slower|million|thousand|billion|percent)\b|%|https?:|\?",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"(?:^|[,;:] |\b(?:and|but|so) )(?:there (?:is|are)|has|have|holds|counts?|(?:the "
    r"|a )?[a-z]+(?: "
    r"[a-z]+)? (?:has|have|holds|counts)|index|position|[Nn]\s*=)\s*\Z"
    r"|\b(?:so|hence|thus|therefore)\s*\Z"
)
_LIST = re.compile(
    r"[-−]?\d[\d.]*(?:\s*,\s*(?:and\s+)?[-−]?\d[\d.]*|\s+and\s+[-−]?\d[\d.]*)+(?=\s*(?:$|[.;(—–!]))"
)


def held(comment: str) -> Reading | None:
    """The one value, or the values side by side, that a comment holds; None where it is unclear."""
    text = comment.strip()
    if NO_VALUE.match(text):
        return None
    found = list(literals_in(text))
    strong = [one for one in found if _weight(one[2]) == 2]
    chosen = strong or found
    if not chosen:
        return None
    if len(strong) > 1:
        return _side_by_side(text, [one[2] for one in strong])
    listed = _LIST.search(text)
    if not strong and listed is not None and len(found) > 1:
        return _listed(text, found, listed)
    if len(chosen) > 1 and not re.search(r"(?:[:→⇒>]|\W=)\s*\Z", text[: chosen[-1][0]]):
        return None
    chosen = chosen[-1:]
    start, end, expected = chosen[0]
    before, after = text[:start], text[end:]
    lenient = _lenient(before, after, expected)
    if lenient is None:
        return None
    number = isinstance(expected, Value) and isinstance(expected.node, Num)
    truth = isinstance(expected, Value) and isinstance(expected.node, Const)
    moved = not number and TRANSFORMED.search(after)
    if CONDITION.search(after) or moved or (truth and PERHAPS.search(after)):
        lenient = "always"
    if _SURELY_SHAPE.search(before) and isinstance(expected, Value) and not after.strip(" .!"):
        sizes = dims_of(expected.node)
        if sizes is not None and lenient != "always":
            return Reading(Shape(sizes), text, weak=True, phrase=before)
    return Reading(expected, text, weak=True, lenient=lenient, phrase=f"{before} {after}")


# Where what is said of a value ends, and something else begins.
_NEW_CLAUSE = re.compile(
    r"[;—–]|\.\s|\s\((?!if|when|for|with|after)"
    r"|,(?!\s*(?:if|when|with|for|after|once|unless|instead|in|on|at|under|without)\b)"
)


def around(comment: str) -> tuple[str, str, str]:
    """What a comment says in front of and behind the values in it, and those values.

    Those are values that can be nothing else: numbers stay where they are, as they may count
    anything.
    """
    found = [
        (start, end)
        for start, end, expected in literals_in(comment)
        if _weight(expected) == 2 or _is_truth(expected)
    ]
    if not found:
        return comment, "", ""
    behind, at = "", found[0][1]
    for start, end in found[1:]:
        behind += comment[at:start] + " "
        at = end
    behind += comment[at:]
    ends = (
        hit.start()
        for hit in _NEW_CLAUSE.finditer(behind)
        if len(re.findall(r"[(\[]", behind[: hit.start()]))
        <= len(re.findall(r"[)\]]", behind[: hit.start()]))
    )
    if re.match(r"\s*:\s", behind):
        behind = ""  # a reason
    value = " ".join(comment[start:end] for start, end in found) + " "
    return comment[: found[0][0]], behind[: next(ends, len(behind))], value


def _is_truth(expected: Expectation) -> bool:
    return isinstance(expected, Value) and isinstance(expected.node, Const)


def literals_in(text: str) -> list[tuple[int, int, Expectation]]:
    """Start, end and meaning of each value in a text, those inside others left out."""
    found: list[tuple[int, int, Expectation]] = []
    at = 0
    while (hit := _START.search(text, at)) is not None:
        at = hit.start() + 1
        if hit["dtype"]:
            short = hit["dtype"].rpartition(".")[2]
            expected: Expectation | None = Dtype(DTYPE_ALIASES.get(short, short))
            at = end = hit.end()
        elif hit["device"]:
            expected, at = Device(hit["device"]), hit.end()
            end = at
        else:
            try:
                node, end = literals.read_prefix(text, hit.start())
            except literals.NotALiteralError:
                continue
            expected = _meaning(node)
            if expected is None:
                at = end if isinstance(node, Num) else at
                continue
            at = end
            if isinstance(node, Num) and (
                (_GLUED.match(text, end) and not _INDEX.search(text, 0, hit.start()))
                or _GLUED_BEFORE.search(text, 0, hit.start())
            ):
                expected = None
        if expected is not None and not re.match(r"\.\w", text[end:]):
            found.append((hit.start(), end, expected))
    return found


def _meaning(node: Node) -> Expectation | None:
    match node:
        case Call() if is_known_call(node.name):
            return Value(node)
        case Seq(kind="()"):
            return None
        case Seq(items=items) if items:
            dims = dims_of(node)
            if dims is not None and node.kind != "{" and any(isinstance(d, str) for d in dims):
                return Shape(dims) if node.kind == "(" and len(dims) > 1 else None
            plain = all(
                isinstance(item, (Num, Const, Seq))
                or (isinstance(item, Word) and item.value.startswith("torch."))
                for item in items
            )
            return Value(node) if plain else None
        case Pairs(items=pairs) if pairs:
            return Value(node)
        case Num() | Const():
            return Value(node)
    return None


def _weight(expected: Expectation) -> int:
    """2 for what can hardly stand in a remark by accident, 1 for a number or a truth value."""
    return 1 if isinstance(expected, Value) and isinstance(expected.node, (Num, Const)) else 2


def _lenient(before: str, after: str, expected: Expectation) -> Lenient | None:
    """What a disagreement proves; None where the value is a stray one."""
    led = not before.strip() or bool(_LED.search(before))
    if isinstance(expected, Value) and isinstance(expected.node, Num):
        if _STRAY.search(before) or _STRAY.search(after):
            return None
        if _COUNTS.search(before):
            return "unless counted"
        small = expected.node.is_int
        at_end = not re.search(r"\w", after)
        return (
            "unless near"
            if led and at_end and not (small or _elsewhere(before, led=led))
            else "always"
        )
    words = _elsewhere(before, led=led)
    if isinstance(expected, Value) and isinstance(expected.node, Const):
        if expected.node.value is None or _STRAY.search(before):
            return "always"
        return "always" if words or not (led or len(before.split()) < 4) else "unless near"
    if _STAYS.search(before):
        return "unless near"
    if _STRAY.search(before) or words:
        return "always"
    return "unless near" if led or len(before.split()) < 3 else "always"


def _elsewhere(before: str, *, led: bool) -> bool:
    """Whether the phrase in front of a value may say that it is another's."""
    clause = re.split(r"[;,.—–]\s", before.rstrip(" :,;→⇒=>—–)-"))[-1] if led else before
    clause = _FOLLOWS.sub("", clause)
    if re.fullmatch(r"\s*an? [a-z-]+ (?:is|has|gives|needs|makes|would be)\s*", clause):
        return True  # told of all of that kind
    return bool(_OTHERS.search(clause) or (not led and _TIES.search(clause)))


def _side_by_side(text: str, held_: list[Expectation]) -> Reading | None:
    """`min=tensor(1.), max=tensor(6.)`: as many values as the thing has items."""
    nodes = [one.node for one in held_ if isinstance(one, Value)]
    if len(nodes) != len(held_) or len({type(node) for node in nodes}) != 1:
        return None
    return Reading(Values(tuple(nodes)), text, weak=True, lenient="always")


def _listed(
    text: str, found: list[tuple[int, int, Expectation]], listed: re.Match[str]
) -> Reading | None:
    """`squares 1, 4, 9, 16`: numbers in a row, and no other."""
    nodes = [one.node for _, _, one in found if isinstance(one, Value)]
    inside = [listed.start() <= start and end <= listed.end() for start, end, _ in found]
    if len(nodes) != len(found) or not all(inside) or _STRAY.search(text):
        return None
    near = len(nodes) > 2 and not _elsewhere(text[: listed.start()], led=True)
    lenient: Lenient = "unless near" if near else "always"
    return Reading(Value(Seq("[", tuple(nodes))), text, weak=True, lenient=lenient)
