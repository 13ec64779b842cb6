"""Answers in, the sentences of the four stories out: page titles and "what has changed", computed, never canned."""

from collections.abc import Callable

from pipelines.catalog import Language
from pipelines.present import display
from pipelines.present.answers import Answer
from pipelines.present.compare import Pair
from pipelines.present.text import say

Bold = Callable[[str], str]


def bold(text: str) -> str:
    return f"**{text}**"


def overview(founded: Answer, clients: Answer, size: Answer, language: Language) -> str:
    """The title of the overview: new points and new clients; without points, the size of a team."""
    if founded.known and clients.known:
        values = {"points": founded.text(language), "clients": clients.text(language)}
        return say("overview.title" if founded.value else "overview.title_no_new", language, **values)
    if size.known:
        return say("overview.title_teams", language, size=size.text(language))
    return say("overview.title_nothing", language)


def points(now: Answer, before: Answer, goal: float | None, language: Language) -> str:
    """Points from … to …, and how many are missing to the target."""
    if not now.known:
        return say(f"changes.points_{now.state}", language)
    text = (
        say("changes.points", language, a=bold(before.text(language)), b=bold(now.text(language)))
        if before.known and before.value != now.value
        else say("changes.points_same", language, b=bold(now.text(language)))
    )
    left = (goal or 0) - (now.value or 0)
    more = say(
        "changes.points_left", language, left=bold(display.number(left, language)), goal=display.number(goal, language)
    )
    return f"{text} {more}" if left > 0 else text


def clients(now: Answer, part: Answer, before: Answer, pair: Pair, words: tuple[str, str], language: Language) -> str:
    """New clients of the period, and its last year against the year before; `words` name both years."""
    if not now.known:
        return say(f"changes.clients_{now.state}", language)
    text = say("changes.clients", language, n=bold(now.text(language)))
    if not (part.known and before.known):
        return f"{text}."
    difference = (part.value or 0) - (before.value or 0)
    key = "more" if difference > 0 else "fewer" if difference < 0 else "equal"
    values = {
        "part": words[0],
        "before": words[1],
        "m": bold(part.text(language)),
        "d": bold(display.number(abs(difference), language)),
    }
    whole = "whole" if part == now or pair.now == pair.before else "part"
    return f"{text}{say(f'changes.clients_{whole}_{key}', language, **values)}"


def since_year(now: Answer, before: Answer, year: int, language: Language) -> str:
    """A further sentence: the change against the same period of `year`; nothing when either is not known or too few."""
    if not (now.known and before.known) or now.few or before.few:
        return ""
    if now.value == before.value:
        return " " + say("changes.year_same", language, year=year)
    change = display.change(now.kpi, now.value, before.value, language)
    values = {"year": year, "change": bold(str(change)), "before": before.text(language)}
    return " " + say("changes.year", language, **values)


def teams(now: Answer, before: Answer, before_words: str, language: Language) -> str:
    """Volunteers per team, and the change against the comparable period."""
    if not now.known:
        return say(f"changes.teams_{now.state}", language)
    if not before.known:
        return say("changes.teams_alone", language, n=bold(now.text(language)))
    difference = round(now.value or 0, now.kpi.decimals) - round(before.value or 0, now.kpi.decimals)
    key = "up" if difference > 0 else "down" if difference < 0 else "same"
    change = bold(display.number(abs(difference), language, now.kpi.decimals))
    values = {"n": bold(now.text(language)), "before": before_words, "b": before.text(language), "change": change}
    return say(f"changes.teams_{key}", language, **values)


def referrals(issued: Answer, waiting: int | None, arrived: Answer, language: Language) -> str:
    """How many referrals have arrived and how many have had no answer."""
    if not issued.known or not issued.value:
        return say(f"changes.referrals_{issued.state}", language)
    values = {"n": bold(display.number(arrived.numerator, language)), "whole": issued.text(language)}
    text = say("changes.referrals", language, **values)
    if not waiting:
        return f"{text}."
    return f"{text}{say('changes.referrals_waiting', language, n=bold(display.number(waiting, language)))}"


def returns(now: Answer, language: Language) -> str:
    """Returns in hand: whether the period can be compared yet."""
    if not now.expected:
        return say("changes.returns_none", language)
    values = {"n": bold(display.fraction(now.received, now.expected, language))}
    missing = now.expected - now.received
    key = (
        "changes.returns_all"
        if not missing
        else "changes.returns_few"
        if missing * 20 <= now.expected
        else "changes.returns_open"
    )
    return say(key, language, **values)
