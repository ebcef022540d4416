"""Units that stand behind a number, and what they multiply it by."""

from __future__ import annotations

import re

# Units, behind which the number is the whole claim.
UNIT = re.compile(
    r"\s*(?:[kKMGT]?i?B|[kKMGT]?[bB]ytes?|ms|[µun]s|s|secs?|seconds?|minutes?|GPUs?|cores?|threads?"
    r"|devices?"
    r"|[GT]?FLOPs?)(?:\s+on\s.*|(?:\s+(?:per|each|an?)(?:\s+[a-z]+)?)?\s*(?:$|[,;—–(]))"
)
# What multiplies a number: "1.06 M multiply-adds", "16 kB", "3 million parameters".
SCALED = re.compile(
    r"\s*(?:(?P<unit>%|[kKMGT](?=i?B\b|\b|bytes\b))(?:i?B|bytes)?|(?P<word>thousand|million|billion"
    r"|bn|percent))(?!\w)"
    r"(?:\s+in\s+(?:b?float\d+|fp\d+|bf16|half|single|double|full|total|all)(?:\s+precision)?)?"
    r"(?:\s+(?!(?:in|on|at|of|for|per|or|and|to|with|by|needed|required|accurate|faster|slower|more"
    r"|less|fewer)\b)[a-z-]+){0,3}\s*(?:$|[,;—–(.])"
)
# What measures time, or counts what a machine has: never what the code beside it computes.
OF_MACHINES = re.compile(
    r"\s*[-+~≈]?\d[\d.,]*\s*(?:ms|[µun]s|s|secs?|seconds?|min(?:ute)?s?|hours?|h|days?|GPUs?|cores?"
    r"|threads?|devices?|points?|marks?|stars?)\b"
)
BYTES = re.compile(r"\s*[-+~≈]?\d[\d.,]*\s*(?:[kKMGT]?i?B|[kKMGT]?[bB]ytes?)\b")
SHARE = re.compile(r"\s*[-+~≈]?\d[\d.,]*\s*(?:%|percent\b)")
SCALES: dict[str, tuple[float, ...]] = {
    "k": (1.0, 1e3, 2.0**10), "m": (1.0, 1e6, 2.0**20), "g": (1.0, 1e9, 2.0**30),
    "t": (1.0, 1e12, 2.0**40), "thousand": (1e3,), "million": (1e6,), "billion": (1e9,),
    "bn": (1e9,), "%": (1.0, 0.01), "percent": (1.0, 0.01),
}  # fmt: skip
