"""What one comment, or one block of them, says in several places, weighed together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from assistant.verify.expect import Dtype, Shape
from assistant.verify.judge import Judgement
from assistant.verify.printed import same_token, tokens
from assistant.verify.sites import Site

# As many lines of a block as show that all of it is what was printed.
FEWEST = 3


def weighed(sites: Sequence[Site], judged: Sequence[Judgement]) -> list[Judgement]:
    """Judgements of all claims of a snippet in view of those beside them.

    A value that a remark holds somewhere is its claim only if nothing else in it is.  Of several
    clauses, one that holds clears the others, which lead up to it.  In a block of printed lines of
    which all others are right, a line that differs is wrong.
    """
    found = list(judged)
    lines: dict[int, list[int]] = defaultdict(list)
    blocks: dict[tuple[tuple[str, ...], tuple[int, int]], list[int]] = defaultdict(list)
    for place, site in enumerate(sites):
        lines[site.line].append(place)
        if site.part >= 0:
            blocks[(site.run, site.statement)].append(place)
    for places in lines.values():
        _in_a_comment(places, sites, found)
    for places in blocks.values():
        _in_a_block(places, sites, found)
    return found


def _in_a_comment(places: Sequence[int], sites: Sequence[Site], found: list[Judgement]) -> None:
    said = [place for place in places if not found[place].drop and sites[place].kind != "property"]
    firm = [place for place in said if not sites[place].last]
    for place in said:
        if sites[place].last and firm:
            found[place] = replace(found[place], drop=True)
    right = [place for place in firm if sites[place].clause and found[place].state == "confirmed"]
    for place in firm if right else ():
        if not sites[place].clause or found[place].state != "refuted":
            continue
        # "float32, 5 x 2": what stands behind is no lead-up, and says another thing.
        behind = all(
            sites[one].column < sites[place].column
            and isinstance(sites[one].expectation, Dtype)
            and isinstance(sites[place].expectation, Shape)
            for one in right
        )
        if not behind:
            found[place] = replace(found[place], drop=True)


def _in_a_block(places: Sequence[int], sites: Sequence[Site], found: list[Judgement]) -> None:
    odd = [place for place in places if found[place].drop]
    right = [place for place in places if found[place].state == "confirmed"]
    if len(odd) != 1 or len(right) != len(places) - 1 or len(places) < FEWEST:
        return
    one = found[odd[0]]
    said, printed = tokens(sites[odd[0]].text), tokens(one.observed)
    alike = len(said) == len(printed) and any(map(same_token, said, printed))
    if one.state == "unverifiable" and one.part == "text" and alike:
        found[odd[0]] = replace(one, state="refuted", drop=False)
