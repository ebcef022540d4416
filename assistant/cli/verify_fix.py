"""`torchproof verify --fix`: what would change in each file, and changing it when told to."""

from __future__ import annotations

import codecs
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.errors import foreign_faults

if TYPE_CHECKING:
    from assistant.types import SnippetReport
    from assistant.verify.verifier import Verifier
    from corpus.types import Document, Library

_MARKED = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = ("utf-8", "cp1252", "latin-1", "utf-16-le", "utf-16-be")


def offer(
    library: Library,
    files: dict[str, list[SnippetReport]],
    verifier: Verifier,
    index: Path,
    *,
    yes: bool,
) -> dict[str, list[SnippetReport]]:
    """Shows what would change in each of the user's files, and writes it when told to.

    Args:
        library: the files as read.
        files: their reports, by path.
        verifier: runs the changed text before it is offered.
        index: folder of the index, whose documents are not touched.
        yes: write without asking.

    Returns:
        The reports of the files as they are now.

    Raises:
        EnvironmentFault: a file cannot be written.
    """
    from assistant.verify.fix import fix, unfit

    indexed = set(_indexed(index))
    now = dict(files)
    for reading in library.readings:
        document = reading.document
        path = document.path
        if not any(v.state == "refuted" for report in files[path] for v in report.verdicts):
            continue
        why = unfit(path)
        if not why and Path(path).resolve() in indexed:
            why = "it is a document of the index"
        encoding = "" if why else _encoding(document)
        if not why and not encoding:
            why = "it is not a plain file that could be written back as it is"
        if why:
            click.echo(f"not rewritten: {path}: {why}", err=True)
            continue
        run = _Rerun(verifier, document)
        fixed = fix(path, document.text, files[path], again=run)
        for left in fixed.left:
            claim = " ".join(left.text.split())[:100]
            click.echo(f"left as it is: {path}:{left.line}: {claim}: {left.why}", err=True)
        if not fixed.changed:
            continue
        click.echo(fixed.diff, err=True)
        if yes or click.confirm(f"Rewrite {path}?", default=False, err=True):
            if _write(document, fixed.text, encoding):
                now[path] = run.reports[fixed.text]
            else:
                click.echo(f"not rewritten: {path}: it changed while it was verified", err=True)
    return now


@dataclass(frozen=True, slots=True)
class _Rerun:
    """Verifies other texts of a document, and remembers what came of each."""

    verifier: Verifier
    document: Document
    reports: dict[str, list[SnippetReport]] = field(default_factory=dict)

    def __call__(self, text: str) -> list[SnippetReport]:
        from corpus.library import parse
        from corpus.read import read_text

        own = self.document
        reading = parse(read_text(text, path=own.path, media_type=own.media_type))
        self.reports[text] = list(self.verifier.verify_reading(reading))
        return self.reports[text]


def _indexed(index: Path) -> Iterator[Path]:
    """The documents that were added to the index; our own entries are nobody else's."""
    from index.disk import read_manifest

    manifest = read_manifest(index)
    for document in manifest.documents if manifest else ():
        if not document.builtin:
            yield Path(document.path).resolve()


def _encoding(document: Document) -> str:
    """How the file's bytes stand for its text, byte for byte; empty where no way is found."""
    path = Path(document.path)
    if not path.is_file():
        return ""
    data = path.read_bytes()
    mark, encodings = next(
        ((mark, (name,)) for mark, name in _MARKED if data.startswith(mark)), (b"", _UNMARKED)
    )
    for name in encodings:
        try:
            if mark + document.text.encode(name) == data:
                return name
        except UnicodeEncodeError:
            continue
    return ""


def _write(document: Document, text: str, encoding: str) -> bool:
    """Puts `text` in the place of the file's content, wholly or not at all.

    Returns:
        False where the file is no longer what was verified.
    """
    path = Path(document.path).resolve()
    with foreign_faults(str(path)):
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != document.sha256:
            return False
        mark = next((mark for mark, _ in _MARKED if data.startswith(mark)), b"")
        content = mark + text.encode(encoding)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
            Path(name).chmod(path.stat().st_mode & 0o7777)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    return True
