"""Documents as read, kept from run to run."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.verify import readings
from corpus.library import parse, read_library
from corpus.types import Document, Reading

PAGE = "# Sums\n\nA sum.\n\n```python\nprint(1 + 1)  # 2\n```\n"


def test_what_was_read_before_is_looked_up_and_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, store = tmp_path / "a.md", tmp_path / "v.sqlite"
    page.write_text(PAGE, encoding="utf-8")
    plain = read_library([page])
    assert readings.read_kept([page], store) == plain
    parsed: list[str] = []

    def watched(document: Document) -> Reading:
        parsed.append(document.path)
        return parse(document)

    monkeypatch.setattr(readings, "parse", watched)
    assert readings.read_kept([page], store) == plain
    assert parsed == []
    page.write_text(PAGE.replace("2\n", "3\n"), encoding="utf-8")
    changed = readings.read_kept([page], store)
    assert parsed == [str(page)]
    assert changed.entries[0].snippets[0].code == "print(1 + 1)  # 3\n"
