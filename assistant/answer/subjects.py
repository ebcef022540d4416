"""Turns that name all they speak of: “gradient clipping?”, an error message, a choice."""

from __future__ import annotations

import re
from functools import lru_cache

from index.knowledge import concepts, glossary
from index.lexical import SYNONYMS, tokenize

_NAME = re.compile(r"[a-z]+\.[\w.]+|[a-z]+_\w+|[A-Z][a-z]+[A-Z]\w*", re.ASCII)
"""A name of code: `optim.Adam`, `zero_grad`, `DataLoader`."""
_GENERAL = frozenset(
    """
    accumulate activ advantages array assistant attributes backward basic basics batch bias binary
    bridge build built career check checkpoint choose class classic code compare computation contain
    container containers convert copy create cumulative custom data debug deprecated detail device
    difference different dimension domain dynamic else epoch error eval evaluate everyday extensions
    faster fix forward function general grad gradient group groups hardware hello how hub image in
    index init input interrupted iteration label layer learn learnable libraries load loop loss made
    mask memory method metric model move needs network no none normal number numpy operation
    operations output param parameters paste place purpose pytorch rate regression role rolling same
    save score self shape shop shopping shuffle size slow small speed splitting state static step
    steps stop supervised talk target tensor test the theory tools torch train training turn turning
    update use validation value variable vs weight weights what write wrong zero
    """.split()
)
"""Words that name a part or a quality of whatever is spoken of."""
_NAMED = tuple(
    name.strip()
    for name in """
    batch norm; batchnorm; layer norm; layernorm; early stopping; data augmentation; transformer;
    cnn; embedding; residual connection; skip connection; softmax; warmup; learning rate warmup;
    gradient checkpointing; lora; onnx; tensorboard; pin_memory; collate_fn; custom dataset;
    weight init; learning rate; momentum; fine tuning; transfer learning; data parallel;
    pretrained model; data loader; data pipeline; model parallel; knowledge distillation; pruning
    """.split(";")
)
"""Subjects that the tables speak of in longer phrases only."""
_ERROR = re.compile(
    r"\b[A-Za-z]*(?:Error|Exception|Warning):\s*\S|\bexpected\b.{3,60}\b(?:but\s+)?(?:got|found)\b"
    r"|\bexpected all tensors\b|\b(?:size|shape) mismatch for\b|\bis out of (?:bounds|range)\b"
    r"|\bout of memory\b.*\d|\bshapes? cannot be multiplied\b|\btensors does not require grad\b"
    r"|\bdevice-side assert\b|\bbackward through the graph a second time\b"
    r"|\bonly for scalar outputs\b|\bmodified by an in-?place operation\b|\bno attribute '"
    r"|\bcuda out of memory\b(?!.*\?)",
    re.IGNORECASE,
)
"""The words of an error message, which say what happened by themselves."""
_NAMED_FIRST = re.compile(
    r"^\S+(?:\s\S+)?\s+(?:or|vs\.?|versus|and)\s+\S+(?:\s\S+)?[,:;–-]+\s*(?:so\s+)?which\b",
    re.IGNORECASE,
)
"""“A or B, which one …”: what is chosen from is named before."""
_BREAK = re.compile(r"\s*(?:[,:;–—]|\s-\s)\s*(?=(?:what|why|how|when|where|is|are|does|do|can)\b)")
"""“X, what is it good for”: what is asked about comes first."""
_WHY_AT_ALL = re.compile(
    r"^why\s+(?:use|have|do(?:\s+(?:we|i|you|people))?\s+(?:use|need))?\s*(?=\S)|\s+at all\W*$",
    re.IGNORECASE,
)
_WORDS = 3
"""Of a phrase that people ask with, so that it is a name and not a sentence."""
_JOINS = frozenset({"the", "a", "an", "some", "of", "in", "and"})
_SPOKEN = frozenset({"how", "what", "why", "my", "is", "i", "do", "to", "not", "it", "vs", "or"})


def is_subject(text: str) -> bool:
    """Whether `text` is the name of something that the concepts or the glossary know, no more."""
    words = re.findall(r"[\w.-]+", text)
    if len(words) > _WORDS + 1 or not all(w.lower() in _JOINS or tokenize(w) for w in words):
        return False
    stems = _stems(text)
    return stems in _subjects() or (len(words) == 1 and bool(_NAME.fullmatch(words[0])))


def names_all(question: str, *, leads: bool) -> bool:
    """Whether a turn is a subject, an error message, or a choice from what it names itself."""
    why = _WHY_AT_ALL.sub("", question)
    if why != question and is_subject(why):
        return True
    if leads:
        return False
    before = _BREAK.split(question, maxsplit=1)[0]
    return is_subject(before) or any(sign.search(question) for sign in (_ERROR, _NAMED_FIRST))


@lru_cache(maxsize=1)
def _subjects() -> frozenset[frozenset[str]]:
    phrases = [*_NAMED, *glossary(), *SYNONYMS, *SYNONYMS.values()]
    for concept in concepts():
        phrases += [concept.name.replace("-", " "), *concept.name.split("-")]
        phrases += [text for text in concept.asked if _is_phrase(text)]
    return frozenset(
        stems for phrase in phrases if phrase not in _GENERAL and (stems := _stems(phrase))
    ) - {_stems(word) for word in _GENERAL}


def _is_phrase(text: str) -> bool:
    words = text.lower().split()
    return len(words) <= _WORDS and _SPOKEN.isdisjoint(words)


def _stems(text: str) -> frozenset[str]:
    kept = " ".join(word for word in text.split() if word.lower() not in _JOINS)
    stems = frozenset(tokenize(kept))
    return stems.difference(SYNONYMS) or stems
