"""Data grids in a real browser: their headers, a click on one, and the cells shown after it."""

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

#: A grid is a picture: what is written into its head is remembered with its place, so that it can
#: be clicked.
REMEMBER_HEADS = """(() => {
  const write = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...more) {
    const { a, d, e, f } = this.getTransform();
    const place = [(a * x + e) / a, (d * y + f) / d];
    (this.canvas.written ??= new Map()).set(text.replace(/^[↑↓] /, ""), place);
    return write.call(this, text, x, y, ...more);
  };
})()"""
#: The heads that can be seen without scrolling sideways, each with the place of its first letter on
#: the screen.
HEADS = """async frame => {
  const head = () => frame.querySelector("canvas:not([data-testid])");
  const heads = () => [...frame.querySelectorAll("canvas th")];
  const named = () => heads().map(e => e.textContent.replace(/^[↑↓] /, ""));
  const drawn = () => named().length && named().every(name => head()?.written?.has(name));
  // A grid in a box that still opens has fewer columns: it must stay as it is for a while.
  const look = () => `${head()?.clientWidth} ${named().join()}`;
  for (let tries = 0, same = 0, last = ""; tries < 600 && same < 20; tries++) {
    same = drawn() && look() === last ? same + 1 : 0;
    last = look();
    await new Promise(requestAnimationFrame);
  }
  const canvas = head(), names = named();
  canvas.scrollIntoView({ block: "center" });
  await new Promise(requestAnimationFrame);
  const box = canvas.getBoundingClientRect();
  return [...(canvas.written ?? [])].map(([name, [x, y]]) => [name, box.x + x + 3, box.y + y])
    .filter(([name, x]) => name && names.includes(name) && x > box.x + 3 && x < box.right - 12);
}"""
#: The cells of the column that is sorted in a direction, as they are read aloud, from the top row
#: down.
SORTED = """async (frame, arrow) => {
  for (let tries = 0; tries < 300; tries++) {
    const table = frame.querySelector("canvas table");
    const rows = [...table.rows].map(r => [...r.cells].map(c => c.textContent));
    const place = rows[0].findIndex(name => name.startsWith(arrow));
    if (place >= 0) return [rows[0][place].slice(2), rows.slice(1).map(r => r[place])];
    await new Promise(requestAnimationFrame);
  }
  return ["", []];
}"""
#: One screen of columns further to the right; false when there is none.
FURTHER = """async frame => {
  const scroller = frame.querySelector(".dvn-scroller"), before = scroller.scrollLeft;
  const canvas = frame.querySelector("canvas:not([data-testid])");
  scroller.scrollLeft += scroller.clientWidth * 0.7;
  if (scroller.scrollLeft === before) return false;
  canvas.written?.clear();
  for (let tries = 0; tries < 300 && !canvas.written?.size; tries++)
    await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return true;
}"""


@dataclass(frozen=True)
class SortedColumn:
    """What one column shows at the top after a first and after a second click on its head."""

    name: str
    up: list[str]
    down: list[str]


def sorted_columns(page: Page, grid: Locator) -> Iterator[SortedColumn]:
    """Clicks every head of a grid twice."""
    clicked: set[str] = set()
    further = True
    while further:
        for name, x, y in grid.evaluate(HEADS):
            if name not in clicked:
                clicked.add(name)
                yield SortedColumn(
                    name, _click(page, grid, x, y, "↑ "), _click(page, grid, x, y, "↓ ")
                )
        further = grid.evaluate(FURTHER)


def _click(page: Page, grid: Locator, x: float, y: float, arrow: str) -> list[str]:
    page.mouse.click(x, y)
    name, cells = grid.evaluate(SORTED, arrow)
    assert name, f"nothing is sorted {arrow}after a click at {x}, {y}"
    return list(cells)
