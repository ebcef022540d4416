"""A folder of mixed, partly broken files: each must be read or named, soon and in little memory."""

from __future__ import annotations

import io
import json
import os
import random
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from corpus.library import read_library

FILES = 1_000
_PAGE = (
    "# Questions\n\n## 1. What is a leaf?\n\nA tensor that no operation made. Größe – «naïve».\n\n"
    "```python\nimport torch\nx = torch.ones(2)\nprint(x)\n```\n\n"
    "## 2. What does `detach` do?\n\n| call | copies |\n|---|---|\n| detach | no |\n\n"
    "It cuts a value out of the graph.\n\nSubscribe to our newsletter. No spam!\n"
)
_HTML = (
    "<html><body><nav><a href='/'>Home</a></nav><h1>Leaves</h1><h2>What is a leaf?</h2>"
    "<p>A tensor that <b>no</b> operation made.</p><pre>import torch\nx = torch.ones(2)</pre>"
    "<h2>What is a root?</h2><p>The result.</p></body></html>"
)
_NOTEBOOK = json.dumps(
    {
        "nbformat": 4,
        "cells": [
            {"cell_type": "markdown", "source": ["# Leaves\n", "What is a leaf?"]},
            {"cell_type": "code", "source": "x = 1\nprint(x)", "outputs": [{"text": ["1\n"]}]},
        ],
    }
)


@dataclass(frozen=True, slots=True)
class BrokenFigures:
    """What became of the folder.

    Attributes:
        files: documents in it, those inside archives included.
        read: how many were read.
        named: how many were not, each with its reason.
        lost: files that are neither.
        seconds_per_megabyte: processor time of reading; the greatest of one file is `slowest`.
        slowest: processor time of the slowest file in seconds.
        peak_megabytes: by how much the process grew while reading.
    """

    files: int
    read: int
    named: int
    lost: tuple[str, ...]
    seconds_per_megabyte: float
    slowest: float
    peak_megabytes: float


def write_folder(folder: Path, count: int = FILES, seed: int = 7) -> list[Path]:
    """Writes the files; returns those that reading must account for."""
    chance = random.Random(seed)
    makers: list[tuple[str, Callable[[random.Random], bytes]]] = [
        (".md", lambda _: _PAGE.encode()),
        (".html", lambda _: _HTML.encode()),
        (".ipynb", lambda _: _NOTEBOOK.encode()),
        (".rst", lambda _: _PAGE.replace("## ", "").encode()),
        (".py", lambda _: b'"""Leaves."""\nimport torch\nx = torch.ones(2)\n'),
        (".txt", lambda _: _PAGE.encode("utf-16")),
        (".txt", lambda _: _PAGE.encode("utf-16-le")),
        (".txt", lambda _: _PAGE.replace("–", "-").encode("latin-1")),
        (".txt", lambda _: _PAGE.encode("cp1252")),
        (".md", lambda _: _PAGE.encode().decode("cp1252", "replace").encode()),
        (".txt", lambda r: r.randbytes(2_000)),
        (".md", lambda _: b""),
        (".md", lambda _: _PAGE.encode()[:97]),
        (".html", lambda r: _HTML.encode()[: r.randrange(len(_HTML))]),
        (".ipynb", lambda r: _NOTEBOOK.encode()[: r.randrange(len(_NOTEBOOK))]),
        (".ipynb", lambda _: b'{"cells": [{"cell_type": 3, "source": {"a": [1]}}, 7, null]}'),
        (".ipynb", lambda _: b'{"cells": ' + b"[" * 5_000),
        (".md", lambda _: _PAGE.encode().replace(b" ", b"\x00 ")),
        (".html", lambda _: b"<div>" * 8_000 + b"What is a leaf?"),
        (".md", lambda r: r.choice([b"> ", b"* ", b"`", b"[", b"- 1. "]) * 10_000),
        (".txt", lambda _: b"import torch x = torch.ones(2) # a comment " * 400),
        (".txt", lambda _: b"word " * 20_000),
        (".py", lambda _: b"(" * 5_000 + b"\ndef f(:\n"),
    ]
    due: list[Path] = []
    for number in range(count):
        suffix, make = makers[number % len(makers)]
        path = folder / f"{number % 10}" / f"{number:04}{suffix}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(make(chance))
        due.append(path)
    return [*due, *_oddities(folder)]


def _oddities(folder: Path) -> list[Path]:
    """Links, pipes, archives, a folder with a file's name, a file of 50 MB."""
    due = [folder / name for name in ("nowhere.md", "pipe.txt", "large.txt", "bomb.zip")]
    due[0].symlink_to(folder / "missing.md")
    os.mkfifo(due[1])
    with due[2].open("wb") as large:
        large.truncate(50_000_000)
    with zipfile.ZipFile(due[3], "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros.txt", b"0" * 30_000_000)
    (folder / "loop").symlink_to(folder)
    (folder / "folder.md").mkdir()
    (folder / "folder.md" / "inner.md").write_text(_PAGE, encoding="utf-8")
    archive = folder / "pages.zip"
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w") as inner:
        inner.writestr("deep.md", _PAGE)
    with zipfile.ZipFile(archive, "w") as pages:
        pages.writestr("good.md", _PAGE)
        pages.writestr("../out.md", _PAGE)
        pages.writestr("nested.zip", nested.getvalue())
    (folder / "torn.zip").write_bytes(archive.read_bytes()[:60])
    return [
        *due,
        folder / "folder.md" / "inner.md",
        archive / "good.md",
        Path(f"{archive}/../out.md"),
        archive / "nested.zip",
        folder / "torn.zip",
    ]


CRUMBS = (
    "a",
    "1.",
    "-",
    "|",
    ">",
    "#",
    "for",
    "x=1",
    "if x:",
    "(",
    '"""',
    "```",
    "<p>",
)
"""Lines of which a hostile file is made, each as dear to some step of reading as a line can be."""
HOSTILE_SIZE = 1_000_000
"""Characters of a hostile file."""
_SUFFIXES = (".md", ".txt", ".html", ".rst", ".py", ".ipynb")
_BREAKING = "for i in range(3):\nif i:\nprint(i)\nelse:\nprint(-i)\ntotal += i\nprint(total)\n"


@dataclass(frozen=True, slots=True)
class HostileFigures:
    """What became of files that were made to take long.

    Attributes:
        files: how many there are, each of about `HOSTILE_SIZE` characters.
        read: how many were read.
        named: how many were not, each with its reason.
        slowest: processor time of the slowest file in seconds.
        slowest_file: which that is.
    """

    files: int
    read: int
    named: int
    slowest: float
    slowest_file: str


def _shapes(size: int) -> dict[str, str]:
    """Files of `size` characters that are read in spite of their shape, by name."""

    def filled(text: str) -> str:
        return text * (size // len(text))

    lines = range(size // 50)
    said = [f"Sentence {n} says that a tensor of {n} rows is read." for n in lines]
    program = _BREAKING.replace("range(3)", "range({n})").replace("total", "total{n}")
    programs = [program.replace("{n}", str(n)) for n in range(size // 3 // len(_BREAKING))]
    cells = [{"cell_type": "code", "source": program} for program in programs]
    image = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    return {
        "nested.md": "".join("  " * (n % 60) + f"- item {n}\n" for n in range(size // 70)),
        "quoted.md": "".join("> " * (n % 60) + f"quote {n}\n" for n in range(size // 70)),
        "sentences.txt": "\n".join(said),
        "paragraphs.md": "\n\n".join(said),
        "line.txt": filled("One sentence behind another, with `code` and (brackets). "),
        "program.txt": filled("import torch x = torch.ones(2) # a comment y = x + 1 print(y) "),
        "flush.md": "".join(programs),
        "fences.md": "".join(f"Words {n}.\n\n```python\nx = {n}\n```\n\n" for n in lines),
        "rows.txt": "".join(f"Feature{n}PyTorchTensorFlow 2.x and more of it\n" for n in lines),
        "cells.html": "<table>" + filled("<tr><td>name</td><td>some words</td></tr>"),
        "breaks.html": "<p>" + "".join(f"x{n} = torch.ones({n})<br>" for n in lines),
        "deep.html": filled("<blockquote><div><ul><li>one "),
        "attributes.html": "<p " + "".join(f'a{n}="b" ' for n in range(size // 12)) + ">x</p>",
        "image.html": f'<p>Before.</p><img src="data:image/png;base64,{filled(image)}"><p>x</p>',
        "chains.txt": "".join(f"a{n} = b = c = for x in y if z else\n" for n in lines),
        "outputs.txt": "".join(f"print(x{n}) tensor([{n}., 2.])\n" for n in lines),
        "borders.txt": "".join(
            "".join(f"Word{(7 * n + k) % 97}Xy" for k in range(11)) + "\n"
            for n in range(size // 99)
        ),
        "losses.txt": "".join(
            f"nn.Loss{n % 31} / L1LossRegression robust{n % 13}Yes{n}No\n" for n in lines
        ),
        "mojibake.md": "".join(
            f"{n} Ã¤ â€œtheâ€\x9d naÃ¯ve donâ€™t, Ã¶ and Ã¼.\n\n" for n in lines
        ),
        "emphasis.md": "".join(f"_a{n}__b_ __c _d_e__ *f **g* h**\n" for n in lines),
        "cells.ipynb": json.dumps({"nbformat": 4, "cells": cells}),
        # here some step of reading may look at all of the page from each of its places
        "glued.md": filled("some words.Then another of them"),
        "heads.md": filled("abcThe word "),
        "signs.html": filled("<b "),
        "roles.rst": filled(":a"),
        "remarks.txt": "x = 1\n" + "# one\n# two\n\n" * (size // 210),
        "related.txt": "Related questions\n" * (size // 105),
        "quizzes.md": "Quiz yourself?\n\n" * (size // 105) + "It is an array of numbers.\n",
        "nested.txt": "\n\n".join(["def f(x): " * 500] * 30),
    }


def write_hostile(folder: Path, size: int = HOSTILE_SIZE) -> list[Path]:
    """Writes the hostile files: crumbs in every format, shapes, damaged programs without end."""
    paths = []
    for name, text in _shapes(size).items():
        paths.append(folder / name)
        paths[-1].write_text(text, encoding="utf-8")
    for number, crumb in enumerate(CRUMBS):
        for suffix in _SUFFIXES:
            text = f"{crumb}\n" * (size // (len(crumb) + 1))
            if suffix == ".ipynb":
                cells = [{"cell_type": kind, "source": text} for kind in ("markdown", "code")]
                text = json.dumps({"nbformat": 4, "cells": cells})
            paths.append(folder / f"{number:02}{suffix}")
            paths[-1].write_text(text, encoding="utf-8")
    fenced = f"Some words.\n\n```python\n{_BREAKING * 6}```\n\n"
    paths.append(folder / "damaged.md")
    paths[-1].write_text(fenced * (size // 5 // len(fenced)), encoding="utf-8")
    return paths


def evaluate_hostile(size: int = HOSTILE_SIZE) -> HostileFigures:
    """Reads hostile files one by one."""
    read = named = 0
    times: list[tuple[float, str]] = []
    with tempfile.TemporaryDirectory() as place:
        for path in write_hostile(Path(place).resolve(), size):
            begun = time.process_time()
            library = read_library([path])
            times.append((time.process_time() - begun, path.name))
            read += len(library.readings)
            named += sum(bool(bad.reason) for bad in library.unreadable)
    slowest, name = max(times)
    return HostileFigures(len(times), read, named, slowest, name)


def evaluate_broken(count: int = FILES) -> BrokenFigures:
    """Writes the folder to a temporary place and reads it as a whole."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        due = write_folder(folder, count)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        moments = [time.process_time()]
        library = read_library(
            [folder], progress=lambda _done, _all: moments.append(time.process_time())
        )
        spent = time.process_time() - moments[0]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        read = {reading.document.path for reading in library.readings}
        named = {bad.path for bad in library.unreadable if bad.reason}
        size = sum(Path(path).stat().st_size for path in read if Path(path).is_file())
    return BrokenFigures(
        files=len(due),
        read=len(read),
        named=len(named),
        lost=tuple(str(path.relative_to(folder)) for path in due if str(path) not in read | named),
        seconds_per_megabyte=spent / (size / 1e6),
        slowest=max(b - a for a, b in pairwise(moments)),
        peak_megabytes=peak / 1024,
    )
