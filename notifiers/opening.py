"""Opening the channels an office has set, and closing them again."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from notifiers.channels import Channel, open_channel
from notifiers.settings import Telling


@contextmanager
def open_channels(how: Telling) -> Iterator[Mapping[str, Channel]]:
    """Every channel by its name; ChannelUrlRefused with all mistakes where an address cannot be used."""
    with ExitStack() as stack:
        yield {channel.name: stack.enter_context(open_channel(channel.url)) for channel in how.channels}
