"""Properties that a trailing comment ascribes, clause by clause, to the value beside it.

A clause may name what it speaks of (`b.grad is now all ones`, `x and y share memory`); else it
speaks of the statement's value.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.verify import expect, properties, subjects
from assistant.verify.expect import Expectation, Reading
from assistant.verify.properties import Ascribed
from assistant.verify.sites.comments import Comment
from assistant.verify.sites.events import events
from assistant.verify.sites.evidence import of_others
from assistant.verify.sites.looks import appended, argument_of, looked_at, made_again
from assistant.verify.sites.parsed import Parsed
from assistant.verify.sites.site import SIMPLE, Site, is_print, is_shown, site_of, targets_of

_NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*|\[[\d:, -]+\])*"
_VERB = (
    r"(?:changes?|changed|sees|follows|moves|notices|un(?:affected|touched|changed|harmed)|is|are"
    r"|has|have|stays?|keeps?|remains?|becomes?|still|now|no longer|does|do|doesn't|don't"
    r"|isn't|aren't|requires?|shares?|sums?|contains?|holds?|also|gets?|lives?|lies?|owns?|wants?"
    r"|differs?|equals?|matches)"
)
_SUBJECT = re.compile(
    r"(?:and |so |then |now |from (?:now|here) on,? )?"
    rf"`?(?P<subject>{_NAME})`?(?:'s| itself)?\s+(?={_VERB}\b)"
)
_TWO = re.compile(
    rf"`?(?P<one>{_NAME})`? and `?(?P<two>{_NAME})`?\s+(?=(?:still |now |both |do not "
    rf"|don't )*{_VERB}\b)"
)
# What a statement without a value of its own is said to change.
# "also changes x", "does not touch x"
_TOUCHES = re.compile(
    rf"^(?:this |that |it |which )?(?P<not>does not |doesn't |never |leaves )?"
    rf"(?:also |now |really )*(?:changes?|modif(?:y"
    rf"|ies)|affects?|touch(?:es)?|shows up in"
    r"|(?:it |this )?writes (?:(?:straight |right |back )?through )?(?:in)?to|goes through to"
    r"|leaks? into|(?:is )?visible (?:in|through)|reaches|reflected in|propagates to|updates?"
    rf"|alters?)? ?`?(?P<subject>{_NAME})`?(?: alone| as well| too"
    rf"| untouched| unchanged)?$"
)
_CHANGED = re.compile(
    r"\b(?:adds? (?:in)?to|accumulates? (?:in)?to|fills?|updates?|changes?|writes? (?:in)?to|sets?"
    rf"|populates?)\s+`?(?P<subject>{_NAME})`?$"
)
# "weights are all 0.5", "every bias is 3": what the statement itself names.
_NOUN = re.compile(
    r"(?:(?:the |all )*(?P<noun>[a-z]{3,})(?: is| are| now)* all "
    r"|(?:every|each) (?P<one>[a-z]{3,}) is )"
)
# What a statement that binds two names may say of them.
_ALIKE = re.compile(
    r"(?P<not>(?:not |never )(?:the )?(?:same|identical|equal)|differ(?:ent"
    r"|s)?\b)?(?:(?:the )?(?:same"
    r"|identical|equal)|agree|match)?(?: (?:values?|results?|numbers?|outputs?|tensors?))?"
    r"(?: (?:in|under|with) (?:eval(?:uation)? mode|no_grad|the same seed|a fixed seed))?",
    re.IGNORECASE,
)
# As in `logp.exp() sums to one`.
_CALLED = re.compile(
    r"`?(?P<subject>[^\W\d][\w.]*(?:\([^()]*\)|\[[^\[\]]*\])(?:\.\w+(?:\([^()]*\))?)*)`?\s+"
    rf"(?={_VERB}\b)"
)
# As in `rows of logp.exp() sum to one`, `entries of A are 0 or 1`.
_LINES_OF = re.compile(
    r"(?:(?:so|and|then|now) )?(?P<lines>(?:(?:the|all|each|every|both) )*"
    r"(?:rows?|columns?|cols?|entries|entry|elements?|values?))"
    r" of `?(?P<subject>[^\W\d](?:[^,;:()]|\([^()]*\))*?)`?\s+"
    r"(?=(?:(?:all|each|both|now|still|then) )*"
    r"(?:is|are|has|have|sums?|adds?|lies?|falls?|stays?|becomes?|holds?|contains?|averages?)\b)"
)
# "the transpose is not contiguous": told of a thing that the statement may only use.
_OF_OTHER = re.compile(
    r"(?:the|its|an?|each|every) "
    r"(?!(?:result|output|value|tensor|outcome|copy|view|slice|whole|rest"
    r"|rows?|columns?|entries|elements?|values|numbers|entry|mask|matrix|vector|norm|sum|mean|sums"
    r"|max\w*|min\w*|largest|smallest|average|total|trace|shape|size|dtype|data|memory|storage"
    r"|same|range)\b)[a-z]+(?: [a-z]+)? (?:is|are|has|have|does|stays?|shares?)\b",
    re.IGNORECASE,
)
# "indexing with a tensor copies": told of a way of doing things.
_DOING = re.compile(
    r"(?!(?:be|str|th|k|r|us|noth|everyth|anyth|remain|surviv|increas|decreas|ris|fall|ascend"
    r"|descend)"
    r"ing\b)[a-z]{2,}ing\b(?! (?:zero|one|\d))",
    re.IGNORECASE,
)
_CALLS_OF_OTHERS = frozenset(
    "repeat expand clone view reshape flatten ravel contiguous copy deepcopy detach numpy"
    " from_numpy tensor as_tensor as_strided stack cat concat split chunk transpose permute"
    " squeeze unsqueeze narrow select gather index_select masked_select tolist item to type cast"
    " pin_memory".split()
)
# As in `next: integers`.
_ANNOUNCED = re.compile(
    r"\b(?:next|later|soon|then|todo|coming up|up next|now for|part \d+|step \d+|topic|section"
    r"|chapter|lesson|exercise|task|question|example|case)(?: up)?\s*[:—–-]\s*$",
    re.IGNORECASE,
)
# "the bias starts at zero", of `lin.bias`
_STARTS = re.compile(
    r"(?:(?:the|its|every|each|all) )*(?P<subject>[a-z_]+)"
    r" (?:(?:is|are|starts?|begins?|becomes?|now|at|from|with|out|as|set|reset|to|all|filled) )+"
    r"(?=(?:zero|one|-?\d+(?:\.\d+)?)s?\b)",
    re.IGNORECASE,
)
_WITH = re.compile(r"\b(?:with|of|from|into|as|to) `?([^\W\d]\w*)`?\s*(?:$|[,.;—–!(])")


def ascribed(
    parsed: Parsed, comment: Comment, statement: ast.stmt, otherwise: Expectation | None
) -> Iterator[Site]:
    """The properties that a comment ascribes.

    Args:
        parsed: the snippet.
        comment: behind the statement.
        statement: what it stands beside.
        otherwise: what the comment says of a thing that cannot have the property.
    """
    if not isinstance(statement, SIMPLE):
        return
    changed = last = before = ""
    for clause in properties.clauses(comment.text):
        at = max(0, comment.text.find(clause))
        of_part = _PART.search(before) is not None and _FILLED_WITH.match(clause) is not None
        before = clause
        if of_part or _of_call(clause, statement) or _of_keyword(parsed, clause, statement):
            continue
        if (
            of_others(comment.text[:at])
            or _ANNOUNCED.search(comment.text[:at])
            or _names(comment.text[at + len(clause) :])
        ):
            continue
        happened = list(events(parsed, comment, clause, statement, last))
        if happened:
            yield from happened
            last = next((one for one in happened[-1].around if one[0] not in "@*"), last)
            continue
        if (again := made_again(parsed, comment, clause, statement)) is not None:
            yield replace(again, column=comment.column + at)
            continue
        called = _CALLED.match(clause)
        if called is not None and not subjects.is_pure(called["subject"], parsed.known):
            continue
        lines = _LINES_OF.match(clause)
        if lines is not None and not subjects.is_pure(lines["subject"], parsed.known):
            if re.search(r"[^\w\s'-]", lines["subject"]):
                continue  # of an expression
            lines = None
        about, said = _about(parsed, clause, statement)
        if called is not None and not about:
            about, said = called["subject"], clause[called.end() :]
        if lines is not None:
            about, said = lines["subject"], f"{lines['lines']} {clause[lines.end() :]}"
        if (end := _left_out(said, comment.text[at:], statement)) and not about:
            said = f"includes {end} though drawn below it"
        known = properties.recognise(said)
        if known is not None:
            site = _site(
                parsed,
                known,
                Reading(expect.Property(said, otherwise), clause),
                comment,
                statement,
                about or changed,
            )
            if site is not None:
                at = max(0, comment.text.find(clause))
                told = bool(about or known.recogniser.look)
                loose = not told and (_OF_OTHER.match(clause) or _DOING.match(clause)) is not None
                yield replace(site, column=comment.column + at, lenient=loose or site.lenient)
        found = _CHANGED.search(clause)
        if (
            found
            and isinstance(statement, ast.Expr)
            and subjects.is_safe(found["subject"], parsed.known)
        ):
            changed = found["subject"]


# "two more columns, filled with zeros": told of those columns.
_PART = re.compile(
    r"\b(?:more|extra|additional|new|another|further|added|missing|last|first|upper|lower|top|bottom|left"
    r"|right|outer|inner|second|third|other)\s+(?:rows?|columns?|cols?|borders?|margins?|frames?|edges?"
    r"|sides?|padding|entries|entry|slots?|positions?|places?|elements?|half|part|corner|channels?"
    r"|dim(?:ension)?s?)$",
    re.IGNORECASE,
)
_FILLED_WITH = re.compile(
    r"(?:(?:is|are|all|each|both|now|then|which) )*"
    r"(?:filled|padded|set|zeroed|initiali[sz]ed|full|zeros?|ones?|constant|of|with)\b",
    re.IGNORECASE,
)
_FLAGS = frozenset(
    "requires_grad grad_fn is_leaf retains_grad data_ptr named_parameters state_dict".split()
)
_UP_TO = re.compile(
    r"(?P<low>-?\d+)\s*(?:and|to|through|\.\.+|…|[-–])\s*(?P<high>\d+)(?![\d.])(?P<rest>.{0,40})",
    re.DOTALL,
)
_INCLUDED = re.compile(
    r"^[\s,(]*(?:with )?(?:both |both ends |each |ends |\d+ |the ends? |bounds )*(?:are |is )?"
    r"(?:inclusive|inclusively|included|including \d+|incl\.?)(?=\s*(?:$|[.,;:)!]))"
)


def _left_out(clause: str, text: str, statement: ast.stmt) -> str:
    """The end that a clause includes in a range, and which `torch.randint` leaves out."""
    said = _UP_TO.search(text)
    if said is None or said["low"] not in clause or _INCLUDED.match(said["rest"]) is None:
        return ""
    for node in ast.walk(statement):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if not re.fullmatch(r"(?:torch|np\.random|numpy\.random)\.randint", ast.unparse(node.func)):
            continue
        bounds = [ast.unparse(one) for one in node.args[:2]]
        numbers = [one for one in bounds if re.fullmatch(r"-?\d+", one)]
        if numbers and numbers[-1] == said["high"]:
            return said["high"]
    return ""


def _of_keyword(parsed: Parsed, clause: str, statement: ast.stmt) -> bool:
    """Whether a clause speaks of an argument: `padding_idx gets no gradient`."""
    found = re.match(r"`?([a-z]+(?:_[a-z]+)+)`?=?\s+[a-z]+s\b", clause)
    if found is None or found[1] in _FLAGS | parsed.known or found[1].startswith("running_"):
        return False
    return re.search(rf"(?<!\w){found[1]}\b(?!=)", ast.unparse(statement)) is None


def _of_call(clause: str, statement: ast.stmt) -> bool:
    """Whether a clause speaks of a call that is not made here: `repeat allocates`."""
    found = re.match(r"`?([a-z_]{3,})`?(?:\(\))? [a-z]+s\b(?! the same)", clause)
    if found is None or found[1] in ast.unparse(statement):
        return False
    return found[1] in _CALLS_OF_OTHERS


def _names(behind: str) -> bool:
    """Whether a clause only names what a value behind it is of: `int tensors: False`."""
    found = re.match(r"\s*:\s*(?=\S)", behind)
    if found is None:
        return False
    read = expect.read(behind[found.end() :])
    return read is not None and isinstance(read.expectation, (expect.Value, expect.Shape))


def _about(parsed: Parsed, clause: str, statement: ast.stmt) -> tuple[str, str]:
    """What a clause names as its subject, other than the statement's target; and the rest."""
    both = _TWO.match(clause)
    if both is not None and all(
        subjects.is_safe(both[one], parsed.known) for one in ("one", "two")
    ):
        return f"{both['one']}, {both['two']}", clause[both.end() :]
    touched = _TOUCHES.match(clause) if properties.written(statement) else None
    if touched is not None and subjects.is_safe(touched["subject"], parsed.known):
        return touched["subject"], "unaffected" if touched["not"] else "changes"
    noun = _NOUN.match(clause)
    told = re.sub(r"(?<=s)es$|(?<!s)s$", "", noun["noun"] or noun["one"]) if noun else ""
    if noun is not None and re.search(rf"\.{told}s?\b", ast.unparse(statement)):
        return "", f"every element is {clause[noun.end() :]}"
    twins = _twins(statement) if (like := _ALIKE.fullmatch(properties.plain(clause))) else ()
    if twins and like is not None:
        return twins[0], f"{'differs from' if like['not'] else 'same as'} {twins[1]}"
    if (starts := _STARTS.match(clause)) is not None:
        part = part_of(parsed, starts["subject"], statement)
        if part:
            return part, f"every element is {clause[starts.end() :]}"
    found = _SUBJECT.match(clause)
    if found is None:
        return "", clause
    if not subjects.is_safe(found["subject"], parsed.known):
        part = part_of(parsed, found["subject"], statement)
        return (part, clause[found.end() :]) if part else ("", clause)
    rest = clause[found.end() :]
    return ("" if [found["subject"]] == list(targets_of(statement)) else found["subject"]), rest


def _twins(statement: ast.stmt) -> tuple[str, ...]:
    """The two names that an assignment binds side by side."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    names = target.elts if isinstance(target, ast.Tuple) else []
    found = tuple(name.id for name in names if isinstance(name, ast.Name))
    return found if len(found) == len(names) == 2 else ()


def part_of(parsed: Parsed, name: str, statement: ast.stmt) -> str:
    """`lin.bias`, where a bare call is given it and a remark speaks of `bias`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    for node in call.args if isinstance(call, ast.Call) else ():
        written = ast.unparse(node)
        if isinstance(node, ast.Attribute) and node.attr == name:
            return written if subjects.is_safe(written, parsed.known) else ""
    return ""


def _site(
    parsed: Parsed,
    known: Ascribed,
    read: Reading,
    comment: Comment,
    statement: ast.stmt,
    about: str,
) -> Site | None:
    recogniser = known.recogniser
    made = argument_of(parsed, statement) if recogniser.argument and not about else ""
    if made:
        subject = f"({targets_of(statement)[0]}, {made},)"
        return replace(site_of(read, comment, statement, "expr"), subject=subject)
    shows = recogniser.argument and not (about or properties.changed(statement))
    if recogniser.look and not shows:
        return looked_at(parsed, recogniser.look, read, comment, statement, about)
    if recogniser.pair or recogniser.other:
        if recogniser.other and isinstance(statement, ast.Return) and not about:
            other = _plain_other(parsed, known.words["other"])
            site = replace(site_of(read, comment, statement, "rebound"), subject=other)
            return site if other else None
        if recogniser.other:
            named = _with_other(parsed, known.words["other"], statement, about)
        else:
            named = _with_sources(parsed, read.text, statement, about)
        alone = properties.changed(statement)
        if len(named) < 2 and recogniser.pair and not about and alone in parsed.known:
            return replace(site_of(read, comment, statement, "beside"), subject=alone)
        of_old = recogniser.before or len(named) < 2
        if of_old and recogniser.pair and not about and (old := _rebound(statement)):
            return replace(site_of(read, comment, statement, "rebound"), subject=old)
        if len(named) < 2:
            return None
        return replace(site_of(read, comment, statement, "expr"), subject=f"({', '.join(named)},)")
    about = about or appended(parsed, statement)
    if about:
        return replace(site_of(read, comment, statement, "expr"), subject=about)
    return site_of(read, comment, statement, "print" if is_print(statement) else "value")


def _rebound(statement: ast.stmt) -> str:
    """The name to which a statement gives a value made of its old one: `x = x * 2`."""
    if isinstance(statement, ast.AugAssign):
        return statement.target.id if isinstance(statement.target, ast.Name) else ""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if not isinstance(target, ast.Name) or not isinstance(statement, ast.Assign):
        return ""
    used = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
    return target.id if target.id in used else ""


def _with_sources(parsed: Parsed, clause: str, statement: ast.stmt, about: str) -> Sequence[str]:
    """What shares or copies, and what it may share with: what is named, else what it is made of."""
    named = properties.sources(statement)
    said = _WITH.search(clause)
    other = said[1] if said is not None else ""
    if ", " in about:
        return about.split(", ")
    if about and (written := properties.written(statement)) and written != about:
        return (written, about)
    if about:
        if other and other != about and subjects.is_safe(other, parsed.known):
            return (about, other)
        return (about, named[0]) if named[:1] and about in named[1:] else ()
    if len(named) > 1 and other in named[1:]:
        return (named[0], other)
    return named


def _plain_other(parsed: Parsed, other: str) -> str:
    """The expression that words set beside something; empty where it may not be looked at."""
    ends = r"^[^\W\d]\w*\s*=(?!=)\s*|\s+(?:again|too|here|above|any ?more)$"
    other = re.sub(ends, "", other.strip(" `."))
    while other and not subjects.is_pure(other, parsed.known):
        other = other.rpartition(", ")[0]  # "same as f(x), only faster"
    return other


def _with_other(parsed: Parsed, other: str, statement: ast.stmt, about: str) -> Sequence[str]:
    """What a statement makes, and the expression that a comment sets beside it."""
    other = _plain_other(parsed, other)
    if about:
        made = [about]
    elif is_print(statement):
        call = statement.value  # type: ignore[attr-defined]
        made = [ast.unparse(argument) for argument in call.args]
    elif is_shown(statement):
        made = [ast.unparse(statement.value)]  # type: ignore[attr-defined]
    else:
        made = list(targets_of(statement))
    if len(made) != 1 or not all(subjects.is_pure(one, parsed.known) for one in (made[0], other)):
        return ()
    return (made[0], other)
