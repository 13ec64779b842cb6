"""Which figures must be protected together: those that the forms tie to each other.

Parts add up to their whole, a part is at most its whole, and stocks follow from what came and went:
whoever reads one may work out another. The rules of the forms are in docs/domain.md 7.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.kpi.released_numbers import REFERRAL_COUNTS, REFERRALS, name_referral_count

Member = TypeVar("Member", str, int)

#: Lines of single referrals.
REFERRAL_FORM = "C"
#: Equalities within one return that are rules, not parts: added measures and subtracted ones.
BALANCES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("b14", "b13"), ("b10", "b11", "b12")),
)
#: Every count of referrals but the first, and the count that it is a part of.
REFERRAL_PARTS: Mapping[str, str] = {
    "followed": "issued",
    "attended_90": "followed",
    "attended_30": "attended_90",
    "started_90": "attended_90",
    "completed_90": "started_90",
    "lost_90": "followed",
}
#: A stock that opens a quarter is the one that closed the quarter before.
CARRIED: tuple[tuple[str, str], ...] = (("b10", "b14"),)


@dataclass(frozen=True)
class Relation:
    """Measures whose sum equals, or is at most, the sum of others in every return."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    is_equal: bool

    @property
    def measures(self) -> tuple[str, ...]:
        """Return the measures of both sides."""
        return *self.left, *self.right


@dataclass(frozen=True)
class Family:
    """Measures tied by relations; every protected measure stands in exactly one family."""

    name: str
    measures: tuple[str, ...]
    relations: tuple[Relation, ...]


def is_offered(field: Field) -> bool:
    """Return True for a count of people that a release offers.

    Money stands on the people behind it; what is protected below the district alone is not offered
    by ward, and above it needs no protection.
    """
    unit = catalog.units()[field.unit]
    return field.protected is True and field.over_place == "sum" and unit.kind != "money"


@cache
def list_families() -> tuple[Family, ...]:
    """List the families in the order of their first measure."""
    offered = {code for code, field in catalog.fields().items() if is_offered(field)}
    relations = _list_offered_relations(offered)
    ties = [set(relation.measures) for relation in relations]
    families = []
    for group in join_groups(offered, ties):
        own = tuple(one for one in relations if group.issuperset(one.left))
        measures = tuple(filter(group.__contains__, catalog.fields()))
        families.append(Family(measures[0], measures, own))
    families.append(_make_referral_family())
    return tuple(sorted(families, key=lambda family: family.name))


def _make_referral_family() -> Family:
    """Make the family of single referrals: what became of them are parts of those issued."""
    relations = []
    for part, whole in REFERRAL_PARTS.items():
        sides = (name_referral_count(part),), (name_referral_count(whole),)
        relations.append(Relation(*sides, is_equal=False))
    measures = tuple(map(name_referral_count, REFERRAL_COUNTS))
    return Family(measures[0], measures, tuple(relations))


def find_form(measure: str) -> str:
    """Return the form a measure of a release comes from."""
    return REFERRAL_FORM if measure.startswith(REFERRALS) else catalog.fields()[measure].form


def find_over_time(measure: str) -> str:
    """Return how a measure of a release goes from quarters to longer spans: sum, last, none."""
    return "sum" if measure.startswith(REFERRALS) else catalog.fields()[measure].over_time


def _list_offered_relations(offered: set[str]) -> list[Relation]:
    """List the relations between measures that are all offered."""
    relations = []
    for relation in _list_relations():
        if offered.issuperset(relation.measures):
            relations.append(relation)
    return relations


def _list_relations() -> Iterable[Relation]:
    for field in catalog.fields().values():
        sums = [*field.splits, *([field.parts] if field.parts_kind == "exact" else [])]
        for parts in sums:
            yield Relation(parts, (field.code,), is_equal=True)
        if field.part_of is not None:
            yield Relation((field.code,), (field.part_of,), is_equal=False)
    for left, right in BALANCES:
        yield Relation(left, right, is_equal=True)


def join_groups(members: Iterable[Member], ties: Iterable[set[Member]]) -> list[set[Member]]:
    """Return the groups of members that ties connect."""
    groups = [{member} for member in sorted(members)]
    for tied in ties:
        touched = [group for group in groups if group & tied]
        groups = [group for group in groups if not group & tied]
        groups.append(set().union(*touched))
    return [group for group in groups if group]
