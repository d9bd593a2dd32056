"""``shouwang programmes …``: check programme files, list those the install knows."""

from pathlib import Path

from cyclopts import App

from deployments.cli.where import BAD_INPUT, DONE, BadInput, Where
from domain.programme.read import read_programme

programmes = App(name="programmes", help="programme files")


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
        read = read_programme(file)
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
    known = where.store.programmes
    where.show(
        [{"name": name, "title": each.title.say(where.spoken)} for name, each in sorted(known.items())],
        "\n".join(f"{name}  {each.title.say(where.spoken)}" for name, each in sorted(known.items())),
    )
    return DONE
