"""The one HTML page the framework serves, made ours: its language, its English words, print and pictures.

page.js, paper.js and page.css stand beside this file; words come from the texts of the pages.
"""

import json
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.present import palette
from pipelines.present.text import sentences

HERE = Path(__file__).parent
#: The files beside the page, by address.
KINDS = {"page.css": "text/css", "page.js": "text/javascript", "paper.js": "text/javascript"}
FILES = {f"/index/{name}": (name, kind) for name, kind in KINDS.items()}
HEAD = (
    '<link rel="stylesheet" href="/index/page.css"><script type="module" src="/index/page.js"></script>'
    '<script type="module" src="/index/paper.js"></script></head>'
)


class Index:
    """Serves these files, and writes language, style, script and words into the page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in FILES:
            name, kind = FILES[scope["path"]]
            await Response(_file(name), media_type=kind)(scope, receive, send)
        elif scope["type"] == "http" and scope["method"] == "GET" and "." not in scope["path"]:
            # NOTE: the framework would pack the page; whoever stands before us packs what we have written.
            bare = [(k, v) for k, v in scope["headers"] if k.lower() != b"accept-encoding"]
            await self.app({**scope, "headers": bare}, receive, _rewriting(scope, send))
        else:
            await self.app(scope, receive, send)


def _rewriting(scope: Scope, send: Send) -> Send:
    """Holds an HTML answer back until it is whole; everything else goes through."""
    held: list[Message] = []
    body = bytearray()

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = dict(message["headers"]).get(b"content-type", b"")
            if kind.startswith(b"text/html") and message["status"] == 200:
                held.append(message)
                return
        elif held:
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                whole = ours(body.decode(), _language(scope)).encode()
                start = held[0]
                kept = [(k, v) for k, v in start["headers"] if k not in (b"content-length", b"etag", b"last-modified")]
                await send({**start, "headers": [*kept, (b"content-length", str(len(whole)).encode())]})
                await send({"type": "http.response.body", "body": whole})
            return
        await send(message)

    return sent


def ours(page: str, language: str) -> str:
    """The framework's page in `language`, with our style, script and words."""
    script = f'<script type="application/json" id="caunoi-words">{_words()}</script>'
    page = page.replace('<html lang="en">', f'<html lang="{language}">', 1)
    return page.replace("</head>", script + HEAD, 1)


def _language(scope: Scope) -> str:
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", ["vi"])
    return "en" if asked[0] == "en" else "vi"


@cache
def _words() -> str:
    """English words of the framework → ours, and the colours of both themes, as JSON."""
    own, other = sentences("en"), sentences("vi")
    keys = [k for k in own if k.startswith("framework.")]
    shapes = [k for k in keys if k.startswith("framework.shape.")]
    words = {str(own[k]): str(other[k]) for k in keys if k not in shapes}
    found = {
        "words": words,
        "shapes": [[str(own[k]), str(other[k])] for k in shapes],
        "light": palette.COLOURS["light"],
        "dark": palette.COLOURS["dark"],
    }
    return json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")


@cache
def _file(name: str) -> bytes:
    return (HERE / name).read_bytes()
