"""How well damaged code is restored: programs damaged by script, compared as syntax trees."""

from __future__ import annotations

import ast
import random
import warnings
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.restore import restore
from eval.damage import DAMAGES

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class DamageFigures:
    """What restoring made of one kind of damage.

    Attributes:
        damage: its name in `eval.damage.DAMAGES`.
        n: programs that the damage changed.
        equal: share whose restored code has the same syntax tree as the undamaged program.
        equal_but_strings: the same with blank space inside strings disregarded, which lost line
            ends take along and nothing can bring back.
        first_three: share where the restored code or one of the next two readings is equal: what
            there is to choose from when the best reading does not run.
        parses: share whose restored code is valid Python.
    """

    damage: str
    n: int
    equal: float
    equal_but_strings: float
    first_three: float
    parses: float


@dataclass(frozen=True, slots=True)
class RestorationFigures:
    """How well restoring did.

    Attributes:
        programs: how many were tried.
        unchanged: share of the undamaged programs that came back as they were.
        damages: figures for each kind of damage.
    """

    programs: int
    unchanged: float
    damages: tuple[DamageFigures, ...]

    def of(self, damage: str) -> DamageFigures:
        """The figures of one kind of damage.

        Raises:
            KeyError: there is no such kind.
        """
        for figures in self.damages:
            if figures.damage == damage:
                return figures
        raise KeyError(damage)


def evaluate_restoration(programs: Sequence[str], seed: int = 0) -> RestorationFigures:
    """Damage each program in every way, restore it, and compare.

    Args:
        programs: valid Python programs.
        seed: of the damages that have a choice.

    Raises:
        ValueError: a program is not valid Python.
    """
    trees = [_tree(program) for program in programs]
    for number, tree in enumerate(trees):
        if tree is None:
            raise ValueError(f"program {number} is not valid Python")
    unchanged = sum(_is_unchanged(program) for program in programs)
    return RestorationFigures(
        len(programs),
        unchanged / len(programs) if programs else 1.0,
        tuple(_figures(damage, programs, seed) for damage in DAMAGES),
    )


def pool(several: Sequence[RestorationFigures]) -> RestorationFigures:
    """The figures of several sets of programs as if they were one."""
    programs = sum(f.programs for f in several)
    damages = []
    for name in DAMAGES:
        parts = [f.of(name) for f in several]
        n = sum(p.n for p in parts)
        share = 1 / n if n else 0.0
        damages.append(
            DamageFigures(
                name,
                n,
                sum(p.equal * p.n for p in parts) * share,
                sum(p.equal_but_strings * p.n for p in parts) * share,
                sum(p.first_three * p.n for p in parts) * share,
                sum(p.parses * p.n for p in parts) * share,
            )
        )
    unchanged = sum(f.unchanged * f.programs for f in several)
    return RestorationFigures(programs, unchanged / programs if programs else 1.0, tuple(damages))


def _is_unchanged(program: str) -> bool:
    found = restore(program)
    return not found.restored and found.code.rstrip() == program.rstrip()


def _figures(damage: str, programs: Sequence[str], seed: int) -> DamageFigures:
    tried = equal = loosely = among = valid = 0
    for program in programs:
        chance = random.Random(seed + zlib.crc32(program.encode()))
        damaged = DAMAGES[damage](program, chance)
        if damaged.strip() == program.strip():
            continue
        tried += 1
        found = restore(damaged)
        right = same_tree(found.code, program)
        equal += right
        among += right or any(same_tree(other, program) for other in found.alternatives[:2])
        loosely += same_tree(found.code, program, strings=False)
        valid += found.parses
    share = 1 / tried if tried else 0.0
    shares = [count * share for count in (equal, loosely, among, valid)]
    return DamageFigures(damage, tried, *shares)


def same_tree(code: str, other: str, *, strings: bool = True) -> bool:
    """Whether two programs have the same syntax tree.

    Args:
        code: one of them; it need not be valid.
        other: the other.
        strings: whether blank space inside strings counts.
    """
    one, two = _tree(code), _tree(other)
    if one is None or two is None:
        return False
    if not strings:
        for tree in (one, two):
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    node.value = " ".join(node.value.split())
    return ast.dump(one) == ast.dump(two)


def _tree(code: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError):
        return None
