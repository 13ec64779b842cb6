"""The modes and topics of counselling, counted by point and quarter."""

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from pipelines.demo.calendar import lockdown_share
from pipelines.demo.city_plan import load_plan
from pipelines.demo.client_counts import DemoClient
from pipelines.demo.contacts import Contacts
from pipelines.demo.random_tools import draw_skewed, make_rng, sample_weighted
from pipelines.reference.periods import Quarter

Key = tuple[str, Quarter]
Row = dict[str, int]
#: The rest of the contacts are about health.
REST = "b32"
#: Which topics a group of clients asks about more.
ASKS = {
    "b31": {"sau_cai": 2.2},
    "b33": {"sau_cai": 3.0, "than_nhan": 1.5},
    "b34": {"nghien": 2.5, "su_dung": 1.6, "dieu_tri_thay_the": 0.7},
    "b30": {"than_nhan": 1.8, "nguy_co": 1.5},
}
MODES = {"b23": 0.5, "b24": 0.2, "b25": 0.13, "b26": 0.05}
#: Zalo came into use; lockdowns moved talks to the telephone.
ZALO_GROWS, GROUP = 0.012, 0.3
_FIRST_YEAR = 2021


@dataclass
class ContactTopic:
    """One contact."""

    client: DemoClient
    quarter: Quarter
    topics: set[str] = field(default_factory=set)


def generate_counselling(
    contacts: Contacts, sessions: Mapping[Key, int], seed: int
) -> dict[Key, Row]:
    """Generate b20 to b35 of every point and quarter with a contact; `sessions` are b50."""
    chance = make_rng(seed, "counselling")
    talks = _list_talks(contacts)
    _draw_first_topics(talks, chance)
    _draw_more_topics(talks, chance)
    rows: dict[Key, Counter[str]] = {}
    for talk in talks:
        key = (talk.client.point, talk.quarter)
        visit = "b22" if talk.client.is_new_in(talk.quarter) else "b21"
        counted = ["b20", visit, *talk.topics]
        if len(talk.topics) > 1:
            counted.append("b35")
        counted.append(_draw_mode(talk, bool(sessions[key]), chance))
        rows.setdefault(key, Counter()).update(counted)
    return {key: dict(counts) for key, counts in rows.items()}


def _list_talks(contacts: Contacts) -> list[ContactTopic]:
    """Return one entry per contact, still without topics."""
    talks = []
    for client, quarters in contacts.items():
        for quarter, count in quarters.items():
            talks += [ContactTopic(client, quarter) for _ in range(count)]
    return talks


def _draw_first_topics(talks: Sequence[ContactTopic], chance: Random) -> None:
    """Draw one topic for each contact, rare topics first; points differ in what they are asked."""
    plan, usual = load_plan().work, {}
    for point in sorted({talk.client.point for talk in talks}):
        for topic in plan.topics:
            usual[point, topic] = draw_skewed(chance, 0.4)
    left = list(talks)
    for topic in ("b33", "b31", "b34", "b30"):
        weight = functools.partial(_topic_weight, usual, topic)
        count = plan.topics[topic] - plan.topics_beside[topic]
        for talk in sample_weighted(chance, left, count, weight):
            talk.topics.add(topic)
        left = [talk for talk in left if not talk.topics]
    for talk in left:
        talk.topics.add(REST)


def _topic_weight(usual: Mapping[tuple[str, str], float], topic: str, talk: ContactTopic) -> float:
    return usual[talk.client.point, topic] * _interest(talk.client, topic)


def _interest(client: DemoClient, topic: str) -> float:
    return max(ASKS[topic].get(group, 1.0) for group in client.groups)


def _draw_more_topics(talks: Sequence[ContactTopic], chance: Random) -> None:
    """Add the topics beside the first: one to each of several contacts, then some a third."""
    plan = load_plan().work
    wanted = list(Counter(plan.topics_beside).elements())
    chance.shuffle(wanted)
    for number, topic in enumerate(wanted):
        size = 1 if number < plan.contacts_several else 2
        open_talks = []
        for talk in talks:
            if len(talk.topics) == size and topic not in talk.topics:
                open_talks.append(talk)
        chance.choice(open_talks).topics.add(topic)


def _draw_mode(talk: ContactTopic, group: bool, chance: Random) -> str:
    """Draw how a contact took place; `group` says that the point held a group session."""
    open_to = lockdown_share(talk.quarter)
    weights = dict(MODES)
    weights["b23"] *= open_to
    weights["b24"] *= open_to
    weights["b26"] += ZALO_GROWS * (4 * (talk.quarter.year - _FIRST_YEAR) + talk.quarter.number - 1)
    weights["b27"] = GROUP * open_to if group else 0.0
    return chance.choices(list(weights), list(weights.values()))[0]
