"""Training of the network that rebuilds lost indentation; `corpus.restore.network` evaluates it."""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus.restore.network import Network

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import ModuleDict

    from corpus.restore.network import Member

LINE, WAY, QUESTION, MIDDLE = 48, 80, 96, 32
"""Widths: of a line's embedding, of one direction of reading, of a question's two hidden layers."""
DROPPED = 0.3
"""Share of hidden values that is left out at random while training."""
FORGOTTEN = 0.4
"""Most words that are left out: each batch forgets a share between none and this, so that the
network does not learn programs by heart and bears words that it does not know."""
BATCH = 48
"""Programs a step."""
SORTED_TOGETHER = 20
"""Batches among which programs are sorted by length, so that little is padded."""
LONGEST_GRADIENT = 5.0
DECAY = 0.01
SCALE = 300.0
"""Questions in a batch, about: the loss is divided by it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One view of a program, its words as numbers from 1 on.

    Attributes:
        lines: the traits of each line.
        questions: header, line, evidence, and whether the block ends.
    """

    lines: list[array[int]]
    questions: list[tuple[int, int, array[int], bool]]


def build(traits: int, evidence: int, seed: int = 0) -> ModuleDict:
    """A network that has learnt nothing.

    Args:
        traits: how many traits of lines it knows.
        evidence: how many words of evidence it knows.
        seed: of its first weights.
    """
    import torch
    from torch import nn

    torch.manual_seed(seed)
    modules = nn.ModuleDict(
        {
            "traits": nn.EmbeddingBag(traits + 1, LINE, mode="sum", padding_idx=0),
            "evidence": nn.EmbeddingBag(evidence + 1, QUESTION + 1, mode="sum", padding_idx=0),
            "walk": nn.GRU(LINE, WAY, batch_first=True, bidirectional=True),
            "place": nn.Linear(2 * WAY, 3 * QUESTION),
            "middle": nn.Linear(QUESTION, MIDDLE),
            "out": nn.Linear(MIDDLE, 1),
        }
    )
    with torch.no_grad():
        for name, width in (("traits", 0.1), ("evidence", 0.05)):
            table: Tensor = modules[name].weight  # type: ignore[assignment]
            table.normal_(0, width)
            table[0] = 0
    return modules


def train(
    modules: ModuleDict,
    programs: Sequence[Sequence[Sample]],
    epochs: int,
    rate: float,
    final: float,
    say: Callable[[str], None],
    seed: int = 0,
) -> None:
    """Trains in place, with one view of each program an epoch.

    Args:
        modules: from `build`.
        programs: for each its views.
        epochs: passes over them.
        rate: the step of Adam at first.
        final: the share of it that is left at the end; it falls along a cosine.
        say: told the loss after each epoch.
        seed: of the order and of what is left out.
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits
    from torch.nn.utils import clip_grad_norm_

    chance = random.Random(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    optimizer = torch.optim.AdamW(modules.parameters(), lr=rate, weight_decay=DECAY)
    modules.train()
    steps = epochs * math.ceil(len(programs) / BATCH)
    step = 0
    for epoch in range(epochs):
        total = asked = 0.0
        for some in _batches([chance.choice(views) for views in programs], chance):
            share = 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))
            for group in optimizer.param_groups:
                group["lr"] = rate * (final + (1 - final) * share)
            batch = tensors(some, FORGOTTEN * chance.random())
            loss = binary_cross_entropy_with_logits(
                scores(modules, batch), batch["ends"], reduction="sum"
            )
            optimizer.zero_grad()
            (loss / SCALE).backward()  # type: ignore[no-untyped-call]
            clip_grad_norm_(modules.parameters(), LONGEST_GRADIENT)
            optimizer.step()
            step += 1
            total += loss.item()
            asked += len(batch["ends"])
        say(f"epoch {epoch + 1} of {epochs}: loss {total / asked:.4f}")
    modules.eval()


def scores(modules: ModuleDict, batch: dict[str, Any]) -> Tensor:
    """Log-odds of the block ending, for every question of a batch."""
    import torch
    from torch.nn.functional import dropout
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    training = modules.training
    lengths, longest = batch["lengths"], int(batch["lengths"].max())
    told = torch.tanh(modules["traits"](batch["traits"], batch["traits at"]))
    lines = told.new_zeros(len(lengths) * longest, LINE)
    lines[batch["places"]] = told
    lines = dropout(lines, DROPPED, training).view(len(lengths), longest, LINE)
    packed = pack_padded_sequence(lines, lengths, batch_first=True, enforce_sorted=False)
    seen, _ = pad_packed_sequence(modules["walk"](packed)[0], batch_first=True)
    placed = modules["place"](dropout(seen, DROPPED, training)).view(-1, 3, QUESTION)
    asked = modules["evidence"](batch["evidence"], batch["evidence at"])
    header, line = batch["headers"], batch["lines"]
    hidden = asked[:, :-1] + placed[header, 0] + placed[line, 1] + placed[line - 1, 2]
    hidden = dropout(torch.relu(hidden), DROPPED, training)
    found: Tensor = modules["out"](torch.relu(modules["middle"](hidden)))[:, 0] + asked[:, -1]
    return found


def _batches(samples: list[Sample], chance: random.Random) -> list[list[Sample]]:
    """The samples in random order, those of about the same length together."""
    chance.shuffle(samples)
    found = []
    for start in range(0, len(samples), BATCH * SORTED_TOGETHER):
        some = samples[start : start + BATCH * SORTED_TOGETHER]
        some.sort(key=lambda sample: len(sample.lines))
        found += [some[i : i + BATCH] for i in range(0, len(some), BATCH)]
    chance.shuffle(found)
    return found


def tensors(samples: Sequence[Sample], forgotten: float = 0.0) -> dict[str, Any]:
    """A batch: the samples as tensors, a share of their words `forgotten`."""
    import torch

    longest = max(len(sample.lines) for sample in samples)
    traits, evidence = array("i"), array("i")
    traits_at, evidence_at = array("q"), array("q")
    places, headers, lines = array("q"), array("q"), array("q")
    ends = array("f")
    for number, sample in enumerate(samples):
        first = number * longest
        for index, words in enumerate(sample.lines):
            traits_at.append(len(traits))
            traits.extend(words)
            places.append(first + index)
        for header, line, words, end in sample.questions:
            evidence_at.append(len(evidence))
            evidence.extend(words)
            headers.append(first + header)
            lines.append(first + line)
            ends.append(end)
    found: dict[str, Any] = {
        "lengths": torch.tensor([len(sample.lines) for sample in samples]),
        "traits at": torch.tensor(traits_at),
        "evidence at": torch.tensor(evidence_at),
        "places": torch.tensor(places),
        "headers": torch.tensor(headers),
        "lines": torch.tensor(lines),
        "ends": torch.tensor(ends),
    }
    for name, words in (("traits", traits), ("evidence", evidence)):
        numbers = torch.tensor(words, dtype=torch.long)
        found[name] = numbers * (torch.rand(len(numbers)) >= forgotten)
    return found


def finished(
    trained: Sequence[ModuleDict], traits: Sequence[str], evidence: Sequence[str]
) -> Network:
    """Trained networks as `corpus.restore` evaluates them together.

    Args:
        trained: each as `train` left it.
        traits: the words whose numbers are 1, 2, … in the samples' lines.
        evidence: the same for the questions.
    """
    numbered = [{word: i for i, word in enumerate(words)} for words in (traits, evidence)]
    return Network(numbered[0], numbered[1], tuple(_member(modules) for modules in trained))


def _member(modules: ModuleDict) -> Member:
    weights = {name: value.numpy().copy() for name, value in modules.state_dict().items()}
    arrays = {
        "traits": weights["traits.weight"][1:],
        "evidence": weights["evidence.weight"][1:],
        "place": weights["place.weight"].T,
        "place_bias": weights["place.bias"],
        "middle": weights["middle.weight"].T,
        "middle_bias": weights["middle.bias"],
        "out": weights["out.weight"][0],
        "out_bias": weights["out.bias"],
    }
    for way, ending in (("f", "l0"), ("b", "l0_reverse")):
        arrays["input_" + way] = weights["walk.weight_ih_" + ending].T
        arrays["state_" + way] = weights["walk.weight_hh_" + ending].T
        arrays["in_" + way] = weights["walk.bias_ih_" + ending]
        arrays["bias_" + way] = weights["walk.bias_hh_" + ending]
    return arrays
