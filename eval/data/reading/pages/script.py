"""Answers to questions about serving.

Q1: Why warm up?
----------------
First calls allocate memory and choose kernels, so that they are slow.

Q2: How do you trace a model?
-----------------------------
Call ``torch.jit.trace`` with an example input, as below. Branches that depend on data are frozen.
"""

import torch


def traced(model: torch.nn.Module, example: torch.Tensor) -> torch.jit.ScriptModule:
    """A traced copy of `model`."""
    return torch.jit.trace(model.eval(), example)
