"""Turns that name all they speak of: “gradient clipping?”, an error message, a choice."""

from __future__ import annotations

import re
from functools import lru_cache

from index.knowledge import concepts, glossary
from index.lexical import SYNONYMS, tokenize

_NAME = re.compile(r"[a-z]+\.[\w.]+|[a-z]+_\w+|[A-Z][a-z]+[A-Z]\w*", re.ASCII)
"""A name of code: `optim.Adam`, `zero_grad`, `DataLoader`."""
_GENERAL = frozenset(
    """
    accumulate activ advantages array assistant attributes backward basic basics batch bias
    binary bridge build built career check checkpoint choose class classic code compare
    complexity computation constructor contain container containers convert copy create cross
    cumulative custom data debug deprecated detail device difference different dimension domain
    dynamic else epoch error eval evaluate everyday explode extensions faster fix forward
    function general generate generation grad gradient group groups hardware hello how hub image
    in index infrastructure init input interpret interrupted iteration label layer learn
    learnable libraries load loop loss made mask mean meaning memory method metric mix model
    move needs network no none normal number numpy operation operations output param parameters
    paste place precision purpose pytorch rate recommend recommendation regression role rolling
    same save score search self sequence sequences shape shop shopping shuffle size slow small
    speed splitting state static statistics step steps stop supervised talk target tensor test
    the theory tools torch train training turn turning update use validation value vanish
    variable vs weight weights what write wrong zero
    """.split()
)
"""Words that name a part or a quality of whatever is spoken of."""
_NAMED = tuple(
    name.strip()
    for name in """
    batch norm; batchnorm; layer norm; layernorm; early stopping; data augmentation;
    transformer; cnn; embedding; residual connection; skip connection; softmax; warmup; learning
    rate warmup; gradient checkpointing; lora; onnx; tensorboard; pin_memory; collate_fn; custom
    dataset; weight init; learning rate; momentum; fine tuning; transfer learning; data
    parallel; pretrained model; data loader; data pipeline; model parallel; knowledge
    distillation; pruning; attention; self attention; cross attention; flash attention; kv
    cache; positional encoding; rope; beam search; greedy decoding; nucleus sampling;
    perplexity; speculative decoding; teacher forcing; seq2seq; rnn; lstm; gru; encoder decoder;
    vit; bert; gpt; resnet; unet; gan; vae; autoencoder; diffusion; ddpm; mixture of experts;
    qlora; dpo; ppo; rlhf; dqn; focal loss; dice loss; huber loss; huber; mse; triplet loss;
    contrastive loss; hinge loss; kl divergence; cross entropy; bce; ctc loss; mixup; cutmix;
    curriculum learning; data leakage; class imbalance; cross validation; confusion matrix; roc
    auc; roc curve; f1 score; precision and recall; grid search; hyperparameter search; ema;
    swa; lbfgs; rmsprop; adagrad; lamb; lion; cosine schedule; onecycle; gradient penalty;
    spectral norm; weight norm; group norm; instance norm; rms norm; gelu; silu; swish; swiglu;
    leaky relu; elu; sigmoid; tanh; depthwise convolution; dilated convolution; transposed
    convolution; receptive field; max pooling; global average pooling; einsum; broadcasting;
    squeeze; unsqueeze; gather; scatter; masked fill; permute; transpose; reshape; repeat
    interleave; topk; argmax; vmap; jacobian; hessian; higher order gradients; double backward;
    autograd function; hooks; forward hook; backward hook; gradient hook; state_dict; buffers;
    register_buffer; parametrize; torchscript; torch fx; torch export; tensorrt; triton;
    safetensors; tf32; fp8; int8; bf16; fp16; cuda graphs; cuda streams; profiler; nccl;
    torchrun; tensor parallelism; pipeline parallelism; zero redundancy optimizer; deepspeed;
    elastic training; graph neural network; word2vec; bag of words; k nearest neighbours; k
    means; pca; catastrophic forgetting; domain adaptation; few shot learning; zero shot; active
    learning; weight tying; vanishing gradients; exploding gradients; dead neurons; dying relu;
    internal covariate shift
    """.split(";")
)
"""Subjects that the tables speak of in longer phrases only."""
_ERROR = re.compile(
    r"\b[A-Za-z]*(?:Error|Exception|Warning):\s*\S|\bexpected\b.{3,60}\b(?:but\s+)?(?:got|found)\b"
    r"|\bexpected all tensors\b|\b(?:size|shape) mismatch for\b|\bis out of (?:bounds|range)\b"
    r"|\bout of memory\b.*\d|\bshapes? cannot be multiplied\b|\btensors does not require grad\b"
    r"|\bdevice-side assert\b|\bbackward through the graph a second time\b"
    r"|\bonly for scalar outputs\b|\bmodified by an in-?place operation\b|\bno attribute '"
    r"|\bcuda out of memory\b(?!.*\?)",
    re.IGNORECASE,
)
"""The words of an error message, which say what happened by themselves."""
_NAMED_FIRST = re.compile(
    r"^\S+(?:\s\S+)?\s+(?:or|vs\.?|versus|and)\s+\S+(?:\s\S+)?[,:;–-]+\s*(?:so\s+)?which\b",
    re.IGNORECASE,
)
"""“A or B, which one …”: what is chosen from is named before."""
_BREAK = re.compile(
    r"\s*(?:[,:;–—?]|\s-\s)\s*"
    r"(?=(?:what|which|why|how|when|where|is|are|does|do|can|explain|good|useful|worth|yes)\b)"
)
"""“X, what is it good for”: what is asked about comes first."""
_WHY_AT_ALL = re.compile(
    r"^why\s+(?:use|have|do(?:\s+(?:we|i|you|people))?\s+(?:use|need))?\s*(?=\S)|\s+at all\W*$",
    re.IGNORECASE,
)
_WORDS = 3
"""Of a phrase that people ask with, so that it is a name and not a sentence."""
_JOINS = frozenset({"the", "a", "an", "some", "of", "in", "and"})
_SPOKEN = frozenset({"how", "what", "why", "my", "is", "i", "do", "to", "not", "it", "vs", "or"})


_BOTH_SIDES = re.compile(
    r"^[\w.-]+(?:\s[\w.-]+)?\s+(?:vs\.?|versus)\s+[\w.-]+(?:\s[\w.-]+)?\W*$", re.IGNORECASE
)
"""“A vs B”: both sides are named, and nothing else is said."""
_WHAT_ABOUT = re.compile(
    r"^(?:(?:and|so|but)\s+)?(?:(?:what|how)\s+about\s+)?(?P<named>[^,:;?]{2,40}?)\s*[,:;–—]\s*"
    r"(?:so\s+)?(?:what|why|how|when|where|is|are|does|do|can)\b"
    r".*\b(?:it|they|that one|those|them)\b",
    re.IGNORECASE,
)
"""“And what about X, how does that one …”: the pronoun stands for what is named before it."""


def is_subject(text: str) -> bool:
    """Whether `text` is the name of something that the concepts or the glossary know, no more."""
    words = re.findall(r"[\w.-]+", text)
    if len(words) > _WORDS + 1 or not words or words[0].lower() in ("in", "of", "and"):
        return False
    if not all(w.lower() in _JOINS or tokenize(w) for w in words):
        return False
    stems = _stems(text)
    return stems in _subjects() or (len(words) == 1 and bool(_NAME.fullmatch(words[0])))


def names_all(question: str, *, leads: bool) -> bool:
    """Whether a turn is a subject, an error message, or a choice from what it names itself."""
    about = _WHAT_ABOUT.match(question)
    if about and is_subject(about["named"]):
        return True
    why = _WHY_AT_ALL.sub("", question)
    if why != question and is_subject(why):
        return True
    if leads:
        return False
    before = _BREAK.split(question, maxsplit=1)[0]
    return is_subject(before) or any(
        sign.search(question) for sign in (_ERROR, _NAMED_FIRST, _BOTH_SIDES)
    )


def is_general(word: str) -> bool:
    """Whether a word names a part or a quality of anything, so that no pronoun stands for it."""
    return word.lower() in _GENERAL


@lru_cache(maxsize=1)
def _subjects() -> frozenset[frozenset[str]]:
    phrases = [*_NAMED, *glossary(), *SYNONYMS, *SYNONYMS.values()]
    for concept in concepts():
        phrases += [concept.name.replace("-", " "), *concept.name.split("-")]
        phrases += [text for text in concept.asked if _is_phrase(text)]
    return frozenset(
        stems for phrase in phrases if phrase not in _GENERAL and (stems := _stems(phrase))
    ) - {_stems(word) for word in _GENERAL}


def _is_phrase(text: str) -> bool:
    words = text.lower().split()
    return len(words) <= _WORDS and _SPOKEN.isdisjoint(words)


def _stems(text: str) -> frozenset[str]:
    kept = " ".join(word for word in text.split() if word.lower() not in _JOINS)
    stems = frozenset(tokenize(kept))
    return stems.difference(SYNONYMS) or stems
