"""A home on the command line in, a build of all its ledger holds out: what `start` runs as a process of its own."""

import sys

from pipelines import settings
from pipelines.warehouse.start import build_if_behind

if __name__ == "__main__":
    made = build_if_behind(settings.load_settings(sys.argv[1]))
    sys.stdout.write(f"{made.name if made else 'nothing new'}\n")
