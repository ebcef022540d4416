"""Misspelled words of a query, put right from the words of the index."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]{4,}")
_CODE = re.compile(r"\S*[._()=\[\]]\S+|`[^`]*`")

_AFFIXES = re.compile(r"^(?:un|re|de|pre|non|multi|sub)?(\w{4,}?)(?:ings?|ed|e?s|ers?|ly|able)?$")
"""Word forms that a list of words need not hold: stacking, unscaled, shards."""

CLOSE = 0.75
"""Least similarity of a correction: one slip in four letters, two in eight.  (1 − edits / length of
the longer word, a swap of neighbours counting once.)"""
CLOSE_IN_CODE = 0.8
"""The same for the words of a dotted name or call, where anything may be a name of the user's."""


@dataclass(frozen=True, slots=True)
class Speller:
    """Corrects what is neither a word of the index nor any known word.

    Attributes:
        words: lower-case words of the index, with how often each occurs.
        known: words that are right whether the index has them or not, so that a query about
            something else is not bent towards what is here.
    """

    words: Counter[str]
    known: Container[str]

    @classmethod
    def of(cls, texts: Iterable[str], known: Container[str]) -> Speller:
        """A speller with the words of `texts`."""
        return cls(Counter(w.lower() for text in texts for w in _WORD.findall(text)), known)

    def correct(self, query: str) -> str:
        """`query` with its misspelled words replaced.

        In dotted names and calls only clear slips are; what stands in backticks is quoted.
        """
        if not self.words:
            return query
        code = list(_CODE.finditer(query))

        def fix(match: re.Match[str]) -> str:
            inside = next((c for c in code if c.start() <= match.start() < c.end()), None)
            if inside and "`" in inside.group():
                return match.group()
            close = CLOSE_IN_CODE if inside else CLOSE
            return self._nearest(match.group().lower(), close) or match.group()

        return _WORD.sub(fix, query)

    def _is_word(self, word: str) -> bool:
        if word in self.words or word in self.known:
            return True
        stem = _AFFIXES.match(word)
        if not stem or stem[1] == word:
            return False
        forms = {stem[1], f"{stem[1]}e", stem[1][:-1] if stem[1][-2:-1] == stem[1][-1] else stem[1]}
        return any(form in self.words or form in self.known for form in forms)

    def _nearest(self, word: str, close: float) -> str | None:
        if not word.isascii() or self._is_word(word):
            return None
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        found = extract(
            word, self.words.keys(), scorer=OSA.normalized_similarity, score_cutoff=close, limit=8
        )
        if not found:
            return None
        # Nearest first; of equally near ones, a shared first letter and a frequent word win.
        best = max(found, key=lambda f: (round(f[1], 3), f[0][0] == word[0], self.words[f[0]]))
        return str(best[0])
