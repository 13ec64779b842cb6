"""Cut off from every network the app starts and answers, and tries to reach nobody."""

import subprocess
import sys
from pathlib import Path

from tests.processes import PATIENCE

#: Runs in a network of its own, where only loopback is up: any attempt to leave is an error we
#: count.
ALONE = """
import asyncio, json, socket, sys, threading, time, urllib.request

left = []


def watch(event, values):
    if event == "socket.connect" and values[0].family in (socket.AF_INET, socket.AF_INET6):
        host = str(values[1][0])
        if not (host.startswith("127.") or host in ("::1", "localhost")):
            left.append(host)
    own = ("127.0.0.1", "localhost", "::1", None, "")
    if event == "socket.getaddrinfo" and values[0] not in own:
        left.append(str(values[0]))


sys.addaudithook(watch)
import uvicorn
from pipelines.privacy.sign_in import SERVING
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

config = uvicorn.Config("dashboard.server:app", port=8599, log_level="warning", **SERVING)
server = uvicorn.Server(config)
threading.Thread(target=server.run, daemon=True).start()
while not server.started:
    time.sleep(0.1)
runs = 0
address = "ws://127.0.0.1:8599/_stcore/stream"
with connect(address, subprotocols=["streamlit"], max_size=None) as page:
    for name in ("", "teams", "clients", "points", "quality", "system"):
        asked = BackMsg()
        asked.rerun_script.page_name = name
        page.send(asked.SerializeToString())
        while ForwardMsg.FromString(page.recv(180)).WhichOneof("type") != "script_finished":
            pass
        runs += 1
with urllib.request.urlopen("http://127.0.0.1:8599/") as answer:
    whole = answer.status
print(json.dumps({"runs": runs, "status": whole, "left": left}))
server.should_exit = True
"""


ROOT = Path(__file__).resolve().parents[3]
#: Loopback up where no `ip` is installed: SIOCSIFFLAGS with IFF_UP | IFF_RUNNING.
LOOPBACK = (
    "import fcntl, socket, struct; s = socket.socket(); "
    'fcntl.ioctl(s, 0x8914, struct.pack("16sh22x", b"lo", 0x41))'
)


def test_without_a_network_pages_answer_and_nothing_tries_to_leave(
    city_home: Path, unshare: str
) -> None:
    up = (
        f"ip link set lo up 2>/dev/null || {sys.executable} -c '{LOOPBACK}'; "
        f'exec {sys.executable} -c "$0"'
    )
    told = subprocess.run(
        [unshare, "--net", "--map-root-user", "sh", "-c", up, ALONE],
        env={
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "CAUNOI_HOME": str(city_home),
            "PYTHONPATH": str(ROOT),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE,
    )
    assert '{"runs": 6, "status": 200, "left": []}' in told.stdout, told.stderr[-2000:]
