"""Units that stand behind a number, and what they multiply it by."""

from __future__ import annotations

import re

# Units, behind which the number is the whole claim.
UNIT = re.compile(
    r"\s*(?:[kKMGT]?i?B|[kKMGT]?bytes?|ms|[µun]s|s|secs?|seconds?|minutes?|GPUs?|cores?|threads?"
    r"|devices?"
    r"|[GT]?FLOPs?)(?:\s+on\s.*|\s*(?:$|[,;—–(]))"
)
# What multiplies a number: "1.06 M multiply-adds", "16 kB", "3 million parameters".
SCALED = re.compile(
    r"\s*(?:(?P<unit>%|[kKMGT](?=i?B\b|\b|bytes\b))(?:i?B|bytes)?|(?P<word>thousand|million|billion"
    r"|bn))(?!\w)"
    r"(?:\s+[a-z-]+){0,3}\s*(?:$|[,;—–(.])"
)
SCALES: dict[str, tuple[float, ...]] = {
    "k": (1.0, 1e3, 2.0**10), "m": (1.0, 1e6, 2.0**20), "g": (1.0, 1e9, 2.0**30),
    "t": (1.0, 1e12, 2.0**40), "thousand": (1e3,), "million": (1e6,), "billion": (1e9,),
    "bn": (1e9,), "%": (1.0, 0.01),
}  # fmt: skip
