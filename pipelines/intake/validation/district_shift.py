"""Measure how a whole district moved: each field's sum beside that of earlier years.

A lockdown moves every commune at once. Each is set beside its district (docs/domain.md 7.7:
a unit's ratio beside its parent's), and a district that moved as a whole is asked once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.catalog import fields
from pipelines.intake.validation.context import ReportContext

#: Fewer are no district but some neighbours.
MIN_COMMUNES = 5
#: Below this no two counts are compared; within these shares of what was expected nothing is asked.
MIN_EXPECTED = 20
TOLERANCE = (0.67, 1.33)


def list_field_codes(form: str) -> list[str]:
    """Return the codes of a form's fields, in form order."""
    return [code for code in fields() if code[0].upper() == form]


def _list_flows(form: str) -> list[str]:
    codes = list_field_codes(form)
    return [code for code in codes if fields()[code].over_time in ("sum", "year")]


#: What happens or is helped in a quarter, by form: what adds up over time.
FLOW_FIELDS = {"A": _list_flows("A"), "B": _list_flows("B")}


@dataclass(frozen=True)
class DistrictShift:
    """Set what a district's communes report now beside the mean of the quarter in earlier years."""

    field: str
    now: int
    expected: float

    @property
    def ratio(self) -> float:
        return self.now / self.expected

    @property
    def is_far(self) -> bool:
        """Is the sum more than a third off what was expected?"""
        return not is_near(self.now, self.expected)


def district_shifts(contexts: Sequence[ReportContext]) -> Iterator[DistrictShift]:
    """Yield one shift a field that enough communes report and have reported before."""
    means = [context.same_quarter_means for context in contexts]
    if len(list(filter(None, means))) < MIN_COMMUNES:
        return
    for code in FLOW_FIELDS[contexts[0].form]:
        values = [context.values.get(code) for context in contexts]
        pairs = list(_pair_values(values, [known.get(code) for known in means]))
        expected = sum(mean for _, mean in pairs)
        if len(pairs) >= MIN_COMMUNES and expected >= MIN_EXPECTED:
            yield DistrictShift(code, sum(now for now, _ in pairs), expected)


def _pair_values(
    values: Sequence[int | None], means: Sequence[float | None]
) -> Iterator[tuple[int, float]]:
    """Yield each commune's value and its mean, where it reports the field and did before."""
    for now, mean in zip(values, means, strict=True):
        if now is not None and mean:
            yield now, mean


def shifts_to_ask(shifts: Sequence[DistrictShift]) -> list[DistrictShift]:
    """Return the far shifts, to ask the district about, when most of its fields went far."""
    far = [shift for shift in shifts if shift.is_far]
    return far if len(far) > len(shifts) / 2 else []


def is_near(value: float, expected: float) -> bool:
    """Is the value within a third of what was expected?"""
    return TOLERANCE[0] * expected <= value <= TOLERANCE[1] * expected
