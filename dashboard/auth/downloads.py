"""Remember whose the files made for a download are, and keep the newest until they are fetched.

A file belongs to the visit in which it was made, and to the rights the reader had then.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from dashboard import streamlit_adapter
from dashboard.auth.identity import Reader
from pipelines.privacy.scope import Scope

#: Files whose readers are remembered, of all visits and of one of them: who makes many files takes
#: nobody else's away. Streamlit itself drops them when the session that asked ends.
KEPT, KEPT_PER_VISIT = 5_000, 500
#: Bytes of the newest files that are held here as well, of all visits and of one of them.
HELD, HELD_PER_VISIT = 64 * 1024 * 1024, 16 * 1024 * 1024


@dataclass
class MadeFile:
    """A file for a download: what its reader might see then, and the file while it is held."""

    scope: Scope
    mime: str
    name: str
    content: bytes | None


VisitFiles = OrderedDict[str, MadeFile]

_lock = Lock()
#: By visit and file; the visit that made a file last stands last, and so does its newest file.
_visits: OrderedDict[str, VisitFiles] = OrderedDict()


def register_owner(content: bytes, mime: str, name: str, owner: Reader) -> None:
    """Let the visit of `owner` fetch the file with this content, type and name from now on."""
    file_id = streamlit_adapter.calculate_file_id(content, mime, name)
    with _lock:
        own = _visits.setdefault(owner.login, OrderedDict())
        _visits.move_to_end(owner.login)
        own[file_id] = MadeFile(owner.scope, mime, name, content)
        own.move_to_end(file_id)
        while len(own) > KEPT_PER_VISIT:
            own.popitem(last=False)
        while sum(map(len, _visits.values())) > KEPT:
            _visits.popitem(last=False)
        _drop_contents(own.values(), HELD_PER_VISIT)
        _drop_contents((file for visit in _visits.values() for file in visit.values()), HELD)


def _drop_contents(files: Iterable[MadeFile], most: int) -> None:
    """Drop the contents of the first files until the others have so many bytes or one is left."""
    holding = [file for file in files if file.content is not None]
    size = sum(len(file.content or b"") for file in holding)
    for file in holding[:-1]:
        if size <= most:
            return
        size -= len(file.content or b"")
        file.content = None


def may_fetch(file_id: str, reader: Reader) -> bool:
    """Was the file made in this reader's visit, with the rights the reader has now?"""
    made = None if reader.why else _find_file(file_id, reader)
    return made is not None and made.scope == reader.scope


def restore_file(file_id: str, reader: Reader) -> None:
    """Put a file of this reader's visit back that Streamlit has dropped.

    NOTE: it drops a file made on a click when two runs of anybody have ended since, so with many
    readers at once a file could be gone before its own reader's browser came for it.
    """
    made = _find_file(file_id, reader)
    if made is not None and made.content is not None:
        streamlit_adapter.restore_download(file_id, made.content, made.mime, made.name)


def _find_file(file_id: str, reader: Reader) -> MadeFile | None:
    with _lock:
        return _visits.get(reader.login, OrderedDict()).get(file_id)
