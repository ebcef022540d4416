import random
from array import array

import pytest

from corpus.restore.blocks import decisions
from corpus.restore.logical import logical_lines
from corpus.restore.network import Network, network, store
from corpus.restore.program import Program
from eval.fitting import Words, gold_depths, own_material
from eval.material import variants
from eval.training import build, finished, scores, tensors, train

PROGRAM = """\
import torch

def total(values):
    found = 0
    for value in values:
        if value:
            found += value
    return found

print(total([1, 2]))
with torch.no_grad():
    x = torch.ones(2)
print(x)
"""


def test_depths_are_read_off_the_indentation():
    program = Program.of(logical_lines(PROGRAM))
    assert gold_depths(program) == [0, 0, 1, 1, 2, 3, 1, 0, 0, 1, 0]


def test_a_question_is_asked_of_each_block_that_may_end():
    code = "for i in x:\n    if i:\n        a = 1\n        b = 2\nc = 3\n"
    program = Program.of(logical_lines(code))
    asked = [(q.header, q.line, ends) for q, ends in decisions(program, gold_depths(program))]
    # Before `b` the innermost block alone is asked, since it stays; before `c` both are.
    assert asked == [(1, 3, False), (1, 4, True), (0, 4, True)]


def test_what_is_evaluated_is_what_was_trained(tmp_path):
    words = Words()
    views = own_material(words, [PROGRAM], random.Random(0))
    chosen = (sorted(words.traits), sorted(words.evidence))
    samples = words.renumbered(views, chosen)
    modules = build(len(chosen[0]), len(chosen[1]))
    said: list[str] = []
    train(modules, samples, epochs=12, rate=1e-2, final=0.5, say=said.append)
    assert float(said[-1].split()[-1]) < 0.5 * float(said[0].split()[-1])
    net = finished([modules, modules], *chosen)
    program = Program.of(logical_lines(PROGRAM))
    asked = decisions(program, gold_depths(program))
    judged = net.read(program).judge([question for question, _ in asked])
    odds = scores(modules, tensors(samples[0][:1])).tolist()
    assert [end - stay for stay, end in judged] == pytest.approx(odds, abs=1e-4)
    store(net, tmp_path / "small.npz")
    assert isinstance(net, Network)
    assert (tmp_path / "small.npz").stat().st_size < 1_000_000


def test_the_shipped_network_is_small_and_judges_by_probability():
    program = Program.of(logical_lines(PROGRAM))
    asked = decisions(program, gold_depths(program))
    judged = network().read(program).judge([question for question, _ in asked])
    for (stay, end), (_, ends) in zip(judged, asked, strict=True):
        assert stay <= 0
        assert end <= 0
        assert (end > stay) == ends


def test_variants_are_valid_and_differ():
    made = variants(PROGRAM, random.Random(1))
    assert made
    for code in made:
        compile(code, "variant", "exec")
        assert code != PROGRAM


def test_rare_words_are_left_out():
    words = Words()
    own_material(words, [PROGRAM], random.Random(0))
    assert words.chosen() == ([], [])
    assert all(isinstance(row, array) for row in words.samples(PROGRAM, [0])[0].lines)
