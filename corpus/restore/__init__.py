"""Damaged code made runnable again: lost indentation, lost line breaks, characters replaced.

`restore` asks Python's parser first and leaves sound code alone.  Otherwise it tries the least
change that makes the text valid; where blocks or line ends are lost, it searches for the reading
that suits Python's habits best.  Nothing is invented: what is written back is what was read.
"""

from __future__ import annotations

from corpus.restore.budget import Budget
from corpus.restore.repair import Restoration, restore

__all__ = ["Budget", "Restoration", "restore"]
