"""A comments part in, the whole text of each comment by its cell out; threaded comments too."""

from pipelines.intake.xml_walk import walk


def comments(data: bytes) -> dict[str, str]:
    """Address → text; several comments of one cell are joined by a line break."""
    found: dict[str, str] = {}
    where, held = "", False
    texts: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal where, held
        if tag in ("comment", "threadedComment"):
            where = attributes.get("ref", "")
            texts.clear()
        held = tag in ("t", "text")

    def end(tag: str) -> None:
        nonlocal held
        held = False
        if tag in ("comment", "threadedComment"):
            text = "".join(texts)
            found[where] = f"{found[where]}\n{text}" if where in found else text

    def text(data: str) -> None:
        if held:
            texts.append(data)

    walk(data, start, end, text)
    return found
