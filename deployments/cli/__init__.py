"""The command line: one group a module; errors become one sentence and an exit code, never a traceback."""

import os
import sys
import tomllib
from collections.abc import Sequence
from typing import Final

from cyclopts import CycloptsError
from pydantic import ValidationError

from deployments.cli.usage import file_sentence, language_of, settings_sentence, usage_sentence
from deployments.cli.where import BAD_INPUT, DONE, FINDINGS, BadInput, Refused
from domain.programme.read import ProgrammeBroken
from domain.sheets.report import SheetError
from domain.store.engine import DatabaseTrouble
from domain.store.migrating import WrittenByNewer
from domain.store.sealing import CannotUnseal
from domain.store.writing import TooBusy
from domain.words import say
from notifiers.url_mistakes import ChannelUrlRefused

_WHAT_A_USER_CAN_CAUSE: Final = (
    CycloptsError, Refused, BadInput, SheetError, ProgrammeBroken, ChannelUrlRefused, ValidationError,
    tomllib.TOMLDecodeError, UnicodeDecodeError, CannotUnseal, WrittenByNewer, TooBusy,
    DatabaseTrouble, OSError,
)  # fmt: skip


def main() -> None:
    """The ``shouwang`` command."""
    try:
        code = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read along (``| head``) has seen enough; what Python flushes at its end must go somewhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    sys.exit(code)


def run(words: Sequence[str]) -> int:
    """One command line; the exit code: 0 done, 1 findings or refused by the rules, 2 bad input."""
    from deployments.cli.commands import build

    try:
        answer = build(words)(list(words), exit_on_error=False, print_error=False, result_action="return_value")
    except BrokenPipeError:
        raise
    except _WHAT_A_USER_CAN_CAUSE as error:
        sys.stderr.write(_sentence(error, language_of(words)) + "\n")
        return _code(error)
    return answer if isinstance(answer, int) else DONE


def _code(error: Exception) -> int:
    if isinstance(error, Refused):
        return error.code
    return FINDINGS if isinstance(error, TooBusy) else BAD_INPUT


def _sentence(error: Exception, language: str) -> str:
    match error:
        case CycloptsError():
            return usage_sentence(error, language)
        case SheetError():
            return error.say(language)
        case ProgrammeBroken() | ChannelUrlRefused():
            return "\n".join(mistake.sentence(language) for mistake in error.mistakes)
        case ValidationError() | tomllib.TOMLDecodeError() | UnicodeDecodeError():
            return settings_sentence(error, language)
        case CannotUnseal():
            return say(language, "cli.wrong-key")
        case WrittenByNewer():
            return say(language, "cli.written-by-newer")
        case TooBusy():
            return say(language, "refusals.changed-meanwhile", about="")
        case DatabaseTrouble():
            # Its text may hold what was to be written, so only its kind is told.
            return say(language, "cli.database", error=type(error).__name__)
        case OSError():
            return file_sentence(error, language)
        case _:
            return str(error)
