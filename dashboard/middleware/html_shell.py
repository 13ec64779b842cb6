"""Rewrite the one HTML page that Streamlit serves: language, words, style, print and pictures.

page.js, paper.js, table_order.js, page.css and paper.css stand beside this file; the words come
from the sentences of the pages.
"""

import json
from functools import cache
from pathlib import Path
from secrets import token_hex
from urllib.parse import parse_qs

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.auth.sign_in_claims import BROWSER_COOKIE, read_random_cookie
from pipelines.catalog import LANGUAGES, Language
from pipelines.present.charts import palette
from pipelines.present.format import numbers
from pipelines.present.i18n import load_sentences

Headers = list[tuple[bytes, bytes]]

HERE = Path(__file__).parent
#: The files beside the page, by address.
SCRIPTS = ("page.js", "paper.js", "table_order.js")
STYLES = ("page.css", "paper.css")
KINDS = {**dict.fromkeys(STYLES, "text/css"), **dict.fromkeys(SCRIPTS, "text/javascript")}
FILES = {f"/index/{name}": (name, kind) for name, kind in KINDS.items()}
#: paper.js switches the sheet for paper on.
HEAD = (
    '<link rel="stylesheet" href="/index/page.css">'
    '<link rel="stylesheet" href="/index/paper.css" media="not all" id="caunoi-paper">'
) + "".join(f'<script type="module" src="/index/{name}"></script>' for name in SCRIPTS)
#: Sentences that say how a language writes figures and periods: page.js reads cells back with them
#: to put them in order.
FORMATS = (
    "unit.over",
    "unit.about",
    "unit.same",
    "unit.of",
    "unit.million",
    "unit.billion",
    "unit.million_dong",
    "unit.billion_dong",
    "span.quarter",
    "span.tick",
    "span.half1",
    "span.half2",
    "span.year",
)
#: Cells without a value, the lowest first.
NOTHINGS = ("", numbers.SUPPRESSED, numbers.NOT_APPLICABLE, numbers.NOT_REPORTED)


#: Seconds a browser keeps its code: a year.
BROWSER_AGE = 365 * 24 * 3600


class HtmlShell:
    """Serve these files, and write language, style, script and words into the page.

    `names_browsers` says whether each browser is given a code of its own, where nobody signs in.
    """

    def __init__(self, app: ASGIApp, *, names_browsers: bool = False) -> None:
        self.app = app
        self.names_browsers = names_browsers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path in FILES:
            name, kind = FILES[path]
            await Response(_read_file(name), media_type=kind)(scope, receive, send)
        elif scope["method"] == "GET" and "." not in path:
            # NOTE: Streamlit would compress the page; the server in front compresses what we write.
            headers = [(k, v) for k, v in scope["headers"] if k.lower() != b"accept-encoding"]
            extra = self._browser_headers(scope)
            send_page = _rewrite_html(scope, send, extra)
            await self.app({**scope, "headers": headers}, receive, send_page)
        else:
            await self.app(scope, receive, send)

    def _browser_headers(self, scope: Scope) -> Headers:
        """Return the header that gives a browser its code; none when it has one."""
        known = read_random_cookie(HTTPConnection(scope).cookies, BROWSER_COOKIE)
        if known or not self.names_browsers:
            return []
        value = f"{BROWSER_COOKIE}={token_hex(16)}; Path=/; Max-Age={BROWSER_AGE}"
        return [(b"set-cookie", f"{value}; HttpOnly; SameSite=Lax".encode())]


def _rewrite_html(scope: Scope, send: Send, extra: Headers) -> Send:
    """Hold an HTML answer back until it is whole and rewrite it; let everything else through.

    `extra` are headers of the rewritten answer.
    """
    start: Message | None = None
    body = bytearray()

    async def send_rewritten(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            if _is_page(message):
                start = message
            else:
                await send(message)
            return
        if start is None:
            await send(message)
            return
        body.extend(message.get("body", b""))
        if message.get("more_body"):
            return
        page = adapt_page(body.decode(), _requested_language(scope)).encode()
        whole = _with_length(start, len(page))
        await send({**whole, "headers": [*whole["headers"], *extra]})
        await send({"type": "http.response.body", "body": page})

    return send_rewritten


def _is_page(start: Message) -> bool:
    """Does an HTML page follow this start of an answer?"""
    kind: bytes = dict(start["headers"]).get(b"content-type", b"")
    return kind.startswith(b"text/html") and start["status"] == 200


def _with_length(start: Message, length: int) -> Message:
    """Return the start of an answer with another length, and without what named its old content."""
    outdated = (b"content-length", b"etag", b"last-modified")
    headers = [(name, value) for name, value in start["headers"] if name not in outdated]
    headers.append((b"content-length", str(length).encode()))
    return {**start, "headers": headers}


def adapt_page(page: str, language: str) -> str:
    """Return Streamlit's page in `language`, with our style, script and words."""
    script = f'<script type="application/json" id="caunoi-words">{_word_table()}</script>'
    page = page.replace('<html lang="en">', f'<html lang="{language}">', 1)
    return page.replace("</head>", f"{script}{HEAD}</head>", 1)


def _requested_language(scope: Scope) -> str:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return "en" if query.get("lang", [""])[0] == "en" else "vi"


@cache
def _word_table() -> str:
    """Return Streamlit's English words with ours, the formats and both themes' colours as JSON."""
    english, vietnamese = load_sentences("en"), load_sentences("vi")
    words: dict[str, str] = {}
    shapes: list[list[str]] = []
    for key, sentence in english.items():
        if key.startswith("framework.shape."):
            shapes.append([str(sentence), str(vietnamese[key])])
        elif key.startswith("framework."):
            words[str(sentence)] = str(vietnamese[key])
    table = {
        "words": words,
        "shapes": shapes,
        "light": palette.COLOURS["light"],
        "dark": palette.COLOURS["dark"],
        "formats": {language: _formats(language) for language in LANGUAGES},
        "nothings": NOTHINGS,
        "left": {"vi": vietnamese["take.paper_left"], "en": english["take.paper_left"]},
    }
    return json.dumps(table, ensure_ascii=False).replace("<", "\\u003c")


def _formats(language: Language) -> dict[str, object]:
    """Return how one language writes figures, periods and months."""
    sentences = load_sentences(language)
    formats: dict[str, object] = {key.rpartition(".")[2]: sentences[key] for key in FORMATS}
    formats["months"] = [sentences[f"month.m{n}"] for n in range(1, 13)]
    return formats


@cache
def _read_file(name: str) -> bytes:
    return (HERE / name).read_bytes()
