"""Signs of whether what was found answers a query, or lies beyond the documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from index.lexical import tokenize

if TYPE_CHECKING:
    from index.lexical import LexicalIndex

OTHER_TOOLS = frozenset(
    """
    airflow angular apex azure bedrock botorch caffe captum catboost chainer comfyui coreml cudf
    cupy cv2 dask databricks deepspeed detectron detectron2 dgl django docker dvc elasticsearch
    excel fastai fastapi flask flax gensim ggml gguf github gpytorch hadoop haiku huggingface
    hydra ignite java javascript jax julia jupyter kaggle keras kubeflow kubernetes langchain
    lightgbm lightning llamaindex matlab matplotlib megatron mlflow mlx mxnet nltk numba ollama
    onnxruntime openai opencv openvino optax optuna paddle paddlepaddle pandas peft pillow
    plotly polars postgres pyro pyspark rails ray rllib rust sagemaker scikit seaborn skimage
    sklearn spacy spark sql statsmodels streamlit swift tensorboard tensorflow tensorrt tf
    tflite theano timm tinygrad torchaudio torchrec torchserve torchtext torchvision triton vllm
    wandb weka xgboost
    """.split()
)
"""Libraries that a question may really be about; none is a sign where an answer speaks of it."""

RIVALS = frozenset(
    """
    caffe chainer cntk flax haiku jax jnp keras mlx mxnet paddle paddlepaddle scikit sklearn
    tensorflow tf tflite theano tinygrad
    """.split()
)
"""Frameworks that do what PyTorch does: a question about one alone is not about PyTorch."""

_COMPARES = re.compile(
    r"""
    \b(?:py)?torch\b | \bvs?\b | \bversus\b | \bthan\b | \bcompar | \bdiffer | \bswitch | \bmigrat
    | \bport(?:ing)?\b | \bequivalent | \bcoming\ from\b | \binstead\b | \bonnx\b | \bnn\.
    | \boptim\. | \bautograd\b
    """,
    re.IGNORECASE | re.VERBOSE,
)

_INJECTION = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override|bypass|overlook|skip)\b.{0,40}
        \b(?:instruction|rule|prompt|above|previous|prior|everything|all\b|restriction|guideline
           |context|documents?|sources?|pytorch|safety)
    | \bsystem\s*(?:prompt|message)\b | \bsystem\s*: | \[/?(?:inst|system)\] | <\|?/?(?:system|im_)
    | \b(?:reveal|print|show|repeat|output|leak|tell\ me|give\ me|what\ (?:is|are))\b.{0,30}
        \b(?:your|the|initial|hidden|secret)\b.{0,20}
        \b(?:prompt|instructions|api\ ?keys?|passwords?|secrets?|credentials|token\ value|env
           |environment\ variables)\b
    | \b(?:reveal|print|show|repeat|output|leak|tell\ me|what)\b.{0,30}
        \b(?:your\ context|(?:text|words|messages?)\ above|before\ this\ (?:message|conversation))
    | \bapi[ _-]?keys?\b | \bpasswords?\b | \bcredentials\b | \bjailbreak | \bdan\ mode\b
    | \byou\ are\ (?:now|no\ longer|dan)\b | \bfrom\ now\ on\b | \bact\ as\b | \bpretend\b
    | \b(?:invent|make\ up|fake)\b.{0,20}\b(?:answers?|citations?|sources?)\b
    | \brole[- ]?play | \bdeveloper\ mode\b | \bnew\ instructions?\b | \bunrestricted\b
    | \b(?:write|compose|tell|sing|make\ up)\b.{0,25}
        \b(?:poems?|songs?|jokes?|story|stories|haiku|limerick|essay|email|letter)\b
    | \brm\ -rf\b | /etc/passwd | \bexfiltrat | \bsudo\b | \bos\.environ\b
    | \b(?:ignor|vergiss|olvid|oubli|esquec|dimentic)\w*\b.{0,40}
        \b(?:anweisung|instruc|istruz|regel|regla|regra|consigne|prompt)
    | 忽略.{0,10}(?:指令|指示|提示) | 系统提示 | 系統提示 | システムプロンプト | 指示を無視
    | игнориру\w+.{0,30}инструкц | системн\w+\ (?:промпт|подсказк)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_PARTS = re.compile(r"_(?=\w)|[a-z0-9](?=[A-Z])")


def injection(query: str) -> bool:
    """Whether a query tries to turn the assistant rather than to ask it something."""
    return bool(_INJECTION.search(query))


def other_tools(query: str) -> frozenset[str]:
    """Libraries beside PyTorch that a query names."""
    return OTHER_TOOLS.intersection(re.findall(r"[a-z][a-z0-9]+", query.lower()))


def rival(query: str) -> bool:
    """Whether a query is about another framework alone, and compares it with nothing."""
    named = RIVALS.intersection(re.findall(r"[a-z]+", query.lower()))
    return bool(named) and not _COMPARES.search(query)


def torch_names(query: str) -> list[str]:
    """Names of PyTorch's interface in a query that could be nothing else.

    Ordinary words are interface names too (`stack`, `load`); only names of several parts
    (`pack_padded_sequence`, `ConvTranspose2d`) or behind `torch.` count.
    """
    known = _interface()
    found = []
    for match in _NAME.finditer(query):
        path = match.group().split(".")
        last = path[-1]
        distinct = bool(_PARTS.search(last)) or (len(path) > 1 and path[0] in ("torch", "nn"))
        if distinct and last in known:
            found.append(last)
    return found


@lru_cache(maxsize=1)
def _interface() -> frozenset[str]:
    """Every public name of the torch modules that `import torch` brings along."""
    import sys

    import torch

    names: set[str] = {name for name in dir(torch.Tensor) if not name.startswith("_")}
    for name, module in list(sys.modules.items()):
        if name == "torch" or (name.startswith("torch.") and "._" not in name):
            names.update(attribute for attribute in vars(module) if not attribute.startswith("_"))
            names.add(name.rpartition(".")[2])
    return frozenset(names)


def signs(
    query: str,
    tokens: Sequence[str],
    lexical: LexicalIndex,
    first: int,
    *,
    dense: float,
    near: float,
    weakest: float,
    lexical_score: float,
    margin: float,
    agreement: bool,
    home: float,
    abroad: float,
    treats: float,
    wordings: str,
    worded: bool,
) -> dict[str, float]:
    """Everything that the confidence is made of, by name.

    Args:
        query: as it was searched for.
        tokens: its terms.
        lexical: over the entries.
        first: row of the entry that ranks first.
        dense: cosine of the first entry.
        near: the same word by word.
        weakest: the same of the word for which the first entry has least.
        lexical_score: BM25 of the first entry.
        margin: by how much the first entry leads.
        agreement: whether cosine and BM25 put the same entry first.
        home: how much the query is about concepts that some entry treats.
        abroad: how much it is about concepts that none does.
        treats: how far the first entry treats what the query is about.
        wordings: what the first entry's question and other wordings say.
        worded: whether it brings other wordings along; without, what is asked lies further off.
    """
    rarity = {term: lexical.rarity(term) for term in set(tokens)}
    total = sum(rarity.values()) or 1.0
    covered = sum(value for term, value in rarity.items() if lexical.holds(first, term))
    unknown = sum(value for term, value in rarity.items() if term not in lexical.vocabulary)
    names = torch_names(query)
    absent = [name for name in names if lexical.vocabulary.keys().isdisjoint(tokenize(name)[-1:])]
    tools = {tokenize(tool)[0] for tool in other_tools(query)}
    strange = [tool for tool in tools if not lexical.holds(first, tool)]
    passing = tools and not tools.issubset(tokenize(wordings))
    return {
        "dense": dense,
        "near": near,
        "weakest": weakest,
        "lexical": lexical_score,
        "coverage": covered / total,
        "unknown": unknown / total,
        "margin": margin,
        "agreement": float(agreement),
        "home": home,
        "abroad": abroad,
        "treats": treats,
        "brevity": 1.0 / (1 + len(rarity)),
        "absent": len(absent) / len(names) if names else 0.0,
        "other_tools": float(bool(strange)),
        "in_passing": float(bool(passing)),
        "worded": float(worded),
        "rival": float(rival(query)),
        "injection": float(injection(query)),
    }
