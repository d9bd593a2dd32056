"""The one file that looks at the clock; everywhere else ``now`` is an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)
