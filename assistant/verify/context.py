"""What a snippet takes for granted: imports, earlier snippets, and stand-ins for the rest.

A name that a page never defines is no fault of the snippet.  Earlier snippets of the same entry are
taken as read; those of the page are tried; and where nothing defines a name, something of the kind
that its name and use suggest is put in its place.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.verify import causes
from corpus import syntax
from corpus.types import Snippet

IMPORTS = {
    "torch": "import torch",
    "nn": "import torch.nn as nn",
    "F": "import torch.nn.functional as F",
    "optim": "import torch.optim as optim",
    "np": "import numpy as np",
    "numpy": "import numpy",
    "math": "import math",
    "os": "import os",
    "time": "import time",
    "copy": "import copy",
    "random": "import random",
    "functools": "import functools",
    "partial": "from functools import partial",
    "Variable": "from torch.autograd import Variable",
    "Dataset": "from torch.utils.data import Dataset",
    "DataLoader": "from torch.utils.data import DataLoader",
    "TensorDataset": "from torch.utils.data import TensorDataset",
    "random_split": "from torch.utils.data import random_split",
    "lr_scheduler": "from torch.optim import lr_scheduler",
    "autocast": "from torch.amp import autocast",
    "GradScaler": "from torch.amp import GradScaler",
    "Path": "from pathlib import Path",
}
BATCH = 4

# How names are usually meant, tried in this order; later ones may use earlier ones.
_MEANINGS: tuple[tuple[str, str, str], ...] = (
    (r"device", "device", 'torch.device("cpu")'),
    (r"(?:n|num)_?(?:epochs?|steps|iter\w*)|epochs|EPOCHS|max_epochs", "count", "2"),
    (r"batch_size|micro_batch_size|BATCH_SIZE", "count", str(BATCH)),
    (r"lr|learning_rate", "rate", "0.01"),
    (r"(?:\w*_)?(?:model|net|network|backbone|encoder|module)\d?", "model", "{model}"),
    (r"criterion|loss_fn|loss_func(?:tion)?|objective", "loss function", "{criterion}"),
    (
        r"(?:\w*_)?(?:optimizer|optimiser|optim|opt)", "optimizer",
        "torch.optim.SGD({model_name}.parameters(), lr=0.01)",
    ),
    (
        r"(?:\w*_)?(?:scheduler)", "scheduler",
        "torch.optim.lr_scheduler.StepLR({optimizer_name}, step_size=1)",
    ),
    (r"(?:\w*_)?(?:dataset|data_set|ds)", "dataset", "{dataset}"),
    (r"(?:\w*_)?(?:loader|dataloader|data_loader|batches|iterator|dl)", "loader", "{loader}"),
    (r"(?:[yYt]|(?:\w*_)?(?:targets?|labels?|ytrue|y_true))(?:_\w+)?", "target", "{target}"),
    (
        r"(?:[xX]|(?:\w*_)?(?:data|inputs?|images?|img|features?|sample|batch))(?:_\w+)?", "input",
        "{input}",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prelude:
    """Sources to run before a snippet.

    Attributes:
        sources: in order.
        stand_ins: names that were made up.
        borrowed: whether something comes from another entry of the page.
    """

    sources: tuple[str, ...] = ()
    stand_ins: frozenset[str] = frozenset()
    borrowed: bool = False


def bound_in(sources: Sequence[str]) -> frozenset[str]:
    """Names that sources bind at their top level."""
    names: set[str] = set()
    for source in sources:
        try:
            tree = syntax.parse(source)
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                names.add(node.name)
                continue
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    names.add(inner.id)
                elif isinstance(inner, ast.alias):
                    names.add((inner.asname or inner.name).split(".")[0])
    return frozenset(names)


def preludes(code: str, entry_id: str, context: Sequence[Snippet]) -> list[Prelude]:
    """What may be run before `code`, the most faithful first; the last one always helps most.

    Args:
        code: the snippet.
        entry_id: of the snippet's entry; snippets of others are borrowed.
        context: earlier snippets of the page, in order.
    """
    missing = causes.missing_names(code)
    own = [snippet for snippet in context if snippet.entry_id == entry_id]
    first, left = _earlier(missing, own)
    found = [_with_imports(first, left)]
    left -= IMPORTS.keys()
    if not left:
        return found
    page, still = _earlier(missing, context)
    if len(page) > len(first):
        imports = _with_imports(page, still)
        found.append(Prelude(imports.sources, borrowed=True))
    made = stand_ins(code, left)
    if made:
        base = found[0].sources
        found.append(Prelude((*base, _imports(("torch",)), *made.values()), frozenset(made)))
    return found


def _earlier(missing: frozenset[str], context: Sequence[Snippet]) -> tuple[list[str], set[str]]:
    """The earlier snippets that define what is missing, and the names that remain so."""
    wanted, chosen = set(missing), list[str]()
    for snippet in reversed(context):
        bound = bound_in([snippet.code])
        if bound & wanted:
            chosen.insert(0, snippet.code)
            wanted -= bound
            wanted |= causes.missing_names(snippet.code)
    return chosen, wanted


def _with_imports(sources: Sequence[str], left: set[str]) -> Prelude:
    usual = [name for name in IMPORTS if name in left]
    return Prelude((*([_imports(usual)] if usual else []), *sources))


def _imports(names: Sequence[str]) -> str:
    return "".join(f"{IMPORTS[name]}\n" for name in names)


def stand_ins(code: str, missing: set[str]) -> dict[str, str]:
    """Source of something to stand for each missing name; empty when one cannot be guessed."""
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError):
        return {}
    words = _words(code, tree, missing)
    made: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for name in sorted(missing):
        kinds[name] = _kind(name, tree)
        if not kinds[name]:
            return {}
    order = [kind for _, kind, _ in _MEANINGS]
    for name in sorted(missing, key=lambda name: _order(kinds[name], order)):
        made[name] = f"{name} = {_source(kinds[name], name, words, made, kinds)}\n"
    return made


def _order(kind: str, order: Sequence[str]) -> int:
    return order.index(kind) if kind in order else len(order)


def _kind(name: str, tree: ast.AST) -> str:
    """What a name stands for, by how it is used and else by what it is called."""
    meaning = next((kind for words, kind, _ in _MEANINGS if re.fullmatch(words, name)), "")
    if meaning:
        return meaning
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            return "function"
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Name) and node.iter.id == name:
            return "loader"
    return ""


def _source(
    kind: str,
    name: str,
    words: Mapping[str, str],
    made: Mapping[str, str],
    kinds: Mapping[str, str],
) -> str:
    if kind == "function":
        return "lambda *args, **kwargs: 0.5"
    source = next(
        source
        for pattern, meaning, source in _MEANINGS
        if meaning == kind and (re.fullmatch(pattern, name) or kind == "loader")
    )
    model = next((other for other in made if kinds[other] == "model"), words["model_name"])
    optimizer = next(
        (other for other in made if kinds[other] == "optimizer"), words["optimizer_name"]
    )
    return source.format(**{**words, "model_name": model, "optimizer_name": optimizer})


def _words(code: str, tree: ast.AST, missing: set[str]) -> dict[str, str]:
    """Sources for models and data with the sizes that the code's own layers imply."""
    wide, out, image = _sizes(code)
    classes = "CrossEntropyLoss" in code or "cross_entropy" in code or "argmax" in code
    classes = classes or not re.search(r"MSELoss|L1Loss|mse_loss|HuberLoss|BCE", code)
    size = f"{BATCH}, {image}" if image else f"{BATCH}, {wide}"
    target = (
        f"torch.randint(0, {out}, ({BATCH},))"
        if classes
        else f"torch.randint(0, 2, ({BATCH}, {out})).float()"
    )
    data = f"torch.randn({size})"
    loop = next(
        (
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.For)
            and missing & {inner.id for inner in ast.walk(node.iter) if isinstance(inner, ast.Name)}
        ),
        None,
    )
    item = loop.target if loop is not None else None
    if isinstance(item, ast.Tuple) and len(item.elts) == 2 and isinstance(item.elts[1], ast.Tuple):
        item = item.elts[1]
    pair = not isinstance(item, ast.Name)
    dataset = f"torch.utils.data.TensorDataset({data}, {target})"
    return {
        "model": f"torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear({wide}, {out}))",
        "criterion": "torch.nn.CrossEntropyLoss()" if classes else "torch.nn.MSELoss()",
        "target": target,
        "input": data,
        "dataset": dataset,
        "loader": f"[({data}, {target}) for _ in range(3)]" if pair else f"[{data}] * 3",
        "model_name": "torch.nn.Linear(2, 2)",
        "optimizer_name": "torch.optim.SGD(torch.nn.Linear(2, 2).parameters(), lr=0.1)",
    }


def _sizes(code: str) -> tuple[int, int, str]:
    """Input width, output width and the shape of an image batch without its first size."""
    linear = re.findall(r"Linear\(\s*([\w*]+)\s*,\s*([\w*]+)", code)
    values = {
        name: int(number)
        for name, number in re.findall(r"^(\w+)\s*=\s*(\d+)\s*(?:#|$)", code, re.M)
    }
    product = re.findall(r"^(\w+)\s*=\s*(\d+)\s*\*\s*(\d+)", code, re.M)
    values |= {name: int(one) * int(two) for name, one, two in product}

    def number(word: str, otherwise: int) -> int:
        if re.fullmatch(r"\d+\*\d+", word):
            one, two = word.split("*")
            return int(one) * int(two)
        return int(word) if word.isdigit() else values.get(word, otherwise)

    wide = number(linear[0][0], 10) if linear else 10
    out = number(linear[-1][1], 5) if linear else 5
    conv = re.search(r"Conv2d\(\s*(?:in_channels=)?(\d+)", code)
    if conv is not None:
        return wide, out, f"{conv.group(1)}, 32, 32"
    side = re.search(r"(?:reshape|view)\(\s*-1\s*,\s*(\d+)\s*\*\s*(\d+)", code)
    if side is not None:
        return wide, out, f"1, {side.group(1)}, {side.group(2)}"
    return wide, out, ""


def names_at(code: str, lines: tuple[int, int]) -> frozenset[str]:
    """Names that the statement at `lines` reads."""
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(
        node.id
        for statement in ast.walk(tree)
        if isinstance(statement, ast.stmt) and (statement.lineno, statement.end_lineno) == lines
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )


def loop_names(code: str, made: frozenset[str]) -> frozenset[str]:
    """Names that loops over stand-ins bind: as made up as those."""
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(
        inner.id
        for node in ast.walk(tree)
        if isinstance(node, ast.For)
        and made & {name.id for name in ast.walk(node.iter) if isinstance(name, ast.Name)}
        for inner in ast.walk(node.target)
        if isinstance(inner, ast.Name)
    )
