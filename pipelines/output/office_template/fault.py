"""Why a Word template is refused, and where in it; the catalogue has the sentence of each code."""

#: So much of a paragraph is quoted in a sentence.
QUOTED = 120


class TemplateFault(Exception):
    """Ends the inspection or rendering of a template; `part` is the name of a part of the file."""

    def __init__(self, code: str, part: str = "", text: str = "", **values: str | int) -> None:
        super().__init__(code)
        self.code, self.part = code, part
        printable = "".join(c if c.isprintable() else " " for c in text)
        quoted = " ".join(printable.split())
        self.text = quoted if len(quoted) <= QUOTED else f"{quoted[:QUOTED]}…"
        self.values = values

    @property
    def placed(self) -> dict[str, str | int]:
        """Return the values of the sentence."""
        return {"part": self.part, "text": self.text, **self.values}
