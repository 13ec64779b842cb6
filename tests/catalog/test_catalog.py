"""Every code, label, unit and formula of the catalogue stands once, in both languages."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from pipelines import catalog
from pipelines.errors import CatalogError
from pipelines.privacy.scope import strictest


def words(text: str) -> list[str]:
    return text.split()


STARRED = words("""
    T01 T03 T06 C01 C02 O01 O04 V01 V02 V03 V05 V07 V08 S01 S02 L01 L02 L03 L04 L05 L06 L09 P01 P02
    K01 K03 K05 K07 K08 U01 U02 U03 U04 U05 H01 H02 H03 H04 H05 H06 H07 H08 H09 R03 R04 R05 R06""")
CORE = STARRED + words("""
    T02 T04 T05 O02 O03 O06 O07 V04 V06 B01 B03 B04 L07 P03 P04 P05 P06 P07 K02 K04 K06 K09 K10 U06
    U07 R01 R02 R08 R10 R11 Q01 Q02 Q03""")
FURTHER = words(
    "R08b R09 R12 R13 T07 T11 T12 T13 C03 C04 C05 B02 B07 P09 P10 P11 K11 K12 L08 "
    "R14 R15 R16 R17 R18 R19 R20"
)
COUNTS = words(
    "issued persons followed attended_30 attended_90 started_90 completed_90 lost_90 open_over_30 "
    "days_median days_p90 verified admitted first_dose in_work_30 in_work_90 no_capacity refused"
)
STORIES = words(
    "teams communication outreach rehab security clubs pilot points clients support referrals "
    "quality"
)
FORMULAE = [k for k in catalog.kpis().values() if k.kind in ("sum", "ratio")]
TEXTS = {
    **{f"{f.code} label": f.label for f in catalog.measures().values()},
    **{f"{f.code} about": f.definition for f in catalog.measures().values()},
    **{f"{k.code} label": k.label for k in catalog.kpis().values()},
    **{f"{k.code} about": k.definition for k in catalog.kpis().values()},
    **{f"{u.code} unit": u.label for u in catalog.units().values()},
    **{m.code: m.text for m in catalog.messages().values()},
    **{r.code: r.message for r in catalog.rules().values()},
    **{f"{r.code} advice": r.advice for r in catalog.rules().values()},
    **{f"{f.code} title": f.title for f in catalog.forms().values()},
    **{f"{f.code} {s.code}": s.label for f in catalog.forms().values() for s in f.sections},
    **{
        f"{f.code} note {i}": n
        for f in catalog.forms().values()
        for i, n in enumerate(f.instructions)
    },
    **{f"{r.code} {c.code}": c.label for r in catalog.registers().values() for c in r.columns},
}


def enumerations() -> list[str]:
    return list(
        tomllib.loads((Path(catalog.__file__).parent / "choices.toml").read_text(encoding="utf-8"))
    )


def test_the_core_set_is_47_published_and_80_codes() -> None:
    kpis = catalog.kpis().values()
    assert sorted(k.code for k in kpis if k.starred) == sorted(STARRED)
    assert sorted(k.code for k in kpis if k.core) == sorted(CORE)
    assert (len(STARRED), len(CORE)) == (47, 80)
    assert set(FURTHER) <= set(catalog.kpis())


@pytest.mark.parametrize("language", catalog.LANGUAGES)
def test_every_text_stands_in_both_languages_in_short_sentences(language: catalog.Language) -> None:
    texts = {name: text.of(language) for name, text in TEXTS.items()}
    assert [name for name, text in texts.items() if not text or text != text.strip()] == []
    assert [
        text for text in texts.values() if any(len(s) > 150 for s in re.split(r"[.?!:;] ", text))
    ] == []


def test_vietnamese_texts_call_people_people_and_cite_no_unconfirmed_decree() -> None:
    assert [
        t.vi for t in TEXTS.values() if re.search(r"đối tượng|con nghiện", t.vi, re.IGNORECASE)
    ] == []
    assert [t for t in TEXTS.values() if "110/2021" in t.vi + t.en] == []


def test_a_sentence_has_the_same_placeholders_in_both_languages() -> None:
    def holes(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    assert [name for name, text in TEXTS.items() if holes(text.vi) != holes(text.en)] == []


@pytest.mark.parametrize("name", enumerations())
def test_every_choice_has_a_label_of_its_own(name: str) -> None:
    for language in catalog.LANGUAGES:
        labels = [c.label.of(language) for c in catalog.choices(name).values()]
        assert all(labels) and len(set(labels)) == len(labels)


@pytest.mark.parametrize("field", catalog.fields().values(), ids=lambda f: f.code)
def test_a_field_stands_in_a_section_of_its_form_with_a_known_unit(field: catalog.Field) -> None:
    assert field.section in {s.code for s in catalog.forms()[field.form].sections}
    assert field.unit in catalog.units()
    assert field.name.startswith(f"{field.code}_")


@pytest.mark.parametrize("field", catalog.fields().values(), ids=lambda f: f.code)
def test_parts_and_twins_name_each_other(field: catalog.Field) -> None:
    fields = catalog.fields()
    for part in (*field.parts, *chain.from_iterable(field.splits)):
        assert fields[part].part_of == field.code
    assert bool(field.parts) == (field.parts_kind is not None)
    if field.part_of:
        assert fields[field.part_of].form == field.form
    if field.twin:
        twin = fields[field.twin]
        assert (field.over_time, twin.over_time, twin.name) == (
            "none",
            "year",
            f"{twin.code}_{field.name[4:]}_year",
        )


def test_the_settled_contracts_over_time() -> None:
    def over_time(kind: str) -> set[str]:
        return {f.code for f in catalog.fields().values() if f.over_time == kind}

    once_a_year = {f"a{n}" for n in range(40, 48)} | {
        f"b{n}" for n in (40, 41, 42, 43, 44, 46, 47, 48)
    }
    assert over_time("year") == once_a_year | {"a34y", "b15y"}
    assert over_time("none") == {"a01", "a15", "a34", "b10", "b15", "b53", "b61"}
    assert {f.code for f in catalog.fields().values() if f.qualifier} == {"a21", "a48"}


@pytest.mark.parametrize("kpi", catalog.kpis().values(), ids=lambda k: k.code)
def test_a_formula_names_only_what_exists(kpi: catalog.Kpi) -> None:
    if kpi.kind in ("sum", "ratio"):
        assert {*kpi.numerators, *kpi.denominators} <= set(catalog.measures())
        assert bool(kpi.denominators) == (kpi.kind == "ratio")
    if kpi.kind == "referrals":
        assert {*kpi.numerators, *kpi.denominators} <= set(COUNTS)
        assert kpi.programme in catalog.choices("programme") and set(kpi.services) <= set(
            catalog.choices("service")
        )
    if kpi.kind in ("growth", "progress"):
        assert kpi.numerator in catalog.kpis()


@pytest.mark.parametrize("kpi", catalog.kpis().values(), ids=lambda k: k.code)
def test_a_kpi_has_unit_story_and_known_caveats(kpi: catalog.Kpi) -> None:
    assert kpi.unit in catalog.units() and kpi.story in STORIES
    assert set(kpi.caveats) <= set(catalog.choices("caveat"))
    assert (catalog.units()[kpi.unit].kind == "ratio") == bool(
        kpi.denominator or kpi.numerator.startswith("days_")
    )


@pytest.mark.parametrize("kpi", FORMULAE, ids=lambda k: k.code)
def test_a_kpi_is_protected_as_its_strictest_part(kpi: catalog.Kpi) -> None:
    parts = [catalog.measures()[m].protected for m in (*kpi.numerators, *kpi.denominators)]
    assert kpi.protected == strictest(parts)


def test_a_sum_counts_one_thing_and_says_which() -> None:
    for kpi in catalog.kpis().values():
        if kpi.kind == "sum" and kpi.code != "B07":
            assert {catalog.measures()[m].unit for m in kpi.numerators} == {kpi.unit}, kpi.code


def test_no_derived_measure_adds_people_to_contacts() -> None:
    for kpi in catalog.kpis().values():
        if kpi.kind == "ratio":
            for side in (kpi.numerators, kpi.denominators):
                assert len({catalog.measures()[m].unit for m in side}) == 1, kpi.code


def test_names_are_unique() -> None:
    names = [x.name for x in (*catalog.kpis().values(), *catalog.fields().values())]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("rule", catalog.rules().values(), ids=lambda r: r.code)
def test_a_rule_points_at_known_cells(rule: catalog.RuleDefinition) -> None:
    columns = {c.code for r in catalog.registers().values() for c in r.columns}
    assert set(rule.fields) <= set(catalog.fields()) | columns


def test_a_register_has_its_key_first_and_no_personal_column() -> None:
    for register in catalog.registers().values():
        assert register.columns[0].code == register.key
        assert all(c.choices for c in register.columns if c.type in ("enum", "multi", "bool"))
    outcomes = catalog.choices("outcome").values()
    assert {s for o in outcomes for s in o.group.split(";")} == set(catalog.choices("service"))


@pytest.mark.parametrize(
    ("code", "name"), [("t06", "T06"), ("volunteers_per_team", "T06"), ("k11A", "K11a")]
)
def test_a_kpi_is_found_by_code_name_and_other_case(code: str, name: str) -> None:
    assert catalog.find_kpi(code).code == name


def test_a_field_is_never_mistaken_for_the_kpi_of_the_same_letters() -> None:
    assert catalog.find_figure("B01").label.en == "B93 clubs"
    assert catalog.find_figure("b01").label.en == "People on the review list"
    assert catalog.find_figure("a04_vol_close").code == "a04"
    with pytest.raises(CatalogError):
        catalog.find_kpi("b01")


def test_an_unknown_code_names_its_neighbour() -> None:
    with pytest.raises(CatalogError, match="Did you mean"):
        catalog.find_kpi("T66")
    with pytest.raises(CatalogError, match="'service'"):
        catalog.choices("servise")


def test_a_sentence_fills_its_values_and_forgives_a_missing_one() -> None:
    assert (
        catalog.format_sentence("V023", "vi", cell="E7", text="abc")
        == 'Ô E7: "abc" không phải số. Gõ lại chỉ bằng chữ số; nếu không có thì ghi 0.'
    )
    unknown = catalog.format_sentence("V014", "en", code="99999", place="Mẫu A!A12")
    assert unknown.startswith("Cell Mẫu A!A12: code 99999 is not on the list.")
    assert "…" in catalog.format_sentence("rule-A01", "vi", a01=9)
    label = catalog.find_kpi("K02").label
    assert catalog.format_sentence("year_only", "en", label=label).startswith(
        '"Returning clients" counts'
    )


def test_every_kpi_names_the_model_its_places_are_compared_by() -> None:
    text = (Path(catalog.__file__).parent / "kpis.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)
    models = {entry["model"] for entry in entries.values()}
    assert models == set(catalog.choices("model"))
