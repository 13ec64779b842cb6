"""The `caunoi` command: answers on stdout, and an exit code.

0 done, 1 data with errors, 2 refused, 3 our fault.
"""

import gc
import sys

import typer
from typer.exceptions import TyperException

from pipelines.cli import common, printer
from pipelines.cli.command_line import FAMILIES, load_command, make_app
from pipelines.cli.command_values import describe_wrong_usage
from pipelines.errors import CauNoiError, StoreFull

__all__ = ["FAMILIES", "load_command", "main", "make_app", "run_command"]


def main() -> None:
    """Run one command and exit with its code."""
    # NOTE: what is loaded now lives to the end; looking it over is a tenth of a short command.
    gc.disable()
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
        command = load_command(arguments)
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
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
        refusal = common.find_file_refusal(error)
        if refusal:
            return common.print_refusal(refusal, as_json=as_json)
        return _report_our_fault(error, as_json)
    return code if isinstance(code, int) else common.ExitCode.DONE


def _wrong_usage(error: TyperException, as_json: bool) -> int:
    """Say what is wrong with the words of a command: they come from outside as well."""
    if error.format_message():
        common.say_err(describe_wrong_usage(error), style="red")
        context = getattr(error, "ctx", None)
        path = getattr(context, "command_path", "caunoi")
        common.say_err(common.terminal_text("cli.usage.help", command=path), style="yellow")
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
