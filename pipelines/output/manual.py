"""The manuals in docs/manual: Markdown as a page shows it, and as a PDF (PDF/UA-1).

Markdown is headings, paragraphs, flat lists, tables, and pictures on a line of their own whose
words say what they show.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from pipelines.output.report.rasterise import load_fonts
from pipelines.settings import MANUALS, PROJECT

#: Manual → file name of its PDF; the first is the officers'.
PDF_NAMES = {
    "officers": "huong-dan-can-bo.pdf",
    "managers": "huong-dan-lanh-dao.pdf",
    "it_office": "huong-dan-cntt.pdf",
}
_PICTURE = re.compile(r"^!\[(?P<alt>[^\]]*)\]\((?P<path>[^)]+)\)$", re.MULTILINE)


@dataclass(frozen=True)
class ManualPicture:
    """A picture of a manual: its file, and what it shows."""

    path: Path
    alt: str


def read_manual(name: str) -> str:
    """Return the Markdown of a manual; raises KeyError for a name that is not in PDF_NAMES."""
    return _find_file(name).read_text(encoding="utf-8")


def split_manual(name: str) -> list[str | ManualPicture]:
    """Return a manual below its title in pieces: Markdown without pictures, and pictures."""
    text = read_manual(name).partition("\n")[2]
    pieces: list[str | ManualPicture] = []
    start = 0
    for found in _PICTURE.finditer(text):
        pieces.append(text[start : found.start()])
        pieces.append(ManualPicture(MANUALS / found["path"], found["alt"]))
        start = found.end()
    return [*pieces, text[start:]]


def render_manual_pdf(name: str) -> bytes:
    """Return a manual as a PDF on A4."""
    blocks = parse_blocks(read_manual(name))
    pdf = typst.compile(
        Path(__file__).with_name("manual.typ"),
        # NOTE: the typesetter reads nothing outside its root; both folders stand in the project's.
        root=PROJECT,
        font_paths=load_fonts(),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"blocks": json.dumps(blocks, ensure_ascii=False)},
    )
    assert isinstance(pdf, bytes)
    return pdf


def parse_blocks(text: str) -> list[dict[str, Any]]:
    """Return Markdown as blocks for the typesetter: kind, and texts as spans with a style.

    Raises ValueError for a block that manuals do not use.
    """
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text))
    return [_parse_block(node) for node in tree.children]


def _parse_block(node: SyntaxTreeNode) -> dict[str, Any]:
    if node.type == "heading":
        return {"kind": "heading", "level": int(node.tag[1]), "spans": _parse_spans(node)}
    if node.type == "paragraph":
        return _parse_paragraph(node)
    if node.type in ("bullet_list", "ordered_list"):
        items = [_parse_spans(item.children[0]) for item in node.children]
        return {"kind": node.type, "items": items}
    if node.type == "table":
        rows = [_parse_row(row) for part in node.children for row in part.children]
        return {"kind": "table", "heads": rows[0], "rows": rows[1:]}
    raise ValueError(f"a manual has no {node.type}")


def _parse_row(row: SyntaxTreeNode) -> list[list[dict[str, str]]]:
    return [_parse_spans(cell) for cell in row.children]


def _parse_paragraph(node: SyntaxTreeNode) -> dict[str, Any]:
    inner = node.children[0].children
    if len(inner) == 1 and inner[0].type == "image":
        path = (MANUALS / str(inner[0].attrs["src"])).relative_to(PROJECT)
        return {"kind": "image", "path": f"/{path.as_posix()}", "alt": inner[0].content}
    return {"kind": "paragraph", "spans": _parse_spans(node)}


def _parse_spans(node: SyntaxTreeNode) -> list[dict[str, str]]:
    """Return the texts of a block in order, each `strong`, `code` or plain."""
    spans: list[dict[str, str]] = []
    for inline in node.children:
        for piece in inline.children:
            if piece.type == "softbreak":
                spans.append({"style": "", "text": " "})
            elif piece.type == "code_inline":
                spans.append({"style": "code", "text": piece.content})
            elif piece.type == "strong":
                words = "".join(child.content for child in piece.children)
                spans.append({"style": "strong", "text": words})
            else:
                spans.append({"style": "", "text": piece.content})
    return spans


def _find_file(name: str) -> Path:
    if name not in PDF_NAMES:
        raise KeyError(name)
    return MANUALS / f"{name}.md"
