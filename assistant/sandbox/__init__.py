"""The only place that runs foreign code."""
