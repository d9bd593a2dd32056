"""Benchmarks that measure the engine beside the bare database in one run."""
