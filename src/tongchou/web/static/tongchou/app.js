// Small behaviours of every page. Each is a data- attribute; a page works without them wherever it can.
"use strict";

// data-menu: the button that opens the left menu on a narrow screen.
const menuButton = document.querySelector("[data-menu]");
menuButton?.addEventListener("click", () => {
  const open = document.body.classList.toggle("tc-menu-open");
  menuButton.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#menu a")?.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (document.body.classList.contains("tc-menu-open")) menuButton.click(), menuButton.focus();
  document.querySelectorAll("details.tc-person[open]").forEach((d) => d.removeAttribute("open"));
});
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.tc-person[open]").forEach((d) => {
    if (!d.contains(event.target)) d.removeAttribute("open");
  });
});

// data-confirm="question": asks in a dialog before a form is submitted by that button.
const dialog = document.getElementById("confirm");
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  const question = button?.dataset.confirm;
  if (!question || button.dataset.confirmed) return;
  event.preventDefault();
  dialog.querySelector("#confirm-text").textContent = question;
  dialog.returnValue = "no";
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") return button.focus();
    button.dataset.confirmed = "1";
    event.target.requestSubmit(button);
  };
  dialog.showModal();
});

// A form is sent once: its buttons rest while the answer is awaited (not for a download, after which the page stays).
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post" || event.submitter?.hasAttribute("data-download")) return;
  setTimeout(() => event.target.querySelectorAll("button").forEach((b) => (b.disabled = true)), 0);
});
addEventListener("pageshow", () => document.querySelectorAll("form[method=post] button:disabled:not([data-off])").forEach((b) => (b.disabled = false)));

// data-submit: a choice in a filter bar applies at once.
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
  // data-check-all="rows": the checkbox in a table's head.
  const all = event.target.dataset.checkAll;
  if (all) event.target.closest("table").querySelectorAll(`input[name="${all}"]`).forEach((box) => (box.checked = event.target.checked));
});

// data-more: on a narrow screen a long filter bar shows its first two fields and those that are set, until asked for all.
document.querySelectorAll("[data-more]").forEach((more) => {
  const bar = more.form;
  bar.classList.add("tc-filters-short");
  more.hidden = false;
  more.addEventListener("click", () => {
    more.setAttribute("aria-expanded", String(!bar.classList.toggle("tc-filters-short")));
  });
});

// data-children="url": a chooser of places; its choice fills the next one (data-level, in order, inside data-places).
document.addEventListener("change", async (event) => {
  const group = event.target.closest("[data-places]");
  if (!group || !event.target.matches("select")) return;
  const selects = [...group.querySelectorAll("select")];
  const at = selects.indexOf(event.target);
  for (const later of selects.slice(at + 1)) {
    later.replaceChildren(later.options[0]);
    later.disabled = true;
  }
  const next = selects[at + 1];
  if (!next || !event.target.value) return;
  const answer = await fetch(`${group.dataset.places}?parent=${encodeURIComponent(event.target.value)}`);
  if (!answer.ok) return;
  for (const place of (await answer.json()).places) next.add(new Option(place.name, place.code));
  next.disabled = next.options.length < 2;
});

// The strip of a form's sections on a narrow screen begins with the one that is open.
const sectionHere = document.querySelector(".tc-sections [aria-current]")?.parentElement;
if (sectionHere) sectionHere.parentElement.scrollLeft = sectionHere.offsetLeft - sectionHere.parentElement.offsetLeft - 16;

// data-print: prints the page.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

// data-focus: a refusal is read out and seen at once.
document.querySelector("[data-focus]")?.focus({ preventScroll: false });
