"""Queries in other languages, put into the English of the index by a glossary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.knowledge import glossary

_NAME = re.compile(r"\b(?=\w*(?:[._]\w|[a-z][A-Z]|[A-Z]{2}|\w\())[A-Za-z_][\w.]*(?:\(\))?")
_WORD = re.compile(r"[^\W\d_]+")
_PLAIN = re.compile(r"(?<![\w.])[^\W\d_]+(?![\w(.=])")

FOREIGN = frozenset(
    """
    aber als auch auf aus bei beim bin dann das dass dem den der des die doch ein eine einem einen
    einer eines er es fur gibt habe haben hat ich ihr im ist ja kann kein keine mein meine meinem
    meinen mich mir mit muss nach nicht noch nur oder ohne sie sich sind soll uber um und uns vom
    von vor wann warum was welche welchem welchen welcher welches wenn wer werden wie wieso wird
    wofur wozu wurde zu zum zur zwischen
    algo antes cada como con cual cuales cuando cuanto del desde despues donde el ella ellos en
    entonces entre era eres esta estan este esto estos hace hacer hago hasta hay la las le lo los
    mas mi mis muy nos otra otro para pero por porque puede puedo que quien se segun ser si sin
    sobre
    solo son su sus tambien tengo tiene tienen tu un una unas uno usa y yo
    afin ai alors apres au aux avant avec avoir car ce cela ces cet cette comment dans de depuis
    deux donc du elle elles est et etait etre eux fait faire faut il ils je jusque leur lors lorsque
    ma mes moi mon ne nous ou par pas pendant peut peux plus plusieurs pour pourquoi quand que quel
    quelle quelles quels qui quoi sa sans ses soit sont sur tous tout toute trop une vers votre vous
    aos ate com da das dos ela ele eles em essa esse eu faco fazer foi isso isto ja mais meu meus
    minha muito na nao nas nos num numa ou pela pelo pode posso pra qual quais quando seu sua tem
    tenho uma umas voce
    agli alla alle anche che chi ci come cosa cui dal dalla degli dei del della delle devo di dopo
    dove e fare funziona gli ha hanno ho i il io le mia mio nei nel nella non ogni perche piu poi
    posso quale quali quando quanto questa questo se si sono sua suo sul sulla tra una uso
    bij dan deze dit een en het hoe ik je kan maar met naar niet om ook op te tussen uit van voor
    waarom wanneer worden zijn
    czy dla do jak jest jaka jaki ktory lub mi moj nie od po przed sie sa to w z za ze
    bir bu de gibi icin ile mi nasil neden nedir olan ve ya
    """.split()
)
"""Function words of German, Spanish, French, Portuguese, Italian, Dutch, Polish and Turkish."""

ENGLISH = frozenset(
    """
    a about after all am an and any are as at be because before but by can cant could did do does
    doesn doesnt don dont for from get go had has have he how i if in into is isn isnt it its just
    like make me my need no not
    of off on one only or our out over same should show so some than that the their them then there
    these they this to too two up us use using want was way we were what when where which while who
    why will with without would you your
    """.split()
)
"""English function words: where they outnumber the foreign ones, the query is English."""

_SOLID = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "DEVANAGARI", "ARABIC")
"""Scripts, as Unicode names them, whose words are not parted by spaces or carry particles."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A query as it is searched for.

    Attributes:
        text: English as far as the glossary goes.
        foreign: whether the query is in another language.
    """

    text: str
    foreign: bool


def read(query: str, known: Container[str]) -> Reading:
    """`query` with what the glossary knows of another language put into English.

    Names of code stay.  Of a foreign sentence, words that neither the glossary nor `known` (lower-
    case words of the index) has are left out: an English model would guess at them.
    """
    if not is_foreign(query):
        return Reading(query, foreign=False)
    rest = fold(query)
    said: list[tuple[int, str]] = []
    for match in _NAME.finditer(rest):
        said.append((match.start(), match.group()))
        rest = _blank(rest, match.start(), match.end())
    for start, end, term in _solid_matches(rest):
        said.append((start, term))
        rest = _blank(rest, start, end)
    words = [(match.start(), match.group().lower()) for match in _WORD.finditer(rest)]
    at = 0
    while at < len(words):
        start, word = words[at]
        length, term = _longest([word for _, word in words[at : at + _LONGEST]])
        if term:
            said.append((start, term))
        if word in known and word not in FOREIGN and len(word) > 2:
            said.append((start, word))
        at += max(length, 1)
    # One small word may be a name (`sin`, `los` for loss): where nothing can be made of the rest
    # either, the query is no other language's.
    if not said and rest.isascii() and _foreign_words(query) < 2:
        return Reading(query, foreign=False)
    return Reading(" ".join(word for _, word in sorted(said)), foreign=True)


def is_foreign(query: str) -> bool:
    """Whether a query is in another language than English, told from its script and small words."""
    letters = [c for c in query if c.isalpha() and not c.isascii()]
    if sum(_script(c) not in ("LATIN", "GREEK", "MATHEMATICAL") for c in letters) > 1:
        return True
    words = [word.lower() for word in _PLAIN.findall(fold(query))]
    marked = sum(_script(c) == "LATIN" for c in letters)
    foreign = marked + _foreign_words(query)
    english = sum(word in ENGLISH and word not in FOREIGN for word in words)
    return foreign > english and (foreign > 1 or len(words) <= 4)


def _foreign_words(query: str) -> int:
    words = (word.lower() for word in _PLAIN.findall(fold(query)))
    return sum(len(word) > 1 and word in FOREIGN and word not in ENGLISH for word in words)


def fold(text: str) -> str:
    """`text` of the same length with accents taken off and apostrophes made spaces."""
    return "".join(_folded(c) for c in text)


@lru_cache(maxsize=4096)
def _folded(c: str) -> str:
    if c in "'’":
        return " "
    return c if _script(c) in _SOLID else unicodedata.normalize("NFD", c)[0]


@lru_cache(maxsize=4096)
def _script(c: str) -> str:
    return unicodedata.name(c, "?").split(" ")[0].split("-")[0]


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


_LONGEST = 4
"""Words of the longest wording in the glossary."""


_Wording = tuple[tuple[str, ...], str]
"""Words in a row, and the English term for them."""


@lru_cache(maxsize=1)
def _wordings() -> tuple[Mapping[str, str], Mapping[str, Sequence[_Wording]]]:
    """Solid wordings to terms; those in words by the two letters they begin with, longest first.

    A word that ends in a hyphen stands for all that begin so.
    """
    solid: dict[str, str] = {}
    spaced: dict[str, list[_Wording]] = {}
    for term, forms in glossary().items():
        for form in forms:
            if _script(form[0]) in _SOLID:
                solid[form.rstrip("-")] = term
            else:
                spaced.setdefault(form[:2], []).append((tuple(fold(form).split()), term))
    for held in spaced.values():
        held.sort(
            key=lambda pair: (-len(pair[0]), pair[0][-1].endswith("-"), -len(" ".join(pair[0])))
        )
    return solid, spaced


def _solid_matches(text: str) -> list[tuple[int, int, str]]:
    solid, _ = _wordings()
    found = []
    at = 0
    while at < len(text):
        form = ""
        if _script(text[at]) in _SOLID:
            form = max((f for f in solid if text.startswith(f, at)), key=len, default="")
        if form:
            found.append((at, at + len(form), solid[form]))
        at += max(len(form), 1)
    return found


def _longest(words: Sequence[str]) -> tuple[int, str]:
    """How many of `words` the longest wording takes that begins with them, and its term."""
    _, spaced = _wordings()
    for form, term in spaced.get(words[0][:2], ()):
        if len(form) <= len(words) and all(map(_is, words, form)):
            return len(form), term
    return 0, ""


def _is(word: str, form: str) -> bool:
    return word.startswith(form[:-1]) if form.endswith("-") else word == form
