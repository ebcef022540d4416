"""Which arguments a sentence says that something takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.verify import foreign
from assistant.verify.names import Known
from assistant.verify.stated.calls import DENIED
from assistant.verify.stated.defaults import BY_DEFAULT
from assistant.verify.stated.units import Manner, Stated, Unit

_TAKES = re.compile(
    r"\b(?:also )?(?:takes?|accepts?|has|have|supports?|offers?|knows?|provides?)\b", re.I
)
_NEEDS = re.compile(r"\b(?:needs?|requires?|must be given|expects?)\b", re.I)
_ARGUMENT = re.compile(r"\b(?:arguments?|keywords?|options?|flags?|kwargs?)\b", re.I)
_BUILDING = re.compile(
    r"\b(?:in|by|to|of|for) (?:its|the|their) (?:own )?constructor"
    r"|\b(?:on|at|upon|during) construction\b",
    re.I,
)
_QUOTED = re.compile(r"`([A-Za-z_]\w*)`")
_OF = re.compile(
    r"`(?P<called>(?:\s+(?:keyword|optional|extra))?\s+(?:argument|keyword|option|flag|parameter))?"
    r"\s+(?:of|in|to|for)\s+(?:the\s+)?`(?P<owner>[\w.]+)"
    r"(?P<alone>`\s*(?:$|[,.;:!)]|(?:is|are|has|does|gives|sets|tells|takes|controls|decides|makes|lets"
    r"|turns|says|keeps|and|or|to|for|with|which)\b))?"
)
"""`p` of `nn.Dropout`, the `p` argument of `nn.Dropout`."""
_TAKES_IT = re.compile(
    r"\b(?:takes|accepts|has|offers|knows|wants|expects|needs|requires"
    r"|is (?:called|named|spelled))\b"
    r"[^.;:`]{0,30}(?:`\w+`[\s,]*(?:and|or|plus)?\s*(?:an? |the )?)*`?\Z"
)
_BELONGS = re.compile(r"(?:\b[Ii]ts|\w`?(?:'s|’s))\s+(?:\w+\s+)?`\Z")
_IS_ONE = re.compile(
    r"\b(?:argument|keyword|option|flag|parameter)s?\b(?:`[^`]*`|[^.;:`]){0,40}?\b(?:is|are|called|named)\s+`\Z",
    re.I,
)
_LOST = re.compile(
    r"\b(?:no|not|never|removed|gone|dropped|deprecated|lost|missing|wish\w*|imagin\w*|suppose\w*"
    r"|were|would|could|should|if|invented|proposed|look(?:ing)? for)\b"
    r"|n't\b|\?",
    re.I,
)
"""What takes back, or leaves open, that there is such an argument."""
_DIRECTLY = re.compile(
    r"`(?P<owner>[\w.]+)(?:\(\))?`\s+(?:also\s+)?(?:takes|accepts)\s+(?:the |an? )?(?:optional )?"
    r"(?:(?:keyword|argument|option|parameter)\s+)*`\Z"
)
_GOES_IN = re.compile(
    r"\w\d?$|in(?:put|dex|dices)?\b|tensors?|mat|vec|x\d|data|other|src|tgt|targets?$"
    r"|sizes?$|shape$"
)
"""What may be a name for what goes in, and no parameter of that name."""
_DEFAULTLESS = re.compile(r"\b(?:no|without(?: an?| any)?) default\b", re.I)
"""Denies a default, and nothing else of the sentence."""
_LISTED = re.compile(r"\s*(?:`\w+`(?:, and |, or |, | and | or ))*")
NEXT = 8  # characters between a verb and what it speaks of directly


def arguments(unit: Unit, text: str, inside: Mapping[str, Known]) -> Iterator[Stated]:
    """`X` takes `a` and `b`; `X` has a `c` argument; `X` needs `d`."""
    if len(inside) != 1 or BY_DEFAULT.search(text) or unit.row:
        return
    name, about = next(iter(inside.items()))
    verb = _NEEDS.search(text) or _TAKES.search(text)
    owner = text.find(name.rpartition(".")[2])
    if verb is None or not 0 <= owner < verb.start():
        return
    denied = bool(DENIED.search(_DEFAULTLESS.sub("", text)))
    needs = bool(_NEEDS.search(text)) and not denied
    for hit in _QUOTED.finditer(text, verb.end()):
        # What an optimiser or a scheduler takes are arguments; a layer takes inputs as well.
        direct = name.startswith("torch.optim.") and (
            hit.start() - verb.end() < NEXT
            or _LISTED.fullmatch(text, verb.end(), hit.start()) is not None
        )
        direct = direct and bool(re.search(r"(?:takes?|accepts?)$", verb.group(), re.I))
        direct = direct and bool(re.match(r"\s*(?:$|[.,;]|and\b|or\b)", text[hit.end() :]))
        if not (hit[1] in about.parameters or direct or _is_called_argument(text, hit)):
            continue
        manner: Manner = "takes_not" if denied else "needs" if needs else "takes"
        if manner == "takes" and _BUILDING.search(text, hit.end()):
            manner = "built_with"
        yield Stated(manner, hit[1], unit.start + hit.start(1), name, hit[1])


def named(
    unit: Unit,
    text: str,
    inside: Mapping[str, Known],
    around: Mapping[str, Known],
    said: Sequence[Stated],
) -> Iterator[Stated]:
    """The `pos_weight` argument of `X`; `X` takes `a` and `Y` takes `b`; its `c` argument.

    What is not among the parameters is only reported where the sentence calls it an argument of
    something that it names.

    Args:
        unit: a sentence.
        text: the same without what stands in calls.
        inside: what it names.
        around: what it may speak of besides, nearest first.
        said: what was read of it already.
    """
    if unit.row or DENIED.search(text) or foreign.ELSEWHERE.search(text):
        return
    told = {one.start for one in said}
    for hit in _QUOTED.finditer(text):
        place = unit.start + hit.start(1)
        if any(one.start <= place < one.start + len(one.text) for one in said) or place in told:
            continue
        of = _OF.match(text, hit.end(1))
        if of is not None:
            last = of["owner"].rstrip(".").rpartition(".")[2]
            owner = next((name for name in inside if name.rpartition(".")[2] == last), None)
            sure = (
                bool(of["called"] and of["alone"])
                and not BY_DEFAULT.search(text)
                and not _LOST.search(text)
            )
        else:
            before = text[: hit.start() + 1]
            if not any(one.search(before) for one in (_TAKES_IT, _BELONGS, _IS_ONE)):
                continue
            owner, sure = _nearest(hit[1], hit.start(), text, inside, around), False
        else_ = _DIRECTLY.search(text[: hit.start() + 1]) if owner is None else None
        if else_ is not None and not _LOST.search(text):
            last = else_["owner"].rpartition(".")[2]
            owner = next((name for name in inside if name.rpartition(".")[2] == last), None)
            sure = not _GOES_IN.match(hit[1]) and ("_" in hit[1] or last.islower())
        if owner is None:
            continue
        about = inside[owner] if owner in inside else around[owner]
        if hit[1] in about.parameters or (sure and about.parameters):
            yield Stated("takes", hit[1], place, owner, hit[1])


def _nearest(
    parameter: str, at: int, text: str, inside: Mapping[str, Known], around: Mapping[str, Known]
) -> str | None:
    """What is named last before `at`, if it has the parameter; else what stood before it."""
    places = {name: text.rfind(name.rpartition(".")[2], 0, at) for name in inside}
    before = [name for name in inside if places[name] >= 0]
    if before:
        last = max(before, key=lambda name: places[name])
        return last if parameter in inside[last].parameters else None
    if inside:
        return next((name for name in inside if parameter in inside[name].parameters), None)
    first = next(iter(around), None)
    return first if first is not None and parameter in around[first].parameters else None


def _is_called_argument(text: str, hit: re.Match[str]) -> bool:
    """Whether the words around a quoted name call it an argument.

    It may be a method or an input otherwise; "parameters" may be those that are trained.
    """
    behind = re.match(r"(?:[\s,]*(?:and|or)?\s*`\w+`)*\s+", text[hit.end() :])
    after = text[hit.end() + (behind.end() if behind else 0) :]
    before = text[max(0, hit.start() - 30) : hit.start()]
    named = re.match(
        r"(?:as (?:an? )?)?(?:(?:extra|keyword|optional|further) )*" + _ARGUMENT.pattern, after
    )
    called = re.search(r"\bparameter (?:called|named|by the name of) [`*]*\Z", before)
    return bool(named or called or re.search(_ARGUMENT.pattern + r"[^.;`]{0,12}\Z", before))
