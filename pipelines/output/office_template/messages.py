"""The messages between the parent and the limited process about one template."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.settings import Limits

#: Where a picture comes: its number between two letters that no text of ours holds.
PICTURE = re.compile("\ue000([0-9]+)\ue001")


def mark_picture(number: int) -> str:
    """Return the text that stands for a picture in the data of a template."""
    return f"\ue000{number}\ue001"


@dataclass(frozen=True)
class RenderTask:
    """The parent's first message; the template's bytes follow in a frame of their own."""

    limits: Limits
    #: The most that a rendered document may hold, in characters of XML and in bytes of the file.
    output: int
    #: The data of the template, as JSON.
    context: str
    #: Each picture as PNG in base64, with what it shows in words.
    pictures: list[tuple[str, str]]
    title: str
    author: str
    language: str


@dataclass(frozen=True)
class RenderReply:
    """A refusal, or no code: then the document follows in a frame of its own."""

    code: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)
