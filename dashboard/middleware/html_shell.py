"""The one HTML page the framework serves, made ours: its language, its English words, print and pictures.

page.js, paper.js, table_order.js and page.css stand beside this file; words come from the texts of the pages.
"""

import json
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.catalog import LANGUAGES, Language
from pipelines.present.charts import palette
from pipelines.present.format import numbers
from pipelines.present.i18n import load_sentences

HERE = Path(__file__).parent
#: The files beside the page, by address.
SCRIPTS = ("page.js", "paper.js", "table_order.js")
KINDS = {"page.css": "text/css", **dict.fromkeys(SCRIPTS, "text/javascript")}
FILES = {f"/index/{name}": (name, kind) for name, kind in KINDS.items()}
HEAD = '<link rel="stylesheet" href="/index/page.css">' + "".join(
    f'<script type="module" src="/index/{name}"></script>' for name in SCRIPTS
)
#: Sentences that say how a language writes figures and periods: the order of a table's cells reads them back.
FORMATS = (
    *(
        f"unit.{k}"
        for k in (
            "over",
            "about",
            "same",
            "of",
            "million",
            "billion",
            "million_dong",
            "billion_dong",
        )
    ),
    *(f"span.{k}" for k in ("quarter", "tick", "half1", "half2", "year")),
)
#: Cells without a value, the lowest first.
NOTHINGS = ("", numbers.SUPPRESSED, numbers.NOT_APPLICABLE, numbers.NOT_REPORTED)


class HtmlShell:
    """Serves these files, and writes language, style, script and words into the page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in FILES:
            name, kind = FILES[scope["path"]]
            await Response(_read_file(name), media_type=kind)(scope, receive, send)
        elif scope["type"] == "http" and scope["method"] == "GET" and "." not in scope["path"]:
            # NOTE: the framework would pack the page; whoever stands before us packs what we have written.
            bare = [(k, v) for k, v in scope["headers"] if k.lower() != b"accept-encoding"]
            await self.app({**scope, "headers": bare}, receive, _rewrite_html(scope, send))
        else:
            await self.app(scope, receive, send)


def _rewrite_html(scope: Scope, send: Send) -> Send:
    """Holds an HTML answer back until it is whole; everything else goes through."""
    held: list[Message] = []
    body = bytearray()

    async def send_rewritten(message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = dict(message["headers"]).get(b"content-type", b"")
            if kind.startswith(b"text/html") and message["status"] == 200:
                held.append(message)
                return
        elif held:
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                whole = adapt_page(body.decode(), _requested_language(scope)).encode()
                start = held[0]
                kept = [
                    (k, v)
                    for k, v in start["headers"]
                    if k not in (b"content-length", b"etag", b"last-modified")
                ]
                await send(
                    {**start, "headers": [*kept, (b"content-length", str(len(whole)).encode())]}
                )
                await send({"type": "http.response.body", "body": whole})
            return
        await send(message)

    return send_rewritten


def adapt_page(page: str, language: str) -> str:
    """The framework's page in `language`, with our style, script and words."""
    script = f'<script type="application/json" id="caunoi-words">{_word_table()}</script>'
    page = page.replace('<html lang="en">', f'<html lang="{language}">', 1)
    return page.replace("</head>", f"{script}{HEAD}</head>", 1)


def _requested_language(scope: Scope) -> str:
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", ["vi"])
    return "en" if asked[0] == "en" else "vi"


@cache
def _word_table() -> str:
    """English words of the framework → ours, and the colours of both themes, as JSON."""
    own, other = load_sentences("en"), load_sentences("vi")
    keys = [k for k in own if k.startswith("framework.")]
    shapes = [k for k in keys if k.startswith("framework.shape.")]
    words = {str(own[k]): str(other[k]) for k in keys if k not in shapes}
    found = {
        "words": words,
        "shapes": [[str(own[k]), str(other[k])] for k in shapes],
        "light": palette.COLOURS["light"],
        "dark": palette.COLOURS["dark"],
        "formats": {language: _formats(language) for language in LANGUAGES},
        "nothings": NOTHINGS,
    }
    return json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")


def _formats(language: Language) -> dict[str, object]:
    """How one language writes figures, periods and months."""
    own = load_sentences(language)
    months = [own[f"month.m{n}"] for n in range(1, 13)]
    return {key.rpartition(".")[2]: own[key] for key in FORMATS} | {"months": months}


@cache
def _read_file(name: str) -> bytes:
    return (HERE / name).read_bytes()
