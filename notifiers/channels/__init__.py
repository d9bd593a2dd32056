"""Ways to reach people, each an Apprise plugin that says what happened: mail, SMS, group robots, spool."""

import re
from typing import Any, Final

from apprise.plugins import N_MGR

from notifiers.channels.aliyun import AliyunChannel
from notifiers.channels.channel import Channel, ChannelPlugin, Doubt, made
from notifiers.channels.dingtalk import DingTalkChannel
from notifiers.channels.feishu import FeishuChannel
from notifiers.channels.incoming import Delivered, Incoming, Posted, PostRefused, Receipt, Reply
from notifiers.channels.mail import MailChannel
from notifiers.channels.message import Filled, Message
from notifiers.channels.sms_gateway import SmsGatewayChannel
from notifiers.channels.spool import SpoolChannel
from notifiers.channels.tencent import TencentChannel
from notifiers.channels.url_settings import ChannelUrlRefused, UrlMistake
from notifiers.channels.wecom import WeComChannel

__all__ = [
    "Channel",
    "ChannelUrlRefused",
    "Delivered",
    "Doubt",
    "Filled",
    "Incoming",
    "Message",
    "PostRefused",
    "Posted",
    "Receipt",
    "Reply",
    "UrlMistake",
    "open_channel",
    "register_channels",
]

PLUGINS: Final[dict[str, type[ChannelPlugin]]] = {
    "swmail": MailChannel,
    "swsms": SmsGatewayChannel,
    "swaliyun": AliyunChannel,
    "swtencent": TencentChannel,
    "swwecom": WeComChannel,
    "swdingtalk": DingTalkChannel,
    "swfeishu": FeishuChannel,
    "swspool": SpoolChannel,
}


def open_channel(url: str, zone: str = "Asia/Shanghai") -> Channel:
    """The channel a URL describes; nothing is connected yet. ChannelUrlRefused names every mistake, no value.

    Our own plugins are made here rather than through Apprise's registry, which would first load all of its
    own and can write the URL, password included, to its log. ``zone`` is the one that dates are written in.
    """
    found = re.match(r"\s*([A-Za-z0-9]+)://", url)
    plugin = PLUGINS.get(found[1].lower()) if found else None
    if plugin is None:
        raise ChannelUrlRefused(UrlMistake("unknown-channel", choices=", ".join(f"{name}://" for name in PLUGINS)))
    return made(plugin, url, zone)


def register_channels() -> None:
    """Make the channels known to Apprise, so that its own calls take their URLs too; may be repeated."""
    registry: Any = N_MGR
    for scheme, plugin in PLUGINS.items():
        if scheme not in registry:
            registry[scheme] = plugin
