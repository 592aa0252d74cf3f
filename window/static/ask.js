// 照会: names are offered while one writes, tables are sorted and filtered, figures drawn as bars.
"use strict";
const made = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

// The dictionary beside the editor, and the names it offers.
const editor = document.querySelector(".editor");
if (editor) fetch(editor.dataset.words).then((answer) => answer.text()).then((text) => {
  const tables = new DOMParser().parseFromString(text, "text/html").getElementById("tables");
  if (tables) besideEditor(editor, document.adoptNode(tables));
});

function besideEditor(place, tables) {
  const area = place.querySelector("textarea");
  const words = new Map();
  for (const each of tables.querySelectorAll("[data-word]")) {
    for (const [word, also] of [[each.dataset.word, each.dataset.also], [each.dataset.also, each.dataset.word]]) {
      if (word && !words.has(word)) words.set(word, also ?? "");
    }
  }
  const find = made("input", { type: "search", id: "find-word" });
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    for (const table of tables.querySelectorAll("details")) {
      table.hidden = !table.textContent.toLowerCase().includes(wanted);
    }
  });
  for (const term of tables.querySelectorAll("dt")) {
    const button = made("button", { type: "button", className: "plain" }, ...term.childNodes);
    button.addEventListener("click", () => insert(area, area.selectionStart, term.dataset.word));
    term.append(button);
  }
  place.append(made("section", { className: "beside", ariaLabel: "表と列の辞書", tabIndex: 0 },
    made("p", {}, made("label", { htmlFor: find.id }, "表と列を探す"), find), tables));
  place.classList.add("is-wide");
  offer(area, words);
}

function insert(area, from, word) {
  area.setRangeText(/^[\p{L}\p{N}_]+$/u.test(word) ? word : `"${word}"`, from, area.selectionStart, "end");
  area.focus();
}

function offer(area, words) {
  const list = made("ul", { className: "words", id: "words", role: "listbox", ariaLabel: "名前の候補", hidden: true });
  const told = made("p", { className: "note", role: "status" }, "");
  area.after(list, told);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let chosen = -1;
  const begun = () => /[\p{L}\p{N}_]*$/u.exec(area.value.slice(0, area.selectionStart))[0];
  const close = () => { list.hidden = true; chosen = -1; area.removeAttribute("aria-activedescendant"); told.textContent = ""; };
  const choose = (nth) => {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = (nth + list.children.length) % list.children.length;
    const option = list.children[chosen];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", option.id);
  };
  const take = (option) => { insert(area, area.selectionStart - begun().length, option.dataset.word); close(); };
  const look = (least) => {
    const start = begun(), wanted = start.toLowerCase();
    close();
    if (start.length < least) return;
    const found = [...words].filter(([word]) => word.toLowerCase().includes(wanted) && word !== start)
      .sort(([one], [other]) => other.toLowerCase().startsWith(wanted) - one.toLowerCase().startsWith(wanted)).slice(0, 30);
    list.replaceChildren(...found.map(([word, also], nth) => {
      const option = made("li", { id: `word-${nth}`, role: "option" }, made("span", {}, word), made("span", {}, also));
      option.setAttribute("aria-selected", "false");
      option.dataset.word = word;
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(option); });
      return option;
    }));
    list.hidden = !found.length;
    told.textContent = found.length ? `候補${found.length}件(↓で選び、Enterで入れる。Escで閉じる)` : "";
  };
  area.addEventListener("input", (event) => { if (!event.isComposing) look(1); });
  area.addEventListener("compositionend", () => look(1));
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === " " && event.ctrlKey) { event.preventDefault(); look(0); return; }
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
    else if (event.key === "ArrowUp" && chosen >= 0) { event.preventDefault(); choose(chosen - 1); }
    else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); take(list.children[chosen]); }
    else if (event.key === "Escape") { event.preventDefault(); close(); }
  });
}

// The table of the answer.
const table = document.getElementById("result");
if (table) { sortable(table); filterable(table); drawable(table); }

function valueOf(row, nth) {
  const cell = row.cells[nth];
  return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
}

function sortable(of) {
  const headings = [...of.tHead.rows[0].cells], body = of.tBodies[0];
  headings.forEach((heading, nth) => {
    const button = made("button", { type: "button" }, ...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const way = heading.ariaSort === "ascending" ? -1 : 1;
      for (const each of headings) each.removeAttribute("aria-sort");
      heading.ariaSort = way === 1 ? "ascending" : "descending";
      const empty = (value) => value === "—";
      body.append(...[...body.rows].map((row) => [valueOf(row, nth), row]).sort(([one], [other]) =>
        empty(one) - empty(other) || way * (typeof one === "number" && typeof other === "number"
          ? one - other : String(one).localeCompare(String(other), "ja"))).map(([, row]) => row));
    });
  });
}

function filterable(of) {
  const rows = [...of.tBodies[0].rows];
  const input = made("input", { type: "search", id: "filter" });
  const told = made("p", { className: "note", role: "status" }, "");
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase().split(/\s+/);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !wanted.every((word) => text.includes(word));
    }
    told.textContent = `${rows.filter((row) => !row.hidden).length}行を表示`;
  });
  of.parentElement.before(made("div", { className: "narrow" },
    made("label", { htmlFor: input.id }, "示している行から探す"), input, told));
}

function drawable(of) {
  const headings = [...of.tHead.rows[0].cells];
  const numbers = headings.map((heading, nth) => nth).filter((nth) => headings[nth].classList.contains("number"));
  const names = headings.map((heading, nth) => nth).filter((nth) => !numbers.includes(nth));
  if (!numbers.length) return;
  const select = (id, places) => made("select", { id },
    ...places.map((nth) => made("option", { value: nth }, headings[nth].textContent)));
  const figure = select("bar-figure", numbers), name = select("bar-name", [...names, ...numbers]);
  const rows = [...of.tBodies[0].rows], most = (places, size) => places.reduce((one, other) => (size(other) > size(one) ? other : one));
  figure.value = most(numbers, (nth) => Math.max(...rows.map((row) => Math.abs(valueOf(row, nth)) || 0)));
  if (names.length) name.value = most(names, (nth) => new Set(rows.map((row) => valueOf(row, nth))).size + nth / 1000);
  const drawn = made("div");
  const draw = () => drawn.replaceChildren(bars(of, Number(name.value), Number(figure.value)));
  const box = made("details", { className: "keep" }, made("summary", {}, "グラフで見る"),
    made("div", { className: "fields" },
      made("p", {}, made("label", { htmlFor: name.id }, "並べるもの"), name),
      made("p", {}, made("label", { htmlFor: figure.id }, "棒の長さ"), figure)), drawn);
  for (const each of [box, name, figure]) each.addEventListener(each === box ? "toggle" : "change", draw);
  of.parentElement.after(box);
}

function bars(of, name, figure) {
  const most = 40, line = 26, space = "http://www.w3.org/2000/svg";
  const rows = [...of.tBodies[0].rows].filter((row) => !row.hidden && typeof valueOf(row, figure) === "number").slice(0, most);
  const values = rows.map((row) => valueOf(row, figure));
  const low = Math.min(0, ...values), high = Math.max(0, ...values), wide = 380 / (high - low || 1);
  const put = (kind, attributes, text = "") => {
    const element = document.createElementNS(space, kind);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  };
  const svg = put("svg", { viewBox: `0 0 800 ${rows.length * line + 4}`, role: "img", class: "bars" });
  const title = `${of.tHead.rows[0].cells[figure].textContent}の棒グラフ。値は表と同じです。はじめの${rows.length}行。`;
  svg.append(put("title", {}, title));
  rows.forEach((row, nth) => {
    const y = nth * line + 4, value = values[nth];
    const from = 210 + (Math.min(0, value) - low) * wide, length = Math.max(1, Math.abs(value) * wide);
    const words = row.cells[name].textContent;
    svg.append(put("text", { x: 200, y: y + 15, "text-anchor": "end" }, words.length > 14 ? `${words.slice(0, 13)}…` : words),
      put("rect", { x: from, y, width: length, height: line - 6 }),
      put("text", { x: 210 + (Math.max(0, value) - low) * wide + 6, y: y + 15 }, row.cells[figure].textContent));
  });
  return svg;
}
