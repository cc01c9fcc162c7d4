// Behaviours of the officers' screens; every page works without them.
"use strict";

// data-rows: J and K or the arrows move through the rows of a table, X ticks, Enter opens.
const rowsHolder = document.querySelector("[data-rows]");
const tableRows = rowsHolder ? [...rowsHolder.querySelectorAll("tbody tr")] : [];
let rowAt = -1;
function goToRow(n) {
  if (!tableRows.length) return;
  tableRows[rowAt]?.classList.remove("tc-row-here");
  rowAt = Math.min(Math.max(n, 0), tableRows.length - 1);
  const row = tableRows[rowAt];
  row.classList.add("tc-row-here");
  row.querySelector("a")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  const inTable = document.activeElement === document.body || rowsHolder?.contains(document.activeElement);
  if (event.key === "j" || (event.key === "ArrowDown" && inTable && tableRows.length)) goToRow(rowAt + 1), event.preventDefault();
  else if (event.key === "k" || (event.key === "ArrowUp" && inTable && tableRows.length)) goToRow(rowAt - 1), event.preventDefault();
  else if (event.key === "x") tableRows[rowAt]?.querySelector("input[type=checkbox]")?.click();
});

// data-remarks: a button at every answer opens a remark on it in the form that returns the case.
function offerRemarks(root) {
  const remarks = root.querySelector("[data-remarks]");
  if (!remarks) return;
  const codes = new Set([...remarks.querySelectorAll("option")].map((o) => o.value).filter(Boolean));
  const emptyRow = () => [...remarks.querySelectorAll(".tc-remark-row")].find((r) => !r.querySelector("textarea").value && !r.querySelector("select").value);
  root.querySelectorAll(".tc-answers dt[id^='f-']").forEach((term) => {
    const code = term.id.slice(2);
    if (!codes.has(code)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tc-remark-button";
    button.textContent = remarks.dataset.word;
    button.setAttribute("aria-label", `${remarks.dataset.word}：${term.firstChild.textContent.trim()}`);
    button.addEventListener("click", () => {
      remarks.closest("details").open = true;
      let row = emptyRow();
      if (!row) {
        row = remarks.querySelector(".tc-remark-row").cloneNode(true);
        row.querySelector("textarea").value = "";
        remarks.append(row);
      }
      row.querySelector("select").value = code;
      row.querySelector("textarea").focus();
    });
    term.append(" ", button);
  });
}
offerRemarks(document);
document.addEventListener("tc:shown", (event) => offerRemarks(event.detail));

// data-sum: shows the weighted total of an expert's marks while they are typed.
const sum = document.querySelector("[data-sum]");
if (sum) {
  const inputs = [...document.querySelectorAll("input[data-weight]")];
  const add = () => {
    let reached = 0, whole = 0, filled = 0;
    for (const input of inputs) {
      const weight = Number(input.dataset.weight);
      whole += weight * Number(input.max);
      if (input.value === "" || !input.validity.valid) continue;
      reached += weight * Number(input.value);
      filled += 1;
    }
    sum.textContent = `${(whole ? (reached * 100) / whole : 0).toFixed(2)}（${filled}/${inputs.length}）`;
  };
  inputs.forEach((input) => input.addEventListener("input", add));
  add();
}

// data-show-in: a link that opens its file in the frame beside it instead of a new tab, where there is room.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-show-in]");
  const frame = link && document.getElementById(link.dataset.showIn);
  if (!frame || matchMedia("(max-width: 900px)").matches) return;
  event.preventDefault();
  frame.hidden = false;
  frame.src = link.href;
  frame.scrollIntoView({ block: "nearest" });
});
