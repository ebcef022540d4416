"""Small neural networks that say how likely a block is to end before a line.

Each reads all lines of a program at once, in both directions, and then judges each question from
what it read at the block's header and at the line, and from the evidence that `habits` lists.  Of
several their mean counts.  They are evaluated with NumPy; `eval.fitting` trains them.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from corpus.restore.embedding import known, packed, summed, unpacked
from corpus.restore.habits import traits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from corpus.restore.program import Program

    Floats = NDArray[np.float32]

FILE = "network.npz"
_EMBEDDED = ("traits", "evidence")

Member = Mapping[str, "Floats"]
"""The weights of one network by name; L is the width of a line, G of a direction of reading, H of a
question: `traits` (n, L), `input_f` (L, 3 G), `state_f` (G, 3 G), `in_f` and `bias_f` (3 G), the
same with `_b` for reading backwards, `place` (2 G, 3 H), `place_bias` (3 H), `evidence` (m, H + 1),
`middle` (H, M), `middle_bias` (M), `out` (M), `out_bias` (1)."""


class Question(NamedTuple):
    """Does the block that `header` opens end before `line`?

    Attributes:
        header: index of the line that opens the block.
        line: index of the line that is looked at.
        evidence: what speaks for or against it, as `habits.evidence` lists it.
    """

    header: int
    line: int
    evidence: list[str]


@dataclass(frozen=True, slots=True)
class Network:
    """Networks that were trained apart and judge together.

    Attributes:
        traits: for each known trait of a line its row in `traits` of each member.
        evidence: for each known word of evidence its row in `evidence` of each member.
        members: the weights of each.
    """

    traits: Mapping[str, int]
    evidence: Mapping[str, int]
    members: tuple[Member, ...]

    def read(self, program: Program) -> Reading:
        """Reads the lines of `program`, so that questions about it can be judged."""
        rows = [known(self.traits, traits(program, i)) for i in range(len(program.facts))]
        return Reading(self, tuple(_places(member, rows) for member in self.members))


def _places(member: Member, rows: Sequence[list[int]]) -> tuple[Floats, Floats]:
    """What each line adds to a question as its header, and as its line; two of shape (n, H)."""
    import numpy as np

    lines = np.tanh(summed(member["traits"], rows))
    forwards = _walk(member, lines, "f")
    backwards = _walk(member, lines[::-1], "b")[::-1]
    seen = np.concatenate([forwards, backwards], axis=1)
    header, line, before = np.split(seen @ member["place"] + member["place_bias"], 3, axis=1)
    line = line.copy()
    line[1:] += before[:-1]
    return header, line


def _walk(member: Member, lines: Floats, way: str) -> Floats:
    """The states of a gated recurrent unit that reads `lines` in order; shape (n, G)."""
    import numpy as np

    inputs = lines @ member["input_" + way] + member["in_" + way]
    weights, bias = member["state_" + way], member["bias_" + way]
    width = weights.shape[0]
    state = np.zeros(width, dtype=np.float32)
    states = np.empty((len(lines), width), dtype=np.float32)
    for i, given in enumerate(inputs):
        kept = state @ weights + bias
        gates = 1 / (1 + np.exp(-(given[: 2 * width] + kept[: 2 * width])))
        reset, update = gates[:width], gates[width:]
        fresh = np.tanh(given[2 * width :] + reset * kept[2 * width :])
        state = fresh + update * (state - fresh)
        states[i] = state
    return states


@dataclass(frozen=True, slots=True)
class Reading:
    """What the networks have read of one program.

    Attributes:
        network: they.
        places: of each member what each line adds to a question as the header of the block, and
            as the line that is looked at; two of shape (n, H).
    """

    network: Network
    places: tuple[tuple[Floats, Floats], ...]

    def judge(self, questions: Sequence[Question]) -> list[tuple[float, float]]:
        """For each question the log-probabilities that the block stays open and that it ends."""
        import numpy as np

        if not questions:
            return []
        rows = [known(self.network.evidence, question.evidence) for question in questions]
        headers = [question.header for question in questions]
        lines = [question.line for question in questions]
        scores = np.zeros(len(questions), dtype=np.float32)
        for member, (header, line) in zip(self.network.members, self.places, strict=True):
            told = summed(member["evidence"], rows)
            hidden = np.maximum(told[:, :-1] + header[headers] + line[lines], 0)
            middle = np.maximum(hidden @ member["middle"] + member["middle_bias"], 0)
            scores += middle @ member["out"] + member["out_bias"] + told[:, -1]
        scores /= len(self.places)
        stays = -np.logaddexp(0, scores)
        return list(zip(stays.tolist(), (stays + scores).tolist(), strict=True))


def store(network: Network, path: Path) -> None:
    """Writes `network`: its embeddings in half a byte a number, the rest in half precision."""
    import numpy as np

    stored: dict[str, NDArray[np.generic]] = {}
    for number, member in enumerate(network.members):
        for name, array in member.items():
            key = f"{number} {name}"
            if name in _EMBEDDED:
                stored[key], stored[key + " scale"] = packed(array)
            else:
                stored[key] = array.astype(np.float16)
    for name, numbers in (("traits", network.traits), ("evidence", network.evidence)):
        words = "\n".join(sorted(numbers, key=lambda word: numbers[word]))
        stored[name] = np.frombuffer(words.encode(), dtype=np.uint8)
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **stored)


@cache
def network() -> Network:
    """The networks as trained and stored with the package."""
    import numpy as np

    data = files("corpus.restore").joinpath(FILE).read_bytes()
    with np.load(io.BytesIO(data)) as packed:
        stored = {name: packed[name] for name in packed.files}
    words = {}
    for name in _EMBEDDED:
        listed = stored.pop(name).tobytes().decode().split("\n")
        words[name] = {word: row for row, word in enumerate(listed)}
    members: list[dict[str, Floats]] = []
    for key, array in stored.items():
        number, _, name = key.partition(" ")
        if int(number) == len(members):
            members.append({})
        if name not in _EMBEDDED and not name.endswith(" scale"):
            members[int(number)][name] = array.astype(np.float32)
    for number, member in enumerate(members):
        widths = {"traits": len(member["input_f"]), "evidence": len(member["middle"]) + 1}
        for name in _EMBEDDED:
            key = f"{number} {name}"
            member[name] = unpacked(stored[key], stored[key + " scale"], widths[name])
    return Network(words["traits"], words["evidence"], tuple(members))
