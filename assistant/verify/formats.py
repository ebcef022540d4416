"""Reports in the forms that other tools read: GitHub's annotations, JUnit, SARIF."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from assistant.types import SnippetReport, Verdict
from assistant.verify.listing import as_text, failure_line, place_of, tally
from assistant.verify.report import column_of, line_of, summary

__all__ = ["as_github", "as_junit", "as_sarif", "as_text"]

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
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) has no way to hold."""


def wrong(reports: Sequence[SnippetReport]) -> Iterator[tuple[SnippetReport, Verdict]]:
    """The refuted claims."""
    for report in reports:
        for verdict in report.verdicts:
            if verdict.state == "refuted":
                yield report, verdict


def as_github(files: Files, texts: Mapping[str, str] | None = None) -> str:
    """Annotations as GitHub's runners read them from standard output, and a line that sums up.

    Args:
        files: the reports of each file, by its path.
        texts: what the files hold, by the same paths, where it is at hand.
    """
    lines: list[str] = []
    for path, reports in files.items():
        text = (texts or {}).get(path, "")
        for report in reports:
            if report.status == "error" and report.error is not None:
                place = f"file={_property(path)},line={failure_line(report, text)}"
                said = f"{report.error.type}: {report.error.message}"
                lines.append(f"::warning {place},title=the code fails::{_data(said)}")
        for report, verdict in wrong(reports):
            place = f"file={_property(path)},line={line_of(report, verdict)}"
            title = f"title={_property(RULES[verdict.claim.kind])}"
            message = _data(_said(verdict))
            lines.append(f"::error {place},col={column_of(verdict)},{title}::{message}")
    return "".join(f"{line}\n" for line in (*lines, tally(files)))


def _said(verdict: Verdict) -> str:
    cell = place_of(verdict)
    note = f" ({verdict.note})" if verdict.note else ""
    where = f"{cell}: " if cell else ""
    return f"{where}claimed {verdict.claim.text}, observed {verdict.observed}{note}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_junit(files: Files) -> str:
    """One test case for each claim, and for each snippet that it runs; one suite for each file."""
    suites: list[str] = []
    for path, reports in files.items():
        cases: list[str] = []
        for report in reports:
            if report.snippet.code:
                cases.append(_runs(path, report))
            cases += [_case(path, report, verdict) for verdict in report.verdicts]
        counts = summary(reports)
        skipped = sum("<skipped" in case for case in cases)
        errors = sum("<error" in case for case in cases)
        seconds = sum(report.seconds for report in reports)
        suites.append(
            f'  <testsuite name={_quoted(path)} tests="{len(cases)}"'
            f' failures="{counts["refuted"]}" errors="{errors}" skipped="{skipped}"'
            f' time="{seconds:.3f}">\n' + "".join(cases) + "  </testsuite>\n"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="torchproof">\n'
        + "".join(suites)
        + "</testsuites>\n"
    )


def _runs(path: str, report: SnippetReport) -> str:
    head = f"    <testcase classname={_quoted(path)} name={_quoted(f'line {report.line}: it runs')}"
    if report.status == "ok":
        return f"{head}/>\n"
    if report.status == "error" and report.error is not None:
        said = f"{report.error.type}: {report.error.message}"
        body = f"<error message={_quoted(said)} type={_quoted(report.error.type)}/>"
    else:
        body = f"<skipped message={_quoted(report.reason or report.status)}/>"
    return f"{head}>{body}</testcase>\n"


def _case(path: str, report: SnippetReport, verdict: Verdict) -> str:
    claim = verdict.claim.text.partition("\n")[0]
    name = f"line {line_of(report, verdict)}: {claim}"
    head = f"    <testcase classname={_quoted(path)} name={_quoted(name)}"
    if verdict.state == "confirmed":
        return f"{head}/>\n"
    if verdict.state == "refuted":
        said = _in_xml(_said(verdict))
        failure = f'<failure message={quoteattr(said)} type="{verdict.claim.kind}">'
        return f"{head}>{failure}{escape(said)}</failure></testcase>\n"
    return f"{head}><skipped message={_quoted(verdict.note)}/></testcase>\n"


def _in_xml(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)


def _quoted(text: str) -> str:
    return quoteattr(_in_xml(text))


def as_sarif(files: Files, *, version: str) -> str:
    """A SARIF 2.1.0 log of the refuted claims.

    Args:
        files: the reports of each file, by its path; what is not absolute is taken to be relative
            to the root of the repository.
        version: of this project.
    """
    order = list(RULES)
    results = [
        _result(path, report, verdict, order.index(verdict.claim.kind))
        for path, reports in files.items()
        for report, verdict in wrong(reports)
    ]
    driver = {
        "name": "torchproof",
        "version": version,
        "rules": [
            {
                "id": rule,
                "name": f"Refuted{rule.capitalize()}",
                "shortDescription": {"text": text},
                "defaultConfiguration": {"level": "error"},
            }
            for rule, text in RULES.items()
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _result(path: str, report: SnippetReport, verdict: Verdict, rule: int) -> dict[str, Any]:
    artifact = {"uri": _uri(path)}
    if not path.startswith("/"):
        artifact["uriBaseId"] = "%SRCROOT%"
    region = {"startLine": max(line_of(report, verdict), 1), "startColumn": column_of(verdict)}
    # What tells one finding from another when the lines above it change.
    content = f"{verdict.claim.kind}\0{report.snippet.code}\0{verdict.claim.text}"
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "ruleId": verdict.claim.kind,
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": _said(verdict)},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "partialFingerprints": {"claim/v1": digest[:32]},
    }


def _uri(path: str) -> str:
    """A path as a URI reference (RFC 3986); a colon in the first part would look like a scheme."""
    written = quote(path, safe="/-._~!$&'()*+;=@", errors="replace")
    return f"file://{written}" if path.startswith("/") else written
