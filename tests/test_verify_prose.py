"""What prose and tables say of the library: names, defaults, arguments."""

from __future__ import annotations

import pytest

from assistant.sandbox.service import SandboxService
from assistant.verify.names import Library
from assistant.verify.prose import of_prose


@pytest.fixture(scope="module")
def library(sandbox: SandboxService) -> Library:
    return Library(sandbox)


def said(library: Library, text: str, title: str = "") -> dict[str, str]:
    """State by the words of the claim, names that exist left out."""
    found = of_prose(library, [(text, 0)], title=(title, 0))
    return {
        one.text: one.judgement.state
        for one in found
        if one.judgement.observed != f"torch.{one.text.removeprefix('torch.')}"
        and not one.judgement.observed.endswith(f".{one.text}")
    }


@pytest.mark.parametrize(
    ("text", "words", "state"),
    [
        ("The `momentum` of `nn.BatchNorm2d` defaults to 0.1.", "defaults to 0.1", "confirmed"),
        ("For `optim.SGD`, momentum is 0.9 by default.", "0.9", "refuted"),
        ("nn.LSTM: batch_first is False by default", "batch_first is False", "confirmed"),
        ("By default, Adam uses betas of (0.9, 0.999).", "betas of (0.9, 0.999)", "confirmed"),
        ("Adam's default learning rate is 0.01.", "learning rate is 0.01", "refuted"),
        ("If you leave out `lr`, `optim.Adam` takes 1e-3.", "1e-3", "confirmed"),
        ("`nn.NLLLoss` has `ignore_index` (default −100).", "−100", "confirmed"),
        ("LayerNorm's eps defaults to 1e-6.", "1e-6", "refuted"),
        ("Set `num_workers=4` (the default is 0) in `DataLoader`.", "default is 0", "confirmed"),
        ("By default a `DataLoader` has `shuffle=False`.", "shuffle=False", "confirmed"),
        ("`torch.allclose` has `rtol=1e-4` by default.", "rtol=1e-4", "refuted"),
        ("`torch.compile` has `mode='default'` by default.", "mode='default'", "unverifiable"),
        ("`nn.KLDivLoss` reduces with 'batchmean' by default.", "'batchmean'", "refuted"),
        ("| class | defaults |\n|---|---|\n| nn.Dropout | p=0.5 |", "p=0.5", "confirmed"),
        ("| `nn.Dropout` argument | default |\n|---|---|\n| `p` | 0.1 |", "p` | 0.1", "refuted"),
        ("| class | usual |\n|---|---|\n| nn.Dropout | p=0.1 |", "p=0.1", "unverifiable"),
        ("`nn.ELU` has `alpha=0.5` by default.", "alpha=0.5", "refuted"),
        ("`nn.LayerNorm`: `eps` is 1e-6 if you do not pass one.", "is 1e-6", "refuted"),
        ("If omitted, `reduction` of `nn.L1Loss` is `sum`.", "is `sum", "refuted"),
        ("`nn.Linear` has a `bias` by default.", "bias", "confirmed"),
        ("`nn.NLLLoss` has `ignore_index` preset to -1.", "preset to -1", "refuted"),
        ("`nn.NLLLoss` accepts `ignore_index`, which is -100 unless set.", "-100", "confirmed"),
        ("`nn.Dropout(p=0.2)`, the default, drops a fifth.", "p=0.2", "refuted"),
        ("`nn.GRU` stays unidirectional: `bidirectional=False`.", "bidir", "confirmed"),
        ("`optim.SGD` has no inertia, since `momentum=0`.", "momentum=0", "confirmed"),
        ("Half of the units go, `p=0.5` (`nn.Dropout`).", "p=0.5", "confirmed"),
        ("`StepLR` shrinks the rate by `gamma=0.1`.", "gamma=0.1", "confirmed"),
        ("`optim.Adagrad` has `lr_decay=0`, `optim.RMSprop` `alpha=0.99`.", "0.99", "confirmed"),
        ("`nn.Conv1d` pads by zeros. It goes on by `stride=1`.", "stride=1", "confirmed"),
        ("The `eps` of `nn.GroupNorm` is 1e-5.", "1e-5", "confirmed"),
        ("* `nn.Hardshrink`: `lambd` is 0.5.", "lambd", "confirmed"),
        ("`lr_scheduler.ExponentialLR` needs `gamma`; it has no default.", "gamma", "confirmed"),
        (
            "| | |\n|---|---|\n| `F.scaled_dot_product_attention` | `dropout_p=0.0` |",
            "dropout_p=0.0",
            "confirmed",
        ),
    ],
)
def test_defaults(library: Library, text: str, words: str, state: str) -> None:
    found = said(library, text)
    assert [verdict for claim, verdict in found.items() if words in claim] == [state], found


@pytest.mark.parametrize(
    ("text", "words", "state"),
    [
        ("`nn.BCELoss(pos_weight=...)` weighs a class.", "nn.BCELoss(pos_weight=...)", "refuted"),
        ("`nn.GroupNorm` takes a `num_groups` argument.", "num_groups", "confirmed"),
        ("`nn.GroupNorm` has a `groups` argument.", "groups", "refuted"),
        ("`ReduceLROnPlateau` no longer accepts `verbose` as an argument.", "verbose", "confirmed"),
        ("`nn.PixelShuffle` needs `upscale_factor`.", "upscale_factor", "confirmed"),
        ("The signature is `nn.GroupNorm(num_groups, num_channels)`.", "GroupNorm(", "confirmed"),
        ("The signature is `nn.Embedding(vocabulary, dim)`.", "nn.Embedding(", "refuted"),
        ("The signature is `nn.Flatten(start_dim=0, end_dim=-1)`.", "nn.Flatten(", "refuted"),
        ("Then `StepLR(optimizer, step_size)` is called.", "StepLR(", "confirmed"),
        ("Use `torch.stack(tensors, dim=0)` for it.", "torch.stack(", "confirmed"),
        ("`torch.meshgrid(*tensors)` makes a grid.", "torch.meshgrid(", "confirmed"),
        ("`nn.Fold` takes `output_size`, `nn.Unfold` takes `dilation`.", "dilation", "confirmed"),
        ("The width is called `embed_dim` in `nn.MultiheadAttention`.", "embed_dim", "confirmed"),
        ("A second argument of `torch.utils.data.Subset` is `indices`.", "indices", "confirmed"),
        ("Rare classes get the `pos_weight` argument of `nn.BCELoss`.", "pos_weight", "refuted"),
        ("`nn.LSTM` accepts the argument `hx` in its constructor.", "hx", "refuted"),
    ],
)  # fmt: skip
def test_arguments(library: Library, text: str, words: str, state: str) -> None:
    found = said(library, text)
    assert [verdict for claim, verdict in found.items() if words in claim] == [state], found


def test_names_that_a_text_says_do_not_exist_are_no_faults_of_it(library: Library) -> None:
    assert said(library, "`torch.utils.gdb` debugs.") == {"torch.utils.gdb": "refuted"}
    for text in (
        "`nn.MAELoss` does not exist, `nn.L1Loss` does.",
        "There is no `nn.MAELoss`.",
        "`nn.L1Loss` exists; `nn.MAELoss` does not.",
    ):
        assert said(library, text).get("nn.MAELoss") == "confirmed", text
    assert "refuted" not in said(library, "It is `nn.L1Loss`, not `nn.MAELoss`.").values()
    assert "refuted" not in said(library, "nn.Conv2d2D convolution").values()
    assert said(library, "`torch.expand_dims` adds one.") == {"torch.expand_dims": "refuted"}


@pytest.mark.parametrize(
    "text",
    [
        "`nn.LSTM` defaults to time first, so most code passes `batch_first=True`.",
        "A common default is lr=3e-4 with `optim.AdamW`.",
        "Use `nn.Dropout(p=0.2)` by default in small networks.",
        "In TensorFlow, batch norm has momentum=0.99 by default, `nn.BatchNorm2d` has another.",
        "If `reduction='none'`, no default is applied in `nn.MSELoss`.",
        "The paper has eps=1e-6 by default, unlike `nn.LayerNorm`.",
        "`nn.GRU` does not take a `proj_size` argument.",
        "Before 2.0 `nn.MSELoss` had reduction='sum' by default.",
        "`nn.Linear` accepts `ids` and `masks`.",
        "`nn.Dropout` with p=0.2 is usual.",
        "`nn.BatchNorm2d` has the parameters `weight` and `bias`, and no arguments for them.",
        "`optim.Optimizer` provides `zero_grad` and `step`, whatever arguments it has.",
        "With the default `compute_mode` it uses a product for more than 25 rows in `torch.cdist`.",
        "By default use `x.flatten(start_dim=1)` or the module `nn.Flatten()`.",
        "The first `nn.Conv2d` has `stride=2`, hence the halving.",
        "`nn.Conv2d` with `stride=2` halves. `nn.Dropout`: `p` is 0.3.",
        "The encoder's `nn.Dropout` uses `p=0.1`, and `optim.SGD(params, rate)` trains it.",
        "Start with `lr=0.1` in `optim.SGD`. Set `momentum=0.9` in `optim.SGD`.",
        "`nn.Dropout(p=0.2)`, the default in Keras recipes.",
        "Is there a `seed` option of `torch.utils.data.DataLoader`?",
        "There is no `units` argument of `nn.Linear`. The `input` argument of `nn.Linear` is wide.",
        "The `max_depth` argument of `nn.Linear` wrappers is ours.",
        "`gamma` of `ExponentialLR` has no default, while the `gamma` of `StepLR` defaults to 0.1.",
    ],
)
def test_choices_and_other_libraries_are_not_accused(library: Library, text: str) -> None:
    assert "refuted" not in said(library, text).values()


def test_signatures_listed_under_each_other_are_taken_for_such(library: Library) -> None:
    listed = (
        "`Conv2d(in, out, k, stride=1)`, `nn.Linear(in_features, out_features, bias=True)`\n"
        "`nn.Dropout(p=0.5)`\n`nn.GroupNorm(num_groups, num_channels, eps=1e-06)`"
    )
    found = said(library, listed)
    assert found["Conv2d(in, out, k, stride=1)"] == "confirmed"
    assert found["nn.GroupNorm(num_groups, num_channels, eps=1e-06)"] == "refuted"
    calls = "`nn.Linear(4, 8, bias=False)`\n`nn.GroupNorm(num_groups, num_channels, eps=1e-06)`"
    assert "refuted" not in said(library, calls).values()


def test_what_a_sentence_speaks_of_may_stand_before_it(library: Library) -> None:
    assert said(library, "By default `p=0.1`.", title="What is nn.Dropout?") == {"p=0.1": "refuted"}
    text = "`nn.LayerNorm` rescales features. Its `eps` is 1e-5 by default."
    assert [state for words, state in said(library, text).items() if "1e-5" in words] == [
        "confirmed"
    ]


def test_each_row_of_a_table_is_judged_though_another_says_the_same(library: Library) -> None:
    text = (
        "| class | argument | default |\n|---|---|---|\n"
        "| `optim.SGD` | `lr` | 0.001 |\n| `optim.Adam` | `lr` | 0.001 |"
    )
    found = of_prose(library, [(text, 0)])
    assert [one.judgement.state for one in found if one.kind == "property"] == ["confirmed"] * 2


def test_a_number_in_another_cell_is_nobody_s_default(library: Library) -> None:
    text = (
        "| optimiser | idea | usual rate | good for |\n|---|---|---|---|\n"
        "| AdamW | decoupled weight decay | 1e-3 to 5e-5 | the modern default |"
    )
    assert [one for one in of_prose(library, [(text, 0)]) if one.kind == "property"] == []


def test_a_class_that_is_only_compared_with_owns_no_default(library: Library) -> None:
    text = "By default `lr=0.01` bounds a relative step, not comparable with AdamW's 3e-4."
    assert said(library, text) == {}


def test_a_value_chosen_for_an_example_is_no_default(library: Library) -> None:
    text = "`torch.optim.lr_scheduler.OneCycleLR`, with defaults, for `max_lr=1` starts at 0.04."
    assert said(library, text) == {}
    assert said(library, "In `optim.Adam` the default for `eps` is 1e-6.")
