"""Torchproof's own search as a system under test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer.contextualise import understand_many
from eval.datasets import Query
from eval.systems import Ranking, Run, Scored, first_of_each

if TYPE_CHECKING:
    from index.embed import SentenceEmbeddings
    from index.search import Searcher
    from index.types import SearchResult


class ProductSearch:
    """What `torchproof search -` finds: the turn made self-contained, then the index's own search.

    A hit is named by its document and number, as the JSON of `search` names it, and renamed to the
    group of entries that the labels know under that name.
    """

    def __init__(
        self,
        searcher: Searcher,
        group_of: Mapping[tuple[str, int], str],
        size: int | None = None,
    ) -> None:
        self.name = "torchproof"
        self.searcher = searcher
        self.size = size
        self._group_of = {f"{name}#{number}": group for (name, number), group in group_of.items()}

    def rank(self, queries: Sequence[Query], k: int) -> Run:
        """The `k` first groups for each query."""
        standing = understand_many(
            [(query.text, query.history) for query in queries], self.searcher.stand_alone
        )
        # Twice k, because twins that the index did not recognise collapse here.
        results = self.searcher.search_many(standing, 2 * k)
        return {
            query.id: self._ranking(result, k)
            for query, result in zip(queries, results, strict=True)
        }

    def _ranking(self, result: SearchResult, k: int) -> Ranking:
        hits = (Scored(self._label(hit.chunk.entry_id), hit.score) for hit in result.hits)
        return Ranking(
            first_of_each(hits, self._group_of)[:k], result.confidence, result.answerable
        )

    def _label(self, entry_id: str) -> str:
        entry = self.searcher.entries[entry_id]
        document = self.searcher.documents[entry.document_id]
        return f"{Path(document.path).name}#{entry.number}"


def open_product(
    files: Sequence[Path],
    folder: Path,
    group_of: Mapping[tuple[str, int], str],
    embedder: SentenceEmbeddings,
) -> ProductSearch:
    """Builds the index of `files` alone in `folder`, as `torchproof index --only` does.

    Raises:
        InputError: nothing in `files` can be read.
    """
    from index.build import Request, build
    from index.search import Searcher

    build(folder, Request(tuple(map(str, files)), only=True, device=embedder.device))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return ProductSearch(Searcher.open(folder, embedder), group_of, size)
