"""What is looked up ahead of the first question, while nobody waits for it."""

from __future__ import annotations

import contextlib
import os
import threading

from assistant.runtime import Runtime


def acquaint(runtime: Runtime) -> None:
    """Has the verifier look up, in the background, the library's names that the index mentions.

    The first text of an answer waits for what is said of such names; the sandbox that knows them
    may be starting, or busy with other visitors' snippets.
    """
    threading.Thread(target=_acquaint, args=(runtime,), name="acquaint", daemon=True).start()


def _acquaint(runtime: Runtime) -> None:
    # Of this thread alone.
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    entries = runtime.searcher.stored.library.entries
    runtime.verifier.acquaint(
        block.text for entry in entries for section in entry.sections for block in section.blocks
    )
