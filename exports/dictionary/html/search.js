"use strict";
// Every word must stand in the row or in the name of its table, at least one in the row; a table that
// is named by all words, or of which only the description has them, is shown whole. Widths, case and
// the kind of prime do not matter: ｹ’ finds ケ'.
const plain = (text) => text.normalize("NFKC").toLowerCase()
  .replace(/[\u2018\u2019\u2032\uff07]/g, "'").replace(/[\u201d\u2033"]/g, "''");
const field = document.getElementById("q");
const found = document.getElementById("found");
const nothing = document.getElementById("nothing");
const reading = document.getElementById("reading");
const told = (section, ...parts) => plain(parts.map((part) =>
  section.querySelector(`.about ${part}`)?.textContent ?? "").join(" "));
const sections = [...document.querySelectorAll("section.table")].map((element) => ({
  element,
  name: told(element, "h3", ".names"),
  about: told(element, "h3", ".names", ".meaning"),
  link: document.querySelector(`nav a[href="#${element.id}"]`).parentElement,
  rows: [...element.querySelectorAll("tbody tr")].map((row) => ({ row, text: plain(row.textContent) })),
}));

function search() {
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  let tables = 0;
  let columns = 0;
  for (const { element, name, about, link, rows } of sections) {
    const hit = (text) => words.every((word) => text.includes(word) || name.includes(word))
      && words.some((word) => text.includes(word));
    const hits = rows.filter(({ text }) => hit(text));
    const whole = words.every((word) => name.includes(word))
      || (hits.length === 0 && words.every((word) => about.includes(word)));
    for (const { row } of rows) row.hidden = !whole;
    for (const { row } of hits) row.hidden = false;
    const shown = whole ? rows.length : hits.length;
    element.hidden = shown === 0;
    link.hidden = shown === 0;
    tables += shown > 0;
    columns += shown;
  }
  for (const part of document.querySelectorAll(".part")) {
    part.hidden = !part.querySelector("section:not([hidden]), li:not([hidden])");
  }
  reading.hidden = words.length > 0;
  nothing.hidden = tables > 0;
  found.textContent = words.length ? `${tables}表の${columns}行が見つかりました` : "";
  highlight(words);
}

function highlight(words) {
  if (!("highlights" in CSS)) return;
  const ranges = [];
  for (const { rows } of words.length ? sections : []) {
    for (const { row } of rows.filter(({ row }) => !row.hidden)) {
      const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) ranges.push(...places(texts.currentNode, words));
    }
  }
  CSS.highlights.set("found", new Highlight(...ranges));
}

function places(node, words) {
  const text = plain(node.data);
  if (text.length !== node.data.length) return [];
  return words.flatMap((word) => {
    const ranges = [];
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + word.length);
      ranges.push(range);
    }
    return ranges;
  });
}

field.addEventListener("input", search);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== field) {
    event.preventDefault();
    field.focus();
  } else if (event.key === "Escape" && document.activeElement === field) {
    field.value = "";
    search();
  }
});
// On a narrow screen the contents would fill the first page.
if (matchMedia("(max-width: 62rem)").matches) document.querySelector("nav details").open = false;
search();
