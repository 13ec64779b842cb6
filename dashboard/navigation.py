"""Show where the reader is and how to go elsewhere: breadcrumb, search, presets and links."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Literal
from urllib.parse import urlencode

import streamlit as st

from dashboard import filters, saved_views, session, url_state
from dashboard.queries import figures
from dashboard.selection import FilterOptions, Selection
from dashboard.streamlit_adapter import DeltaGenerator
from pipelines.catalog import Language, format_sentence
from pipelines.present.format import periods
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.i18n import translate, translate_markdown
from pipelines.store.record_snapshots import LONGEST, RecordSnapshot

#: Snapshots in the list; the command shows all.
SHOWN = 12
#: Preset → does it want the reader's own district?
PRESETS = {
    "quarter_mine": True,
    "year_mine": True,
    "quarter_city": False,
    "year_city": False,
    "start_city": False,
}


def show_navigation(
    now: Selection,
    offer: FilterOptions,
    key: figures.ReadScope,
    view: str,
    *,
    phone: bool = False,
    to_places: bool = True,
    dated_views: Collection[str] = (),
) -> DeltaGenerator:
    """Draw one row under the filters, and return it so that more can be added.

    Without `to_places` there is no way to a place: none changes the page. `dated_views` are the
    pages that can be kept for the record.
    """
    _end_search(now, view)
    if not to_places:
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")
        with row:
            st.space("stretch")
            _show_link(now, view)
        return row
    can_keep = bool(offer.days) and view in dated_views
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with row:
        _show_breadcrumb(now, offer)
        if not phone:
            st.space("stretch")
        _show_search(now, key, "stretch" if phone else 230)
        _show_presets(now, offer, key)
        with _show_link(now, view):
            if can_keep:
                _show_snapshots(now, view, key.build, dated_views)
    _show_hits(now, key)
    return row


def _show_breadcrumb(now: Selection, offer: FilterOptions) -> None:
    """Draw city, district and ward, each a step back but the last."""
    steps = [(translate("filter.city", now.language), "")]
    if now.districts:
        text = _place_text(dict(offer.districts), now.districts, "district", now)
        codes = ",".join(now.districts)
        steps.append((text, codes))
    if now.wards:
        text = _place_text(offer.ward_names, now.wards, "ward", now)
        steps.append((text, ""))
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall", width="content"):
        for place, (name, districts) in enumerate(steps):
            if place:
                st.markdown(":gray[›]", width="content")
            if place == len(steps) - 1:
                st.markdown(f"**{escape_markdown(name)}**", width="content")
            else:
                st.button(
                    escape_markdown(name),
                    key=f"trail_{place}",
                    type="tertiary",
                    on_click=_go_back,
                    args=(districts,),
                )


def _place_text(known: dict[str, str], codes: tuple[str, ...], level: str, now: Selection) -> str:
    """Return the name of the only place, or how many there are."""
    if len(codes) == 1:
        return known.get(codes[0], codes[0])
    return translate(f"moving.several_{level}", now.language, n=len(codes))


def _end_search(now: Selection, view: str) -> None:
    """Clear the search once the reader has gone elsewhere; another language is the same place."""
    here = view, replace(now, language="vi")
    if session.recall("here") not in (None, here):
        session.clear_text("w_search")
    session.remember("here", here)


def _show_search(now: Selection, key: figures.ReadScope, width: int | Literal["stretch"]) -> None:
    label = translate("moving.search", now.language)
    st.text_input(
        label,
        key="w_search",
        max_chars=60,
        placeholder=label,
        label_visibility="collapsed",
        on_change=_go_if_certain,
        args=(key, now.period),
        width=width,
        autocomplete="off",
    )


def _go_if_certain(key: figures.ReadScope, period: str) -> None:
    """Go to a place at once when the name can mean no other."""
    hits = figures.search_places(key, session.widget_value("w_search"), period)
    if hits.sure:
        filters.go_to_place(hits.places[0][0])
        session.clear_text("w_search")


def _show_hits(now: Selection, key: figures.ReadScope) -> None:
    """Draw a button for each place of the name, or for the nearest names."""
    text = session.widget_value("w_search")
    if not text:
        return
    hits = figures.search_places(key, text, now.period)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        kind = "which" if hits.places else "nobody"
        st.markdown(translate(f"moving.{kind}", now.language), width="content")
        for code, label in hits.places:
            st.button(escape_markdown(label), key=f"hit_{code}", on_click=_go_to_hit, args=(code,))


def _go_to_hit(code: str) -> None:
    filters.go_to_place(code)
    session.clear_text("w_search")


def _show_presets(now: Selection, offer: FilterOptions, key: figures.ReadScope) -> None:
    """Draw the usual questions; those about the reader's own district once there is one."""
    mine = next(iter(sorted(key.scope.districts)), "") or _find_own_district()
    names = [name for name, own in PRESETS.items() if mine or not own]
    label = translate("moving.presets", now.language)
    district = dict(offer.districts).get(mine, "")

    def format_option(name: str) -> str:
        return translate_markdown(f"moving.{name}", now.language, district=district)

    st.menu_button(
        label,
        names,
        key="w_preset",
        format_func=format_option,
        on_click=_apply_preset,
        args=(offer, mine),
        type="tertiary",
    )


def _apply_preset(offer: FilterOptions, mine: str) -> None:
    name = session.widget_value("w_preset")
    if not name:
        return
    kind = name.split("_")[0]
    period = _newest_period(offer, kind) if kind in ("quarter", "year") else ""
    _choose_preset(period, mine if PRESETS[name] else "")


def _newest_period(offer: FilterOptions, kind: str) -> str:
    """Return the newest "quarter" or "year" on offer; empty when there is none."""
    single = [code for code in offer.periods if ".." not in code]
    if kind == "year":
        return max((code for code in single if code.endswith("-Y")), default="")
    return max((code for code in single if "-Q" in code), default="")


def _show_link(now: Selection, view: str) -> DeltaGenerator:
    """Draw the address of exactly this view, ready to be copied, and a shorter one on request.

    Return the frame they stand in.
    """
    popover = st.popover(translate("moving.link", now.language), type="tertiary")
    with popover:
        st.markdown(translate("moving.link_words", now.language))
        address = str(st.context.url or "").partition("?")[0]
        # NOTE: a bare address leads every reader to his own last choice.
        codes = {n: st.query_params[n] for n in sorted(st.query_params)} or {"period": now.period}
        st.code(f"{address}?{urlencode(codes, safe=',')}", language=None, wrap_lines=True)
        _show_short_link(now, view, address)
    return popover


def _show_snapshots(now: Selection, view: str, build: str, views: Collection[str]) -> None:
    """Draw the button that keeps the page for the record, and a link to each page kept."""
    st.markdown(translate("moving.snapshot_words", now.language))
    label = translate("moving.snapshot_name", now.language)
    name = st.text_input(label, key="w_snapshot", max_chars=LONGEST)
    if st.button(translate("moving.snapshot_save", now.language), key="snapshot_save"):
        refusal = saved_views.save_snapshot(now, view, build, name)
        if refusal:
            st.error(escape_markdown(format_sentence(refusal, now.language, text=name)))
    kept = saved_views.list_snapshots(views)
    for snapshot in kept[:SHOWN]:
        _link_to_snapshot(snapshot, now.language)
    if len(kept) > SHOWN:
        st.markdown(translate("moving.snapshot_more", now.language))


def _link_to_snapshot(snapshot: RecordSnapshot, language: Language) -> None:
    """Draw the link that opens a page as it was known on its day."""
    day = periods.format_day(date.fromisoformat(snapshot.day), language)
    named = translate(
        "moving.snapshot_line", language, name=snapshot.name, day=day, build=snapshot.build
    )
    codes = {**snapshot.choice, "day": snapshot.day}
    if language != url_state.START.language:
        codes["lang"] = language
    st.page_link(f"views/{snapshot.view}.py", label=escape_markdown(named), query_params=codes)


def _show_short_link(now: Selection, view: str, address: str) -> None:
    """Draw the short address where it was asked for, else the button that makes it."""
    name = saved_views.short_link(now, view)
    if name is None:
        st.button(
            translate("moving.shorten", now.language),
            key="shorten",
            on_click=saved_views.make_short_link,
            args=(now, view),
        )
    elif name:
        codes = {saved_views.SHORT: name}
        if now.language != url_state.START.language:
            codes["lang"] = now.language
        start = address.removesuffix(view)
        st.code(f"{start}?{urlencode(codes)}", language=None, wrap_lines=True)
    else:
        st.markdown(translate("moving.shorten_enough", now.language))


def _go_back(districts: str) -> None:
    """Go a step back along the trail: to these districts, or with none to the whole city."""
    url_state.write_codes(district=districts, ward="")


def _choose_preset(period: str, district: str) -> None:
    """Choose a period (empty: where a reader starts) and a district (empty: the whole city)."""
    session.session_notes()["range"] = False
    url_state.write_codes(period=period, district=district, ward="")


def _find_own_district() -> str:
    """Return the district this reader looked at last; empty when there is none yet."""
    return str(session.session_notes().get("mine", ""))
