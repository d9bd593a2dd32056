"""Years of a whole office on a virtual clock: the real engine, made-up people who behave as a file declares."""
