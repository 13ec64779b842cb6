"""How an analyst's question is read, and a refusal said, in every function that `kpi` offers.

`by="ward"`, `place="Thanh Trì"` and `period=2023` are read as meant; a question without a store is
asked of the current build, or of the release where its scope sees no exact figure; an error says in
the reader's language what to write.
"""

import inspect
from collections.abc import Callable, Mapping, MutableMapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pipelines import catalog
from pipelines.errors import CauNoiError, PlaceError
from pipelines.privacy.scope import CITY
from pipelines.reference.periods import read_period

P = ParamSpec("P")
R = TypeVar("R")
#: Arguments that are a list of texts, and may be one text with commas.
LISTS = ("by", "codes")
#: Arguments that are a period in words.
PERIODS = ("period", "quarter", "now", "before")


def answers(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function of `kpi` that reads its question as people write it.

    Its errors, all of CauNoiError, carry the sentence in the reader's language as their text.
    """
    expected = inspect.signature(function).parameters
    needs_store = "store" in expected and expected["store"].default is inspect.Parameter.empty
    signature = inspect.signature(function)

    @wraps(function)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            question = signature.bind_partial(*args, **kwargs)
            _read_question(question.arguments, expected)
            if needs_store and question.arguments.get("store") is None:
                return _ask_current_build(function, question)
            return function(*question.args, **question.kwargs)
        except CauNoiError as error:
            error.args = (describe_error(error),)
            raise

    return answer


def _ask_current_build(function: Callable[..., R], question: inspect.BoundArguments) -> R:
    from pipelines.kpi.warehouse_reader import open_store  # its functions are answers themselves

    with open_store(scope=question.arguments.get("scope", CITY)) as store:
        question.arguments["store"] = store
        return function(*question.args, **question.kwargs)


def _read_question(
    given: MutableMapping[str, Any], expected: Mapping[str, inspect.Parameter]
) -> None:
    """Replace what was given by what was meant; raises PeriodError and PlaceError."""
    for name in LISTS:
        # NOTE: a comparison is by one level of places, and takes it as a text.
        if name in given and not isinstance(expected[name].default, str):
            given[name] = split_texts(given[name])
    for name in PERIODS:
        # NOTE: `before` is a build in one of the questions.
        if given.get(name) and isinstance(given[name], str | int):
            given[name] = _read_code(given[name])
    if given.get("place") is not None:
        given["place"] = _list_places(given["place"])


def split_texts(given: Any) -> list[str]:
    """Return a list of texts; one text is taken apart at its commas."""
    if isinstance(given, str):
        return [text.strip() for text in given.split(",") if text.strip()]
    return list(given)


def _read_code(given: str | int) -> str:
    span = read_period(given)
    # NOTE: the code of a month is that of its quarter.
    return str(given) if span.finer else span.code


def _list_places(given: Any) -> list[str]:
    places: list[Any] = [given] if isinstance(given, str | int) else list(given)
    for place in places:
        if not isinstance(place, str):
            raise PlaceError(f"a place is a text: {place!r}", code="place_number", text=str(place))
    return places


def describe_error(error: CauNoiError) -> str:
    """Return the sentence of an error in the reader's language; its own text without one."""
    try:
        return catalog.format_sentence(error.code, catalog.reader_language(), **error.values)
    except (CauNoiError, OSError, ValueError, KeyError, TypeError):
        return str(error)  # the error is about the catalogue's own sentences, or has none
