"""Turns what was seen into a state for each claim.  Pure: nothing here runs anything."""

from __future__ import annotations

from assistant.verify.judge.claims import judge
from assistant.verify.judge.echo import judge_echo
from assistant.verify.judge.extent import compared
from assistant.verify.judge.judgement import Judgement, Setting
from assistant.verify.judge.output import expected_output

__all__ = ["Judgement", "Setting", "compared", "expected_output", "judge", "judge_echo"]
