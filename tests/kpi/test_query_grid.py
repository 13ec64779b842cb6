"""What a question calls a place: a name several bear is answered with each of them and its code."""

from datetime import date

import pytest

from pipelines.errors import PlaceError
from pipelines.kpi import query_grid


def test_a_name_several_places_bear_is_answered_with_their_codes() -> None:
    with pytest.raises(PlaceError) as said:
        query_grid.parse_place_code("Thanh Trì", date(2022, 12, 14))
    assert said.value.code == "ambiguous_place"
    candidates = said.value.values["candidates"]
    assert candidates == "020 Huyện Thanh Trì; 00301 Phường Thanh Trì (Quận Hoàng Mai)"
    assert [
        query_grid.parse_place_code(c.split()[0], date(2022, 12, 14))
        for c in str(candidates).split("; ")
    ] == [
        "020",
        "00301",
    ]
