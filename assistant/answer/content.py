"""The words of a turn that say what it is about."""

from __future__ import annotations

import re

from index import language
from index.lexical import SYNONYMS

_NAMES = re.compile(
    r"[A-Za-z_]+\.[A-Za-z_.]+|\w*_\w+|\b[A-Z]+[a-z]*[A-Z]\w*|\b[A-Z]{2,}\b|`[^`]+`"
    r"|\b[A-Za-z]{1,5}\d{1,3}\b"
)
"""Names of code, abbreviations and formats (`bf16`)."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_LONG = 4
"""Letters from which a word is taken to say something unless it is known not to."""
_SHORT = frozenset(
    """
    acc api bce bug cnn cpu gan gpu gpus gru jit llm log max min mlp mps nan net numpy rnn sum
    svd tpu vae val
    """.split()
).union(SYNONYMS)
"""Short words that say what a question is about."""
_FILLER = frozenset(
    """
    about actually advice advise again along already also always another anything anyway arent
    back because best better between bot build built call called calls cant code codes come
    comes compare compared could couldn detail details did didn didnt differ difference
    different does doesn doesnt doing done dont each either elaborate else even ever every
    everything exactly example examples explain find fine first former from gets give goes good
    gotcha h haha hahaha happen happened happens hasn have haven help here hows implement
    implementation implemented instead into isn isnt just keep kind know last later latter like
    longer look lots made make makes many maybe mean means meant more most much must myself need
    needed needs never next nothing once ones only other others otherwise please pls possible
    rather really recommend right same second should show shown simply since some something
    sorry sort still such suggest sure tell than thank thanks that thats their them then there
    these they thing things third this those time today true used uses using usually very wait
    want wasn well were what whats when where whether which while will with without wont work
    works would wouldn write wrong your yours
    """.split()
)


def content_of(question: str) -> tuple[str, ...]:
    """Words that say what a question is about, in English as far as the glossary goes."""
    read = language.read(question, ())
    words = [w for w in _WORD.findall(read.text) if _says_something(w.lower())]
    if read.foreign:
        return tuple(words)
    short = [
        w
        for w in _NAMES.findall(question)
        if not _WORD.fullmatch(w) or not _says_something(w.lower())
    ]
    return (*words, *short)


def names(question: str) -> bool:
    """Whether a turn names something as code does, or by an abbreviation."""
    return bool(_NAMES.search(question))


def _says_something(word: str) -> bool:
    return word in _SHORT or (len(word) >= _LONG and word not in _FILLER)
