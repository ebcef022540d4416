"""A phrase first, and then the value: `row sums: tensor([3., 12.])`, `promoted to float32`.

The phrase may speak of something else than the statement's value.  Where that is likely, the
reading is `lenient`: it can be borne out, but a disagreement proves nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.verify import literals
from assistant.verify.expect.sides import named_sides
from assistant.verify.expect.types import (
    DTYPE_ALIASES,
    Dtype,
    Each,
    Expectation,
    Lenient,
    Reading,
    Shape,
    Value,
)
from assistant.verify.expect.values import is_known_call, plain, shape_at
from assistant.verify.literals import Call, Const, Num, Seq

_DTYPE_NAME = (
    r"(?:torch\.|np\.)?(?P<dtype>float(?:16|32|64)|bfloat16|u?int(?:8|16|32|64)|complex(?:64|128)"
    r"|bool|long|half|double)"
)
_CAST = re.compile(
    r"\s*(?:(?:is|are|gets?|auto\w*|implicitly|result)\s+)*(?:promot(?:es|ed)|(?:up"
    r"|down)?casts?(?:ed)?|truncated|rounded|demoted|upgraded|widened|narrowed"
    r"|convert(?:s|ed)|turned|chang(?:es|ed)|becomes)\s+(?:back\s+)?(?:(?:in)?to\s+)?"
    + _DTYPE_NAME
    + r"\s*(?:$|[.,;(—–])"
)
_BARE_DTYPE = re.compile(
    r"(?P<dtype>bool|long|half|double|bf16|fp16|f16|fp32|fp64|f32|f64|i32|i64)"
)
_LAST_DTYPE = re.compile(
    r".*(?:[,:=→]\s*|->\s*|=>\s*"
    r"|\b(?:gives|yields|returns|produces|stays|keeps|remains|is|of type)\s+)"
    r"(?:an?\s+)?(?:dtype\s*[= ]\s*)?" + _DTYPE_NAME + r"\s*\.?$"
)
_FROM_TO = re.compile(r"(?:\w+\s+)?(?:from\s+)?[(\[][\w\s,*]*[)\]]\s+(?:in)?to\s+(?=[(\[])")
# As in `you'll get a (16, 1) tensor back`, `slicing works, shape (16, 4)`.
_A_SHAPE = re.compile(
    r"(?:[^\d()\[\]]{0,60}?\b)?(?:an?|the|one)\s+(?=[(\[][\w\s,*×]*[)\]]"
    r"\s+(?:tensor|matrix|array|batch|output|vector|result|image|mask|map)\b)"
)
# As in `changes the shape of u in place to (2, 2)`.
_RESHAPES = re.compile(
    r"(?:this |it |which |also |now |then )*(?:chang|set|turn|bring|mak|giv|resiz|reshap)\w* "
    r"(?:the |its )?(?:shape|size)(?: of [^\W\d]\w*)?(?: in[- ]place)? (?:to |into |be )?"
    r"(?=[(\[])"
)
_SHAPE_LATE = re.compile(
    r"[^\d()\[\]:=]{2,60}?\b(?:of|with|has|have|is|whose|to|in|the|its|a|new|same|output"
    r"|result(?:ing)?)\s+"
    r"(?:shape|size)(?:\s+(?:is|of|now|still))*\s+(?=[(\[]|torch\.Size|\d+\s*[x×])"
)
# "dim_feedforward defaults to 2048", "the whole thing comes to 24"
_DEFAULT = re.compile(r"(?:the )?default(?:s to|s:|:| is| value is| value:| =)\s+(?P<rest>\S.*)$")
_VERB = re.compile(
    r"(?P<phrase>[^:=→>()\[\]]{2,70}?)\s(?:is|are|equals|gives|makes|becomes|yields|returns|prints"
    r"|stays(?: at)?"
    r"|remains|holds|has|defaults? to|comes? (?:out )?(?:to|as)|adds? up to|totals|amounts to"
    r"|evaluates to|turns into"
    r"|ends up (?:as|at)|goes to|counts|leaves|shows|reads|drops to|rises to|grows to|shrinks to"
    r"|of)"
    r"\s+(?:still |now |exactly |always |just |only |again )*(?P<rest>\S.*)$",
    re.S,
)
_SPLIT = re.compile(
    r"(?P<phrase>(?=[^:=→>]*[^\W\d])[^:=→>]{2,70}?)\s*(?P<sign>:|,|\s=\s|\s(?=\[|tensor\(|torch\.Size))\s*(?P<rest>"
    r"\S.*)$",
    re.S,
)
_OF_SHAPE = re.compile(
    r"(?:(?P<many>two|three|four|five|\d+|several)\s+)?(?:[a-z-]+\s+){0,3}?(?:tensors?|chunks?"
    r"|pieces?|outputs?|arrays?|splits?"
    r"|views?|vectors?|matri(?:x|ces)|logits|batch(?:es)?|scores?|weights?)\s+(?:each\s+)?(?:of"
    r"|with|has|have)\s+(?:the\s+)?(?:shape|size)\s+"
)
# As in `two (3, 2) tensors`.
_SEVERAL_OF = re.compile(
    r"(?:an?\s+)?(?:(?:(?:list|tuple|pair|batch)\s+)?of\s+)?"
    r"(?:two|three|four|five|six|\d+|several|both|all|list of|tuple of|pair of)\s+(?:\d+\s+)?(?="
    r"[(\[][\w\s,*×]*[)\]]"
    r"\s+(?:tensors|arrays|chunks|pieces|matrices|halves|views|outputs|blocks|batches|slices)\b)",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"(?P<count>\d[\d,]*)"
    r"(?: (?!per|each|every|of|to|or|at|in|x|times|more|less|is|for|if|million|billion|thousand"
    r"|dozen|(?:with|without|on|after|by|from|as|and|points?|marks?|min|minutes?|hours?|seconds?|ms|s|h"
    r"|wins?|works?|better|worse|was|were|are|has|does|will|would)\b)[a-z]+){1,2}"
    r"\s*(?:$|[,;—–(]|(?:out )?of \d+\b)"
)
_EVERYWHERE = re.compile(r"(?:.*?,\s*)?(?P<number>[-−]?\d+(?:\.\d+)?)\s+everywhere\b")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SPELT = re.compile(rf"^({'|'.join(_NUMBERS)})(?= [a-z])")
# Words that say that the value is another's.
_ELSEWHERE = re.compile(
    r"\b(?:inputs?|before|was|were|from|instead|not|no|old|previous(?:ly)?|needs?|requires?|wants"
    r"|takes"
    r"|expects?|weights?|bias|kernel|windows?|targets?|labels?|arg(?:ument)?s?|param\w*|if"
    r"|when|unless|given|would|should|could|e\.g|example|default|between|lr|rate|epochs?"
    r"|later|then|soon|will|next|eventually|initially|originally|until"
    r"|eq|see|step|note|todo|fig\w*|table|ref|cf|version|since|unlike|swaps?|flips?|undo\w*|wrong"
    r"|mistake\w*|guess\w*|naive\w*|trap|without|truth|goal|reference|ideal\w*|production|reality"
    r"|revers\w+|transposed|doubled|halved|inverse|opposite|contrary|gold|oracle|baseline)\b"
    r"|\b(?:of|from|for|in|at|to|with|than|by|on|into|between|and|or|like|without|as)(?:\s+(?:an?|the))?\s*\Z",
    re.IGNORECASE,
)
# "at x = 2" says where, not what.
AT_NAME = re.compile(r"\b(?:at|for|with|if|when|where|since|as|and|given|from|let) [\w.]+\s*$")
# Words that say that it is what is there in the end, which only a look at it shows.
_AT_ITS_END = re.compile(
    r"\bafter (?:the|this|all|both|every|each|\d+|two|three|training)\b.{0,20}\b(?:loops?|epochs?"
    r"|iterations?|passes|training|steps?|calls?|end)\b",
    re.IGNORECASE,
)
# As in `pooling has no parameters: 0`.
_NONE_OF = re.compile(r"^(?:[a-z]+ ){0,3}(?:has|have|is|are|holds?|with) no [a-z]+$", re.IGNORECASE)
# Words that may say so.
_PERHAPS = re.compile(
    r"\b(?:for|per|each|with|like|range|after\w*|first|finally|once)\b", re.IGNORECASE
)


def after_phrase(text: str, whole: str) -> Reading | None:
    """What a comment says behind the phrase that it begins with."""
    for pattern in (_CAST, _BARE_DTYPE, _LAST_DTYPE):
        found = pattern.match(text) if pattern is _CAST else pattern.fullmatch(text)
        if found is not None:
            name = found["dtype"]
            dtype = Dtype(DTYPE_ALIASES.get(name, name))
            lead = text[: found.start("dtype")]
            return Reading(dtype, whole, lenient=_elsewhere(text), phrase=lead)
    everywhere = _EVERYWHERE.match(text)
    if everywhere is not None:
        number = literals.read_all(everywhere["number"])
        return Reading(Each(Value(number)), whole) if number is not None else None
    placed = _FROM_TO.match(text) or _A_SHAPE.match(text)
    if placed is not None:
        sizes = shape_at(text, placed.end())
        lenient = _elsewhere(text[: placed.end()]) if placed.re is not _FROM_TO else ""
        lead = text[: placed.end()] if placed.re is not _FROM_TO else ""
        return Reading(Shape(sizes), whole, lenient=lenient, phrase=lead) if sizes else None
    shaped = _OF_SHAPE.match(text)
    if shaped is not None:
        dims = shape_at(text, shaped.end())
        if dims is None:
            return None
        shape = Shape(dims)
        expected = Each(shape) if shaped["many"] else shape
        lead = text[: shaped.end()]
        return Reading(expected, whole, lenient=_elsewhere(lead), phrase=lead)
    late = _RESHAPES.match(text) or _SHAPE_LATE.match(text)
    if late is not None and (sizes := shape_at(text, late.end())) is not None:
        lead = text[: late.end()]
        lenient = "" if late.re is _RESHAPES else _elsewhere(lead)
        return Reading(Shape(sizes), whole, lenient=lenient, phrase=lead)
    several = _SEVERAL_OF.match(text)
    if several is not None and (sizes := shape_at(text, several.end())) is not None:
        return Reading(Each(Shape(sizes)), whole, lenient="unless near")
    counted = _COUNT.match(_SPELT.sub(lambda hit: str(_NUMBERS.index(hit[1]) + 1), text))
    if counted is not None:
        number = literals.read_all(counted["count"])
        if number is None:
            return None
        nouns = counted.group()[counted.end("count") :]
        return Reading(Value(number), whole, lenient="unless counted", phrase=nouns)
    return _behind(text, whole)


# What a label of one word may call the value that is printed.
_RESULTS = re.compile(
    r"sums?|totals?|means?|max(?:imum)?|min(?:imum)?|trace|norm|results?|counts?|lengths?|std"
    r"|var(?:iance)?"
    r"|median|products?|dot|transposed?|determinant|rank|yes|no|nope|yep|correct|wrong|average"
    r"|accuracy|loss",
    re.IGNORECASE,
)


# Words that stand for a value beside the one that is shown.
_SETTINGS = re.compile(
    r"chance|baseline|theor\w+|ideal\w*|limit\w*|threshold|start\w*|keras|tensorflow|tf|jax|numpy"
    r"|pandas|paper|bound\w*|goal|optim\w+|truth|true|reference|initial\w*|random\w*|guess\w*"
    r"|budget|cap|tol\w*|margin|scale\w*|temperature|seed|momentum|alpha|beta|gamma|sigma|mu|noise"
    r"|max\w*|min\w*|note|exact|gpu|cuda|reduction|eps\w*|weight\w*|decay|dropout|[a-z]",
    re.IGNORECASE,
)


def label(read: Reading) -> Reading | None:
    """`trace = 5` beside a print: the label taken as a name for what is printed."""
    field = read.subject in ("values", "indices")  # of what max and its like return
    if field or not re.fullmatch(r"[^\W\d]\w*", read.subject) or _elsewhere(read.subject):
        return None
    named = _RESULTS.fullmatch(read.subject) or _is_strong(read.expectation)
    sure = bool(named) and not _small(read.expectation)
    sure = sure or bool(re.fullmatch(r"trace|sum|total|product|dot|length|count", read.subject))
    if sure:
        return replace(read, subject="", lenient="unless related", phrase=read.subject)
    # "uphill: 1.0"; a whole number, or what has a known name, may be anything's.
    point = isinstance(read.expectation, Value) and "." in getattr(
        read.expectation.node, "text", ""
    )
    open_ = not point or _SETTINGS.search(read.subject)
    lenient: Lenient = "unless related" if open_ else "unless near"
    return replace(read, subject="", lenient=lenient, phrase=read.subject)


def _is_strong(held: Expectation) -> bool:
    """Whether only a printed value looks like it."""
    if not isinstance(held, Value):
        return False
    if isinstance(held.node, Seq):
        return any("." in getattr(item, "text", "") for item in held.node.items)
    return isinstance(held.node, Call)


def _behind(text: str, whole: str) -> Reading | None:
    found = _SPLIT.match(text)
    while found is not None:
        held = _whole_value(found["rest"].strip().rstrip("!. ✓✔"), found["sign"])
        if isinstance(held, Shape) and held.loose and re.search(r"\d", found["phrase"]):
            held = None  # "24 bytes: 6 x 4"
        if held is not None:
            placed = found["sign"].strip() == "=" and AT_NAME.search(found["phrase"])
            lenient: Lenient = "always" if placed else _elsewhere(found["phrase"])
            if not lenient and _is_number(held):
                lenient = "unless related"
            elif not lenient:
                lenient = "unless printed" if not found["sign"].strip(" =") else "unless near"
            return Reading(held, whole, weak=True, lenient=lenient, phrase=found["phrase"])
        found = _SPLIT.match(text, found.start("rest")) if found["sign"] == "," else None
    said = _DEFAULT.match(text)
    if said is not None:
        held = _whole_value(said["rest"].strip().rstrip("!. ✓✔"), ":")
        return Reading(held, whole, weak=True, lenient="unless printed") if held else None
    said = _VERB.match(text)
    if said is not None:
        held = _whole_value(said["rest"].strip().rstrip("!. ✓✔"), ":")
        if held is not None and re.search(r"\bof\s+\Z", text[: said.start("rest")]):
            sized = re.search(
                r"\b(?:shape|size|length|value|result|total|sum|mean)\Z", said["phrase"]
            )
            lenient = "unless near" if sized else "always"
            return Reading(held, whole, weak=True, lenient=lenient, phrase=said["phrase"])
        if held is not None:
            if re.search(r"(?:^|[;,.—–]\s*)an? [a-z-]+$", said["phrase"]):
                # "a column; a row is (1, 3)" tells of all rows.
                return Reading(held, whole, weak=True, lenient="always", phrase=said["phrase"])
            near: Lenient = _elsewhere(re.sub(r"\bdefault", "", said["phrase"])) or "unless near"
            near = "unless related" if near == "unless near" and _is_number(held) else near
            return Reading(held, whole, weak=True, lenient=near, phrase=said["phrase"])
    return None


def _whole_value(rest: str, sign: str) -> Expectation | None:
    """A value, shape or dtype that is all of `rest`."""
    if sign in (":", ",") and (sides := named_sides(rest)) is not None:
        return Shape(sides[1])
    if sign == ":" and re.fullmatch(r"\d+(?:\s*[×x]\s*\d+)+", rest):
        dims = shape_at(rest, 0)
        return Shape(dims, loose=True) if dims is not None else None
    if sign == "," and not re.match(
        r"(?:of |with |in )?(?:shape|size)\b|tensor\(|torch\.Size|dtype", rest
    ):
        return None
    if re.match(r"(?:of |with |in )?(?:shape|size)\b", rest):
        return plain(rest, approximate=False, led=True)
    node = literals.read_all(rest)
    if isinstance(node, (Num, Const)) or (isinstance(node, Call) and is_known_call(node.name)):
        return Value(node)
    if isinstance(node, Seq) and node.items:
        if sign.isspace() and not any("." in getattr(item, "text", "") for item in node.items):
            return None  # "see [1, 2]"
        return plain(rest, approximate=False, led=True)
    return None


def _elsewhere(phrase: str) -> Lenient:
    if _AT_ITS_END.search(phrase):
        return "unless shown"
    if _NONE_OF.search(phrase):
        return "unless printed"
    if _ELSEWHERE.search(phrase):
        return "always"
    return "unless near" if _PERHAPS.search(phrase) else ""


def _is_number(held: Expectation) -> bool:
    """Whether it is a number, which may be anything's."""
    return isinstance(held, Value) and isinstance(held.node, Num)


def _small(held: Expectation) -> bool:
    """A whole number alone may count anything."""
    return isinstance(held, Value) and isinstance(held.node, Num) and held.node.is_int
