"""The `torchproof` command line: one module a command, each imported only when called."""
