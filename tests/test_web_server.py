"""Starting the web app: ports, addresses, who may come in."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.web.access import logins
from assistant.web.server import check_port
from corpus.errors import EnvironmentFault, InputError


def test_a_port_in_use_is_named_before_anything_slow_happens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(EnvironmentFault, match="the port is in use") as told:
            check_port("127.0.0.1", port)
    assert told.value.where == f"127.0.0.1:{port}"
    assert "--port" in told.value.hint
    check_port("127.0.0.1", port)


@pytest.mark.parametrize("host", ["203.0.113.9", "no such host"])
def test_an_address_that_is_not_ours_is_named(host: str) -> None:
    with pytest.raises(InputError) as told:
        check_port(host, 8080)
    assert told.value.where == f"--host {host}"


def test_looking_at_the_port_does_not_import_gradio() -> None:
    code = (
        "from assistant.web.server import check_port; import assistant.web.access, sys; "
        "check_port('127.0.0.1', 0); print('gradio' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.8"])
def test_this_machine_needs_no_login(host: str) -> None:
    assert logins(host, None, None, open_to_all=False) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.4", "::", "host.example"])
def test_other_machines_need_one_or_an_express_wish(host: str) -> None:
    with pytest.raises(InputError, match="--auth user:password"):
        logins(host, None, None, open_to_all=False)
    assert logins(host, None, None, open_to_all=True) == []
    assert logins(host, "ann:long enough", None, open_to_all=False) == [("ann", "long enough")]


def test_logins_come_from_a_file_and_bad_ones_are_named(tmp_path: Path) -> None:
    file = tmp_path / "logins"
    file.write_text("# users\nann:correct:horse\n\nbob:battery-staple\n", encoding="utf-8")
    assert logins("0.0.0.0", None, str(file), open_to_all=False) == [
        ("ann", "correct:horse"),
        ("bob", "battery-staple"),
    ]
    file.write_text("ann\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        logins("0.0.0.0", None, str(file), open_to_all=False)
    with pytest.raises(InputError, match="no such file"):
        logins("0.0.0.0", None, str(tmp_path / "none"), open_to_all=False)
    with pytest.raises(InputError, match="fewer than 8"):
        logins("127.0.0.1", "ann:short", None, open_to_all=False)
    with pytest.raises(InputError, match="contradicts"):
        logins("0.0.0.0", "ann:long enough", None, open_to_all=True)


def test_the_script_for_the_tests_needs_says_how_and_never_fails(tmp_path: Path) -> None:
    script = Path(__file__).parent.parent / ".ci" / "system"
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    bash = "/bin/bash"
    told = subprocess.run(
        [bash, str(script)], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    assert "apt-get install chromium bubblewrap" in told.stderr
    (tmp_path / "bwrap").write_text("#!/bin/sh\n")
    (tmp_path / "bwrap").chmod(0o755)
    quiet = subprocess.run(
        [bash, str(script)],
        env={"PATH": str(tmp_path), "CHROMIUM": "/opt/chromium"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not quiet.stderr
