"""The mock interviewer: its questions, its tasks, and how answers are judged."""
