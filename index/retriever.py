"""The index as a LangChain retriever, to be used in anybody's chain."""

from __future__ import annotations

from pathlib import Path

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.filters import Filters
from index.search import Searcher


class TorchproofRetriever(BaseRetriever):
    """Finds entries; a document's metadata says where its passage stands in the original file."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    searcher: Searcher
    k: int = 10
    filters: Filters = Filters()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002
    ) -> list[LangChainDocument]:
        documents = []
        for hit in self.searcher.search(query, self.k, self.filters).hits:
            passage = self.searcher.passage(hit)
            entry = self.searcher.entries[passage.entry_id]
            source = self.searcher.documents[entry.document_id]
            documents.append(
                LangChainDocument(
                    id=passage.id,
                    page_content=passage.text,
                    metadata={
                        "source": source.path,
                        "document": Path(source.path).name,
                        "entry": entry.id,
                        "number": entry.number,
                        "question": entry.question,
                        "start": passage.span.start,
                        "end": passage.span.end,
                        "score": hit.score,
                    },
                )
            )
        return documents
