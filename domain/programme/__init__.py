"""Programmes as data: what a file may say, reading it, and every mistake in it."""
