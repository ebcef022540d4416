"""The generators of random numbers: their state, their seeds, and what kind of machine this is."""

from __future__ import annotations

import ast
import contextlib
import importlib
import random
import sys
from typing import Any

SEEDERS = frozenset(
    {"manual_seed", "manual_seed_all", "seed", "default_rng", "RandomState", "PRNGKey"}
)


def random_state() -> tuple[object, ...]:
    """The state of every generator that was reached so far."""
    parts: list[object] = [random.getstate()]
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None:
        with contextlib.suppress(Exception):
            parts.append(torch.random.default_generator.get_state().numpy().tobytes())
    if numpy is not None:
        with contextlib.suppress(Exception):
            state = numpy.random.get_state()
            parts.append((state[1].tobytes(), state[2]))
    return tuple(parts)


def reseed(seed: int, code: str) -> None:
    """Seeds every generator that `code` can reach, and takes the sense out of unwritten memory."""
    random.seed(seed)
    for name in ("torch", "numpy"):
        if name in code and name not in sys.modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None:
        torch.manual_seed(seed)
        with contextlib.suppress(Exception):
            # Memory that nobody wrote comes up as NaN, so that it never looks like a value.
            torch.use_deterministic_algorithms(True, warn_only=True)
            torch.utils.deterministic.fill_uninitialized_memory = True
    if numpy is not None:
        numpy.random.seed(seed % 2**32)


def shift_seeds(tree: ast.Module, shift: int) -> None:
    """Moves, in place, the seeds that a snippet sets itself."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in SEEDERS:
            node.args[0] = ast.copy_location(
                ast.BinOp(node.args[0], ast.Add(), ast.copy_location(ast.Constant(shift), node)),
                node.args[0],
            )
    ast.fix_missing_locations(tree)


def machine() -> dict[str, Any]:
    """The version of torch and whether CUDA is there; empty without torch."""
    torch = sys.modules.get("torch")
    if torch is None:
        return {}
    with contextlib.suppress(Exception):
        return {"torch": str(torch.__version__), "cuda": bool(torch.cuda.is_available())}
    return {}
