"""Torchproof in LangChain: a retriever, a vector store, and tools for agents.

    from langchain.agents import create_agent
    from assistant.ecosystem.langchain import tools

    agent = create_agent("ollama:llama3.2", tools())

Tracing is LangChain's own: LangSmith and OpenTelemetry record what happens here as soon as their
environment variables are set, and nothing is sent anywhere before that.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.tools import StructuredTool, ToolException
from langchain_core.vectorstores import VectorStore
from pydantic import BaseModel, ConfigDict, Field

from assistant.api import Torchproof
from assistant.ecosystem import tools as texts
from assistant.results import Found
from corpus.errors import InputError, TorchproofError
from index.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.embed import SentenceEmbeddings
    from index.retriever import TorchproofRetriever

_ID = re.compile(r"[\w-][\w.-]{0,150}")

__all__ = ["TorchproofStore", "retriever", "tools"]


class SearchArgs(BaseModel):
    """What `search` takes."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(description="A question or key words; an error message works as well.")
    k: int = Field(5, ge=1, le=texts.MAX_HITS, description="How many entries at most.")


class VerifyArgs(BaseModel):
    """What `verify_snippet` takes."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(description="Python source with its claims as comments; import what it uses.")


def tools(torchproof: Torchproof | None = None) -> list[StructuredTool]:
    """`search` and `verify_snippet` for `langchain.agents.create_agent` and its like.

    A fault of the caller's comes back to the model as the tool's error message.

    Args:
        torchproof: what is searched and runs the code; None: over the user's own index.
    """
    held = torchproof or Torchproof()

    def search(query: str, k: int = 5) -> str:
        return _or_tool_error(lambda: texts.search(held, query, k))

    def verify_snippet(code: str) -> str:
        return _or_tool_error(lambda: texts.verify_snippet(held, code))

    return [
        StructuredTool.from_function(
            search,
            name="search",
            description=texts.SEARCH,
            args_schema=SearchArgs,
            handle_tool_error=True,
        ),
        StructuredTool.from_function(
            verify_snippet,
            name="verify_snippet",
            description=texts.VERIFY,
            args_schema=VerifyArgs,
            handle_tool_error=True,
        ),
    ]


def retriever(
    torchproof: Torchproof | None = None, k: int = 10, filters: Filters | None = None
) -> TorchproofRetriever:
    """A LangChain retriever over the index; each document's metadata says where it stands.

    Args:
        torchproof: whose index; None: the user's own.
        k: entries a query.
        filters: which entries may be found; None: all.
    """
    from index.retriever import TorchproofRetriever

    searcher = (torchproof or Torchproof()).searcher
    return TorchproofRetriever(searcher=searcher, k=k, filters=filters or Filters())


class TorchproofStore(VectorStore):
    """Our index as a LangChain vector store.

    Texts are read, split into entries and embedded as `torchproof index` does it: what comes back
    are entries' passages, one an entry, and a long text may give several.  Scores are those of the
    fused ranking (dense, lexical, conceptual): higher is better, and they compare within one search
    only.

    Not supported, because entries are ranked by more than a vector: search by a vector, maximal
    marginal relevance, scores between 0 and 1 (each raises `NotImplementedError`), and embeddings
    of another kind than the index's own (`InputError`).

    Args:
        folder: where texts, metadata and index are kept; None: a temporary one, gone with the
            store.
        builtin: whether the built-in corpus is searched as well.
        device: where texts are embedded: `auto`, `cpu` or `cuda`.
    """

    def __init__(
        self, folder: str | Path | None = None, *, builtin: bool = False, device: str = "auto"
    ) -> None:
        if folder is None:
            folder = tempfile.mkdtemp(prefix="torchproof-")
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._texts = Path(folder).expanduser().absolute() / "texts"
        self._metadata = self._texts.with_name("metadata")
        self._builtin, self._device = builtin, device
        self._torchproof = Torchproof(self._texts.with_name("index"), device=device, run=False)

    @property
    def embeddings(self) -> SentenceEmbeddings:
        """The index's own model, whether or not anything is indexed yet."""
        if self._empty:
            from index.embed import load_embedder

            return load_embedder(device=self._device)
        return self._torchproof.searcher.embedder

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,  # noqa: ANN401, ARG002 - LangChain's signature
    ) -> list[str]:
        """Adds Markdown texts, or replaces those of the same ids; returns the ids.

        Raises:
            InputError: an id cannot name a file, metadata is no JSON, or there are not as many ids
                or metadata as texts.
        """
        held = list(texts)
        named = ids or [sha256(text.encode()).hexdigest()[:20] for text in held]
        told = metadatas or [{} for _ in held]
        if not len(held) == len(named) == len(told):
            raise InputError(
                f"{len(held)} texts, {len(named)} ids, {len(told)} metadata",
                hint="give one of each for every text",
            )
        paths = [self._path(one) for one in named]
        try:
            rows = [json.dumps(one) for one in told]
        except TypeError as fault:
            raise InputError(f"metadata is no JSON ({fault})", hint="use plain values") from fault
        for folder in (self._texts, self._metadata):
            folder.mkdir(parents=True, exist_ok=True)
        for path, text, row in zip(paths, held, rows, strict=True):
            path.write_text(text, encoding="utf-8")
            (self._metadata / f"{path.stem}.json").write_text(row, encoding="utf-8")
        if held:
            self._index()
        return named

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool:  # noqa: ANN401, ARG002
        """Takes out texts, or all of them; returns whether each was there."""
        gone = [path.stem for path in self._texts.glob("*.md")] if ids is None else ids
        there = [self._path(one).is_file() for one in gone]
        for one in gone:
            self._path(one).unlink(missing_ok=True)
            (self._metadata / f"{one}.json").unlink(missing_ok=True)
        if any(there) and not self._empty:
            self._index()
        return all(there)

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The texts of these ids as they were added; unknown ids are passed over."""
        return [
            Document(
                id=one, page_content=path.read_text(encoding="utf-8"), metadata=self._told(one)
            )
            for one in ids
            if (path := self._path(one)).is_file()
        ]

    def similarity_search(
        self,
        query: str,
        k: int = 4,
        filter: Filters | None = None,  # noqa: A002 - as other stores call it
        **kwargs: Any,  # noqa: ANN401
    ) -> list[Document]:
        """The `k` nearest passages."""
        return [one for one, _ in self.similarity_search_with_score(query, k, filter, **kwargs)]

    def similarity_search_with_score(
        self,
        query: str,
        k: int = 4,
        filter: Filters | None = None,  # noqa: A002
        **kwargs: Any,  # noqa: ANN401, ARG002
    ) -> list[tuple[Document, float]]:
        """The `k` nearest passages with their scores, higher being better."""
        if self._empty:
            return []
        found = self._torchproof.search(query, k, filters=filter)
        return [(self._document(hit), hit.score) for hit in found]

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings | None = None,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        folder: str | Path | None = None,
        builtin: bool = False,
        device: str = "auto",
        **kwargs: Any,  # noqa: ANN401, ARG003
    ) -> Self:
        """A store that holds `texts`.

        Args:
            texts: as for `add_texts`.
            embedding: None, or the index's own model: texts are embedded by nothing else.
            metadatas: as for `add_texts`.
            ids: as for `add_texts`.
            folder: as for the class, like all that follows.
            builtin: whether the built-in corpus is searched as well.
            device: where texts are embedded.
            **kwargs: not used.

        Raises:
            InputError: `embedding` is of another kind.
        """
        from index.embed import DEFAULT_EMBEDDER

        if embedding is not None and getattr(embedding, "name", "") != DEFAULT_EMBEDDER:
            raise InputError(
                f"texts cannot be embedded by {type(embedding).__name__}",
                where="embedding",
                hint="leave it out: the index uses its own model",
            )
        store = cls(folder, builtin=builtin, device=device)
        store.add_texts(texts, metadatas, ids=ids)
        return store

    @property
    def _empty(self) -> bool:
        return not self._builtin and not any(self._texts.glob("*.md"))

    def _index(self) -> None:
        from index.build import Request, build

        folder = self._torchproof.runtime.settings.index
        paths = (str(self._texts),) if any(self._texts.glob("*.md")) else ()
        build(folder, Request(paths, only=not self._builtin, device=self._device))
        self._torchproof.runtime.reload()

    def _path(self, name: str) -> Path:
        """The file that holds a text.

        Raises:
            InputError: `name` cannot be part of a file's name.
        """
        if not _ID.fullmatch(name):
            raise InputError(
                f"the id {name!r} cannot name a file",
                hint="use letters, digits, hyphens, underscores and dots",
            )
        return self._texts / f"{name}.md"

    def _told(self, name: str) -> dict[str, Any]:
        path = self._metadata / f"{name}.json"
        told: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        return told

    def _document(self, hit: Found) -> Document:
        path = Path(hit.path)
        own = path.parent == self._texts
        return Document(
            id=path.stem if own else hit.entry,
            page_content=hit.text,
            metadata={
                **(self._told(path.stem) if own else {}),
                "source": hit.path,
                "entry": hit.entry,
                "question": hit.question,
                "start": hit.start,
                "end": hit.end,
            },
        )


def _or_tool_error(call: Callable[[], str]) -> str:
    try:
        return call()
    except TorchproofError as fault:
        raise ToolException(str(fault)) from fault
