"""The command line: one group a module; errors become one sentence and an exit code, never a traceback."""

import sys
import tomllib

from cyclopts import App, CycloptsError
from pydantic import ValidationError

from deployments.cli.where import BAD_INPUT, DONE, FINDINGS, BadInput, Refused
from domain.programme.read import ProgrammeBroken
from domain.sheets.report import SheetError
from domain.store.engine import DatabaseTrouble
from domain.store.sealing import CannotUnseal
from domain.store.writing import TooBusy
from domain.words import say
from notifiers.channels import ChannelUrlRefused


def main() -> None:
    """The ``shouwang`` command."""
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    """One command line; the exit code: 0 done, 1 findings or refused by the rules, 2 bad input."""
    from deployments.cli.commands import build

    app: App = build()
    try:
        answer = app(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        return _tell(str(error), BAD_INPUT)
    except Refused as refused:
        return _tell(str(refused), FINDINGS)
    except BadInput as error:
        return _tell(str(error), BAD_INPUT)
    except SheetError as error:
        return _tell(error.say(_language(words)), BAD_INPUT)
    except ProgrammeBroken as error:
        return _tell("\n".join(mistake.sentence(_language(words)) for mistake in error.mistakes), BAD_INPUT)
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        return _tell(say(_language(words), "cli.settings-wrong", error=_first_line(error)), BAD_INPUT)
    except CannotUnseal:
        return _tell(say(_language(words), "cli.wrong-key"), BAD_INPUT)
    except ChannelUrlRefused as error:
        return _tell("\n".join(mistake.sentence(_language(words)) for mistake in error.mistakes), BAD_INPUT)
    except TooBusy:
        return _tell(say(_language(words), "refusals.changed-meanwhile", about=""), FINDINGS)
    except DatabaseTrouble as error:
        # Its text may hold what was to be written, so only its kind is told.
        return _tell(say(_language(words), "cli.database", error=type(error).__name__), BAD_INPUT)
    except OSError as error:
        return _tell(say(_language(words), "cli.file", file=error.filename, error=error.strerror), BAD_INPUT)
    return answer if isinstance(answer, int) else DONE


def _tell(sentence: str, code: int) -> int:
    sys.stderr.write(sentence + "\n")
    return code


def _language(words: list[str]) -> str:
    place = words.index("--language") + 1 if "--language" in words else 0
    return "en" if place and words[place : place + 1] == ["en"] else "zh"


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return str(error)
