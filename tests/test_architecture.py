"""What the folders promise: one-way imports, gradio and foreign code in one place, lazy starts."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ["corpus", "index", "assistant", "eval"]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: relative import"
            yield node.lineno, node.module or ""


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", ORDER)
def test_imports_go_one_way(package: str) -> None:
    later = set(ORDER[ORDER.index(package) + 1 :])
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(package)
        for line, name in imports(path)
        if name.split(".")[0] in later
    ]
    assert not wrong


def test_gradio_is_imported_by_the_web_app_alone() -> None:
    found = {
        path.relative_to(ROOT)
        for package in ORDER
        for path in modules(package)
        for _, name in imports(path)
        if name.split(".")[0] == "gradio"
    }
    assert all(path.parts[:2] == ("assistant", "web") for path in found)


def test_the_product_does_not_import_its_tests() -> None:
    for package in ORDER:
        for path in modules(package):
            assert all(name.split(".")[0] != "tests" for _, name in imports(path)), path


@pytest.mark.parametrize(
    "statement",
    [
        "import assistant.cli.main as m; m.cli.get_help(__import__('click').Context(m.cli))",
        "import corpus.library",
        "import index.search, index.build",
        "import assistant.verify.verifier",
        "import assistant.answer.pipeline, assistant.runtime",
    ],
)
def test_starting_does_not_import_the_heavy_packages(statement: str) -> None:
    heavy = "{'torch', 'sentence_transformers', 'gradio', 'faiss', 'scipy'}"
    code = f"{statement}\nimport sys; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "[]"
