"""Claims in trailing comments: each speaks of the statement that ends on its line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.verify import expect, literals, properties, subjects
from assistant.verify.expect import Each, Fails, Printed, Reading, Shape, Value, Works
from assistant.verify.literals import Call, Const, Num, Seq
from assistant.verify.sites.ascribed import ascribed
from assistant.verify.sites.circumstances import circumstances
from assistant.verify.sites.comments import Comment
from assistant.verify.sites.evidence import foreign, of_others
from assistant.verify.sites.looks import of_sizes
from assistant.verify.sites.parameters import of_parameters, of_targets
from assistant.verify.sites.parsed import Parsed
from assistant.verify.sites.site import (
    SIMPLE,
    Site,
    is_constructor,
    is_print,
    is_setting,
    is_shown,
    site_of,
    targets_of,
)

# What a statement that is no print makes something else print.
_PRINTS = re.compile(
    r"(?:will |this |which |also |and )*prints?:?\s+(?P<text>\S.*)$", re.IGNORECASE
)


LONG = 3  # digits
# Shapes that an operation joins: "(32, 64) @ (64, 10) -> (32, 10)".
_FORMULA = re.compile(r"[)\]]\s*[-+*@/]\s*[(\[]")
# What asks for the block that it stands in.
_ENABLED = re.compile(r"\bis_\w*(?:enabled|inference_mode)\w*\(")
_FIGURES = frozenset("mean std var variance bias".split())
"""What is said of a value's elements, or of a part, under the name of that."""
_NONE = re.compile(r":\s+(?:none|no|not|never)\b", re.IGNORECASE)
# Under what, in front of a failure, the code beside it would fail.
_SUPPOSED = re.compile(
    r"\b(?:without|unless|if|when|otherwise|instead of|before|forget\w*|had|were|in (?:plain )?"
    r"(?:python|numpy)|else)\b",
    re.IGNORECASE,
)


def is_range(read: Reading) -> bool:
    """Whether what was read as two values may be the ends of a range."""
    node = read.expectation.node if isinstance(read.expectation, Value) else None
    if not isinstance(node, Seq) or len(node.items) != 2:
        return False
    low, high = node.items
    return (
        isinstance(low, Num)
        and isinstance(high, Num)
        and low.value.real <= 0
        and low.value.real < high.value.real <= 1
    )


def trailing(parsed: Parsed, comment: Comment, statement: ast.stmt | None = None) -> Iterator[Site]:
    """The claims of one trailing comment.

    Args:
        parsed: the snippet.
        comment: the comment.
        statement: what it speaks of, if it is not what ends on its line.
    """
    statement = statement or parsed.ending_on(comment.line)
    caught = parsed.handler_on(comment.line) if statement is None else None
    if caught is not None and expect.is_message(comment.text):
        failing = Fails(ast.unparse(caught[1]), comment.text)
        quoted = site_of(Reading(failing, comment.text), comment, caught[0], "raises")
        yield replace(quoted, lenient=True, near=False)
        return
    if statement is None:
        yield from of_parameters(parsed, comment)
        return
    found = [
        _reached(one, statement)
        for one in _said(parsed, comment, statement)
        if not _only_names(parsed, one, comment)
    ]
    yield from found
    sure = [one for one in found if not (one.lenient or one.tentative) and one.kind != "property"]
    late = None if sure else expect.held(comment.text)
    if late is not None:
        site = attach(parsed, late, comment, statement)
        told = site is not None and not _only_names(parsed, site, comment)
        if site is not None and told and site.how in ("value", "print"):
            yield replace(site, last=True)


# What leads up to a shape that is a remark's own, and to no other remark.
_LEADS_TO_SHAPE = re.compile(
    r"\b(?:shapes?|shaped|size[sd]?|dims?|is|are|stays?|becomes?|gives?|to|now|result|output|of"
    r"|returns?|sample|head|layout|as|again|still|back|makes?)\W*$|[:=→>,;—–]\s*$",
    re.IGNORECASE,
)


def _only_names(parsed: Parsed, site: Site, comment: Comment) -> bool:
    """Whether names that the code does not know stand behind words: `dense partner (K, M)`."""
    expected = site.expectation
    if not isinstance(expected, Shape) or not site.lenient or site.subject:
        return False
    names = [dim for dim in expected.dims if isinstance(dim, str)]
    if len(names) < len(expected.dims) or set(names) & parsed.sizes:
        return False
    first = re.search(r"[(\[]", comment.text)
    lead = comment.text[: first.start()] if first is not None else ""
    beside = expect.strip_leads(lead)[0].strip()
    told = site.apart or bool(beside)
    return told and _LEADS_TO_SHAPE.search(lead) is None


# What is said of an assertion.
_HOLDS = re.compile(
    r"(?:(?:this|that|it|which|always|still|also|now|exactly|and)\s+)*(?:holds?|passes|is (?:true"
    r"|fine)"
    r"|true|succeeds|never (?:fires|fails|triggers)|does not (?:fire|fail|raise)|goes through)"
    r"(?:\s+(?:exactly|always|here|too|as well|again|every time|bit for bit|to the last bit"
    r"|of course|by construction|up to (?:float )?rounding|within tolerance))*[.!]*",
    re.IGNORECASE,
)


def _asserted(comment: Comment, statement: ast.Assert) -> Iterator[Site]:
    """What a remark says of an assertion: that it holds, or of which shape its sides are."""
    text = expect.strip_leads(comment.text)[0]
    read = expect.read(comment.text)
    held = read.expectation if read is not None else None
    if _HOLDS.fullmatch(text) or (isinstance(held, Value) and held.node == Const(True)):
        yield site_of(Reading(Works(), comment.text), comment, statement, "raises")
        return
    test = statement.test
    if not isinstance(test, ast.Compare) or len(test.comparators) != 1 or read is None:
        return
    sides = (test.left, test.comparators[0])
    if not isinstance(test.ops[0], ast.Eq) or isinstance(held, (Fails, Works)) or read.subject:
        return
    both = isinstance(held, Each)
    sizes = isinstance(held, Value) and isinstance(held.node, Seq)
    shaped = sizes and ast.unparse(sides[0]).endswith((".shape", ".size()"))
    if not (both or shaped or isinstance(held, Shape)):
        return
    subject = f"({ast.unparse(sides[0])}, {ast.unparse(sides[1])},)" if both else None
    made = site_of(read, comment, statement, "expr")
    yield replace(made, subject=subject or ast.unparse(sides[0]), lenient=True, near=True)


# What tells the same of a line as of the one above it.
_SAME_STORY = re.compile(
    r"(?:and |again,? )*(?:the )?same (?:story|thing|error|problem|complaint|failure"
    r"|exception|fate|here)(?: here| again| as above| too)*\s*(?:$|[,.;:—–(])",
    re.IGNORECASE,
)
_PROMOTED = re.compile(
    r"(?P<name>[^\W\d][\w.]*) (?:(?:is|gets|was|are|has been|now|silently|itself|automatically) )+"
    r"(?:promoted|upcast|converted|cast|downcast|widened|turned|demoted) (?:in)?to (?:torch\.)?"
    r"(?P<dtype>float(?:16|32|64)|bfloat16|u?int(?:8|16|32|64)|complex(?:64|128)|bool)[.!]?$"
)


def _same_story(parsed: Parsed, comment: Comment, statement: ast.stmt) -> Site | None:
    """A failure told with the words of the line above, which fails as well."""
    if not _SAME_STORY.match(comment.text):
        return None
    above = parsed.beside(statement)[-1:]
    line = (above[0].end_lineno or above[0].lineno) if above else 0
    told = next((one for one in parsed.comments if one.trailing and one.line == line), None)
    read = expect.read(told.text) if told is not None and line == statement.lineno - 1 else None
    if told is None:
        return None
    failing = read is not None and isinstance(read.expectation, Fails)
    if not failing and _same_story(parsed, told, above[0]) is None:
        return None
    return site_of(Reading(Fails(), comment.text), comment, statement, "raises")


def _promoted(parsed: Parsed, comment: Comment, statement: ast.stmt) -> Site | None:
    """The dtype that what a statement writes to, or makes, is said to be turned into."""
    found = _PROMOTED.fullmatch(comment.text)
    if found is None or not subjects.is_safe(found["name"], parsed.known):
        return None
    if found["name"] not in (properties.written(statement), *targets_of(statement)):
        return None  # an operand may be so within the operation
    read = Reading(expect.Dtype(found["dtype"]), comment.text)
    return replace(site_of(read, comment, statement, "expr"), subject=found["name"])


def _reached(site: Site, statement: ast.stmt) -> Site:
    """Nothing behind a `return` is ever reached: what it names is looked at in front of it."""
    return (
        replace(site, how="given")
        if isinstance(statement, ast.Return) and site.how == "expr"
        else site
    )


def _said(parsed: Parsed, comment: Comment, statement: ast.stmt) -> Iterator[Site]:
    if isinstance(statement, ast.Assert) and (told := list(_asserted(comment, statement))):
        yield from told
        return
    if (again := _same_story(parsed, comment, statement)) is not None:
        yield again
        return
    if (cast := _promoted(parsed, comment, statement)) is not None:
        yield cast
        return
    if named := of_targets(parsed, comment, statement):
        yield from named
        return
    if (sized := of_sizes(comment, statement)) is not None:
        yield sized
        return
    claims = [attach(parsed, one, comment, statement) for one in expect.parts(comment.text)]
    if claims and all(one is not None and one.how != "text" for one in claims):
        yield from (
            replace(one, column=comment.column + max(0, comment.text.find(one.text)))
            for one in claims
            if one is not None
        )
        return
    plain = _in_this_mode(parsed, comment, statement)
    read = expect.read(plain)
    if read is not None and read.text == plain:
        read = replace(read, text=comment.text)
    sizes = expect.of_names(comment.text, parsed.sizes) if read is None else None
    if sizes is not None:
        read = Reading(Shape(sizes), comment.text)
    text, end_line = comment.text, comment.line
    if read is not None and is_range(read) and _indexed(comment.text, statement):
        return
    if read is None and expect.is_open(comment.text):
        text, end_line = _continued(parsed, comment)
        read = expect.read(text)
    if (read is None or read.lenient) and parsed.shows_error(statement):
        # In the words of a message, which the exception has and the print has not raised.
        yield site_of(Reading(Printed(text), text), comment, statement, "text", tentative=True)
        return
    failing = read is not None and isinstance(read.expectation, (Fails, Works))
    if not failing and reports(parsed, statement, alone=True):
        happens = list(ascribed(parsed, comment, statement, None))
        yield from happens
        if happens:
            return
        yield site_of(Reading(Printed(text), text), comment, statement, "text", tentative=True)
        return
    about: list[Site] = []
    several: list[Site] = []
    if "tensor(" not in comment.text and _may_hold(read):
        pair = read.expectation if read is not None and is_range(read) else None
        about = list(ascribed(parsed, comment, statement, pair))
        yield from about
        if about and pair is not None:
            return
        several = list(_in_clauses(parsed, comment, statement))
    elif read is None:
        several = list(_in_clauses(parsed, comment, statement))
    elif "tensor(" not in comment.text and not isinstance(read.expectation, Fails):
        # "(3, 4), a view": what stands behind the value
        claimed = properties.clauses(comment.text)[:1]
        about = list(ascribed(parsed, comment, statement, None))
        happens = [one for one in about if isinstance(one.expectation, expect.Event)]
        yield from (
            one
            for one in about
            if one in happens
            or (
                ([one.text] != claimed or read.phrase.startswith(one.text))
                and not expect.read(one.text)
            )
            or (
                expect.names_type(one.text) and one.how == "expr"  # `… on the same memory`
            )
        )
    elif (tail := _behind_tensor(comment)) is not None:
        yield from ascribed(parsed, tail, statement, None)
    if read is not None:
        site = attach(parsed, replace(read, text=text), comment, statement)
        surer = site is not None and site.lenient and any(not one.lenient for one in several)
        if site is not None and not surer and not (site.tentative and several):
            yield replace(site, end_line=end_line)
            return
    if several:
        yield from several
    elif is_print(statement) and looks_printed(comment.text):
        shown_text = re.sub(
            r"^(?:-+>|=+>|[→⇒]|(?:expected|prints?|printed|output|shows)(?: is)?\s*:)\s*",
            "",
            comment.text,
            flags=re.IGNORECASE,
        )
        printed = Reading(Printed(shown_text), shown_text)
        unsure = not _names_type(parsed, comment.text, statement)
        yield site_of(printed, comment, statement, "text", tentative=unsure)
    elif (shown := _PRINTS.match(comment.text)) is not None and isinstance(statement, SIMPLE):
        printed = Reading(Printed(shown["text"]), shown["text"])
        yield site_of(printed, comment, statement, "text", tentative=True)


# What stands between a tensor and what is said of it besides.
_BESIDES = re.compile(
    r"\s*(?:[,;—–]|\s-+\s|\((?=[a-z]))\s*(?:and |but |so )?(?=[a-z])", re.IGNORECASE
)


def _behind_tensor(comment: Comment) -> Comment | None:
    """What a comment says behind the tensor that it begins with: `tensor([2, 1]), a view of x`."""
    if not re.match(r"tensor\((?!True|False)", comment.text):
        return None  # a truth value is told of something else
    try:
        _, end = literals.read_prefix(comment.text)
    except literals.NotALiteralError:
        return None
    found = _BESIDES.match(comment.text, end)
    if found is None:
        return None
    return replace(comment, text=comment.text[found.end() :], column=comment.column + found.end())


# As in `a column; a row is (1, 3)`.
_IN_GENERAL = re.compile(r"an? [a-z-]+ (?:is|has|gives|needs|makes|would)\b")
# What fails may be the pass that comes later: "changes w in place, so autograd complains".
_OF_GRAPH = re.compile(r"\b(?:autograd|back(?:ward|prop\w*)|the graph)\b", re.IGNORECASE)
_IN_MODE = re.compile(
    r"\s+in (?:(?P<eval>eval(?:uation)?)|train(?:ing)?) mode(?=\s*(?:$|[.,;:!]))", re.IGNORECASE
)


def _in_this_mode(parsed: Parsed, comment: Comment, statement: ast.stmt) -> str:
    """A comment without the mode that it holds for, if that is the one at its place."""
    hit = _IN_MODE.search(comment.text)
    if hit is None:
        return comment.text
    above = "\n".join(parsed.lines[: statement.lineno - 1])
    evaluating = above.rfind(".eval()") > above.rfind(".train(")
    if (hit["eval"] is not None) is not evaluating:
        return comment.text
    return comment.text[: hit.start()] + comment.text[hit.end() :]


def _names_type(parsed: Parsed, text: str, statement: ast.stmt) -> bool:
    """Whether a print shows the name of a type, and a remark is one."""
    if not re.fullmatch(r"print\([^,]*\.__(?:qual)?name__\)", ast.unparse(statement)):
        return False
    text, _ = expect.strip_leads(text)
    camel = re.fullmatch(r"[A-Z]\w*[a-z]\w*[A-Z]\w*|int|float|bool|str|list|tuple|dict", text)
    return camel is not None or (text in parsed.known and text[:1].isupper())


def _is_long(expected: expect.Expectation) -> bool:
    """Whether it is a number of so many digits that only a look at the value gives them."""
    node = expected.node if isinstance(expected, Value) else None
    return isinstance(node, Num) and not node.is_int and len(re.sub(r"\D", "", node.text)) > LONG


def _indexed(text: str, statement: ast.stmt) -> bool:
    """Whether a pair of numbers is the place that the statement reads: `a[0, 1]  # (0, 1)`."""
    inner = re.sub(r"\s", "", text).strip("()[].")
    return f"[{inner}]" in re.sub(r"\s|[()]", "", ast.unparse(statement))


def _in_clauses(parsed: Parsed, comment: Comment, statement: ast.stmt) -> Iterator[Site]:
    """Claims in the clauses of a comment that makes none as a whole: `unchanged, (3, 4)`."""
    clauses = properties.clauses(comment.text)
    for clause in clauses if len(clauses) > 1 else ():
        read = expect.read(clause)
        if read is None or isinstance(read.expectation, Works):
            continue
        at = max(0, comment.text.find(clause))
        if isinstance(read.expectation, Fails) and (
            _NONE.search(comment.text)
            or _SUPPOSED.search(comment.text, 0, at)
            or re.match(r"\s*[:=]\s*[-\d.e]+%?$", comment.text[at + len(clause) :])  # "error: 0.5"
        ):
            continue
        told = "." in read.subject or "[" in read.subject  # "y sees this: y[0] is 5"
        bound = (properties.written(statement), *targets_of(statement), *_unpacked(statement))
        told = told or (bool(read.subject) and read.subject in bound)
        sure = isinstance(read.expectation, Fails) or (
            told and not read.lenient and subjects.is_safe(read.subject, parsed.known)
        )
        lenient = read.lenient or ("" if sure else "unless near")
        placed = lenient == "unless counted" and re.fullmatch(r"(?:index|position) \d+", clause)
        if lenient in ("unless printed", "unless counted", "unless related") and not placed:
            lenient = "always"  # "16777216.0, 24 bits of mantissa"
        of_graph = isinstance(read.expectation, Fails) and _OF_GRAPH.search(clause)
        later = of_graph and not re.search(r"backward\(|grad\(", ast.unparse(statement))
        if of_others(comment.text[:at]) or (at and _IN_GENERAL.match(clause)) or later:
            lenient = "always"
        elif at == 0 and lenient == "unless near" and _is_long(read.expectation):
            lenient = "unless printed"
        phrase = read.phrase if told and sure else f"{comment.text[:at]} {read.phrase}"
        read = replace(read, lenient=lenient, weak=True, phrase=phrase)
        site = attach(parsed, read, comment, statement)
        if site is not None and site.how != "text":
            yield replace(site, column=comment.column + at, clause=True)


def _may_hold(read: Reading | None) -> bool:
    """Whether a comment with a property in it says nothing that weighs more."""
    return (
        read is None
        or bool(read.lenient)
        or read.weak
        or is_range(read)
        or isinstance(read.expectation, Works)
        # "trace is 3", "std is about 0.2"
        or (bool(read.subject) and (read.otherwise is not None or read.subject in _FIGURES))
    )


def _continued(parsed: Parsed, comment: Comment) -> tuple[str, int]:
    """A trailing value that goes on over the comment lines below it."""
    text, end = comment.text, comment.line
    below = {other.line: other for other in parsed.comments if not other.trailing}
    while expect.is_open(text) and end + 1 in below:
        end += 1
        text += "\n" + below[end].text
    return text, end


def attach(parsed: Parsed, read: Reading, comment: Comment, statement: ast.stmt) -> Site | None:
    """The claim of a reading upon the statement beside it, if it can be one."""
    site = _attached(parsed, read, comment, statement)
    if site is None or isinstance(read.expectation, (Fails, Works)):
        return site
    if read.phrase and foreign(read.phrase, statement, parsed.known):
        told = _LEAVES.search(read.phrase) or _SUM.fullmatch(read.phrase)
        if told and isinstance(statement, ast.Expr) and site.how in ("print", "value"):
            return replace(site, lenient=True, near=True, slip=True)
        return replace(site, lenient=True, near=False, apart=True)
    text = read.text.replace(read.subject, "", 1) if site.subject else read.text
    before, after, value = expect.around(expect.strip_leads(text)[0])
    if isinstance(read.expectation, Shape):
        after = _SIZED.sub("", after)  # "(B, T) with B=5"
    if value:
        more = set(read.phrase.split()) - set(read.text.split())
        lead = f"{read.phrase} {before}" if more else before
        if _ENABLED.search(ast.unparse(statement)):
            here = "inside" if statement.col_offset else "outside"
            lead, after = (re.sub(rf"\b{here}\b", "", one) for one in (lead, after))
        other = circumstances(lead, after, parsed.behind(statement), value)
        if other == "surely":
            return replace(site, lenient=True, near=False, apart=True)
        if other == "perhaps":
            return replace(site, lenient=True, near=site.near or not site.lenient, slip=True)
    return site


# What something else leaves as it is: "step() leaves the gradient alone: tensor([2., -4.])".
_LEAVES = re.compile(
    r"^[^:]*\(\) (?:leaves|keeps|preserves|does not|doesn't)\b"
    r"(?:(?!\b(?:if|when|before|was)\b)[^:])*:?\s*$"
)
# What a number is made from: "H*C + C".
_SUM = re.compile(r"\s*\(*[^\W\d]\w*(?:[\s()]*[-+*/][\s()]*\w+\)*)+\s*")
_SIZED = re.compile(r"(?<![\w.])[^\W\d]\w*\s?=\s?\d+(?![\w.])")


def _attached(parsed: Parsed, read: Reading, comment: Comment, statement: ast.stmt) -> Site | None:
    if isinstance(read.expectation, (Fails, Works)):
        if isinstance(statement, (ast.Raise, ast.Import, ast.ImportFrom)):
            return None
        return site_of(read, comment, statement, "raises")
    if read.subject:
        return _about(parsed, read, comment, statement)
    if not isinstance(statement, SIMPLE):
        return None
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return None
    held = getattr(statement, "value", None)
    chosen = is_setting(held) if held is not None else False
    if (buffer := _registered(held)) and not isinstance(statement, ast.Return):
        return replace(site_of(read, comment, statement, "expr"), subject=buffer, bare=False)
    if held is None or (chosen and not isinstance(statement, (ast.Expr, ast.AugAssign))):
        return None
    targets = targets_of(statement)
    nothing = isinstance(read.expectation, Value) and read.expectation.node == Const(None)
    called = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
    if nothing and read.weak and called and not is_print(statement):
        return None  # "grads are None afterwards", behind a call that returns None in any case
    unpacked = _unpacked(statement)
    if len(unpacked) > 1 and _of_names(read.expectation) and _is_shape(held):
        return None  # `B, T = x.shape  # (batch, time)` says what they stand for
    if unpacked and (len(unpacked) == 1 or _is_one(read.expectation)):
        made = site_of(read, comment, statement, "expr")
        return replace(made, subject=unpacked[0], lenient=made.lenient or len(unpacked) > 1)
    if (
        isinstance(read.expectation, expect.Shape)
        and read.expectation.given
        and isinstance(held, ast.Call)
        and is_constructor(held)
        and targets
    ):
        maps = expect.Maps(read.expectation.given, read.expectation.dims)
        made = site_of(replace(read, expectation=maps), comment, statement, "maps")
        return replace(made, subject=targets[0])
    if read.weak and isinstance(held, ast.Call) and is_constructor(held):
        return None
    way = read.passing or _FORMULA.search(read.text) is not None
    if way and isinstance(read.expectation, Shape):
        made = held.args[0] if is_print(statement) and len(held.args) == 1 else held
        if _steps(made) == 0 or (read.passing and _steps(held) > 1):
            return None  # nothing here makes it, or more is made than it
    return site_of(read, comment, statement, "print" if is_print(statement) else "value")


def _registered(value: ast.expr | None) -> str:
    """What a call puts into a module: `self.pe` for `self.register_buffer("pe", …)`."""
    call = value if isinstance(value, ast.Call) and len(value.args) > 1 else None
    if call is None or not isinstance(call.func, ast.Attribute):
        return ""
    name = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
    if call.func.attr not in ("register_buffer", "register_parameter"):
        return ""
    owner = call.func.value
    return f"{owner.id}.{name}" if isinstance(owner, ast.Name) and isinstance(name, str) else ""


def _unpacked(statement: ast.stmt) -> list[str]:
    """The names into which an assignment takes its value apart."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return []
    target = statement.targets[0]
    names = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
    return (
        [ast.unparse(one) for one in names] if all(isinstance(n, ast.Name) for n in names) else []
    )


def _of_names(expected: expect.Expectation) -> bool:
    """Whether a shape is nothing but names."""
    return isinstance(expected, Shape) and not any(isinstance(dim, int) for dim in expected.dims)


def _is_shape(value: ast.expr) -> bool:
    """Whether an expression reads the sizes of something."""
    return re.search(r"\.shape(?:\[[^\]]*\])?$|\.size\(\)$", ast.unparse(value)) is not None


def _is_one(expected: expect.Expectation) -> bool:
    """Whether a claim speaks of one tensor or number, and not of several."""
    return isinstance(expected, Value) and (
        isinstance(expected.node, Num)
        or (isinstance(expected.node, Call) and expected.node.name.endswith(("tensor", "array")))
    )


def _about(parsed: Parsed, read: Reading, comment: Comment, statement: ast.stmt) -> Site | None:
    """A claim that names what it is about, or that only seemed to."""
    found = _named(parsed, read, comment, statement)
    known = read.subject in parsed.known or "." in read.subject
    if not known and read.subject in ("A", "Ans", "Answer", "Result", "Output", "Solution"):
        return _attached(parsed, replace(read, subject="", otherwise=None), comment, statement)
    if read.otherwise is None or known or (found is not None and not found.tentative):
        return found
    return attach(parsed, read.otherwise, comment, statement) or found


def _named(parsed: Parsed, read: Reading, comment: Comment, statement: ast.stmt) -> Site | None:
    """A claim that names what it is about: the statement's own target, or an expression."""
    subject = read.subject
    targets = targets_of(statement)
    if subject in {node.arg for node in ast.walk(statement) if isinstance(node, ast.keyword)}:
        return None  # it explains an argument
    if subject[1:] in _unpacked(statement):
        return replace(site_of(read, comment, statement, "expr"), subject=subject[1:])
    if subject == ".stride()" and ".stride(" in ast.unparse(statement):
        return _attached(parsed, replace(read, subject=""), comment, statement)
    if subject.startswith("."):
        field = subject in (".values", ".indices")
        if len(targets) == 1:
            subject = targets[0] + subject
            if field:
                part = site_of(read, comment, statement, "expr")
                return replace(part, subject=subject, lenient=True, near=True)
        elif is_print(statement):
            call = statement.value  # type: ignore[attr-defined]
            dotted = [ast.unparse(arg) for arg in call.args]
            if len(dotted) == 1 and dotted[0].endswith(subject):
                return site_of(read, comment, statement, "print")
            if len(dotted) == 1 and field and subjects.is_pure(dotted[0], parsed.known):
                part = site_of(read, comment, statement, "expr")
                whole = re.sub(r"\.(?:values|indices)$", "", dotted[0])
                return replace(part, subject=whole + subject, lenient=True, near=True)
            return None
        elif field and is_shown(statement):
            made = ast.unparse(statement.value)  # type: ignore[attr-defined]
            if not subjects.is_pure(made, parsed.known):
                return None
            part = site_of(read, comment, statement, "expr")
            return replace(part, subject=made + subject, lenient=True, near=True)
        else:
            return None
    if subject in targets and isinstance(statement, SIMPLE):
        held = getattr(statement, "value", None)
        if held is not None and is_setting(held):
            return None
        if len(targets) == 1:
            return site_of(read, comment, statement, "value")
    if is_print(statement):
        call = statement.value  # type: ignore[attr-defined]
        if len(call.args) == 1 and ast.unparse(call.args[0]) == subject:
            return site_of(read, comment, statement, "print")
    if subjects.is_safe(subject, parsed.known):
        named = replace(site_of(read, comment, statement, "expr"), subject=subject)
        if subject.endswith(".grad") and not re.search(r"grad|backward", ast.unparse(statement)):
            return replace(named, lenient=True, near=False)  # it is still to come, perhaps
        return named
    attribute = subject.isidentifier() and not re.search(r"→|[-=]>", comment.text)
    owner = targets[0] if len(targets) == 1 else _called(parsed, statement)
    value: ast.expr | None = getattr(statement, "value", None)
    maker = value.func if isinstance(value, ast.Call) and is_constructor(value) else None
    layer = maker is not None
    if layer and subject in _ALL_OF_IT and isinstance(read.expectation, expect.Dtype):
        part = site_of(read, comment, statement, "expr")
        return replace(part, subject=f"next({owner}.parameters())", bare=False)
    if attribute and (owner.isidentifier() or (layer and re.fullmatch(r"self\.\w+", owner))):
        part = site_of(read, comment, statement, "expr")
        parts = ("weight", "bias")
        if maker is not None and isinstance(read.expectation, Shape) and subject in parts:
            own = set(re.findall(r"[^\W\d]\w*", " ".join(map(str, read.expectation.dims))))
            names = tuple(sorted(own & parsed.sizes))
            if not names and _of_names(read.expectation):
                return None  # "(out, in)"
            # Of a window the sizes alone may be told.
            flat = ast.unparse(maker).split("(")[0].endswith(("Linear", "Embedding"))
            part = replace(part, lenient=not flat, near=not flat, names=names)
            return replace(part, subject=f"{owner}.{subject}", bare=False)
        number = isinstance(read.expectation, Value) and isinstance(read.expectation.node, Num)
        alone = number and "_" in subject
        return replace(
            part, subject=f"{owner}.{subject}", lenient=True, near=True, slip=alone, bare=False
        )
    alone = is_print(statement) and len(statement.value.args) == 1  # type: ignore[attr-defined]
    if alone or is_shown(statement):
        source = ast.unparse(statement)
        if re.search(rf"(?<!\w){re.escape(subject)}(?!\w|\()", source) and subject.isidentifier():
            return site_of(
                replace(read, subject="", lenient="unless printed"),
                comment, statement, "print" if alone else "value",
            )  # fmt: skip
        taken = expect.label(read)
        if taken is not None and subject not in parsed.known:
            return site_of(taken, comment, statement, "print" if alone else "value")
    if is_print(statement):
        printed = Reading(Printed(comment.text), comment.text)
        return site_of(printed, comment, statement, "text", tentative=True)
    return None


# What is said of the parameters of a module, under no name of theirs.
_ALL_OF_IT = frozenset("params parameters weights".split())


def _called(parsed: Parsed, statement: ast.stmt) -> str:
    """The object that a bare call runs, or whose method it is: `bn(x)`, `opt.step()`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or is_print(statement):
        return ""
    held = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    name = held.id if isinstance(held, ast.Name) else ""
    return name if name in parsed.known and name not in properties.MODULES else ""


def _steps(value: ast.expr) -> int:
    """How many operations and calls make a value."""
    return sum(isinstance(node, (ast.Call, ast.BinOp)) for node in ast.walk(value))


def reports(parsed: Parsed, statement: ast.stmt, *, alone: bool = False) -> bool:
    """Whether a statement is a call of a function of the snippet that prints.

    Args:
        parsed: the snippet.
        statement: any.
        alone: whether one that returns a value is left out.
    """
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return False
    name = call.func.id
    for node in parsed.statements:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            inner = [one for one in ast.walk(node) if isinstance(one, ast.stmt)]
            gives = any(isinstance(one, ast.Return) and one.value is not None for one in inner)
            return any(map(is_print, inner)) and not (alone and gives)
    return False


def looks_printed(text: str) -> bool:
    """Whether a comment is short enough to be a printed line."""
    return len(text) <= 200
