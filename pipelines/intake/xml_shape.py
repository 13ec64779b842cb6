"""The proof, by one regular expression, that a piece of XML is shallow and well formed; much faster than a parser.

What it does not match may still be sound: then a parser decides (xml_walk). It matches no comment, CDATA section,
declaration or entity of its own, no more than eight levels and no more than forty attributes.
"""

import re

LEVELS = 8
_NAME = rb"[A-Za-z_][A-Za-z0-9_:.-]{0,60}"
_ENTITY = rb"&(?:amp|lt|gt|quot|apos|#[0-9]{1,6}|#x[0-9A-Fa-f]{1,5});"
_ATTRIBUTES = rb"(?:\s++" + _NAME + rb"=\"(?:[^\"<>&]++|" + _ENTITY + rb")*+\"){0,40}+\s*+"
_TEXT = rb"[^<>&]++|" + _ENTITY


def _element(level: int) -> bytes:
    """NOTE: group n holds the name of the element open at level n, so that its end tag must say the same."""
    inside = _TEXT if level == LEVELS else _TEXT + b"|" + _element(level + 1)
    return b"<(%s)%s(?:/>|>(?:%s)*+</\\%d\\s*+>)" % (_NAME, _ATTRIBUTES, inside, level)


_SHAPE = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml [^<>?]*+\?>)?\s*+" + _element(1) + rb"\s*+")


def is_shallow(data: bytes) -> bool:
    """True when the whole of `data` is one well-formed element of few levels."""
    return _SHAPE.fullmatch(data) is not None
