"""Entries that say the same thing: the same page scraped twice, whole or in part.

MinHash over words proposes pairs; what two entries really share decides.  Both their wording and
their code must agree, so that two answers to one question, or one program explained twice, stay
apart.  Damage (lost spaces, lost lines, lost indentation) hardly changes the letters of a page, so
letters are what is compared.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from corpus.clean import plain
from corpus.syntax import parses
from corpus.types import Entry

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Two runs of 16 letters and digits in a row are shared by chance only in set phrases.
_GRAM = 16
_LONGEST = 200_000  # bytes of an entry that are compared: ten long answers
_SAMPLE = 4  # every fourth gram by its hash: enough to estimate from, and a quarter of the time
_PERMUTATIONS = 64
_PROPOSED = 0.35  # estimated similarity from which a pair is looked at
_SAME = 0.62  # share of the smaller entry's grams that the other must hold
_FEWEST = 8  # sampled grams that a share can be told from
_IN_FULL = 4_000  # letters up to which a text is compared gram by gram
_TELLING = 60  # letters that say something on their own
_MOST_PROPOSED = 64
"""Entries that one is compared with at most; so many alike stand for all others like them."""
_MOST_TWINS = 64
"""Twins that an entry names at most."""
_SAME_SIZE = 0.4  # the smaller entry's share of the larger one
_MANY = 60_000  # bytes from which it is worth while to hash their grams all at once
_NO_LETTERS = bytes(value for value in range(128) if not chr(value).isalnum())


@dataclass(frozen=True, slots=True)
class _Print:
    """What is compared of an entry: samples of its grams, and its letters where those are few.

    `size` counts its letters.
    """

    prose: frozenset[int]
    code: frozenset[int]
    words: str
    program: str
    size: int


def _letters(text: str) -> str:
    if text.isascii():
        return text.lower().encode().translate(None, _NO_LETTERS).decode()
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", text)


def _grams(text: str, sample: int = _SAMPLE) -> frozenset[int]:
    """Sampled runs of letters, hashed the same in every process."""
    if len(text) < _GRAM:
        return frozenset({zlib.crc32(text.encode())}) if text else frozenset()
    data = text.encode("utf-8", "replace")[:_LONGEST]
    hashes = (zlib.crc32(data[at : at + _GRAM]) for at in range(max(1, len(data) - _GRAM + 1)))
    return frozenset(value for value in hashes if value % sample == 0)


@lru_cache(maxsize=1024)
def _whole_grams(text: str) -> frozenset[int]:
    """All the grams of a text that is compared with many others."""
    return _grams(text, 1)


def _all_grams(texts: Sequence[str]) -> list[frozenset[int]]:
    """The sampled grams of each text, as `_grams` finds them."""
    if sum(map(len, texts)) < _MANY:
        return [_grams(text) for text in texts]
    found: list[frozenset[int]] = []
    begin = size = 0
    for place, text in enumerate(texts, 1):
        size += len(text)
        if size >= _LONGEST or place == len(texts):
            found.extend(_hashed_together(texts[begin:place]))
            begin, size = place, 0
    return found


def _hashed_together(texts: Sequence[str]) -> list[frozenset[int]]:
    """The sampled grams of each text, all hashed at once: ten times as fast as one by one."""
    import numpy as np

    coded = [text.encode("utf-8", "replace")[:_LONGEST] for text in texts]
    joined = np.frombuffer(b"".join(coded), dtype=np.uint8)
    if joined.size < _GRAM:
        return [_grams(text) for text in texts]
    hashes = np.zeros(joined.size - _GRAM + 1, dtype=np.uint32)
    for place, table in enumerate(_checksums()):
        hashes ^= table[joined[place : place + hashes.size]]
    ends = accumulate(map(len, coded))
    return [
        frozenset(own[own % _SAMPLE == 0].tolist()) if len(text) >= _GRAM else _grams(text)
        for text, data, end in zip(texts, coded, ends, strict=True)
        for own in (hashes[end - len(data) : max(0, end - _GRAM + 1)],)
    ]


@lru_cache(maxsize=1)
def _checksums() -> list[NDArray[np.uint32]]:
    """What each byte at each place of a gram adds to its CRC-32, which is a sum without carry."""
    import numpy as np

    nothing = zlib.crc32(bytes(_GRAM))
    tables = [
        [
            zlib.crc32(bytes(place) + bytes([value]) + bytes(_GRAM - place - 1)) ^ nothing
            for value in range(256)
        ]
        for place in range(_GRAM)
    ]
    found = np.array(tables, dtype=np.uint32)
    found[0] ^= np.uint32(nothing)
    return list(found)


def _prints(entries: Sequence[Entry]) -> list[_Print]:
    """What is compared of each entry."""
    texts: list[str] = []
    for entry in entries:
        prose: list[str] = []
        code: list[str] = []
        for section in entry.sections:
            for block in section.blocks:
                if block.kind == "code":
                    code.append(block.text)
                elif block.kind != "output":
                    prose.append(plain(block.text))
        # a line's end keeps the letters of two blocks from becoming one
        texts += [_letters("\n".join(prose)), _letters("\n".join(code))]
    grams = _all_grams(texts)
    return [
        _Print(prose, code, words, program, len(words) + len(program))
        for prose, code, words, program in zip(
            grams[::2], grams[1::2], texts[::2], texts[1::2], strict=True
        )
    ]


def _share(
    left: frozenset[int], right: frozenset[int], left_text: str, right_text: str
) -> float | None:
    """The share of the smaller set that the larger one holds; `None` when there is too little."""
    smaller = min(len(left), len(right))
    if smaller < _FEWEST:
        shorter, longer = sorted((left_text, right_text), key=len)
        if len(longer) < _GRAM:
            return None
        if len(shorter) < _GRAM or len(longer) > _IN_FULL:
            return None if len(longer) < _TELLING else 0.0
        left, right = _whole_grams(shorter), _whole_grams(longer)
        smaller = min(len(left), len(right))
    return len(left & right) / smaller


def _same(left: _Print, right: _Print) -> bool:
    smaller, larger = sorted((left.size, right.size))
    if smaller < _SAME_SIZE * larger:
        return False
    shares = [_share(left.prose, right.prose, left.words, right.words)]
    if left.program and right.program:
        # a copy may have lost its code; one program without words is no answer
        shares.append(_share(left.code, right.code, left.program, right.program))
    told = [share for share in shares if share is not None]
    if not told:
        return (left.words, left.program) == (right.words, right.program)
    return min(told) >= _SAME


def group_twins(entries: Sequence[Entry]) -> list[tuple[str, ...]]:
    """Groups (two or more ids each) of entries that say the same thing.

    Pairs are judged one by one; a group is what its pairs connect.
    """
    prints = _prints(entries)
    parent = list(range(len(entries)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for left, right in _proposed(prints):
        a, b = root(left), root(right)
        if a != b and _same(prints[left], prints[right]):
            parent[max(a, b)] = min(a, b)
    members: dict[int, list[str]] = {}
    for index, entry in enumerate(entries):
        members.setdefault(root(index), []).append(entry.id)
    return [tuple(ids) for ids in members.values() if len(ids) > 1]


def _proposed(prints: Sequence[_Print]) -> Iterable[tuple[int, int]]:
    """Pairs that may be twins: all of them in a small library, else what MinHash proposes."""
    filled = [index for index, one in enumerate(prints) if one.prose or one.code]
    if len(filled) <= 300:
        for place, left in enumerate(filled):
            for right in filled[place + 1 :]:
                yield left, right
        return
    import numpy as np
    from datasketch import MinHash, MinHashLSH

    # it tells how many bands of how many values find pairs so alike; its own tables are slow
    forest = MinHashLSH(threshold=_PROPOSED, num_perm=_PERMUTATIONS)
    tables: list[dict[bytes, list[int]]] = [{} for _ in range(forest.b)]
    # one for all: drawing its permutations costs more than a digest
    digest = MinHash(num_perm=_PERMUTATIONS, seed=1, hashfunc=int)
    for index in filled:
        digest.clear()
        digest.update_batch(np.fromiter(prints[index].prose | prints[index].code, dtype=np.uint64))
        values = digest.hashvalues.tobytes()
        width = len(values) // _PERMUTATIONS * forest.r
        bands = [values[width * n : width * (n + 1)] for n in range(forest.b)]
        others: set[int] = set()
        for table, band in zip(tables, bands, strict=True):
            others.update(table.get(band, ()))
        for other in sorted(others)[:_MOST_PROPOSED]:
            yield other, index
        if len(others) < _MOST_PROPOSED:
            for table, band in zip(tables, bands, strict=True):
                table.setdefault(band, []).append(index)


def with_twins(entries: Sequence[Entry]) -> list[Entry]:
    """The entries, each knowing its twins (the first of them where they are very many)."""
    others: dict[str, tuple[str, ...]] = {}
    for group in group_twins(entries):
        first = group[: _MOST_TWINS + 1]
        for name in group:
            others[name] = tuple(other for other in first if other != name)[:_MOST_TWINS]
    return [
        replace(entry, twins=others.get(entry.id, ()))
        if entry.twins != others.get(entry.id, ())
        else entry
        for entry in entries
    ]


def preservation(entry: Entry) -> tuple[float, ...]:
    """How well an entry is preserved; the greater the better.

    First its code (does it parse, is it the original), then its structure, then its length.
    """
    snippets = entry.snippets
    sound = sum(parses(snippet.code) for snippet in snippets) / len(snippets) if snippets else 0.0
    whole = sum(not snippet.restored for snippet in snippets) / len(snippets) if snippets else 0.0
    lines = sum(snippet.code.count("\n") for snippet in snippets if not snippet.restored)
    fences = sum(len(section.heading_path) for section in entry.sections)
    size = sum(len(block.text) for section in entry.sections for block in section.blocks)
    return (sound, whole, float(lines > 0), float(fences), float(size))


def representatives(entries: Sequence[Entry]) -> Mapping[str, str]:
    """For each entry the id of its group's best preserved one (its own when it has no twins)."""
    known = {entry.id: entry for entry in entries}
    chosen: dict[str, str] = {}
    for entry in entries:
        if entry.id in chosen:
            continue
        group = [entry, *(known[twin] for twin in entry.twins if twin in known)]
        best = max(group, key=preservation)
        for member in group:
            chosen[member.id] = best.id
    return chosen
