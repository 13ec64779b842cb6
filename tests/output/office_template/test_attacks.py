"""No template runs code, reads a file or passes a limit; each refusal says where."""

import json
import random
import tempfile
from pathlib import Path

import pytest

from pipelines import catalog
from pipelines.errors import Refused
from pipelines.output.office_template.fill import fill_template
from pipelines.output.office_template.messages import RenderTask
from pipelines.settings import MEGABYTE, Limits
from tests.output.office_template.template_files import (
    DOCUMENT,
    TYPES,
    with_cell,
    with_change,
    with_link,
    with_parts,
    with_runs,
    with_text,
    with_xml,
)

#: Each test starts programs.
pytestmark = pytest.mark.slow

ROWS = [[f"{row} {column}" for column in range(6)] for row in range(200)]
CONTEXT = {
    "name": "BÁO CÁO",
    "title": "Kết quả",
    "letterhead": {"office": "Chi cục", "legal": "24/2012"},
    "sections": [{"number": "I", "title": "Khách hàng", "table": {"rows": ROWS}, "pictures": []}],
    "words": {"number": "Số:"},
}
TASK = RenderTask(Limits(child_seconds=4), 2 * MEGABYTE, json.dumps(CONTEXT), [], "t", "a", "vi")
FOLDER = Path(tempfile.mkdtemp(prefix="caunoi-attacks-"))
RUN = f"__import__('pathlib').Path('{FOLDER}/ran').touch()"
WALK = f"cycler.__init__.__globals__.os.popen('touch {FOLDER}/ran').read()"
LOOPS = "".join("{% for " + letter + " in sections[0].table.rows %}" for letter in "abcd")
ENDS = "{% endfor %}" * 4
NOISE = random.Random(1).randbytes(3 * MEGABYTE)


def instruction(*codes: str) -> str:
    """A paragraph with one field, its code split over several runs."""
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    return f'<w:p>{begin}{runs}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


def doctype(xml: str) -> str:
    entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return xml.replace("<w:document", f"{entity}<w:document", 1)


#: name → the template, and the code it is refused with.
ATTACKS: dict[str, tuple[bytes, str]] = {
    # Attribute walks and calls.
    "walk from a global": (with_text("{{ " + WALK + " }}"), "template_tag"),
    "walk from a text": (
        with_text("{{ name.__class__.__mro__[1].__subclasses__() }}"),
        "template_tag",
    ),
    "walk without a call": (with_text("{{ name.__class__.__mro__ }}"), "template_name"),
    "walk by item": (with_text("{{ name['__class__'] }}"), "template_name"),
    "walk by a built name": (with_text("{{ name['__cl' ~ 'ass__'] }}"), "template_name"),
    "walk by attr": (with_text("{{ name|attr('__class__') }}"), "template_tag"),
    "walk by map": (with_text("{{ sections|map(attribute='__class__')|list }}"), "template_tag"),
    "walk by join": (with_text("{{ sections|join(attribute='__class__') }}"), "template_tag"),
    "walk from self": (with_text("{{ self._TemplateReference__context }}"), "template_name"),
    "walk from the loop": (
        with_text("{% for s in sections %}{{ loop.__init__ }}{% endfor %}"),
        "template_name",
    ),
    "call of a method": (with_text("{{ name.upper() }}"), "template_tag"),
    "call of the loop": (
        with_text("{% for s in sections recursive %}{{ loop(sections) }}{% endfor %}"),
        "template_tag",
    ),
    "python itself": (with_text("{{ " + RUN + " }}"), "template_tag"),
    # Names.
    "an unknown name": (with_text("{{ config }}"), "template_name"),
    "an unknown name beside a default": (with_text("{{ config|default('') }}"), "template_name"),
    "an unknown name in a branch": (
        with_text("{% if false %}{{ request }}{% endif %}"),
        "template_name",
    ),
    "an unknown key": (with_text("{{ letterhead.secret }}"), "template_name"),
    "a key of a missing place": (with_text("{{ sections[9].title }}"), "template_name"),
    # Tags.
    "include": (with_text("{% include '/etc/passwd' %}"), "template_tag"),
    "import": (with_text("{% import '/etc/passwd' as x %}"), "template_tag"),
    "from": (with_text("{% from 'os' import popen %}"), "template_tag"),
    "extends": (with_text("{% extends '/etc/passwd' %}"), "template_tag"),
    "macro": (with_text("{% macro m() %}{{ m() }}{% endmacro %}"), "template_tag"),
    "set": (with_text("{% set x = name %}{{ x }}"), "template_tag"),
    "set of an attribute": (with_text("{% set letterhead.office = 'x' %}"), "template_tag"),
    "a block": (with_text("{% block b %}x{% endblock %}"), "template_tag"),
    "a filter over a block": (with_text("{% filter upper %}x{% endfilter %}"), "template_tag"),
    "an unknown tag": (with_text("{% do name %}"), "template_syntax"),
    "escaping put off": (
        with_text("{% autoescape false %}{{ name }}{% endautoescape %}"),
        "template_tag",
    ),
    "a tag without an end": (with_text("{% for s in sections %}{{ s.title }}"), "template_syntax"),
    # Format strings and filters.
    "format by method": (
        with_text("{{ '{0.__class__.__init__.__globals__}'.format(name) }}"),
        "template_tag",
    ),
    "format by filter": (with_text("{{ '%1000000000d'|format(1) }}"), "template_tag"),
    "format by per cent": (with_text("{{ '%1000000000d' % 1 }}"), "template_tag"),
    "markup as it is": (with_text("{{ '<w:r/>'|safe }}"), "template_tag"),
    "an unknown filter": (with_text("{% if false %}{{ name|shell }}{% endif %}"), "template_tag"),
    # Repeats.
    "a text times a number": (with_text("{{ 'x' * 10000000000 }}"), "template_tag"),
    "a power": (with_text("{{ 10 ** 10 ** 10 }}"), "template_tag"),
    "a range": (with_text("{% for i in range(1000000000) %}x{% endfor %}"), "template_tag"),
    "text of a generator": (with_text("{{ lipsum(1000000) }}"), "template_tag"),
    "four loops that write": (with_text(f"{LOOPS}{{{{ d }}}}{ENDS}"), "template_too_much"),
    "four loops that write nothing": (with_text(f"{LOOPS}{ENDS}"), "template_too_much"),
    "five loops": (
        with_text("{% for e in sections %}" + LOOPS + ENDS + "{% endfor %}"),
        "template_tag",
    ),
    "joins in joins": (
        with_text("{{ " + "name|join(" * 40 + "title" + ")" * 40 + " }}"),
        "template_too_much",
    ),
    "deep brackets": (
        with_text("{{ " + "(" * 3_000 + "name" + ")" * 3_000 + " }}"),
        "template_too_much",
    ),
    "a long sum": (with_text("{{ " + "name + " * 15_000 + "name }}"), "template_too_much"),
    # Tags where Word puts them.
    "a tag split into runs": (with_runs("{", "{ na", "me.__cl", "ass__ }", "}"), "template_name"),
    "a tag of a paragraph": (with_text("{%p include 'x' %}"), "template_tag"),
    "a tag of a row": (with_cell("{%tr import 'x' as y %}"), "template_tag"),
    "a colour of a cell": (with_cell("{% cellbg name.__class__ %}"), "template_name"),
    "a span of cells": (with_cell("{% colspan name.__class__ %}"), "template_name"),
    "a tag in an attribute": (
        with_xml('<w:p w:rsidR="{{ name.__class__ }}"><w:r><w:t>x</w:t></w:r></w:p>'),
        "template_name",
    ),
    "a header": (with_text("x", header="{{ name.__class__ }}"), "template_name"),
    "a footer": (with_text("x", footer="{% include 'x' %}"), "template_tag"),
    "a property": (with_text("x", comments="{{ name.__class__ }}"), "template_name"),
    "a property that is not filled in": (with_text("x", category="{{ x }}"), "template_place"),
    "comments": (
        with_parts(
            {
                "word/comments.xml": b"<w:comments xmlns:w='w'>"
                b"<w:t>{</w:t><w:t>{ x }}</w:t></w:comments>"
            }
        ),
        "template_place",
    ),
    # Containers.
    "a DOCTYPE": (with_change(DOCUMENT, doctype), "template_structure"),
    "no zip": (b"{{ name }}", "template_not_word"),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000), "template_not_word"),
    "half a file": (with_text("x")[:2_000], "template_damaged"),
    "a zip of zeros": (
        with_parts({"word/media/image1.png": bytes(30 * MEGABYTE)}),
        "template_large",
    ),
    "a file too large": (with_parts({"word/media/image1.png": NOISE * 4}), "template_large"),
    "too many parts": (
        with_parts({f"word/media/{n}.png": b"x" for n in range(300)}),
        "template_structure",
    ),
    "a name outside": (with_parts({"../../evil.xml": b"<x/>"}), "template_structure"),
    "deep elements": (with_xml("<w:p>" * 500 + "</w:p>" * 500), "template_structure"),
    "no XML": (with_change(DOCUMENT, lambda xml: xml[:-20]), "template_damaged"),
    "UTF-16": (
        with_parts({DOCUMENT: "<?xml version='1.0' encoding='utf-16'?><x/>".encode("utf-16")}),
        "template_structure",
    ),
    # What Word would run or fetch.
    "a macro": (
        with_change(
            TYPES,
            lambda xml: xml.replace(
                ".document.main+xml", ".document.macroEnabled.main+xml"
            ).replace(
                "vnd.openxmlformats-officedocument.wordprocessingml.document.macroEnabled",
                "vnd.ms-word.document.macroEnabled",
            ),
        ),
        "template_active",
    ),
    "a project of macros": (with_link("vbaProject", "vbaProject.bin"), "template_active"),
    "an embedded object": (with_link("oleObject", "embeddings/oleObject1.bin"), "template_active"),
    "another document inside": (with_link("aFChunk", "evil.html"), "template_active"),
    "a template elsewhere": (
        with_link("attachedTemplate", "http://x.example/t.dotm", "External"),
        "template_external",
    ),
    "a picture elsewhere": (
        with_link("image", "http://x.example/p.png", "External"),
        "template_external",
    ),
    "a link to a share": (
        with_link("hyperlink", "file://x/share", "External"),
        "template_external",
    ),
    "a field that runs": (
        with_xml(instruction("DDEAUTO c:\\\\windows\\\\cmd.exe")),
        "template_field",
    ),
    "a field split into runs": (
        with_xml(instruction("INCLUDE", "TEXT /etc/passwd")),
        "template_field",
    ),
    "a field that data complete": (with_xml(instruction("{{ name }} x")), "template_field"),
    "a simple field": (
        with_xml('<w:p><w:fldSimple w:instr=" INCLUDEPICTURE x "/></w:p>'),
        "template_field",
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_in_a_sentence(name: str) -> None:
    template, code = ATTACKS[name]
    before = sorted(FOLDER.iterdir())
    with pytest.raises(Refused) as refused:
        fill_template("own.docx", template, TASK)
    assert refused.value.code == code
    for language in catalog.LANGUAGES:
        sentence = catalog.format_sentence(code, language, **refused.value.values)
        assert "own.docx" in sentence and "…}" not in sentence and "{file}" not in sentence
    assert sorted(FOLDER.iterdir()) == before


def test_there_are_forty_attacks_and_more() -> None:
    assert len(ATTACKS) >= 40


@pytest.mark.parametrize(
    ("template", "part", "text"),
    [
        (
            with_text("Một.", "Hai {{ name }} và {{ name.__class__ }}."),
            "thân văn bản",
            "{{ name.__class__ }}",
        ),
        (with_text("x", header="{% include 'x' %}"), "đầu trang", "{% include 'x' %}"),
        (with_text("x", footer="{{ nme }}"), "chân trang", "{{ nme }}"),
        (with_text("x", comments="{{ nme }}"), "thuộc tính tệp", "{{ nme }}"),
        (with_text("x", "{{ letterhead.ofice }}"), "thân văn bản", "{{ letterhead.ofice }}"),
        (with_runs("{{ na", "me|shell }}"), "thân văn bản", "{{ name|shell }}"),
    ],
)
def test_a_refusal_names_the_part_and_the_tag(template: bytes, part: str, text: str) -> None:
    with pytest.raises(Refused) as refused:
        fill_template("own.docx", template, TASK)
    sentence = catalog.format_sentence(refused.value.code, "vi", **refused.value.values)
    assert part in sentence and f": {text}." in sentence
