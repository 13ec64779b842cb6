"""Who may see which exact figures: one frozen value, an argument of every query and of every cache key."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["public", "district", "city", "steward"]
ROLES: tuple[Role, ...] = ("public", "district", "city", "steward")


@dataclass(frozen=True)
class Scope:
    """A role and, for `district`, the codes of its own districts (design, section 8)."""

    role: Role = "public"
    districts: frozenset[str] = frozenset()

    @property
    def sees_all(self) -> bool:
        """True when every exact aggregate of the city may be shown."""
        return self.role in ("city", "steward")

    @property
    def sees_lines(self) -> bool:
        """True when single referrals and uploads may be shown."""
        return self.role == "steward"

    def sees(self, district: str | None, *, protected: bool) -> bool:
        """May the exact figure of `district` (None: the whole city) be shown?"""
        return not protected or self.sees_all or (self.role == "district" and district in self.districts)


CITY = Scope("city")
STEWARD = Scope("steward")
PUBLIC = Scope("public")
