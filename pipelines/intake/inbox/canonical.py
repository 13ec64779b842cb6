"""The identity of a return: what it says, whatever the bytes; a Return in, a hash out.

Excel changes a file's bytes at every save and officers move rows: neither makes it another return.
"""

import hashlib
import json

from pipelines.intake.returns import Return


def canonical(ret: Return) -> str:
    """SHA-256 over what the return says, in an order of its own; empty when it says nothing."""
    if not (ret.entries or ret.records or ret.nothing):
        return ""
    head = [ret.form, ret.unit, ret.period, ret.data_status]
    entries = sorted(
        [e.reporter, e.period, e.field, e.text or "" if e.value is None else str(e.value), e.qualifier or "", e.note]
        for e in ret.entries
    )
    records = sorted([r.register, r.reporter, r.period or "", r.record, r.field, r.text] for r in ret.records)
    said = json.dumps([head, entries, records], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
