"""What a question calls a place: a name several bear is answered with each of them and its code."""

import pytest

from pipelines.errors import PlaceError
from pipelines.kpi import query_grid
from pipelines.reference.periods import parse_period


def test_a_name_several_places_bear_is_answered_with_their_codes() -> None:
    with pytest.raises(PlaceError) as said:
        query_grid.find_named_place("Thanh Trì", parse_period("2022-Y"))
    assert said.value.code == "ambiguous_place"
    candidates = said.value.values["candidates"]
    assert candidates == "020 Huyện Thanh Trì; 00301 Phường Thanh Trì (Quận Hoàng Mai)"
    assert [
        query_grid.find_named_place(c.split()[0], parse_period("2022-Y")).code
        for c in str(candidates).split("; ")
    ] == [
        "020",
        "00301",
    ]
