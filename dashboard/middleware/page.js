// What Streamlit leaves open: the page's language, its own English words, pictures of charts as files.
// Words come from the texts of the pages, written into the index by __init__.py beside this file; nothing is fetched but a font.

const told = JSON.parse(document.getElementById("caunoi-words").textContent);
const exact = new Map(Object.entries(told.words));
const shapes = told.shapes.map(([from, to]) => [new RegExp(`^${from}$`), to]);
const NAMES = ["aria-label", "title", "placeholder", "alt"];

const language = () => (new URLSearchParams(location.search).get("lang") === "en" ? "en" : "vi");

function vietnamese(text) {
  const bare = text.trim();
  if (!bare || language() === "en") return null;
  if (exact.has(bare)) return text.replace(bare, exact.get(bare));
  for (const [from, to] of shapes) if (from.test(bare)) return text.replace(bare, bare.replace(from, to));
  return null;
}

function reword(root) {
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = root.nodeType === Node.TEXT_NODE ? [root] : [];
  while (walk.nextNode()) texts.push(walk.currentNode);
  for (const node of texts) {
    const found = vietnamese(node.nodeValue);
    if (found !== null && found !== node.nodeValue) node.nodeValue = found;
  }
  if (root.nodeType !== Node.ELEMENT_NODE) return;
  for (const node of [root, ...root.querySelectorAll(NAMES.map((n) => `[${n}]`).join(","))])
    for (const name of NAMES) {
      const found = vietnamese(node.getAttribute?.(name) ?? "");
      if (found !== null && found !== node.getAttribute(name)) node.setAttribute(name, found);
    }
}

// What the framework gets wrong for readers who do not see: layers between list and items; sparklines without words,
// beside the number that says the same; tables wider than the screen that no key can move.
const wide = new ResizeObserver((changes) => {
  for (const { target } of changes)
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
});

// Headings follow each other without a gap: chapters under the page's finding, cards under their chapter or the finding.
function level() {
  let under = 2;
  for (const heading of document.querySelectorAll("[data-testid=stMain] :is(h3, h4)")) {
    if (heading.tagName === "H3") under = 3;
    const found = heading.tagName === "H3" ? "2" : String(under);
    if (heading.getAttribute("aria-level") !== found) heading.setAttribute("role", "heading"), heading.setAttribute("aria-level", found);
  }
}

// Buttons that say the same in every card say which card they belong to.
function tell(button, used) {
  const words = button.innerText.trim().split("\n")[0], card = button.closest('[data-testid="stVerticalBlock"]:has(h4)')?.querySelector("h4");
  const own = `${words}: ${card?.innerText.trim()}`, before = used.get(own) ?? 0;
  const name = before ? `${own} (${before + 1})` : own;
  used.set(own, before + 1);
  if (words && card && button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
}

function mend() {
  // A browser's own translation takes the words out of the framework's hands: figures would stay those of an earlier choice.
  const main = document.querySelector("[data-testid=stMain]");
  if (main && main.getAttribute("translate") !== "no") main.setAttribute("translate", "no");
  level();
  for (const chart of document.querySelectorAll('[data-testid="stPlotlyChart"][aria-label]:not([tabindex])')) chart.tabIndex = 0;
  const used = new Map();
  for (const button of document.querySelectorAll('[class*="st-key-take_"] [data-testid="stPopoverButton"]')) tell(button, used);
  for (const item of document.querySelectorAll('[data-testid="stSidebarNavItems"] li')) {
    const list = item.closest("ul");
    for (let up = item.parentElement; up !== list; up = up.parentElement) up.setAttribute("role", up === item.parentElement ? "list" : "none");
    if (item.parentElement !== list) list.setAttribute("role", "none");
  }
  for (const line of document.querySelectorAll('[data-testid="stMetricChart"]:not([aria-hidden])')) line.setAttribute("aria-hidden", "true");
  for (const table of document.querySelectorAll("[data-testid=stMain] table")) wide.observe(table.parentElement);
  for (const code of document.querySelectorAll("pre")) wide.observe(code);
}

// Who goes by keys stays on the page when what had the focus goes with the click: the new finding is next.
let last = null;
document.addEventListener("focusin", (event) => (last = event.target));
function refocus() {
  if (!last || last.isConnected || document.activeElement !== document.body) return;
  const heading = document.querySelector("[data-testid=stMain] h1");
  last = null;
  if (heading) (heading.tabIndex = -1), heading.focus({ preventScroll: true });
}
setInterval(refocus, 400);

function watch() {
  new MutationObserver((changes) => {
    if (document.documentElement.lang !== language()) document.documentElement.lang = language();
    for (const change of changes)
      if (change.type === "childList") for (const node of change.addedNodes) reword(node);
      else reword(change.target);
    mend();
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: NAMES });
  reword(document.body);
}

// A link survives signing in: the provider leads back to the bare address.

const WAY = "caunoi-way";

function onward() {
  const [address, left] = JSON.parse(sessionStorage.getItem(WAY) ?? '["/", 0]');
  if (location.pathname + location.search !== "/") return;
  sessionStorage.removeItem(WAY);
  // NOTE: with our own name before it: a path that begins with two strokes would be the name of another machine.
  if (address !== "/" && Date.now() - left < 600000) location.replace(location.origin + address);
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.(".st-key-sign_in")) sessionStorage.setItem(WAY, JSON.stringify([location.pathname + location.search, Date.now()]));
}, true);
onward();

// Pictures: the drawn chart with its finding above and its source below, on white whatever the theme.

const text = (node) => (node?.innerText ?? "").trim();
const rgb = (hex) => `rgb(${[1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(", ")})`;
const escaped = (words) => words.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);

function light(markup) {
  const dark = document.querySelector(".stApp") && getComputedStyle(document.querySelector(".stApp")).colorScheme === "dark";
  if (!dark) return markup;
  const pairs = new Map(told.dark.map((hex, i) => [rgb(hex), rgb(told.light[i])]));
  return markup.replace(/rgb\(\d+, \d+, \d+\)/g, (found) => pairs.get(found) ?? found);
}

function lines(words, width, size) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${size}px "Source Sans", sans-serif`;
  const found = [""];
  for (const word of words.split(/\s+/)) {
    const longer = `${found[found.length - 1]} ${word}`.trim();
    if (pen.measureText(longer).width > width) found.push(word);
    else found[found.length - 1] = longer;
  }
  return found;
}

function composed(chart) {
  const card = chart.closest('[data-testid="stVerticalBlock"]:has(h4)');
  const told = [...card.querySelectorAll('[data-testid="stMarkdown"]')].filter((m) => !m.closest('[data-testid="stPopoverBody"]')).map(text);
  const pictures = [...chart.querySelectorAll("svg.main-svg")];
  const { width, height } = pictures[0].getBoundingClientRect();
  const wide = Math.max(width, 360), rows = [];
  let y = 16;
  const write = (words, size, weight, colour) => {
    for (const line of lines(words, wide * 0.96, size)) {
      y += size * 1.35;
      rows.push(`<text x="16" y="${y}" font-size="${size}" font-weight="${weight}" fill="${colour}">${escaped(line)}</text>`);
    }
  };
  write(text(card.querySelector("h4")), 17, 600, "#1C2526");
  write(told[1] ?? "", 13, 400, "#5B6769");
  const top = (y += 12);
  y += height + 4;
  if (told.length > 2) write(told[told.length - 1], 12, 400, "#5B6769");
  const drawn = pictures.map((svg) => {
    const copy = svg.cloneNode(true);
    copy.removeAttribute("style");
    copy.setAttribute("x", 16), copy.setAttribute("y", top);
    return new XMLSerializer().serializeToString(copy);
  });
  const size = `width="${wide + 32}" height="${y + 16}"`;
  const open = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${size} font-family="'Source Sans', 'Source Sans 3', sans-serif">`;
  return { markup: `${open}<!--font--><rect ${size} fill="#FFFFFF"/>${rows.join("")}${light(drawn.join(""))}</svg>`, width: wide + 32, height: y + 16 };
}

async function withFont(markup) {
  const found = [...document.fonts].find((f) => f.family.includes("Source Sans"));
  const link = document.querySelector('link[as="font"]');
  if (!found || !link) return markup;
  const bytes = new Uint8Array(await (await fetch(link.href)).arrayBuffer());
  let packed = "";
  for (let i = 0; i < bytes.length; i += 8192) packed += String.fromCharCode(...bytes.subarray(i, i + 8192));
  const face = `@font-face{font-family:"Source Sans";font-weight:200 900;src:url(data:font/woff2;base64,${btoa(packed)})}`;
  return markup.replace("<!--font-->", `<style>${face}</style>`);
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function picture(kind, name, key) {
  // NOTE: the framework makes a class of a key in this way: a key may hold a whole choice after its name.
  const named = key.replace(/[^a-zA-Z0-9_-]/g, "-");
  const drawn = () => document.querySelector(`[class*="st-key-${named}"] .js-plotly-plot:has(svg.main-svg)`);
  for (let tries = 0; tries < 100 && !drawn(); tries++) await new Promise((r) => setTimeout(r, 100));
  const chart = drawn();
  if (!chart) return;
  const { markup, width, height } = composed(chart);
  const file = `${name}.${kind}`;
  const blob = new Blob([await withFont(markup)], { type: "image/svg+xml" });
  if (kind === "svg") return save(blob, file);
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  await image.decode();
  const paper = Object.assign(document.createElement("canvas"), { width: width * 2, height: height * 2 });
  paper.getContext("2d").drawImage(image, 0, 0, width * 2, height * 2);
  paper.toBlob((png) => save(png, file), "image/png");
}

document.addEventListener("click", (event) => {
  const asked = event.target.closest?.("a[href]")?.getAttribute("href") ?? "";
  const [, kind, name, key] = asked.match(/#picture=(png|svg):([^:]*):(.+)$/) ?? [];
  if (kind) event.preventDefault(), event.stopPropagation(), picture(kind, name, decodeURIComponent(key));
}, true);
watch();
