import random
from array import array

import pytest

from corpus.restore.blocks import WIDEST, decisions, lay_out
from corpus.restore.choice import ranked
from corpus.restore.choice import store as store_choice
from corpus.restore.facts import CLAUSES
from corpus.restore.logical import logical_lines
from corpus.restore.network import Network, network, store
from corpus.restore.outline import Place, outline
from corpus.restore.program import Program
from eval.choosing import Readings, fit_choice
from eval.fitting import Words, gold_depths, own_material
from eval.material import variants
from eval.programs import own_programs
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
    samples = words.renumbered((one.views for one in views), chosen)
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


def test_the_choice_learns_from_readings_and_is_stored(tmp_path, monkeypatch):
    readings = Readings()
    for name in ("total", "found", "seen", "sum_", "kept", "all_", "most", "least") * 2:
        code = f"for x in values:\n    {name}(x)\n    step()\nshow()\n"
        program = Program.of(logical_lines(code))
        readings.add(program, gold_depths(program), network())
    monkeypatch.setattr("eval.choosing.FEWEST", 2)
    said: list[str] = []
    fitted = fit_choice(readings, said.append)
    assert readings.programs, "there must be something to choose from"
    losses = [float(line.split("loss ")[1].split(",")[0]) for line in said[1:]]
    assert losses[-1] < losses[0]
    store_choice(fitted, tmp_path / "choice.npz")
    assert (tmp_path / "choice.npz").stat().st_size < 100_000
    layout = lay_out(program)
    best = ranked(program, layout, fitted)
    assert best[0][0] == 0
    assert [gap for gap, _ in best] == sorted(gap for gap, _ in best)
    assert {depths for _, depths in best} == {layout.depths, *(d for _, d in layout.rivals)}


def test_every_reading_that_is_kept_is_a_whole_one():
    rivals = 0
    for code in own_programs("dev")[432:800:18]:
        program = Program.of(logical_lines(code))
        layout = lay_out(program, width=WIDEST)
        for _, depths in layout.rivals:
            rivals += 1
            assert len(depths) == len(program.facts)
            assert depths != layout.depths
            for line in range(1, len(depths)):
                deepest = depths[line - 1] + program.facts[line - 1].opens
                clause = program.facts[line].kind in CLAUSES
                assert depths[line] <= deepest - clause
    assert rivals > 20


def test_a_reading_is_remarked_upon_as_a_whole():
    code = "for x in values:\n    y = f(x)\n    z = y + 1\nprint(z)\n"
    program = Program.of(logical_lines(code))
    known: dict[Place, list[str]] = {}
    outlines = [outline(program, depths, known) for depths in ((0, 1, 1, 0), (0, 1, 1, 1))]
    outside, inside = ({word for block in one.values() for word in block} for one in outlines)
    assert "loop|wasted:direct:read" in outside
    assert "loop|next:fresh" in outside
    assert not any("wasted" in word for word in inside)
    assert "loop|after=end" in inside


def test_comments_tell_what_a_line_prints():
    code = "for x in v:\n    print(x)\n# 1\n# 2\nprint(3)  # 3\ny = 1  # so far\n# Next\nz = 2\n"
    program = Program.of(logical_lines(code))
    assert program.told == ["nothing", "often", "once", "words", "nothing"]
    assert program.comments == ["none", "none", "told", "none", "own"]


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
