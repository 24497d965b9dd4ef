"use strict";
// Filters: a row stays when it has all the words.
for (const input of document.querySelectorAll("input[data-filter]")) {
  const rows = Array.from(document.getElementById(input.dataset.filter).tBodies[0].rows);
  const texts = rows.map(row => row.textContent.toLowerCase());
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach((row, i) => { row.hidden = !words.every(word => texts[i].includes(word)); });
  });
}
// Columns are sorted by a click on their heading: numbers with their units as numbers, a row of sums stays last.
const units = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
function valueOf(row, column) {
  const text = row.cells[column] ? row.cells[column].textContent.trim() : "";
  const number = /^(-?[0-9]+(?:\.[0-9]+)?) ?([kMGT]?B|ms|s)?$/.exec(text);
  return number ? parseFloat(number[1]) * (units[number[2]] || 1) : text;
}
for (const table of document.querySelectorAll("table")) {
  const heads = table.tHead ? Array.from(table.tHead.rows[0].cells) : [];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.textContent = "";
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      heads.forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down > 0 ? "ascending" : "descending");
      const rows = Array.from(table.tBodies[0].rows).map(row => ({ row, value: valueOf(row, column), last: row.classList.contains("sum") }));
      rows.sort((a, b) => a.last - b.last || down * (typeof a.value === typeof b.value
        ? (a.value > b.value) - (a.value < b.value) : typeof a.value === "number" ? -1 : 1));
      table.tBodies[0].append(...rows.map(r => r.row));
    });
  });
}
// A link into something closed opens it; on paper all is open.
function show() {
  const at = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  const details = at && at.querySelector("details");
  if (details)
    details.open = true;
}
addEventListener("hashchange", show);
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(d => { d.open = true; }));
show();
