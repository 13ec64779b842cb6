"""Numbers as each language writes them: 1.603 and 44,0 % in Vietnamese, 1,603 and 44.0% in English.

Four kinds of nothing have four signs: 0 reported zero, – not reported, n/a not applicable,
* suppressed.
"""

from collections.abc import Mapping
from functools import lru_cache

from pipelines.catalog import Kpi, Language
from pipelines.present.i18n import translate

NBSP = "\u00a0"
MINUS = "\u2212"
NOT_REPORTED = "–"
NOT_APPLICABLE = "n/a"
SUPPRESSED = "*"
_VIETNAMESE = str.maketrans(",.", ".,")
MONEY_UNITS = ((1e9, "billion"), (1e6, "million"))
SIGNS = {"not_reported": NOT_REPORTED, "not_applicable": NOT_APPLICABLE, "suppressed": SUPPRESSED}


# NOTE: kept, since the 579 wards of a map say the same few numbers six times each.
@lru_cache(10_000)
def format_number(value: float | None, language: Language, decimals: int = 0) -> str:
    """Write 1603 as "1.603" or "1,603"; a missing value as the sign for not reported."""
    if value is None:
        return NOT_REPORTED
    text = f"{abs(value):,.{decimals}f}"
    if language == "vi":
        text = text.translate(_VIETNAMESE)
    if value < 0 and _has_digits(text):
        return MINUS + text
    return text


def _has_digits(text: str) -> bool:
    """Is the number, as it is written, other than zero?"""
    return not set("123456789").isdisjoint(text)


def format_percent(value: float | None, language: Language, decimals: int = 1) -> str:
    """Write 44.04 as "44,0 %" or "44.0%"; the value is already in percent."""
    if value is None:
        return NOT_REPORTED
    return format_number(value, language, decimals) + (f"{NBSP}%" if language == "vi" else "%")


def format_difference(value: float | None, language: Language, decimals: int = 0) -> str:
    """Write a difference with its sign: "+41", "−3,2", "0"."""
    text = format_number(value, language, decimals)
    if value is not None and value > 0 and _has_digits(text):
        return f"+{text}"
    return text


def format_money(value: float | None, language: Language) -> str:
    """Write an amount in đồng in its readable unit: "60 triệu đồng", "1,02 tỷ đồng"."""
    if value is None:
        return NOT_REPORTED
    text, word = _scale_money(value, language)
    return translate(f"unit.{word}_dong" if word else "unit.dong", language, n=text)


def format_short_money(value: float | None, language: Language) -> str:
    """Write an amount in đồng for a narrow place that names đồng beside it: "4,11 tỷ"."""
    if value is None:
        return NOT_REPORTED
    text, word = _scale_money(value, language)
    return translate(f"unit.{word}", language, n=text) if word else text


def _scale_money(value: float, language: Language) -> tuple[str, str]:
    """Return an amount in its readable unit, and the unit: `billion`, `million` or empty."""
    for size, word in MONEY_UNITS:
        if abs(value) >= size:
            return format_trimmed(value / size, language, 2), word
    return format_number(value, language), ""


def format_trimmed(value: float, language: Language, decimals: int) -> str:
    """Write a number with at most so many decimals, without zeros at the end."""
    text = format_number(value, language, decimals)
    return text.rstrip("0").rstrip(",.") if decimals else text


def format_counts(part: float | None, whole: float | None, language: Language) -> str:
    """Write a rate on too few as its counts: "3 trên 4"."""
    return translate(
        "unit.of",
        language,
        part=format_number(part, language),
        whole=format_number(whole, language),
    )


def format_fraction(part: float | None, whole: float | None, language: Language) -> str:
    """Write coverage in short: "569/577"."""
    return f"{format_number(part, language)}/{format_number(whole, language)}"


def add_qualifier(text: str, qualifier: str | None, language: Language) -> str:
    """Write a lower bound as "trên 100.000", a rounded figure as "khoảng 4.000"."""
    key = {">": "unit.over", "~": "unit.about"}.get(qualifier or "")
    return translate(key, language, n=text) if key else text


def format_bounds(
    kpi: Kpi | None, lower: float | None, upper: float | None, language: Language
) -> str:
    """Write what a value lies between: "120 đến 300"; "từ 120" without a greatest one.

    Without a KPI they are whole numbers.
    """
    texts = {}
    for name, value in (("lower", lower), ("upper", upper)):
        own = format_number(value, language)
        texts[name] = format_kpi_value(kpi, value, language) if kpi else own
    if upper is None:
        return translate("unit.at_least", language, lower=texts["lower"])
    if texts["lower"] == texts["upper"]:
        return texts["lower"]
    return translate("unit.between", language, **texts)


def format_kpi_value(
    kpi: Kpi, value: float | None, language: Language, *, state: str = "reported"
) -> str:
    """Write a KPI's value with its decimals and percent sign but without its unit."""
    if state in SIGNS:
        return SIGNS[state]
    if kpi.unit == "percent":
        return format_percent(value, language, kpi.decimals)
    return format_number(value, language, kpi.decimals)


def format_change(
    kpi: Kpi, now: float | None, before: float | None, language: Language, *, short: bool = False
) -> str | None:
    """Write the difference between two values of a KPI; percentages differ in points.

    Returns None when one value is missing.

    NOTE: it is the difference of the values as they are written: 7,65 beside 7,58 is 0,07 to a
    reader, whatever the further digits are.
    """
    if now is None or before is None:
        return None
    if kpi.unit == "dong":
        return _format_money_change(now, before, language, short=short)
    now, before = round(now, kpi.decimals), round(before, kpi.decimals)
    if now == before:
        return translate("unit.same", language)
    text = format_difference(now - before, language, kpi.decimals)
    return translate("unit.points", language, n=text) if kpi.unit == "percent" else text


def _format_money_change(now: float, before: float, language: Language, *, short: bool) -> str:
    if now == before:
        return translate("unit.same", language)
    format_amount = format_short_money if short else format_money
    sign = "+" if now > before else MINUS
    return sign + format_amount(abs(now - before), language)


def format_missing_reasons(missing_by: Mapping[str, int], language: Language) -> str:
    """Write why values are missing: "1 chưa nộp, 1 có lỗi"; empty when none is."""
    texts = []
    for reason, count in missing_by.items():
        if count:
            texts.append(translate(f"missing.{reason}", language, n=format_number(count, language)))
    return ", ".join(texts)
