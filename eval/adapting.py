"""Learning `index.adapter` from the corpus's own wordings: no labelled query takes part.

Each wording of a question is a query once: it must come nearer to some other text of its own entry
than to any text of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

BATCH = 256
ROUNDS = 4
RATE = 2e-3
"""Adam's, falling to zero in a straight line."""
SHRINK = 0.003
"""Weight of the squared matrix in the loss, which keeps it small."""
SHARPNESS = 20.0
"""What cosines are multiplied by before the softmax over entries."""


def learn(
    vectors: npt.NDArray[np.float32],
    entry_of: npt.NDArray[np.int64],
    wordings: npt.NDArray[np.int64],
    seed: int = 0,
) -> npt.NDArray[np.float32]:
    """The matrix under which wordings find their own entries.

    Args:
        vectors: of all passages, unit length, float32 of shape (passages, dimension).
        entry_of: the entry of each passage, int64 of shape (passages,); every number from 0 on.
        wordings: rows of `vectors` that are what somebody would ask.
        seed: of the order in which they are taken.

    Returns:
        float32 of shape (dimension, dimension); what `Adapter` adds.
    """
    import numpy as np
    import torch
    from torch.nn.functional import cross_entropy, normalize

    passages, entries = torch.from_numpy(vectors), torch.from_numpy(entry_of)
    texts_of = torch.from_numpy(_padded(entry_of))
    matrix = torch.zeros(vectors.shape[1], vectors.shape[1], requires_grad=True)
    optimizer = torch.optim.Adam([matrix], lr=RATE)
    steps = ROUNDS * -(-len(wordings) // BATCH)
    falling = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    order = np.random.default_rng(seed)
    for _ in range(ROUNDS):
        shuffled = torch.from_numpy(order.permutation(wordings))
        for start in range(0, len(wordings), BATCH):
            rows = shuffled[start : start + BATCH]
            queries = passages[rows]
            cosines = normalize(queries + queries @ matrix, dim=-1) @ passages.T
            others = cosines.scatter(1, rows[:, None], -1.0)
            best = others[:, texts_of].amax(dim=-1)
            loss = cross_entropy(SHARPNESS * best, entries[rows]) + SHRINK * matrix.square().sum()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            falling.step()
    learnt: npt.NDArray[np.float32] = matrix.detach().numpy()
    return learnt


def _padded(entry_of: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Rows of each entry, shape (entries, most rows of one); the first stands in for missing."""
    import numpy as np

    rows = [np.flatnonzero(entry_of == entry) for entry in range(int(entry_of.max()) + 1)]
    most = max(map(len, rows))
    return np.stack([np.concatenate([r, np.repeat(r[:1], most - len(r))]) for r in rows])
