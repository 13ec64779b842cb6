"""The commands by name, and their help in the terminal's language.

A command loads its own family only, and the list of commands is served from a table and loads none.
"""

import os
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.main import get_command

from pipelines.cli import common
from pipelines.cli.command_values import PlainValue, is_plain
from pipelines.present.i18n import has_text

#: Each file is a family of commands; in the order of the help.
FAMILIES: dict[str, tuple[str, ...]] = {
    "serve": ("demo", "serve"),
    "form_commands": ("template", "check"),
    "ingest_commands": ("ingest", "watch", "remind", "withdraw", "close", "approve", "forget"),
    "kpi_commands": ("kpi", "build", "rebuild", "status"),
    "report_commands": ("report", "export"),
    "notebook_commands": ("notebook",),
    "boundary_commands": ("map",),
    "alias_commands": ("alias", "contact"),
    "reform_commands": ("reform",),
    "release_commands": ("release",),
    "user_commands": ("user", "audit"),
    "maintenance": ("doctor", "backup", "restore", "compact", "snapshot"),
    "bench_commands": ("bench",),
    "cluster_commands": ("cluster-check",),
}
#: What the shell sets when it asks how a line goes on, and where that line stands.
COMPLETING, COMPLETED_LINES = "_CAUNOI_COMPLETE", ("_TYPER_COMPLETE_ARGS", "COMP_WORDS")
#: Families of several commands below one name: alone they print their help.
GROUPS = ("contact", "release", "user")


def _print_version(is_asked: bool) -> None:
    """Answer `caunoi --version`."""
    if is_asked:
        from importlib import metadata  # 30 ms with what it imports; for this one answer

        common.say_out(f"caunoi {metadata.version('cau-noi')}")
        raise typer.Exit


def _take_version(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def _stand_in() -> None:
    """Stand for a command in the list of commands; never called."""


def make_app(command: str = "") -> typer.Typer:
    """Make the command line with the family of one command.

    For another word, or none, with the names of all: enough for the list of commands.
    """
    app = typer.Typer(
        name="caunoi",
        help="Từ báo cáo của xã, phường đến số liệu của thành phố · "
        "From commune workbooks to the city's figures.",
        no_args_is_help=True,
        # Its two options stand before a command, and it must know what the shell asks.
        add_completion=not command or COMPLETING in os.environ,
        pretty_exceptions_enable=False,
    )
    app.callback()(_take_version)
    for family, commands in FAMILIES.items():
        if command in commands:
            app.add_typer(import_module(f"pipelines.cli.{family}").app)
            return app
    for name in (name for commands in FAMILIES.values() for name in commands):
        app.command(name)(_stand_in)
    return app


def load_command(arguments: Sequence[str]) -> Any:
    """Return the command line for these words, ready to be run, in the terminal's language."""
    word = next((word for word in _read_completed(arguments) if not word.startswith("-")), "")
    command = get_command(make_app(word))
    _localise(command, "")
    if not word or "--help" in arguments or word in GROUPS:
        _translate_help()
    return command


def _read_completed(arguments: Sequence[str]) -> Sequence[str]:
    """Return the words of the line a shell wants completed, else the arguments themselves."""
    if COMPLETING not in os.environ:
        return arguments
    line = next((os.environ[name] for name in COMPLETED_LINES if name in os.environ), "")
    return line.split()[1:]


def _localise(command: Any, name: str) -> None:
    """Give a command and its options the help of the terminal's language, and plain values.

    NOTE: typer sets `_runtime_param` at the first use of a parameter, unless it is set already.
    """
    if name and has_text(f"cli.help.{name}"):
        command.help = common.terminal_text(f"cli.help.{name}")
    for param in command.params:
        _describe_param(param, name)
    command.get_help_option = partial(_make_help_option, command)
    for part, below in getattr(command, "commands", {}).items():
        _localise(below, f"{name}_{part}" if name else part)


def _describe_param(param: Any, command: str) -> None:
    for key in (f"cli.option.{command}_{param.name}", f"cli.option.{param.name}"):
        if has_text(key):
            param.help = common.terminal_text(key)
            break
    if is_plain(param.type_descriptor.annotation):
        param._runtime_param = PlainValue(param.type_descriptor.annotation)


def _make_help_option(command: Any, context: Any) -> Any:
    """Return typer's own option --help, with its help in the terminal's language."""
    option = type(command).get_help_option(command, context)
    _describe_param(option, "")
    return option


def _translate_help() -> None:
    """Put the words that typer prints around our texts into the terminal's language.

    NOTE: it has them as constants of a module that is loaded only when help is printed.
    """
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = common.terminal_text("cli.usage.head_arguments")
    rich_utils.OPTIONS_PANEL_TITLE = common.terminal_text("cli.usage.head_options")
    rich_utils.COMMANDS_PANEL_TITLE = common.terminal_text("cli.usage.head_commands")
    rich_utils.DEFAULT_STRING = common.terminal_text("cli.usage.default", value="{}")
    rich_utils.REQUIRED_LONG_STRING = common.terminal_text("cli.usage.required")
