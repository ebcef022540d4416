"""How a loss reduces and how a loader goes through its data, as the objects themselves say."""

from __future__ import annotations

from assistant.verify.properties.recogniser import Recogniser, Seen, Test, words

_REDUCTION = "getattr({it}, 'reduction', {it})"
_LOADER = (
    "((type({it}.sampler).__name__ + (', drops' if {it}.drop_last else ', keeps')"
    " + ' what is left at the end') if hasattr({it}, 'sampler') else {it})"
)


def _reduces(how: str) -> Test:
    def test(seen: Seen, _: object) -> bool | None:
        held = seen.get("v") if seen.get("t") == "str" else None
        return held == how if held in ("mean", "sum", "none") else None

    return test


def _goes(word: str, wanted: bool) -> Test:
    def test(seen: Seen, _: object) -> bool | None:
        held = seen.get("v") if seen.get("t") == "str" else None
        if not isinstance(held, str) or not held.endswith("what is left at the end"):
            return None
        return (word in held) is wanted

    return test


_START = r"(?:^|(?<=\bnot )|(?<=\bnever )|(?<=\bno longer ))"
_OVER = (
    r"(?: (?:over|across|all|of|for|the|a|whole|every|each|per|its|both|batch(?:es)?|elements?"
    r"|samples?|entries|examples?|items?|loss(?:es)?|terms?|everything|reduction|up|result))*$"
)
_LAST = r"(?:(?:the|an?|its|last|incomplete|smaller|short(?:er)?|partial|final|ragged|odd) )+batch"
SETTINGS = (
    Recogniser(
        "averages",
        words(
            rf"^(?:averages|averaged|averaging|takes the (?:mean|average)|mean reduction"
            rf"|(?:mean|average)(?= (?:over|of) )){_OVER}"
        ),
        _reduces("mean"),
        look=_REDUCTION,
    ),
    Recogniser(
        "adds up",
        words(rf"^(?:sums|summed|summing|adds(?: up)?|sum reduction|sum(?= (?:over|of) )){_OVER}"),
        _reduces("sum"),
        look=_REDUCTION,
    ),
    Recogniser(
        "does not reduce",
        words(
            r"^(?:no reduction|(?:1|a|keeps 1|keeps the) loss (?:per|for each|for every|of each"
            r"|of every)"
            r" (?:sample|element|example|item))$"
        ),
        _reduces("none"),
        look=_REDUCTION,
    ),
    Recogniser(
        "shuffles",
        words(
            rf"{_START}(?:(?:is|are|gets|get|data|samples|batches|order|does"
            rf"|do) )*(?:re)?shuffle[sd]?"
            r"(?: (?:the|its|data|samples|order|every|each|at|per|before|epoch|time|anew))*$"
        ),
        _goes("Random", True),
        look=_LOADER,
    ),
    Recogniser(
        "keeps the order",
        words(
            r"^(?:no shuffling|(?:always )?in (?:the )?(?:original |same )?order"
            r"|sequential(?:ly)?)$"
        ),
        _goes("Random", False),
        look=_LOADER,
    ),
    Recogniser(
        "keeps the last batch",
        words(
            rf"^(?:(?:keeps|yields|includes|does not drop) )?{_LAST}(?: (?:is|stays) kept| too)?$"
        ),
        _goes("keeps", True),
        look=_LOADER,
    ),
    Recogniser(
        "drops the last batch",
        words(
            rf"^(?:drops|skips|discards|leaves out|throws away) {_LAST}$"
            rf"|^{_LAST} (?:is|gets) (?:dropped|skipped|left out|discarded)$"
        ),
        _goes("drops", True),
        look=_LOADER,
    ),
)
