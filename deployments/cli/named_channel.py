"""A channel that somebody names on the command line."""

from deployments.cli.where import BadInput, Where
from domain.settings import ChannelSetting
from notifiers.settings import telling


def setting_of(name: str, where: Where) -> ChannelSetting:
    """What is set for a channel; BadInput with those there are where there is none of that name."""
    known = {each.name: each for each in telling(where.settings).channels}
    if name not in known:
        listed = where.say("cli.list-sign").join(known)
        raise BadInput(where.say("cli.no-such-channel", channel=name, known=listed))
    return known[name]
