// The order of a table's cells. The data grid sorts texts by the language of the browser; here they are compared as the page
// writes them: figures, periods and days by their value, names in Vietnamese order, the signs of nothing apart at the low end.
// A cell stays text for that: what is read aloud, copied, searched and printed is what stands on the screen.

const { formats, nothings } = JSON.parse(document.getElementById("caunoi-words").textContent);
const names = new Intl.Collator("vi", { numeric: true });
const browsersOrder = String.prototype.localeCompare;

/** What may stand in the braces of a sentence. */
const YEAR = "(?:19|20)\\d{2}", ROMAN = ["I", "II", "III", "IV"];
const SLOTS = { roman: "IV|III|II|I", number: "[1-4]", year: `${YEAR}|\\d{2}`, text: YEAR };
const DIGITS = { vi: ["\\.", ","], en: [",", "\\."] };
const MILLION = 1e6, BILLION = 1e9, PERCENT = 100;

const day = (year, month = 0, date = 0) => (year < 100 ? 2000 + +year : +year) * 10000 + month * 100 + +date;

/** A sentence of the catalogue as a regular expression; its braces become groups of the same name. */
function pattern(sentence, slots) {
  const fixed = sentence.replace(/[.*+?^$()|[\]\\/]/g, "\\$&").replaceAll(" ", "\\s");
  return fixed.replace(/\{(\w+)\}/g, (_, name) => `(?<${name}>${slots[name]})`);
}

/** Reads a number as a language writes it: 1.244 and 44,0 in Vietnamese, 1,244 and 44.0 in English. */
function numbersOf(language) {
  const [thousands, decimals] = DIGITS[language];
  const source = `(?:(?<![\\d\\p{L}])[+−-])?(?:\\d{1,3}(?:${thousands}\\d{3})+(?!\\d)|\\d+)(?:${decimals}\\d+)?`;
  const [apart, point] = [new RegExp(thousands, "g"), new RegExp(decimals)];
  const read = (text) => Number(text.replace(apart, "").replace(point, ".").replace("−", "-"));
  return { source, read };
}

/** Pairs of an expression and the value of what it finds, the most particular first. */
function readersOf(language) {
  const { source, read } = numbersOf(language), said = formats[language];
  const months = said.months.map((name) => name.toLowerCase()), month = (name) => months.indexOf(name.toLowerCase()) + 1;
  const named = `(?<month>${said.months.join("|")})\\s(?<year>${YEAR})`;
  const slots = { ...SLOTS, n: source, part: source, whole: source };
  const quarter = ({ roman, number, year }) => day(year, 3 * (number ?? ROMAN.indexOf(roman.toUpperCase()) + 1) - 2);
  const times = (scale) => ({ n }) => read(n) * scale;
  const share = (scale) => ({ part, whole }) => (read(part) / read(whole)) * scale;
  const found = [
    [`(?<date>\\d{1,2})/(?<month>\\d{1,2})/(?<year>${YEAR})`, ({ date, month, year }) => day(year, month, date)],
    // NOTE: of two days in one year only the last says it: 01/01–31/03/2018.
    [`(?<date>\\d{1,2})/(?<month>\\d{1,2})(?=–\\d{1,2}/\\d{1,2}/(?<year>${YEAR}))`, ({ date, month, year }) => day(year, month, date)],
    [`(?<date>\\d{1,2})\\s${named}`, ({ date, month: name, year }) => day(year, month(name), date)],
    [`(?<month>\\d{1,2})/(?<year>${YEAR})`, ({ month, year }) => day(year, month)],
    [named, ({ month: name, year }) => day(year, month(name))],
    [pattern(said.quarter, slots), quarter],
    [pattern(said.tick, slots), quarter],
    [pattern(said.half1, slots), ({ year }) => day(year, 1)],
    [pattern(said.half2, slots), ({ year }) => day(year, 7)],
    [`${pattern(said.year, slots)}(?![\\d.,]*\\d)`, ({ text }) => day(text)],
    [`(?<text>${YEAR})(?![\\d.,]*\\d)`, ({ text }) => day(text)],
    [pattern(said.of, slots), share(PERCENT)],
    [`(?<part>${source})\\s?/\\s?(?<whole>${source})`, share(1)],
    [`${pattern(said.million, slots)}(?!\\p{L})`, times(MILLION)],
    [`${pattern(said.billion, slots)}(?!\\p{L})`, times(BILLION)],
    [pattern(said.million_dong, slots), times(MILLION)],
    [pattern(said.billion_dong, slots), times(BILLION)],
    [`(?<n>${source})`, times(1)],
    [`${pattern(said.same, slots)}$`, () => 0],
  ];
  return found.map(([expression, value]) => [new RegExp(expression, "iuy"), value]);
}

/** What may stand before a figure and says only how sure it is. */
const qualifierOf = ({ over, about }) => new RegExp(`^(?:${[over, about].map((s) => pattern(s.replace("{n}", ""), {})).join("|")})`, "iu");

const languages = Object.fromEntries(
  Object.entries(formats).map(([name, said]) => [name, { readers: readersOf(name), qualifier: qualifierOf(said), known: new Map() }]),
);

/** The value that begins at a place of a text, and the place after it. */
function readAt(text, place, readers) {
  for (const [expression, value] of readers) {
    expression.lastIndex = place;
    const found = expression.exec(text);
    if (found) return { value: value(found.groups ?? {}), after: expression.lastIndex };
  }
  return null;
}

/** All figures of a text that begins with one; none of any other. */
function figuresOf(text, { readers, qualifier }) {
  const bare = text.trim().replace(qualifier, ""), values = [];
  for (let place = 0; place < bare.length; ) {
    const found = readAt(bare, place, readers);
    if (!found && place === 0) break;
    if (found) values.push(found.value);
    place = found ? Math.max(found.after, place + 1) : place + 1;
  }
  return values;
}

/** 0 for a sign of nothing, 1 for figures, 2 for words; and the figures. */
function rankOf(text, language) {
  const { known } = languages[language];
  if (!known.has(text)) {
    const nothing = nothings.indexOf(text.trim()), figures = figuresOf(text, languages[language]);
    known.set(text, nothing >= 0 ? { kind: 0, figures: [nothing] } : { kind: figures.length ? 1 : 2, figures });
  }
  return known.get(text);
}

/** Negative when cell `a` stands before cell `b`, as `language` writes them. */
export function compareCells(a, b, language) {
  const one = rankOf(a, language), two = rankOf(b, language);
  if (one.kind !== two.kind) return one.kind - two.kind;
  for (let i = 0; i < Math.min(one.figures.length, two.figures.length); i++)
    if (one.figures[i] !== two.figures[i]) return one.figures[i] - two.figures[i];
  return one.figures.length - two.figures.length || names.compare(a, b);
}

// NOTE: the grid offers no comparison of its own and calls this one without a language; who names one is left alone.
String.prototype.localeCompare = function (other, ...language) {
  if (language.length) return browsersOrder.call(this, other, ...language);
  return compareCells(String(this), String(other), document.documentElement.lang === "en" ? "en" : "vi");
};
