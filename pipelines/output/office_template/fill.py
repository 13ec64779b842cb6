"""Fill a Word template in a limited process, or say where in it and why it cannot be filled."""

import re

from pipelines import catalog
from pipelines.errors import Refused
from pipelines.output.office_template.messages import RenderReply, RenderTask
from pipelines.sandbox import MalformedMessage, SandboxProcess, decode, encode

WORKER = "pipelines.output.office_template.worker"
REPLY_BYTES = 64 * 1024
#: The worker's own limit is computing time; this ends one that only sleeps, on a busy machine too.
WAIT_SECONDS = 300


def fill_template(name: str, template: bytes, task: RenderTask) -> bytes:
    """Return the filled document; raises Refused with the place in the template `name`."""
    with SandboxProcess(WORKER) as worker:
        try:
            worker.channel.send(encode(task, RenderTask), WAIT_SECONDS)
            worker.channel.send(template, WAIT_SECONDS)
            reply = decode(worker.channel.receive(REPLY_BYTES, WAIT_SECONDS), RenderReply)
            if not reply.code:
                return worker.channel.receive(task.output, WAIT_SECONDS)
        except (EOFError, OSError, MalformedMessage):
            reply = RenderReply("template_too_much")
    raise _refusal(name, reply)


def _refusal(name: str, reply: RenderReply) -> Refused:
    code = reply.code if reply.code in catalog.messages() else "template_damaged"
    values: dict[str, object] = {"part": "", "text": "", "name": "", **reply.values}
    part = str(values["part"])
    return Refused(
        f"{name}: {code} in {part}", code=code, **{**values, "part": _part_name(part), "file": name}
    )


def _part_name(part: str) -> object:
    """What a user calls a part of the file; the part's own name where it has none in the catalogue."""
    known = catalog.choices("template_part")
    if part.startswith("docProps/"):
        return known["properties"].label
    choice = known.get(re.sub(r"^word/|\d*\.xml$", "", part) if part else "whole")
    return choice.label if choice else part
