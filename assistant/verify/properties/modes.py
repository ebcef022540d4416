"""In which mode the parts of a module are, and what that makes of dropout and batch norm."""

from __future__ import annotations

import re

from assistant.verify.properties.recogniser import Recogniser, Seen, Test, words

MODES = (
    "({{n or 'itself': type(m).__name__ + (' (training)' if m.training else ' (eval)')"
    " for n, m in {module}.named_modules()}} if hasattr({module}, 'named_modules') else {module})"
)
"""What each part of a module is, and its mode; of anything else, the thing itself."""


def _parts(seen: Seen, kind: str) -> list[bool] | None:
    """Whether each part whose class holds `kind` is in training mode."""
    pairs = seen.get("items") or () if seen.get("t") == "map" else ()
    texts = [str(held.get("v")) for _, held in pairs]
    if not texts or not all(one.endswith(("(training)", "(eval)")) for one in texts):
        return None
    return [one.endswith("(training)") for one in texts if kind in one] or None


def mode_of(kind: str, *, training: bool) -> Test:
    """All parts of a kind are in one mode; None where there is no such part."""

    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        parts = _parts(seen, kind)
        return None if parts is None else all(one is training for one in parts)

    return test


def does_nothing(seen: Seen, _: re.Match[str]) -> bool | None:
    """A module hands on what it is given: a dropout that does not train, or an identity."""
    parts = _parts(seen, "")
    if parts is None or len(parts) != 1:
        return None
    kind = str(seen["items"][0][1]["v"])
    if kind.startswith("Identity"):
        return True
    return not parts[0] if kind.startswith("Dropout") else None


def _all_parts(seen: Seen, found: re.Match[str]) -> bool | None:
    parts = _parts(seen, "")
    if parts is None:
        return None
    if found["mode"] is None:
        return all(one is parts[0] for one in parts)
    return all(one is not bool(found["eval"]) for one in parts)


_MODE = r"(?P<mode>(?P<eval>eval(?:uation)?|inference|test)|train(?:ing)?) mode"
_DROP = r"(?:the )?drop-?out(?: layers?| modules?)?"
_OFF = (
    r"(?:off|inactive|disabled|deactivated|ignored|skipped|bypassed|does nothing|do nothing|has no"
    r" effect|have no effect|(?:the )?identity|no-?ops?|(?:no longer|never) drops?(?: anything)?"
    r"|passes everything through|drops nothing)"
)
_ON = r"(?:on|active|activated|enabled|applied|at work|in effect|back)"
_IS = r"(?:(?:is|are|becomes?|stays?|gets?|switched|turned|now|still|again|an?|the|acts? as) )*"
_NORM = r"(?:batch[- ]?norm(?:ali[sz]ation)?(?: layers?)?|BatchNorm\w*|BN|it)"
_TAKES = (
    r"(?:uses?|using|relies on|rely on|works? with|normali[sz]es? with|switches to|takes?|with)"
)
_END = r"(?: (?:now|again|here|in eval(?:uation)? mode|in training mode|from now on|too))*$"
MODE = (
    Recogniser(
        "has dropout off",
        words(
            rf"^(?:{_DROP} {_IS}{_OFF}|(?:switches|turns|shuts) off {_DROP}"
            rf"|(?:switches|turns|shuts) {_DROP} off|(?:disables|deactivates|bypasses) {_DROP}"
            rf"|no (?:more )?drop-?out){_END}"
        ),
        mode_of("Dropout", training=False),
        look=MODES,
    ),
    Recogniser(
        "has dropout on",
        words(
            rf"^(?:{_DROP} {_IS}{_ON}|(?:switches|turns) on {_DROP}|(?:switches|turns) {_DROP} on"
            rf"|(?:re-?)?(?:enables|activates) {_DROP}){_END}"
        ),
        mode_of("Dropout", training=True),
        look=MODES,
    ),
    Recogniser(
        "normalises by running statistics",
        words(
            rf"^(?:{_NORM} )?(?:now )?{_TAKES} (?:its |the |their )?(?:stored |own )?running"
            rf" (?:statistics|stats|averages|estimates|means?(?: and var\w*)?){_END}"
        ),
        mode_of("BatchNorm", training=False),
        look=MODES,
    ),
    Recogniser(
        "normalises by the batch",
        words(
            rf"^(?:{_NORM} )?(?:now )?{_TAKES} (?:its |the "
            rf"|their )?(?:(?:current )?batch(?:'s)?(?: own)?"
            rf" (?:statistics|stats|means?(?: and var\w*)?)"
            rf"|(?:statistics|stats|mean(?: and variance)?) of (?:the|each|every) (?:current )?"
            rf"(?:mini-?)?batch){_END}"
        ),
        mode_of("BatchNorm", training=True),
        look=MODES,
    ),
    Recogniser(
        "has all parts in a mode",
        words(
            r"^(?:(?:switches|puts|sets|moves) )?(?:all|every|each)(?: (?:its|the|of its))?"
            r" (?:(?:sub-?)?modules?|child(?:ren)?|layers?|parts?)(?: (?:is|are|in|into|to|now"
            r"|too|stay"
            rf"|stays))* {_MODE}$"
            r"|^(?:switches|affects|reaches|covers) (?:all|every|each)(?: (?:its|the|of its))?"
            r" (?:sub-?modules?|child(?:ren)?)$"
        ),
        _all_parts,
        look=MODES,
    ),
)
