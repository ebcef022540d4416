"""What ties a remark to the statement beside it, and what tells that it speaks of something else.

A value that stands behind a phrase is the statement's own only if the phrase says so: by a name or
a quantity of the statement, or by nothing that belongs elsewhere.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container

# What an operation gives, in the words of remarks.
_MEANINGS: tuple[tuple[str, str], ...] = (
    (
        r"numel|nelement|\blen\(|count|\bsum\(1\b|\.size\(",
        "elements entries items numbers count counts length total size number many parameters"
        " params values samples rows batches steps words tokens layers weights",
    ),
    (
        r"(?:[<>]|[!=]=|is(?:inf|nan|finite|in)|\b(?:eq|ne|gt|lt|ge|le)\().*\bsum\(|nonzero|nnz",
        "elements entries items numbers values count many hits matches survivors nonzeros nonzero"
        " zeros ones stored infinite finite larger smaller",
    ),
    (r"sum|\+|cumsum|trace", "sum sums total totals adds trace"),
    (
        r"mean|average|sum\(.*/|/ ?(?:len\(|\w+\.(?:numel|size|shape))",
        "mean means average averages",
    ),
    (r"max|top", "max maximum largest biggest highest top"),
    (r"min", "min minimum smallest lowest"),
    (r"arg(?:max|min|sort)|index|where|search|bucket", "index position place where bucket class"),
    (r"std", "std deviation spread"),
    (r"var", "var variance"),
    (r"norm|dist", "norm length magnitude distance"),
    (r"shape|size\(|view|reshape", "shape shapes size sizes"),
    (r"\bdim\(|ndim", "dims dimensions rank axes"),
    (r"det\b", "det determinant determinante"),
    (r"grad", "grad grads gradient gradients slope derivative"),
    (r"prod|\*|@|matmul|dot", "product dot"),
    (r"//|floor", "floor full whole quotient batches"),
    (r"%|remainder|fmod", "remainder rest left over modulo"),
    (r"loss|entropy|mse", "loss error"),
    (r"dtype", "dtype type"),
    (r"device", "device"),
    (r"eps|lr|momentum|decay|defaults|\.p\b", "default defaults rate"),
    (
        r"data_ptr"
        r"|numel|element_size|itemsize|nbytes|bytes|memory|1024|1e[369]|2 ?\*\* ?[123]0|size",
        "bytes",
    ),
    (r"element_size|itemsize|finfo|iinfo", "apiece"),
    (r"mean|acc|100|percent|ratio|frac|/|rate|share|%|sum|correct", "percent"),
    (r"numel|len|sum|count|param|size|shape|\*|flops|macs|1e[369]|\d{4}|\d_\d{3}", "amount"),
    (r"cuda|device_count|cpu_count|thread|time|perf|elapsed|second|workers", "machine"),
)
_WORD = re.compile(r"[^\W\d_]+")
# Words that tie a phrase to nothing.
EMPTY = frozenset(
    "a an the this that these those it its is are was be of for in on at to and or so but then"
    " now still also too here there all each every both same still just only exactly always again"
    " value values result results answer output gives give gave gets get yields returns prints"
    " shows makes becomes comes equals has have stays remains hence thus therefore which what we"
    " element entry item"
    " you i they he she whole thing yes no nope right correct indeed done finally final new one two"
    " first second last next".split()
)
_RESULTS = frozenset(
    "sum sums total totals mean means average max min trace norm count counts length std var"
    " variance median product dot determinant rank accuracy loss amount bytes percent".split()
)
_SCALARS = frozenset(
    "elements element entries items numbers values value weights weight params parameters parameter"
    " scalars floats true trues ones nonzero zeros hits correct right wrong matches total sum"
    " positions pads valid tokens index position class pixels"
    " ops mults additions biases neurons units coefficients".split()
)
"""What sums and numbers of elements count."""
# Of which library a phrase speaks, where the statement does not.
_LIBRARIES = re.compile(
    r"\b(?:numpy|np|tf|tensorflow|keras|jax|flax|matlab|pandas|sklearn|scipy|julia|excel|C|onnx)\b"
)
_QUANTITY = re.compile(
    r"\b(?:grad(?:ient)?s?|derivatives?|slope|std|variance|trace|det(?:erminant)?|median|L[012]"
    r"|norm|mean|average|max(?:imum)?|min(?:imum)?|rank|argmax|argmin|entropy)\b|d/d\w|\bd\w*/d\w+|\|\w+\|(?=\s*=?\s*$)"
)
_OF_OTHERS = re.compile(
    r"(?:^|[,;.(]\s*|\b(?:and|but)\s+)(?:for|with|without|in|on|at|if|when|unlike|under|after"
    r"|before)\s[^,;.:()]*:\s*$",
    re.IGNORECASE,
)
STEM = 4  # letters
_CALL = re.compile(r"(?<![\w])([\w.]*[^\W\d]\w*)\(([^()]*)\)")
_ATTRIBUTE = re.compile(
    r"(?<![\w.])([^\W\d]\w+|[a-df-hj-z])\.([^\W\d]\w*)|(?:^|(?<=\s))\.([^\W\d]\w*)"
)
# "size= works" speaks of an argument and sets none.
_KEYWORD = re.compile(r"(?<![\w.])([^\W\d]\w+)(?:=(?!=)|\s+=\s+)([\w.'\"+-]+)")
_PLACE = re.compile(r"\b(?:dims?|axis|axes|dimension)\s*=?\s*(-?\d+)\b")
_AS_BEFORE = re.compile(
    r"\b(?:itself|unchanged|stays?|stayed|remains?|original(?:ly)?|untouched)\b"
)
FORMULAS = frozenset(
    "min max exp log ln sqrt floor ceil abs round sin cos tan tanh sigmoid relu int float bool sum"
    " len prod mod pow range erf log2 log10 lg std var mean tensor Size array device".split()
)
# What is a name whatever word it may be.
_AS_NAME = re.compile(
    r"(?:^|[,;:(]\s*|\b(?:and|but|while)\s+)`?([^\W\d]\w*)`?\s+(?:itself|is|stays?|remains?|still|keeps?)\b"
)
# Names of variables that are words as well.
_WORDS = frozenset("a i in is as an or and no on at to of it he the all any one".split())


def vocabulary(source: str) -> frozenset[str]:
    """Words by which a remark may name what a statement gives."""
    found = {word.lower() for word in _WORD.findall(source)}
    for pattern, words in _MEANINGS:
        if re.search(pattern, source):
            found.update(words.split())
    return frozenset(found)


def related(phrase: str, source: str) -> bool:
    """Whether a phrase names something of a statement, or names nothing at all."""
    words = {word.lower() for word in _WORD.findall(phrase)} - EMPTY
    told = vocabulary(source)
    if any(one not in source for one in re.findall(r"\b[^\W\d]+\d\w*\b", phrase)):
        return False  # "float64: 2.2e-16" beside what asks of another
    if re.fullmatch(r"(?:print\()?[\w.]+\)?", source):
        told |= _RESULTS  # a name says little of how it came about
    return not words or any(_alike(word, other) for word in words for other in told)


def _alike(word: str, other: str) -> bool:
    """Whether two words are the same, or forms of one: `rounding`, `round`."""
    short, long = sorted((word, other), key=len)
    return word == other or (len(short) >= STEM and long.startswith(short))


def of_others(lead: str) -> bool:
    """Whether what stands in front of a clause says of what else it holds: `for one element: nan`.

    Args:
        lead: the comment up to the clause.
    """
    return _OF_OTHERS.search(lead) is not None


def counts(nouns: str, name: str, source: str) -> bool:
    """Whether what a remark counts can be what a call of `name` counts; a length is anything's."""
    told = {word.lower() for word in _WORD.findall(nouns)} - EMPTY
    if name not in ("sum", "numel", "nelement", "argmax", "argmin") or not told:
        return True
    if name == "sum" and re.search(r"[<>]|[!=]=", source):
        return True  # whatever the comparison picks
    return bool(told & (_SCALARS | {word.lower() for word in _WORD.findall(source)}))


# "tf-style (2, 28, 28, 3)" is said of what is here.
_IN_THE_STYLE = re.compile(r"\b[\w.]+-(?:style|like)\b")
_DERIVATIVE = re.compile(r"\bd\w*/d\w+")


def foreign(phrase: str, statement: ast.stmt, known: Container[str]) -> bool:
    """Whether a phrase names code, a quantity or a library that the statement does not hold.

    Args:
        phrase: what stands around a claimed value.
        statement: that the claim stands beside.
        known: names of the snippet.
    """
    source = ast.unparse(statement)
    phrase = _IN_THE_STYLE.sub("", phrase)
    tight = re.sub(r"\s|['\"]", "", source)
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(statement) if isinstance(node, ast.Attribute)}
    return (
        any(_other_call(hit, tight, names) for hit in _CALL.finditer(phrase))
        or any(_other_attribute(hit, tight, names) for hit in _ATTRIBUTE.finditer(phrase))
        or any(_other_keyword(hit, tight) for hit in _KEYWORD.finditer(phrase))
        or any(hit[1] not in re.findall(r"-?\d+", source) for hit in _PLACE.finditer(phrase))
        or _other_name(phrase, source, names, known)
        or any(hit.group() not in source for hit in _LIBRARIES.finditer(phrase))
        or _other_quantity(phrase, source)
    )


def _other_call(hit: re.Match[str], tight: str, names: Container[str]) -> bool:
    name = hit[1].rpartition(".")[2]
    if "." in hit[1] and hit[1] + "(" not in tight:
        return True
    if name not in names:
        return name not in FORMULAS
    arguments = re.findall(r"[\w.]+", hit[2])
    return any(argument not in tight for argument in arguments)


def _other_attribute(hit: re.Match[str], tight: str, names: Container[str]) -> bool:
    return hit.group() not in tight and (hit[2] or hit[3]) not in names


def _other_keyword(hit: re.Match[str], tight: str) -> bool:
    if f"{hit[1]}={hit[2]}" in tight:
        return False
    return f"{hit[1]}=" in tight or hit[2].strip("'\"") not in re.findall(r"[\w.+-]+", tight)


def _other_name(phrase: str, source: str, names: set[str], known: Container[str]) -> bool:
    """Whether it names a variable that the statement does not use, or one as it was before."""
    told = [word for word in re.findall(r"[^\W\d]\w*", phrase) if word not in _WORDS]
    told += [hit[1] for hit in _AS_NAME.finditer(phrase)]
    if any(word in known and word not in names and word != "torch" for word in told):
        return True
    before = _AS_BEFORE.search(phrase) is not None
    return before and any(word in known and word in names for word in told) and "(" in source


def _other_quantity(phrase: str, source: str) -> bool:
    words = vocabulary(source)
    sign = re.match(r"\s*(//|\*\*|[/%@*])(?=\s|$)", phrase)
    if sign is not None and sign[1] not in re.findall(r"//|\*\*|[-+*/%@]", source):
        return True
    if re.search(r"\bvalues\b", phrase) and re.search(r"\.indices|arg(?:sort|max|min)", source):
        return True
    told = [hit.group() for hit in _QUANTITY.finditer(phrase)]
    if "grad" in source:
        told = [word for word in told if not _DERIVATIVE.match(word)]
    return bool(told) and not any(
        word.lower() in words or word.lower().rstrip("s") in words for word in told
    )
