"""Sends one notice to ops through Apprise, in a process of its own; its exit code says what came of it.

Apprise's plugins write keys to their logs, some hang, and together they take 60 MB: here nothing of it outlives the
notice. URL, title and body come as JSON on standard input, for a command line is seen by everybody on the machine.
"""

import json
import sys
from enum import IntEnum

import apprise

from notifiers.channels import register_channels


class Exit(IntEnum):
    """What came of it; any other code is that of a process that broke."""

    TAKEN = 0
    NOT_TAKEN = 3
    NOT_UNDERSTOOD = 4


def main() -> Exit:
    """One notice to one URL."""
    notice = json.load(sys.stdin)
    register_channels()
    service = apprise.Apprise.instantiate(notice["url"], asset=apprise.AppriseAsset(), suppress_exceptions=True)
    if service is None:
        return Exit.NOT_UNDERSTOOD
    notices = apprise.Apprise(service)
    taken = notices.notify(title=notice["title"], body=notice["body"], body_format=apprise.NotifyFormat.TEXT)
    return Exit.TAKEN if taken else Exit.NOT_TAKEN


if __name__ == "__main__":
    sys.exit(main())
