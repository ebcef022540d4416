"""Answers: composed with citations, their code executed, their claims judged."""
