"""What comments say of the library itself: names, defaults, what something takes."""

from __future__ import annotations

import pytest

from assistant.sandbox.service import SandboxService
from assistant.verify.names import Library
from assistant.verify.remarks import of_comments
from assistant.verify.verifier import Verifier


@pytest.fixture(scope="module")
def library(sandbox: SandboxService) -> Library:
    return Library(sandbox)


HEAD = "import torch\nfrom torch import nn, optim\nimport torch.nn.functional as F\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("# nn.ELU: alpha is 1.0 unless given", {"alpha is 1.0": "confirmed"}),
        ("# nn.Hardtanh has min_val=-1.0", {"min_val=-1.0": "confirmed"}),
        ("# optim.Lion exists, too", {"optim.Lion": "refuted"}),
        ("# nn.Mish is there as well", {"nn.Mish": "confirmed"}),
        (
            "# nn.GRU takes num_layers, dropout and bias as keywords",
            {"num_layers": "confirmed", "dropout": "confirmed", "bias": "confirmed"},
        ),
        ("# F.pad takes a keyword called fill", {"fill": "refuted"}),
        ("nn.RMSNorm  # elementwise_affine=True", {"elementwise_affine=True": "confirmed"}),
        ("nn.PReLU  # init defaults to 0.5", {"init defaults to 0.5": "refuted"}),
        ("torch.cumprod  # exists", {"exists": "confirmed"}),
        ("step = lambda f: f\nstep(optim.Adamax)  # lr=2e-3 by default", {"lr=2e-3": "confirmed"}),
        ("# torch.load has weights_only=False by default", {"weights_only=False": "refuted"}),
        # what says nothing of the library, or nothing that can be told
        ("# y = nn.Linear(3, 4, bias=False)", {}),
        ("# is there an nn.SwishGLU?", {}),
        ("# torch.foo stands for any function", {}),
        ("nn.Tanh  # bounded", {}),
        ("d = nn.Dropout(0.2)  # p=0.2 here", {}),
        ("F = 3\n# F.missing is no function of torch here", {}),
        ("from elsewhere import functional as F\n# F.to_tensor scales to [0, 1]", {}),
    ],
)
def test_comments_are_read_as_prose_is(library: Library, line: str, told: dict[str, str]) -> None:
    found = of_comments(library, f"{HEAD}{line}\n")
    assert {one.text: one.judgement.state for one in found} == told
    assert all(one.line == 3 + len(line.splitlines()) for one in found)


def test_a_remark_on_a_bare_name_is_no_value_of_it(sandbox: SandboxService) -> None:
    code = f"{HEAD}torch.topk  # largest=True, sorted=False by default\n"
    verdicts = Verifier(sandbox).verify_code(code).verdicts
    assert {one.claim.text: one.state for one in verdicts} == {
        "largest=True": "confirmed",
        "sorted=False": "refuted",
    }
