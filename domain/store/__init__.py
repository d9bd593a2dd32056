"""The only SQLAlchemy: tables, one writer, and named queries. Functions take a connection and never commit."""
