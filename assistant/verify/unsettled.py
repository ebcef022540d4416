"""What no page can state for good: values that hang on the machine, the clock, the version."""

from __future__ import annotations

import ast
import re

from corpus import syntax

_HARDWARE_CALLS = re.compile(
    r"\bis_available\(|device_count\(|get_device_(?:name|properties|capability)\("
    r"|memory_(?:allocated|reserved|summary)\(|mem_get_info|current_device\(|cpu_count"
    r"|get_num_(?:interop_)?threads|is_bf16_supported|\bbackends\.|nccl\.version|affinity"
)
# A device may be named where there is none.
_NAMED_DEVICE = re.compile(
    r"\bdevice\([^()]*\)\.(?:type|index)\b"
    r"|\bdevice\([^()]*\)\s*[!=]=\s*(?:torch\.)?device\([^()]*\)"
    r"|\.device(?:\.type)?\s*[!=]=\s*[\"']cuda(?::\d)?[\"']"
)
# What holds of every machine.
_SURE = re.compile(
    r"[\w.]*(?:get_num_threads|cpu_count)\(\) *(?:>= *[01]|> *0|!= *0)\b"
    r"|[\w.]*device_count\(\) *>= *0\b|\bget_autocast_dtype\([^()]*\)"
    r"|(?:isinstance|type)\([\w.]+(?:is_available|device_count|get_num_threads|cpu_count)\(\)"
)
_CUDA_CALLS = re.compile(r"\.cuda\(|[\"']cuda")
_CLOCK_CALLS = re.compile(
    r"\btime\.|perf_counter|\btimeit\b|\bTimer\(|\bdatetime\b|\buuid|\burandom\b|getpid|\bsecrets\b"
)
# Dates that are written out hold whenever they are computed.
_DATED = re.compile(r"\bdatetime\.(?:date|time|timedelta)\((?!\))|\bdatetime\.datetime\(\d")
_PLACE_CALLS = re.compile(
    r"\blistdir\(|\bscandir\(|getcwd|\benviron\b|getenv|\bplatform\.\w+\(|gethostname|getuser"
    r"|expanduser|\b(?:Path|path\.\w+)\([^()]*\)(?:\.\w+)*\.(?:exists|is_file|is_dir)\("
    r"|\bpath\.(?:exists|isfile|isdir)\("
    r"|sys\.(?:executable|path|argv|platform)\b|\.cwd\(|iterdir\(|disk_usage|psutil|\.home\("
)
_VERSION = re.compile(r"__version__|\bversion_info\b|sys\.version|torch\.version\b|show_config")
_ADDRESS = re.compile(
    r"\bid\(|data_ptr\(|__array_interface__|\bctypes\.data\b|\bhash\(|getsizeof|getrefcount|storage\(\)(?!\.(?:nbytes|size))"
)


def unsettled(source: str, *, cuda: bool = False) -> str:
    """Why the value of a statement is nothing a page can state for good; empty if it can.

    Args:
        source: the statement.
        cuda: whether the machine that ran it offers CUDA.
    """
    source = _DATED.sub("", _SURE.sub("True", _NAMED_DEVICE.sub("", source)))
    if _VERSION.search(source):
        return "it depends on the installed version"
    if _HARDWARE_CALLS.search(source) or (not cuda and _CUDA_CALLS.search(source)):
        return "it depends on the hardware"
    apart = re.search(r"data_ptr\(\)\s*-\s*[\w.]+\.data_ptr\(\)", source)
    if _ADDRESS.search(source) and "==" not in source and not apart:
        return "it is an address or an implementation detail"
    if _CLOCK_CALLS.search(source):
        return "it depends on the clock or the process"
    if _PLACE_CALLS.search(source):
        return "it depends on where it runs"
    return ""


def unwritten(source: str, claimed: str = "") -> bool:
    """Whether a statement shows memory that nobody wrote, or a claim reads as if it did."""
    shows = _UNWRITTEN.search(source) and not _FORM.search(source)
    return bool(shows or _SUBNORMAL.search(claimed))


def volatile(code: str) -> bool:
    """Whether a run may differ from the next although no generator was used."""
    return bool(_CLOCK_CALLS.search(code) or _UNWRITTEN.search(code) or _GENERATOR.search(code))


# What is known of memory whatever stands in it.
_FORM = re.compile(
    r"\.(?:numel|nelement|size|dim|ndimension|stride|element_size|is_contiguous|type)\([^()]*\)\)?\s*(?:#|$)"
    r"|\.(?:shape|ndim|dtype|device|nbytes|layout|is_\w+|requires_grad)\)?\s*(?:#|$)|\blen\("
    r"|\btorch\.(?:numel|is_tensor|is_floating_point|is_complex)\("
)
# Numbers as integers and addresses look when they are read as float32.
_SUBNORMAL = re.compile(r"\de-(?:39|4[0-5])\b")
_UNWRITTEN = re.compile(r"\w*empty\w*\(|\b(?:nd|rec)array\(|skip_init|\bTensor\(\s*\d|resize_\(")
_GENERATOR = re.compile(
    r"Generator\(|default_rng|RandomState|SystemRandom|\bset\(|fork_rng|dropout"
)


def chosen_by_hardware(code: str) -> tuple[frozenset[str], frozenset[str]]:
    """Names whose value hangs on the machine.

    Returns:
        Those that stand for devices or live on a chosen one, of which only the place is open; and
        those of which everything is: a dtype, a count or a flag that the machine decides.
    """
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return frozenset(), frozenset()
    placed: set[str] = set()
    open_: set[str] = set()
    for statement in ast.walk(tree):
        if isinstance(statement, ast.If) and _HARDWARE_CALLS.search(ast.unparse(statement.test)):
            bound = {
                name for inner in (*statement.body, *statement.orelse) for name in _bound(inner)
            }
            places = any(
                "device" in ast.unparse(inner) or "cuda" in ast.unparse(inner)
                for inner in (*statement.body, *statement.orelse)
            )
            (placed if places else open_).update(bound)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            source = ast.unparse(statement)
            used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
            used -= _bound(statement)
            if _HARDWARE_CALLS.search(source):
                device = re.search(r"[\"']cpu|torch\.device", source)
                (placed if device else open_).update(_bound(statement))
            elif used & open_:
                open_.update(_bound(statement))
            elif used & placed:
                placed.update(_bound(statement))
    return frozenset(placed), frozenset(open_)


def _bound(statement: ast.stmt) -> set[str]:
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
