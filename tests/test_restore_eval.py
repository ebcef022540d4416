import ast
import random

import pytest

from eval.damage import DAMAGES
from eval.programs import corpus_snippets, own_programs
from eval.restoration import evaluate_restoration, same_tree

PROGRAM = "for i in range(3):\n    print(i * 2)\n"


def test_damages_are_repeatable_and_do_harm():
    for name, damage in DAMAGES.items():
        once, again = (damage(PROGRAM, random.Random(3)) for _ in range(2))
        assert once == again
        assert name
    assert DAMAGES["both lost"](PROGRAM, random.Random(0)) == "for i in range(3): print(i * 2)"


def test_trees_are_compared_and_not_characters():
    assert same_tree("x=1", "x = 1  # one\n")
    assert not same_tree("x = 1", "x = 2")
    assert not same_tree("x = (", "x = (")
    assert not same_tree("x = 'a  b'", "x = 'a b'")
    assert same_tree("x = 'a  b'", "x = 'a b'", strings=False)


def test_a_program_that_is_not_python_is_refused():
    with pytest.raises(ValueError, match="program 1"):
        evaluate_restoration(["x = 1\n", "x = ("])


def test_own_programs_are_valid_and_the_parts_do_not_overlap():
    ours, kept = own_programs("dev"), own_programs("test")
    assert len(ours) >= 800
    assert len(kept) >= 190
    assert not set(ours) & set(kept)
    assert not set(corpus_snippets("dev")) & set(corpus_snippets("test"))
    for program in ours + kept:
        ast.parse(program)


def test_figures_hold_their_floor_on_a_sample():
    figures = evaluate_restoration(own_programs("dev")[::60])
    assert figures.unchanged == 1.0
    assert figures.of("indentation lost").equal >= 0.8
    assert figures.of("line breaks lost").equal >= 0.75
    assert figures.of("both lost").equal >= 0.65
    assert all(f.parses >= 0.9 for f in figures.damages)
    assert all(f.equal <= f.first_three <= 1 for f in figures.damages)
    with pytest.raises(KeyError):
        figures.of("fire")
