"""`pytest --torchproof`: snippets of documents as test items."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

GUIDE = """# Sums

## 1. What do sums give?

The parameter `p` of `torch.nn.Dropout` defaults to 0.3.

```python
import torch

print(torch.ones(3).sum())  # tensor(3.)
```

```python
import torch

print(torch.ones(3).sum())  # tensor(4.)
```

```python
print(undefined_name)
```
"""


@pytest.mark.usefixtures("lent_sandbox")
def test_each_snippet_is_an_item_and_a_refuted_claim_fails_on_its_line(
    pytester: pytest.Pytester,
) -> None:
    (pytester.path / "docs").mkdir()
    (pytester.path / "docs" / "sums.md").write_text(GUIDE, encoding="utf-8")
    (pytester.path / "docs" / "notes.txt").write_text("no document", encoding="utf-8")
    (pytester.path / "docs" / "test_own.py").write_text("def test_own(): pass\n")
    done = pytester.runpytest("--torchproof", "-v", "-rs", "docs")
    done.assert_outcomes(passed=2, failed=2, skipped=1)
    text = done.stdout.str()
    assert "docs/sums.md::line 8 PASSED" in text
    assert "docs/sums.md::line 14 FAILED" in text
    assert "docs/sums.md::prose FAILED" in text
    done.stdout.fnmatch_lines(
        [
            "docs/sums.md:16:31: refuted (value)",
            "*print(torch.ones(3).sum())  # tensor(4.)",
            "*claimed   tensor(4.)",
            "*observed  tensor(3.)",
        ]
    )
    done.stdout.fnmatch_lines(["docs/sums.md:5:*: refuted*", "*observed*0.5*"])
    assert "undefined_name" in text
    assert "pytest_items.py" not in text.replace("SKIPPED", "").partition("short test summary")[0]

    strict = pytester.runpytest("--torchproof", "--torchproof-fail-on=error", "docs/sums.md")
    assert strict.ret == pytest.ExitCode.TESTS_FAILED


def test_without_the_flag_nothing_is_collected_and_nothing_heavy_is_loaded(
    pytester: pytest.Pytester,
) -> None:
    (pytester.path / "sums.md").write_text(GUIDE, encoding="utf-8")
    (pytester.path / "test_light.py").write_text(
        "import sys\n\ndef test_light():\n"
        "    ours = [n for n in sys.modules if n.partition('.')[0] in ('corpus', 'index')]\n"
        "    assert not ours and 'torch' not in sys.modules\n"
        "    assert 'assistant.ecosystem.pytest_items' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "."],
        cwd=pytester.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("passed") == 1


def test_a_document_that_cannot_be_read_is_an_error_of_collection(
    pytester: pytest.Pytester,
) -> None:
    Path(pytester.path / "bad.ipynb").write_text("{not json", encoding="utf-8")
    done = pytester.runpytest("--torchproof", "bad.ipynb")
    done.assert_outcomes(errors=1)
    assert "Traceback" not in done.stdout.str()
