"""Documents as read, kept from run to run: restoring a page costs more than looking it up."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple
from importlib import resources
from pathlib import Path

from assistant.verify.cache import ReportCache, sources_digest
from corpus.library import parse, read_library
from corpus.types import Document, Library, Reading


def read_kept(paths: Sequence[str | Path], store: Path) -> Library:
    """Reads files as `corpus.library.read_library` does; what was read before is looked up.

    A reading is good as long as the document and the sources that read it are the same.

    Args:
        paths: files, folders, patterns and archives.
        store: the SQLite file in which readings are kept, that of the verdicts.

    Raises:
        InputError: a path names nothing.
        EnvironmentFault: the store cannot be opened.
    """
    from pydantic import TypeAdapter, ValidationError

    form = TypeAdapter(Reading)
    cache = ReportCache(store, version=f"readers {sources_digest(resources.files('corpus'))}")

    def made(document: Document) -> Reading:
        key = hashlib.sha256(repr(astuple(document)).encode("utf-8", "surrogatepass")).hexdigest()
        kept = cache.reading(key)
        if kept is not None:
            try:
                return form.validate_json(kept)
            except ValidationError as error:
                cache.fault = f"a stored reading cannot be used ({type(error).__name__})"
        reading = parse(document)
        try:
            cache.put_reading(key, form.dump_json(reading).decode())
        except ValueError as error:  # a document with halves of surrogate pairs
            cache.fault = f"a reading cannot be stored ({type(error).__name__})"
        return reading

    try:
        return read_library(paths, made=made)
    finally:
        cache.close()
