"""Whether a run takes every case (CAUNOI_FULL=1) or a change's own fixed slice of them."""

import os

FULL = bool(os.environ.get("CAUNOI_FULL"))
