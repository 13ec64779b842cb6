"""What stands on the command line, as values, and the sentences about what may not stand there."""

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer

from pipelines.cli import common


class PlainValue:
    """Turns a word of the command line into a text, a path, a flag, a number or one of some words.

    NOTE: typer would build the same with pydantic, whose import costs more than the rest of a
    command line (0.25 of 0.45 s CPU).
    """

    def __init__(self, annotation: Any) -> None:
        self._kind = _strip_list(annotation)

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the value of a parameter; raises BadParameter for a word that may not stand."""
        if param.multiple or param.nargs == -1:
            return [self._convert(word, param, ctx) for word in value] if value else ()
        return None if value is None else self._convert(value, param, ctx)

    def _convert(self, value: Any, param: Any, context: Any) -> Any:
        named = {"name": name_param(param), "text": value}
        if get_origin(self._kind) is Literal:
            choices = get_args(self._kind)
            if value in choices:
                return value
            sentence = common.terminal_text("cli.usage.choice", **named, choices=", ".join(choices))
            raise typer.BadParameter(sentence, context, param)
        if self._kind is int and not _is_within(value, param.type_descriptor.parameter_info):
            sentence = common.terminal_text("cli.usage.value", **named)
            raise typer.BadParameter(sentence, context, param)
        return self._kind(value)


def is_plain(annotation: Any) -> bool:
    """Return True for what PlainValue can make of a word."""
    kind = _strip_list(annotation)
    return kind in (str, bool, int, Path) or get_origin(kind) is Literal


def _is_within(value: Any, limits: Any) -> bool:
    """Return True for digits that make a number between the least and the greatest allowed."""
    if not str(value).isdecimal():
        return False
    return (limits.min or 0) <= int(value) <= (limits.max or int(value))


def _strip_list(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is list else annotation


def name_param(param: Any) -> str:
    """Return how a parameter is written: --period, or CODE for one that stands by its place."""
    return str(param.opts[0]) if str(param.opts[0]).startswith("-") else str(param.name).upper()


def describe_wrong_usage(error: Any) -> str:
    """Return the sentence, in the terminal's language, about words that make no command."""
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return _describe_unknown("no_option", error.option_name, error.possibilities)
    if kind == "MissingParameter":
        named = {"name": name_param(error.param), "about": str(error.param.help)}
        return common.terminal_text("cli.usage.missing", **named)
    if kind == "BadOptionUsage" and "requires" in error.message:
        return common.terminal_text("cli.usage.no_value", name=error.option_name)
    if kind == "BadParameter" and error.param is not None:
        return str(error.message)
    if kind == "UsageError":
        return _describe_words(error)
    return str(error.format_message())


def _describe_unknown(key: str, name: str, near: Any) -> str:
    sentence = common.terminal_text(f"cli.usage.{key}", name=name)
    if not near:
        return sentence
    return f"{sentence} {common.terminal_text('cli.usage.near', near=', '.join(near))}"


def _describe_words(error: Any) -> str:
    """Return the sentence about a command nobody knows, or about too many words.

    NOTE: typer tells them apart in its message only: No such command 'x', … argument(s) (x y).
    """
    commands = getattr(error.cmd, "commands", None)
    text = "".join(re.findall(r"'([^']*)'|\((?!s\))(.*)\)", error.message)[0])
    if commands is None:
        return common.terminal_text("cli.usage.too_many", text=text)
    return _describe_unknown("no_command", text, get_close_matches(text, commands, n=2))
