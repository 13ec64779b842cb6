"""Every exception we raise; bad data is never one of them (it becomes an issue at a cell).

    CauNoiError                 anything of ours; carries a code and the values of its sentence
    ├── CatalogError            a code nobody defined; names its nearest neighbour
    ├── DefinitionError         a definition file is not right; names file, key and what is allowed
    ├── PeriodError             a period that cannot be read
    ├── PlaceError              a place that cannot be resolved
    ├── Refused                 a question the contract or the reader's scope forbids (exit 2)
    ├── StoreError              ledger, archive or state cannot be trusted or used
    │   ├── LedgerDamaged       a hash, sequence or file of the ledger does not agree
    │   ├── StoreBusy           another process is writing (Y002)
    │   └── StoreFull           not enough room to keep a receipt's promise (Y001)
    ├── BuildOutdated           the build is older than the definition it is asked for
    └── NoBuild                 there is no finished build to answer from
        └── BuildDamaged        there are builds, but no whole one: no empty home (Y004)

The sentence a reader sees stands in catalog/messages.toml under `code`, in both languages.
"""


class CauNoiError(Exception):
    """An error with a code.

    `str()` is plain English for logs; readers get the catalogue's sentence.
    """

    code = "internal"

    def __init__(self, message: str, *, code: str | None = None, **values: object) -> None:
        super().__init__(message)
        self.code = code or type(self).code
        self.values = values


class CatalogError(CauNoiError):
    code = "unknown_code"


class DefinitionError(CauNoiError):
    code = "definition_file"


class PeriodError(CauNoiError):
    code = "unknown_period"


class PlaceError(CauNoiError):
    code = "unknown_place"


class Refused(CauNoiError):
    code = "refused"


class StoreError(CauNoiError):
    code = "store"


class LedgerDamaged(StoreError):
    code = "ledger_damaged"


class StoreBusy(StoreError):
    code = "Y002"


class StoreFull(StoreError):
    code = "Y001"


class BuildOutdated(CauNoiError):
    code = "build_outdated"


class NoBuild(CauNoiError):
    code = "no_build"


class BuildDamaged(NoBuild):
    code = "Y004"
