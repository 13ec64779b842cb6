"""Which file made for a download belongs to whom, so that a link to it is worth nothing to anybody else."""

from collections import OrderedDict
from threading import Lock

from streamlit.runtime.memory_media_file_storage import _calculate_file_id

#: Files remembered; Streamlit itself drops them when the visit that asked is over.
KEPT = 5_000

_lock = Lock()
_owners: OrderedDict[str, set[str]] = OrderedDict()


def belongs(content: bytes, mime: str, name: str, subject: str) -> None:
    """From now on the file with this content, type and name may be fetched by `subject`."""
    with _lock:
        _owners.setdefault(_calculate_file_id(content, mime, name), set()).add(subject)
        while len(_owners) > KEPT:
            _owners.popitem(last=False)


def may_fetch(file_id: str, subject: str) -> bool:
    """Was the file made for `subject`?"""
    with _lock:
        return subject in _owners.get(file_id, ())
