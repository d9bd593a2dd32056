"""``shouwang messages preview`` and ``templates``: messages looked at, and filed, before anybody gets them."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from deployments.cli.message_commands import messages
from deployments.cli.where import DONE, FINDINGS, Where
from domain.calendar import local_day
from domain.programme.schema import Programme
from notifiers.reaching import Reach, Words, reach_of
from notifiers.settings import telling

if TYPE_CHECKING:
    from notifiers.filing import Filing
    from notifiers.preview import Group

Html = Annotated[Path | None, Parameter(help="one page with the mails as they look and text messages in bubbles")]


def add(_app: App) -> None:
    """Nothing more: the two commands belong to the group of ``message_commands.py``."""


@messages.command(name="preview")
def preview_(
    *, programme: str | None = None, channel: Words | None = None, html: Html = None, where: Where = Where()
) -> int:
    """Every message of a programme, made up for a sample case; nobody's data is read and nothing is sent."""
    # Here and below: wording brings Apprise and templates along, which no other command of the group needs.
    from notifiers.lint import lint_messages
    from notifiers.preview import CHANNELS, preview

    of = where.programme(programme)
    channels = (channel,) if channel else CHANNELS
    shown = preview(of, where.spoken, telling(where.settings), _today(of, where), channels, _longest_value(where))
    faults = lint_messages([of])
    said = [fault.sentence(where.spoken) for fault in faults]
    if html is not None:
        html.write_text(shown.page(), encoding="utf-8")
    text = where.say("preview.saved", file=html) if html is not None else shown.text()
    answer = {"programme": of.name, "groups": [_data(group) for group in shown.groups], "faults": said}
    where.show(answer, "\n".join([text, *said]))
    return FINDINGS if faults else DONE


@messages.command
def templates(*, xlsx: Path, csv: Path | None = None, where: Where = Where()) -> int:
    """The sheet for filing templates with Aliyun or Tencent Cloud: one row for each that a message can ask for."""
    from deployments.cli.filing_files import write_csv, write_xlsx
    from notifiers.filing import filings

    known = where.programmes
    settings = telling(where.settings)
    first = where.programme(None)
    others = [each for name, each in sorted(known.items()) if name != first.name]
    found = filings([first, *others], where.spoken, settings, _today(first, where))
    write_xlsx(xlsx, where.spoken, settings, found)
    if csv is not None:
        write_csv(csv, where.spoken, found)
    where.show([_filing(each) for each in found], where.say("preview.filed", count=len(found), file=xlsx))
    return DONE


def _today(programme: Programme, where: Where) -> date:
    return local_day(where.moment, programme.time_zone)


def _longest_value(where: Where) -> int | None:
    """What the first channel for text messages takes; nothing where there is none yet."""
    from notifiers.channels import open_channel

    for setting in where.settings.channels:
        if reach_of(setting) is Reach.SMS:
            with open_channel(setting.url) as channel:
                return channel.longest_value
    return None


def _data(group: "Group") -> dict[str, object]:
    examples = [
        {
            "situation": example.situation, "channel": shown.channel, "subject": shown.wording.subject,
            "text": shown.wording.text, "template": shown.key, "signs": shown.signs,
        }
        for example in group.examples for shown in example.shown
    ]  # fmt: skip
    return {"key": group.key, "title": group.title, "messages": examples}


def _filing(each: "Filing") -> dict[str, object]:
    return {
        "key": each.key, "aliyun": each.aliyun, "tencent": each.tencent, "field": each.field, "sample": each.sample,
        "signs": each.signs, "places": [place._asdict() for place in each.places],
    }  # fmt: skip
