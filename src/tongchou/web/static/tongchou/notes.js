// What was found at a field stands at the field too, not only in the list beside the form ([data-checks] li[data-for]).
// A form nobody has touched is not shouted at: what is merely missing shows once its field was left, or when one comes
// from the list (#f-code).
"use strict";

const noted = document.querySelector("form[data-autosave]");
if (noted) notes(noted);

function notes(form) {
  const list = document.querySelector("[data-checks]");
  const touched = new Set();
  if (!list) return;

  // Nothing moves under a pressed pointer: its click would miss what it was meant for.
  let pressed = false;
  addEventListener("pointerdown", () => (pressed = true), true);
  for (const kind of ["pointerup", "pointercancel"]) {
    addEventListener(kind, () => setTimeout(() => ((pressed = false), due && draw()), 0), true);
  }
  let due = false;

  function draw() {
    due = pressed;
    if (pressed) return;
    for (const field of form.querySelectorAll("[data-field]")) {
      const place = field.querySelector("[data-notes]");
      if (!place) continue;
      const code = field.dataset.field;
      const found = [...list.querySelectorAll(`li[data-of="${code}"]`)].filter(
        (item) => item.dataset.severity !== "missing" || touched.has(code),
      );
      place.replaceChildren(...found.map(note));
      place.hidden = !found.length;
      field.classList.toggle("tc-field-bad", found.some((item) => item.dataset.severity === "error"));
      describe(field, place, found);
    }
  }
  function note(item) {
    const line = document.createElement("p");
    line.className = `tc-note tc-note-${item.dataset.severity}`;
    for (const part of item.childNodes) {
      if (part.matches?.("a[data-jump]")) line.append(part.textContent);
      else line.append(part.cloneNode(true));
    }
    return line;
  }
  function describe(field, place, found) {
    const inputs = field.matches("fieldset") ? [field] : field.querySelectorAll("[name]:not([type=hidden])");
    for (const input of inputs) {
      input.dataset.described ??= input.getAttribute("aria-describedby") || "";
      const ids = [input.dataset.described, found.length ? place.id : ""].filter(Boolean).join(" ");
      if (ids) input.setAttribute("aria-describedby", ids);
      else input.removeAttribute("aria-describedby");
    }
    const wrong = new Set(found.filter((item) => item.dataset.severity === "error").map((item) => item.dataset.for));
    for (const input of field.querySelectorAll("[name]:not([type=hidden])")) {
      if (wrong.has(input.name)) input.setAttribute("aria-invalid", "true");
      else if (!input.classList.contains("is-invalid")) input.removeAttribute("aria-invalid");
    }
  }
  function touch(code) {
    if (!code || touched.has(code)) return;
    touched.add(code);
    draw();
  }
  form.addEventListener("focusout", (event) => {
    const field = event.target.closest("[data-field]");
    if (field && !field.contains(event.relatedTarget)) touch(field.dataset.field);
  });
  form.addEventListener("change", (event) => touch(event.target.closest("[data-field]")?.dataset.field));
  // From the list to the field: also within this section, and into the input that is meant.
  document.addEventListener("click", (event) => {
    const jump = event.target.closest("a[data-jump]");
    if (jump) setTimeout(() => arrive(jump.closest("[data-for]")?.dataset.for), 0);
  });
  addEventListener("hashchange", () => arrive());
  function arrive(name = "") {
    const field = document.getElementById(location.hash.slice(1));
    if (!field?.matches("[data-field]")) return;
    touch(field.dataset.field);
    const input = (name && form.elements[name]) || field.querySelector("input:not([type=hidden]), select, textarea");
    (input instanceof Element ? input : input?.[0])?.focus({ preventScroll: true });
  }
  new MutationObserver(draw).observe(list, { childList: true, subtree: true });
  draw();
  addEventListener("load", () => setTimeout(arrive, 0)); // after the browser's own way to the fragment
}
