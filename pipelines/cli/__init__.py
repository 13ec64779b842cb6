"""The `caunoi` command: words in, answers on stdout, exit code out (0 done, 1 data, 2 refused, 3 our fault)."""

import secrets
import sys
import traceback
from importlib import import_module

import typer
from typer.main import get_command

from pipelines.cli import common
from pipelines.errors import CauNoiError
from pipelines.present.text import known

#: Each file is a family of commands; in the order of the help. A command loads its own family only.
FAMILIES: dict[str, tuple[str, ...]] = {
    "show": ("demo", "serve"),
    "forms": ("template", "check"),
    "inbox": ("ingest", "watch", "withdraw", "close", "approve", "forget"),
    "figures": ("kpi", "build", "rebuild", "status"),
    "papers": ("report", "export"),
    "notebook": ("notebook",),
    "mapping": ("map",),
    "naming": ("alias",),
    "people": ("user", "audit"),
    "care": ("doctor", "backup", "restore"),
}


def _family(name: str) -> typer.Typer:
    """A family of commands, its help in the terminal's language where it is written in both."""
    found: typer.Typer = import_module(f"pipelines.cli.{name}").app
    for command in found.registered_commands:
        key = f"cli.help.{command.name}"
        command.help = common.word(key) if known(key) else command.help
    return found


def app(command: str = "") -> typer.Typer:
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
        made.add_typer(_family(family))
    return made


def main() -> None:
    """Run one command and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """One command's exit code; nothing it meets ends in a page of code on the terminal."""
    as_json, so_far = "--json" in arguments, common.begin()
    try:
        get_command(app(*arguments[:1])).main(args=arguments, prog_name="caunoi")
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else common.Code.DONE
        if as_json and code == common.Code.REFUSED and not so_far.answered:
            common.print_json({"error": {"code": "usage", "message": common.message_of("usage")}})
        return code
    except CauNoiError as error:
        return common.refuse(error, as_json=as_json)
    except BrokenPipeError:
        return common.Code.DONE
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # our fault, whatever it is: said with a code that leads to the log
        return _our_fault(error, as_json)
    return common.Code.DONE


def _our_fault(error: Exception, as_json: bool) -> int:
    code = secrets.token_hex(3).upper()
    # NOTE: where it happened, never what was in hand: an error's text may hold somebody's data.
    where = "".join(traceback.format_tb(error.__traceback__))
    common.log(f"{code} {type(error).__name__}\n{where}")
    sentence = common.message_of("our_fault", incident=code)
    if as_json:
        common.print_json({"error": {"code": "our_fault", "message": sentence, "incident": code}})
    else:
        common.say_err(sentence, style="red")
    return common.Code.OUR_FAULT
