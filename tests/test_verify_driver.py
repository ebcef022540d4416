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
