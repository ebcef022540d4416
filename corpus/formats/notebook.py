"""Jupyter notebooks, of any version and cut off anywhere, with offsets into their JSON text."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from corpus.bounds import Work
from corpus.errors import InputError
from corpus.formats import text as plain_text
from corpus.pieces import Page, Piece, View


@dataclass(frozen=True, slots=True)
class _String:
    """A JSON string's place, quotation marks excluded."""

    start: int
    end: int


_Value: TypeAlias = "dict[str, _Value] | list[_Value] | _String | None"
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*("?)|[{}\[\],:]|[^\s"{}\[\],:]+', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_STYLING = re.compile("\x1b\\[[0-9;]*m")


def _parse(text: str) -> _Value:
    """The JSON value, strings as places; what is cut off is left out.

    Without recursion, so that no depth of nesting matters.
    """
    root: list[_Value] = []
    stack: list[tuple[dict[str, _Value] | list[_Value], str]] = [(root, "")]
    key = ""
    expects_key = False

    def put(value: _Value) -> None:
        holder, _ = stack[-1]
        if isinstance(holder, dict):
            holder[key] = value
        else:
            holder.append(value)

    for match in _TOKEN.finditer(text):
        token = match[0]
        match token[0]:
            case "{" | "[":
                inner: dict[str, _Value] | list[_Value] = {} if token == "{" else []
                put(inner)
                stack.append((inner, key))
                expects_key = token == "{"
            case "}" | "]":
                if len(stack) > 1:
                    _, key = stack.pop()
                expects_key = False
            case ",":
                expects_key = isinstance(stack[-1][0], dict)
            case ":":
                expects_key = False
            case '"':
                # a string that is cut off ends where the text ends
                end = match.end() - len(match[1])
                if expects_key:
                    key = text[match.start() + 1 : end]
                else:
                    put(_String(match.start() + 1, end))
            case _:
                put(None)
    return root[0] if root else None


@dataclass(slots=True)
class _Writer:
    """The view in the making."""

    source: str
    parts: list[str] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("L"))
    ends: array[int] = field(default_factory=lambda: array("L"))

    def add(self, char: str, start: int, end: int) -> None:
        """Adds one character."""
        self.parts.append(char)
        self.starts.append(start)
        self.ends.append(end)

    def string(self, place: _String) -> None:
        """Adds a JSON string, its escapes resolved."""
        at = place.start
        while at < place.end:
            if self.source[at] != "\\":
                stop = self.source.find("\\", at, place.end)
                end = stop if stop > 0 else place.end
                self.parts.extend(self.source[at:end])
                self.starts.extend(range(at, end))
                self.ends.extend(range(at + 1, end + 1))
                at = end
                continue
            match = _ESCAPE.match(self.source, at, place.end)
            if match is None:
                at += 1
                continue
            end = match.end()
            code = match[0][1:]
            char = _PLAIN.get(code, code)
            if len(code) == 5:
                value = int(code[1:], 16)
                low = _ESCAPE.match(self.source, end, place.end) if value >> 10 == 0x36 else None
                if low is not None and low[0][1:2] == "u":
                    second = int(low[0][2:], 16)
                    if second >> 10 == 0x37:
                        value = 0x10000 + ((value & 0x3FF) << 10) + (second & 0x3FF)
                        end = low.end()
                char = chr(value) if not 0xD800 <= value < 0xE000 else "\ufffd"
            self.add(char, at, end)
            at = end

    def __len__(self) -> int:
        return len(self.parts)


def _strings(value: _Value) -> Iterator[_String]:
    """The strings of a `source` or `text`, which may be one or a list of lines."""
    if isinstance(value, _String):
        yield value
    elif isinstance(value, list):
        yield from (part for part in value if isinstance(part, _String))


def _cells(root: _Value) -> Iterator[dict[str, _Value]]:
    if not isinstance(root, dict):
        return
    sheets = root.get("worksheets")
    holders = [root, *(sheets if isinstance(sheets, list) else [])]
    for holder in holders:
        cells = holder.get("cells") if isinstance(holder, dict) else None
        if isinstance(cells, list):
            yield from (cell for cell in cells if isinstance(cell, dict))


def _outputs(cell: dict[str, _Value]) -> Iterator[_Value]:
    """The texts that a cell shows: what it printed, what its last line gave, its error."""
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        data = output.get("data")
        if isinstance(data, dict) and "text/plain" in data:
            yield data["text/plain"]
        elif "text" in output:
            yield output["text"]


def in_cells(text: str, offsets: Sequence[int]) -> list[tuple[int, int]]:
    """For each offset into a notebook's JSON: its cell, and its line in that cell's source.

    Both count from 1.  The line is 0 in what a cell shows as its output; the cell is 0 before the
    first one.
    """
    cells = [
        (
            list(_strings(cell.get("source", cell.get("input")))),
            [part for output in _outputs(cell) for part in _strings(output)],
        )
        for cell in _cells(_parse(text))
    ]
    found: list[tuple[int, int]] = []
    for offset in offsets:
        number, line = 0, 0
        for place, (source, shown) in enumerate(cells, 1):
            # A cell's output may stand before its source, as keys in order of the alphabet do.
            if not (source or shown) or min(p.start for p in (*source, *shown)) > offset:
                continue
            number, line = place, 0
            if source and source[0].start <= offset <= source[-1].end:
                before = [text[part.start : min(part.end, offset)] for part in source]
                line = 1 + sum(e == "\\n" for part in before for e in _ESCAPE.findall(part))
        found.append((number, line))
    return found


def scan(text: str) -> Page:
    """The pieces of a notebook: Markdown cells as pages, code cells, their outputs.

    Raises:
        InputError: the text is not the JSON of a notebook, not even of one that was cut off.
    """
    root = _parse(text)
    if not isinstance(root, dict) or not root.keys() & {"cells", "worksheets", "nbformat"}:
        raise InputError(
            "is not a notebook (its JSON holds no cells)",
            where="",
            hint="open it in Jupyter and save it again",
        )
    writer = _Writer(text)
    work = Work()
    pieces: list[Piece] = []
    for cell in _cells(root):
        kind = cell.get("cell_type")
        name = text[kind.start : kind.end] if isinstance(kind, _String) else "code"
        begin = len(writer)
        for part in _strings(cell.get("source", cell.get("input"))):
            writer.string(part)
        shown = "".join(writer.parts[begin:])
        if name == "heading":
            pieces.extend(_piece("heading", shown, begin, level=1))
        elif name in {"markdown", "raw"}:
            page = plain_text.scan(View(shown), work)
            pieces.extend(_moved(piece, begin) for piece in page.pieces)
        else:
            pieces.extend(_piece("code", shown, begin, language="ipython"))
        _newline(writer)
        for output in _outputs(cell):
            begin = len(writer)
            for part in _strings(output):
                writer.string(part)
            shown = "".join(writer.parts[begin:])
            if "\x1b" not in shown:
                pieces.extend(_piece("output", shown, begin))
            else:
                clean = replace_styling(shown)
                pieces.extend(
                    replace(piece, text=clean.strip()) for piece in _piece("output", shown, begin)
                )
            _newline(writer)
    # keys in order of the alphabet put what a cell shows before its source
    view = View("".join(writer.parts), writer.starts, writer.ends, ordered=False)
    return Page(view, tuple(pieces))


def replace_styling(text: str) -> str:
    """The text without a terminal's colours."""
    return _STYLING.sub("", text)


def _newline(writer: _Writer) -> None:
    at = writer.ends[-1] if len(writer) else 0
    writer.add("\n", at, at)


def _piece(kind: str, shown: str, begin: int, *, level: int = 0, language: str = "") -> list[Piece]:
    bare = shown.strip()
    if not bare:
        return []
    start = begin + len(shown) - len(shown.lstrip())
    made = Piece("code", start, start + len(bare), bare, True, level, language=language)
    match kind:
        case "heading":
            return [replace(made, kind="heading")]
        case "output":
            return [replace(made, kind="output")]
        case _:
            return [made]


def _moved(piece: Piece, by: int) -> Piece:
    return replace(piece, start=piece.start + by, end=piece.end + by)
