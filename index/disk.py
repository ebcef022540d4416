"""The index folder: one generation of files, and the manifest that makes it valid.

    <folder>/manifest.json          which generation counts; replaced atomically, last of all
    <folder>/<generation>/          library.json · chunks.json · vectors.faiss · lexical/
                                    concepts.json · concepts.npy · fusion.json
    <folder>/.lock                  held while an index is built

A build that is cut off leaves the old generation in force.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from corpus.errors import EnvironmentFault, InputError
from corpus.types import Library
from index.concepts import ConceptSpace, concept_texts
from index.fusion import Fusion, shipped_fusion
from index.knowledge import Concept
from index.lexical import LexicalIndex
from index.store import FaissStore
from index.types import Chunk, IndexManifest

SCHEMA_VERSION = 2
MANIFEST = "manifest.json"
REBUILD = "remove the folder, or build it anew elsewhere with `torchproof index --index DIR`"


@dataclass(frozen=True, slots=True)
class Stored:
    """An index as it lies on the disk.

    Row i of `vectors` is `chunks[i]`; row i of `lexical` is the i-th entry in order of first chunk.
    """

    manifest: IndexManifest
    library: Library
    chunks: tuple[Chunk, ...]
    vectors: FaissStore
    lexical: LexicalIndex
    concepts: ConceptSpace
    fusion: Fusion


@lru_cache(maxsize=8)
def _adapter(of: Any) -> Any:  # noqa: ANN401
    from pydantic import TypeAdapter

    return TypeAdapter(of)


def read_manifest(folder: Path) -> IndexManifest | None:
    """The manifest of the index in `folder`; None where there is no index.

    Raises:
        InputError: there is a manifest, and it cannot be used.
    """
    path = folder / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError("the index cannot be read", where=str(path), hint=REBUILD) from fault
    try:
        raw = json.loads(text)
        version = raw["schema_version"]
        if version == SCHEMA_VERSION:
            manifest: IndexManifest = _adapter(IndexManifest).validate_python(raw)
            return manifest
    except (ValueError, KeyError, TypeError) as fault:
        raise InputError(
            "the index's manifest is damaged", where=str(path), hint=REBUILD
        ) from fault
    raise InputError(
        f"the index has format {version}, this version reads format {SCHEMA_VERSION}",
        where=str(path),
        hint=REBUILD,
    )


def load(folder: Path) -> Stored | None:
    """The index in `folder`; None where there is none.

    Raises:
        InputError: the folder holds a damaged index; the message says what to do.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        return None
    files = folder / manifest.generation
    try:
        library = _adapter(Library).validate_json((files / "library.json").read_bytes())
        chunks = _adapter(tuple[Chunk, ...]).validate_json((files / "chunks.json").read_bytes())
        vectors = FaissStore.load(files / "vectors.faiss")
        if vectors.size != len(chunks):
            raise ValueError(f"{vectors.size} vectors for {len(chunks)} chunks")
        lexical = LexicalIndex.load(files / "lexical", len({c.entry_id for c in chunks}))
        concepts = _load_concepts(files)
        fusion = _load_fusion(files)
    except (OSError, ValueError, RuntimeError, KeyError, EOFError, BadZipFile) as fault:
        raise InputError(
            f"the index is damaged ({type(fault).__name__})", where=str(folder), hint=REBUILD
        ) from fault
    return Stored(manifest, library, chunks, vectors, lexical, concepts, fusion)


def _save_concepts(files: Path, space: ConceptSpace) -> None:
    import numpy as np

    (files / "concepts.json").write_bytes(_adapter(tuple[Concept, ...]).dump_json(space.concepts))
    np.save(files / "concepts.npy", space.vectors, allow_pickle=False)


def _load_concepts(files: Path) -> ConceptSpace:
    import numpy as np

    held = _adapter(tuple[Concept, ...]).validate_json((files / "concepts.json").read_bytes())
    vectors = np.load(files / "concepts.npy", allow_pickle=False)
    if len(vectors) != len(concept_texts(held)):
        raise ValueError(f"{len(vectors)} vectors for the texts of {len(held)} concepts")
    return ConceptSpace(held, vectors)


def _load_fusion(files: Path) -> Fusion:
    """As it was stored; for one of an earlier version, which weighed other things, what ships."""
    raw = json.loads((files / "fusion.json").read_bytes())
    if isinstance(raw, dict) and {field.name for field in fields(Fusion)} - raw.keys():
        return shipped_fusion()
    fusion: Fusion = _adapter(Fusion).validate_python(raw)
    return fusion


def new_generation() -> str:
    """A folder name that no earlier build has used."""
    return f"gen-{uuid.uuid4().hex[:12]}"


def save(folder: Path, stored: Stored) -> None:
    """Writes `stored` beside what is there, then lets the manifest point at it.

    Raises:
        EnvironmentFault: the folder cannot be written to.
    """
    files = folder / stored.manifest.generation
    try:
        files.mkdir(parents=True)
        (files / "library.json").write_bytes(_adapter(Library).dump_json(stored.library))
        (files / "chunks.json").write_bytes(_adapter(tuple[Chunk, ...]).dump_json(stored.chunks))
        stored.vectors.save(files / "vectors.faiss")
        (files / "lexical").mkdir()
        stored.lexical.save(files / "lexical")
        _save_concepts(files, stored.concepts)
        (files / "fusion.json").write_bytes(_adapter(Fusion).dump_json(stored.fusion))
        fresh = folder / f".{MANIFEST}.{os.getpid()}"
        fresh.write_text(json.dumps(asdict(stored.manifest), indent=1), encoding="utf-8")
        fresh.replace(folder / MANIFEST)
    except (OSError, RuntimeError) as fault:
        shutil.rmtree(files, ignore_errors=True)
        raise unwritable(folder, fault) from fault
    for old in folder.glob("gen-*"):
        if old.name != stored.manifest.generation:
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keeps a second build out of `folder` while one runs.

    Raises:
        EnvironmentFault: another build holds it, or the folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=0)
        lock.acquire()
    except Timeout as fault:
        raise EnvironmentFault(
            "another torchproof is building this index",
            where=str(folder),
            hint="wait for it to end, or choose another folder with --index",
        ) from fault
    except OSError as fault:
        raise unwritable(folder, fault) from fault
    try:
        yield
    finally:
        lock.release()


def unwritable(folder: Path, fault: Exception) -> EnvironmentFault:
    """The error for a folder that cannot be written to."""
    reason = getattr(fault, "strerror", None) or type(fault).__name__
    return EnvironmentFault(
        f"the index cannot be written ({reason})",
        where=str(folder),
        hint="choose a folder you may write to with --index DIR or TORCHPROOF_HOME",
    )
