"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const language = byId("language");

  function speak(lang) {
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-Hans" : "en";
    for (const item of document.querySelectorAll("[data-zh]")) {
      const text = item.dataset[lang];
      if (item.matches("svg,nav")) item.setAttribute("aria-label", text);
      else item.textContent = text;
    }
    language.lang = lang === "zh" ? "en" : "zh";
  }
  language.addEventListener("click", () => speak(root.dataset.lang === "zh" ? "en" : "zh"));
  byId("print").addEventListener("click", () => window.print());

  // What is folded on the screen is unfolded on paper.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const item of folded) item.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const item of folded) item.open = false;
  });

  const table = byId("pairs");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const texts = JSON.parse(byId("texts").textContent);
  const whys = JSON.parse(byId("whys").textContent);
  const search = byId("search");
  const classOf = byId("class");
  const origin = byId("origin");
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const haystack = new Map(rows.map((row) => [row, fold([...row.cells].slice(0, -1).map((cell) => cell.textContent).join(" "))]));

  function close(row) {
    const button = row.querySelector(".why");
    if (button.getAttribute("aria-expanded") === "true") {
      row.nextElementSibling.remove();
      button.setAttribute("aria-expanded", "false");
    }
  }

  function filter() {
    const wanted = fold(search.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const text = haystack.get(row);
      const fits =
        wanted.every((word) => text.includes(word)) &&
        (!classOf || !classOf.value || row.dataset.class === classOf.value) &&
        (!origin.value || row.dataset.origin === origin.value);
      if (!fits) close(row);
      row.hidden = !fits;
      if (fits) count += 1;
    }
    byId("shown").firstElementChild.textContent = String(count);
  }
  for (const control of [search, classOf, origin]) if (control) control.addEventListener("input", filter);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());

  const collator = new Intl.Collator("zh-Hans", { numeric: true });
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = head.querySelector("button");
    if (!button) return;
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of heads) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      rows.forEach(close);
      const seen = (row) => row.cells[column].querySelector("." + root.dataset.lang) || row.cells[column];
      const key = button.dataset.kind === "number" ? (row) => Number(row.cells[column].dataset.key) : (row) => seen(row).textContent;
      const keyed = rows.map((row) => [key(row), row]);
      keyed.sort(([a], [b]) => (typeof a === "number" ? a - b : collator.compare(a, b)) * (up ? 1 : -1));
      body.append(...keyed.map(([, row]) => row));
      rows.splice(0, rows.length, ...keyed.map(([, row]) => row));
    });
  });

  function bilingual(parent, pair) {
    ["zh", "en"].forEach((lang, at) => {
      const span = document.createElement("span");
      span.className = lang;
      span.lang = lang;
      span.textContent = pair[at];
      parent.append(span);
    });
  }
  body.addEventListener("click", (event) => {
    const button = event.target.closest(".why");
    if (!button) return;
    const row = button.closest("tr");
    if (button.getAttribute("aria-expanded") === "true") {
      close(row);
      return;
    }
    const answer = document.createElement("tr");
    answer.className = "open";
    const cell = answer.insertCell();
    cell.colSpan = row.cells.length;
    const list = document.createElement("ul");
    for (const at of whys[Number(row.dataset.why)]) {
      const item = document.createElement("li");
      bilingual(item, texts[at]);
      list.append(item);
    }
    cell.append(list);
    row.after(answer);
    button.setAttribute("aria-expanded", "true");
  });
})();
