"""Word templates as bytes: ordinary ones, and ordinary ones with one part changed."""

import io
import zipfile
from collections.abc import Callable, Mapping

import docx

DOCUMENT = "word/document.xml"
TYPES = "[Content_Types].xml"
LINKS = "word/_rels/document.xml.rels"
CORE = "docProps/core.xml"


def with_text(
    *paragraphs: str, header: str = "", footer: str = "", comments: str = "", category: str = ""
) -> bytes:
    """A template with these paragraphs, one run each."""
    made = docx.Document()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    if header:
        made.sections[0].header.paragraphs[0].text = header
    if footer:
        made.sections[0].footer.paragraphs[0].text = footer
    made.core_properties.comments, made.core_properties.category = comments, category
    return saved(made)


def with_runs(*runs: str) -> bytes:
    """A template whose one paragraph is split into runs, as Word splits what is typed over."""
    made = docx.Document()
    paragraph = made.add_paragraph()
    for number, text in enumerate(runs):
        paragraph.add_run(text).bold = number % 2 == 0
    return saved(made)


def with_cell(text: str) -> bytes:
    """A template with a table of one cell."""
    made = docx.Document()
    made.add_table(1, 1).rows[0].cells[0].text = text
    return saved(made)


def saved(made: object) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def with_parts(parts: Mapping[str, bytes], template: bytes | None = None) -> bytes:
    """The template with parts added or replaced."""
    source = zipfile.ZipFile(io.BytesIO(template or with_text("{{ name }}")))
    contents = {**{name: source.read(name) for name in source.namelist()}, **parts}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in contents.items():
            target.writestr(name, content)
    return buffer.getvalue()


def with_change(part: str, change: Callable[[str], str], template: bytes | None = None) -> bytes:
    """The template with the text of one part changed."""
    template = template or with_text("{{ name }}")
    before = zipfile.ZipFile(io.BytesIO(template)).read(part).decode()
    after = change(before)
    assert after != before
    return with_parts({part: after.encode()}, template)


def with_xml(paragraph: str) -> bytes:
    """The template with one paragraph of raw XML."""
    return with_change(DOCUMENT, lambda xml: xml.replace("<w:body>", f"<w:body>{paragraph}", 1))


def with_link(kind: str, target: str, mode: str = "Internal") -> bytes:
    """The template with one more relationship of its main part."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<Relationship Id="rIdX" Type="{office}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return with_change(
        LINKS, lambda xml: xml.replace("</Relationships>", f"{link}</Relationships>")
    )
