"""Build small returns for the rule tests: a good team or point, with a few cells changed."""

from datetime import date
from pathlib import Path

from pipelines import catalog
from pipelines.intake.issues import Issue
from pipelines.intake.model import FieldValue, FieldValues, RegisterCell, Return
from pipelines.intake.validation import PriorValues, RegisterSnapshot, validate_return
from pipelines.settings import Settings

SETTINGS = Settings(home=Path("nowhere"))
TODAY = date(2022, 9, 20)
GOOD_A = {
    "a01": 7, "a02": 2, "a03": 1, "a04": 8, "a05": 1, "a06": 2, "a07": 5, "a08": 3, "a09": 1,
    "a10": 5, "a11": 2,
    "a12": 3, "a13": 3, "a14": 1, "a15": 4, "a20": 30, "a21": 50, "a22": 2, "a23": 80, "a24": 6,
    "a30": 20, "a31": 60, "a32": 40, "a33": 20, "a34": 18, "a34y": 6, "a35": 1,
    "a40": 2, "a41": 1, "a42": 1, "a43": 2, "a44": 1, "a45": 1, "a46": 1, "a47": 1,
    "a48": 20_000_000,
    "a50": 4, "a51": 2, "a52": 1, "a60": 12, "a61": 3, "a62": 20, "a63": 1, "a70": 0, "a71": 0,
}  # fmt: skip
GOOD_B = {
    "b01": 36, "b02": 33, "b10": 9, "b11": 2, "b12": 1, "b13": 1, "b14": 11, "b15": 6, "b15y": 2,
    "b16": 1,
    "b17a": 1, "b17b": 1, "b17c": 0, "b18a": 1, "b18b": 1, "b18c": 1, "b18d": 0, "b18e": 0,
    "b18f": 0,
    "b20": 20, "b21": 16, "b22": 4, "b23": 10, "b24": 4, "b25": 3, "b26": 1, "b27": 2,
    "b30": 8, "b31": 2, "b32": 7, "b33": 2, "b34": 3, "b35": 2, "b40": 1, "b41": 2, "b42": 0,
    "b43": 1, "b44": 0,
    "b45": 2, "b46": 0, "b47": 0, "b48": 1, "b49": 30_000_000, "b50": 1, "b51": 1, "b52": 1,
    "b53": 3,
    "b60": 2, "b61": 1,
}  # fmt: skip
GOOD_LINE = {
    "referral_id": "P-00646-2022-1", "programme": "M4", "client": "KH-0001", "sex": "nam",
    "age_band": "30_39",
    "client_group": "nghien", "client_status": "moi", "service": "RF_HIV", "facility": "TYT-1",
    "referral_date": "2022-07-01", "slip": "giay", "consent": "yes", "status": "completed",
    "attended_date": "2022-07-05", "start_date": "2022-07-05", "outcome_date": "2022-07-20",
    "outcome": "result_returned",
}  # fmt: skip
SECOND_LINE = {
    **GOOD_LINE,
    "referral_id": "P-00646-2022-2",
    "service": "RF_LAW",
    "outcome": "document_obtained",
}
LINES = (GOOD_LINE, SECOND_LINE)


def good(form: str) -> dict[str, int | None]:
    return dict(GOOD_A if form == "A" else GOOD_B)


def filled(
    form: str,
    period: str = "2022-Q3",
    *,
    lines: tuple[dict[str, str], ...] | None = None,
    note: str = "",
    kind: str = "single",
    only: tuple[str, ...] = (),
    **changes: int | None,
) -> Return:
    """Return a good return of commune 00646 with some cells changed.

    Field codes stand in for cell addresses.
    """
    reporter = f"{'D' if form == 'A' else 'P'}-00646"
    values = {code: v for code, v in {**good(form), **changes}.items() if not only or code in only}
    entries = [
        FieldValue(
            reporter,
            period,
            code,
            None if v is None else str(v),
            v,
            None,
            "blank" if v is None else "accepted",
            f"Mẫu {form}",
            code,
            note,
        )
        for code, v in values.items()
    ]
    lines = (LINES if form == "B" else ()) if lines is None else lines
    return Return(
        form,
        1,
        kind,
        reporter,
        period,
        entries=FieldValues.from_entries(entries),
        records=records("C", reporter, period, lines),
    )


def records(
    register: str, reporter: str, period: str | None, lines: tuple[dict[str, str], ...]
) -> list[RegisterCell]:
    key = catalog.registers()[register].key
    return [
        RegisterCell(
            register,
            reporter,
            period,
            line[key],
            column,
            text,
            f"Mẫu {register}",
            f"{column}:{line[key]}",
        )
        for line in lines
        for column, text in line.items()
    ]


def judged(
    ret: Return, history: PriorValues | None = None, known: RegisterSnapshot | None = None
) -> list[Issue]:
    return validate_return(
        ret, history or PriorValues(), known or RegisterSnapshot(), SETTINGS, today=TODAY
    )


def codes(
    ret: Return, history: PriorValues | None = None, known: RegisterSnapshot | None = None
) -> set[str]:
    return {issue.code for issue in judged(ret, history, known)}


def past(reporter: str, periods: list[str], **values: list[int] | int) -> PriorValues:
    """A history in which each field has one value a period, or the same in all."""
    rows = [
        (reporter, period, field, given[at] if isinstance(given, list) else given)
        for field, given in values.items()
        for at, period in enumerate(periods)
    ]
    return PriorValues.from_rows(rows)
