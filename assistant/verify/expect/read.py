"""Reads a comment: a value, an error, a labelled value, or the value that a remark ends with."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.verify import literals
from assistant.verify.expect.errors import error_of, softly_failing
from assistant.verify.expect.fillers import strip_leads, without_fillers
from assistant.verify.expect.phrases import AT_NAME, after_phrase
from assistant.verify.expect.sides import dims_of
from assistant.verify.expect.tails import NO_VALUE, with_words
from assistant.verify.expect.types import (
    Device,
    Dtype,
    Each,
    Expectation,
    Fails,
    Lenient,
    Rank,
    Reading,
    Shape,
    Value,
    Works,
)
from assistant.verify.expect.units import BYTES, OF_MACHINES, SHARE
from assistant.verify.expect.values import is_known_call, plain, shape_at, value
from assistant.verify.literals import Call, Const, Num, Seq

APPROXIMATE = re.compile(
    r"\s*(?:(?:is |are |somewhere |very |something |pretty |quite |a value )*"
    r"(?:≈|~=?|≃|∼|about\b|approx(?:imately|\.)?|around\b|roughly\b|nearly\b|close to\b|near\b"
    r"|almost\b"
    r"|more or less\b|circa\b|ca\.|within rounding of\b))\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\s*(?P<label>[^\W\d][\w.]*(?:\(\)|\[[\w\s,:'\"-]*\]|\([\w\s,.='\"-]*\))?"
    r"(?:\.[^\W\d]\w*(?:\([\w\s,.='-]*\))?)*)\s*(?P<sign>==|=|:|→|->|=>|\b(?:is|stays|remains|becomes)\b|≈"
    r"|\bhas (?:the )?shape\b)\s*(?P<rest>\S.*)$",
    re.DOTALL,
)
# A root between which and its negative all lies: no element is it.
_LIMITS = re.compile(r"(?:all |values |entries |now |is |are )*(?:bounded|limited) by \S*sqrt\(")
# As in `wraps around to 255`, said of every element.
_WRAPS = re.compile(
    r"(?:(?:it|this|which|both|all) )?(?:wraps?(?: around| round)?|overflows?|underflows?"
    r"|saturates?|rolls over) (?:in)?to (?=-?\d)",
    re.IGNORECASE,
)
# `float32: softmax asks for it`, a dtype and why.
_DTYPE_WHY = re.compile(
    r"(?P<dtype>(?:torch\.)?(?:float(?:16|32|64)|bfloat16|u?int(?:8|16|32|64)|complex(?:64|128)))\s*:\s+"
    r"(?!(?:if|when|unless|for|range|max|min|about|with|in|on|no|not|none|never|yes|ok|true|false)\b)"
    # What sets it beside another is told of the type: "float64: twice the memory of this one".
    r"(?!.*\b(?:would|could|should|twice|half|double|more|less|fewer|than|costs?|takes|bytes?|bits?"
    r"|memory|precision|instead|better|safer|slower|faster)\b)"
    r"(?:[a-z][\w'.()-]*(?:,? |$)){3,}$"
)
_BECOMES = re.compile(
    r"\s*(?:[(\[][\d\s,]*[)\]]\s*(?:and|with|&|\+|,)\s*)*(?:[(\[][\d\s,]*[)\]]\s+)?(?:(?:gets?|is|are|now|auto|implicitly|both|then)[\s-]+)*(?:broadcast(?:s|ed)?|expand(?:s"
    r"|ed)?"
    r"|reshape[sd]?|flatten(?:s|ed)?|transpose[sd]?|squeeze[sd]?|unsqueeze[sd]?|stack(?:s|ed)?"
    r"|permute[sd]?|turns?|turned|back)\s+(?:in)?to\s+(?:an?\s+)?(?:shape\s+)?(?=[\[(\dt])",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\s*(?:both|all|each|(?:two|three|four|2|3|4) times(?=\s+[(\[]))"
    r"(?:\s+(?:of them )?(?:are|become|(?:come|came|go) (?:back|out)(?: as| with shape)?)"
    r"|(?:\s+(?:have|has|of|with|is))*(?:\s+the)?(?:\s+same)?"
    r"\s+shape)?:?\s+(?=[\[(\dTFt-])",
    re.IGNORECASE,
)
# Where one named thing ends and the next begins.
_PART = re.compile(
    r"\s*[,;]\s+(?=(?:values|indices)\s[\[(t]|[^\W\d]\w*\s+\(\d[\d, ]*\)\s*(?:[,;]|$)"
    r"|[^\W\d][\w.]*(?:\[[\d:, ]+\])?(?:\.\w+)*\s*(?:[:=→≈]"
    r"|->|\bis\b)\s*\S)"
)
# As in "weight (5, 10), bias (5,)".
_SIZED = re.compile(r"^([^\W\d]\w*)\s+(?=\(\d[\d, ]*\)$)")
_WORKS = re.compile(
    r"\s*(?:now\s+|also\s+|still\s+|this\s+(?:one\s+)?|that one\s+|it\s+|(?:is|are)\s+"
    r"|[✓✔✅]\s*)*(?:(?<=[✓✔✅])$|works"
    r"|ok|okay|no error|fine|all (?:good|fine|well|right)|"
    r"succeeds|passes(?! through)|runs|"
    r"goes through|legal|allowed|accepted|no (?:problem|complaint|issue"
    r"|warning)s?|valid|none (?:of (?:them|these|those) )?(?:raises?|fails?)"
    r"|nothing (?:raises|fails|breaks|is raised)|(?:raises|breaks) nothing"
    r"|never (?:raises|fails|complains)|without (?:an? |any )?(?:error|exception|complaint)s?"
    r"|(?:does not|doesn't|do not|don't|will not|won't) (?:fail|raise|complain|crash|break)"
    r"|no exception)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
# Under what it works that stands beside it.
_IN_MODE = re.compile(
    r"\s+(?:in|under|inside|with|on)\s+(?:eval(?:uation)?|train(?:ing)?|inference)(?:[ _]mode)?\b"
    r"|\s+(?:in|under|inside)\s+(?:torch\.)?(?:no_grad|inference_mode)\b",
)
# What a head computes, if an equation has one; "momentum = 0.9" is a setting.
_COMPUTES = re.compile(
    r"\b(?:ln|log|exp|sin|cos|tanh?)\b|\d\s*[-+*/×·^)−]|\d(?:\s[a-z]+)?\s?x\s?\d|\d\s[a-z]+\s[-+*/×·−]\s?\d|\(\s*[\d\w]|\bsqrt\b|[*/^]|[²³¹⁰⁴-⁹√∑∏‖]"
    r"|\|[\w.]+\||\bmean\b|\bsum\b"
)
# "(batch, heads) = (2, 4)", "(3, 1) + (1, 4) = (3, 4)": brackets alone in front of the sign.
_BRACKETS = re.compile(r"\s*[(\[][\w\s,.*×]*[)\]](?:\s*[-+*@/]\s*[(\[][\w\s,]*[)\]])*\s*")
_RESULT = re.compile(
    r"(?:=>|→|->|⇒|≈|(?<=\s)~=?(?=\s)|(?<![-+*/@%=!<>~])=(?!=))\s*(?P<value>[^=→⇒≈]+?)\s*"
    r"[✓✔.!]*\s*$"
)

_NOT_BUT = re.compile(
    r"not\s+.{1,40}?,?\s+but\s+(?:rather\s+|instead\s+)?(?P<rest>\S.*)$", re.DOTALL
)
_SPELT = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "twelve": "12",
}  # fmt: skip
# Strides look like sizes.
_STRIDES = re.compile(
    r"(?:[^()\[\]]*\b)?strides?\b\s*(?:(?:is|are|of|becomes?|now|still|stays?|=|:|→|->|,)\s*)*"
    r"(?P<steps>\(\d+(?:,\s*\d+)*,?\))\s*[.!]?(?:[,;—–].*)?"
)
# A bare "half" is a type.
_PART_OF_ONE = re.compile(r"(?:exactly |precisely |just )?(?:an?|one) (?P<part>half|quarter)[.!]?")
# "15 instead of 21": what it is not.
_CONTRAST = re.compile(
    r"(?<=[\w)\]}])\s*,?\s+(?:instead of|rather than|as opposed to|in place of)\s+"
    r"(?:the\s+)?[-\w.()\[\], ]*[\d\])][.!]?$"
)
_UP_TO = re.compile(
    r",?\s+\(?(?:up to|within|modulo|give or take)(?: some| the| an?)? (?:eps\w*|round\w*|float\w*"
    r"|numeric\w*|precision|tolerance|noise|\d[\d.]*e-\d+)\b[^()]*\)?$",
    re.IGNORECASE,
)
_IN_NUMBERS = re.compile(
    r"[:=]\s*(?P<sizes>\(\d+,\s*\)|[(\[]\d+(?:\s*,\s*\d+)+[)\]]"
    r"|torch\.Size\(\[[\d, ]+\]\))\s*[.!]?$"
)
# What a remark says of one of the sizes that it names, and words by which it may be another's.
_SIZE = re.compile(r"(?<![\w.])(?P<name>[^\W\d]\w*)\s?=\s?(?P<size>\d+)(?![\w.])(?!\s*[-+*/x×])")
_OPEN = re.compile(r"\b(?:if|when|e\.g|say|later|was|were|before|default|or)\b|\?", re.IGNORECASE)
# "RuntimeError? No! it writes through", "equal? yes, True".
_ASKED = re.compile(
    r"(?P<asked>[^?]{1,60}?)\s*\?+\s*(?:(?P<yes>yes|yep|yeah|sure|indeed|right|of course|it does)"
    r"|(?P<no>no|nope|not at all|never|wrong|not here|no way|it does not|it doesn't))\b"
    r"[\s,.!:;—–-]*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
# What stands between a value and its reason: `False as well: no parameter asks for it`.
_ALSO = re.compile(r"^(?P<truth>True|False|None) (?:as well|too|again|indeed|here)(?=:)")
# What is still to come, perhaps only some lines below.
_TO_COME = re.compile(r"(?:this |it |that )?will be\b", re.IGNORECASE)
# What becomes of something, perhaps only some passes later.
_MOVES = re.compile(
    r"\s*(?:drops?|goes|jumps|rises|falls|grows|shrinks|moves|halve[ds]|double[ds]|reduce[ds]"
    r"|decay(?:s|ed)|lowered|raised|cut) (?:back )?to\s+",
    re.IGNORECASE,
)
_NO_CLAIM = re.compile(r"──|==(?!>)|--(?!>)|!!|TODO|noqa|type:|pragma")


def read(comment: str) -> Reading | None:
    """Reads what `comment` (without its `#`) expects; None where it is only a remark."""
    text = comment.strip()
    if not text or _NO_CLAIM.match(text) or NO_VALUE.match(text) or _LIMITS.match(text):
        return None
    if (wraps := _WRAPS.match(text)) is not None:
        inner = read(text[wraps.end() :])
        if inner is not None and isinstance(inner.expectation, Value) and not inner.subject:
            # It may be so of one element alone.
            inner = replace(inner, lenient="unless near", text=comment.strip())
            return replace(inner, expectation=Each(inner.expectation))
    text, led = strip_leads(re.sub(r"^Parameter containing:\s*", "", text))
    text = _ALSO.sub(r"\g<truth>", text)
    if (asked := _ASKED.match(text)) is not None:
        return _answered(asked, comment.strip())
    if (error := error_of(text)) is not None:
        return Reading(error, comment.strip())
    if (steps := _STRIDES.fullmatch(text)) is not None:
        node = literals.read_all(steps["steps"])
        return Reading(Value(node), comment.strip(), ".stride()") if node is not None else None
    if (instead := _NOT_BUT.match(text)) is not None:
        other = read(instead["rest"])
        return replace(other, text=comment.strip()) if other else None
    if (why := _DTYPE_WHY.match(text)) is not None:
        return Reading(Dtype(why["dtype"].removeprefix("torch.")), comment.strip())
    if (moves := _MOVES.match(text)) is not None:
        inner = read(text[moves.end() :])
        lenient = inner.lenient or "unless near" if inner else ""
        return replace(inner, text=comment.strip(), lenient=lenient) if inner else None
    text = without_fillers(_CONTRAST.sub("", text))
    approximate = APPROXIMATE.match(text)
    if approximate is not None:
        text = text[approximate.end() :]
    elif (approximate := _UP_TO.search(text)) is not None:
        text = text[: approximate.start()]
    if (spelt := re.match(r"(?:an? )?([a-z]+)\s*$", text)) is not None and spelt[1] in _SPELT:
        number = literals.read_all(_SPELT[spelt[1]])
        assert number is not None
        sure = led or approximate is not None
        value_ = Value(number, approximate is not None)
        return Reading(value_, comment.strip(), lenient="" if sure else "unless printed")
    if (part := _PART_OF_ONE.fullmatch(text)) is not None:
        share = literals.read_all("0.5" if part["part"] == "half" else "0.25")
        return Reading(Value(share), comment.strip()) if share is not None else None
    found = plain(text, approximate=approximate is not None, led=led)
    if isinstance(found, Shape) and (exact := _IN_NUMBERS.search(text)) is not None:
        # As in `(B, N, D) with N = 3: (2, 4)`.
        sizes = shape_at(text, exact.start("sizes"))
        if sizes and all(isinstance(dim, str) for dim in found.dims):
            found = Shape(sizes)
    if isinstance(found, Shape) and not _OPEN.search(text):
        # As in `(B, N, D) with B=5, N=3`.
        told = {hit["name"]: int(hit["size"]) for hit in _SIZE.finditer(text)}
        bound = tuple(told.get(dim, dim) if isinstance(dim, str) else dim for dim in found.dims)
        found = replace(found, dims=bound)
    if found is not None:
        return _measured(found, text, comment.strip(), led=led)
    if (way := _BECOMES.match(text)) is not None:
        dims = shape_at(text, way.end())
        passing = not re.match(r"\s*back\b", text)
        if dims:
            return Reading(Shape(dims), comment.strip(), passing=passing)
    if (every := re.match(r"(.*\S)\s+each$", text, re.DOTALL)) is not None:
        one = plain(every[1], approximate=approximate is not None, led=True)
        if one is not None:
            return Reading(Each(one), comment.strip(), lenient="unless near")
        inner = after_phrase(every[1], comment.strip())
        if inner is not None and isinstance(inner.expectation, (Shape, Each)):
            held = inner.expectation
            return replace(inner, expectation=held if isinstance(held, Each) else Each(held))
        return None
    if (
        over := re.match(r"(.*\S)\s+(?:everywhere|throughout|all over|in every \w+)$", text)
    ) is not None:
        inner = read(over[1])
        if inner is not None and isinstance(inner.expectation, Value) and not inner.subject:
            return replace(inner, expectation=Each(inner.expectation), text=comment.strip())
    if (both := _BOTH.match(text)) is not None:
        each = plain(text[both.end() :], approximate=False, led=True)
        if each is not None:
            return Reading(Each(each), comment.strip())
        inner = with_words(text[both.end() :], comment.strip())
        return replace(inner, expectation=Each(inner.expectation)) if inner else None
    if approximate is None:
        labelled = _labelled(text)
        if labelled is not None:
            other = _tail(text, comment.strip()) or after_phrase(text, comment.strip())
            formula = re.fullmatch(r"(?:sqrt|log\w*|ln|exp|sin|cos|tanh?)\([\d.-]+\)", labelled[0])
            if formula and other is not None:
                return other
            if other is not None and not re.search(r"→|[-=]>", text):
                other = replace(other, lenient="always")  # `weights: …` may be another's
            return Reading(labelled[1], comment.strip(), labelled[0], otherwise=other)
    works = _WORKS.match(text)
    if works is not None and _IN_MODE.match(works["rest"]):
        return _works(comment, works["rest"])
    if works is not None and not re.match(
        r"\s+(?:on|with|for|only|if|when|in|like|as|by|best|out|at|from|up|down|to|about|twice"
        r"|\d|(?:much |far )?(?:faster|slower|longer|better))\b",
        works["rest"],
    ):
        return _works(comment, works["rest"])
    found_late = _tail(text, comment.strip()) or after_phrase(text, comment.strip())
    if found_late is None and (soft := softly_failing(text)) is not None:
        return Reading(soft, comment.strip(), lenient="always")
    return found_late or with_words(text, comment.strip())


def _measured(found: Expectation, text: str, whole: str, *, led: bool) -> Reading:
    """A value at the beginning of a comment, in view of its unit."""
    if _TO_COME.match(whole):
        return Reading(found, whole, lenient="unless near")
    if isinstance(found, Rank) and not re.search(r"tensor|array|scalar|dimensional", text):
        return Reading(found, whole, lenient="unless near")  # "2D" may be said of a layer
    if not isinstance(found, Value):
        return Reading(found, whole)
    if OF_MACHINES.match(text):
        return Reading(found, whole, lenient="unless related", phrase="machine")
    unit = "bytes" if BYTES.match(text) else "percent" if SHARE.match(text) else ""
    if unit and re.search(r"\b(?:each|apiece|per)\b", text):
        return Reading(found, whole, lenient="unless related", phrase="apiece")
    if unit or len(found.scales) > 1:
        return Reading(found, whole, lenient="unless related", phrase=unit or "amount")
    counts = len(found.scales) == 1  # "1 million"
    if (told := re.match(r"\d+:\s+(?P<what>.+)", text)) is not None:
        # "1: the first step" counts nothing.
        first = re.match(r"(?:the|it|its|this|that|because|since)\b", told["what"])
        counted: Lenient = "unless printed" if first or led else "unless counted"
        return Reading(found, whole, lenient=counted, phrase="" if led else told["what"])
    return Reading(found, whole, lenient="unless printed" if counts else "")


def _answered(asked: re.Match[str], whole: str) -> Reading | None:
    """A question and its answer: what the answer goes on to say, else what was asked about."""
    further = read(asked["rest"]) if asked["rest"] else None
    if further is not None:
        return replace(further, text=whole)
    held = read(asked["asked"])
    if held is None or not isinstance(held.expectation, (Fails, Works)):
        return None
    if asked["yes"]:
        return replace(held, text=whole)
    turned = Works() if isinstance(held.expectation, Fails) else Fails()
    return replace(held, expectation=turned, text=whole)


def _works(comment: str, rest: str) -> Reading:
    """`works! c.shape = (3, 4)`: what follows is the stronger claim, if it is one."""
    after = re.sub(r"^[\s!.,;—–:-]+", "", rest)
    further = read(after) if after else None
    if further is not None and not isinstance(further.expectation, (Fails, Works)):
        return replace(further, text=comment.strip())
    return Reading(Works(), comment.strip())


def parts(comment: str) -> list[Reading]:
    """The claims of a comment that makes several of named things: `o: (2, 5), w: (2, 3)`."""
    pieces = _PART.split(comment.strip())
    found: list[Reading] = []
    for piece in pieces:
        one = read(_SIZED.sub(r"\1: ", piece))
        if one is None or not one.subject:
            return []
        found.append(replace(one, text=piece))
    return found if len(found) > 1 else []


def _labelled(text: str) -> tuple[str, Expectation] | None:
    """`y = [4.0, 9.0]`, `x.grad is None`, `c.shape = (3, 4)`: a claim about a named thing."""
    text = re.sub(r"^(values|indices)\s+(?=[\[(]|tensor\()", r"\1: ", text)
    found = _LABEL.match(text)
    if found is None:
        return None
    label, rest = found["label"], found["rest"]
    rest, _ = strip_leads(rest)
    approximate = APPROXIMATE.match(rest)
    if found["sign"] == "≈":
        held = value(rest, approximate=True, led=True)
    else:
        if approximate is not None:
            rest = rest[approximate.end() :]
        held = plain(rest, approximate=approximate is not None, led=True)
    word = label.lower()
    if held is None or isinstance(held, (Fails, Works)) or word in ("default", "defaults"):
        return None
    if word in ("shape", "size"):
        if isinstance(held, Value):
            dims = dims_of(held.node)
            return ("", Shape(dims)) if dims is not None else None
        return ("", held) if isinstance(held, Shape) else None
    if word in ("dtype", "device"):
        return ("", held) if isinstance(held, (Dtype, Device)) else None
    if word in ("requires_grad", "is_leaf", "grad_fn", "grad", "ndim", "values", "indices"):
        return f".{word}", held
    return label, held


def _tail(text: str, whole: str) -> Reading | None:
    """`8 * x => 8 * 3 = 24`, `sum along rows → (2,)`: the value that a remark ends with."""
    found = _RESULT.search(text)
    if found is None:
        return None
    sign = text[found.start() : found.start() + 2]
    head = text[: found.start()]
    if sign[0] == "=" and sign != "=>" and AT_NAME.search(head):
        return None
    held = found["value"].strip()
    node = literals.read_all(re.sub(r"(?<=\S)\s*\([A-Za-z][^()]*\)$", "", held))
    if node is None and (counted := re.fullmatch(r"([-+]?\d[\d.,]*)(?: [a-z]{3,}){1,2}", held)):
        node = literals.read_all(counted[1])  # "ceil(10 / 4) = 3 batches"
    if node is None:
        return None
    dims = dims_of(Seq("(", node.items) if isinstance(node, Seq) and node.kind == "()" else node)
    arrow = sign in ("=>", "->") or sign[0] in "→⇒"
    if isinstance(node, Seq) and dims is not None and (arrow or _BRACKETS.fullmatch(head)):
        return Reading(Shape(dims), whole, weak=True)
    if isinstance(node, Num):
        if sign[0] == "≈" and not _COMPUTES.search(head):
            return Reading(Value(node, approximate=True), whole, weak=True, lenient="always")
        if sign[0] in "=≈~" and _COMPUTES.search(head):
            value_ = Value(node, sign[0] in "≈~")
            return Reading(value_, whole, weak=True, phrase=head)
        if arrow and not re.search(r"\d", head):
            return Reading(Value(node), whole, weak=True, lenient="unless related", phrase=head)
        return None
    if isinstance(node, Const) and arrow:
        return Reading(Value(node), whole, weak=True)
    if isinstance(node, Call) and sign[0] in "→-=⇒" and is_known_call(node.name):
        return Reading(Value(node), whole, weak=True)
    return None


def spread(lines: list[str]) -> list[int]:
    """Over how many lines each of the values or lines goes that stand one under the other."""
    sizes: list[int] = []
    at = 0
    while at < len(lines):
        size = 1
        while is_open("\n".join(lines[at : at + size])) and at + size < len(lines):
            size += 1
        if is_open("\n".join(lines[at : at + size])):
            size = 1  # what never closes is no value
        sizes.append(size)
        at += size
    return sizes


def is_open(text: str) -> bool:
    """Whether `text` begins a bracketed value that it does not close."""
    stripped, _ = strip_leads(text.strip())
    if not re.match(r"[\[({]|[\w.]+\(|[\w.]+\s*=\s*[\[(\w]", stripped):
        return False
    depth, quote = 0, ""
    for mark in stripped:
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "'\"" and depth:
            quote = mark
        elif mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
    return depth > 0
