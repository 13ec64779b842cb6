"""A fault of the store: a code, the thing it is about, and the sentence saying what to do."""

from dataclasses import dataclass

from pipelines import catalog
from pipelines.catalog import Language


@dataclass(frozen=True)
class IntegrityFault:
    """One fault, worded in catalog/messages.toml."""

    code: str
    #: A file's name, a line's number, a key's owner.
    subject: str

    @property
    def grave(self) -> bool:
        """True when figures may be wrong or lost; false for what only wants tidying."""
        return catalog.messages()[self.code].severity == "error"

    def format_message(self, language: Language) -> str:
        return catalog.format_sentence(self.code, language, name=self.subject)
