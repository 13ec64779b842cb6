"""The widgets that make a Chosen. They are set from the address in every run, and write into it when they change.

No other module touches the session state.
"""

from collections.abc import Callable

import streamlit as st

from dashboard import address
from dashboard.choice import NAMES, Chosen, Offer, Problem, settle
from dashboard.memory import memory
from pipelines.catalog.types import LANGUAGES, Language
from pipelines.present import spans
from pipelines.present.plain import plain, short
from pipelines.present.text import say

#: Option of the period list that opens two lists of quarters.
RANGE = "…"
#: Codes of a link that are named when they cannot be had.
MOST = 5
#: Digits of the codes of districts and of wards.
DISTRICT = 3
PLACES = (DISTRICT, 5)


def chosen(offer: Offer) -> tuple[Chosen, tuple[Problem, ...]]:
    """What the link asks, as far as it can be had, and the codes that cannot."""
    asked = address.asked()
    return settle(asked, offer.start, offer, is_period=spans.within(asked.get("period", ""), offer.periods))


def show(offer: Offer, *, phone: bool = False) -> Chosen:
    """The row of filters above every page, two a row on a phone; says what of the link could not be taken."""
    now, problems = chosen(offer)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with row:
        if offer.periods:
            _period(now, offer, 150 if phone else 190)
            _districts(now, offer, 190 if phone else 230)
            _wards(now, offer)
            _reset(now)
        st.space("stretch")
        _language(now)
    for problem in (*problems[:MOST], *memory().pop("dropped", ())):
        # NOTE: whoever made the link wrote this code: it may be long, and may want to be a link itself.
        st.info(plain(say(f"filter.unknown.{problem.kind}", now.language, code=short(problem.code))))
    return now


def on_phone() -> bool:
    """Does the browser call itself mobile?"""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


def kpi(now: Chosen, offer: Offer, label: Callable[[str], str]) -> None:
    """The list of KPIs, drawn inside the card it governs."""
    _set("w_kpi", now.kpi)
    name = say("filter.kpi", now.language)
    st.selectbox(
        name,
        offer.kpis,
        key="w_kpi",
        format_func=label,
        on_change=address.by_hand,
        args=(_take, "kpi", "w_kpi"),
        label_visibility="collapsed",
        width=330,
    )


def look(name: str, options: dict[str, str], start: str, label: str) -> str:
    """A small control of one card, such as wards or districts; remembered while the reader is here."""
    key = f"w_{name}"
    _set(key, memory().get(key, start) if memory().get(key, start) in options else start)
    st.segmented_control(
        label,
        list(options),
        key=key,
        format_func=options.__getitem__,
        on_change=_remember,
        args=(key,),
        label_visibility="collapsed",
        required=True,
    )
    return str(st.session_state[key] or start)


def here(key: str, now: Chosen) -> str:
    """The key of a clickable picture of this choice: another choice's picture is another widget."""
    return ":".join((key, now.period, *now.places, now.kpi, now.language))


def pick_mark(key: str) -> None:
    """A mark was clicked: its place goes into the link."""
    points = st.session_state[key].selection.points
    code = points[0].get("customdata") if points else None
    go(code[0] if isinstance(code, list | tuple) else code)


def pick_row(key: str, codes: tuple[str, ...]) -> None:
    """A row was picked: its place goes into the link."""
    rows = st.session_state[key].selection.rows
    go(codes[rows[0]] if rows else None)


def go(code: str | None) -> None:
    """To a district (three digits) or a ward (five, which brings its district along); other codes lead nowhere."""
    if code and code.isdigit() and len(code) in PLACES:
        address.write(district=code if len(code) == DISTRICT else "", ward=code if len(code) != DISTRICT else "")


def back(districts: str) -> None:
    """A step back along the trail: to these districts, or (none) to the whole city."""
    address.write(district=districts, ward="")


def preset(period: str, district: str) -> None:
    """A ready choice: a period (empty: where a reader starts) and a district (empty: the whole city)."""
    memory()["range"] = False
    address.write(period=period, district=district, ward="")


def mine() -> str:
    """The district this reader looked at last; empty when there is none yet."""
    return str(memory().get("mine", ""))


def held(key: str) -> str:
    """What a widget holds now, for callbacks of other modules."""
    return str(st.session_state.get(key) or "")


def emptied(key: str) -> None:
    """A text box is cleared once its text has led somewhere."""
    st.session_state[key] = ""


def _period(now: Chosen, offer: Offer, width: int) -> None:
    listed = [*offer.periods, RANGE]
    named = now.period in offer.periods and not memory().get("range")
    _set("w_period", now.period if named else RANGE)

    def written(code: str) -> str:
        return say("filter.range", now.language) if code == RANGE else spans.span(code, now.language)

    label = say("filter.period", now.language)
    more = {"on_change": address.by_hand, "args": (_take_period,)}
    st.selectbox(label, listed, key="w_period", format_func=written, width=width, **more)
    if not named:
        _range(now, offer)


def _range(now: Chosen, offer: Offer) -> None:
    quarters = sorted(c for c in offer.periods if "-Q" in c and ".." not in c)
    covered = spans.quarters(now.period)
    for key, code, label in (("w_first", covered[0], "filter.first"), ("w_last", covered[-1], "filter.last")):
        _set(key, code)

        def written(quarter: str) -> str:
            return spans.quarter_tick(quarter, now.language)

        more = {"on_change": address.by_hand, "args": (_take_range,)}
        st.selectbox(say(label, now.language), quarters, key=key, format_func=written, width=100, **more)


def _districts(now: Chosen, offer: Offer, width: int) -> None:
    names = dict(offer.districts)
    _set("w_district", list(now.districts))
    st.multiselect(
        say("filter.district", now.language),
        list(names),
        key="w_district",
        format_func=names.__getitem__,
        placeholder=say("filter.city", now.language),
        on_change=address.by_hand,
        args=(_take_districts, now, offer),
        width=width,
    )


def _wards(now: Chosen, offer: Offer) -> None:
    names = {code: name for code, name, _ in offer.wards}
    inside = offer.wards_of(now.districts)
    _set("w_ward", list(now.wards))
    st.multiselect(
        say("filter.ward", now.language),
        inside,
        key="w_ward",
        format_func=names.__getitem__,
        placeholder=say("filter.all" if inside else "filter.district_first", now.language),
        disabled=not inside,
        on_change=address.by_hand,
        args=(_take, "ward", "w_ward"),
        width=230,
    )


def _reset(now: Chosen) -> None:
    st.button(say("filter.reset", now.language), key="reset", type="tertiary", on_click=_clear, args=(now.language,))


def _language(now: Chosen) -> None:
    _set("w_lang", now.language)
    st.segmented_control(
        say("filter.language", now.language),
        LANGUAGES,
        key="w_lang",
        format_func=lambda code: say("language", code),
        on_change=address.by_hand,
        args=(_take, "lang", "w_lang"),
        label_visibility="collapsed",
        required=True,
    )


def _take(name: str, key: str) -> None:
    """A widget changed: its codes go into the link, where the next run reads them."""
    picked = st.session_state[key]
    address.write(**{name: ",".join(picked) if isinstance(picked, list | tuple) else picked or ""})


def _take_period() -> None:
    picked = st.session_state["w_period"]
    memory()["range"] = picked == RANGE
    if picked != RANGE:
        address.write(period=picked)


def _take_range() -> None:
    memory()["range"] = True
    address.write(period=spans.between(st.session_state["w_first"], st.session_state["w_last"]))


def _take_districts(before: Chosen, offer: Offer) -> None:
    picked = tuple(st.session_state["w_district"])
    inside = offer.wards_of(picked)
    names = {code: name for code, name, _ in offer.wards}
    memory()["dropped"] = tuple(Problem("dropped", names[w]) for w in before.wards if w not in inside)
    address.write(district=",".join(picked), ward=",".join(w for w in before.wards if w in inside))


def _clear(kept: Language) -> None:
    memory()["range"] = False
    address.write(**{**dict.fromkeys(NAMES, ""), "lang": kept})


def _remember(key: str) -> None:
    memory()[key] = st.session_state[key]


def _set(key: str, value: object) -> None:
    """NOTE: a widget that is set before it is drawn follows the link, whatever it held before."""
    st.session_state[key] = value
