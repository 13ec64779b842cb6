"""Pseudonyms of a point's own client codes: 16 letters that nobody can turn back without the key.

One key a point, kept outside the warehouse; destroying it is erasure (docs/domain.md 6.2).
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from pathlib import Path

from pipelines.errors import StoreError
from pipelines.operating_system import WRITING, is_open_to_others, set_mode

KEY_BYTES = 32
#: 80 bits, 16 letters of base32: too many to try, short enough to read out.
CODE_BYTES = 10


class PseudonymKeys:
    """The keys in one folder; raises StoreError at once when anybody else could read one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, bytes] = {}
        weak = self.list_weak_keys()
        if weak:
            raise StoreError(f"others may read {weak[0]}", code="weak_key", name=weak[0])

    def pseudonym(self, owner: str, secret: str) -> str:
        """Return `secret` under the key of `owner`: HMAC-SHA-256 cut to 80 bits.

        HMAC is RFC 2104, the alphabet that of RFC 4648. Letter case and spaces around do not
        matter: kh-0001 and KH-0001 are one client.
        """
        text = unicodedata.normalize("NFC", secret).strip().upper()
        return self._make_code(owner, text)

    def exact_code(self, owner: str, text: str) -> str:
        """Return the code of a text of which every sign counts, such as an issuer's own name."""
        return self._make_code(owner, text)

    def sign(self, owner: str, content: bytes) -> str:
        """Return HMAC-SHA-256 of `content` under the key of `owner`, as 64 hexadecimal digits."""
        return hmac.new(self._read_key(owner), content, hashlib.sha256).hexdigest()

    def has_key(self, owner: str) -> bool:
        return self._key_path(owner).is_file()

    def destroy_key(self, owner: str) -> bool:
        """Destroy a key, so that no code made with it can be matched again.

        False when there was none.
        """
        path = self._key_path(owner)
        self._read.pop(owner, None)
        if not path.exists():
            return False
        with path.open("r+b") as handle:
            handle.write(b"\0" * KEY_BYTES)
            handle.flush()
            os.fsync(handle.fileno())
        path.unlink()
        return True

    def list_weak_keys(self) -> list[str]:
        """Return names of keys, or of the folder itself, that others may read or are too short."""
        if not self.folder.exists():
            return []
        paths = [self.folder, *sorted(self.folder.glob("*.key"))]
        return [path.name for path in paths if _is_weak_file(path)]

    def _make_code(self, owner: str, text: str) -> str:
        digest = hmac.new(self._read_key(owner), text.encode(), hashlib.sha256).digest()
        return base64.b32encode(digest[:CODE_BYTES]).decode().lower()

    def _read_key(self, owner: str) -> bytes:
        if owner not in self._read:
            path = self._key_path(owner)
            if not path.exists():
                self._make_key(path)
            self._read[owner] = path.read_bytes()
        return self._read[owner]

    def _make_key(self, path: Path) -> None:
        for folder in (self.folder.parent, self.folder):
            if not folder.is_dir():
                folder.mkdir(0o700, parents=True, exist_ok=True)
                folder.chmod(0o700)
        aside = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(aside, WRITING | os.O_EXCL, 0o600)
        set_mode(descriptor, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(secrets.token_bytes(KEY_BYTES))
            handle.flush()
            os.fsync(handle.fileno())
        try:
            # NOTE: a link, not a rename: of two first uses one key must win, never replace the
            # other's.
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()

    def _key_path(self, owner: str) -> Path:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", owner):
            raise StoreError(f"{owner!r} cannot own a key", name=owner)
        return self.folder / f"{owner}.key"


def _is_weak_file(path: Path) -> bool:
    """True for what others may read, and for a file too short to be a key."""
    if is_open_to_others(path.stat().st_mode):
        return True
    return path.is_file() and path.stat().st_size < KEY_BYTES
