"""Every system the articles name (M1–M25) and the page where it is found; the two no form asks for are said so."""

from pipelines.catalog import Language
from pipelines.present.text import say

#: System → the page that shows it; None: no form asks for it.
FOUND: dict[str, str | None] = {
    "M1": "teams",
    "M2": "activities",
    "M3": "referrals",
    "M4": "points",
    "M5": "activities",
    "M6": "clients",
    "M7": "activities",
    "M8": "activities",
    "M9": "activities",
    "M10": "teams",
    "M11": "teams",
    "M12": "points",
    "M13": "points",
    "M14": "points",
    "M15": "system",
    "M16": "clients",
    "M17": None,
    "M18": "clients",
    "M19": "clients",
    "M20": "referrals",
    "M21": "activities",
    "M22": "points",
    "M23": "points",
    "M24": None,
    "M25": "clients",
}


def rows(language: Language) -> list[tuple[str, str, str]]:
    """Code, name, and the page's name or that no form asks for it."""
    return [(code, say(f"systems.{code}", language), where(code, language)) for code in FOUND]


def where(code: str, language: Language) -> str:
    page = FOUND[code]
    return say(f"menu.{page}", language) if page else say("systems.not_asked", language)
