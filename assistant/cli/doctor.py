"""`torchproof doctor`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from assistant.cli.common import index_option, json_option

MARKS = {"ok": "✓", "note": "·", "bad": "✗"}


@click.command(epilog="\b\nExamples:\n  torchproof doctor\n  torchproof doctor --json")
@json_option
@index_option
def doctor(as_json: bool, folder: Path | None) -> int:
    """Say what works on this machine, and how to mend what does not.

    Exits with 2 when something needed is missing.
    """
    from assistant.doctor import examine

    findings = list(examine(folder))
    if as_json:
        rows = [
            {"name": f.name, "state": f.state, "says": f.says, "mend": f.mend} for f in findings
        ]
        click.echo(json.dumps({"findings": rows}, ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(f"{MARKS[finding.state]} {finding.name:<10} {finding.says}")
            if finding.mend:
                click.echo(f"{'':<13}→ {finding.mend}")
    return 2 if any(finding.state == "bad" for finding in findings) else 0
