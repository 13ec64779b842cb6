"""What is wrong in a definition file: the file, the key and what is allowed there.

Translates the errors of pydantic, which is imported only where definitions are checked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, is_dataclass
from difflib import get_close_matches
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pipelines.errors import DefinitionError

FaultCode = Literal[
    "definition_file",
    "definition_key",
    "definition_missing",
    "definition_value",
    "definition_reference",
    "definition_twice",
]
#: So many allowed words are named; of a longer list only the nearest.
NAMED_WORDS = 30
#: What a value must be that a function of ours judges.
PREDICATES = {
    "is_time_zone": "a name of the tz database, such as Asia/Ho_Chi_Minh",
    "is_engine": "spark://HOST:PORT, or nothing for this machine alone",
}
_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")


@dataclass(frozen=True)
class DefinitionFault:
    """One fault at one key of a file."""

    code: FaultCode
    #: Such as kpis.toml.
    file: str
    #: Such as T06.numerator.
    key: str
    #: What stands there, as far as it is short.
    given: str = ""
    #: What may stand there, in words of the file's own format.
    allowed: str = ""

    def to_error(self) -> DefinitionError:
        """Return the fault as an exception with the values of its sentence."""
        hint = f" Allowed: {self.allowed}." if self.allowed else ""
        given = f" ({self.given})" if self.given else ""
        return DefinitionError(
            f"{self.file}, {self.key or 'whole file'}: {self.code}{given}.{hint}",
            code=self.code,
            file=self.file,
            key=self.key,
            given=self.given,
            allowed=self.allowed,
        )


def name_allowed(words: Iterable[str], given: str) -> str:
    """Return the allowed words in order; of many only those nearest to what was given."""
    known = list(words)
    if len(known) <= NAMED_WORDS:
        return ", ".join(known)
    near = get_close_matches(given, known, n=3, cutoff=0.4)
    return ", ".join(near or known[:3]) + " …"


def translate_errors(
    file: str, model: Any, errors: Iterable[Mapping[str, Any]]
) -> list[DefinitionFault]:
    """Return one fault for each error that pydantic found in `file`, which `model` describes."""
    return [_translate_error(file, model, error) for error in errors]


def _translate_error(file: str, model: Any, error: Mapping[str, Any]) -> DefinitionFault:
    place = [str(part) for part in error["loc"] if part != "[key]"]
    key = ".".join(place)
    if error["type"] in _UNKNOWN_KEY:
        allowed = name_allowed(list_keys(model, place[:-1]), place[-1])
        return DefinitionFault("definition_key", file, key, place[-1], allowed)
    if error["type"] == "missing":
        return DefinitionFault("definition_missing", file, key)
    return DefinitionFault("definition_value", file, key, _shorten(error["input"]), _allow(error))


def _shorten(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _allow(error: Mapping[str, Any]) -> str:
    """Return what a value must be: pydantic's own words, without its `Input should be`."""
    for predicate, words in PREDICATES.items():
        if error["type"] == "predicate_failed" and predicate in error["msg"]:
            return words
    expected = error.get("ctx", {}).get("expected")
    return str(expected) if expected else str(error["msg"]).removeprefix("Input should be ")


def list_keys(model: Any, place: list[str]) -> list[str]:
    """Return the keys that an entry at `place` of a described file may have."""
    found = model
    for part in place:
        found = _step_into(found, part)
    found = _strip_annotation(found)
    fields = getattr(found, "model_fields", None) or getattr(found, "__dataclass_fields__", {})
    return [name for name in fields if name != "home"]


def _step_into(kind: Any, part: str) -> Any:
    """Return the type of one part of a described value."""
    bare = _strip_annotation(kind)
    if get_origin(bare) is dict:
        return get_args(bare)[1]
    if get_origin(bare) in (list, tuple):
        return get_args(bare)[0]
    fields = getattr(bare, "model_fields", None)
    if fields:
        return fields[part].annotation if part in fields else None
    return get_type_hints(bare).get(part) if is_dataclass(bare) else None


def _strip_annotation(kind: Any) -> Any:
    """Return the type below `RootModel[...]`, `Annotated[...]` and `... | None`."""
    fields = getattr(kind, "model_fields", {})
    if list(fields) == ["root"]:
        return _strip_annotation(fields["root"].annotation)
    if hasattr(kind, "__metadata__"):
        return _strip_annotation(get_args(kind)[0])
    if get_origin(kind) is Union or type(kind).__name__ == "UnionType":
        given = [one for one in get_args(kind) if one is not type(None)]
        return _strip_annotation(given[0])
    return kind
