"""Read what the limited child answers: every code, field and period in it must be one we know."""

import re

from pipelines import catalog
from pipelines.errors import CatalogError
from pipelines.intake.model import Return
from pipelines.intake.sandbox_worker import WorkerReply
from pipelines.sandbox import MalformedMessage, decode

_UNIT = re.compile(r"[A-Za-z0-9-]{0,40}")
_PERIOD = re.compile(r"(?:[0-9]{4}-Q[1-4])?")


def decode_answer(data: bytes) -> WorkerReply:
    """The answer in `data`; raises MalformedMessage when it is none, or names what nobody knows."""
    try:
        answer = decode(data, WorkerReply)
    except CatalogError as error:
        # An issue cannot be made with a code or a case that the catalogue does not know.
        raise MalformedMessage("unknown code") from error
    if answer.ret and not _knows_return(answer.ret):
        raise MalformedMessage("unknown code")
    return answer


def _knows_return(ret: Return) -> bool:
    claims = [(one.unit, one.period) for one in ret.claims]
    entries = [(one.reporter, one.period) for one in ret.entries]
    records = [(one.reporter, one.period or "") for one in ret.records]
    named = {(ret.unit, ret.period), *claims, *entries, *records}
    fields = {one.field for one in ret.entries} | {one.field for one in ret.claims}
    return (
        fields <= catalog.fields().keys()
        and {one.register for one in ret.records} <= catalog.registers().keys()
        and all(_UNIT.fullmatch(unit) and _PERIOD.fullmatch(period) for unit, period in named)
    )
