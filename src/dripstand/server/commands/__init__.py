"""One module a command: `configure(parser)` declares its words, `run(args)` does it and returns the exit code."""
