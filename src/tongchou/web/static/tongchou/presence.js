// Who else has this form open: form[data-presence=address]. The page says every so often that it is open and what it
// stands in, and is told who else is here and what they changed.
"use strict";

const shared = document.querySelector("form[data-presence]");
if (shared) presence(shared);

function presence(form) {
  const EVERY = 20000;
  const IDLE = 300000; // who has done nothing for five minutes is not here
  const words = JSON.parse(document.getElementById("draft-words").textContent);
  const place = document.querySelector("[data-people]");
  let acted = Date.now();
  let timer = null;
  let waiting = null;

  const standsIn = () => document.activeElement?.closest?.("[data-field]")?.dataset.field || "";
  const tell = (body, keepalive = false) =>
    fetch(form.dataset.presence, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      body: JSON.stringify(body),
      redirect: "manual",
      keepalive,
    });
  async function beat() {
    clearTimeout(timer);
    timer = setTimeout(beat, EVERY);
    if (document.hidden || Date.now() - acted > IDLE) return;
    const answer = await tell({
      section: form.elements.section?.value || "",
      field: standsIn(),
      version: window.tongchouVersion?.() ?? 0,
    }).catch(() => null);
    if (!answer?.ok) return;
    const told = await answer.json();
    draw(told.people);
    if (told.shut) form.dispatchEvent(new CustomEvent("draft:shut", { detail: told.shut }));
    else form.dispatchEvent(new CustomEvent("draft:others", { detail: told }));
  }
  function draw(people) {
    const shown = people.map((p) => (p.section ? `${p.name}（${p.section}）` : p.name)).join("、");
    place.textContent = people.length ? `${words.here}${shown}` : "";
    form.querySelectorAll("[data-editing]").forEach((mark) => mark.remove());
    for (const person of people) {
      const field = person.field && form.querySelector(`[data-field="${person.field}"]`);
      if (field) mark(field, `${person.name} ${words.editing}`).dataset.editing = "";
    }
  }
  function mark(field, text) {
    const made = document.createElement("p");
    made.className = "tc-editing";
    made.textContent = text;
    field.querySelector(".form-label").after(made);
    return made;
  }
  // What came in without a reload says for a while who changed it.
  form.addEventListener("draft:taken", ({ detail }) => {
    const field = form.querySelector(`[data-field="${detail.code}"]`);
    const made = mark(field, `${detail.who || words.somebody} ${detail.at} ${words.changed}`);
    setTimeout(() => made.remove(), 15000);
  });
  for (const kind of ["focusin", "input"]) {
    form.addEventListener(kind, () => {
      const woke = Date.now() - acted > IDLE;
      acted = Date.now();
      if (woke) beat();
    });
  }
  // Where I stand is told soon after I moved, not at every key.
  form.addEventListener("focusin", () => {
    clearTimeout(waiting);
    if (place.textContent) waiting = setTimeout(beat, 1500);
  });
  addEventListener("pagehide", () => tell({ gone: true }, true).catch(() => null));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) acted = Date.now(), beat();
  });
  beat();
}
