"""Files made for a download: whose they are, and the newest of them kept until their readers have fetched them."""

from collections import OrderedDict
from threading import Lock

from streamlit import runtime
from streamlit.runtime.media_file_manager import MediaFileMetadata
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import _calculate_file_id

#: Files whose readers are remembered; Streamlit itself drops them when the visit that asked is over.
KEPT = 5_000
#: Bytes of the newest files that are held here as well.
HELD = 64 * 1024 * 1024

_lock = Lock()
_owners: OrderedDict[str, set[str]] = OrderedDict()
_held: OrderedDict[str, tuple[bytes, str, str]] = OrderedDict()


def register_owner(content: bytes, mime: str, name: str, subject: str) -> None:
    """From now on the file with this content, type and name may be fetched by `subject`."""
    file_id = _calculate_file_id(content, mime, name)
    with _lock:
        _owners.setdefault(file_id, set()).add(subject)
        while len(_owners) > KEPT:
            _owners.popitem(last=False)
        _held[file_id] = content, mime, name
        _held.move_to_end(file_id)
        while sum(len(data) for data, _, _ in _held.values()) > HELD:
            _held.popitem(last=False)


def may_fetch(file_id: str, subject: str) -> bool:
    """Was the file made for `subject`?"""
    with _lock:
        return subject in _owners.get(file_id, ())


def restore_file(file_id: str) -> None:
    """Put a file back that Streamlit has dropped.

    NOTE: it drops a file made on a click when two runs of anybody have ended since, so with many readers at once a
    file could be gone before its own reader's browser came for it.
    """
    with _lock:
        found = _held.get(file_id)
    if found is not None:
        media = runtime.get_instance().media_file_mgr
        with media._lock:
            content, mime, name = found
            media._storage.load_and_get_id(content, mime, MediaFileKind.DOWNLOADABLE, name)
            media._file_metadata[file_id] = MediaFileMetadata(kind=MediaFileKind.DOWNLOADABLE)
