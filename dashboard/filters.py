"""Draw the filters above every page, and read the selection from the address.

The widgets are set from the address in every run, and write into it when they change. Besides
dashboard/session.py no other module touches the session state.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

import streamlit as st

from dashboard import url_state
from dashboard.selection import (
    NAMES,
    REPORTED,
    FilterOptions,
    LinkProblem,
    Selection,
    resolve_selection,
)
from dashboard.session import remember_widget, session_notes, set_widget
from pipelines.catalog.types import LANGUAGES, Language
from pipelines.present.format import periods
from pipelines.present.format.escaping import escape_markdown, shorten_text
from pipelines.present.i18n import translate
from pipelines.present.panels import geography

#: Option of the period list that opens two lists of quarters.
RANGE = "…"
FilterKind = Literal["period", "place", "geography", "day"]
KINDS: tuple[FilterKind, ...] = ("period", "place", "geography", "day")
#: Codes of a link that are named when they cannot be had.
MOST = 5
#: Digits of the codes of districts and of wards.
DISTRICT, WARD = 3, 5


def read_selection(offer: FilterOptions) -> tuple[Selection, tuple[LinkProblem, ...]]:
    """Return what the link asks for, as far as it is possible, and the codes that are not."""
    asked = url_state.requested_codes()
    is_period = periods.is_within(asked.get("period", ""), offer.periods)
    return resolve_selection(asked, offer.default_selection, offer, is_period=is_period)


def show_filters(
    offer: FilterOptions, kinds: tuple[FilterKind, ...] = KINDS, *, phone: bool = False
) -> Selection:
    """Draw the row of filters above a page, and say which codes of the link were left out.

    `kinds` are those that change the page; the selection is kept where they do not stand.
    """
    now, problems = read_selection(offer)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with row:
        if offer.periods and kinds:
            _draw_filters(now, offer, kinds, phone=phone)
            _reset_button(now)
        st.space("stretch")
        _language_control(now)
    for problem in (*problems[:MOST], *session_notes().pop("dropped", ())):
        # NOTE: whoever made the link wrote this code: it may be long, and may be a link itself.
        code = shorten_text(problem.code)
        sentence = translate(f"filter.unknown.{problem.kind}", now.language, code=code)
        st.info(escape_markdown(sentence))
    return now


def _draw_filters(
    now: Selection, offer: FilterOptions, kinds: tuple[FilterKind, ...], *, phone: bool
) -> None:
    if "period" in kinds:
        _period_filter(now, offer, 150 if phone else 170)
    if "place" in kinds:
        _district_filter(now, offer, 190 if phone else 200)
        _ward_filter(now, offer)
        _geography_filter(now, offer, stands="geography" in kinds)
    if offer.days and "day" in kinds:
        _day_filter(now, offer)


def is_phone() -> bool:
    """Does the browser call itself mobile?"""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


def kpi_filter(
    now: Selection, codes: Sequence[str], label: Callable[[str], str], *, chosen: str = ""
) -> None:
    """Draw the list of these KPIs inside the card that shows the chosen one.

    With `chosen` it is a list of figures whose sources are looked at.
    """
    name = "figure" if chosen else "kpi"
    key = f"w_{name}"
    set_widget(key, chosen or now.kpi)
    st.selectbox(
        translate("filter.kpi", now.language),
        codes,
        key=key,
        format_func=label,
        on_change=url_state.if_user_changed,
        args=(_apply_widget, name, key),
        label_visibility="collapsed",
        width=330,
    )


def rows_control(now: Selection, label: str, names: dict[str, str]) -> None:
    """Draw what a row of the worklist is: a ward, a team or a point; it stands in the link."""
    set_widget("w_rows", now.rows)
    _draw_segments(
        label, names, "w_rows", url_state.if_user_changed, _apply_widget, "rows", "w_rows"
    )


def card_control(name: str, options: dict[str, str], start: str, label: str) -> str:
    """Draw a small control of one card, and return the option in force.

    The choice is remembered for the session.
    """
    key = _restore_choice(name, options, start, otherwise=start)
    _draw_segments(label, options, key, remember_widget, key)
    return str(st.session_state[key] or start)


def _draw_segments(
    label: str, options: dict[str, str], key: str, change: Callable[..., None], *args: object
) -> None:
    st.segmented_control(
        label,
        list(options),
        key=key,
        format_func=options.__getitem__,
        on_change=change,
        args=args,
        label_visibility="collapsed",
        required=True,
    )


def _restore_choice(name: str, options: dict[str, str], start: str, otherwise: str | None) -> str:
    """Set a control of a card to what the session remembers, and return the control's key.

    `otherwise` where the options no longer hold it.
    """
    key = f"w_{name}"
    remembered = session_notes().get(key, start)
    set_widget(key, remembered if remembered in options else otherwise)
    return key


def card_choice(name: str, options: dict[str, str], start: str, label: str, hint: str) -> str:
    """Draw a list of many options to search in; return the chosen one, empty for none.

    The choice is remembered for the session; `start` holds until there is one.
    """
    key = _restore_choice(name, options, start, otherwise=None)
    st.selectbox(
        label,
        list(options),
        key=key,
        format_func=options.__getitem__,
        on_change=remember_widget,
        args=(key,),
        placeholder=hint,
    )
    return str(st.session_state[key] or "")


def selection_key(key: str, now: Selection) -> str:
    """Return the key of a clickable chart: for another selection it is another widget."""
    codes = (key, now.period, *now.places, now.geography, now.kpi, now.language)
    return ":".join(codes)


def pick_mark(key: str) -> None:
    """Write the place of a mark that was clicked into the link."""
    points = st.session_state[key].selection.points
    code = points[0].get("customdata") if points else None
    if isinstance(code, list | tuple):
        code = code[0]
    go_to_place(code)


def pick_row(key: str, codes: tuple[str, ...]) -> None:
    """Write the place of a row that was picked into the link."""
    rows = st.session_state[key].selection.rows
    go_to_place(codes[rows[0]] if rows else None)


def go_to_place(code: str | None) -> None:
    """Write a district (three digits) or a ward (five) into the link; other codes change nothing.

    A ward brings its district along when the link is read.
    """
    if not code or not code.isdigit():
        return
    if len(code) == DISTRICT:
        url_state.write_codes(district=code, ward="")
    elif len(code) == WARD:
        url_state.write_codes(district="", ward=code)


def _period_filter(now: Selection, offer: FilterOptions, width: int) -> None:
    """Draw the list of periods, and two lists of quarters when the last option is chosen."""
    is_listed = now.period in offer.periods and not session_notes().get("range")
    set_widget("w_period", now.period if is_listed else RANGE)

    def format_option(code: str) -> str:
        if code == RANGE:
            return translate("filter.range", now.language)
        return periods.format_period(code, now.language)

    st.selectbox(
        translate("filter.period", now.language),
        [*offer.periods, RANGE],
        key="w_period",
        format_func=format_option,
        on_change=url_state.if_user_changed,
        args=(_apply_period,),
        width=width,
    )
    if not is_listed:
        _range_filter(now, offer)


def _range_filter(now: Selection, offer: FilterOptions) -> None:
    """Draw the lists of the first and the last quarter."""
    quarters = sorted(code for code in offer.periods if "-Q" in code and ".." not in code)
    covered = periods.list_quarters(now.period)

    def format_option(quarter: str) -> str:
        return periods.format_quarter_tick(quarter, now.language)

    ends = (("w_first", covered[0], "filter.first"), ("w_last", covered[-1], "filter.last"))
    for key, code, label in ends:
        set_widget(key, code)
        st.selectbox(
            translate(label, now.language),
            quarters,
            key=key,
            format_func=format_option,
            on_change=url_state.if_user_changed,
            args=(_apply_range,),
            width=100,
        )


def _district_filter(now: Selection, offer: FilterOptions, width: int) -> None:
    names = dict(offer.districts)
    set_widget("w_district", list(now.districts))
    label = "filter.former_district" if offer.former else "filter.district"
    st.multiselect(
        translate(label, now.language),
        list(names),
        key="w_district",
        format_func=names.__getitem__,
        placeholder=translate("filter.city", now.language),
        on_change=url_state.if_user_changed,
        args=(_apply_districts, now, offer),
        width=width,
    )


def _ward_filter(now: Selection, offer: FilterOptions) -> None:
    names = offer.ward_names
    inside = offer.wards_of(now.districts)
    set_widget("w_ward", list(now.wards))
    st.multiselect(
        translate("filter.ward", now.language),
        inside,
        key="w_ward",
        format_func=names.__getitem__,
        placeholder=translate("filter.all" if inside else "filter.district_first", now.language),
        disabled=not inside,
        on_change=url_state.if_user_changed,
        args=(_apply_widget, "ward", "w_ward"),
        width=190,
    )


def _needs_geography(now: Selection, offer: FilterOptions) -> bool:
    """Does the period reach beyond a reform, or has the reader chosen a set of units?"""
    if now.geography != REPORTED:
        return True
    return bool(offer.geographies) and geography.is_after_reform(now.period)


def _geography_filter(now: Selection, offer: FilterOptions, *, stands: bool) -> None:
    """Draw the list of sets of units on a page that follows it, where a reform matters."""
    if not stands or not _needs_geography(now, offer):
        return
    set_widget("w_geo", now.geography)

    def format_option(name: str) -> str:
        return geography.name_units(name, now.language)

    st.selectbox(
        translate("geography.label", now.language),
        (REPORTED, *offer.geographies),
        key="w_geo",
        format_func=format_option,
        help=translate("geography.hint", now.language),
        on_change=url_state.if_user_changed,
        args=(_apply_geography,),
        width=180,
    )


def _day_filter(now: Selection, offer: FilterOptions) -> None:
    """Draw the day that the page looks back to; left blank, everything received counts."""
    set_widget("w_day", date.fromisoformat(now.day) if now.day else None)
    st.date_input(
        translate("as_of.label", now.language),
        key="w_day",
        min_value=offer.days[0],
        max_value=max(offer.days[-1], now.day),
        format="DD/MM/YYYY",
        help=translate("as_of.hint", now.language),
        on_change=url_state.if_user_changed,
        args=(_apply_widget, "day", "w_day"),
        width=145,
    )


def _reset_button(now: Selection) -> None:
    st.button(
        translate("filter.reset", now.language),
        key="reset",
        type="tertiary",
        on_click=_clear_selection,
        args=(now.language,),
    )


def _language_control(now: Selection) -> None:
    set_widget("w_lang", now.language)
    names: dict[str, str] = {code: translate("language", code) for code in LANGUAGES}
    label = translate("filter.language", now.language)
    _draw_segments(
        label, names, "w_lang", url_state.if_user_changed, _apply_widget, "lang", "w_lang"
    )


def _apply_widget(name: str, key: str) -> None:
    """Write the codes of a changed widget into the link, where the next run reads them."""
    picked = st.session_state[key]
    if isinstance(picked, list | tuple):
        picked = ",".join(picked)
    if isinstance(picked, date):
        picked = picked.isoformat()
    url_state.write_codes(**{name: picked or ""})


def _apply_period() -> None:
    picked = st.session_state["w_period"]
    session_notes()["range"] = picked == RANGE
    if picked != RANGE:
        url_state.write_codes(period=picked)


def _apply_geography() -> None:
    """Write the chosen set of units into the link; its wards are others."""
    picked = st.session_state["w_geo"]
    url_state.write_codes(geo="" if picked == REPORTED else picked, ward="")


def _apply_range() -> None:
    session_notes()["range"] = True
    first, last = st.session_state["w_first"], st.session_state["w_last"]
    url_state.write_codes(period=periods.code_between(first, last))


def _apply_districts(before: Selection, offer: FilterOptions) -> None:
    """Write the chosen districts into the link, and drop wards that lie outside of them."""
    picked = tuple(st.session_state["w_district"])
    inside = offer.wards_of(picked)
    names = offer.ward_names
    wards: list[str] = []
    dropped: list[LinkProblem] = []
    for ward in before.wards:
        if ward in inside:
            wards.append(ward)
        else:
            dropped.append(LinkProblem("dropped", names[ward]))
    session_notes()["dropped"] = tuple(dropped)
    district, ward_codes = ",".join(picked), ",".join(wards)
    url_state.write_codes(district=district, ward=ward_codes)


def _clear_selection(language: Language) -> None:
    """Go back to where a reader starts, in the same language."""
    session_notes()["range"] = False
    codes = dict.fromkeys(NAMES, "")
    codes["lang"] = language
    url_state.write_codes(**codes)
