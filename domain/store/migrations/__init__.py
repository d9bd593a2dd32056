"""Alembic migrations, applied inside the caller's transaction."""
