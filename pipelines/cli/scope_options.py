"""Options that kpi, report and export share: the places asked about, and the reader's rights."""

from collections.abc import Sequence
from typing import Annotated, cast

import typer

from pipelines.cli import common
from pipelines.kpi import WarehouseReader, query_grid
from pipelines.kpi.geography import REPORTED, check_geography
from pipelines.privacy.scope import Role, Scope
from pipelines.reference.periods import Quarter, Span

PlaceOption = Annotated[
    list[str] | None,
    typer.Option("--district", "--place"),
]
GeographyOption = Annotated[str, typer.Option()]
RoleOption = Annotated[str, typer.Option("--role")]
AsDistrictOption = Annotated[
    list[str] | None,
    typer.Option(
        "--as-district",
    ),
]


def build_scope(role: str, districts: Sequence[str] | None) -> Scope:
    """Return the rights named by --role and --as-district; raises Refused and PlaceError."""
    codes = frozenset(map(common.check_district, districts or ()))
    return Scope(cast("Role", role), codes)


def resolve_places(
    store: WarehouseReader, texts: Sequence[str] | None, span: Span, geography: str = REPORTED
) -> list[str]:
    """Return the codes of the places named in a span, or in a geography; raises PlaceError.

    Of a unit whose code another bears at the span's end, its id with the day it began.
    Of a name that a district and a commune share (Thanh Trì), the district's code.
    """
    day = check_geography(geography)
    if day is not None:
        quarter = Quarter.containing(day)
        span = Span(quarter, quarter)
    districts = dict(store.places.select("district_name", "district_code").unique().rows())
    folded = {name.casefold(): code for name, code in districts.items() if name}
    codes = []
    for text in texts or ():
        district = folded.get(text.casefold())
        codes.append(district or query_grid.name_in_span(text, span))
    return codes
