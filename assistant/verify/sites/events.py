"""What a remark says becomes of objects in its statement, and which objects it means.

`x.add_(1)  # in place`, `y[0] = 5  # x sees it`, `F.relu(x)  # leaves x alone`, `loss.backward()
# fills .grad of w`: each is settled by a look at the objects in front of the statement and behind.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.verify import properties, subjects
from assistant.verify.expect import Event, Reading
from assistant.verify.sites import event_words as words
from assistant.verify.sites import gradient_words, touched
from assistant.verify.sites.comments import Comment
from assistant.verify.sites.objects import Said, of_memory, of_objects
from assistant.verify.sites.parsed import Parsed
from assistant.verify.sites.site import How, Site, is_constructor, is_print, key_of, site_of

EVERYTHING = "*"
GLOBAL = "torch.default_generator"


def events(
    parsed: Parsed, comment: Comment, clause: str, statement: ast.stmt, last: str = ""
) -> list[Site]:
    """What a clause says becomes of objects; empty where it says nothing of the kind.

    Args:
        parsed: the snippet.
        comment: that the clause is of.
        clause: with or without an `and` between two events.
        statement: beside the comment.
        last: what the clause before spoke of.
    """
    if isinstance(statement, ast.Return) or _is_supposed(comment.text, clause):
        return []
    if _prepares(statement):
        return []
    found: list[Site] = []
    for piece in words.AND.split(clause):
        told = words.LATER.sub("", properties.spelt_out(piece))
        mode = words.MODE.search(told)
        told = words.MODE.sub("", told)
        at = comment.column + max(0, comment.text.find(piece))
        for said in _read(parsed, told, statement, last):
            read = Reading(Event(said.what, said.part), piece)
            how: How = "expr" if said.subject else "around"
            site = site_of(read, comment, statement, how, tentative=True)
            site = replace(site, around=said.around, subject=said.subject, column=at)
            site = replace(site, since=said.since)
            found.append(replace(site, lenient=mode is not None or said.lenient))
            last = said.around[0] if said.around and said.around[0][0] not in "@*" else last
    return found


def _prepares(statement: ast.stmt) -> bool:
    """Whether a statement makes something that will work later: an object, a hook, a function."""
    held = getattr(statement, "value", None)
    plain = isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    if isinstance(held, ast.Lambda) or (plain and isinstance(held, ast.Constant)):
        return True
    if not isinstance(held, ast.Call):
        return False
    name = getattr(held.func, "attr", getattr(held.func, "id", ""))
    made = re.match(r"register_|partial|compile|vmap|grad$", name) is not None
    return is_constructor(held) or (made and "autograd" not in ast.unparse(held.func))


def _is_supposed(comment: str, clause: str) -> bool:
    """Whether the words around a clause say that it is not so here."""
    at = max(0, comment.find(clause))
    behind = comment[at + len(clause) :]
    return (
        "?" in comment[at:]
        or words.SUPPOSED.search(comment[:at]) is not None
        or words.EXCEPT.match(behind) is not None
    )


def _read(parsed: Parsed, text: str, statement: ast.stmt, last: str) -> Iterator[Said]:
    yield from (
        _of_chance(parsed, text, statement)
        or _of_gradients(parsed, text, statement)
        or _of_contents(parsed, text, statement, last)
        or _of_place(parsed, text, statement)
        or of_objects(parsed, text, statement)
        or of_memory(parsed, text, statement)
    )


def _of_chance(parsed: Parsed, text: str, statement: ast.stmt) -> list[Said]:
    """What becomes of the generator that torch draws from if it is given none."""
    if "torch" not in parsed.known:
        return []
    if words.DRAWS.fullmatch(text):
        if "torch" in (source := ast.unparse(statement)) and "seed" in source:
            return []  # to the state that it is in already, perhaps
        return [Said("draws", (GLOBAL,))]
    return [Said("kept", (GLOBAL,))] if words.DRAWS_NOTHING.fullmatch(text) else []


def _of_gradients(parsed: Parsed, text: str, statement: ast.stmt) -> list[Said]:
    call = touched.call_of(statement)
    stepped = touched.receiver_of(parsed, statement)
    if gradient_words.FILLS_NONE.fullmatch(text):
        return [Said("fills none", (EVERYTHING,))]
    for pattern, what in (
        (gradient_words.TO_NONE, "to none"),
        (gradient_words.WITH_ZEROS, "with zeros"),
        (gradient_words.TO_ZERO, "to zero"),
        (gradient_words.CLEARS, "clears"),
    ):
        if pattern.fullmatch(text) and call is not None and stepped:
            name = getattr(call.func, "attr", "")
            return [Said(what, (stepped,))] if name == "zero_grad" else []
    if (filled := gradient_words.FILLS.fullmatch(text)) and call is not None:
        names = filled["owner"] or re.sub(r"\band\b|,", " ", filled["names"] or "")
        names = " ".join(names.split())
        if gradient_words.SO_MANY.fullmatch(names):
            count = properties.plain(f"{names} all").partition(" ")[0]
            return [Said("fills so many", (EVERYTHING,), count)]
        if names and not all(_is_owner(parsed, one) for one in names.split()):
            return [Said("fills", (EVERYTHING,))] if set(names.split()) <= words.PARAMETERS else []
        return [Said("fills", (EVERYTHING,), names)]
    if gradient_words.ACCUMULATES.fullmatch(text) and call is not None:
        return [Said("accumulates", (EVERYTHING,))]
    frozen = gradient_words.FREEZES.fullmatch(text)
    if frozen is not None:
        what = "thaws" if frozen["un"] == "un" or "thaw" in text.lower() else "freezes"
        subject = frozen["what"].lower()
        if subjects.is_safe(frozen["what"], parsed.known):
            return [Said(what, (frozen["what"],))]
        whole = subject.split()[-1] in words.PARAMETERS | {"everything", "all", "it"}
        # A part of a model is not the model.
        simple = call is not None and ast.unparse(call.func).startswith(f"{stepped}.requires")
        return [Said(what, (stepped,))] if whole and stepped and simple else []
    return []


def _is_owner(parsed: Parsed, name: str) -> bool:
    return name in ("weight", "bias", "weights", "biases") or name.partition(".")[0] in parsed.known


def _of_contents(parsed: Parsed, text: str, statement: ast.stmt, last: str) -> list[Said]:
    if isinstance(statement, ast.Expr) and (is_print(statement) or touched.is_look(statement)):
        return _of_shown(parsed, text, statement)
    both = words.BOTH.fullmatch(text)
    if both is not None and all(touched.known_name(parsed, both[one]) for one in ("one", "two")):
        each = [f"{both[one]} {both['rest']}" for one in ("one", "two")]
        return [said for one in each for said in _of_contents(parsed, one, statement, last)]
    for pattern in words.KEPT:
        if (found := pattern.fullmatch(text)) is not None:
            return _kept(parsed, found["subject"], statement)
    if words.IDLE.fullmatch(text):
        return _idle(parsed, statement)
    written = touched.written_by(parsed, statement)
    if last and (unlike := words.NOT_SO.fullmatch(text)) is not None:
        return _kept(parsed, unlike["subject"], statement)
    moved = words.NOT_IN.fullmatch(text)
    if moved is not None and last and (name := touched.known_name(parsed, moved["subject"])):
        return [Said("kept", (name,))]
    if words.ITS_MOVE.fullmatch(text) and last:
        return [Said("moves", (last,))]
    for pattern in words.FOLLOWS:
        if (found := pattern.fullmatch(text)) is None:
            continue
        names = [found["subject"], found.groupdict().get("second")]
        named = [one for one in (touched.known_name(parsed, name) for name in names if name) if one]
        if not named or len(named) < len([one for one in names if one]):
            return _moved(parsed, found["subject"], statement)
        own = [written] if written and written not in named else []
        done = words.DONE.search(text) is not None and pattern in words.FOLLOWS[1:4:2]
        own_method = len(named) == 1 and touched.worked_upon(statement, given=done) == named[0]
        certain = not touched.is_in_place(statement) and (bool(written) or own_method)
        what = "moves" if certain and not own else "follows"
        # "loss changes", behind a step: it will be another one.
        loose = pattern is words.FOLLOWS[0] and touched.method_of(statement) == "step"
        return [Said(what, (name, *own), lenient=loose) for name in named]
    if (still := words.SAME.fullmatch(text)) and (
        name := touched.known_name(parsed, still["subject"])
    ):
        return [Said("same", (name,))]
    if (anew := words.REBOUND.fullmatch(text)) is not None:
        name = anew["subject"] or anew["named"] or touched.target_of(statement)
        if name == touched.target_of(statement) and touched.known_name(parsed, name):
            return [Said("rebound", (name,))]
    kept = words.DTYPE.fullmatch(text)
    if (
        kept is not None
        and (name := touched.known_name(parsed, kept["subject"]))
        and touched.call_of(statement)
    ):
        return [Said("dtype", (name,), kept["dtype"].lower())]
    return []


def _of_place(parsed: Parsed, text: str, statement: ast.stmt) -> list[Said]:
    gives = words.RETURNS.fullmatch(text)
    if gives is not None:
        return _gives(parsed, gives["what"], statement)
    if words.NOT_IN_PLACE.fullmatch(text):
        subject = touched.subject_of(parsed, statement)
        return [Said("out of place", (subject,))] if subject else []
    found = words.IN_PLACE.fullmatch(text)
    if found is None:
        return []
    told = " ".join(found[group] or "" for group in ("one", "other"))
    works = found["verb"] or re.search(rf"\b{words.VERBS}\b", told, re.IGNORECASE)
    if words.IDIOMS.search(told) or (told.strip() and not works):
        return []  # "with the hooks in place"
    objects = (found["other"], re.sub(rf"(?: {words.BE})?(?: now| all)*$", "", found["one"] or ""))
    named = [
        name
        for one in (*objects, found["on"])
        if one and (name := touched.known_name(parsed, _bare(one)))
    ]
    subject = touched.subject_of(parsed, statement)
    if isinstance(statement, ast.Expr) and (is_print(statement) or touched.is_look(statement)):
        return []
    what = "in place by name" if touched.is_in_place(statement) else "in place"
    if named:
        return [Said(what, (named[0],))]
    return [Said(what, (subject,))] if subject else []


def _bare(words: str) -> str:
    return re.sub(r"^(?:the|its|all) ", "", words.strip(" ,'"))


def _of_shown(parsed: Parsed, text: str, statement: ast.Expr) -> list[Said]:
    """What a remark beside a print says of the thing shown: that it is what it was before."""
    call = touched.call_of(statement)
    shown = call.args if call is not None else [statement.value]
    since = _before(parsed, statement)
    if len(shown) != 1 or not since:
        return []
    name = ast.unparse(shown[0])
    if not re.fullmatch(words.NAME, name) or not touched.known_name(parsed, name):
        return []
    for pattern in words.KEPT:
        found = pattern.fullmatch(text)
        if found is not None and found["subject"] == name:
            return [Said("kept", (name,), since=since)]
    if words.SHOWN_KEPT.fullmatch(text):
        return [Said("kept", (name,), since=since)]
    if words.SHOWN_MOVED.fullmatch(text):
        return [Said("follows", (name,), since=since)]
    return []


def _before(parsed: Parsed, statement: ast.stmt) -> str:
    """The statement in front of one that does something, where both stand in one block."""
    above = [one for one in parsed.statements if one.lineno < statement.lineno]
    for one in sorted(above, key=lambda each: each.lineno, reverse=True):
        if one.col_offset < statement.col_offset:
            return ""
        if one.col_offset == statement.col_offset and not _shows(one):
            held = getattr(one, "value", None)
            defines = isinstance(one, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom)
            return "" if defines or isinstance(held, ast.Constant) else key_of(one)
    return ""


def _shows(statement: ast.stmt) -> bool:
    """Whether a statement only shows or checks something."""
    look = isinstance(statement, ast.Expr) and touched.is_look(statement)
    return look or is_print(statement) or isinstance(statement, ast.Assert)


def _kept(parsed: Parsed, subject: str, statement: ast.stmt) -> list[Said]:
    if name := touched.known_name(parsed, subject):
        return [Said("kept", (name,))]
    word = subject.lower().rpartition(" ")[2]
    if word in words.INPUTS:
        given = touched.given_to(parsed, statement)
        return [Said("kept", (given,))] if given else []
    receiver = touched.receiver_of(parsed, statement)
    if word in ("gradient", "grad", "gradients", "grads", ".grad"):
        return [Said("fills none", (EVERYTHING,))]
    if word in words.PARAMETERS and (owner := receiver or touched.called_by(parsed, statement)):
        return [Said("kept", (owner,), "^(?!.*(?:running_|num_batches))")]
    if word in ("list", "tensor", "array", "dict"):
        given = touched.given_to(parsed, statement)
        return [Said("kept", (given,))] if given and touched.call_of(statement) else []
    caller = receiver or touched.called_by(parsed, statement)
    if word in words.STATISTICS and caller:
        return [Said("kept", (caller,), "running_|num_batches")]
    return []


def _moved(parsed: Parsed, subject: str, statement: ast.stmt) -> list[Said]:
    word = subject.lower().rpartition(" ")[2]
    receiver = touched.receiver_of(parsed, statement)
    if word in words.PARAMETERS | {"biases", "bias"} and receiver:
        return [Said("follows", (receiver,))]
    if word in words.STATISTICS and (caller := receiver or touched.called_by(parsed, statement)):
        return [Said("follows", (caller,), "running_|num_batches")]
    return []


def _idle(parsed: Parsed, statement: ast.stmt) -> list[Said]:
    call = touched.call_of(statement)
    name = getattr(call.func, "attr", "") if call is not None else ""
    if not isinstance(statement, ast.Expr) or name in ("eval", "train"):
        return []
    in_place = name.endswith("_") and not name.endswith("__")
    subject = touched.subject_of(parsed, statement)
    return [Said("kept", (subject,))] if subject and (in_place or name in touched.WRITERS) else []


def _gives(parsed: Parsed, what: str, statement: ast.stmt) -> list[Said]:
    call = touched.call_of(statement)
    subject = touched.subject_of(parsed, statement)
    word = what.lower()
    if call is None or is_print(statement):
        return []
    if word in ("none", "nothing", "no value"):
        return [Said("gives none", ())]
    if word.startswith("a tuple"):
        return [Said("gives a tuple", ())]
    if re.match(r"an? (?!itself)", word):
        part = "copy" if word.endswith("copy") else ""
        return [Said("gives new", (subject,), part)] if subject else []
    own = what.removesuffix(" itself")
    if name := touched.known_name(parsed, own):
        here = re.search(rf"(?<![\w.]){re.escape(name)}\b", ast.unparse(statement))
        return [Said("gives it", (name,))] if here else []
    told = "gives it" if re.search(r"\b(?:itself|self|same|it)\b", word) else "gives something"
    return [Said(told, (subject,))] if subject and not re.fullmatch(words.NAME, word) else []
