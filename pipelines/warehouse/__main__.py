"""Build the home named on the command line; `start` runs this as a process of its own."""

import sys

from pipelines import settings
from pipelines.warehouse.start import build_if_behind, merge_batches

if __name__ == "__main__":
    chosen = settings.load_settings(sys.argv[1])
    build = build_if_behind(chosen)
    sys.stdout.write(f"{build.name if build else 'nothing new'}\n")
    # NOTE: after the build: figures do not wait for it, and nobody waits for this process.
    merge_batches(chosen)
