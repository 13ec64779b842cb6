"""An ordinary template is filled; what is filled in stays text, whatever it says."""

import base64
import io
import json
import zipfile
from pathlib import Path

import docx
import pytest

from pipelines.errors import Refused
from pipelines.output.office_template import fill
from pipelines.output.office_template.fill import fill_template
from pipelines.output.office_template.messages import RenderReply, RenderTask, mark_picture
from pipelines.sandbox import Channel, encode
from pipelines.settings import MEGABYTE, Limits
from tests.output.office_template.template_files import with_link, with_text, with_xml

#: Each test starts programs or makes builds.
pytestmark = pytest.mark.slow

PIXEL = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
    )
).decode()


def task(context: dict[str, object], pictures: list[tuple[str, str]] | None = None) -> RenderTask:
    return RenderTask(
        Limits(child_seconds=10), MEGABYTE, json.dumps(context), pictures or [], "t", "a", "vi"
    )


def filled(template: bytes, context: dict[str, object]) -> list[str]:
    """The paragraphs of the filled document."""
    document = docx.Document(io.BytesIO(fill_template("own.docx", template, task(context))))
    return [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7 * 7 }}",
        "{% include 'x' %}",
        "</w:t></w:r><w:r><w:instrText>DDE</w:instrText></w:r>",
        "a < b & c > d \"e\" 'f'",
        "{0.__class__} %s ${x}",
    ],
)
def test_what_is_filled_in_stays_text(text: str) -> None:
    assert filled(with_text("{{ name }}"), {"name": text}) == [text]


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        ("{{ a.b[0] }}", "x"),
        ("{{ a.b|join(', ')|upper }}", "X, Y"),
        ("{{ a['b']|length }} {{ a.b|last }}", "2 y"),
        (
            "{% for one in a.b %}{{ loop.index }}{{ one }}"
            "{% if not loop.last %}; {% endif %}{% endfor %}",
            "1x; 2y",
        ),
        ("{{ a.none|default('–') if a.none is defined else '?' }}", "?"),
        ("{{ 'có' if a.b and 'x' in a.b else 'không' }}", "có"),
    ],
)
def test_the_language_is_enough_for_letters(tags: str, text: str) -> None:
    assert filled(with_text(tags), {"a": {"b": ["x", "y"]}}) == [text]


def test_a_picture_stands_where_the_template_draws_it_with_its_words() -> None:
    context: dict[str, object] = {"p": {"image": mark_picture(0)}}
    made = fill_template("own.docx", with_text("{{ p.image }}"), task(context, [(PIXEL, "Bản đồ")]))
    (drawn,) = docx.Document(io.BytesIO(made)).inline_shapes
    assert drawn._inline.docPr.get("descr") == "Bản đồ"


def test_a_picture_that_is_not_drawn_is_not_in_the_file() -> None:
    context: dict[str, object] = {"p": {"image": mark_picture(0)}}
    made = fill_template("own.docx", with_text("x"), task(context, [(PIXEL, "Bản đồ")]))
    assert [name for name in zipfile.ZipFile(io.BytesIO(made)).namelist() if "media" in name] == []


@pytest.mark.parametrize(
    "template",
    [
        with_link("hyperlink", "https://example.vn/", "External"),
        with_link("hyperlink", "mailto:phong@example.vn", "External"),
        with_xml('<w:p><w:fldSimple w:instr=" PAGE \\* MERGEFORMAT "/></w:p>'),
    ],
)
def test_links_to_addresses_and_page_numbers_are_ordinary(template: bytes) -> None:
    assert filled(template, {"name": "x"})[-1] == "x"


def main(descriptor: int) -> None:
    """A worker that somebody has taken over."""
    channel = Channel.from_descriptor(descriptor)
    context = json.loads(json.loads(channel.receive())[2])
    channel.receive()
    if context["act"] == "more than allowed":
        channel.send(encode(RenderReply(), RenderReply))
        channel.send(bytes(MEGABYTE + 1))
    elif context["act"] == "a code nobody knows":
        channel.send(encode(RenderReply("x", {"part": "y"}), RenderReply))
    elif context["act"] == "no reply":
        channel.send(b"\x80\x04N.")


@pytest.mark.parametrize(
    ("act", "code"),
    [
        ("more than allowed", "template_too_much"),
        ("no reply", "template_too_much"),
        ("nothing", "template_too_much"),
        ("a code nobody knows", "template_damaged"),
    ],
)
def test_whatever_the_worker_says_the_template_is_refused(
    act: str, code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fill, "WORKER", "tests.output.office_template.test_fill")
    with pytest.raises(Refused) as refused:
        fill_template("own.docx", with_text("x"), task({"act": act}))
    assert refused.value.code == code
