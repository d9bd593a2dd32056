"""Runs migrations inside the caller's transaction."""

from alembic import context

from domain.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
