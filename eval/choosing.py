"""Fitting the choice among whole readings, which `corpus.restore.choice` makes."""

from __future__ import annotations

import random
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from corpus.restore.blocks import WIDEST, lay_out
from corpus.restore.choice import Choice
from corpus.restore.network import Network
from corpus.restore.outline import outline
from corpus.restore.program import Program

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import EmbeddingBag

EPOCHS = 16
FEWEST = 15
"""A remark is known that stands in the readings of at least so many programs."""
FORGOTTEN = 0.3
"""Most remarks that are left out: each batch forgets a share between none and this."""
BATCH = 64
"""Programs a step."""
RATE, DECAY = 4e-3, 2.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """Readings of one program, of which one is right.

    Attributes:
        blocks: for each reading its blocks, each as the numbers of its remarks from 1 on.
        scores: what the search gave each.
        right: index of the right one.
    """

    blocks: list[list[array[int]]]
    scores: list[float]
    right: int


class Readings:
    """Readings of programs of which one is known to be right, with all their remarks."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.programs: list[Candidates] = []
        self.sources: Counter[int] = Counter()
        self.told = Counter[str]()

    def add(self, program: Program, depths: Sequence[int], net: Network) -> None:
        """The readings that the search by `net` finds, if the right one is among several.

        Args:
            program: the lines.
            depths: in how many blocks each line stands.
            net: has not learnt from the program.
        """
        layout = lay_out(program, width=WIDEST, net=net)
        found = [(0.0, layout.depths), *((-gap, other) for gap, other in layout.rivals)]
        places = [other for _, other in found]
        right = places.index(tuple(depths)) if tuple(depths) in places else -1
        self.told["found first" if right == 0 else "found" if right > 0 else "not found"] += 1
        if right < 0 or len(found) < 2:
            return
        blocks = [
            [self._row(remarks) for remarks in outline(program, other).values()]
            for _, other in found
        ]
        self.sources.update({n for reading in blocks for row in reading for n in row})
        self.programs.append(Candidates(blocks, [score for score, _ in found], right))

    def _row(self, remarks: list[str]) -> array[int]:
        numbers = self.numbers
        return array("i", {numbers.setdefault(word, len(numbers)) for word in remarks})

    def known(self) -> tuple[list[str], list[Candidates]]:
        """The remarks that are known, and the candidates with these alone, numbered from 1 on."""
        words = sorted(w for w, number in self.numbers.items() if self.sources[number] >= FEWEST)
        table = [0] * len(self.numbers)
        for new, word in enumerate(words, 1):
            table[self.numbers[word]] = new
        programs = [
            replace(
                one,
                blocks=[
                    [array("i", sorted(table[n] for n in row if table[n])) for row in reading]
                    for reading in one.blocks
                ],
            )
            for one in self.programs
        ]
        return words, programs


def fit_choice(readings: Readings, say: Callable[[str], None]) -> Choice:
    """The weights fitted to `readings`.

    Args:
        readings: of programs that the search had not learnt from.
        say: told how it goes.
    """
    import torch
    from torch import nn

    words, programs = readings.known()
    say(f"{dict(readings.told)}; {len(programs)} programs, {len(words)} remarks")
    torch.manual_seed(0)
    table = nn.EmbeddingBag(len(words) + 1, 1, mode="sum", padding_idx=0)
    nn.init.zeros_(table.weight)
    trust = nn.Parameter(torch.ones(()))
    train_choice(table, trust, programs, say)
    weights = table.weight[1:, 0].tolist()
    return Choice(dict(zip(words, weights, strict=True)), trust.item())


def train_choice(
    table: EmbeddingBag,
    trust: Tensor,
    programs: Sequence[Candidates],
    say: Callable[[str], None],
) -> None:
    """Fits in place.

    Args:
        table: a weight for each remark, and one in front for those that are forgotten.
        trust: how much the score of the search counts.
        programs: what is learnt from.
        say: told the loss after each epoch.
    """
    import torch

    chance = random.Random(0)
    torch.set_num_threads(1)
    optimizer = torch.optim.AdamW([table.weight, trust], lr=RATE, weight_decay=DECAY)
    order = list(programs)
    steps = EPOCHS * -(-len(order) // BATCH)
    step = 0
    for epoch in range(EPOCHS):
        chance.shuffle(order)
        total = right = 0.0
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            for group in optimizer.param_groups:
                group["lr"] = RATE * (1 - 0.95 * step / steps)
            batch = choice_tensors(some, FORGOTTEN * chance.random())
            odds = choice_scores(table, trust, batch)
            losses = -torch.log_softmax(odds, 1)[range(len(some)), batch["right"]]
            optimizer.zero_grad()
            losses.mean().backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            step += 1
            total += losses.sum().item()
            right += int((odds.argmax(1) == batch["right"]).sum())
        say(f"epoch {epoch + 1}: loss {total / len(order):.4f}, right {right / len(order):.4f}")


def choice_scores(table: EmbeddingBag, trust: Tensor, batch: dict[str, Any]) -> Tensor:
    """Log-odds of every reading, shape (programs, readings); those that are none lowest."""
    each = table(batch["remarks"], batch["starts"])[:, 0]
    shape = batch["given"].shape
    summed = each.new_zeros(shape[0] * shape[1]).index_add(0, batch["owner"], each)
    found: Tensor = summed.view(shape) + trust * batch["given"]
    return found.masked_fill(batch["none"], -1e4)


def choice_tensors(programs: Sequence[Candidates], forgotten: float = 0.0) -> dict[str, Any]:
    """A batch, with a share of the remarks forgotten at random."""
    import torch

    most = max(len(program.scores) for program in programs)
    given = torch.zeros(len(programs), most)
    none = torch.ones(len(programs), most, dtype=torch.bool)
    flat: list[int] = []
    starts: list[int] = []
    owner: list[int] = []
    for number, program in enumerate(programs):
        given[number, : len(program.scores)] = torch.tensor(program.scores)
        none[number, : len(program.scores)] = False
        for reading, blocks in enumerate(program.blocks):
            for block in blocks:
                starts.append(len(flat))
                flat.extend(block)
                owner.append(number * most + reading)
    remarks = torch.tensor(flat, dtype=torch.long)
    return {
        "remarks": remarks * (torch.rand(len(remarks)) >= forgotten),
        "starts": torch.tensor(starts),
        "owner": torch.tensor(owner),
        "given": given,
        "none": none,
        "right": torch.tensor([program.right for program in programs]),
    }
