"""Learning the space of `assistant.interview.grading.siding` from the key points' other wordings.

    python -m eval.grading_siding

writes `assistant/interview/grading/siding.npz`; with `--into FILE` it writes there instead, and
with `--without FOLD` it leaves out a sixth of the entries and says how well their wordings are told
apart.  No labelled answer takes part.

Each wording of a key point has to lie nearer to those on its own side, right or wrong, than to
those on the other side and to the wordings of other key points.  All weights of the embedder stay
as they are; two thin factors are learned beside each linear map (E. Hu et al., LoRA, 2021).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.interview.bank import rubric_of
from assistant.interview.grading.phrasings import phrasings
from assistant.interview.grading.places import digest_of, known_texts, placed
from assistant.interview.grading.siding import SHIPPED, Learned, Siding, changed, linears
from assistant.interview.grading.words import words_of
from eval.graded import built_in_entries
from eval.grading_cases import fold_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from torch import Tensor

RANK = 16
SCALE = 2.0
"""What the product of the two factors is multiplied by while learning."""
RATE = 1e-3
"""AdamW's; it rises over the first tenth of the steps and falls in a straight line."""
DECAY = 0.01
TOGETHER = 12
"""Key points a step, neighbours of one entry among them."""
SHARPNESS = 20.0
"""What cosines are multiplied by before the softmax."""
OF_WRONG = 0.4
"""How much wrong wordings count as anchors: they turn a point round in different manners."""
EACH = 4
"""Wordings of a key point a step, right ones and wrong ones each; the point itself always."""
JOINED = 0.15
"""Share of the wordings that are joined to one of another point of the entry, as in answers."""
JOINTS = (". ", ", ", "; ", " and ", ", and ", ", so ")
LONGEST = 64
"""Tokens of a wording that are read."""
ABREAST = 20
"""Wordings that are read together."""
LONGEST_GRADIENT = 1.0
SIDED, PLAIN = 128, 160
"""Dimensions in which the places of known texts are kept, in the space and as the embedder says."""


@dataclass(frozen=True, slots=True)
class Point:
    """A key point: its entry, and how it is said rightly (itself first) and wrongly."""

    entry: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """What is set against each other in one step.

    Attributes:
        texts: of all key points of the step.
        point: the number of each text's key point.
        wrong: whether it turns that round.
        also: the number of another key point that it speaks of besides, or -1.
    """

    texts: list[str]
    point: list[int]
    wrong: list[bool]
    also: list[int]


def points() -> list[Point]:
    """The key points of the built-in entries whose other wordings are known, entry by entry."""
    ways = phrasings()
    return [
        Point(name, (point.text, *ways[point.text].right), ways[point.text].wrong)
        for name, entry in built_in_entries().items()
        for point in rubric_of(entry)
        if not point.mistake and point.text in ways
    ]


def learn(
    taught: Sequence[Point],
    epochs: int,
    say: Callable[[str], None],
    seed: int = 0,
) -> dict[str, npt.NDArray[np.float32]]:
    """What is to be added to the embedder's weights; see `Learned.changes`.

    Args:
        taught: what is learned from.
        epochs: how often each is seen.
        say: told now and then how far it is.
        seed: of the first factors and of the order.
    """
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    chance = random.Random(seed)
    model, factors = _with_factors()
    optimizer = torch.optim.AdamW(factors.values(), lr=RATE, weight_decay=DECAY)
    steps = epochs * -(-len(taught) // TOGETHER)
    begun, step = time.perf_counter(), 0
    for _ in range(epochs):
        for some in _shuffled(taught, chance):
            rate = RATE * min(1.0, 10 * (step + 1) / steps) * (1.02 - step / steps)
            for group in optimizer.param_groups:
                group["lr"] = rate
            batch = _batch(some, chance)
            loss = _loss(_encode(model, batch.texts), batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(factors.values(), LONGEST_GRADIENT)
            optimizer.step()
            step += 1
            if step % 10 == 0:
                spent = time.perf_counter() - begun
                say(f"step {step} of {steps}: loss {loss.item():.3f}, {spent:.0f} s")
    return {
        name: (factor.detach() * (SCALE if name.endswith(".out") else 1.0)).numpy()
        for name, factor in factors.items()
    }


def _with_factors() -> tuple[Any, dict[str, Tensor]]:
    """The embedder's model, its own weights frozen, and what is learned beside them."""
    import torch

    from index.embed import load_embedder

    model = load_embedder(device="cpu").model.float().train()
    model.requires_grad_(False)
    factors: dict[str, Tensor] = {}
    for name, linear in linears(model):
        narrow = torch.randn(RANK, linear.in_features) / linear.in_features**0.5
        wide = torch.zeros(linear.out_features, RANK)
        factors[f"{name}.in"] = narrow.requires_grad_()
        factors[f"{name}.out"] = wide.requires_grad_()
        linear.register_forward_hook(_beside(narrow, wide))
    return model, factors


def _beside(narrow: Tensor, wide: Tensor) -> Callable[[Any, tuple[Tensor], Tensor], Tensor]:
    def add(_module: Any, given: tuple[Tensor], found: Tensor) -> Tensor:  # noqa: ANN401
        return found + SCALE * ((given[0] @ narrow.T) @ wide.T)

    return add


def _shuffled(taught: Sequence[Point], chance: random.Random) -> list[list[Point]]:
    """The key points, `TOGETHER` at a time; those of one entry stay together."""
    by_entry: dict[str, list[Point]] = {}
    for point in taught:
        by_entry.setdefault(point.entry, []).append(point)
    names = sorted(by_entry)
    chance.shuffle(names)
    order = [point for name in names for point in by_entry[name]]
    some = [order[start : start + TOGETHER] for start in range(0, len(order), TOGETHER)]
    chance.shuffle(some)
    return some


def _batch(some: Sequence[Point], chance: random.Random) -> Batch:
    batch = Batch([], [], [], [])
    for number, point in enumerate(some):
        fellows = [n for n, one in enumerate(some) if one.entry == point.entry and n != number]
        itself, *others = point.right
        rights = [itself, *chance.sample(others, min(len(others), EACH - 1))]
        wrongs = chance.sample(point.wrong, min(len(point.wrong), EACH))
        for wrong, wordings in ((False, rights), (True, wrongs)):
            for text in wordings:
                other, both = -1, [text]
                if fellows and text != itself and chance.random() < JOINED:
                    other = chance.choice(fellows)
                    both = [text.rstrip("."), chance.choice(some[other].right).rstrip(".")]
                    chance.shuffle(both)
                batch.texts.append(chance.choice(JOINTS).join(both) if other >= 0 else text)
                batch.point.append(number)
                batch.wrong.append(wrong)
                batch.also.append(other)
    return batch


def _encode(model: Any, texts: Sequence[str]) -> Tensor:  # noqa: ANN401
    """Vectors of length one; texts of one length are read together, so that little is padded."""
    import torch
    from torch.nn.functional import normalize

    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    parts = []
    for start in range(0, len(order), ABREAST):
        read = model.tokenizer(
            [texts[n] for n in order[start : start + ABREAST]],
            padding=True, truncation=True, max_length=LONGEST, return_tensors="pt",
        )  # fmt: skip
        parts.append(model(dict(read))["sentence_embedding"])
    return normalize(torch.cat(parts), dim=-1)[torch.tensor(order).argsort()]


def _loss(vectors: Tensor, batch: Batch) -> Tensor:
    """Of every two wordings on one side: the second must be the nearest to the first."""
    import torch

    cosines = SHARPNESS * vectors @ vectors.T
    point, wrong, also = (torch.tensor(list(one)) for one in (batch.point, batch.wrong, batch.also))
    own = point[:, None] == point[None]
    same = own & (wrong[:, None] == wrong[None])
    against = own & ~same
    # What speaks of a second point is no stranger to it, nor to what speaks of that one, too.
    known = own | (also[:, None] == point[None]) | (point[:, None] == also[None])
    known |= (also[:, None] == also[None]) & (also[:, None] >= 0)
    pairs = same & ~torch.eye(len(point), dtype=torch.bool)
    first, second = pairs.nonzero(as_tuple=True)
    near = cosines[first, second]
    other_side = cosines.masked_fill(~against, -torch.inf).logsumexp(1)
    strangers = cosines.masked_fill(known, -torch.inf).logsumexp(1)
    everyone = torch.logaddexp(other_side, strangers)
    weights = torch.where(wrong[first], OF_WRONG, 1.0) / pairs.sum(1)[first]
    each = torch.logaddexp(everyone[first], near) + torch.logaddexp(other_side[first], near)
    return (weights * (each - 2 * near)).sum() / weights.sum()


def finished(changes: Mapping[str, npt.NDArray[np.float32]]) -> Learned:
    """Adds to what was learned where all known wordings, and their words, lie."""
    from index.embed import load_embedder

    texts = known_texts()
    words = sorted({word.text for text in texts for word in words_of(text)})
    both = [*texts, *(word for word in words if word not in texts)]
    return Learned(
        changes,
        placed(texts, changed(changes).encode(texts), SIDED),
        placed(both, load_embedder().encode(both), PLAIN),
    )


def write(learned: Learned, path: Path) -> None:
    """Keeps it as `siding.shipped` reads it."""
    import numpy as np

    texts = learned.sided.texts
    np.savez_compressed(
        path,
        allow_pickle=False,
        digest=np.array(digest_of(texts)),
        words=np.array("\n".join(learned.plain.texts[len(texts) :])),
        sided_basis=learned.sided.basis.astype(np.float16),
        sided_rows=learned.sided.rows,
        plain_basis=learned.plain.basis.astype(np.float16),
        plain_rows=learned.plain.rows,
        **{name: one.astype(np.float16) for name, one in learned.changes.items()},
    )


def told_apart(held: Sequence[Point], siding: Siding) -> dict[str, float]:
    """How well wordings of key points that were not learned from are told apart.

    Returns:
        Shares of the pairs of a right wording and a wrong one of which the right one is nearer to
        the point, and of which it lies more on the side of the others (each left out in turn); and
        the area under the curve of that, over all wordings.
    """
    import numpy as np

    nearer: list[bool] = []
    leaning: list[bool] = []
    good: list[float] = []
    bad: list[float] = []
    for point in held:
        if len(point.right) < 3 or len(point.wrong) < 2:
            continue
        right, wrong = (siding.encode(list(side)) for side in (point.right, point.wrong))
        nearer += [bool(right[0] @ r > right[0] @ w) for r, w in product(right[1:], wrong)]
        of_right = [_lean(r, np.delete(right, n + 1, 0), wrong) for n, r in enumerate(right[1:])]
        of_wrong = [_lean(w, right, np.delete(wrong, n, 0)) for n, w in enumerate(wrong)]
        leaning += [r > w for r, w in product(of_right, of_wrong)]
        good += of_right
        bad += of_wrong
    area = np.greater.outer(np.array(good), np.array(bad)).mean()
    return {
        "nearer to the point": float(np.mean(nearer)),
        "more on the side of the others": float(np.mean(leaning)),
        "area under the curve": float(area),
        "right wordings on the right side": float(np.mean(np.array(good) > 0)),
        "wrong wordings on the wrong side": float(np.mean(np.array(bad) <= 0)),
    }


def _lean(
    text: npt.NDArray[np.float32], right: npt.NDArray[np.float32], wrong: npt.NDArray[np.float32]
) -> float:
    return float((right @ text).max() - (wrong @ text).max())


def main(arguments: Sequence[str] | None = None) -> None:
    """Learns the space and writes it."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.grading_siding",
        description="Learns to tell a key point from its contrary, from their wordings.",
        epilog="It takes about half an hour on one quiet core of a CPU, and needs nothing else.",
    )
    parser.add_argument("--into", type=Path, help="where to write; default: what is shipped")
    parser.add_argument("--without", type=int, metavar="FOLD", help="a sixth to be held out, 0-5")
    parser.add_argument("--epochs", type=int, default=2)
    given = parser.parse_args(arguments)
    path = given.into or Path(str(files("assistant.interview.grading").joinpath(SHIPPED)))
    known = points()
    taught = [point for point in known if fold_of(point.entry) != given.without]
    print(f"learning from {len(taught)} key points", file=sys.stderr)
    changes = learn(taught, given.epochs, lambda line: print(line, file=sys.stderr, flush=True))
    learned = finished(changes)
    write(learned, path)
    print(f"written to {path}")
    if given.without is not None:
        held = [point for point in known if fold_of(point.entry) == given.without]
        for name, share in told_apart(held, Siding(learned)).items():
            print(f"{name:40s} {share:.3f}")


if __name__ == "__main__":
    main()
