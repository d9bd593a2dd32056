"""What a programme file may say of its messages: words of its own for a kind of duty, told to whoever owes it."""

from collections.abc import Mapping

from domain.programme.base import Key, Model, Words


class OwnWords(Model):
    """Words for one kind of duty. Both may hold ``{title}``, ``{case}`` and ``{date}``, the due day.

    ``sms`` stands in a text message in place of the title: a piece of a sentence. ``mail`` is the first line below the
    title in a mail.
    """

    sms: Words | None = None
    mail: Words | None = None


class Messages(Model):
    """Words of a programme's own. A desk to which something has climbed reads the title, as everywhere else."""

    duties: Mapping[Key, OwnWords] = {}
