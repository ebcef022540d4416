"""Which objects a statement writes to, works upon, gives a name or takes from another."""

from __future__ import annotations

import ast
import re

from assistant.verify import subjects
from assistant.verify.driver.plant import spot_of
from assistant.verify.sites.event_words import NAME
from assistant.verify.sites.parsed import Parsed

WRITERS = frozenset(
    "append extend insert remove pop clear sort reverse update add discard setdefault popitem"
    " shuffle load_state_dict zero_grad step backward eval train half double float bfloat16 to cuda"
    " cpu type apply requires_grad_ fill put partition resize".split()
)
"""Methods and functions that write to what they are called upon, or are handed first."""
_SHOWS = frozenset("print repr str len type id".split())
VIEWS = frozenset(
    "data detach numpy view T mT t flatten ravel narrow unsqueeze squeeze transpose permute "
    " diagonal select unfold real imag swapaxes".split()
)
"""What stands for the same memory as the tensor it is taken of."""


def other_of(parsed: Parsed, statement: ast.Assign) -> str:
    """What an assignment gives another name, or what its call is a method of."""
    held = statement.value
    if isinstance(held, ast.Call):
        if not isinstance(held.func, ast.Attribute) or _is_module(held.func.value):
            return known_name(parsed, ast.unparse(held.args[0])) if held.args else ""
        held = held.func.value
    elif isinstance(held, ast.Subscript) and isinstance(held.slice, ast.Slice):
        held = held.value
    return known_name(parsed, ast.unparse(held))


def worked_upon(statement: ast.stmt, *, given: bool = False) -> str:
    """The name of which a bare call is a method; `given`: a call whose value is kept as well.

    What gives a view may change its source later on.
    """
    kept = given and isinstance(statement, ast.Assign) and method_of(statement) not in VIEWS
    call = call_of(statement) if kept or isinstance(statement, ast.Expr) else None
    held = call.func.value if call is not None and isinstance(call.func, ast.Attribute) else None
    return held.id if isinstance(held, ast.Name) else ""


def called_by(parsed: Parsed, statement: ast.stmt) -> str:
    """The model that a statement calls by its name."""
    call = call_of(statement)
    return known_name(parsed, ast.unparse(call.func)) if call is not None else ""


def known_name(parsed: Parsed, name: str) -> str:
    """A name of the snippet that a remark uses; empty for a word of the remark alone."""
    name = name.strip("`' ")
    if not name or not re.fullmatch(NAME, name):
        return ""
    return name if subjects.is_safe(name, parsed.known) else ""


def call_of(statement: ast.stmt) -> ast.Call | None:
    """The call that a statement consists of, or whose value it takes."""
    held = getattr(statement, "value", None)
    return held if isinstance(held, ast.Call) else None


def is_look(statement: ast.Expr) -> bool:
    """Whether a bare expression calls nothing."""
    return not isinstance(statement.value, ast.Call)


def target_of(statement: ast.stmt) -> str:
    """What an assignment assigns to, as source."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return ast.unparse(statement.targets[0])
    return ast.unparse(statement.target) if isinstance(statement, ast.AugAssign) else ""


def _root(node: ast.expr) -> ast.expr:
    """The thing whose memory an expression stands for: `w` of `w.detach().numpy()[0]`."""
    while True:
        seen = isinstance(node, ast.Attribute) and node.attr in VIEWS
        if isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and seen):
            node = node.value
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in VIEWS
        ):
            node = node.func.value
        elif isinstance(node, ast.Call) and _name_of(node) in ("parameters", "buffers"):
            assert isinstance(node.func, ast.Attribute)
            node = node.func.value
        else:
            return node


def _name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def expressed(parsed: Parsed, node: ast.expr) -> str:
    """How the driver is asked for an expression: by its source if that is safe, else its spot."""
    if isinstance(node, ast.Constant):
        return ""
    root = _root(node)
    source = ast.unparse(root)
    simple = isinstance(root, ast.Name | ast.Attribute)
    if simple and subjects.is_safe(source, parsed.known):
        return source
    if isinstance(root, ast.Name | ast.Attribute) or not isinstance(root, ast.Call):
        return ""
    return spot_of(root)


def _is_module(node: ast.expr) -> bool:
    """Whether what stands in front of a dot is a module or a class and no object."""
    if not isinstance(node, ast.Name | ast.Attribute):
        return False
    source = ast.unparse(node)
    head = source.partition(".")[0]
    return head in ("torch", "np", "numpy", "nn", "F", "random", "copy", "init", "math", "optim")


def receiver_of(parsed: Parsed, statement: ast.stmt) -> str:
    """What a call is a method of."""
    call = call_of(statement)
    if call is None or not isinstance(call.func, ast.Attribute) or _is_module(call.func.value):
        return ""
    return expressed(parsed, call.func.value)


def given_to(parsed: Parsed, statement: ast.stmt) -> str:
    """What a call works upon: that of which it is a method, or its first argument."""
    call = call_of(statement)
    if call is None:
        return ""
    held = call.func.value if isinstance(call.func, ast.Attribute) else None
    shown = getattr(call.func, "id", "") in _SHOWS
    if held is not None and not _is_module(held):
        return expressed(parsed, held) if not _calls_model(call) else ""
    return "" if shown or not call.args else expressed(parsed, call.args[0])


def _calls_model(call: ast.Call) -> bool:
    """Whether the method may be a model kept in an attribute: `self.fc(x)`."""
    held = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(held, ast.Name) and held.id == "self"


def written_by(parsed: Parsed, statement: ast.stmt) -> str:
    """What a statement writes to."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if isinstance(statement, ast.AugAssign):
        target = statement.target
        return expressed(parsed, target)
    if isinstance(target, ast.Subscript):
        return expressed(parsed, target)
    call = call_of(statement)
    if call is None:
        return ""
    out = next((one.value for one in call.keywords if one.arg == "out"), None)
    if out is not None:
        return expressed(parsed, out)
    in_place = is_in_place(statement) or method_of(statement) in WRITERS
    if any(one.arg == "inplace" for one in call.keywords) and call.args:
        in_place = True
    if not in_place:
        return ""
    held = call.func.value if isinstance(call.func, ast.Attribute) else None
    if held is not None and not _is_module(held):
        return expressed(parsed, held)
    return expressed(parsed, call.args[0]) if call.args else ""


def method_of(statement: ast.stmt) -> str:
    """The name of what a statement calls, without what stands in front of its last dot."""
    call = call_of(statement)
    if call is None:
        return ""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_in_place(statement: ast.stmt) -> bool:
    """Whether a statement calls what is in place by its name: `add_`."""
    name = method_of(statement)
    return name.endswith("_") and not name.endswith("__")


def subject_of(parsed: Parsed, statement: ast.stmt) -> str:
    """What a remark without a subject speaks of: what is written to, else worked upon."""
    if written := written_by(parsed, statement):
        return written
    call = call_of(statement)
    if call is not None:
        held = call.func.value if isinstance(call.func, ast.Attribute) else None
        if held is not None and not _is_module(held):
            return expressed(parsed, held)
        function = ast.unparse(call.func)
        known = re.match(r"(?:torch|F|np|numpy)\.", function) or function == "sorted"
        return expressed(parsed, call.args[0]) if call.args and known else ""
    if isinstance(statement, ast.Assign) and (name := target_of(statement)):
        used = {one.id for one in ast.walk(statement.value) if isinstance(one, ast.Name)}
        return name if name in used and name in parsed.known else ""
    return ""
