"""Remember whose the files made for a download are, and keep the newest until they are fetched.

A file belongs to the visit in which it was made, and to the rights the reader had then.
"""

from collections import OrderedDict
from threading import Lock

from dashboard import streamlit_adapter
from dashboard.auth.identity import Reader
from pipelines.privacy.scope import Scope

#: Files whose readers are remembered; Streamlit itself drops them when the session that asked ends.
KEPT = 5_000
#: Bytes of the newest files that are held here as well.
HELD = 64 * 1024 * 1024

_lock = Lock()
#: By file: the visits it was made in, and what their reader might see then.
_owners: OrderedDict[str, dict[str, Scope]] = OrderedDict()
_held: OrderedDict[str, tuple[bytes, str, str]] = OrderedDict()


def register_owner(content: bytes, mime: str, name: str, owner: Reader) -> None:
    """Let the visit of `owner` fetch the file with this content, type and name from now on."""
    file_id = streamlit_adapter.calculate_file_id(content, mime, name)
    with _lock:
        _owners.setdefault(file_id, {})[owner.login] = owner.scope
        while len(_owners) > KEPT:
            _owners.popitem(last=False)
        _held[file_id] = content, mime, name
        _held.move_to_end(file_id)
        while sum(len(data) for data, _, _ in _held.values()) > HELD:
            _held.popitem(last=False)


def may_fetch(file_id: str, reader: Reader) -> bool:
    """Was the file made in this reader's visit, with the rights the reader has now?"""
    if reader.why:
        return False
    with _lock:
        return _owners.get(file_id, {}).get(reader.login) == reader.scope


def restore_file(file_id: str) -> None:
    """Put a file back that Streamlit has dropped.

    NOTE: it drops a file made on a click when two runs of anybody have ended since, so with many
    readers at once a file could be gone before its own reader's browser came for it.
    """
    with _lock:
        held = _held.get(file_id)
    if held is not None:
        content, mime, name = held
        streamlit_adapter.restore_download(file_id, content, mime, name)
