"""Build the home named on the command line; `start` runs this as a process of its own."""

import sys

from pipelines import settings
from pipelines.warehouse.start import build_if_behind

if __name__ == "__main__":
    build = build_if_behind(settings.load_settings(sys.argv[1]))
    sys.stdout.write(f"{build.name if build else 'nothing new'}\n")
