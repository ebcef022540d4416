"""Claims that a statement raises, or that it does not."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.verify import causes
from assistant.verify.expect import Fails, Works
from assistant.verify.judge.doubts import called_luck, doubted, unreached
from assistant.verify.judge.judgement import Judgement, Setting, said
from assistant.verify.observe import Fault, Observation, Raised, Sights
from assistant.verify.printed import same_token, skeleton, tokens
from assistant.verify.sites import Site

FEWEST_WORDS = 3  # of a message that is quoted
# "size(-2)" and "blocksize[0]" name things, they measure nothing.
_NAMED_PLACE = re.compile(r"\w[\[(]-?\d+[\])]")
_SMALL_WORDS = frozenset(
    "the and are was were has have had for with without from not but this that than its out into"
    " you must can cannot should does only here there one all any".split()
)


def judge_raising(
    site: Site, sights: Sights | None, seen: Observation, setting: Setting
) -> Judgement:
    """The state of a claim about an exception."""
    expected = site.expectation
    if sights is None or not sights.raised:
        judged = unreached(site, seen, setting)
        return replace(judged, state="not_run") if judged.state == "refuted" else judged
    raised = next((one for one in sights.raised if one.type), None)
    if raised is not None:
        fault = Fault(
            site.statement[0], site.statement, raised, _undefined(raised), "", frozenset()
        )
        why = causes.explain(fault, seen.faults, setting.missing, cuda=seen.cuda)
        meant = isinstance(expected, Fails) and expected.type in (raised.type, *raised.bases)
        told = meant and f"'{_undefined(raised)}'" in site.text
        if why.cause in ("context", "package", "file", "network") and not (
            meant and (raised.type != "NameError" or told)
        ):
            return Judgement("not_run", note=why.sentence, part="error")
        if why.cause == "hardware" and (raised.type == "NameError" or isinstance(expected, Works)):
            return Judgement("unverifiable", note=why.sentence, part="error")
        if (
            fault.name
            and why.sentence != causes.explain(fault, (), setting.missing, cuda=seen.cuda).sentence
        ):
            return Judgement("not_run", note=why.sentence, part="error")
    if isinstance(expected, Works):
        if raised is None and called_luck(site.text):
            return Judgement("unverifiable", "no exception", "the page calls it luck", "error")
        if raised is None:
            return Judgement("confirmed", "no exception", part="error")
        judged = Judgement("refuted", said(raised), part="error")
        return doubted(site, judged, seen, setting)
    assert isinstance(expected, Fails)
    return _compare_raised(expected, raised, site, seen, setting)


def _undefined(raised: Raised) -> str:
    found = re.match(r"name '(\w+)' is not defined", raised.message)
    return found.group(1) if found and raised.type == "NameError" else ""


def _compare_raised(
    expected: Fails, raised: Raised | None, site: Site, seen: Observation, setting: Setting
) -> Judgement:
    cuda = seen.cuda
    if raised is None:
        printed = "".join(text for line, text in seen.outputs if line == site.statement[0])
        if _says_error(expected, printed):
            note = "it is caught and printed"
            return Judgement("confirmed", printed.strip()[:300], note, "error")
        if not cuda and re.search(r"cuda|gpu", setting.source(site) + site.text, re.IGNORECASE):
            return Judgement("unverifiable", "no exception", "it needs CUDA", "error")
        return Judgement("refuted", "no exception", part="error")
    observed = said(raised)
    if expected.type:
        name = expected.type.rsplit(".", 1)[-1].lstrip("_")
        if name not in {one.lstrip("_") for one in (raised.type, *raised.bases)}:
            if re.search(rf"\b{re.escape(name)}\b", raised.message):
                return Judgement("unverifiable", observed, "its message names it", "error")
            if not cuda and re.search(r"CUDA|cuda|GPU", expected.message + raised.message):
                return Judgement("unverifiable", observed, "it needs CUDA", "error")
            return Judgement("refuted", observed, f"it raises {raised.type}", "error")
    plain = re.sub(r"(?<=\d)x(?=\d)", " ", _NAMED_PLACE.sub("", expected.message))
    claimed = re.findall(r"(?<![\w.])\d+(?:\.\d+)?", plain)
    have = re.findall(r"\d+(?:\.\d+)?", raised.message)
    other = any(number not in have for number in claimed) and _quoted(expected, raised)
    if have and (other or _misquoted(expected, raised)):
        return Judgement("refuted", observed, "the numbers in its message differ", "error")
    return Judgement("confirmed", observed, part="error")


def _quoted(expected: Fails, raised: Raised) -> bool:
    """Whether most of the words of a claimed message are those of the real one, if it has any.

    What is said in the author's own words may count other things than the message does.
    """
    if _NAMED_PLACE.search(raised.message) and not re.search(
        r"\d", _NAMED_PLACE.sub("", raised.message)
    ):
        return False
    said, real = (
        [word for word in re.findall(r"[^\W\d_]{3,}", text.lower()) if word not in _SMALL_WORDS]
        for text in (expected.message, raised.message)
    )
    shared = sum(any(word[:4] == other[:4] for other in real) for word in said)
    return 2 * shared > len(said) or not said


def _misquoted(expected: Fails, raised: Raised) -> bool:
    """Whether a message is quoted from its beginning on, word for word, with other numbers."""
    left, right = (
        tokens(re.sub(r"(?<=\d)x(?=\d)", " x ", re.sub(r"(?<=\d)\.(?=\s|$)", "", text)))
        for text in (expected.message, raised.message)
    )
    right = right[: len(left)]
    words = sum(token.kind == "word" for token in left)
    return (
        words >= FEWEST_WORDS
        and skeleton(left) == skeleton(right)
        and not all(map(same_token, left, right))
    )


def _says_error(expected: Fails, printed: str) -> bool:
    """Whether what a statement printed tells of the exception that it caught."""
    if expected.type:
        return expected.type.rsplit(".", 1)[-1] in printed
    return bool(re.search(r"error|exception|fail", printed, re.IGNORECASE))
