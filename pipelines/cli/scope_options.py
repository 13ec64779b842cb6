"""Options that kpi, report and export share: the places asked about, and the reader's rights."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, cast

import typer

from pipelines.cli import common
from pipelines.kpi import WarehouseReader, query_grid
from pipelines.privacy.scope import Role, Scope

ROLE_HELP = "Whose rights to answer with: public, district, city or steward."
PlaceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--district", "--place", help="A place: a code or a name; may be given several times."
    ),
]
RoleOption = Annotated[str, typer.Option("--role", help=ROLE_HELP)]
AsDistrictOption = Annotated[
    list[str] | None,
    typer.Option(
        "--as-district",
        help="With --role district: the code of a district of the role; may be repeated.",
    ),
]


def build_scope(role: str, districts: Sequence[str] | None) -> Scope:
    """Return the rights named by --role and --as-district; raises Refused and PlaceError."""
    codes = frozenset(map(common.check_district, districts or ()))
    return Scope(cast("Role", role), codes)


def resolve_places(store: WarehouseReader, texts: Sequence[str] | None, day: date) -> list[str]:
    """Return the codes of the places named; raises PlaceError.

    Of a name that a district and a commune share (Thanh Trì), the district's code.
    """
    districts = dict(store.places.select("district_name", "district_code").unique().rows())
    folded = {name.casefold(): code for name, code in districts.items() if name}
    codes = []
    for text in texts or ():
        district = folded.get(text.casefold())
        codes.append(district or query_grid.parse_place_code(text, day))
    return codes
