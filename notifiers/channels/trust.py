"""Whose certificates a channel believes: the machine's authorities', or those of the one named by ``ca``."""

import ssl

from notifiers.channels.url_settings import UrlSettings


def trusted(settings: UrlSettings) -> ssl.SSLContext:
    """A context that checks certificate and server's name; made once a channel, for it is costly."""
    file = settings.text("ca", "")
    try:
        return ssl.create_default_context(cafile=file or None)
    except OSError:
        settings.refuse_if(True, "setting-not-a-file", "ca")
        return ssl.create_default_context()
