"""Write dataclasses as compact JSON and read them back along their type hints.

Every value is checked on the way back. A dataclass is a list of its fields, a list of dataclasses a
list of columns (columns.py). Only the classes that the hints name are ever made, so that a message
cannot hold anything but data.
"""

import json
import math
import re
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache, partial
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pipelines.sandbox.columns import pack_column, unpack_column

T = TypeVar("T")

SCALARS = (str, int, float, bool, type(None))
#: Larger numbers do not fit into a column of the ledger.
INTEGERS = range(-(2**63), 2**63)
#: A half of a surrogate pair: JSON can name it, UTF-8 cannot hold it.
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class MalformedMessage(ValueError):
    """The message is not what its type says."""


def encode(value: object, kind: Any) -> bytes:
    """Write `value`, a dataclass or list of the type `kind`, as JSON in UTF-8."""
    plain = _codec_of(kind).pack(value)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def decode(data: bytes, kind: type[T]) -> T:
    """Read a value of the type `kind`.

    Raises MalformedMessage when anything in `data` is of another type.
    """
    try:
        plain = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
        if _SURROGATE.search(data):
            json.dumps(plain, ensure_ascii=False).encode("utf-8")
        codec = _codec_of(kind)
        value: T = codec.unpack(plain)
    except (ValueError, TypeError, RecursionError) as error:
        raise MalformedMessage(type(error).__name__) from error
    return value


@dataclass(frozen=True)
class _Codec:
    """How values of one type become plain JSON, and how plain JSON becomes values again."""

    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]
    #: The same for many values; returns the values or raises.
    unpack_all: Callable[[list[Any]], list[Any]]
    #: True when `pack` returns its value as it is.
    is_plain: bool = False


def _codec_of(kind: Any) -> _Codec:
    return _codec(kind)


@cache
def _codec(kind: Any) -> _Codec:
    """Return the codec of a type hint; raises TypeError for one that has no place in a message."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is not None:
        return _generic_codec(kind, origin, inner)
    if kind in SCALARS:
        return _scalar_codec(frozenset([kind]))
    if kind is date:
        return _text_codec(date.isoformat, date.fromisoformat)
    if kind is Path:
        return _text_codec(str, Path)
    if is_dataclass(kind):
        return _dataclass_codec(kind)
    raise TypeError(f"{kind} has no place in a message")


def _generic_codec(kind: Any, origin: Any, inner: tuple[Any, ...]) -> _Codec:
    """Return the codec of a hint with parameters, such as list[int] or str | None."""
    if origin is Literal:
        return _literal_codec(inner)
    if origin in (Union, types.UnionType):
        return _union_codec(inner)
    if origin in (list, tuple):
        return _sequence_codec(origin, inner)
    if origin in (dict, Mapping) and inner[0] is str:
        return _mapping_codec(_codec(inner[1]))
    raise TypeError(f"{kind} has no place in a message")


def _scalar_codec(kinds: frozenset[type]) -> _Codec:
    unpack_all = partial(_check_scalars, _with_integers(kinds))
    return _Codec(_identity, lambda value: unpack_all([value])[0], unpack_all, is_plain=True)


def _with_integers(kinds: frozenset[type]) -> frozenset[type]:
    """Return the types that are taken for `kinds`: a setting may hold 5 where the hint is float."""
    return kinds | {int} if float in kinds else kinds


def _check_scalars(kinds: frozenset[type], values: list[Any]) -> list[Any]:
    """Return the values; raises MalformedMessage for another type or a number out of range."""
    present = set(map(type, values))
    if not present <= kinds:
        raise MalformedMessage("type")
    if int in present and not _are_in_range(values, is_all=len(present) == 1):
        raise MalformedMessage("integer")
    if float in present and not _are_finite(values):
        raise MalformedMessage("float")
    return values


def _are_in_range(values: list[Any], *, is_all: bool) -> bool:
    """Do the integers fit into a column of the ledger? `is_all`: there is nothing else."""
    numbers = values if is_all else [value for value in values if type(value) is int]
    return min(numbers) in INTEGERS and max(numbers) in INTEGERS


def _are_finite(values: list[Any]) -> bool:
    return all(math.isfinite(value) for value in values if type(value) is float)


def _literal_codec(choices: tuple[Any, ...]) -> _Codec:
    known = frozenset((type(choice), choice) for choice in choices)

    def unpack_all(values: list[Any]) -> list[Any]:
        given = set(zip(map(type, values), values, strict=True))
        if not given <= known:
            raise MalformedMessage("choice")
        return values

    return _Codec(_identity, lambda value: unpack_all([value])[0], unpack_all, is_plain=True)


def _union_codec(kinds: tuple[Any, ...]) -> _Codec:
    """Return the codec of any number of scalars and at most one type of another kind."""
    scalars = frozenset(kind for kind in kinds if kind in SCALARS)
    others = [kind for kind in kinds if kind not in SCALARS]
    plain = _scalar_codec(scalars)
    if not others:
        return plain

    (other,) = map(_codec, others)
    plain_kinds = _with_integers(scalars)

    def pack(value: Any) -> Any:
        return value if type(value) in plain_kinds else other.pack(value)

    def unpack(value: Any) -> Any:
        codec = plain if type(value) in plain_kinds else other
        return codec.unpack(value)

    return _Codec(pack, unpack, _each(unpack))


def _text_codec(pack: Callable[[Any], str], parse: Callable[[str], Any]) -> _Codec:
    text = _scalar_codec(frozenset([str]))

    def unpack(value: Any) -> Any:
        return parse(text.unpack(value))

    return _Codec(pack, unpack, _each(unpack))


def _mapping_codec(inner: _Codec) -> _Codec:
    def pack(value: Mapping[str, Any]) -> dict[str, Any]:
        return {name: inner.pack(item) for name, item in value.items()}

    def unpack(value: Any) -> dict[str, Any]:
        mapping = _decode_value(value, dict)
        items = inner.unpack_all(list(mapping.values()))
        return dict(zip(mapping, items, strict=True))

    return _Codec(pack, unpack, _each(unpack))


def _sequence_codec(origin: type, inner: tuple[Any, ...]) -> _Codec:
    if origin is list and is_dataclass(inner[0]):
        return _table_codec(inner[0])
    if origin is tuple and inner[-1] is not Ellipsis:
        return _fixed_codec(tuple, inner)
    codec = _codec(inner[0])

    def pack(value: Any) -> Any:
        return _pack_column(codec, value)

    def unpack(value: Any) -> Any:
        return origin(_unpack_column(codec, value))

    return _Codec(pack, unpack, _each(unpack))


def _fixed_codec(make: Callable[[list[Any]], Any], kinds: tuple[Any, ...]) -> _Codec:
    """Return the codec of a list with one type for each place."""
    codecs = list(map(_codec, kinds))

    def pack(value: Any) -> list[Any]:
        return [codec.pack(item) for codec, item in zip(codecs, value, strict=True)]

    def unpack(value: Any) -> Any:
        items = _decode_value(value, list)
        return make([codec.unpack(item) for codec, item in zip(codecs, items, strict=True)])

    return _Codec(pack, unpack, _each(unpack))


def _dataclass_codec(kind: Any) -> _Codec:
    names = [field.name for field in fields(kind)]
    inside = _fixed_codec(lambda values: kind(*values), _field_types(kind))

    def pack(value: Any) -> list[Any]:
        members = [getattr(value, name) for name in names]
        packed: list[Any] = inside.pack(members)
        return packed

    return _Codec(pack, inside.unpack, inside.unpack_all)


def _table_codec(kind: Any) -> _Codec:
    """Return the codec of a list of one dataclass.

    It is written column by column, and types are checked a column at a time.
    """
    read_fields = attrgetter(*(field.name for field in fields(kind)))
    codecs = list(map(_codec, _field_types(kind)))

    def pack(rows: list[Any]) -> list[Any]:
        columns = zip(*map(read_fields, rows), strict=True)
        return [_pack_column(codec, column) for codec, column in zip(codecs, columns, strict=False)]

    def unpack(value: Any) -> list[Any]:
        if not _decode_value(value, list):
            return []
        columns: list[list[Any]] = []
        for codec, column in zip(codecs, value, strict=True):
            columns.append(_unpack_column(codec, column))
        lengths = set(map(len, columns))
        if len(lengths) != 1:
            raise MalformedMessage("length")
        return list(map(kind, *columns))

    return _Codec(pack, unpack, _each(unpack))


def _pack_column(codec: _Codec, column: Sequence[Any]) -> Any:
    return pack_column(column) if codec.is_plain else list(map(codec.pack, column))


def _unpack_column(codec: _Codec, column: Any) -> list[Any]:
    """Return the values of a column; only plain ones may be written shortly."""
    if not codec.is_plain:
        return codec.unpack_all(_decode_value(column, list))
    return unpack_column(column, codec.unpack_all)


def _field_types(kind: Any) -> tuple[Any, ...]:
    hints = get_type_hints(kind)
    return tuple(hints[field.name] for field in fields(kind))


def _each(unpack: Callable[[Any], Any]) -> Callable[[list[Any]], list[Any]]:
    return lambda values: list(map(unpack, values))


def _decode_value(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise MalformedMessage(kind.__name__)
    return value


def _identity(value: Any) -> Any:
    return value


def _refuse_constant(text: str) -> None:
    raise MalformedMessage(text)
