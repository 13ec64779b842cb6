"""Filling of a Word template in a limited process, or a refusal with the place in it."""

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
    limits = task.limits
    with SandboxProcess(WORKER, limits.child_bytes) as worker:
        worker.allow_cpu(limits.child_seconds)
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
    """Return what a user calls a part of the file; its own name if the catalogue has none."""
    choices = catalog.choices("template_part")
    if part.startswith("docProps/"):
        return choices["properties"].label
    code = re.sub(r"^word/|\d*\.xml$", "", part) if part else "whole"
    choice = choices.get(code)
    return choice.label if choice else part
