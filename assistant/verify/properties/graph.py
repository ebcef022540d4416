"""What autograd knows of a tensor: whether it wants gradients, and where it stands in the graph."""

from __future__ import annotations

import re

from assistant.verify.properties.recogniser import Recogniser, Seen, Test, never, words


def flag(key: str, wanted: bool) -> Test:
    """A flag of the description is set, or not."""

    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        held = seen.get(key)
        return None if not isinstance(held, bool) else held is wanted

    return test


def _tracked(wanted: bool) -> Test:
    """A tensor wants gradients; of a module, its parameters do."""

    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        if seen.get("t") == "module" and seen.get("parameters"):
            some, all_ = seen["trainable"], seen["parameters"]
            return (some == all_) is wanted if some in (0, all_) else None
        held = seen.get("grad")
        return None if not isinstance(held, bool) else held is wanted

    return test


def _stated(seen: Seen, found: re.Match[str]) -> bool | None:
    held = seen.get("grad")
    return None if not isinstance(held, bool) else held is (found["truth"].lower() == "true")


def _has_node(seen: Seen, found: re.Match[str]) -> bool | None:
    if seen.get("t") != "tensor":
        return None
    lacking = re.search(r"\b(?:no|not|lacks?|without)\b", found.group()) is not None
    return (seen["grad_fn"] is None) is lacking


def _no_node(seen: Seen, _: re.Match[str]) -> bool | None:
    return seen["grad_fn"] is None if seen.get("t") == "tensor" else None


def _named_node(seen: Seen, found: re.Match[str]) -> bool | None:
    if seen.get("t") != "tensor":
        return None
    have, named = str(seen["grad_fn"]), found["node"]
    if named == "None":
        return seen["grad_fn"] is None
    return re.sub(r"(?<=Backward)\d+$", "", have) == re.sub(r"(?<=Backward)\d+$", "", named)


def _if_tracked(seen: Seen, _: re.Match[str]) -> bool | None:
    """A function may be differentiable where nothing asks for its gradient."""
    return True if seen.get("grad") is True else None


_GRAD = r"(?:a |any )?grad(?:ient)?s?"
GRAPH = (
    Recogniser(
        "has this requires_grad",
        words(
            r"\brequires_grad(?: ?(?:==?|:|is|stays|becomes|remains|turned|set to|of)){0,2} ?"
            r"(?:now |still |also |again )?(?P<truth>True|False)\b"
        ),
        _stated,
    ),
    Recogniser(
        "has this grad_fn",
        words(r"\bgrad_fn ?(?:is|=|:|==|becomes)? ?<?(?P<node>\w+Backward\d*|None)\b"),
        _named_node,
    ),
    Recogniser(
        "has a grad_fn",
        words(r"\b(?:has|with|without|carries|gets|no|lacks?)\b.{0,8}\bgrad_fn\b"),
        _has_node,
    ),
    Recogniser(
        "is a leaf",
        words(r"\b(?:non[- ](?P<no>))?leaf(?: tensor| node| variable)?\s*$"),
        lambda seen, found: flag("leaf", found["no"] is None)(seen, found),
    ),
    Recogniser(
        "has no graph",
        words(
            r"\b(?:detached|disconnected|cut off|cut)(?: from (?:the )?(?:autograd )?(?:graph"
            r"|autograd|history|\w+))?$"
            r"|\b(?:cut|torn|loose|free|severed|separated?|removed|away|off)"
            r"(?: (?:loose|away|off))? (?:from|of) (?:the )?(?:autograd )?graph\b"
            r"|\bstop[- ]gradient\b|\boutside (?:of )?(?:the |autograd's )?graph\b"
        ),
        _no_node,
        denied=_has_node,
    ),
    Recogniser(
        "is recorded",
        words(
            r"\bgraph (?:is )?(?:being )?(?:built|recorded|created|kept|tracked)\b"
            r"|\b(?:builds?|records?|keeps?|creates?|tracks?|built) (?:a |the "
            r"|any )?(?:autograd )?(?:graph|history)\b"
            r"|\b(?:autograd )?(?:graph|history)$|\bpart of (?:the |a )?(?:autograd )?graph\b"
            r"|\b(?:connected|attached) to (?:the |a )?graph\b|\bon (?:the )?(?:autograd )?tape\b"
            r"|\bhas (?:no |a |an )?(?:autograd )?(?:graph|history)\b"
        ),
        _has_node,
    ),
    Recogniser(
        "is differentiable",
        words(
            r"\bdifferentiable\b(?! (?:at|every|almost|function|w\.r\.t|with respect|in))"
            r"|\bbackprop\w* through\b"
        ),
        _if_tracked,
        denied=flag("grad", False),
    ),
    Recogniser(
        "lets gradients through",
        words(r"\bgrad(?:ient)?s? (?:can |will |still )?(?:flows?|pass|passes|reach(?:es)?)\b"),
        _if_tracked,
        denied=_tracked(False),
    ),
    Recogniser(
        "gets gradients",
        words(
            rf"\b(?:requires?|requiring|needs?|wants?|carries|carry) {_GRAD}\b"
            rf"|\btracked(?: by autograd)?$|\btracks? (?:its |the )?(?:{_GRAD}|operations"
            rf"|history)\b"
            rf"|\bwith {_GRAD}$"
            r"|\btracking$|\btrainable$|\bautograd (?:tracks|follows|watches)\b"
        ),
        _tracked(True),
    ),
    Recogniser(
        "gets no gradients",
        words(
            rf"\b(?:no|without) {_GRAD}(?: (?:needed|required|tracking|tracked|wanted|recorded|here"
            rf"|at all))?$"
        ),
        _tracked(False),
        denied=never,
    ),
    Recogniser("is an inference tensor", words(r"^inference tensor$"), flag("inference", True)),
    Recogniser(
        "is frozen",
        words(r"\b(?:parameters|weights) (?:are |is |now |stay |stays )*frozen$"),
        _tracked(False),
    ),
    Recogniser(
        "is in eval mode",
        words(r"^(?:in |switched to |put in(?:to)? )?eval(?:uation)? mode$"),
        flag("training", False),
    ),
    Recogniser(
        "is in training mode",
        words(r"^(?:in |back (?:in|to) |switched to )?train(?:ing)? mode$"),
        flag("training", True),
    ),
)
