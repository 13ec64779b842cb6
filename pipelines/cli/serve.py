"""Commands that serve the dashboard, with the demonstration or without."""

import os
import socket
import sys
import threading
import time
import webbrowser
from typing import Annotated

import typer
import uvicorn

from pipelines.cli import common
from pipelines.demo import load
from pipelines.errors import Refused, StoreError
from pipelines.privacy import sign_in
from pipelines.reference.events import load_events
from pipelines.release import public_home
from pipelines.settings import Settings
from pipelines.store.ledger import Ledger
from pipelines.store.paths import made_private
from pipelines.warehouse import start

app = typer.Typer()

HOST, PORT = "127.0.0.1", 8501
#: Named, not imported: the command line stands below the dashboard.
SERVER = "dashboard.server:app"
#: What the command itself runs.
ENTRY = "from pipelines.cli import main; main()"
LOOK_SECONDS = 30.0

HostOption = Annotated[str, typer.Option()]
PortOption = Annotated[int, typer.Option(min=0, max=65535)]
BrowserOption = Annotated[bool, typer.Option("--no-browser")]


@app.command("demo")
def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve")] = False,
    province: Annotated[str, typer.Option()] = "",
    host: HostOption = HOST,
    port: PortOption = PORT,
    no_browser: BrowserOption = False,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Create, load and show the demonstration.

    Its invented returns add up to the published figures.
    """
    chosen = common.load_configured(home)
    if province:
        load.copy_province(chosen.home, province)
        chosen = common.load_configured(home)
    if not no_serve:
        sign_in.check_listen_address(chosen, host)
    with common.progress() as bar:
        ticker = common.make_ticker(bar, common.terminal_text("cli.demo_loading"))
        build = load.load_demo(chosen, ticker)
    common.say_err(common.terminal_text("cli.demo_ready", home=chosen.home))
    if as_json:
        name = build.name if build else None
        common.print_json({"home": chosen.home, "build": name, "loaded": build is not None})
    if not no_serve:
        _run_server(chosen, host, port, browser=not no_browser)


@app.command("serve")
def serve(
    host: HostOption = HOST,
    port: PortOption = PORT,
    no_browser: BrowserOption = False,
    public: Annotated[bool, typer.Option("--public")] = False,
    home: common.HomeOption = None,
) -> None:
    """Serve the dashboard."""
    chosen = common.load_configured(home)
    if public:
        _serve_outsiders(chosen, host, port)
    _run_server(chosen, host, port, browser=not no_browser)


def _serve_outsiders(chosen: Settings, host: str, port: int) -> None:
    """Go on as a process that serves the release alone and cannot open the office's home."""
    outside = public_home.make_public_home(chosen)
    if not public_home.close_home(chosen.home, outside):
        common.say_err(common.terminal_text("cli.not_closed"), style="yellow")
    kept = {name: value for name, value in os.environ.items() if name != "CAUNOI_SECRETS"}
    # NOTE: beside the home, files made from now on are closed as well.
    environment = {**kept, "TMPDIR": str(made_private(outside / "tmp"))}
    words = ["serve", "--host", host, "--port", str(port), "--no-browser", "--home", str(outside)]
    os.execve(sys.executable, [sys.executable, "-c", ENTRY, *words], environment)


def _run_server(chosen: Settings, host: str, port: int, *, browser: bool) -> None:
    way = sign_in.check_listen_address(chosen, host)
    load_events(chosen.home)
    listening = _bind_socket(host, port)
    address = f"http://{'localhost' if host == HOST else host}:{listening.getsockname()[1]}"
    common.say_err(common.catalogue_message(way.sentence_code))
    common.say_err(common.terminal_text("cli.serving", address=address))
    _build_if_needed(chosen)
    os.environ["CAUNOI_HOME"] = str(chosen.home)
    config = uvicorn.Config(SERVER, log_level="warning", **sign_in.SERVING)
    server = uvicorn.Server(config)
    if browser:
        threading.Thread(target=_open_browser, args=(server, address), daemon=True).start()
    server.run(sockets=[listening])


def _build_if_needed(chosen: Settings) -> None:
    """Build when returns were taken in, or the catalogue changed, since the last build.

    A build that cannot be made is said; the pages then show the one before.
    """
    try:
        if Ledger(chosen.home).head() and start.is_behind(chosen):
            common.say_err(common.terminal_text("cli.building"))
            start.build_if_behind(chosen)
    except StoreError as error:
        common.say_err(common.error_message(error), style="yellow")


def _bind_socket(host: str, port: int) -> socket.socket:
    """Bind a socket before anything is loaded; raises Refused at once for a port that is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise Refused(
            f"{host}:{port} is not free", code="port_taken", port=port, host=host
        ) from error
    return listening


def _open_browser(server: uvicorn.Server, address: str) -> None:
    """Open the reader's browser once the server answers."""
    until = time.monotonic() + LOOK_SECONDS
    while not server.started and time.monotonic() < until:
        time.sleep(0.1)
    if server.started:
        webbrowser.open(address)
