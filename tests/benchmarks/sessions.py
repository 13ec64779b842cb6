"""Compare fifty readers at once with one: seconds until a changed period stands, memory a reader.

`python -m tests.benchmarks.sessions HOME` (a home with the demonstration). Each reader speaks the
app's own protocol over a websocket of its own, opens the overview, then chooses a period its list
offers and rests three seconds after each page. The readers run in this process: their work is on
the same cores and is counted against the app.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests.benchmarks.page_speed import cpu, served

READERS, PAUSE, CHANGES, SLOW = 50, 3.0, 4, 60.0
LABEL = "Report period"


class Reader:
    """One open page: its own connection, and the list of periods it was shown."""

    def __init__(self, address: str, chance: random.Random) -> None:
        self.chance, self.query, self.box, self.periods = chance, "lang=en", "", list[str]()
        self.line: ClientConnection = connect(
            address.partition("/?")[0].replace("http", "ws") + "/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            legacy=True,
        )
        self.ask(BackMsg(), "period 2021–2023 (")

    def ask(self, message: BackMsg, awaited: str) -> None:
        """Asks for a run and reads until a whole page with the awaited words has come."""
        message.rerun_script.query_string = self.query
        message.rerun_script.context_info.locale = "en"
        self.line.send(message.SerializeToString())
        words = []
        while True:
            data = self.line.recv(SLOW)
            assert isinstance(data, bytes)
            got = ForwardMsg.FromString(data)
            element = got.delta.new_element
            words.append(element.markdown.body)
            if got.WhichOneof("type") == "page_info_changed":
                self.query = got.page_info_changed.query_string
            if element.selectbox.label == LABEL:
                self.box, self.periods = element.selectbox.id, list(element.selectbox.options)
            if got.WhichOneof("type") == "script_finished" and awaited in " ".join(words):
                return

    def change(self, chosen: str) -> float:
        """Seconds from choosing another period until the whole page about it has come."""
        message = BackMsg()
        message.rerun_script.widget_states.widgets.add(id=self.box, string_value=chosen)
        start = time.perf_counter()
        self.ask(message, f"period {chosen} (")
        return time.perf_counter() - start


def visit(reader: Reader, changes: int = CHANGES, pause: float = PAUSE) -> list[float]:
    """What one reader waited, beginning at a moment of its own, with a pause after each change."""
    time.sleep(reader.chance.random() * pause)
    waited = []
    # NOTE: the last option opens two lists of quarters.
    for chosen in reader.chance.sample(reader.periods[:-1], changes):
        waited.append(reader.change(chosen))
        time.sleep(pause)
    return waited


def resident(process: int) -> float:
    """Megabytes a process holds."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def told(name: str, waited: Sequence[float], spent: float) -> None:
    """`spent` is the server's CPU seconds meanwhile."""
    steps, each = statistics.quantiles(waited, n=20), 1000 * spent / len(waited)
    seconds = f"p50 {steps[9]:.2f} s, p95 {steps[18]:.2f} s"
    sys.stdout.write(
        f"{name}: {seconds} of {len(waited)} changes, {each:.0f} ms of server CPU each\n"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("home", type=Path)
    with served(asked.parse_args().home, plain=False) as (address, process):
        first = Reader(address, random.Random(0))
        # NOTE: every period once: finished figures are kept for all readers and are no single
        # reader's memory.
        for period in first.periods[:-1]:
            first.change(period)
        start = cpu(process)
        told("one reader", visit(first, 10, 0.0), cpu(process) - start)
        before = resident(process)
        with ThreadPoolExecutor(READERS) as room:
            readers = list(
                room.map(lambda seed: Reader(address, random.Random(seed)), range(1, READERS + 1))
            )
            start = cpu(process)
            waited = [second for waits in room.map(visit, readers) for second in waits]
            told(f"{READERS} readers", waited, cpu(process) - start)
        after = resident(process)
        for reader in (first, *readers):
            reader.line.close()
    each = (after - before) / READERS
    sys.stdout.write(
        f"memory: {before:.0f} MB, with {READERS} more readers {after:.0f} MB, {each:.1f} MB each\n"
    )


if __name__ == "__main__":
    main()
