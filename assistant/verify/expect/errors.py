"""Comments that say that the code beside them fails, or that it does not."""

from __future__ import annotations

import re

from assistant.verify.expect.types import (
    Fails,
)

_ERROR_NAME = re.compile(r"\b([A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit)|StopIteration)\b")
_FAILS = re.compile(
    r"\s*(?:[→✗✘❌×!]\s*|->\s*|=>\s*|(?:oops|boom|ouch|nope|no|beware|careful|note)[:,!.]\s+"
    r"|(?:an?\s+|the\s+)?(?:second|third|fourth|2nd|3rd|another|next|further)\s+(?:time|call"
    r"|backward(?:\(\))?|pass"
    r"|use|run|attempt|try|one)[:,]?\s+)*(?P<what>(?:this\s+(?:line\s+|call\s+|one\s+)?|that\s+"
    r"|it\s+|will\s+"
    r"|would\s+|should\s+|also\s+|now\s+|here\s+|still\s+|always\s+|again\s+|immediately\s+"
    r"|(?:py)?torch\s+"
    r"|python\s+|numpy\s+|autograd\s+|gives\s+(?:an?\s+)?|expect(?:ed)?:?\s+(?:an?\s+)?"
    r"|ends in\s+(?:an?\s+)?)*"
    r"(?:raises?|raised|throws?|errors?\b|ERROR\b|fails?\b|FAILS\b|Error\b|crash(?:es)?|not allowed"
    r"|illegal|breaks|blows up|explodes|is rejected|refuses|complains|chokes|bails(?: out)?"
    r"|(?:not|im)possible|forbidden)|(?:(?:an?\s+)?(?:[\w.]*(?:Error|Exception)|StopIteration)\b))",
)
_NOT_FAILS = re.compile(
    r"\b(?:no|not|without|never|doesn't|does not|won't|will not|avoids?|may|might|could|can|if|"
    r"when|unless|until|rate|term|metric|handling|bars?|loss|between|signal|of the|squared|mean)\b",
    re.IGNORECASE,
)
# Under what a failure that is named would come about.
_SUPPOSED = re.compile(
    r"`?\s*,?\s*(?:without|unless|if|when|otherwise|with|under|in older|before|until)\b",
    re.IGNORECASE,
)
_CAUGHT = re.compile(r"\b(?:caught|handled|swallowed|suppressed|ignored)\b", re.IGNORECASE)
_FAILING = re.compile(
    r"(?:.*\s)?(?:raises?|throws?|fails?|crash(?:es)?|breaks|blows up|explodes|refuses|complains"
    r"|chokes|bails(?: out)?)$"
)
# When code in a comment may fail all the same, or did once.
_HEDGED = re.compile(
    r"\b(?:if|when|unless|until|may|might|could|sometimes|used to|before|older?|earlier|was|were"
    r"|avoids?|instead of|without|only (?:on|with|in)|GPU|CUDA|Windows|mac\w*)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not an?|not|never|doesn't|does not|won't|will not|nor|rather than|instead of)"
    r"(?:\s+(?:raise|throw|give|cause|an?|any))*\s+[\w.]*$",
    re.IGNORECASE,
)
# Words that say, in whatever way, that something cannot be done.
_REFUSED = re.compile(
    r"\b(?:not (?:implemented|supported|possible|allowed|there|here|available|defined|legal|valid"
    r"|callable|iterable|subscriptable|compatible|convertible|ordered|writable|found)"
    r"|no such|there is no|there's no|has no|have no|does not (?:exist|appear|work|fit|match|know"
    r"|accept|take|support|broadcast|run|compile|have)|do not (?:fit|match|broadcast|work|agree)"
    r"|doesn't (?:exist|work|fit|match|know|accept|take|support|broadcast|run|compile|have)"
    r"|don't (?:fit|match|broadcast|work|agree)|can(?:not|'t| not)|won't|will not|unable|refused?s?"
    r"|boom|kaboom|bang|crash\w*|nope|ouch|oops|forbidden|illegal|invalid|impossible|unsupported"
    r"|unknown|undefined|incompatible|mismatch\w*|blows? up|explod\w+|breaks|dies|chokes|barfs?"
    r"|fails?|failed|failure|raises?|raised|throws?|thrown|error\w*|exception|complain\w*|reject\w*"
    r"|out of (?:range|bounds)|too (?:many|few|large|small|big|long|short)|missing|ambiguous"
    r"|must (?:be|have|match|not)|needs?|requires?|expected|expects|wrong|bad|disallowed|denied"
    r"|Fehler|Ausnahme|erreur|erro)\b|[❌✗✘💥]",
    re.IGNORECASE,
)
# What mostly, but not always, means that the code fails.
_SOFT = re.compile(
    r"\s*(?:this\s+|it\s+)?(?:[❌✗✘]\s*$|(?:won't|will not|does not|doesn't|can't|cannot)\s+"
    r"(?:work|run|be done|broadcast|multiply)\b"
    r"|(?:can't|cannot|no can do)\s*(?=[:,;!—–])"
    r"|same (?:error|problem|failure|exception|complaint)|(?:invalid|boom|(?:shape |size "
    r"|dtype )?mismatch|(?:index )?out of (?:bounds|range))"
    r"\s*(?:$|[!:,.(—–]))",
    re.IGNORECASE,
)
# How exceptions word what is wrong, where a comment quotes one without its type.
_MESSAGE = re.compile(
    r"\b(?:cannot be (?:multiplied|converted|cast)|must match|is invalid for|not compatible"
    r"|does not require grad|can't be|is not (?:supported|implemented)|unexpected keyword"
    r"|missing \d+ required|has no attribute|out of (?:range|bounds)|a second time"
    r"|can be implicitly created|mat1 and mat2 shapes|a leaf Variable that requires"
    r"|object is not (?:callable|iterable|subscriptable)|same number of dimensions"
    r"|should be the same|but (?:got|found)|only [Tt]ensors of floating)\b"
)
# `would be an error: k is not on the left`, said of the code beside it.
_WOULD_BE = re.compile(
    r"\s*(?:[=-]+>\s*)?(?:this |that |it )?(?:would be|is|would give|would raise|gives)"
    r" an (?:error|exception)\s*[:;,—–]\s+(?![-\d.]|no\b|none\b)"
    r"(?P<why>(?:(?!\b(?:if|when|unless|without|in older)\b).)+)$",
    re.IGNORECASE,
)
# `would need dim=1; along dim 0 a RuntimeError`
_NEEDS = re.compile(
    r"\s*(?:would need|needs|wants|requires|must have) [^;—–]{1,40}[;—–]\s+"
    r"(?:along|with|on|over|as it is|like this|here|so)\b"
    r"[^;—–]{0,20}? (?:an? )?(?P<name>[A-Z]\w*Error)\s*[.!]*$"
)
_SEVERAL_ERRORS = re.compile(r"(?:\w*(?:Error|Exception)[\s,]*){2,}")


# As in `second backward through the freed graph: RuntimeError`.
_AT_END = re.compile(
    r"(?:(?P<sign>[:→?>])|[—–=]|\b(?:raises?|throws?|gives?|triggers?|causes?|is|with|means|hits|that's|it's"
    r"|get|expect|ends in))\s+(?:you\s+|us\s+)?(?:an?\s+)?`?"
    r"(?:[\w.]+\.)?(?P<name>[A-Z]\w*(?:Error|Exception)|StopIteration)\b`?(?:\s*["
    r":(]\s*(?P<message>.+?)\)?)?(?:,?\s+(?:because|since|as|for|due to|thanks to)\b.*)?[.!]*$",
    re.DOTALL,
)


# As in `error: not positive-definite`.
_ERROR_THEN = re.compile(
    r"(?:error|ERROR|Error)\s*[:!—–]\s+(?P<message>(?!none|no\b|nothing|never|below|above|within|rate|term"
    r"|about|around)[^\d\W][^=]*)$"
)
# Under what the failure behind an arrow would come about, or that it does not.
_SUPPOSING = re.compile(
    r"\b(?:no (?:error|exception)|never|without|unless|if|when|may|might|could|until|with"
    r"|doesn't|does not|won't|avoids?|before|in older|numpy|instead)\b",
    re.IGNORECASE,
)
# How a sentence ends that tells of a failure.
_BADLY = re.compile(
    r"\b(?:errors? out|(?:is|are) (?:forbidden|not allowed|illegal|rejected|refused|disallowed)"
    r"|blows up|so (?:this|it) (?:fails|raises|crashes|throws)|must fail)\s*[.!]*$",
    re.IGNORECASE,
)


def error_of(text: str) -> Fails | None:
    """The failure that a comment announces, if it does."""
    if _WOULD_BE.match(text):
        return Fails()
    if (needs := _NEEDS.match(text)) is not None:
        return Fails(needs["name"])
    found = _FAILS.match(text)
    if found is None:
        return None
    if (plain := _ERROR_THEN.match(text)) is not None:
        return Fails("", plain["message"])
    if _SEVERAL_ERRORS.fullmatch(text):
        return None  # names of errors that the line prints
    name = _ERROR_NAME.search(text)
    rest = text[found.end() :]
    if name is None:
        measured = re.match(r"\w*\s*[=:]\s*[\d.]", rest) and "err" in found["what"].lower()
        told = found["what"].rstrip().endswith("s") and re.match(r"\s*:\s+[a-z]", rest)
        nothing = re.match(r"\s*:\s+(?:none|no|not|never)\b", rest)
        reason = _FAILING.match(found["what"]) and re.match(
            r"\s*[,;.!]\s+(?!if\b|when\b|unless\b)", rest
        )
        if measured or nothing or (not told and not reason and _NOT_FAILS.search(rest)):
            return None
        if re.match(r"\s*[a-z]+s?\b", rest) and not re.match(
            r"\s*(?:an?\b|the\b|error|exception|here|because|since|due|as\b|with|:"
            r"|on (?:this|any|my|every) (?:machine|box|laptop|computer)|on (?:the )?CPU|of course"
            r"|immediately|at once|right away|loudly|again|too\b|as well)",
            rest,
        ):
            return None
        message = re.match(r"\s*:\s*(.+)$", rest)
        return Fails("", message.group(1).strip() if message else "")
    if _NOT_FAILS.search(text[: name.start()]):
        return None
    if name.group().endswith("Warning") or _CAUGHT.search(rest):
        return None
    if _SUPPOSED.match(text[name.end() :]):
        return None
    message = re.match(r"\s*[:(]\s*(.+?)\)?$", text[name.end() :], re.DOTALL)
    return Fails(name.group(1), message.group(1).strip() if message else "")


def of_commented(remark: str) -> tuple[Fails, bool] | None:
    """The failure that is told of code in a comment, and whether it is told for sure.

    Code is mostly commented out because it fails, so that less is asked of the words here.
    """
    name = _ERROR_NAME.search(remark)
    hedged = _HEDGED.search(_told(remark, name)) is not None
    if name is not None and not name[1].endswith("Warning"):
        if hedged or _DENIED.search(remark[: name.start()]):
            return None
        message = re.match(r"\s*[:(]\s*(.+?)\)?$", remark[name.end() :], re.DOTALL)
        return Fails(name[1], message[1].strip() if message else ""), True
    if is_message(remark):
        return Fails("", remark), not hedged
    if _REFUSED.search(remark) and not hedged:
        return Fails(), False
    return None


def _told(remark: str, name: re.Match[str] | None) -> str:
    """What is told of a failure: what could be done against it, and a reason, are left out."""
    if name is None:
        return remark
    behind = re.split(r"[,;—–]|\bunless\b", remark[name.end() :])[0]
    return remark[: name.end()] + behind


def softly_failing(text: str) -> Fails | None:
    """A failure in words that may mean something else, or a message without its type."""
    late = _AT_END.search(text)
    supposed = _SUPPOSING if late is not None and late["sign"] else _NOT_FAILS
    if late is not None and not (supposed.search(text[: late.start()]) or _CAUGHT.search(text)):
        return Fails(late["name"], (late["message"] or "").strip())
    if is_message(text):
        return Fails("", text)
    if (badly := _BADLY.search(text)) is not None:
        return None if _NOT_FAILS.search(text[: badly.start()]) else Fails()
    if _NOT_FAILS.search(re.sub(_SOFT, "", text)):
        return None
    return Fails() if _SOFT.match(text) else None


def is_message(text: str) -> bool:
    """Whether a text reads like the message of an exception."""
    return _MESSAGE.search(text) is not None
