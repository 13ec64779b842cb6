"""Seal our comments on marked cells, so that they can be told from an officer's own."""

import hashlib

AUTHOR = "Cầu Nối"
_OPENS = f"{AUTHOR}: "
_SEAL = "\n#"


def seal_comment(text: str) -> str:
    """Write `text` under our name, sealed with its hash, so that words added later are seen."""
    return f"{_OPENS}{text}{_SEAL}{_hash_text(text)}"


def is_sealed(text: str) -> bool:
    """True for a comment exactly as `seal_comment` wrote it."""
    body, seal, digest = text.strip().removeprefix(_OPENS).rpartition(_SEAL)
    return bool(seal) and text.startswith(_OPENS) and digest == _hash_text(body)


def _hash_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
