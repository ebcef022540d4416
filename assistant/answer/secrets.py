"""Keys stay in the environment: whatever leaves here that could hold one is cleaned first."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from pydantic import SecretStr

HIDDEN = "[hidden]"

SHORTEST = 8
"""Characters of the shortest value that is taken for a secret; `none` and `1` are settings."""

_NAMES = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|_AUTH\b|MODEL_URL|BASE_URL", re.I)
_SHAPES = re.compile(
    r"\b(?:sk|pk|rk|hf|gsk|xai|ghp|lsv2)[-_][A-Za-z0-9*_-]{8,}|\bBearer\s+[\w.~+/-]{8,}=*"
    r"|(?<=://)[^\s/@]+:[^\s/@]+(?=@)|(?<=[?&]key=)[^&\s]+|(?<=api_key=)[^&\s]+",
)


def secrets_in(environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The values of the environment that look like secrets by their names, longest first.

    Args:
        environ: the environment; None: this process's own.
    """
    env = os.environ if environ is None else environ
    found: set[str] = set()
    for name, value in env.items():
        if not _NAMES.search(name):
            continue
        if "://" in value:
            parts = urlsplit(value)
            found |= {one for one in (parts.password, parts.query) if one}
        else:
            found.add(value.strip())
    return tuple(sorted((one for one in found if len(one) >= SHORTEST), key=len, reverse=True))


def redacted(text: str, secrets: Iterable[str] | None = None) -> str:
    """`text` without secrets: those of the environment, and what is shaped like one.

    Args:
        text: of a provider, about to be shown.
        secrets: the values to hide; None: those of this process's environment.
    """
    for secret in secrets_in() if secrets is None else secrets:
        text = text.replace(secret, HIDDEN)
    return _SHAPES.sub(HIDDEN, text)


def key_for(provider: str, environ: Mapping[str, str] | None = None) -> SecretStr | None:
    """The key that the environment has for a provider, in a wrapper that prints as stars.

    `TORCHPROOF_MODEL_KEY` comes before the provider's own variable, such as `OPENAI_API_KEY`.
    """
    env = os.environ if environ is None else environ
    names = ("TORCHPROOF_MODEL_KEY", f"{provider.upper()}_API_KEY")
    found = next((env[name] for name in names if env.get(name)), None)
    return SecretStr(found) if found else None
