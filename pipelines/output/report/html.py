"""A report as one HTML page that loads nothing: fonts, pictures and tables stand in it."""

import base64
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipelines.output.report.document import Report
from pipelines.output.report.rasterise import FONTS
from pipelines.present.chart_data import ChartWithTable
from pipelines.present.format.escaping import escape_obeyed
from pipelines.present.i18n import translate
from pipelines.present.svg import render_svg

FACES = (
    ("Cau Noi Sans", "CauNoiSans", 400),
    ("Cau Noi Sans", "CauNoiSans", 600),
    ("Cau Noi Serif", "CauNoiSerif", 600),
)


def render_html(report: Report) -> bytes:
    """Return the page as UTF-8."""
    page = _make_environment().get_template("page.html.j2")
    text = page.render(
        report=report,
        faces=_load_font_faces(),
        drawn=_draw_svg,
        say=lambda key: translate(f"report.{key}", report.language),
    )
    return text.encode("utf-8")


def _draw_svg(picture: ChartWithTable) -> Markup:
    """Return the picture as SVG in the page; its words are escaped by present/svg."""
    return Markup(render_svg(picture.figure, picture.alt))


def _show_text(value: object) -> object:
    """Make visible what a page would obey; Jinja then escapes what HTML would."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return escape_obeyed(value)
    return value


@cache
def _make_environment() -> Environment:
    loader = PackageLoader("pipelines.output.report", ".")
    return Environment(
        loader=loader,
        autoescape=True,
        finalize=_show_text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _load_font_faces() -> list[dict[str, str | int]]:
    faces: list[dict[str, str | int]] = []
    for family, file, weight in FACES:
        style = "Regular" if weight == 400 else "SemiBold"
        data = base64.b64encode((FONTS / f"{file}-{style}.ttf").read_bytes()).decode()
        faces.append({"family": family, "weight": weight, "data": data})
    return faces
