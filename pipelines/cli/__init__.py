"""The `caunoi` command: answers on stdout, and an exit code.

0 done, 1 data with errors, 2 refused, 3 our fault.
"""

import sys
from importlib import import_module, metadata
from typing import Annotated

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from pipelines.cli import common, printer
from pipelines.errors import CauNoiError, StoreFull
from pipelines.present.i18n import has_text
from pipelines.store.atomic_files import is_disk_error

#: Each file is a family of commands; in the order of the help. A command loads its own family only.
FAMILIES: dict[str, tuple[str, ...]] = {
    "serve": ("demo", "serve"),
    "form_commands": ("template", "check"),
    "ingest_commands": ("ingest", "watch", "remind", "withdraw", "close", "approve", "forget"),
    "kpi_commands": ("kpi", "build", "rebuild", "status"),
    "report_commands": ("report", "export"),
    "notebook_commands": ("notebook",),
    "boundary_commands": ("map",),
    "alias_commands": ("alias",),
    "reform_commands": ("reform",),
    "release_commands": ("release",),
    "user_commands": ("user", "audit"),
    "maintenance": ("doctor", "backup", "restore"),
}


def _load_family(name: str) -> typer.Typer:
    """Load a family of commands, its help in the terminal's language where it has both."""
    family: typer.Typer = import_module(f"pipelines.cli.{name}").app
    for command in family.registered_commands:
        key = f"cli.help.{command.name}"
        if has_text(key):
            command.help = common.terminal_text(key)
    return family


def make_app(command: str = "") -> typer.Typer:
    """Make the command line with the family of one command, or with every family.

    Every family for another word, or none.
    """
    app = typer.Typer(
        name="caunoi",
        help="Từ báo cáo của xã, phường đến số liệu của thành phố · "
        "From commune workbooks to the city's figures.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_take_version)
    own = [family for family, commands in FAMILIES.items() if command in commands]
    for family in own or FAMILIES:
        app.add_typer(_load_family(family))
    return app


def _print_version(is_asked: bool) -> None:
    """Answer `caunoi --version`."""
    if is_asked:
        common.say_out(f"caunoi {metadata.version('cau-noi')}")
        raise typer.Exit


def _take_version(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> None:
    """Run one command and exit with its code."""
    printer.guard_streams()
    code = run_command(sys.argv[1:])
    if printer.is_answer_lost():
        common.say_err(common.catalogue_message("output_lost"), style="red")
        code = code or common.ExitCode.REFUSED
    sys.exit(code)


def run_command(arguments: list[str]) -> int:
    """Run one command and return its exit code; no error ends in a traceback on the terminal."""
    as_json = "--json" in arguments
    common.begin_run()
    try:
        command = get_command(make_app(*arguments[:1]))
        code = command.main(args=arguments, prog_name="caunoi", standalone_mode=False)
    except TyperException as error:
        return _wrong_usage(error, as_json)
    except typer.Abort:
        return common.ExitCode.DATA_HAS_ERRORS
    except StoreFull as error:
        return common.print_refusal(common.disk_refusal(error), as_json=as_json)
    except CauNoiError as error:
        return common.print_refusal(error, as_json=as_json)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # our fault, whatever it is: reported with a code of the log
        if is_disk_error(error):
            return common.print_refusal(common.disk_refusal(error), as_json=as_json)
        return _report_our_fault(error, as_json)
    return code if isinstance(code, int) else common.ExitCode.DONE


def _wrong_usage(error: TyperException, as_json: bool) -> int:
    """Say what is wrong with the words of a command: they come from outside as well."""
    message = error.format_message()
    if message:
        context = getattr(error, "ctx", None)
        get_usage = getattr(context, "get_usage", None)
        if get_usage:
            usage = get_usage()
            common.say_err(usage, style="yellow")
        common.say_err(message, style="red")
    if as_json:
        sentence = common.catalogue_message("usage")
        refusal = {"code": "usage", "message": sentence}
        common.print_json({"error": refusal})
    return error.exit_code


def _report_our_fault(error: Exception, as_json: bool) -> int:
    incident = common.log_fault(error)
    sentence = common.catalogue_message("our_fault", incident=incident)
    is_answer_due = as_json and not common.has_answered()
    if is_answer_due:
        fault = {"code": "our_fault", "message": sentence, "incident": incident}
        common.print_json({"error": fault})
    else:
        common.say_err(sentence, style="red")
    return common.ExitCode.OUR_FAULT
