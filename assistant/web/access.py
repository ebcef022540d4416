"""Who may use the app: anyone on this machine; elsewhere, those with a name and a password."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from assistant.errors import foreign_faults
from corpus.errors import InputError

SHORTEST = 8
"""Characters that a password has at least."""

Logins = list[tuple[str, str]]


def logins(host: str, auth: str | None, auth_file: str | None, *, open_to_all: bool) -> Logins:
    """The logins to ask for; none for this machine alone, unless some are given.

    Args:
        host: the address that will be listened on.
        auth: `user:password`.
        auth_file: a file with such a line for each user.
        open_to_all: nobody is asked, even where other machines can reach the app.

    Raises:
        InputError: other machines could reach the app and nothing is asked of them, a login is
            not of the form `user:password`, or a password is too short.
    """
    found: Logins = []
    if auth:
        found.append(_login(auth, "--auth"))
    if auth_file:
        found += _from_file(Path(auth_file).expanduser())
    if found and open_to_all:
        raise InputError("--no-auth contradicts a login", hint="give one of them")
    if not found and not open_to_all and not _this_machine(host):
        raise InputError(
            "other machines can reach the app there, and it runs code",
            where=f"--host {host}",
            hint="give --auth user:password or TORCHPROOF_AUTH_FILE, or --no-auth to let anyone in",
        )
    return found


def _from_file(path: Path) -> Logins:
    with foreign_faults(str(path)):
        text = path.read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()]
    found = [
        _login(line, f"{path}, line {number}")
        for number, line in enumerate(lines, start=1)
        if line and not line.startswith("#")
    ]
    if not found:
        raise InputError("no login in it", where=str(path), hint="one user:password a line")
    return found


def _login(given: str, where: str) -> tuple[str, str]:
    user, separator, password = given.partition(":")
    if not separator or not user.strip():
        raise InputError("not of the form user:password", where=where, hint="see --help")
    if len(password) < SHORTEST:
        raise InputError(
            f"the password has fewer than {SHORTEST} characters", where=where, hint="choose another"
        )
    return user.strip(), password


def _this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
