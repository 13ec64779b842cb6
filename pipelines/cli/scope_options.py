"""Options that kpi, report and export share: the places asked about, and the reader's rights."""

from collections.abc import Sequence
from typing import Annotated, cast

import typer

from pipelines.cli import common
from pipelines.kpi import WarehouseReader, query_grid
from pipelines.privacy.scope import Role, Scope
from pipelines.reference.periods import Span

PlaceOption = Annotated[
    list[str] | None,
    typer.Option("--district", "--place"),
]
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


def resolve_places(store: WarehouseReader, texts: Sequence[str] | None, span: Span) -> list[str]:
    """Return the codes of the places named in a span; raises PlaceError.

    Of a unit whose code another bears at the span's end, its id with the day it began.
    Of a name that a district and a commune share (Thanh Trì), the district's code.
    """
    districts = dict(store.places.select("district_name", "district_code").unique().rows())
    folded = {name.casefold(): code for name, code in districts.items() if name}
    codes = []
    for text in texts or ():
        district = folded.get(text.casefold())
        codes.append(district or query_grid.name_in_span(text, span))
    return codes
