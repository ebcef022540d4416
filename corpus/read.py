"""Files to documents: which files there are, what encoding they are in, what kind they are.

A path inside a zip archive is written as if the archive were a folder (`pages.zip/ch1/loss.md`), so
that callers need not know about archives.
"""

from __future__ import annotations

import glob
import hashlib
import html
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.clean import clean_title
from corpus.errors import InputError
from corpus.furniture import furniture
from corpus.types import Document, Unreadable

MEDIA_TYPES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".rst": "text/x-rst",
    ".html": "text/html",
    ".htm": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".py": "text/x-python",
}
LARGEST_FILE = 32 * 1024 * 1024  # bytes; a text larger than this is no page anyone wrote
FREE_LINES, CHARACTERS_A_LINE = 20_000, 100
"""A document may hold so many lines, and one more for each so many characters: each line is work,
and a file of nothing but crumbs is no page anyone wrote."""
_LARGEST_ARCHIVE = 256 * 1024 * 1024  # bytes unpacked, all members together
_MOST_MEMBERS = 10_000
_STEEPEST = 200  # times smaller packed than unpacked; text packs 3 to 20 times
_SUFFIXES = ", ".join(MEDIA_TYPES)


def read_document(path: Path) -> Document:
    """Reads one file, or one member of a zip archive.

    Raises:
        InputError: the file is missing, too large, empty of text or not text at all.
    """
    absolute = Path(path).expanduser().absolute()
    data = _bytes_of(absolute)
    text = decode(data, where=str(absolute))
    return _document(text, absolute, media_type=None, sha256=hashlib.sha256(data).hexdigest())


def read_text(text: str, *, path: str | Path, media_type: str | None = None) -> Document:
    """A document from text at hand, as if it had been read from `path`.

    Args:
        text: the document's text.
        path: names it; its suffix tells the media type when none is given.
        media_type: IANA name.
    """
    absolute = Path(path).expanduser().absolute()
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return _document(text, absolute, media_type=media_type, sha256=digest)


def document_id(path: Path) -> str:
    """The id of the document at an absolute path: a readable slug and six hexadecimal digits."""
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:48] or "document"
    digest = hashlib.sha256(path.as_posix().encode("utf-8", "surrogateescape")).hexdigest()
    return f"{slug}-{digest[:6]}"


def most_lines(characters: int) -> int:
    """How many lines a document of so many characters may hold, empty ones aside."""
    return FREE_LINES + characters // CHARACTERS_A_LINE


def check_lines(count: int, characters: int, where: str) -> None:
    """Refuses what is made of crumbs.

    Args:
        count: lines, empty ones aside, or what else a document is taken apart into.
        characters: of the whole document.
        where: names it.

    Raises:
        InputError: it holds too many lines for its length.
    """
    most = most_lines(characters)
    if count > most:
        raise InputError(
            f"holds {count:,} lines in {characters:,} characters; the limit is {most:,}",
            where=where,
            hint="split it into smaller files",
        )


def _document(text: str, path: Path, *, media_type: str | None, sha256: str) -> Document:
    kind = media_type or MEDIA_TYPES.get(path.suffix.lower()) or _guessed(text)
    inner = text
    if kind == "application/x-ipynb+json":
        # its lines end in two characters of the JSON, whose own lines do not count
        inner = text.replace("\n", " ").replace("\\n", "\n")
    if inner.count("\n") + inner.count("\r") > FREE_LINES:
        check_lines(sum(1 for line in inner.splitlines() if line.strip()), len(text), str(path))
    return Document(
        id=document_id(path),
        path=str(path),
        title=_title(text, kind) or path.stem,
        media_type=kind,
        text=text,
        sha256=sha256,
    )


# ------------------------------------------------------------------ bytes


def _bytes_of(path: Path) -> bytes:
    where = str(path)
    try:
        if path.is_file():
            size = path.stat().st_size
            if size > LARGEST_FILE:
                raise _too_large(where, size)
            return path.read_bytes()
        archive = next((up for up in path.parents if up.is_file()), None)
        if archive is not None and zipfile.is_zipfile(archive):
            return _member(archive, path.relative_to(archive).as_posix())
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror or error})", where=where, hint="check its permissions"
        ) from error
    if path.is_symlink():
        raise InputError("is a link to nothing", where=where, hint="remove or mend the link")
    if path.exists() and not path.is_dir():
        raise InputError(
            "is no regular file", where=where, hint="pipe its text through `-` or save it"
        )
    if path.is_dir():
        raise InputError("is a folder, not a file", where=where, hint="give a file inside it")
    raise InputError("no such file", where=where, hint="check the path")


def _too_large(where: str, size: int) -> InputError:
    return InputError(
        f"is too large ({size / 1e6:.0f} MB; the limit is {LARGEST_FILE / 1e6:.0f} MB)",
        where=where,
        hint="split it into smaller files",
    )


def decode(data: bytes, *, where: str = "") -> str:
    """Text from bytes: by its byte order mark, as UTF-8, or by what it most probably is.

    Raises:
        InputError: the bytes are no text.
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return _checked(data.decode(encoding, "replace"), where)
    if b"\x00" in data[:4096]:
        return _checked(_wide(data, where), where)
    try:
        return _checked(data.decode("utf-8"), where)
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.reason == "unexpected end of data":
            # cut off in the middle of its last character
            return _checked(data[: error.start].decode("utf-8"), where)
    if _control_share(data) > 0.02:
        raise _not_text(where)
    from charset_normalizer import from_bytes

    best = from_bytes(data[:65_536]).best()
    encoding = best.encoding if best is not None else "cp1252"
    try:
        return _checked(data.decode(encoding), where)
    except (UnicodeDecodeError, LookupError):
        return _checked(data.decode("cp1252", "replace"), where)


def _wide(data: bytes, where: str) -> str:
    """UTF-16 without a byte order mark: every other byte of Western text is zero."""
    head = data[:4096]
    even = head[0::2].count(0) / max(1, len(head[0::2]))
    odd = head[1::2].count(0) / max(1, len(head[1::2]))
    if odd > 0.4 and even < 0.1:
        return data.decode("utf-16-le", "replace")
    if even > 0.4 and odd < 0.1:
        return data.decode("utf-16-be", "replace")
    raise _not_text(where)


def _control_share(data: bytes) -> float:
    head = data[:65_536]
    kept = head.translate(None, bytes(range(1, 9)) + bytes(range(14, 27)) + b"\x00\x7f")
    return (len(head) - len(kept)) / max(1, len(head))


def _not_text(where: str) -> InputError:
    return InputError(
        "is not text (it holds binary data)", where=where, hint=f"give one of {_SUFFIXES} or .zip"
    )


def _checked(text: str, where: str) -> str:
    """The text, unless it plainly is none."""
    head = text[:65_536]
    odd = sum(
        1 for char in head if (char < " " and char not in "\t\n\r\f\v\x1b") or char == "\ufffd"
    )
    if odd > 0.1 * len(head) + 2:
        raise _not_text(where)
    return text


# ------------------------------------------------------------------ archives


def _members(archive: Path) -> list[zipfile.ZipInfo]:
    """The members of an archive that are documents.

    Raises:
        InputError: the archive is broken, or would unpack to far more than it seems.
    """
    where = str(archive)
    try:
        with zipfile.ZipFile(archive) as opened:
            infos = opened.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(
            "is not a readable zip archive", where=where, hint="pack it again"
        ) from error
    if len(infos) > _MOST_MEMBERS:
        raise InputError(
            f"holds more than {_MOST_MEMBERS} files", where=where, hint="unpack it into a folder"
        )
    total = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    if total > _LARGEST_ARCHIVE or (total > 1_000_000 and total / packed > _STEEPEST):
        raise InputError(
            f"would unpack to {total / 1e6:.0f} MB from {packed / 1e6:.1f} MB",
            where=where,
            hint="unpack what you need into a folder",
        )
    return [
        info
        for info in infos
        if not info.is_dir()
        and not any(
            part.startswith((".", "__MACOSX")) and part != ".."
            for part in Path(info.filename).parts
        )
        and Path(info.filename).suffix.lower() in {*MEDIA_TYPES, ".zip"}
    ]


def _refused(info: zipfile.ZipInfo) -> str:
    """Why a member of an archive is not read; empty when it may be."""
    path = Path(info.filename)
    if ".." in path.parts or path.is_absolute():
        return "its path leads out of the archive"
    return "is an archive inside an archive" if path.suffix.lower() == ".zip" else ""


def _member(archive: Path, name: str) -> bytes:
    where = f"{archive}/{name}"
    if not any(info.filename == name and not _refused(info) for info in _members(archive)):
        raise InputError("no such file in the archive", where=where, hint="check the path")
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(name) as member:
            # the size in the directory may lie: stop reading one byte behind the limit
            data = member.read(LARGEST_FILE + 1)
    except (
        zipfile.BadZipFile,
        OSError,
        RuntimeError,
        ValueError,
        NotImplementedError,
        EOFError,
    ) as error:
        raise InputError(
            "cannot be unpacked (damaged or encrypted)", where=where, hint="unpack it yourself"
        ) from error
    except Exception as error:
        raise InputError(
            "cannot be unpacked (damaged)", where=where, hint="pack it again"
        ) from error
    if len(data) > LARGEST_FILE:
        raise _too_large(where, len(data))
    return data


# ------------------------------------------------------------------ finding


def find_files(paths: Sequence[str | Path]) -> tuple[list[Path], list[Unreadable]]:
    """The documents that files, folders and patterns name, each once, in order.

    In folders and archives only known suffixes count; a file named outright is taken as it is.

    Raises:
        InputError: a path does not exist, a pattern matches nothing, a folder holds no document.
    """
    found: dict[Path, None] = {}
    unreadable: list[Unreadable] = []
    for given in paths:
        for path in _matches(str(given)):
            if path.is_dir():
                _from_folder(path, found, unreadable)
            elif path.suffix.lower() == ".zip" or (
                path.suffix.lower() not in MEDIA_TYPES and zipfile.is_zipfile(path)
            ):
                _from_archive(path, found, unreadable)
            else:
                found[path] = None
    return list(found), unreadable


def _matches(given: str) -> list[Path]:
    """The paths that exist under a name or pattern."""
    path = Path(given).expanduser().absolute()
    try:
        if path.exists() or _in_archive(path):
            return [path]
    except (OSError, ValueError) as error:
        raise InputError("is not a usable path", where=given, hint="check the path") from error
    if glob.has_magic(given):
        matches = sorted(
            Path(match).absolute()
            for match in glob.glob(str(Path(given).expanduser()), recursive=True)  # noqa: PTH207
        )
        if matches:
            return matches
        raise InputError(
            "matches no file", where=given, hint="check the pattern; `**` matches any folder"
        )
    raise InputError("no such file or folder", where=given, hint="check the path")


def _in_archive(path: Path) -> bool:
    archive = next((up for up in path.parents if up.is_file()), None)
    return archive is not None and zipfile.is_zipfile(archive)


def _walk(folder: Path, unreadable: list[Unreadable]) -> Iterator[Path]:
    """Documents and archives below a folder, sorted; links to folders are not followed."""
    try:
        inner = sorted(folder.iterdir())
    except OSError as error:
        unreadable.append(Unreadable(str(folder), f"cannot be listed ({error.strerror})"))
        return
    for path in inner:
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            if path.name not in {"__pycache__", "node_modules", "site-packages"}:
                yield from _walk(path, unreadable)
        elif path.suffix.lower() in MEDIA_TYPES or path.suffix.lower() == ".zip":
            yield path


def _from_folder(folder: Path, found: dict[Path, None], unreadable: list[Unreadable]) -> None:
    before = len(unreadable)
    seen = False
    for path in _walk(folder, unreadable):
        seen = True
        if path.suffix.lower() == ".zip":
            _from_archive(path, found, unreadable)
        else:
            found[path] = None
    if not seen and len(unreadable) == before:
        raise InputError(
            "holds no document", where=str(folder), hint=f"it should hold {_SUFFIXES} or .zip"
        )


def _from_archive(archive: Path, found: dict[Path, None], unreadable: list[Unreadable]) -> None:
    try:
        members = _members(archive)
    except InputError as error:
        unreadable.append(Unreadable(str(archive), error.what))
        return
    if not members:
        unreadable.append(Unreadable(str(archive), "holds no document"))
    for info in members:
        if reason := _refused(info):
            unreadable.append(Unreadable(f"{archive}/{info.filename}", reason))
        else:
            found[archive / info.filename] = None


# ------------------------------------------------------------------ kind and title


def _guessed(text: str) -> str:
    """The media type of text without a telling name."""
    head = text[:4096].lstrip().lower()
    if head.startswith(("<!doctype html", "<html")) or "<body" in head:
        return "text/html"
    if head.startswith("{") and '"cells"' in text and '"nbformat"' in text:
        return "application/x-ipynb+json"
    return "text/markdown" if re.search(r"^(?:#{1,3} |```)", text, re.MULTILINE) else "text/plain"


def _title(text: str, media_type: str) -> str:
    """The first heading, or what stands for it."""
    head = text[:200_000]
    if media_type == "text/html":
        for tag in ("h1", "title"):
            match = re.search(rf"<{tag}\b[^>]*>([^<]*(?:<(?!/{tag})[^<]*)*)</{tag}", head, re.I)
            title = clean_title(html.unescape(match[1])) if match else ""
            if title:
                return title[:200]
        return ""
    if media_type == "application/x-ipynb+json":
        return _notebook_title(text)
    if media_type == "text/x-python":
        code = (line for line in head.splitlines() if line.strip() and line.lstrip()[0] != "#")
        opening = re.match(r"[rRuU]?(?:\"\"\"|''')(.*)", next(code, "").lstrip())
        if opening is None:
            return ""
        line = opening[1].strip() or next(code, "").strip()
        return clean_title(re.split(r"\"\"\"|'''", line)[0]).rstrip(".")
    return _first_heading(head, media_type)


def _first_heading(text: str, media_type: str) -> str:
    lines = text.splitlines()[:400]
    if media_type == "text/plain":
        first = next((line.strip() for line in lines if line.strip() and not furniture(line)), "")
        if first and not first.startswith(("#", "<")):
            short = len(first) <= 120 and first[-1] not in ".:;,"
            return clean_title(first) if short else ""
    fenced = False
    for index, line in enumerate(lines):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        match = re.match(r" {0,3}#{1,6}[ \t]+(\S.*?)[ \t#]*$", line)
        if match and not fenced and media_type != "text/x-rst":
            blank_behind = index + 1 == len(lines) or not lines[index + 1].strip()
            if media_type == "text/markdown" or blank_behind:
                return clean_title(match[1])
        below = lines[index + 1] if index + 1 < len(lines) else ""
        if not fenced and line.strip() and re.match(r"([=\-~*^#])\1{2,}\s*$", below):
            return clean_title(line)
    return ""


def _notebook_title(text: str) -> str:
    try:
        cells = json.loads(text).get("cells", [])
        for cell in cells[:20]:
            source = cell.get("source", "")
            joined = source if isinstance(source, str) else "".join(source)
            if cell.get("cell_type") == "markdown":
                title = _first_heading(joined, "text/markdown")
                if title:
                    return title
    except (ValueError, AttributeError, TypeError, RecursionError):
        return ""
    return ""
