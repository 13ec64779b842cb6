"""What stands around a report on paper: offices, number, place and date, addressees, signature.

The form is that of decree 30/2020/NĐ-CP, Appendix I. What an office has not set is left as dots,
to be filled in by hand.
"""

from collections.abc import Sequence

from pipelines.catalog import Language
from pipelines.catalog.types import Text
from pipelines.output.report.document import Addressing, Letterhead
from pipelines.output.report.query import ReportQuery
from pipelines.present.i18n import translate, translate_by_name
from pipelines.reference.office_names import bare_province_name, find_office, province_name
from pipelines.settings import Correspondence

#: The words of the frame, all but those that depend on settings.
FRAME = (
    "motto_1",
    "motto_2",
    "to",
    "to_1",
    "to_2",
    "outlook",
    "outlook_text",
    "appendix",
)
DOTS = "…"


def compose_letterhead(asked: ReportQuery) -> Letterhead:
    """Write whose report it is on the period's last day; below a department alone, the city's."""
    last = asked.span.last.end
    names = find_office(asked.store.settings.organisation, last)
    above, office = names.department, names.subdepartment
    if not office.vi:
        above, office = province_name(last), names.department
    texts = [text.of(asked.language) for text in (above, office, names.legal_basis)]
    return Letterhead(texts[0], texts[1], names.contact, texts[2])


def compose_words(asked: ReportQuery, letterhead: Letterhead) -> dict[str, str]:
    """Return the words around a report: number and symbol, place and date, the appendix's line."""
    language, chosen = asked.language, asked.store.settings.correspondence
    province = chosen.place or bare_province_name(asked.span.last.end).of(language)
    symbol = chosen.symbol or f"BC-{DOTS}"
    return {
        **translate_by_name("report.", FRAME, language),
        "number": translate("report.number", language, symbol=symbol),
        "dated": translate("report.dated", language, province=province),
        "signature": "" if chosen.name else translate("report.signature", language),
        "signed": compose_addressing(chosen, language).title,
        "appendix_of": translate(
            "report.appendix_of", language, symbol=symbol, office=letterhead.office
        ),
    }


def compose_addressing(chosen: Correspondence, language: Language) -> Addressing:
    """Write addressees, recipients and signature as the decree has them printed."""
    signed_for = Text(chosen.signed_for, chosen.signed_for_en or chosen.signed_for)
    title = Text(chosen.title, chosen.title_en or chosen.title)
    addressees = choose_names(chosen.addressed_to, chosen.addressed_to_en, language)
    recipients = choose_names(chosen.recipients, chosen.recipients_en, language)
    return Addressing(
        addressed_to=_list_addressees(addressees, language),
        recipients=_list_recipients(recipients, language),
        signed_for=signed_for.of(language),
        title=title.of(language) or translate("report.signed", language),
        name=chosen.name or DOTS * 12,
    )


def choose_names(
    vietnamese: Sequence[str], english: Sequence[str], language: Language
) -> Sequence[str]:
    """Return the names for a language: the Vietnamese ones where no English ones are set."""
    return english if language == "en" and english else vietnamese


def _list_addressees(names: Sequence[str], language: Language) -> tuple[str, ...]:
    """Write one addressee beside the words, several as a list below them."""
    words = translate("report.addressed_to", language)
    if len(names) < 2:
        return (f"{words} {names[0] if names else DOTS * 24}",)
    return (words, *_list_lines(names))


def _list_recipients(names: Sequence[str], language: Language) -> tuple[str, ...]:
    """Write the addressees, who else gets the document, and the file."""
    above = translate("report.to_1", language)
    file = translate("report.to_2", language)
    others = [f"- {name};" for name in names or [DOTS * 8]]
    return (above, *others, file)


def _list_lines(names: Sequence[str]) -> list[str]:
    """Write one line a name; the last one ends with a full stop."""
    lines = [f"- {name};" for name in names[:-1]]
    return [*lines, f"- {names[-1]}."]
