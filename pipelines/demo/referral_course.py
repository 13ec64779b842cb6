"""The course of a referral: its dates and its state on any later day (docs/domain.md 3.5)."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pipelines.demo.random_tools import draw_skewed, share_out

#: Shares of the fates by service. `open` has begun and not ended when the demonstration ends, of
#: `silent` nobody knows.
FATES: dict[str, dict[str, float]] = {
    "RF_VDR": {
        "completed": 50,
        "dropped": 12,
        "refused_client": 10,
        "refused_provider": 6,
        "lost": 9,
        "transferred": 4,
        "open": 9,
        "silent": 10,
    },
    "RF_MMT": {"completed": 78, "dropped": 8, "refused_client": 6, "lost": 8},
    "RF_HIV": {"completed": 78, "refused_client": 9, "lost": 6, "silent": 14},
    "RF_PRV": {"completed": 75, "dropped": 25},
    "RF_HEP": {"completed": 66, "dropped": 8, "refused_provider": 8, "lost": 8, "silent": 14},
    "RF_MEN": {"completed": 70, "dropped": 12, "refused_client": 8, "lost": 10},
    "RF_LAW": {"completed": 75, "lost": 25},
    "RF_JOB": {"completed": 55, "refused_provider": 12, "lost": 11, "dropped": 11, "open": 11},
}
#: Usual days until somebody arrives.
DAYS = {
    "RF_VDR": 9,
    "RF_MMT": 7,
    "RF_HIV": 5,
    "RF_PRV": 6,
    "RF_HEP": 12,
    "RF_MEN": 8,
    "RF_LAW": 7,
    "RF_JOB": 14,
}
#: How it ends well: outcome, share, and days from the start of the service to then.
ENDS: dict[str, tuple[tuple[str, float, int, int], ...]] = {
    "RF_VDR": (("admitted", 0.45, 0, 0), ("rehab_completed", 0.55, 150, 300)),
    "RF_MMT": (("first_dose", 1.0, 0, 0),),
    "RF_HIV": (("result_returned", 1.0, 2, 16),),
    "RF_PRV": (("care_started", 1.0, 0, 3),),
    "RF_HEP": (("result_returned", 0.6, 3, 14), ("care_started", 0.4, 10, 40)),
    "RF_MEN": (("care_started", 1.0, 0, 7),),
    "RF_LAW": (("document_obtained", 0.6, 15, 60), ("advice_given", 0.4, 0, 0)),
    "RF_JOB": (("employed_30", 0.65, 30, 40), ("employed_90", 0.35, 90, 100)),
}
REASONS = {
    "dropped": ("unwilling", "unwilling", "moved", "no_contact", "other"),
    "refused_client": ("unwilling", "unwilling", "other"),
    "refused_provider": ("not_eligible", "no_capacity"),
    "lost": ("no_contact", "no_contact", "moved"),
}
#: After so many days without news the officer writes that none came; nearly all are given up
#: within 90.
SILENT, GIVEN_UP, GIVEN_UP_LATE, LATE = 21, (60, 88), (95, 130), 0.12
LATEST_ARRIVAL = 80


@dataclass(frozen=True)
class ReferralCourse:
    """All dates of one referral; a line written on a day leaves out those that lie ahead."""

    referred: date
    attended: date | None
    started: date | None
    ended: date | None
    fate: str
    outcome: str = ""
    reason: str = ""

    def state_on(self, day: date) -> str:
        """Return the state that a return closed on `day` gives."""
        steps = ((self.ended, self.fate), (self.started, "started"), (self.attended, "attended"))
        for reached, state in steps:
            if reached and reached <= day:
                return state
        return "pending" if (day - self.referred).days > SILENT else "issued"

    def is_open(self, day: date) -> bool:
        """Has the referral not ended by `day`?"""
        return self.ended is None or self.ended > day


def draw_outcomes(service: str, count: int, chance: Random) -> list[str]:
    """Draw one fate for each of `count` referrals: the shares are kept, the order is chance."""
    shares = FATES[service]
    fates: list[str] = []
    for fate, number in zip(shares, share_out(count, list(shares.values())), strict=True):
        fates += [fate] * number
    chance.shuffle(fates)
    return fates


def make_course(service: str, referred: date, fate: str, chance: Random) -> ReferralCourse:
    """Draw the dates of one referral with this fate."""
    if fate == "cancelled":
        return ReferralCourse(referred, None, None, referred, fate)
    if fate == "silent":
        return ReferralCourse(referred, None, None, None, fate)
    if fate in ("lost", "refused_client"):
        return _end_before_arrival(referred, fate, chance)
    delay = round(DAYS[service] * draw_skewed(chance, 0.7))
    arrived = referred + timedelta(days=min(LATEST_ARRIVAL, delay))
    if fate in ("refused_provider", "transferred"):
        reason = chance.choice(REASONS[fate]) if fate in REASONS else ""
        ended = _draw_later_day(arrived, chance, 0, 9)
        return ReferralCourse(referred, arrived, None, ended, fate, reason=reason)
    began = _draw_later_day(arrived, chance, 0, 8)
    if fate == "open":
        return ReferralCourse(referred, arrived, began, None, fate)
    if fate == "dropped":
        ended = _draw_later_day(began, chance, 7, 120)
        reason = chance.choice(REASONS[fate])
        return ReferralCourse(referred, arrived, began, ended, fate, reason=reason)
    outcome, low, high = _draw_end(service, chance)
    ended = _draw_later_day(began, chance, low, high)
    return ReferralCourse(referred, arrived, began, ended, fate, outcome)


def _end_before_arrival(referred: date, fate: str, chance: Random) -> ReferralCourse:
    """Draw the end of a referral whose client never arrived: refused, or given up as lost."""
    low, high = 2, 30
    if fate == "lost":
        low, high = GIVEN_UP_LATE if chance.random() < LATE else GIVEN_UP
    ended = _draw_later_day(referred, chance, low, high)
    reason = chance.choice(REASONS[fate])
    return ReferralCourse(referred, None, None, ended, fate, reason=reason)


def _draw_end(service: str, chance: Random) -> tuple[str, int, int]:
    """Draw how a completed referral ends: the outcome, and the fewest and most days until then."""
    ends = ENDS[service]
    outcome, _, low, high = chance.choices(ends, [part for _, part, _, _ in ends])[0]
    return outcome, low, high


def _draw_later_day(day: date, chance: Random, low: int, high: int) -> date:
    return day + timedelta(days=chance.randint(low, high))
