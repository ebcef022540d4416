"""Reports as text for people, and in the forms that other tools read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from assistant.types import SnippetReport, Verdict
from assistant.verify.report import PlacedVerdict, summary

Files = Mapping[str, Sequence[SnippetReport]]
RULES = {
    "value": "the value is another one",
    "shape": "the shape is another one",
    "dtype": "the dtype is another one",
    "device": "the device is another one",
    "bool": "the answer is the other one",
    "output": "something else is printed",
    "raises": "the error is another one, or there is none",
    "exists": "the name or parameter does not exist",
    "property": "the property does not hold",
}


def wrong(reports: Sequence[SnippetReport]) -> Iterator[tuple[SnippetReport, Verdict]]:
    """The refuted claims."""
    for report in reports:
        for verdict in report.verdicts:
            if verdict.state == "refuted":
                yield report, verdict


def line_of(report: SnippetReport, verdict: Verdict) -> int:
    """The document's line of a claim."""
    if isinstance(verdict, PlacedVerdict) and verdict.document_line:
        return verdict.document_line
    return report.line + max(verdict.claim.line - 1, 0)


def _column(verdict: Verdict) -> int:
    return verdict.column if isinstance(verdict, PlacedVerdict) else 1


def _first(text: str) -> str:
    lines = text.splitlines()
    return f"{lines[0]} …" if len(lines) > 1 else text


def as_text(files: Files, *, everything: bool = False) -> str:
    """For people: each refuted claim with its line, a caret, what is claimed and what was seen.

    Args:
        files: the reports of each file, by its path.
        everything: also list claims that hold or stay open.
    """
    out: list[str] = []
    for path, reports in files.items():
        for report in reports:
            if report.status == "error" and report.error is not None:
                error = report.error
                at = report.line + (error.line or 1) - 1
                out += [f"{path}:{at}: the code fails: {error.type}: {_first(error.message)}"]
                out += [f"    {error.source_line}", ""]
            for verdict in report.verdicts:
                if verdict.state != "refuted" and not everything:
                    continue
                out += _text_of(path, report, verdict)
    counts = summary(report for reports in files.values() for report in reports)
    out.append(
        f"{counts['snippets']} snippets, {counts['claims']} claims:"
        f" {counts['confirmed']} confirmed, {counts['refuted']} refuted,"
        f" {counts['unverifiable']} unverifiable, {counts['not_run_claims']} not run"
    )
    return "\n".join(out) + "\n"


def _text_of(path: str, report: SnippetReport, verdict: Verdict) -> list[str]:
    line, text = line_of(report, verdict), _first(verdict.claim.text)
    source = verdict.source_line if isinstance(verdict, PlacedVerdict) else text
    shown = source if len(source) <= 200 else text
    at = max(shown.find(text.removesuffix(" …")), 0)
    found = [
        f"{path}:{line}:{_column(verdict)}: {verdict.state} ({verdict.claim.kind})",
        f"    {shown}",
        f"    {' ' * at}{'^' * max(1, min(len(text), len(shown) - at))}",
        f"    claimed   {text}",
    ]
    if verdict.observed:
        found.append(f"    observed  {_first(verdict.observed)}")
    if verdict.note:
        found.append(f"    note      {verdict.note}")
    return [*found, ""]


def as_github(files: Files) -> str:
    """Annotations as GitHub's runners read them from standard output."""
    lines: list[str] = []
    for path, reports in files.items():
        for report, verdict in wrong(reports):
            message = f"claimed {verdict.claim.text}, observed {verdict.observed}"
            place = f"file={_property(path)},line={line_of(report, verdict)}"
            title = f"title={_property(RULES[verdict.claim.kind])}"
            lines.append(f"::error {place},col={_column(verdict)},{title}::{_data(message)}")
    return "".join(f"{line}\n" for line in lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_junit(files: Files) -> str:
    """One test case for each claim, one suite for each file."""
    suites: list[str] = []
    for path, reports in files.items():
        cases = [_case(path, report, verdict) for report in reports for verdict in report.verdicts]
        counts = summary(reports)
        skipped = counts["unverifiable"] + counts["not_run_claims"]
        suites.append(
            f'  <testsuite name={quoteattr(path)} tests="{counts["claims"]}"'
            f' failures="{counts["refuted"]}" skipped="{skipped}" errors="0">\n'
            + "".join(cases)
            + "  </testsuite>\n"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="torchproof">\n'
        + "".join(suites)
        + "</testsuites>\n"
    )


def _case(path: str, report: SnippetReport, verdict: Verdict) -> str:
    name = f"line {line_of(report, verdict)}: {_printable(_first(verdict.claim.text))}"
    head = f"    <testcase classname={quoteattr(path)} name={quoteattr(name)}"
    if verdict.state == "confirmed":
        return f"{head}/>\n"
    said = _printable(f"claimed {verdict.claim.text}, observed {verdict.observed} {verdict.note}")
    if verdict.state == "refuted":
        return f"{head}><failure message={quoteattr(said)}>{escape(said)}</failure></testcase>\n"
    return f"{head}><skipped message={quoteattr(_printable(verdict.note))}/></testcase>\n"


def _printable(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(mark for mark in text if mark in "\n\t" or mark.isprintable())


def as_sarif(files: Files, *, version: str) -> str:
    """A SARIF 2.1.0 log of the refuted claims.

    Args:
        files: the reports of each file, by its path.
        version: of this project.
    """
    results = [
        {
            "ruleId": verdict.claim.kind,
            "level": "error",
            "message": {
                "text": f"claimed {verdict.claim.text}, observed {verdict.observed}. {verdict.note}"
            },
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": path},
                        "region": {
                            "startLine": line_of(report, verdict),
                            "startColumn": _column(verdict),
                        },
                    }
                }
            ],
        }
        for path, reports in files.items()
        for report, verdict in wrong(reports)
    ]
    driver = {
        "name": "torchproof",
        "version": version,
        "rules": [{"id": rule, "shortDescription": {"text": text}} for rule, text in RULES.items()],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"
