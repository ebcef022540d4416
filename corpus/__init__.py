"""Documents: read, cleaned, split into entries, their code restored, their twins grouped."""
