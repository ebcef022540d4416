"""Figures: how well retrieval, verification, reading and speed do, measured."""
