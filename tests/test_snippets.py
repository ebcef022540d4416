"""Of several equally good readings of damaged code the one that runs is taken."""

from __future__ import annotations

from corpus.snippets import prefer_running
from corpus.types import Snippet, Span

INSIDE = "for i in ():\n    x = i\n    print(x)\n"
OUTSIDE = "for i in ():\n    x = i\nprint(x)\n"
SNIPPET = Snippet("e/1", "e", Span(0, 9), OUTSIDE, True, ("rebuilt the indentation",))


def runs(code: str) -> bool:
    try:
        exec(code, {})
    except NameError:
        return False
    return True


def test_the_reading_that_runs_is_preferred_and_the_note_says_so() -> None:
    several = Snippet("e/1", "e", Span(0, 9), OUTSIDE, True, ("a",), alternatives=(INSIDE,))
    chosen = prefer_running(several, runs)
    assert chosen.code == INSIDE
    assert chosen.alternatives == (OUTSIDE,)
    assert chosen.restoration_notes == ("a", "chose the reading that runs")


def test_the_best_reading_stays_when_it_runs_or_when_none_does() -> None:
    several = Snippet("e/1", "e", Span(0, 9), INSIDE, True, alternatives=(OUTSIDE,))
    assert prefer_running(several, runs) == several
    assert prefer_running(several, lambda _: False) == several
    assert prefer_running(SNIPPET, runs) == SNIPPET
