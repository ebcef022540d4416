"""What `%load_ext torchproof` loads, and `import torchproof` gives.

The wheel installs this file as the module `torchproof`; what it offers lives in `assistant`.
"""

from __future__ import annotations

from assistant import Torchproof
from assistant.ecosystem.jupyter import load_ipython_extension, unload_ipython_extension

__all__ = ["Torchproof", "load_ipython_extension", "unload_ipython_extension"]
