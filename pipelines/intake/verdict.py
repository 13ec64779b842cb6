"""What the gate says of a file, and what it already knows of a file it lets in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipelines.intake.cells import Sheet
from pipelines.intake.issues import Issue


@dataclass
class Verdict:
    """The gate's judgement of one file; `kind` is None when nothing of it may be taken."""

    issues: list[Issue]
    kind: Literal["xlsx", "csv"] | None = None
    #: True when the careful lane was needed; its sheets are then already read.
    careful: bool = False
    #: Empty sheets with their surface in the fast lane, full ones otherwise.
    sheets: list[Sheet] = field(default_factory=list)
    #: How many filled cells each sheet has, by its name, where they could be counted; empty in the careful lane.
    filled: Mapping[str, int | None] = field(default_factory=dict)
    #: True when days are counted from 1904.
    date1904: bool = False
    #: True when the file holds a link to another file or a data connection.
    has_links: bool = False
    #: The proved parts the fast lane reads its cells from.
    parts: Mapping[str, bytes] = field(default_factory=dict)
