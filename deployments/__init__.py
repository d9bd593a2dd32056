"""How it runs: settings, command line, supervisor, benchmarks."""
