"""Where the reader is and how to go elsewhere: the trail back, the search for a place, presets, the link to hand on."""

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import address, data, filters, lasting, memory
from dashboard.choice import Chosen, Offer
from pipelines.present.plain import plain
from pipelines.present.text import say, say_markdown

#: Preset → does it want the reader's own district?
PRESETS = {"quarter_mine": True, "year_mine": True, "quarter_city": False, "year_city": False, "start_city": False}


def show(now: Chosen, offer: Offer, key: data.Key, view: str, *, phone: bool = False) -> DeltaGenerator:
    """One row under the filters, handed back for more of its kind."""
    _over(now, view)
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with row:
        _trail(now, offer)
        if not phone:
            st.space("stretch")
        _search(now, key, "stretch" if phone else 230)
        _presets(now, offer, key)
        _link(now, view)
    _hits(now, key)
    return row


def _trail(now: Chosen, offer: Offer) -> None:
    """City, district, ward: each a step back."""
    steps = [(say("filter.city", now.language), "")]
    if now.districts:
        steps.append((_names(dict(offer.districts), now.districts, "district", now), ",".join(now.districts)))
    if now.wards:
        names = {code: name for code, name, _ in offer.wards}
        steps.append((_names(names, now.wards, "ward", now), ""))
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall", width="content"):
        for place, (name, districts) in enumerate(steps):
            if place:
                st.markdown(":gray[›]", width="content")
            if place == len(steps) - 1:
                st.markdown(f"**{plain(name)}**", width="content")
            else:
                st.button(plain(name), key=f"trail_{place}", type="tertiary", on_click=filters.back, args=(districts,))


def _names(known: dict[str, str], codes: tuple[str, ...], level: str, now: Chosen) -> str:
    """The one name, or how many there are."""
    if len(codes) == 1:
        return known.get(codes[0], codes[0])
    return say(f"moving.several_{level}", now.language, n=len(codes))


def _over(now: Chosen, view: str) -> None:
    """A search is over once the reader has gone elsewhere; another language is the same place."""
    here = view, replace(now, language="vi")
    if memory.kept("here") not in (None, here):
        filters.emptied("w_search")
    memory.keep("here", here)


def _search(now: Chosen, key: data.Key, width: int | str) -> None:
    label = say("moving.search", now.language)
    st.text_input(
        label,
        key="w_search",
        max_chars=60,
        placeholder=label,
        label_visibility="collapsed",
        on_change=_found,
        args=(key,),
        width=width,
        autocomplete="off",
    )


def _found(key: data.Key) -> None:
    """A name that can mean one place only leads there at once."""
    hits = data.search(key, filters.held("w_search"))
    if hits.sure:
        filters.go(hits.places[0][0])
        filters.emptied("w_search")


def _hits(now: Chosen, key: data.Key) -> None:
    """Several places of the name, or the nearest names: one button each."""
    text = filters.held("w_search")
    if not text:
        return
    hits = data.search(key, text)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        kind = "which" if hits.places else "nobody"
        st.markdown(say(f"moving.{kind}", now.language), width="content")
        for code, label in hits.places:
            st.button(plain(label), key=f"hit_{code}", on_click=_picked, args=(code,))


def _picked(code: str) -> None:
    filters.go(code)
    filters.emptied("w_search")


def _presets(now: Chosen, offer: Offer, key: data.Key) -> None:
    """The usual questions in one click; those about "my district" once there is one."""
    mine = next(iter(sorted(key.scope.districts)), "") or filters.mine()
    names = [name for name, own in PRESETS.items() if mine or not own]
    label = say("moving.presets", now.language)
    district = dict(offer.districts).get(mine, "")

    def written(name: str) -> str:
        return say_markdown(f"moving.{name}", now.language, district=district)

    st.menu_button(
        label, names, key="w_preset", format_func=written, on_click=_set, args=(offer, mine), type="tertiary"
    )


def _set(offer: Offer, mine: str) -> None:
    name = filters.held("w_preset")
    if not name:
        return
    quarter = max((p for p in offer.periods if "-Q" in p and ".." not in p), default="")
    year = max((p for p in offer.periods if p.endswith("-Y") and ".." not in p), default="")
    period = {"quarter": quarter, "year": year}.get(name.split("_")[0], "")
    filters.preset(period, mine if PRESETS[name] else "")


def _link(now: Chosen, view: str) -> None:
    """The address of exactly this view, ready to be copied; a shorter one for the telephone and for paper."""
    with st.popover(say("moving.link", now.language), type="tertiary"):
        st.markdown(say("moving.link_words", now.language))
        whole = str(st.context.url or "").partition("?")[0]
        # NOTE: a bare address leads every reader to his own last choice.
        asked = {n: st.query_params[n] for n in sorted(st.query_params)} or {"period": now.period}
        st.code(f"{whole}?{urlencode(asked, safe=',')}", language=None, wrap_lines=True)
        short = lasting.shortened(now, view)
        if short:
            start = whole.removesuffix(view)
            lang = {"lang": now.language} if now.language != address.START.language else {}
            st.code(f"{start}?{urlencode({lasting.SHORT: short, **lang})}", language=None, wrap_lines=True)
        elif short is None:
            st.button(say("moving.shorten", now.language), key="shorten", on_click=lasting.shorten, args=(now, view))
        else:
            st.markdown(say("moving.shorten_enough", now.language))
