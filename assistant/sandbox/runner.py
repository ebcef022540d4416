"""Runs one piece of foreign code as `__main__`, inside the sandboxed process.

Nothing here protects anything: by the time this runs, the walls stand.  It imports the standard
library alone, and holds on to what it needs before the foreign code can patch it.
"""

from __future__ import annotations

import _json
import atexit
import builtins
import contextlib
import hashlib
import io
import linecache
import os
import random
import socket
import sys
import threading
import traceback
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assistant.sandbox.wire import DONE, IMAGE, PIECE_BYTES, RECORD, TAG_BYTES

# Foreign code may replace builtins; the functions below look theirs up in this copy.
globals()["__builtins__"] = dict(vars(builtins))

FIGURES = 10
"""Figures that come back from one run."""
MESSAGE_CHARACTERS = 20_000


def _refuse(value: object) -> None:
    raise TypeError(f"a record must be JSON-able, not {type(value).__name__}")


def _float_text(value: float) -> str:
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return float.__repr__(value)


class Channel:
    """The sandboxed end of the result channel.

    Everything is bound when it is made, so that `json.dumps = …` or `os.write = …` in foreign code
    changes nothing that is said here.
    """

    def __init__(self, descriptor: int, key: bytes) -> None:
        sock = socket.socket(fileno=descriptor)
        encode = _json.make_encoder(
            None, _refuse, _json.encode_basestring_ascii, None, ": ", ", ", False, False, True
        )
        blake, send = hashlib.blake2b, sock.send
        number = 0

        def packets(kind: bytes, content: bytes) -> None:
            nonlocal number
            for start in range(0, max(len(content), 1), PIECE_BYTES):
                last = b"." if start + PIECE_BYTES >= len(content) else b"+"
                body = kind + last + content[start : start + PIECE_BYTES]
                tag = blake(
                    number.to_bytes(8, "big") + body, key=key, digest_size=TAG_BYTES
                ).digest()
                number += 1
                send(tag + body)

        def emit(record: Mapping[str, Any]) -> None:
            packets(RECORD, "".join(encode(dict(record), 0)).encode("ascii"))

        def done(report: Mapping[str, Any]) -> None:
            packets(DONE, "".join(encode(report, 0)).encode("ascii"))

        self.close = sock.close
        self.emit = emit
        self.done = done
        self.image: Callable[[bytes], None] = lambda png: packets(IMAGE, png)


def fresh_main(path: str) -> types.ModuleType:
    """Puts an empty `__main__`, as a plain run of the file `path` would have it, in place."""
    main = types.ModuleType("__main__")
    main.__file__ = path
    main.__dict__["__builtins__"] = builtins
    main.__dict__["__cached__"] = None
    sys.modules["__main__"] = main
    return main


def standard_streams() -> None:
    """Makes `sys.stdin`, `stdout` and `stderr` anew over descriptors 0, 1 and 2.

    Line-buffered, so that what a killed run printed is not lost with it.
    """
    for name, number, errors in (
        ("stdin", 0, "strict"),
        ("stdout", 1, "strict"),
        ("stderr", 2, "backslashreplace"),
    ):
        raw = open(number, "wb" if number else "rb", closefd=False)  # noqa: SIM115
        stream = io.TextIOWrapper(raw, encoding="utf-8", errors=errors, line_buffering=number > 0)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def seed_everything(seed: int, threads: int) -> None:
    """Sets the state of every generator that is loaded, and torch's thread count."""
    random.seed(seed)
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed(seed)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.default_generator.manual_seed(seed)
        torch.set_num_threads(threads)


_name_of = type.__dict__["__name__"].__get__
"""The name that a class was made with, whatever its metaclass says."""


def describe_failure(error: BaseException, path: str) -> dict[str, Any]:
    """The exception as `Failure` has it; `path` is the file that the code stands in."""
    try:
        plain = isinstance(error, SyntaxError) and error.msg
        message = str(plain or error)[:MESSAGE_CHARACTERS]
    except BaseException:  # noqa: BLE001
        message = "<its message raised an exception>"
    line, source = None, ""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    with contextlib.suppress(BaseException):
        if line is None and isinstance(error, SyntaxError) and error.filename == path:
            line = error.lineno
        source = linecache.getline(path, line).strip() if line else ""
    return {"type": _name_of(type(error)), "message": message, "line": line, "source_line": source}


def print_failure(error: BaseException, path: str) -> None:
    """Prints the traceback as a plain run does, without the frames that stand above the code."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != path:
        trace = trace.tb_next
    traceback.print_exception(type(error), error, trace, file=sys.stderr)


def send_figures(channel: Channel, cap: int) -> None:
    """Sends what matplotlib holds open as PNG, up to `cap` bytes."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for number in pyplot.get_fignums()[:FIGURES]:
        buffer = io.BytesIO()
        pyplot.figure(number).savefig(buffer, format="png", bbox_inches="tight")
        png = buffer.getvalue()
        cap -= len(png)
        if cap < 0:
            return
        channel.image(png)


def run_code(
    code: str,
    path: str,
    channel: Channel,
    *,
    driver: types.CodeType | None,
    payload: Mapping[str, Any],
    image_bytes: int,
    last: bool = True,
) -> None:
    """Executes `code`, standing in the file `path`, in the present `__main__`; reports; returns.

    Args:
        code: the source.
        path: the file that holds it.
        channel: where the report, records and figures go.
        driver: a compiled module with `drive(code, payload, emit)`, or None for a plain run.
        payload: for the driver.
        image_bytes: cap on the figures together.
        last: whether the process ends after this; then threads are joined and exit handlers run,
            as at the end of a plain run.
    """
    # Bound now: foreign code may patch the modules they come from.
    describe, show, figures, done = describe_failure, print_failure, send_figures, channel.done
    join_threads, exit_handlers = threading._shutdown, atexit._run_exitfuncs  # type: ignore[attr-defined]
    failure = None
    try:
        if driver is None:
            exec(compile(code, path, "exec", dont_inherit=True), sys.modules["__main__"].__dict__)
        else:
            module = types.ModuleType("torchproof_driver")
            exec(driver, module.__dict__)
            module.drive(code, payload, channel.emit)
    except SystemExit as leaving:
        if leaving.code not in (None, 0):
            failure = describe(leaving, path)
            if not isinstance(leaving.code, int):
                with contextlib.suppress(Exception):
                    print(leaving.code, file=sys.stderr)
    except BaseException as error:  # noqa: BLE001
        failure = describe(error, path)
        with contextlib.suppress(BaseException):
            show(error, path)
    if last:
        with contextlib.suppress(BaseException):
            join_threads()
        with contextlib.suppress(BaseException):
            exit_handlers()
    with contextlib.suppress(BaseException):
        figures(channel, image_bytes)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):
            stream.flush()
    done({"error": failure})


def place_source(code: str, folder: str, name: str) -> str:
    """Writes `code` into `folder` and returns the file's path."""
    path = Path(folder) / name
    path.write_text(code, encoding="utf-8", errors="surrogatepass")
    return os.fspath(path)
