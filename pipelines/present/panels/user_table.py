"""Users and the audit trail as tables of words, in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from pipelines import catalog
from pipelines.catalog import Language
from pipelines.present.chart_data import text_table
from pipelines.present.format import periods
from pipelines.present.i18n import has_text, translate, translate_each
from pipelines.store.accounts import RefusedAccount
from pipelines.store.audit_trail import AuditEvent, AuditFault
from pipelines.store.state_db import User

#: Lines of the trail a page shows; the command shows all.
SHOWN = 500


def change_table(
    before: User | None, after: User, names: Mapping[str, str], language: Language
) -> pl.DataFrame:
    """Return one row for each of role, districts and last day that changes: what, old, new.

    Somebody new has no old values; the table is empty when nothing changes.
    """
    heads = translate_each("users.column_", ("what", "before", "after"), language)
    labels = translate_each("users.", ("role", "districts", "until"), language)
    new = _list_rights(after, names, language)
    old = _list_rights(before, names, language) if before else [""] * len(new)
    triples = zip(labels, old, new, strict=True)
    rows = [triple for triple in triples if triple[1] != triple[2]]
    return text_table(heads, rows)


def _list_rights(user: User, names: Mapping[str, str], language: Language) -> list[str]:
    """Return role, districts and last day in words."""
    districts = [names.get(district, district) for district in sorted(user.districts)]
    until = periods.format_day(user.until, language) if user.until else ""
    return [
        _translate_known("users", user.role, language),
        ", ".join(districts) or translate("users.none", language),
        until or translate("users.no_end", language),
    ]


def user_table(
    users: Sequence[tuple[User, str, bool]], names: Mapping[str, str], language: Language
) -> pl.DataFrame:
    """Return one row per user, with the code of the audit trail and whether they may sign in."""
    heads = translate_each(
        "users.", ("subject", "role", "districts", "until", "active", "code"), language
    )
    rows = []
    for user, code, active in users:
        districts = [names.get(district, district) for district in sorted(user.districts)]
        until = periods.format_day(user.until, language) if user.until else ""
        is_active = translate("system.yes" if active else "system.no", language)
        role = _translate_known("users", user.role, language)
        rows.append((user.subject, role, ", ".join(districts), until, is_active, code))
    return text_table(heads, rows)


def audit_table(events: Sequence[AuditEvent], language: Language, zone: ZoneInfo) -> pl.DataFrame:
    """Return one row per event, newest first, by the office's clock."""
    heads = translate_each("trail.", ("at", "who", "what", "objects"), language)
    rows = []
    for event in reversed(events[-SHOWN:]):
        verb = _translate_known("trail", event.what, language)
        at = _format_moment(event.at, language, zone)
        rows.append((at, event.who, verb, " ".join(event.objects)))
    return text_table(heads, rows)


def format_refusal(code: str, language: Language) -> str:
    """Return the catalogue's sentence for a refused change of the list."""
    return catalog.format_sentence(code, language)


def format_fault(fault: AuditFault, language: Language) -> str:
    """Say at which line the trail is not what was written, and how that was noticed."""
    why = translate(f"trail.fault_{fault.kind}", language)
    return translate("trail.broken", language, n=fault.n, why=why)


def format_second_account(refused: RefusedAccount, language: Language, zone: ZoneInfo) -> str:
    """Say that a second account came with a name of the list, when, and what to do."""
    at = _format_moment(refused.at, language, zone)
    return translate("users.second_account", language, name=refused.subject, at=at)


def _format_moment(text: str, language: Language, zone: ZoneInfo) -> str:
    try:
        at = datetime.fromisoformat(text).astimezone(zone)
    except ValueError:
        # NOTE: a line that was tampered with is shown as it is, and the ones after it are shown.
        return text
    return f"{periods.format_day(at.date(), language)} {at:%H:%M:%S}"


def _translate_known(group: str, word: str, language: Language) -> str:
    """Return the sentence of a role or verb; the word itself when there is none."""
    key = f"{group}.{word}"
    return translate(key, language) if has_text(key) else word
