"""The widgets that make a Chosen. They are set from the address in every run, and write into it when they change.

No other module touches the session state.
"""

from collections.abc import Callable

import streamlit as st

from dashboard import url_state
from dashboard.selection import NAMES, FilterOptions, LinkProblem, Selection, resolve_selection
from dashboard.session import session_notes
from pipelines.catalog.types import LANGUAGES, Language
from pipelines.present.format import periods
from pipelines.present.format.escaping import escape_markdown, shorten_text
from pipelines.present.i18n import translate

#: Option of the period list that opens two lists of quarters.
RANGE = "…"
#: Codes of a link that are named when they cannot be had.
MOST = 5
#: Digits of the codes of districts and of wards.
DISTRICT = 3
PLACES = (DISTRICT, 5)


def read_selection(offer: FilterOptions) -> tuple[Selection, tuple[LinkProblem, ...]]:
    """What the link asks, as far as it can be had, and the codes that cannot."""
    asked = url_state.requested_codes()
    return resolve_selection(
        asked,
        offer.default_selection,
        offer,
        is_period=periods.is_within(asked.get("period", ""), offer.periods),
    )


def show_filters(offer: FilterOptions, *, phone: bool = False) -> Selection:
    """The row of filters above every page, two a row on a phone; says what of the link could not be taken."""
    now, problems = read_selection(offer)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with row:
        if offer.periods:
            _period_filter(now, offer, 150 if phone else 190)
            _district_filter(now, offer, 190 if phone else 230)
            _ward_filter(now, offer)
            _reset_button(now)
        st.space("stretch")
        _language_control(now)
    for problem in (*problems[:MOST], *session_notes().pop("dropped", ())):
        # NOTE: whoever made the link wrote this code: it may be long, and may want to be a link itself.
        st.info(
            escape_markdown(
                translate(
                    f"filter.unknown.{problem.kind}", now.language, code=shorten_text(problem.code)
                )
            )
        )
    return now


def is_phone() -> bool:
    """Does the browser call itself mobile?"""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


def kpi_filter(now: Selection, offer: FilterOptions, label: Callable[[str], str]) -> None:
    """The list of KPIs, drawn inside the card it governs."""
    _set_widget("w_kpi", now.kpi)
    name = translate("filter.kpi", now.language)
    st.selectbox(
        name,
        offer.kpis,
        key="w_kpi",
        format_func=label,
        on_change=url_state.if_user_changed,
        args=(_apply_widget, "kpi", "w_kpi"),
        label_visibility="collapsed",
        width=330,
    )


def card_control(name: str, options: dict[str, str], start: str, label: str) -> str:
    """A small control of one card, such as wards or districts; remembered while the reader is here."""
    key = f"w_{name}"
    _set_widget(
        key,
        session_notes().get(key, start) if session_notes().get(key, start) in options else start,
    )
    st.segmented_control(
        label,
        list(options),
        key=key,
        format_func=options.__getitem__,
        on_change=_remember_widget,
        args=(key,),
        label_visibility="collapsed",
        required=True,
    )
    return str(st.session_state[key] or start)


def selection_key(key: str, now: Selection) -> str:
    """The key of a clickable picture of this choice: another choice's picture is another widget."""
    return ":".join((key, now.period, *now.places, now.kpi, now.language))


def pick_mark(key: str) -> None:
    """A mark was clicked: its place goes into the link."""
    points = st.session_state[key].selection.points
    code = points[0].get("customdata") if points else None
    go_to_place(code[0] if isinstance(code, list | tuple) else code)


def pick_row(key: str, codes: tuple[str, ...]) -> None:
    """A row was picked: its place goes into the link."""
    rows = st.session_state[key].selection.rows
    go_to_place(codes[rows[0]] if rows else None)


def go_to_place(code: str | None) -> None:
    """To a district (three digits) or a ward (five, which brings its district along); other codes lead nowhere."""
    if code and code.isdigit() and len(code) in PLACES:
        url_state.write_codes(
            district=code if len(code) == DISTRICT else "",
            ward=code if len(code) != DISTRICT else "",
        )


def go_back(districts: str) -> None:
    """A step back along the trail: to these districts, or (none) to the whole city."""
    url_state.write_codes(district=districts, ward="")


def apply_preset(period: str, district: str) -> None:
    """A ready choice: a period (empty: where a reader starts) and a district (empty: the whole city)."""
    session_notes()["range"] = False
    url_state.write_codes(period=period, district=district, ward="")


def own_district() -> str:
    """The district this reader looked at last; empty when there is none yet."""
    return str(session_notes().get("mine", ""))


def widget_value(key: str) -> str:
    """What a widget holds now, for callbacks of other modules."""
    return str(st.session_state.get(key) or "")


def clear_text(key: str) -> None:
    """A text box is cleared once its text has led somewhere."""
    st.session_state[key] = ""


def _period_filter(now: Selection, offer: FilterOptions, width: int) -> None:
    listed = [*offer.periods, RANGE]
    named = now.period in offer.periods and not session_notes().get("range")
    _set_widget("w_period", now.period if named else RANGE)

    def format_option(code: str) -> str:
        return (
            translate("filter.range", now.language)
            if code == RANGE
            else periods.format_period(code, now.language)
        )

    label = translate("filter.period", now.language)
    more = {"on_change": url_state.if_user_changed, "args": (_apply_period,)}
    st.selectbox(label, listed, key="w_period", format_func=format_option, width=width, **more)
    if not named:
        _range_filter(now, offer)


def _range_filter(now: Selection, offer: FilterOptions) -> None:
    quarters = sorted(c for c in offer.periods if "-Q" in c and ".." not in c)
    covered = periods.list_quarters(now.period)
    for key, code, label in (
        ("w_first", covered[0], "filter.first"),
        ("w_last", covered[-1], "filter.last"),
    ):
        _set_widget(key, code)

        def written(quarter: str) -> str:
            return periods.format_quarter_tick(quarter, now.language)

        more = {"on_change": url_state.if_user_changed, "args": (_apply_range,)}
        st.selectbox(
            translate(label, now.language),
            quarters,
            key=key,
            format_func=written,
            width=100,
            **more,
        )


def _district_filter(now: Selection, offer: FilterOptions, width: int) -> None:
    names = dict(offer.districts)
    _set_widget("w_district", list(now.districts))
    st.multiselect(
        translate("filter.district", now.language),
        list(names),
        key="w_district",
        format_func=names.__getitem__,
        placeholder=translate("filter.city", now.language),
        on_change=url_state.if_user_changed,
        args=(_apply_districts, now, offer),
        width=width,
    )


def _ward_filter(now: Selection, offer: FilterOptions) -> None:
    names = {code: name for code, name, _ in offer.wards}
    inside = offer.wards_of(now.districts)
    _set_widget("w_ward", list(now.wards))
    st.multiselect(
        translate("filter.ward", now.language),
        inside,
        key="w_ward",
        format_func=names.__getitem__,
        placeholder=translate("filter.all" if inside else "filter.district_first", now.language),
        disabled=not inside,
        on_change=url_state.if_user_changed,
        args=(_apply_widget, "ward", "w_ward"),
        width=230,
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
    _set_widget("w_lang", now.language)
    st.segmented_control(
        translate("filter.language", now.language),
        LANGUAGES,
        key="w_lang",
        format_func=lambda code: translate("language", code),
        on_change=url_state.if_user_changed,
        args=(_apply_widget, "lang", "w_lang"),
        label_visibility="collapsed",
        required=True,
    )


def _apply_widget(name: str, key: str) -> None:
    """A widget changed: its codes go into the link, where the next run reads them."""
    picked = st.session_state[key]
    url_state.write_codes(
        **{name: ",".join(picked) if isinstance(picked, list | tuple) else picked or ""}
    )


def _apply_period() -> None:
    picked = st.session_state["w_period"]
    session_notes()["range"] = picked == RANGE
    if picked != RANGE:
        url_state.write_codes(period=picked)


def _apply_range() -> None:
    session_notes()["range"] = True
    url_state.write_codes(
        period=periods.code_between(st.session_state["w_first"], st.session_state["w_last"])
    )


def _apply_districts(before: Selection, offer: FilterOptions) -> None:
    picked = tuple(st.session_state["w_district"])
    inside = offer.wards_of(picked)
    names = {code: name for code, name, _ in offer.wards}
    session_notes()["dropped"] = tuple(
        LinkProblem("dropped", names[w]) for w in before.wards if w not in inside
    )
    url_state.write_codes(
        district=",".join(picked), ward=",".join(w for w in before.wards if w in inside)
    )


def _clear_selection(kept: Language) -> None:
    session_notes()["range"] = False
    url_state.write_codes(**{**dict.fromkeys(NAMES, ""), "lang": kept})


def _remember_widget(key: str) -> None:
    session_notes()[key] = st.session_state[key]


def _set_widget(key: str, value: object) -> None:
    """NOTE: a widget that is set before it is drawn follows the link, whatever it held before."""
    st.session_state[key] = value
