"""Fitting the weights by which lost indentation is rebuilt.

Run it as `python -m eval.fitting FILE...` on Python files or folders: their functions and classes,
and those of our own programs that are for development, become the material;
`corpus/restore/weights.json` is written anew.
"""

from __future__ import annotations

import ast
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import corpus.restore
from corpus.restore.blocks import decisions
from corpus.restore.logical import Item, logical_lines
from corpus.restore.program import Program
from eval.programs import LONGEST, SHORTEST, corpus_snippets, own_programs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OWN_WEIGHT = 6.0
"""Weight of our own programs against library code, which is written in other habits."""
STRENGTH = 0.3
"""Inverse of the regularisation's strength."""
MIN_COUNT = 3
MIN_WEIGHT = 0.05
MOST_PER_FILE = 6


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


def examples(source: str) -> list[tuple[list[str], bool]]:
    """Every question that is asked of a block in `source`: its features, and whether it ends."""
    found: list[tuple[list[str], bool]] = []
    for program in views(logical_lines(source)):
        found += decisions(program, gold_depths(program))
    return found


def fit(own: Iterable[str], library: Iterable[str]) -> dict[str, float]:
    """Weights fitted to programs of our own and to library code."""
    from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    rows: list[dict[str, int]] = []
    labels: list[bool] = []
    importance: list[float] = []
    for sources, weight in ((own, OWN_WEIGHT), (library, 1.0)):
        for source in sources:
            for features, ends in examples(source):
                rows.append(dict.fromkeys(features, 1))
                labels.append(ends)
                importance.append(weight)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(rows)
    model = LogisticRegression(C=STRENGTH, max_iter=400, fit_intercept=False)
    model.fit(matrix, labels, sample_weight=importance)
    counts = matrix.getnnz(axis=0)
    return {
        str(name): round(float(weight), 2)
        for name, weight, count in zip(
            vectorizer.get_feature_names_out(), model.coef_[0], counts, strict=True
        )
        if count >= MIN_COUNT and abs(weight) >= MIN_WEIGHT
    }


def definitions(path: Path) -> Iterator[str]:
    """Functions and classes of moderate length at the top of a Python file."""
    try:
        source = path.read_text(encoding="utf-8")
        module = ast.parse(source)
    except (OSError, SyntaxError, ValueError):
        return
    lines = source.split("\n")
    found = 0
    for node in module.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        last = node.end_lineno or first
        if SHORTEST <= last - first + 1 <= LONGEST and found < MOST_PER_FILE:
            found += 1
            yield "\n".join(lines[first - 1 : last]) + "\n"


def store(weights: dict[str, float], path: Path) -> None:
    """Write `weights` as `corpus.restore.weights` reads them."""
    groups: dict[str, dict[str, float]] = {}
    for key in sorted(weights):
        group, name = key.split("|", 1)
        groups.setdefault(group, {})[name] = weights[key]
    path.write_text(json.dumps(groups, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main(paths: list[str]) -> None:
    """Fit to our own programs and to the Python files under `paths`."""
    files = [
        file
        for path in map(Path, paths)
        for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])
    ]
    library = [source for file in files for source in definitions(file)]
    own = own_programs("dev") + corpus_snippets("dev")
    weights = fit(own, library)
    store(weights, Path(corpus.restore.__file__).parent / "weights.json")
    print(f"{len(weights)} weights from {len(library)} definitions")


if __name__ == "__main__":
    main(sys.argv[1:])
