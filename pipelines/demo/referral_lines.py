"""The lines of form C of every point and quarter, and of the pilot wards in 2020.

A return holds the slips of its quarter and those that were still open at the end of the quarter
before.
"""

from collections.abc import Iterable
from datetime import date

from pipelines.demo.calendar import QUARTERS, REPORTED
from pipelines.demo.city_plan import load_plan
from pipelines.demo.client_counts import generate_clients
from pipelines.demo.contacts import generate_contacts
from pipelines.demo.network import DemoNetwork
from pipelines.demo.referral_course import ReferralCourse
from pipelines.demo.referral_slips import ReferralSlip, generate_referrals
from pipelines.demo.register_forms import Line
from pipelines.reference.periods import Quarter

Lines = dict[tuple[str, Quarter], list[Line]]


def generate_referral_lines(network: DemoNetwork, seed: int) -> Lines:
    """Generate the lines by reporter (`P-00646`) and quarter.

    Every return that owes form C has an entry, which is empty where there are no lines.
    """
    everybody = generate_clients(network, seed)
    contacts = generate_contacts(everybody, seed)
    return write_lines(network, generate_referrals(network, everybody, contacts, seed))


def write_lines(network: DemoNetwork, every: Iterable[ReferralSlip]) -> Lines:
    """Write the lines of slips that were drawn before, by reporter and quarter."""
    lines: Lines = {key: [] for key in list_owed_returns(network)}
    for slip in every:
        for quarter in QUARTERS:
            key = (slip.client.point, quarter)
            if key in lines and _is_still_open(slip, quarter):
                lines[key].append(_make_line(slip, quarter.end))
    return lines


def list_owed_returns(network: DemoNetwork) -> list[tuple[str, Quarter]]:
    """Return reporter and quarter of every return of a pilot ward or point, ordered by quarter."""
    owed = []
    for quarter in QUARTERS:
        for ward in network.pilots:
            if ward.since <= quarter.end <= load_plan().pilot.end:
                owed.append((ward.reporter, quarter))
    for quarter in REPORTED:
        owed += [(point.id, quarter) for point in network.points if point.is_running(quarter)]
    return sorted(owed, key=lambda key: (key[1], key[0]))


def _is_still_open(slip: ReferralSlip, quarter: Quarter) -> bool:
    if slip.quarter == quarter:
        return True
    return slip.quarter < quarter and slip.way.is_open(quarter.plus(-1).end)


def _make_line(slip: ReferralSlip, close: date) -> Line:
    """Write the line as it stood when the quarter closed: nothing that lies ahead."""
    client, state = slip.client, slip.way.state_on(close)
    line: Line = {
        "referral_id": slip.id,
        "programme": slip.programme,
        "client": client.code,
        "sex": client.sex,
        "age_band": client.band,
        "client_group": ";".join(client.groups),
        "client_status": "moi" if client.is_new_in(slip.quarter) else "cu",
        "service": slip.service,
        "facility": slip.facility,
        "referral_date": slip.way.referred.isoformat(),
        "slip": slip.slip,
        "consent": "yes",
        "status": state,
    }
    if state != "cancelled":
        line |= _write_dates(slip.way, close)
    if state == slip.way.fate:
        if slip.way.outcome:
            line["outcome"] = slip.way.outcome
        if slip.way.reason:
            line["closed_reason"] = slip.way.reason
    return line


def _write_dates(way: ReferralCourse, close: date) -> Line:
    """Write the dates of a referral that have passed by the day `close`."""
    days = {"attended_date": way.attended, "start_date": way.started, "outcome_date": way.ended}
    return {column: day.isoformat() for column, day in days.items() if day and day <= close}
