"""Small ledgers full of what is rare: withdrawn, closed, late, blocked, blank, moved."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from pipelines.store.ledger import Ledger
from pipelines.store.schema import Kind, LedgerBatch, to_frame

#: Communes with a past: 00070 and 00008 are borne by others since July 2025.
COMMUNES = ("00046", "00058", "00067", "00070", "00008", "00004", "00646", "99999")
QUARTERS = ("2020-Q4", "2021-Q1", "2022-Q3", "2022-Q4", "2023-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
FIELDS = {
    "A": ("a01", "a02", "a04", "a20", "a31", "a34"),
    "B": ("b01", "b10", "b11", "b20", "b12", "b21"),
}
STATES = ("accepted",) * 6 + ("blocked", "blank", "unread")
MARKS = (None, "=", ">", "~")
#: What register cells hold that nobody should send, too.
GOOD_DAYS = ("2019-03-01", "2021-01-01", "2022-09-14", "2022-09-15", "2023-12-15")
DAYS = (*GOOD_DAYS, "", None, "2022-9-5", "x")
COUNTS = ("3", "0", "-1", "+2", "2.0", "1e3", " 4", "", None, "9" * 30)
UNITS = {"D1": ("D-", "team_id"), "D3": ("P-", "point_id"), "D4": ("K-", "club_id")}
COLUMNS: dict[str, dict[str, tuple[str | None, ...]]] = {
    "D1": {
        "decision_date": DAYS, "valid_from": DAYS, "valid_to": DAYS, "grade": ("A", "B", ""),
        "grade_year": COUNTS, "helper_model_from": DAYS, "effective_from": DAYS, "unheard": ("x",),
    },
    "D3": {
        "programme": ("M4", "M4", "M3", "", None), "decision_date": DAYS, "valid_from": DAYS,
        "valid_to": DAYS, "board_members": COUNTS, "seconded_counsellors": COUNTS,
        "confidence": ("low", None), "effective_from": DAYS,
    },
    "D4": {"founded": DAYS, "board_size": COUNTS, "valid_from": DAYS, "valid_to": DAYS},
    "C": {
        "programme": ("M4", "M4", "M3", None), "client": ("k1", "k2", "k3", None),
        "service": ("S1", "S2", "S5", "testing", "arv", "methadone", "vocational", None),
        "referral_date": (*GOOD_DAYS * 3, "2025-06-20", *DAYS),
        "status": (
            "issued", "pending", "attended", "started", "completed", "refused_client", "lost",
            "dropped", "transferred", "cancelled", "", None,
        ),
        "attended_date": DAYS, "start_date": DAYS, "outcome_date": (*DAYS, "2022-10-01"),
    },
}  # fmt: skip


class AwkwardLedger:
    """Batches drawn one after another from a seed; times tie, and some go backwards."""

    def __init__(self, home: Path, seed: int) -> None:
        self.ledger = Ledger(home)
        self.draw = Random(seed)
        self.clock = datetime(2022, 10, 1, tzinfo=UTC)
        self.receipts: list[str] = []

    def fill(self, batches: int) -> None:
        """Append so many batches, each of one kind of thing that happens."""
        acts: list[Callable[[], LedgerBatch]] = [self._send_returns] * 4
        acts += [self._send_register] * 2 + [self._send_referrals, self._decide]
        for _ in range(batches):
            self.clock += timedelta(hours=self.draw.choice((0, 0, 7, -30, 400)))
            self.ledger.append(self.draw.choice(acts)())

    def _receive(self, form: str, unit: str, period: str | None) -> tuple[str, tuple[object, ...]]:
        receipt = f"s{len(self.receipts)}"
        self.receipts.append(receipt)
        status = self.draw.choice(("accepted", "accepted", "partly", "returned"))
        version = self.draw.choice((1, 1, 2))
        sent = (unit, period, self.clock, status, "inbox")
        row = (1, receipt, "f", receipt, "x.xlsx", form, version, "single", *sent)
        return receipt, row

    def _number(self, letter: str) -> str:
        turn = self.draw.choice(("", "", "", "", "-1"))
        return f"{letter}{self.draw.choice(COMMUNES)}{turn}"

    def _send_returns(self) -> LedgerBatch:
        rows: dict[Kind, list[tuple[object, ...]]] = {"values": [], "submissions": [], "issues": []}
        for _ in range(self.draw.randint(1, 6)):
            form = self.draw.choice("AB")
            unit, period = self._number("D-" if form == "A" else "P-"), self.draw.choice(QUARTERS)
            receipt, submission = self._receive(form, unit, period)
            rows["submissions"].append(submission)
            for place, field in enumerate(FIELDS[form]):
                if self.draw.random() < 0.8:
                    rows["values"].append(self._value(receipt, form, unit, period, field, place))
            rows["issues"].append(self._issue(receipt, unit, period))
        return LedgerBatch(**{kind: to_frame(kind, own) for kind, own in rows.items()})

    def _value(
        self, receipt: str, form: str, unit: str, period: str, field: str, place: int
    ) -> tuple[object, ...]:
        state, number = self.draw.choice(STATES), self.draw.choice((0, 1, 4, 5, 10, 11, 200))
        value = number if state == "accepted" or self.draw.random() < 0.5 else None
        status = self.draw.choice(("final", "final", "estimate"))
        return (1, receipt, form, unit, period, field, str(number), value, self.draw.choice(MARKS),
                state, status, "Mẫu", f"E{place + 7}", self.clock, 1)  # fmt: skip

    def _issue(self, receipt: str, unit: str, period: str) -> tuple[object, ...]:
        more = self.draw.choice(("{}", '{"cell": "E7, E9"}', '{"cell": "E8"}', '{"unit": "E7"}'))
        severity = self.draw.choice(("error", "warning", "info"))
        cell = self.draw.choice(("E7", "E8, E10", ""))
        return (1, receipt, unit, period, "A01", severity, "Mẫu", cell, "", more, None)

    def _send_register(self) -> LedgerBatch:
        register = self.draw.choice(tuple(UNITS))
        letter, key = UNITS[register]
        if register == "D3" and self.draw.random() < 0.3:
            letter = "M3-"
        receipt, submission = self._receive(register, "HN", None)
        rows: list[tuple[object, ...]] = []
        for commune in self.draw.sample(COMMUNES, 4):
            texts = {key: letter + commune, "commune": self.draw.choice((commune,) * 4 + COMMUNES)}
            rows += self._cells(receipt, register, "HN", None, letter + commune, texts)
        return LedgerBatch(
            records=to_frame("records", rows), submissions=to_frame("submissions", [submission])
        )

    def _send_referrals(self) -> LedgerBatch:
        unit, period = self._number("P-"), self.draw.choice(QUARTERS)
        receipt, submission = self._receive("C", unit, period)
        rows: list[tuple[object, ...]] = []
        for number in range(self.draw.randint(0, 5)):
            record = f"{unit}-{number}"
            rows += self._cells(receipt, "C", unit, period, record, {"referral_id": record})
        return LedgerBatch(
            records=to_frame("records", rows), submissions=to_frame("submissions", [submission])
        )

    def _cells(
        self, receipt: str, register: str, reporter: str, period: str | None, record: str,
        texts: dict[str, str],
    ) -> list[tuple[object, ...]]:  # fmt: skip
        drawn: dict[str, str | None] = {**texts}
        for column, choices in COLUMNS[register].items():
            if self.draw.random() < 0.8:
                drawn[column] = self.draw.choice(choices)
        states = ("accepted",) * 8 + ("blank", "blocked")
        return [
            (1, receipt, register, reporter, period, record, field, text,
             self.draw.choice(states), "Mẫu", "A5", self.clock, 1)
            for field, text in drawn.items()
        ]  # fmt: skip

    def _decide(self) -> LedgerBatch:
        kind = self.draw.choice(("close", "approve", "withdraw", "settle"))
        target = self.draw.choice((*self.receipts, None)) if kind != "close" else None
        period = self.draw.choice(QUARTERS) if kind == "close" else None
        row = (1, "d", self.clock, kind, None, period, None, target, "lan", "")
        return LedgerBatch(decisions=to_frame("decisions", [row]))
