"""``shouwang programmes …``: check programme files, list those the install knows, say what changes between two."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from deployments.cli.where import BAD_INPUT, DONE, BadInput, Where
from domain.programme.diff import as_text, differences
from domain.programme.read import read_programme
from domain.programme.schema import Programme
from domain.store.install import PROGRAMMES

programmes = App(name="programmes", help="programme files")

Given = Annotated[str, Parameter(help="a version the install knows (NAME@VERSION), or a programme file")]


def add(app: App) -> None:
    """Put the group into the command line."""
    app.command(programmes)


@programmes.command
def check(*files: Path, where: Where = Where()) -> int:
    """Print every mistake of every file, with its place and what to write instead."""
    if not files:
        raise BadInput(where.say("cli.usage-missing", what="FILE"))
    answer, lines, wrong = [], [], False
    for file in files:
        read = read_programme(file, beside=where.data / PROGRAMMES)
        if isinstance(read, tuple):
            wrong = True
            lines += [mistake.sentence(where.spoken) for mistake in read]
            answer += [
                {"file": mistake.file, "line": mistake.line, "key": mistake.key, "why": mistake.sentence(where.spoken)}
                for mistake in read
            ]
        else:
            lines.append(where.say("cli.programme-fine", file=file, name=read.name, duties=len(read.duties)))
    where.show({"mistakes": answer}, "\n".join(lines))
    return BAD_INPUT if wrong else DONE


@programmes.command(name="list")
def list_(*, where: Where = Where()) -> int:
    """The programmes and versions this install knows."""
    known = where.programmes
    where.show(
        [{"name": name, "title": each.title.say(where.spoken)} for name, each in sorted(known.items())],
        "\n".join(f"{name}  {each.title.say(where.spoken)}" for name, each in sorted(known.items())),
    )
    return DONE


@programmes.command
def diff(old: Given, new: Given, *, where: Where = Where()) -> int:
    """Say in plain words what changes from OLD to NEW."""
    before, after = version(old, where), version(new, where)
    changes = differences(before, after, where.spoken)
    answer = {"old": before.name, "new": after.name, "changes": [change._asdict() for change in changes]}
    where.show(answer, as_text(changes, before, after, where.spoken))
    return DONE


def version(given: str, where: Where) -> Programme:
    """The programme of a name and version, or the one a file holds; BadInput with its mistakes, or when there is none.

    A file may build upon the versions the install knows.
    """
    file = Path(given)
    if not file.is_file():
        known = where.programmes
        if given not in known:
            raise BadInput(where.say("diff.no-such", given=given, known=", ".join(sorted(known))))
        return known[given]
    read = read_programme(file, beside=where.data / PROGRAMMES)
    if isinstance(read, tuple):
        raise BadInput("\n".join(mistake.sentence(where.spoken) for mistake in read))
    return read
