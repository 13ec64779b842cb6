"""Who may see which exact figures: a reader's rights, and the one rule that is asked with them.

A Scope is frozen: it is an argument of every query and part of every cache key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipelines.catalog import Protection
from pipelines.errors import Refused

Role = Literal["public", "district", "city", "steward"]
ROLES: tuple[Role, ...] = ("public", "district", "city", "steward")


@dataclass(frozen=True)
class Scope:
    """A role and, for the role `district` alone, the codes of its own districts.

    Raises Refused (unknown_role, district_needed) for a role nobody knows, and for a role that does
    not go with its districts: such rights cannot be made, so nothing has to ask for both.
    """

    role: Role = "public"
    districts: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise Refused(f"no role is called {self.role!r}", code="unknown_role", name=self.role)
        # NOTE: an empty code would stand for every commune after the districts were abolished.
        if (self.role == "district") != bool(self.districts) or "" in self.districts:
            raise Refused("districts belong to the role district", code="district_needed")

    @property
    def sees_all(self) -> bool:
        """True when every exact aggregate of the city may be shown."""
        return self.role in ("city", "steward")

    @property
    def sees_some(self) -> bool:
        """True when the exact aggregates of at least one district may be shown."""
        return self.sees_all or bool(self.districts)

    @property
    def sees_lines(self) -> bool:
        """True when single referrals and uploads may be shown."""
        return self.role == "steward"

    def sees_exactly(self, district: str) -> bool:
        """True when every exact aggregate about `district` may be shown.

        An empty code is no district.
        """
        return self.sees_all or district in self.districts

    def sees(self, district: str, protection: Protection, *, below_district: bool) -> bool:
        """True when the exact number of a place in `district` may be shown; raises nothing.

        `below_district`: the place is a commune, a team or a point, not the whole district.
        """
        if not is_protected(protection, below_district=below_district):
            return True
        return self.sees_exactly(district)


def is_protected(protection: Protection, *, below_district: bool) -> bool:
    """True when outsiders may not see the exact number of a place of this size."""
    return below_district if protection == "below_district" else protection


def strictest(protections: Iterable[Protection]) -> Protection:
    """Return the protection of a sum or ratio: that of its most protected part."""
    present = set(protections)
    if True in present:
        return True
    return "below_district" if "below_district" in present else False


CITY = Scope("city")
STEWARD = Scope("steward")
PUBLIC = Scope("public")
