"""As what an attribute of a module is registered: parameter, buffer, submodule, or nothing."""

from __future__ import annotations

import re

from assistant.verify.properties.recogniser import Recogniser, Seen, never, words

_PLACE = (
    "(lambda owner, name, kept: ', '.join(what for what, so in ("
    "('parameter', name in owner._parameters), ('buffer', name in owner._buffers),"
    " ('submodule', name in owner._modules),"
    " ('in parameters()', any(f'{{n}}.'.startswith(f'{{name}}.')"
    " for n, _ in owner.named_parameters(remove_duplicate=False))),"
    " ('frozen', name in owner._parameters and kept is not None and not kept.requires_grad),"
    " ('in the state_dict', any(f'{{n}}.'.startswith(f'{{name}}.') for n in owner.state_dict())))"
    " if so) or ('plain attribute' if any(hasattr(one, 'requires_grad_') for one in"
    " ([kept, *(kept if isinstance(kept, (list, tuple)) else kept.values()"
    " if isinstance(kept, dict) else ())])) else 'another thing'))"
    "({owner}, '{name}', getattr({owner}, '{name}'))"
)
"""As what an attribute of a module is registered, if it is a tensor, a module, or holds some."""


def _placed(seen: Seen, found: re.Match[str]) -> bool | None:
    """An attribute is registered, as what the words say."""
    if seen.get("t") != "str" or seen["v"] == "another thing":
        return None
    have = str(seen["v"]).split(", ")
    told = found.group().lower()
    if re.search(r"state[_ ]?dict|saved|checkpoint|persist", told):
        return "in the state_dict" in have
    kind = re.search(r"parameter\b(?! list)|buffer|(?:sub)?module|child", told)
    if re.search(r"\bparameters\b|optimi[sz]er|train", told):
        return "in parameters()" in have
    if kind is None:
        return have != ["plain attribute"]
    name = "submodule" if kind.group() in ("module", "child") else kind.group()
    return name in have


def _hidden(seen: Seen, found: re.Match[str]) -> bool | None:
    held = _placed(seen, found)
    if held and _of_training(found) and "frozen" in str(seen.get("v")):
        return True
    return None if held is None else not held


def _of_training(found: re.Match[str]) -> bool:
    """Whether the words tell of being trained, and not of being registered."""
    return re.search(r"train|learn|updat", found.group(), re.IGNORECASE) is not None


def _called(seen: Seen, found: re.Match[str]) -> bool | None:
    """As `_placed`; what only goes by such a name in plain English is let be."""
    held = _placed(seen, found)
    if _of_training(found) and "frozen" in str(seen.get("v")):
        return None
    return held or (False if held is False and "parameter" in found.group().lower() else None)


def _plain_attribute(seen: Seen, _: re.Match[str]) -> bool | None:
    if seen.get("t") != "str" or seen["v"] == "another thing":
        return None
    return bool(seen["v"] == "plain attribute")


_PLACES = (
    r"(?:the |its |any |a |saved |model's |module's |(?:model|module|net(?:work)?|self)?\.)*"
    r"(?:(?:named_)?parameters(?:\(\))?|(?:named_)?buffers(?:\(\))?|state[_ ]?dict(?:\(\))?"
    r"|checkpoints?)"
)
_WHERE = (
    rf"(?:(?:in|into|to|with|among|inside|under|by|part of|member of|one of) {_PLACES}"
    r"|(?:seen|found|known|visible|updated|trained) (?:by|to) (?:the |any |an )?optimi[sz]er)"
)
_SO = (
    r"(?:(?:is|are|gets?|become[s]?|will be|counts?|counted|now|automatically|also|thereby|itself"
    r"|a|an|the|its|layers?|modules?|tensors?|weights?|parameters?|attribute|plain|python"
    r"|list|tensor|shows? up|appears?|ends? up|goes|go|included|listed|found|kept|stored|saved"
    r"|visible|returned|seen|known|added|submodules?|children|inner|it|and|as|proper|real|true"
    r"|genuine|ordinary) )*"
)
# At the beginning, or behind what denies it.
_START = r"(?:^|(?<=\bnot )|(?<=\bnever )|(?<=\bno longer ))"
REGISTERED = (
    Recogniser(
        "is a plain attribute",
        words(
            r"^neither (?:an? )?parameter nor (?:an? )?buffer$"
            r"|^(?:(?:just|only|stays|remains|a|an|is) )*(?:plain|ordinary|normal|regular|usual"
            r"|simple)"
            r" (?:python )?(?:tensor )?attribute$"
        ),
        _plain_attribute,
        look=_PLACE,
    ),
    Recogniser(
        "is registered",
        words(
            rf"{_START}{_SO}(?:registered|register(?:s|ed)? (?:(?:its|the|them|all|every|each"
            rf"|layers?|modules?"
            rf"|it|inner) ?)+)"
            r"(?: (?:as|with|by|in|on) (?:an? |the |proper )*(?:\w+ )?(?:parameters?|buffers?"
            r"|submodules?|modules?|child|children|self|model))?"
            r"(?: (?:automatically|anywhere|at all|either|by itself|on assignment|twice))*$"
        ),
        _placed,
        look=_PLACE,
    ),
    Recogniser(
        "is among the parameters",
        words(rf"{_START}{_SO}(?:{_WHERE})(?: (?:and|or) (?:{_WHERE}))?$"),
        _placed,
        look=_PLACE,
    ),
    Recogniser(
        "is a parameter or a buffer",
        words(
            rf"{_START}(?:(?:is|are|gets|becomes|saved|now|only|just|counts as|an?|model|trainable"
            r"|learnable|non-trainable|persistent|proper|real|true|registered) )*"
            r"(?:parameter|buffer|submodule)(?: of (?:the )?(?:module|model|net|[a-z]))?$"
            rf"|{_START}(?:saved(?: with (?:it|the (?:model|module)))?|persistent|trained|learned"
            rf"|learnable)$"
        ),
        _called,
        denied=_hidden,
        look=_PLACE,
    ),
    Recogniser(
        "is kept out",
        words(
            rf"{_START}{_SO}(?:left|leaves (?:it|them)|kept|keeps (?:it|them)|stays|missing|absent"
            r"|excluded|hidden|hides|hides (?:its|the) \w+|invisible|not seen|unseen"
            rf"|ignored|skipped|lost|escapes)(?: out of| from| to| in| by)+ {_PLACES}$"
            r"|^(?:(?:a|python|plain|list) )*(?:hides|hiding) (?:its|the|their|all) (?:modules"
            r"|layers"
            r"|parameters|weights)$"
            r"|^non-persistent(?: buffer)?$"
            r"|^(?:(?:the |any |an )?optimi[sz]er|(?:named_)?parameters\(\)|state_dict\(\))"
            r" (?:(?:will|does|do|can|would|just|simply) )*(?:not|never|cannot) (?:sees?|updates?"
            r"|finds?"
            r"|knows?|trains?|touch(?:es)?|gets?|returns?|lists?|includes?|contains?)(?: about"
            r"| of)?"
            r"(?: (?:it|them|these|this|this one|its \w+|their \w+))?$"
            r"|^(?:invisible|unknown|hidden|lost) (?:to|from|for) (?:the |any )?optimi[sz]er$"
        ),
        _hidden,
        denied=never,
        look=_PLACE,
    ),
)
