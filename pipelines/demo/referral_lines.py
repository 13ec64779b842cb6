"""Form C of every point and quarter, and of the pilot wards in 2020: slips in, the lines each return repeats out.

A return holds the slips of its quarter and those that were still open at the end of the quarter before.
"""

from collections.abc import Iterable
from datetime import date

from pipelines.demo.calendar import POINTS_FROM, QUARTERS
from pipelines.demo.client_counts import generate_clients
from pipelines.demo.contacts import generate_contacts
from pipelines.demo.network import PILOT_END, DemoNetwork
from pipelines.demo.referral_slips import ReferralSlip, generate_referrals
from pipelines.demo.register_forms import Line
from pipelines.reference.periods import Quarter

Lines = dict[tuple[str, Quarter], list[Line]]


def generate_referral_lines(network: DemoNetwork, seed: int) -> Lines:
    """Lines by reporter (`P-00646`) and quarter, one entry a return that owes form C, empty where there are none."""
    everybody = generate_clients(network, seed)
    return write_lines(
        network, generate_referrals(network, everybody, generate_contacts(everybody, seed), seed)
    )


def write_lines(network: DemoNetwork, every: Iterable[ReferralSlip]) -> Lines:
    """The same from slips that were drawn before."""
    found: Lines = {key: [] for key in list_owed_returns(network)}
    for slip in every:
        for quarter in QUARTERS:
            key = (slip.client.point, quarter)
            if key in found and _is_still_open(slip, quarter):
                found[key].append(_make_line(slip, quarter.end))
    return found


def list_owed_returns(network: DemoNetwork) -> list[tuple[str, Quarter]]:
    """Every return of a pilot ward and of a point, in the order of time."""
    pilots = [
        (w.reporter, q) for w in network.pilots for q in QUARTERS if w.since <= q.end <= PILOT_END
    ]
    points = [
        (p.id, q) for p in network.points for q in QUARTERS if q >= POINTS_FROM and p.is_running(q)
    ]
    return sorted([*pilots, *points], key=lambda key: (key[1], key[0]))


def _is_still_open(slip: ReferralSlip, quarter: Quarter) -> bool:
    if slip.quarter == quarter:
        return True
    return slip.quarter < quarter and slip.way.is_open(quarter.plus(-1).end)


def _make_line(slip: ReferralSlip, close: date) -> Line:
    """The line as it stood when the quarter closed: nothing that lies ahead."""
    client, way, state = slip.client, slip.way, slip.way.state_on(close)
    days = {"attended_date": way.attended, "start_date": way.started, "outcome_date": way.ended}
    if state == "cancelled":
        days = {}
    ended = {"outcome": way.outcome, "closed_reason": way.reason} if state == way.fate else {}
    return {
        "referral_id": slip.id,
        "programme": slip.programme,
        "client": client.code,
        "sex": client.sex,
        "age_band": client.band,
        "client_group": ";".join(client.groups),
        "client_status": "moi" if client.is_new_in(slip.quarter) else "cu",
        "service": slip.service,
        "facility": slip.facility,
        "referral_date": way.referred.isoformat(),
        "slip": slip.slip,
        "consent": "yes",
        "status": state,
        **{column: day.isoformat() for column, day in days.items() if day and day <= close},
        **{column: text for column, text in ended.items() if text},
    }
