// Paper: A4 landscape and light whatever the theme. The form for paper is laid out as wide as a sheet is at the scale of
// page.css; the page on the screen keeps its width and is made smaller as a whole, its charts repainted for white.

const told = JSON.parse(document.getElementById("caunoi-words").textContent);
const asked = new URLSearchParams(location.search).get("print");
const root = document.documentElement;
/** Pixels of a sheet between its margins, and the least size of the page on it. */
const SHEET = { wide: 1047, tall: 705 };
const LEAST = 0.72;
/** Pixels between rows, and how much of its size a row must keep to be squeezed under the one before. */
const GAP = 14, NEARLY = 0.8;

const hexes = new Map(told.dark.map((hex, i) => [hex.toLowerCase(), told.light[i]]));
const rgb = (hex) => `rgb(${[1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(", ")})`;
const pairs = new Map([...hexes].flatMap(([dark, light]) => [[dark, light], [rgb(dark), rgb(light)]]));
let painted = [];

/** What stands to the right in a table: a number with its unit, or a sign of nothing. */
const NUMBER = /^[−+<>]?[\d.,]+(\s?([%–·/]|of |trên ).*)?$|^–$|^n\/a$|^\*$/;

/** Tables that stand alone go on over the sheets; everything else stays whole. */
const goesOn = (row) => row.querySelector('[data-testid="stTable"], table.written') && !row.querySelector('[data-testid="stColumn"]');

/** Tables are pictures on the screen; inside each its cells stand as words, for who does not see: those are printed. */
function writeOut() {
  for (const frame of document.querySelectorAll('[data-testid="stDataFrame"]')) {
    const cells = [...(frame.querySelector("canvas table")?.rows ?? [])].map((row) => [...row.cells].map((c) => c.textContent.trim()));
    const place = frame.closest('[data-testid="stElementContainer"]');
    if (cells.length < 2 || !place) continue;
    const from = cells.every((row) => !row[0]) ? 1 : 0;
    const table = Object.assign(document.createElement("table"), { className: "written" });
    for (const [at, row] of cells.entries())
      for (const words of row.slice(from)) {
        const line = table.rows[at] ?? table.insertRow(), cell = line.appendChild(document.createElement(at ? "td" : "th"));
        cell.textContent = words;
        if (NUMBER.test(words)) cell.style.textAlign = "right";
      }
    place.classList.add("as-written"), place.after(table);
  }
}

/** As wide as the sheet, but never so large that a row is taller than it; a row that nearly fits below gets smaller. */
function measure() {
  const main = document.querySelector('[data-testid="stMainBlockContainer"]');
  if (!main) return;
  const { paddingLeft, paddingRight } = getComputedStyle(main);
  const inside = main.offsetWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  root.style.setProperty("--screen", `${inside}px`);
  root.classList.add("paper");
  const rows = [...main.querySelectorAll(':scope > [data-testid="stVerticalBlock"] > *')].filter((row) => row.innerText?.trim());
  const tallest = Math.max(1, ...rows.filter((row) => !goesOn(row)).map((row) => row.offsetHeight));
  const scale = asked ? LEAST : Math.min(1, SHEET.wide / inside, Math.max(LEAST, SHEET.tall / tallest));
  root.style.setProperty("--paper", `${scale}`);
  const tall = SHEET.tall / scale;
  let down = 0;
  for (const row of rows.filter((row) => row.offsetHeight)) {
    const high = row.offsetHeight, left = tall - down;
    if (goesOn(row)) down = (down + high + GAP) % tall;
    else if (high <= left) down += high + GAP;
    else if (left / high >= NEARLY) (row.style.zoom = (left / high) * 0.98), (down = tall);
    else (row.style.zoom = Math.min(1, tall / high)), (down = high + GAP);
  }
}

function lighten() {
  const page = document.querySelector(".stApp");
  if (!page || getComputedStyle(page).colorScheme !== "dark") return;
  root.classList.add("on-white");
  for (const mark of document.querySelectorAll(".js-plotly-plot svg *, [data-testid='stMetricChart'] svg *"))
    for (const name of ["fill", "stroke"]) {
      const styled = mark.style[name] !== "";
      const before = styled ? mark.style[name] : mark.getAttribute(name);
      const after = pairs.get(before?.toLowerCase());
      if (!after) continue;
      painted.push([mark, name, before, styled]);
      styled ? (mark.style[name] = after) : mark.setAttribute(name, after);
    }
}

function restore() {
  for (const table of document.querySelectorAll("table.written")) table.remove();
  for (const place of document.querySelectorAll(".as-written")) place.classList.remove("as-written");
  for (const [mark, name, before, styled] of painted) styled ? (mark.style[name] = before) : mark.setAttribute(name, before);
  painted = [];
  root.classList.remove("on-white");
  if (!asked) root.classList.remove("paper");
  for (const row of document.querySelectorAll('[data-testid="stVerticalBlock"] > *')) row.style.zoom = "";
}

/** Numbers stand to the right in the tables of the form for paper. */
function aligned() {
  for (const cell of document.querySelectorAll("td")) if (NUMBER.test(cell.innerText.trim())) cell.style.textAlign = "right";
}

function onPaper() {
  const here = new URL(location.href);
  here.searchParams.set("embed", "true");
  here.searchParams.set("embed_options", "light_theme");
  here.searchParams.set("print", "1");
  window.open(here, "_blank", "noopener");
}

async function printed() {
  const ready = () => document.querySelector('[data-test-script-state="notRunning"] h1') && !document.querySelector('[data-testid="stSkeleton"]');
  while (!ready()) await new Promise((r) => setTimeout(r, 200));
  await new Promise((r) => setTimeout(r, 1500));
  aligned();
  window.print();
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("a[href]")?.getAttribute("href") !== "#print") return;
  event.preventDefault(), event.stopPropagation(), onPaper();
}, true);
window.addEventListener("beforeprint", () => (writeOut(), measure(), lighten()));
window.addEventListener("afterprint", restore);
if (asked) root.classList.add("paper", "sheet"), printed();
