"""What is wrong with a command line or the settings, in one sentence of the user's language."""

import errno
import os
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final, get_args

from cyclopts import (
    Argument,
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    UnknownCommandError,
    UnknownOptionError,
)
from pydantic import ValidationError

from domain.settings import read_settings
from domain.words import LANGUAGES, say

_FILES: Final = {
    errno.ENOENT: "missing", errno.EACCES: "forbidden", errno.EPERM: "forbidden", errno.EROFS: "forbidden",
    errno.EISDIR: "is-folder", errno.ENOTDIR: "no-folder", errno.EEXIST: "no-folder", errno.ENOSPC: "full",
}  # fmt: skip


def usage_sentence(error: CycloptsError, language: str) -> str:
    """What is wrong with the words of a command line, and what to write instead."""
    match error:
        case UnknownCommandError():
            return _command(error, language)
        case UnknownOptionError():
            return say(language, "cli.usage-option", given=error.token.keyword or error.token.value)
        case MissingArgumentError() if error.argument is not None:
            return say(language, "cli.usage-missing", what=error.keyword or _name(error.argument))
        case CoercionError() if error.token is not None:
            option = error.token.keyword or (error.argument.name if error.argument else "")
            hint = _hint(error, language)
            return say(language, "cli.usage-value", option=option, given=error.token.value, hint=hint).rstrip()
        case _:
            return say(language, "cli.usage", error=str(error))


def _name(argument: Argument) -> str:
    """How a help page calls it: an option by its dashes, a word of its own in capitals."""
    positional = argument.field_info.is_positional and not argument.field_info.is_keyword_only
    return argument.name.lstrip("-").upper() if positional else argument.name


def _command(error: UnknownCommandError, language: str) -> str:
    given = (error.unused_tokens or [""])[0]
    known = ", ".join(name for name in error.app or () if not name.startswith("-"))
    if given.startswith("-"):
        return say(language, "cli.usage-which", known=known)
    return say(language, "cli.usage-command", given=given, known=known)


def _hint(error: CoercionError, language: str) -> str:
    wanted = error.argument.hint if error.argument is not None else error.target_type
    types = {part for each in (wanted, *get_args(wanted)) for part in (each, *get_args(each))}
    if choices := [each for each in types if isinstance(each, str)]:
        return say(language, "cli.usage-choices", choices=", ".join(sorted(choices)))
    if members := [member for each in types if isinstance(each, type) for member in getattr(each, "__members__", ())]:
        names = (name.lower().replace("_", "-") for name in members)
        return say(language, "cli.usage-choices", choices=", ".join(names))
    for kind, key in ((datetime, "cli.usage-moment"), (date, "cli.usage-day"), (int, "cli.usage-number")):
        if kind in types:
            return say(language, key)
    return ""


def settings_sentence(error: Exception, language: str) -> str:
    """What is wrong with the settings: every one of them, or why the file cannot be read at all."""
    match error:
        case ValidationError():
            wrong = _each_setting(error, language)
        case UnicodeDecodeError():
            wrong = say(language, "cli.setting-encoding")
        case _:
            wrong = str(error)
    return say(language, "cli.settings-wrong", error=wrong)


def _each_setting(error: ValidationError, language: str) -> str:
    return "; ".join(_setting(each["type"], each, language) for each in error.errors())


def _setting(kind: str, each: object, language: str) -> str:
    about = dict(each) if isinstance(each, dict) else {}
    name = ".".join(map(str, about.get("loc", ())))
    match kind:
        case "extra_forbidden":
            return say(language, "cli.setting-unknown", setting=name)
        case "missing":
            return say(language, "cli.setting-missing", setting=name)
        case "string_pattern_mismatch":
            return say(language, "cli.setting-not-a-url", setting=name)
        case "literal_error":
            choices = str(about.get("ctx", {}).get("expected", "")).replace(" or ", ", ")
            return say(language, "cli.setting-choices", setting=name, choices=choices)
        case _:
            return f"{name}: {about.get('msg', '')}"


def file_sentence(error: OSError, language: str) -> str:
    """Which file or folder cannot be used, and why."""
    key = _FILES.get(error.errno or 0)
    why = say(language, f"cli.file-{key}") if key else (error.strerror or type(error).__name__)
    return say(language, "cli.file", file=error.filename or "", error=why)


def language_of(words: Sequence[str]) -> str:
    """The language a command line asks for, else that of the install it names, else Chinese."""
    asked = _option(words, "--language")
    if asked in LANGUAGES:
        return asked
    folder = _option(words, "--data") or os.environ.get("SHOUWANG_DATA") or "shouwang-data"
    try:
        return read_settings(Path(folder)).language
    except (OSError, ValueError):
        return LANGUAGES[0]


def _option(words: Sequence[str], name: str) -> str:
    for place, word in enumerate(words):
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
        if word == name and place + 1 < len(words):
            return words[place + 1]
    return ""
