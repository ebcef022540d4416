"""Fitting the weights by which lost indentation is rebuilt.

`python -m eval.fitting` writes `corpus/restore/weights.json` anew: from our own programs for
development, from half of the corpus's snippets, and from code in installed packages.  The figures
that `eval reading` shows come from programs that are not among them.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import corpus.restore
from corpus.restore.blocks import decisions
from corpus.restore.logical import Item, logical_lines
from corpus.restore.program import Program
from eval.material import definitions, examples, variants
from eval.programs import corpus_snippets, own_programs

WEIGHTS = Path(corpus.restore.__file__).parent / "weights.json"
OWN, VARIED, FOREIGN = 3.0, 0.5, 0.5
"""Weight of our own programs, of variants of them, and of code from packages, which is written in
other habits."""
ROUNDS = 8
RATE = 0.001
"""Passes over the material and the step of stochastic gradient descent."""
MIN_COUNT = 40
MIN_WEIGHT = 0.02
Decision = tuple[list[str], bool]


def gold_depths(program: Program) -> list[int]:
    """In how many blocks each line stands, read off the indentation."""
    stack = [0]
    depths = []
    for item in program.lines:
        while item.indent < stack[-1]:
            stack.pop()
        if item.indent > stack[-1]:
            stack.append(item.indent)
        depths.append(len(stack) - 1)
    return depths


def views(items: list[Item]) -> Iterator[Program]:
    """The program as each kind of damage leaves it: with empty lines, without, comments unsure."""
    bare = [replace(item, blanks=0) for item in items]
    yield Program.of(items)
    yield Program.of(bare)
    yield Program.of(bare, own_comments=False)
    yield Program.of([item for item in bare if not item.comment], own_comments=False)


def questions(source: str, only: int | None = None) -> list[Decision]:
    """Every question that is asked of a block in `source`: its features, and whether it ends.

    Args:
        source: a program.
        only: the number of the one view of it that is taken; all by default.
    """
    found: list[Decision] = []
    for number, program in enumerate(views(logical_lines(source))):
        if only is None or number == only:
            found += decisions(program, gold_depths(program))
    return found


def fit(material: Iterable[tuple[Iterable[Decision], float]]) -> dict[str, float]:
    """Weights fitted by logistic regression with averaged stochastic gradient descent.

    Args:
        material: decisions, and how much each of them counts.
    """
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import SGDClassifier  # type: ignore[import-untyped]

    numbers: dict[str, int] = {}
    columns: list[np.ndarray] = []
    labels: list[bool] = []
    importance: list[float] = []
    for decided, weight in material:
        for features, ends in decided:
            held = {numbers.setdefault(name, len(numbers)) for name in features}
            columns.append(np.fromiter(sorted(held), dtype=np.int32))
            labels.append(ends)
            importance.append(weight)
    bounds = np.cumsum([0, *map(len, columns)])
    indices = np.concatenate(columns)
    matrix = csr_matrix((np.ones(len(indices)), indices, bounds), (len(columns), len(numbers)))
    kept = np.flatnonzero(matrix.getnnz(axis=0) >= MIN_COUNT)
    model = SGDClassifier(
        loss="log_loss",
        alpha=1e-5,
        average=True,
        max_iter=ROUNDS,
        tol=None,
        learning_rate="constant",
        eta0=RATE,
        fit_intercept=False,
        random_state=0,
    )
    model.fit(matrix[:, kept], labels, sample_weight=importance)
    names = list(numbers)
    return {
        names[number]: round(float(weight), 2)
        for number, weight in zip(kept, model.coef_[0], strict=True)
        if abs(weight) >= MIN_WEIGHT
    }


def material() -> Iterator[tuple[list[Decision], float]]:
    """All that the committed weights are fitted to."""
    chance = random.Random(3)
    own = own_programs("dev") + corpus_snippets("dev")
    for source in own:
        yield questions(source), OWN
        for number, variant in enumerate(variants(source, chance)):
            yield questions(variant, number % 2), VARIED
    for number, source in enumerate(examples() + definitions()):
        yield questions(source, number % 2), FOREIGN


def store(weights: dict[str, float], path: Path = WEIGHTS) -> None:
    """Write `weights` as `corpus.restore.weights` reads them."""
    groups: dict[str, dict[str, float]] = {}
    for key in sorted(weights):
        group, name = key.split("|", 1)
        groups.setdefault(group, {})[name] = weights[key]
    path.write_text(json.dumps(groups, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Fit, store, and say how much came from where."""
    counts: Counter[float] = Counter()

    def counted() -> Iterator[tuple[list[Decision], float]]:
        for decided, weight in material():
            counts[weight] += len(decided)
            yield decided, weight

    weights = fit(counted())
    store(weights)
    shares = ", ".join(f"{count} of weight {weight}" for weight, count in sorted(counts.items()))
    print(f"{len(weights)} weights from {shares} decisions")


if __name__ == "__main__":
    main()
