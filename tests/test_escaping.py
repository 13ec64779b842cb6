"""Text from outside is escaped wherever it goes: to the terminal and into Markdown."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = sorted(ROOT.glob("pipelines/cli/*.py"))
PAGES = sorted(ROOT.glob("dashboard/**/*.py"))
#: Streamlit's calls whose first word is Markdown.
READ_AS_MARKDOWN = {
    *(
        "markdown",
        "caption",
        "title",
        "header",
        "subheader",
        "error",
        "warning",
        "info",
        "success",
        "toast",
        "button",
    ),
    *(
        "download_button",
        "form_submit_button",
        "expander",
        "popover",
        "metric",
        "checkbox",
        "toggle",
        "radio",
        "write",
    ),
    *(
        "selectbox",
        "multiselect",
        "segmented_control",
        "text_input",
        "date_input",
        "file_uploader",
        "menu_button",
    ),
}
#: What gives Markdown in which everything from outside is escaped.
ESCAPES = {
    "escape_markdown",
    "quote_markdown",
    "keep_together",
    "grey_text",
    "translate_markdown",
    "markdown",
    "split_label",
}
#: Handed on as they came, to functions that are looked at themselves; sentences of the catalogue
#: without words of data.
GIVEN = {
    # A manual is delivered with the product.
    ("manual_reader.py", "piece"),
    ("access.py", "label"),
    ("filters.py", "label"),
    ("what_changed.py", "sentence"),
    ("filters.py", "name"),
    ("export_menu.py", "links"),
}


def calls(path: Path) -> Iterator[tuple[ast.Call, dict[str, list[ast.expr]]]]:
    """Every call, with what the names of its module are made of."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    made: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                several = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                pairs = (
                    zip(target.elts, node.value.elts, strict=True)
                    if several
                    else [(target, node.value)]
                )
                for name, value in pairs:
                    if isinstance(name, ast.Name):
                        made.setdefault(name.id, []).append(value)
    yield from ((node, made) for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_escaped(node: ast.expr, made: dict[str, list[ast.expr]], file: str) -> bool:
    """Our own words, or words from outside that have been escaped."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.JoinedStr):
        return all(is_escaped(v, made, file) for v in node.values)
    if isinstance(node, ast.FormattedValue):
        return is_escaped(node.value, made, file)
    if isinstance(node, ast.Name):
        return (file, node.id) in GIVEN or all(
            is_escaped(v, made, file) for v in made.get(node.id, [ast.Pass()])
        )
    if isinstance(node, ast.Call):
        if called(node) == "join":
            return is_escaped(node.args[0], made, file)
        if called(node) == "translate":
            return all(is_escaped(keyword.value, made, file) for keyword in node.keywords)
        return called(node) in ESCAPES
    return False


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_hand_out_no_words_from_outside_as_markdown(path: Path) -> None:
    for node, made in calls(path):
        if (
            called(node) in READ_AS_MARKDOWN
            and getattr(getattr(node.func, "value", None), "id", "") == "st"
        ):
            words = [
                *node.args[:1],
                *(k.value for k in node.keywords if k.arg in ("label", "help", "body")),
            ]
            for word in words:
                assert is_escaped(word, made, path.name), (
                    f"{path.name}:{node.lineno}: {ast.unparse(word)}"
                )


@pytest.mark.parametrize(
    "path", [p for p in COMMANDS if p.name != "printer.py"], ids=lambda path: path.stem
)
def test_commands_print_through_the_printer_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    imported = {line.strip() for line in text.splitlines() if "rich" in line and "import" in line}
    # The progress bar draws no texts from outside; rich_utils holds the heads of the help.
    assert imported <= {"from rich.progress import Progress", "from typer import rich_utils"}
    printing = [
        node.lineno for node, _ in calls(path) if called(node) in ("print", "echo", "secho")
    ]
    assert printing == [] and "sys.std" not in text


def test_tables_of_markdown_are_escaped() -> None:
    for path in PAGES:
        for node, _ in calls(path):
            if (
                called(node) == "table"
                and getattr(getattr(node.func, "value", None), "id", "") == "st"
            ):
                given = ast.unparse(node.args[0])
                assert "as_markdown(" in given or (path.name, given) == ("card.py", "table"), path
