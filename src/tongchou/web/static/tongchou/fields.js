// Fields of a pack's form that do more than hold a text: rows and their totals, counts of characters, look-ups.
"use strict";

const packForm = document.querySelector("form[data-autosave]");
if (packForm) fields(packForm);

function fields(form) {
  const words = JSON.parse(document.getElementById("draft-words").textContent);

  // ---------------------------------------------------------------- rows of tables
  window.tongchouRows = (field, count) => {
    const body = field.querySelector("[data-rows]");
    while (body.rows.length > Math.max(count, 1)) body.rows[body.rows.length - 1].remove();
    while (body.rows.length < count) body.append(newRow(body));
    number(body);
  };
  function newRow(body) {
    const row = form.querySelector(`[data-pattern="${body.dataset.rows}"]`).content.firstElementChild.cloneNode(true);
    window.tongchouPick(row);
    return row;
  }
  function addRow(body) {
    const row = newRow(body);
    body.append(row);
    number(body);
    row.querySelector("input, select, textarea")?.focus();
  }
  function removeRow(row) {
    const body = row.parentElement;
    const field = row.closest("[data-field]");
    const beside = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    if (!body.rows.length) body.append(newRow(body));
    number(body);
    field.dispatchEvent(new Event("change", { bubbles: true }));
    (beside?.querySelector("input, select, textarea") || field.querySelector("[data-add-row]")).focus();
  }
  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-row]");
    if (add) addRow(form.querySelector(`[data-rows="${add.dataset.addRow}"]`));
    const remove = event.target.closest("[data-remove-row]");
    if (remove) removeRow(remove.closest("tr"));
  });
  // Enter in a cell goes to the row below, and makes one at the end; Ctrl+Delete removes the row.
  form.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-rows] td");
    if (!cell || event.isComposing) return;
    const row = cell.parentElement;
    if (event.key === "Enter" && event.target.tagName === "INPUT") {
      event.preventDefault();
      if (!row.nextElementSibling) addRow(row.parentElement);
      else row.nextElementSibling.cells[cell.cellIndex]?.querySelector("input, select, textarea")?.focus();
    } else if (event.key === "Delete" && event.ctrlKey) {
      event.preventDefault();
      removeRow(row);
    }
  });
  // Names of inputs, and the labels read aloud, carry the number of their row.
  function number(body) {
    const code = body.dataset.rows;
    [...body.rows].forEach((row, n) => {
      for (const node of row.querySelectorAll("[name], [data-error]")) {
        for (const attribute of ["name", "id", "data-error"]) {
          const value = node.getAttribute(attribute);
          if (value) node.setAttribute(attribute, value.replace(new RegExp(`(^|-)${code}-[^-]+-`), `$1${code}-${n}-`));
        }
        const column = node.closest("td").dataset.label;
        if (node.hasAttribute("aria-label")) node.setAttribute("aria-label", `${body.dataset.label} ${n + 1} ${column}`);
      }
    });
  }

  // ---------------------------------------------------------------- totals
  const MILLIONTH = 1e6; // money is typed in 万元 with up to six decimals
  function sum(field) {
    for (const out of field.querySelectorAll("[data-total]")) {
      const cells = field.querySelectorAll(`[data-rows] [name$="-${out.dataset.total}"]`);
      const total = [...cells].reduce((all, cell) => {
        const value = Number(cell.value.normalize("NFKC").replace(/[,\s]|万元?|%/g, ""));
        return all + (Number.isFinite(value) ? Math.round(value * MILLIONTH) : 0);
      }, 0);
      out.textContent = (total / MILLIONTH).toLocaleString("en-US", { maximumFractionDigits: 6 });
    }
  }

  // ---------------------------------------------------------------- counts
  function count(input) {
    const out = input.parentElement.querySelector(`[data-count="${input.id}"]`);
    if (!out) return;
    const length = [...input.value.trim().normalize("NFC")].length;
    const most = Number(input.dataset.longest) || 0;
    const text = most ? words.count_of.replace("{n}", length).replace("{most}", most) : words.count.replace("{n}", length);
    out.textContent = most && length > most ? `${text}，${words.over.replace("{n}", length - most)}` : text;
    out.classList.toggle("tc-text-bad", Boolean(most) && length > most);
  }

  // ---------------------------------------------------------------- look-ups: [data-lookup=address]
  const known = new Map(); // what a list offered → the whole row
  let asked = null;
  function lookUp(input) {
    const word = input.value.trim();
    const found = known.get(`${input.dataset.lookup} ${word}`);
    if (found) return fill(input, found);
    clearTimeout(asked);
    if (word.length < 2) return;
    asked = setTimeout(async () => {
      const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(word)}`, {
        headers: { Accept: "application/json" },
        redirect: "manual",
      }).catch(() => null);
      if (!answer?.ok) return;
      offer(input, (await answer.json()).found);
    }, 250);
  }
  function offer(input, found) {
    let list = document.getElementById("lookup");
    if (!list) {
      list = document.createElement("datalist");
      list.id = "lookup";
      document.body.append(list);
    }
    list.replaceChildren(
      ...found.map((row) => {
        const option = document.createElement("option");
        option.value = row[input.dataset.column];
        option.label = row.label;
        known.set(`${input.dataset.lookup} ${option.value}`, row);
        return option;
      }),
    );
    for (const other of form.querySelectorAll("[list=lookup]")) if (other !== input) other.removeAttribute("list");
    input.setAttribute("list", "lookup");
  }
  // What was chosen fills the row; what somebody wrote there stays.
  function fill(input, found) {
    const row = input.closest("tr");
    for (const other of row?.querySelectorAll("[name]") || []) {
      const value = found[other.name.split("-").pop()];
      if (other !== input && value && !other.value) other.value = value;
    }
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // ---------------------------------------------------------------- when
  form.addEventListener("input", (event) => {
    const field = event.target.closest("[data-field]");
    if (field) sum(field);
    if (event.target.matches("[data-count-own]")) count(event.target);
    if (event.target.matches("[data-lookup]")) lookUp(event.target);
  });
  form.addEventListener("change", (event) => {
    const field = event.target.closest("[data-field]");
    if (field) sum(field);
  });
  form.addEventListener("draft:put", (event) => {
    sum(event.target);
    event.target.querySelectorAll("[data-count-own]").forEach(count);
  });
  form.querySelectorAll("[data-field]").forEach(sum);
  form.querySelectorAll("[data-count-own]").forEach(count);
}
