// Paper: A4 landscape and light whatever the theme. The form for paper is laid out as wide as a sheet is at the scale of
// paper.css; the page on the screen keeps its width and is made smaller as a whole, its charts repainted for white.

const told = JSON.parse(document.getElementById("caunoi-words").textContent);
const asked = new URLSearchParams(location.search).get("print");
const root = document.documentElement;
const style = document.getElementById("caunoi-paper");
/** Pixels of a sheet between its margins, and the least size of the page on it. */
const SHEET = { wide: 1047, tall: 705 };
const LEAST = 0.72;
/** Pixels between rows, and how much of its size a row must keep to be squeezed under the one before. */
const GAP = 14, NEARLY = 0.8;
/** Between two sizes of the page that are tried. */
const STEP = 0.02;

const hexes = new Map(told.dark.map((hex, i) => [hex.toLowerCase(), told.light[i]]));
const rgb = (hex) => `rgb(${[1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(", ")})`;
const pairs = new Map([...hexes].flatMap(([dark, light]) => [[dark, light], [rgb(dark), rgb(light)]]));
let painted = [];

/** What stands to the right in a table: a number with its unit, or a sign of nothing. */
const NUMBER = /^[−+<>]?[\d.,]+(\s?([%–·/]|of |trên ).*)?$|^–$|^n\/a$|^\*$/;

/** Tables that stand alone go on over the sheets, and rows of columns with a table longer than one; all else stays whole. */
const TABLE = '[data-testid="stTable"], table.written';
const goesOn = (row) => row.querySelector(TABLE) && (row.classList.contains("loose") || !row.querySelector('[data-testid="stColumn"]'));
/** What heads the next row stands on its sheet: paper.css keeps them together. */
const heads = (row) => row.matches('[data-testid="stElementContainer"]') && row.querySelector("p, h1, h3");

/** A grid draws what is in sight; card.py hands every row over as words, in an element that nobody sees. */
function writeOut() {
  for (const given of document.querySelectorAll(".paper-rows")) {
    const place = given.closest('[data-testid="stElementContainer"]');
    if (place.classList.contains("as-written") || given.closest('[data-testid="stPopoverBody"]')) continue;
    const [names, ...rows] = JSON.parse(given.textContent);
    const table = Object.assign(document.createElement("table"), { className: "written" });
    const head = table.createTHead().insertRow(), body = table.createTBody();
    for (const [at, words] of names.entries()) {
      const cell = head.appendChild(document.createElement("th"));
      cell.textContent = words;
      if (NUMBER.test(rows[0]?.[at] ?? "")) cell.style.textAlign = "right";
    }
    for (const row of rows) {
      const line = body.insertRow();
      for (const words of row) {
        const cell = line.insertCell();
        cell.textContent = words;
        if (NUMBER.test(words)) cell.style.textAlign = "right";
      }
    }
    const grid = place.previousElementSibling;
    if (grid?.querySelector('[data-testid="stDataFrame"]')) grid.classList.add("as-written");
    place.classList.add("as-written"), place.after(table);
    if (Number(given.dataset.left)) table.after(leftOut(Number(given.dataset.left)));
  }
}

function leftOut(count) {
  const language = root.lang === "en" ? "en" : "vi";
  const words = told.left[language].replace("{n}", new Intl.NumberFormat(language).format(count));
  return Object.assign(document.createElement("p"), { className: "left-out", textContent: words });
}

/** How the rows fall on sheets of so many pixels: how many sheets, and how much smaller each row gets. */
function paginate(rows, tall) {
  const sizes = [];
  let sheets = 1, down = 0, heading = 0;
  for (const { high, goes, head } of rows) {
    const left = tall - down - heading;
    let size = 1, all = heading + high + GAP;
    if (head) {
      heading = all;
    } else if (goes) {
      (sheets += Math.floor((down + all) / tall)), (down = (down + all) % tall), (heading = 0);
    } else {
      if (high > left && left / high >= NEARLY) size = (left / high) * 0.98;
      else if (high > left) (sheets += 1), (down = 0), (size = Math.min(1, (tall - heading) / high));
      (down = Math.min(tall, down + heading + high * size + GAP)), (heading = 0);
    }
    sizes.push(size);
  }
  return { sheets, sizes };
}

/** As wide as the sheet, and as small as the fewest sheets need; a row that nearly fits below gets smaller. */
function measure() {
  const main = document.querySelector('[data-testid="stMainBlockContainer"]');
  if (!main) return;
  const { paddingLeft, paddingRight } = getComputedStyle(main);
  const inside = main.offsetWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  root.style.setProperty("--screen", `${inside}px`);
  root.style.setProperty("--paper", "1");
  root.classList.add("paper");
  const rows = [...main.querySelectorAll(':scope > [data-testid="stVerticalBlock"] > *')].filter((row) => row.innerText?.trim());
  for (const row of rows) if ([...row.querySelectorAll(TABLE)].some((table) => table.offsetHeight > SHEET.tall)) row.classList.add("loose");
  const seen = rows.filter((row) => row.offsetHeight);
  const told = seen.map((row) => ({ high: row.offsetHeight, goes: goesOn(row), head: heads(row) }));
  const tallest = Math.max(1, ...told.filter(({ goes }) => !goes).map(({ high }) => high));
  let scale = asked ? LEAST : Math.min(1, SHEET.wide / inside, Math.max(LEAST, SHEET.tall / tallest));
  let fallen = paginate(told, SHEET.tall / scale);
  for (let less = scale - STEP; less >= LEAST; less -= STEP) {
    const fewer = paginate(told, SHEET.tall / less);
    if (fewer.sheets < fallen.sheets) (fallen = fewer), (scale = less);
  }
  root.style.setProperty("--paper", `${scale}`);
  for (const [at, row] of seen.entries()) if (fallen.sizes[at] < 1) row.style.zoom = fallen.sizes[at];
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
  if (!asked) {
    for (const made of document.querySelectorAll("table.written, p.left-out")) made.remove();
    for (const place of document.querySelectorAll(".as-written")) place.classList.remove("as-written");
  }
  for (const [mark, name, before, styled] of painted) styled ? (mark.style[name] = before) : mark.setAttribute(name, before);
  painted = [];
  root.classList.remove("on-white");
  if (!asked) root.classList.remove("paper"), (style.media = "not all");
  for (const row of document.querySelectorAll('[data-testid="stVerticalBlock"] > *')) row.style.zoom = "";
  for (const row of document.querySelectorAll(".loose")) row.classList.remove("loose");
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
  writeOut();
  aligned();
  window.print();
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("a[href]")?.getAttribute("href") !== "#print") return;
  event.preventDefault(), event.stopPropagation(), onPaper();
}, true);
window.addEventListener("beforeprint", () => ((style.media = "all"), writeOut(), measure(), lighten()));
window.addEventListener("afterprint", restore);
if (asked) (style.media = "all"), root.classList.add("paper", "sheet"), printed();
