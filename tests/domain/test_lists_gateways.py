"""How channels stand, counted cheaply: by an index, however many messages were sent before."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, event
from support.office import BEGIN, days
from support.telling import ScriptedChannel, opened, tell, telling, with_nudges

from domain.store.engine import reading
from domain.store.lists_gateways import ended_between, gateway_lines, waits
from domain.store.measures import standing
from notifiers.outcomes import permanent, temporary, unknown

SMS: Final = telling("sms")


@contextmanager
def statements(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """What is asked meanwhile."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(connection, "before_cursor_execute", note)


def test_a_line_says_what_waits_what_came_of_the_rest_and_how_the_channel_bears_up(database_url: str) -> None:
    store = with_nudges(database_url, 3, SMS)
    tell(store, SMS, opened(sms=ScriptedChannel().then(permanent("550"), temporary("busy"), unknown("cut"))), BEGIN)
    later = BEGIN + timedelta(minutes=1)
    with reading(store.engine) as connection:
        (line,) = gateway_lines(connection, ["sms"], later, BEGIN - days(1))
        (later_line,) = gateway_lines(connection, ["sms"], later, later)
    assert (line.sent, line.failed, line.queued, line.in_doubt) == (0, 1, 1, 1)
    assert line.oldest_since == BEGIN
    assert line.bearing == "well"
    assert (later_line.failed, later_line.queued) == (0, 1)


def test_a_channel_taken_out_of_the_settings_is_shown_as_long_as_something_waits(sqlite_url: str) -> None:
    store = with_nudges(sqlite_url, settings=SMS)
    with reading(store.engine) as connection:
        found = gateway_lines(connection, ["mail"], BEGIN, BEGIN)
    assert [(each.channel, each.queued) for each in found] == [("mail", 0), ("sms", 1)]


def test_counting_reads_no_message_that_was_sent_long_ago(sqlite_url: str) -> None:
    store = with_nudges(sqlite_url, settings=SMS)
    with reading(store.engine) as connection:
        with statements(connection) as asked:
            waits(connection, BEGIN)
            ended_between(connection, BEGIN)
            standing(connection, BEGIN)
        plans = [_plan(connection, *each) for each in asked]
    assert len(plans) == 3
    assert "ix_nudge_state_channel_urgent_not_before (state=?)" in plans[0]
    assert "COVERING INDEX ix_nudge_settled (settled_at>?)" in plans[1]
    for index in ("ix_diary_next_moment (next_moment<?)", "ix_reply_outcome_seen_at", "ix_post_unsettled"):
        assert index in plans[2], plans[2]
    assert not any("SCAN nudge" in plan for plan in plans)


def _plan(connection: Connection, statement: str, values: Any) -> str:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    return "\n".join(row.detail for row in rows)
