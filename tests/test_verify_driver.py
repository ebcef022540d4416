"""The program that is handed to the sandbox."""

from __future__ import annotations

import ast
import sys
from collections import Counter

from assistant.verify import driver


def test_it_is_one_source_that_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse(driver.source())
    modules = [alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names]
    modules += [str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert {name.split(".")[0] for name in modules} <= sys.stdlib_module_names


def test_no_part_of_it_hides_a_name_of_another() -> None:
    bound: Counter[str] = Counter()
    for node in ast.parse(driver.source()).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound[node.name] += 1
    assert [name for name, times in bound.items() if times > 1] == []
    assert "drive" in bound


def test_a_likeness_tells_what_became_of_an_object() -> None:
    import torch

    from assistant.verify.driver.change import Likeness

    net = torch.nn.Linear(2, 1)
    nan = torch.tensor([float("nan"), 1.0])
    before = {"net": Likeness(net), "nan": Likeness(nan), "list": Likeness([nan])}
    net(torch.ones(1, 2)).sum().backward()
    found = {part["name"]: part for part in before["net"].beside(net)["parts"]}
    assert [found[name]["grad"] for name in ("weight", "bias")] == [["none", "some", True]] * 2
    assert not found["weight"]["changed"]
    assert not before["nan"].beside(nan)["parts"][0]["changed"]
    nan.mul_(1)
    same = before["nan"].beside(nan)["parts"][0]
    assert same["written"]
    assert not same["changed"]
    assert not before["list"].beside([nan])["same"]
    assert before["list"].beside([nan, nan])["new"] == ["1"]
