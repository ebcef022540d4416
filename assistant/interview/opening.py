"""What interviews need of a runtime: everything that can be asked, and who judges the answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from langchain_core.language_models import BaseChatModel

    from assistant.interview.bank import Bank
    from assistant.interview.examiner import Examiner, Grader
    from assistant.runtime import Runtime
    from corpus.types import Reading
    from index.embed import SentenceEmbeddings, TokenVectors


def make_bank(runtime: Runtime) -> Bank:
    """Everything that can be asked: what is in the index, and what comes with the package."""
    from assistant.interview.bank import Bank
    from corpus.exercises import read_tasks
    from corpus.predictions import read_predictions
    from index.disk import load

    stored = load(runtime.settings.index)
    entries = stored.library.entries if stored else ()
    return Bank(entries, read_tasks(), read_predictions())


def _readings(runtime: Runtime) -> tuple[Reading, ...]:
    from index.disk import load

    stored = load(runtime.settings.index)
    return stored.library.readings if stored else ()


def make_examiner(runtime: Runtime, bank: Bank | None = None) -> Examiner:
    """Judges answers: what runs in the runtime's sandbox, what is explained by the rubrics.

    Nothing is loaded before it is needed.

    Args:
        runtime: gives sandbox, verifier, index and, where one is configured, the chat model.
        bank: what is asked; None reads it from the index when a first answer is to be graded.
    """
    from assistant.interview.bank import rubric_of
    from assistant.interview.examiner import Examiner
    from assistant.interview.executed import Execution
    from assistant.interview.grading import RubricGrader, shipped_weights

    def rubrics() -> list[str]:
        entries = (bank or make_bank(runtime)).entries
        return [point.text for entry in entries for point in rubric_of(entry)]

    execution = Execution(
        runtime.sandbox,
        lambda: runtime.verifier,
        lambda: _readings(runtime),
    )
    rules = RubricGrader(_LateEncoder(), rubrics)
    return Examiner(runtime.sandbox, _asked(runtime, rules), execution, shipped_weights().costs)


def _asked(runtime: Runtime, rules: Grader) -> Grader:
    """The chat model beside the rules, where one is configured."""
    from functools import cache

    from assistant.interview.grading import ChatGrader, shipped_weights

    settings = runtime.model
    if settings is None:
        return rules

    @cache
    def model() -> BaseChatModel:
        from assistant.answer.models import open_model

        return open_model(settings)

    return ChatGrader(model, settings.name, rules, shipped_weights().costs)


class _LateEncoder:
    """The embedder that the grader was fitted with, loaded when something is to be read."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """float32 of shape (texts, dimension), rows of length one."""
        return self._embedder.encode(texts)

    def encode_tokens(
        self, texts: Sequence[str]
    ) -> tuple[npt.NDArray[np.float32], list[TokenVectors]]:
        """Those and the vectors of each text's tokens."""
        return self._embedder.encode_tokens(texts)

    @cached_property
    def _embedder(self) -> SentenceEmbeddings:
        from index.embed import load_embedder

        return load_embedder()


def known_topics(bank: Bank, topics: tuple[str, ...]) -> None:
    """Refuses a topic of which nothing can be asked.

    Raises:
        InputError: names the topics that there are.
    """
    from corpus.errors import InputError

    unknown = [topic for topic in topics if topic not in bank.topics]
    if unknown:
        raise InputError(
            f"there is no topic {', '.join(unknown)}",
            where="--topic",
            hint=f"topics are {', '.join(bank.topics)}",
        )
