"""The `caunoi` command: words in, answers on stdout, exit code out (0 done, 1 data, 2 refused, 3 our fault)."""

import sys
from importlib import import_module

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from pipelines.cli import common, printer
from pipelines.errors import CauNoiError
from pipelines.present.i18n import has_text

#: Each file is a family of commands; in the order of the help. A command loads its own family only.
FAMILIES: dict[str, tuple[str, ...]] = {
    "serve": ("demo", "serve"),
    "form_commands": ("template", "check"),
    "ingest_commands": ("ingest", "watch", "withdraw", "close", "approve", "forget"),
    "kpi_commands": ("kpi", "build", "rebuild", "status"),
    "report_commands": ("report", "export"),
    "notebook_commands": ("notebook",),
    "boundary_commands": ("map",),
    "alias_commands": ("alias",),
    "user_commands": ("user", "audit"),
    "maintenance": ("doctor", "backup", "restore"),
}


def _load_family(name: str) -> typer.Typer:
    """A family of commands, its help in the terminal's language where it is written in both."""
    found: typer.Typer = import_module(f"pipelines.cli.{name}").app
    for command in found.registered_commands:
        key = f"cli.help.{command.name}"
        command.help = common.terminal_text(key) if has_text(key) else command.help
    return found


def make_app(command: str = "") -> typer.Typer:
    """The command line: the family of one command, or (another word, none) every family."""
    made = typer.Typer(
        name="caunoi",
        help="Từ báo cáo của xã, phường đến số liệu của thành phố · From commune workbooks to the city's figures.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    own = [family for family, commands in FAMILIES.items() if command in commands]
    for family in own or FAMILIES:
        made.add_typer(_load_family(family))
    return made


def main() -> None:
    """Run one command and leave with its exit code."""
    printer.guard_streams()
    code = run_command(sys.argv[1:])
    if printer.is_answer_lost():
        common.say_err(common.catalogue_message("output_lost"), style="red")
        code = code or common.ExitCode.REFUSED
    sys.exit(code)


def run_command(arguments: list[str]) -> int:
    """One command's exit code; nothing it meets ends in a page of code on the terminal."""
    as_json = "--json" in arguments
    common.begin_run()
    try:
        code = get_command(make_app(*arguments[:1])).main(
            args=arguments, prog_name="caunoi", standalone_mode=False
        )
    except TyperException as error:
        return _wrong_usage(error, as_json)
    except typer.Abort:
        return common.ExitCode.DATA_HAS_ERRORS
    except CauNoiError as error:
        return common.print_refusal(error, as_json=as_json)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # our fault, whatever it is: said with a code that leads to the log
        return _report_our_fault(error, as_json)
    return code if isinstance(code, int) else common.ExitCode.DONE


def _wrong_usage(error: TyperException, as_json: bool) -> int:
    """Say what is wrong with the words of a command: they come from outside as well."""
    said = error.format_message()
    if said:
        if usage := getattr(getattr(error, "ctx", None), "get_usage", None):
            common.say_err(usage(), style="yellow")
        common.say_err(said, style="red")
    if as_json:
        common.print_json(
            {"error": {"code": "usage", "message": common.catalogue_message("usage")}}
        )
    return error.exit_code


def _report_our_fault(error: Exception, as_json: bool) -> int:
    code = common.log_fault(error)
    sentence = common.catalogue_message("our_fault", incident=code)
    if as_json and not common.has_answered():
        common.print_json({"error": {"code": "our_fault", "message": sentence, "incident": code}})
    else:
        common.say_err(sentence, style="red")
    return common.ExitCode.OUR_FAULT
