"""Whose returns the facts of a measure come from, and what is counted by a span of days."""

from pipelines import catalog
from pipelines.catalog import Measure

#: Derived measures that come with a return, and the field each is computed from; the others stand
#: on the registers (models/61_derived_facts.sql).
DERIVED_FIELDS = {
    "point_active": "b20",
    "new_clients_cumulative": "b11",
    "team_outside_size": "a04",
}
#: Days after which a referral without an answer is named (models/82_referral_totals.sql).
SILENT_DAYS = 30


def coverage_source(measure: Measure) -> str:
    """Return whose returns a measure's coverage is counted over: form A, form B or the register."""
    code = DERIVED_FIELDS.get(measure.code, measure.code)
    field = catalog.fields().get(code)
    return field.form if field else "register"
