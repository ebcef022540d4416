"""Vectors that come with the package, so that a first index needs seconds and no minute.

    python -m index.shipped

writes one file a topic of the built-in corpus, and one for the concepts, beside this module.  A
vector is found by its text and its embedder: where either has changed since, it is computed as any
other, and writing again brings the files up to date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from index.embed import SentenceEmbeddings

FOLDER = Path(__file__).parent / "vectors"
CONCEPTS = "concepts"
UNSORTED = "other"


class ShippedVectors:
    """Vectors by text, for one embedder.

    Attributes:
        keys: uint64, ascending: what `key` makes of the texts.
        vectors: float16 of shape (len(keys), dimension).
    """

    def __init__(self, keys: npt.NDArray[np.uint64], vectors: npt.NDArray[np.float16]) -> None:
        self.keys = keys
        self.vectors = vectors

    @classmethod
    def load(cls, embedder: SentenceEmbeddings, folder: Path = FOLDER) -> ShippedVectors:
        """All that `folder` has for `embedder`; an unreadable file counts as not there."""
        import numpy as np

        keys = [np.empty(0, dtype=np.uint64)]
        vectors = [np.empty((0, embedder.dimension), dtype=np.float16)]
        for path in sorted(folder.glob("*.npz")):
            try:
                with np.load(path, allow_pickle=False) as held:
                    if str(held["embedder"]) == embedder.identity:
                        keys.append(held["keys"])
                        vectors.append(held["vectors"])
            except (OSError, ValueError, KeyError):
                continue
        every = np.concatenate(keys)
        ascending, first = np.unique(every, return_index=True)
        return cls(ascending, np.concatenate(vectors)[first])

    def find(self, texts: Sequence[str]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float32]]:
        """Which of `texts` are here, and their vectors; the rows of the others are zero."""
        import numpy as np

        found = np.zeros((len(texts), self.vectors.shape[1]), dtype=np.float32)
        wanted = np.array([key(text) for text in texts], dtype=np.uint64)
        at = np.searchsorted(self.keys, wanted)
        known = np.zeros(len(texts), dtype=np.bool_)
        inside = at < len(self.keys)
        known[inside] = self.keys[at[inside]] == wanted[inside]
        found[known] = self.vectors[at[known]]
        return known, found


def key(text: str) -> int:
    """The first eight bytes of a text's SHA-256."""
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def encode(
    texts: Sequence[str],
    embedder: SentenceEmbeddings,
    shipped: ShippedVectors | None = None,
) -> npt.NDArray[np.float32]:
    """Vectors of `texts`, shipped where there are: float32 of shape (texts, dimension)."""
    shipped = shipped or ShippedVectors.load(embedder)
    known, vectors = shipped.find(texts)
    if not known.all():
        missing = [text for text, there in zip(texts, known, strict=True) if not there]
        vectors[~known] = embedder.encode(missing)
    return vectors


def write(
    texts: Mapping[str, Sequence[str]], embedder: SentenceEmbeddings, folder: Path = FOLDER
) -> list[Path]:
    """Writes one file a name with the vectors of its texts, and removes files of other names.

    What the folder holds already is not computed again; a file that would not change is left alone.

    Returns:
        The files that were written.
    """
    import numpy as np

    folder.mkdir(parents=True, exist_ok=True)
    shipped = ShippedVectors.load(embedder, folder)
    written = []
    for name, held in texts.items():
        path = folder / f"{name}.npz"
        by_key = {key(text): text for text in held}
        ordered = sorted(by_key)
        keys = np.array(ordered, dtype=np.uint64)
        if path.exists():
            with np.load(path, allow_pickle=False) as old:
                same = str(old["embedder"]) == embedder.identity
                if same and np.array_equal(old["keys"], keys):
                    continue
        vectors = encode([by_key[k] for k in ordered], embedder, shipped).astype(np.float16)
        np.savez_compressed(path, embedder=embedder.identity, keys=keys, vectors=vectors)
        written.append(path)
    for path in folder.glob("*.npz"):
        if path.stem not in texts:
            path.unlink()
    return written


def corpus_texts() -> dict[str, list[str]]:
    """What a build embeds of the built-in corpus by topic, and of the concepts."""
    from corpus.library import builtin_paths, combine, parse
    from corpus.read import read_document
    from index.build import chunk_library
    from index.chunk import Chunking
    from index.concepts import concept_texts
    from index.knowledge import concepts

    library = combine([parse(read_document(path)) for path in builtin_paths()], [])
    chunks, texts = chunk_library(library, Chunking())
    topics = {entry.id: entry.topic or UNSORTED for entry in library.entries}
    sorted_texts: dict[str, list[str]] = {CONCEPTS: concept_texts(concepts())}
    for chunk, text in zip(chunks, texts, strict=True):
        sorted_texts.setdefault(topics[chunk.entry_id], []).append(text)
    return sorted_texts


def main() -> None:
    """Write what is missing or stale."""
    from index.embed import load_embedder

    for path in write(corpus_texts(), load_embedder()):
        print(f"wrote {path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
