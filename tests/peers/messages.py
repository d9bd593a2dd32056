"""A message as the worker would hand it to a channel; nobody in it exists."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from notifiers.channels.message import Message

LINK: Final = "https://shouwang.example/a/9fQ2xK7tLm"
AT: Final = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


def a_message(**changes: Any) -> Message:
    """One nudge about one duty, by mail unless changed."""
    usual = Message(
        nudge_id="4711",
        to="li.guihua@example.org",
        subject="守望提醒:案例 371302-00412 今天回访",
        text=f"您好:\n案例 371302-00412 今天该回访了。请打开链接作答:\n{LINK}\n.以点开头的一行",
        at=AT,
        html=f'<p>您好:案例 371302-00412 今天该回访了。<a href="{LINK}">作答</a></p>',
        sender_name="守望·兰山区",
        thread="371302-00412/3",
    )
    return replace(usual, **changes)
