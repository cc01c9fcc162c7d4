// The officer's desk: keys that never act while somebody types, and a case beside its list without a new page.
// [data-beside] is the panel; [data-rows] holds the list (its movement with J, K and X is in officer.js).
"use strict";

const besidePanel = document.querySelector("[data-beside]");
const besideBody = besidePanel?.querySelector("[data-beside-body]");
const deskRows = () => [...document.querySelectorAll("[data-rows] tbody tr")];
const wideEnough = matchMedia("(min-width: 1200px)");
let besideAt = null; // the row that is open
let besideAddress = "";

function showBeside(html, row) {
  besideBody.innerHTML = html;
  besidePanel.hidden = false;
  document.body.classList.add("tc-besides");
  deskRows().forEach((r) => r.classList.toggle("tc-row-open", r === row));
  besideBody.scrollTop = 0;
  document.dispatchEvent(new CustomEvent("tc:shown", { detail: besideBody }));
}

async function fetchBeside(options) {
  besidePanel.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(besideAddress, { headers: { "HX-Request": "true" }, ...options });
    if (!answer.headers.has("X-Beside")) throw new Error(String(answer.status));
    showBeside(await answer.text(), besideAt);
    return answer;
  } catch {
    besideBody.textContent = besidePanel.dataset.failed;
    besidePanel.hidden = false;
    return null;
  } finally {
    besidePanel.removeAttribute("aria-busy");
  }
}

async function openBeside(row) {
  const link = row?.querySelector("a[href]");
  if (!link) return;
  besideAt = row;
  besideAddress = `${link.getAttribute("href")}beside/`;
  besidePanel.querySelector("[data-whole-case]").href = link.getAttribute("href");
  await fetchBeside();
  row.scrollIntoView({ block: "nearest" });
}

function closeBeside() {
  besidePanel.hidden = true;
  besideBody.replaceChildren();
  document.body.classList.remove("tc-besides");
  besideAt?.classList.remove("tc-row-open");
  besideAt?.querySelector("a[href]")?.focus();
}

function nextCase() {
  const rows = deskRows();
  const from = rows.indexOf(besideAt);
  const next = rows.slice(from + 1).find((row) => !row.classList.contains("tc-row-done"));
  if (!next) return;
  next.querySelector("a[href]")?.focus({ preventScroll: true });
  openBeside(next);
}

if (besidePanel) {
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-rows] tbody tr");
    const link = event.target.closest("a[href]");
    if (row && link && link === row.querySelector("a[href]") && wideEnough.matches && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      openBeside(row);
    }
    if (event.target.closest("[data-close-beside]")) closeBeside();
    if (event.target.closest("[data-next-case]")) nextCase();
  });

  // A form of the panel is sent where the panel came from (a question it asks is answered first, see app.js).
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || !besidePanel.contains(form) || form.method !== "post") return;
    event.preventDefault();
    const answer = await fetchBeside({ method: "POST", body: new FormData(form, event.submitter) });
    if (!answer?.headers.has("X-Decided")) {
      besideBody.querySelector("[data-focus]")?.focus();
      return;
    }
    besideAt?.classList.add("tc-row-done");
    const box = besideAt?.querySelector("input[type=checkbox]");
    if (box) box.checked = false;
    besideBody.querySelector("[data-next-case]")?.focus();
  });
}

// ---- keys

const typing = (target) => target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select") || target.closest("dialog[open]:not(#preview)");

function reach(selector) {
  const field = (besidePanel && !besidePanel.hidden ? besideBody : document).querySelector(selector);
  if (!field) return false;
  const closed = field.closest("details");
  if (closed) closed.open = true;
  field.scrollIntoView({ block: "nearest" });
  field.focus();
  return true;
}

let dialogWasOpen = false;
const keys = {
  r: () => reach("#pass-reason"),
  t: () => reach("#return-reason"),
  d: () => reach("#decline-reason"),
  e: () => (besidePanel && !besidePanel.hidden ? besideBody : document).querySelector("a[data-preview]")?.click(),
  n: () => besidePanel && besideAt && nextCase(),
  o: () => besidePanel && !besidePanel.hidden && besidePanel.querySelector("[data-whole-case]").click(),
  "?": () => document.getElementById("keys")?.showModal(),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
  if (event.key === "Escape" && besidePanel && !besidePanel.hidden && !dialogWasOpen) return closeBeside();
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault(); // the letter must not land in the field that is reached
  act();
});
document.addEventListener("keydown", (event) => {
  dialogWasOpen = Boolean(document.querySelector("dialog[open]")); // what Escape closes first
  // Escape leaves a field of the panel for the list, so that the keys act again.
  if (event.key === "Escape" && typing(event.target) && besidePanel?.contains(event.target)) {
    event.preventDefault();
    event.stopPropagation();
    besideAt?.querySelector("a[href]")?.focus();
  }
}, true);
