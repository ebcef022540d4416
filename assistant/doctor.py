"""What works on this machine: each part tried, not read off a version number."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from assistant.settings import load_settings
from corpus.errors import TorchproofError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined.  `note` is worth knowing; `bad` keeps the product from working."""

    name: str
    state: Literal["ok", "note", "bad"]
    says: str
    mend: str = ""


def examine(index: Path | None = None) -> Iterator[Finding]:
    """Examines everything the product needs, in the order in which it needs it."""
    for examine_one in (_python, _torch, _packages, _embedder, _home, lambda: _index(index)):
        yield from _guarded(examine_one)
    yield from _guarded(_sandbox)
    yield from _guarded(_models)


def _guarded(examine_one: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from examine_one()
    except TorchproofError as fault:
        yield Finding(getattr(examine_one, "__name__", "").strip("_<>"), "bad", str(fault))


def _python() -> Iterator[Finding]:
    yield Finding("python", "ok", f"{platform.python_version()} on {platform.system()}")


def _torch() -> Iterator[Finding]:
    try:
        import torch
    except (ImportError, OSError) as fault:
        yield Finding("torch", "bad", f"cannot be imported ({fault})", "pip install 'torch>=2.6'")
        return
    yield Finding("torch", "ok", torch.__version__)
    if torch.cuda.is_available():
        yield Finding("gpu", "ok", torch.cuda.get_device_name(0))
    else:
        yield Finding("gpu", "note", "none that torch can use; the CPU does everything")


def _packages() -> Iterator[Finding]:
    names = ("sentence-transformers", "faiss-cpu", "bm25s", "gradio", "langchain")
    missing = []
    for name in names:
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Finding("packages", "bad", f"missing: {', '.join(missing)}", "pip install torchproof")
    else:
        yield Finding("packages", "ok", ", ".join(f"{n} {version(n)}" for n in names))


def _embedder() -> Iterator[Finding]:
    from index.embed import fast_bf16, load_embedder

    embedder = load_embedder()
    vector = embedder.encode(["ready"])
    kind = "bfloat16" if fast_bf16(embedder.device) else "float32"
    says = f"{embedder.name}, {vector.shape[1]} dimensions, {kind} on {embedder.device}"
    yield Finding("embedder", "ok", says)


def _home() -> Iterator[Finding]:
    home = load_settings().home
    place = next(p for p in (home, *home.parents) if p.exists())
    free = shutil.disk_usage(place).free / 2**30
    if os.access(place, os.W_OK):
        yield Finding("data", "ok", f"{home} ({free:.0f} GiB free)")
    else:
        yield Finding(
            "data", "bad", f"{home} cannot be written to", "set TORCHPROOF_HOME to another folder"
        )


def _index(folder: Path | None) -> Iterator[Finding]:
    from index.disk import load

    where = load_settings(folder).index
    stored = load(where)
    if stored is None:
        yield Finding(
            "index",
            "note",
            f"none yet at {where}",
            "made at the first question, or by `torchproof index`",
        )
        return
    manifest = stored.manifest
    entries = sum(document.entries for document in manifest.documents)
    yield Finding(
        "index",
        "ok",
        f"{entries} entries of {len(manifest.documents)} documents, {manifest.embedder}, {where}",
    )
    for document in manifest.documents:
        if not document.builtin:
            gone = "" if Path(document.path).exists() else " (the file is gone)"
            yield Finding("document", "note", f"{document.path}: {document.entries} entries{gone}")


def _sandbox() -> Iterator[Finding]:
    from assistant.runtime import Runtime

    with Runtime() as runtime:
        result = runtime.sandbox.run("import torch\nprint(torch.ones(2).sum().item())")
        facts = runtime.sandbox.describe()
    if result.status == "ok" and result.stdout == "2.0\n":
        yield Finding(
            "sandbox", "ok", f"tier {result.tier}; a snippet ran in {result.seconds:.2f} s"
        )
        device = facts.get("device", "cpu")
        if device == "cuda":
            says = "snippets may use the GPU, whose memory has no limit: see SECURITY.md"
            yield Finding("run device", "note", f"{device}: {says}")
        else:
            yield Finding("run device", "ok", device, *_how_to_use_a_gpu())
        for name in ("covers", "gaps"):
            if facts.get(name):
                yield Finding("sandbox", "note", f"{name}: {_listed(facts[name])}")
    else:
        yield Finding("sandbox", "bad", result.reason or result.status, "see SECURITY.md")


def _how_to_use_a_gpu() -> tuple[str, ...]:
    """What to set so that snippets find this machine's GPU; nothing where there is none."""
    from assistant.sandbox.accelerator import VARIABLE, find

    if find(Path("/dev"), os.environ) is None:
        return ()
    return (f"{VARIABLE}=cuda lets snippets use the GPU; read SECURITY.md first",)


def _listed(fact: object) -> str:
    return ", ".join(map(str, fact)) if isinstance(fact, (list, tuple)) else str(fact)


PROVIDERS = {
    "openai": "langchain-openai",
    "ollama": "langchain-ollama",
    "anthropic": "langchain-anthropic",
    "huggingface": "transformers",
}
"""The package that each provider of chat models needs."""


def _models() -> Iterator[Finding]:
    from assistant.answer.model_report import test_model

    installed = []
    for provider, package in PROVIDERS.items():
        try:
            version(package)
            installed.append(provider)
        except PackageNotFoundError:
            continue
    says = f"optional; installed providers: {', '.join(installed) or 'none'}"
    report = test_model()
    if report.state == "none":
        yield Finding("chat model", "note", f"none configured; {says}")
    else:
        yield Finding("chat model", report.state, f"{report.name}: {report.says}", report.mend)
        yield Finding("providers", "note", says)
