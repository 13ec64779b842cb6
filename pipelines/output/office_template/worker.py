"""The limited process that fills a Word template with plain data, or refuses it.

Imports no Polars and no DuckDB; nothing of the parent is in it.
"""

import base64
import io
import json
import re
import traceback
from dataclasses import replace
from html import unescape
from typing import Any

from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import TemplateError, UndefinedError

from pipelines.output.office_template.fault import TemplateFault
from pipelines.output.office_template.gate import TAG, inspect_template
from pipelines.output.office_template.language import TemplateLanguage
from pipelines.output.office_template.messages import PICTURE, RenderReply, RenderTask
from pipelines.sandbox import Channel, decode, encode
from pipelines.sandbox.limits import set_cpu_limit, set_resource_limits

#: As wide as the text of a page, in millimetres.
PICTURE_WIDTH = 160

#: Properties of the file that are not filled in.
UNFILLED = ("category", "content_status", "keywords", "last_modified_by", "version")


def main(descriptor: int) -> None:
    """Fill one template and end."""
    channel = Channel.from_descriptor(descriptor)
    task, template = decode(channel.receive(), RenderTask), channel.receive()
    set_resource_limits(task.limits.child_bytes)
    set_cpu_limit(task.limits.child_seconds)
    try:
        document = render(template, task)
    except TemplateFault as fault:
        channel.send(encode(RenderReply(fault.code, fault.placed), RenderReply))
        return
    channel.send(encode(RenderReply(), RenderReply))
    channel.send(document)


def render(template: bytes, task: RenderTask) -> bytes:
    """Return the filled document; raises TemplateFault."""
    inspect_template(template, task.limits)
    context = json.loads(task.context)
    file = OfficeTemplate(template, task.pictures)
    language = TemplateLanguage(context, task.output)
    try:
        file.render(context, language, autoescape=True)
        document = finish(file, task)
    except TemplateFault as fault:
        raise _add_place(fault, file, language) from None
    except Exception as error:
        raise _fault_of(error, file, language) from None
    if len(document) > task.output:
        raise TemplateFault("template_too_much")
    inspect_template(document, replace(task.limits, file_bytes=task.output))
    return document


class OfficeTemplate(DocxTemplate):  # type: ignore[misc]
    """A template that knows which of its parts is being filled, and draws its pictures."""

    def __init__(self, template: bytes, pictures: list[tuple[str, str]]) -> None:
        super().__init__(io.BytesIO(template))
        self.pictures = [base64.b64decode(data) for data, _ in pictures]
        self.part = ""

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:
        self.part = str(part.partname).lstrip("/")
        filled = super().render_xml_part(src_xml, part, context, jinja_env)
        return PICTURE.sub(self._draw, filled)

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        self.part = "docProps/core.xml"
        for name in UNFILLED:
            text = str(getattr(self.docx.core_properties, name))
            if TAG.search(text):
                raise TemplateFault("template_place", self.part, text)
        super().render_properties(context, jinja_env)

    def _draw(self, mark: re.Match[str]) -> str:
        data = io.BytesIO(self.pictures[int(mark[1])])
        return str(InlineImage(self, data, width=Mm(PICTURE_WIDTH)))


def finish(file: OfficeTemplate, task: RenderTask) -> bytes:
    """Set the pictures' descriptions and the document's properties; return the file's bytes."""
    drawings = file.docx.element.body.iter(qn("wp:docPr"))
    for properties, (_, alt) in zip(drawings, task.pictures, strict=False):
        properties.set("descr", alt)
    about = file.docx.core_properties
    about.title, about.author, about.language = task.title, task.author, task.language
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def _add_place(
    fault: TemplateFault, file: OfficeTemplate, language: TemplateLanguage
) -> TemplateFault:
    """Return the same fault with the part and the tag it stands in."""
    values = dict(fault.values)
    line = int(values.pop("line", 0))
    text = fault.text or _quote(language.source, line, str(values.get("name", "")))
    return TemplateFault(fault.code, fault.part or file.part, text, **values)


def _fault_of(error: Exception, file: OfficeTemplate, language: TemplateLanguage) -> TemplateFault:
    """Return whatever else ends a rendering as a fault at its place."""
    if isinstance(error, MemoryError | RecursionError):
        return TemplateFault("template_too_much", file.part)
    line = getattr(error, "lineno", None) or _line_in(error)
    if isinstance(error, UndefinedError):
        names = re.findall(r"'([^']*)'", str(error))
        name = names[-1] if names else ""
        text = _quote(language.source, line, name)
        return TemplateFault("template_name", file.part, text, name=name)
    if line or isinstance(error, TemplateError):
        return TemplateFault("template_syntax", file.part, _quote(language.source, line, ""))
    return TemplateFault("template_damaged", file.part)


def _line_in(error: Exception) -> int:
    """Return the line of a template an error comes from; 0 when it comes from elsewhere."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if frame.filename == "<template>"]
    return lines[-1] if lines else 0


def _quote(source: str, line: int, name: str) -> str:
    """Return the tag of a line that holds `name`, or else the line's text."""
    lines = source.split("\n")
    if not 0 < line <= len(lines):
        return ""
    text = unescape(re.sub(r"<[^>]*>", "", lines[line - 1]))
    for tag in re.findall(r"\{[{%].*?[%}]\}", text):
        if name.strip("|") in tag:
            return str(tag)
    return text
