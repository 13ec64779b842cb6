"""Fetch and unpack every file of a page, with all buttons of its cards opened and clicked."""

import zipfile
import zlib
from collections.abc import Iterable
from io import BytesIO

from pypdf import PdfReader
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.dashboard.security.socket_client import Wire

#: A workbook with a picture with a workbook in it is deep enough.
DEEP = 4


def files(wire: Wire, messages: Iterable[ForwardMsg]) -> dict[str, bytes]:
    """Every file that a run offers, by kind and number."""
    found = {}
    for message in messages:
        button = message.delta.new_element.download_button
        if button.deferred_file_id:
            link = wire.click(button.deferred_file_id)
            status, content = wire.fetch(link)
            assert status == 200, button.label
            found[f"{link.rsplit('.', 1)[-1]} {len(found)}"] = content
    return found


def cards(messages: Iterable[ForwardMsg]) -> list[str]:
    """The ids of what opens when its button is clicked."""
    return [found for m in messages if (found := m.delta.add_block.popover.id)]


def codes(messages: Iterable[ForwardMsg]) -> list[str]:
    """The code that a page offers for a notebook."""
    told = [m.delta.new_element.code.code_text for m in messages]
    return [text for text in told if text.startswith("from pipelines")]


def unpacked(content: bytes, deep: int = DEEP) -> bytes:
    """Unpack a file: parts of workbooks and documents, words and streams of a PDF."""
    if deep and content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as parts:
            return content + b"\n".join(
                unpacked(parts.read(name), deep - 1) for name in parts.namelist()
            )
    if content.startswith(b"%PDF"):
        pages = PdfReader(BytesIO(content)).pages
        return (
            content + "\n".join(page.extract_text() for page in pages).encode() + _streams(content)
        )
    return content


def _streams(content: bytes) -> bytes:
    """Every compressed stream of a PDF."""
    found = []
    for part in content.split(b"stream\n")[1::2]:
        try:
            found.append(zlib.decompressobj().decompress(part))
        except zlib.error:
            continue
    return b"\n".join(found)
