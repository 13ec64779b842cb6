"""KPI cards: value, change against the comparable period and last year, sparkline, base, coverage, target."""

from dataclasses import dataclass

import streamlit as st

from dashboard import data
from dashboard.cards import lot
from dashboard.cards.card import plain, replayed, small
from dashboard.cards.lot import Card, Table
from dashboard.cards.page import Page, bundle
from pipelines.catalog import Kpi, Language
from pipelines.present import compare, display, spans, taken
from pipelines.present.answers import Answer, definition, unit_of
from pipelines.present.breaks import halves

#: Letters that fit on one line of a KPI card.
LINE = 35


@dataclass(frozen=True)
class Slice:
    """Every frame a row of cards needs: one query a period for all its KPIs."""

    page: Page
    codes: tuple[str, ...]

    def figure(self, code: str, period: str) -> Answer:
        return self.page.told(*bundle(*self.codes), period=period)[code]

    def period(self, code: str) -> str:
        """The choice, or its last year for what is told within one year."""
        return compare.told(definition(code), self.page.chosen.period)

    def trail(self, code: str) -> list[float]:
        """The quarters behind a figure, oldest first; nothings left out."""
        if "from_year_start" in definition(code).caveats:
            return self.years(code)
        period = compare.trail(self.page.chosen.period, data.first_quarter(self.page.key))
        found = self.page.rows(code, "period", period=period, among=bundle(*self.codes))
        return [a.value for a in found if a.value is not None]

    def years(self, code: str) -> list[float]:
        """The whole years up to the choice's, for a figure that no single quarter has."""
        period = spans.years(data.first_quarter(self.page.key), self.page.chosen.period)
        return [a.value for a in self.page.rows(code, "year", period=period) if a.value is not None]


@replayed
def kpi_row(page: Page, *codes: str) -> None:
    """Up to four KPI cards side by side."""
    slices = Slice(page, codes)
    long = any(len(label(page, definition(c))) > LINE for c in codes)
    for column, code in zip(st.columns(len(codes), gap="small"), codes, strict=True):
        with column:
            kpi_card(slices, code, long=long)
    found = [(slices.figure(code, slices.period(code)), page.own(slices.period(code))) for code in codes]
    table = Table(taken.headlines(found, page.language), page.say("take.headlines"))
    about = page.say("take.about", period=page.period, place=page.place)
    lot.now().cards.append(Card(page.say("take.headlines"), about, "", (table,)))
    lot.now().codes.update(dict.fromkeys(codes))


def kpi_card(slices: Slice, code: str, *, long: bool = False) -> None:
    """One figure of the whole choice; in a row with a `long` name every name takes two lines, so values stand level."""
    page, period = slices.page, slices.period(code)
    now = slices.figure(code, period)
    pair = compare.previous(now.kpi, period)
    change = delta(slices, code)
    trail = slices.trail(code)
    with st.container(border=True, height="stretch", gap="xsmall"):
        if long:
            st.markdown(two_lines(page, now))
        st.metric(
            plain(label(page, now.kpi)),
            plain(now.short(page.language)),
            change,
            delta_color="primary",
            delta_arrow="off",
            delta_description=pair.words(page.language, period) if change else None,
            chart_data=trail if len(trail) > 1 else None,
            chart_type="line" if compare.is_stock(now.kpi) or now.kpi.denominator else "bar",
            label_visibility="collapsed" if long else "visible",
        )
        small(foot(slices, now))


def two_lines(page: Page, a: Answer) -> str:
    """The name on two lines, or on one with a blank under it: values of a row stand level either way."""
    name = label(page, a.kpi)
    # NOTE: on a phone every card is a row of its own.
    if page.phone and len(name) <= LINE:
        return f":small[{plain(name)}]"
    first, second = (name, display.NBSP) if len(name) <= LINE else halves(name)
    return f":small[{plain(first)}]  \n:small[{plain(second)}]"


def label(page: Page, kpi: Kpi) -> str:
    """The KPI's name, with its unit when neither name nor value tells it."""
    name, unit = plain_name(kpi, page.language), unit_of(kpi, page.language)
    told = kpi.unit == "percent" or bool(kpi.denominator) or unit.casefold() in name.casefold()
    return name if told else f"{name} ({unit})"


def plain_name(kpi: Kpi, language: Language) -> str:
    """The KPI's name; a field that is a part of another ("Of whom: …") stands here alone."""
    name = kpi.label.of(language)
    part = name.partition(": ")[2] if not kpi.story else ""
    return part[:1].upper() + part[1:] if part else name


def delta(slices: Slice, code: str) -> str | None:
    """The change against the comparable period, or None when it cannot be had."""
    pair = compare.previous(definition(code), slices.period(code))
    now, before = slices.figure(code, pair.now.code), slices.figure(code, pair.before.code)
    known = now.known and before.known and not (now.few or before.few)
    return display.change(now.kpi, now.value, before.value, slices.page.language, short=True) if known else None


def against_last_year(slices: Slice, now: Answer) -> str:
    """The change against the same period a year earlier, or nothing."""
    page = slices.page
    pair = compare.last_year(now.kpi, slices.period(now.kpi.code))
    before = slices.figure(now.kpi.code, pair.before.code) if pair else now
    if not pair or not (now.known and before.known) or now.few or before.few:
        return ""
    change = display.change(now.kpi, now.value, before.value, page.language, short=True)
    return page.say("compare.last_year", year=pair.before.last.year, change=change)


def foot(slices: Slice, now: Answer) -> str:
    """Base figures, the same period last year, progress to a target, coverage; for a nothing, the reason."""
    page = slices.page
    if not now.known:
        return now.sentence(page.place, page.language)
    parts = (
        page.own(slices.period(now.kpi.code)),
        now.base(page.language),
        against_last_year(slices, now),
        target(page, now),
        now.coverage(page.language),
    )
    return " · ".join(p for p in parts if p)


def target(page: Page, now: Answer) -> str:
    """How far towards a target, where the city has set one."""
    goal = data.target(page.key, now.kpi.code)
    if not goal or not now.known or page.chosen.places:
        return ""
    if now.kpi.unit == "percent":
        value = display.qualified(display.percent(goal.value, page.language, 0), goal.qualifier, page.language)
        return page.say("card.target_rate", value=value, year=goal.year)
    share = display.percent(100 * (now.value or 0) / goal.value, page.language)
    return page.say("card.target", share=share, value=display.number(goal.value, page.language), year=goal.year)
