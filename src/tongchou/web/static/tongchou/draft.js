// Autosave of a form: form[data-autosave=address][data-version].
//
// A field is what stands inside [data-field]; it is sent whole, as typed, within two seconds of a change. What is not yet
// acknowledged stays in localStorage and is sent again when the network or the server is back, also after a reload.
"use strict";

const form = document.querySelector("form[data-autosave]");
if (form) start(form);

function start(form) {
  const words = JSON.parse(document.getElementById("draft-words").textContent);
  const sign = document.querySelector("[data-saved]");
  const key = `tongchou:${form.dataset.autosave}`;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  let version = Number(form.dataset.version);
  let pending = read(); // field → {input name: [texts]}
  let busy = false;
  let timer = null;
  let first = 0; // when the oldest change not yet sent was made
  let halted = false; // a refusal: sending again will not help
  let checked = ""; // marks the findings that are shown; the same are not sent again

  // ---------------------------------------------------------------- what is kept on this machine
  function read() {
    try {
      return JSON.parse(localStorage.getItem(key)) || {};
    } catch {
      return {};
    }
  }
  function keep() {
    try {
      if (Object.keys(pending).length) localStorage.setItem(key, JSON.stringify(pending));
      else localStorage.removeItem(key);
    } catch {
      /* no room or not allowed: the page itself still holds it */
    }
  }
  function say(state, text) {
    sign.dataset.state = state;
    sign.textContent = text;
  }

  // ---------------------------------------------------------------- fields
  const fieldOf = (input) => input.closest("[data-field]");
  function texts(field) {
    const out = {};
    for (const input of field.querySelectorAll("input[name], select[name], textarea[name]")) {
      if (input.type === "file" || input.form !== form) continue;
      out[input.name] ??= [];
      if ((input.type === "checkbox" || input.type === "radio") && !input.checked) continue;
      out[input.name].push(input.value);
    }
    // A box that is ticked comes beside its empty hidden input; a radio group without a choice is an empty answer.
    for (const [name, values] of Object.entries(out)) if (!values.length) out[name] = [""];
    return out;
  }
  function changed(field) {
    if (!field || halted) return;
    pending[field.dataset.field] = texts(field);
    keep();
    first ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(send, Math.max(0, Math.min(800, first + 1800 - Date.now())));
    say("waiting", words.waiting);
  }
  form.addEventListener("input", (event) => changed(fieldOf(event.target)));
  form.addEventListener("change", (event) => changed(fieldOf(event.target)));

  // ---------------------------------------------------------------- rows of tables
  document.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-row]");
    if (add) {
      const body = form.querySelector(`[data-rows="${add.dataset.addRow}"]`);
      const pattern = form.querySelector(`[data-pattern="${add.dataset.addRow}"]`);
      const row = pattern.content.firstElementChild.cloneNode(true);
      body.append(row);
      number(body);
      row.querySelector("input, select, textarea")?.focus();
    }
    const remove = event.target.closest("[data-remove-row]");
    if (remove) {
      const row = remove.closest("tr");
      const body = row.parentElement;
      const field = fieldOf(row);
      row.remove();
      number(body);
      changed(field);
      field.querySelector("[data-add-row]").focus();
    }
  });
  // Names of inputs carry the number of their row.
  function number(body) {
    const code = body.dataset.rows;
    [...body.rows].forEach((row, n) => {
      for (const node of row.querySelectorAll("[name], [data-error]")) {
        for (const attribute of ["name", "id", "data-error"]) {
          const value = node.getAttribute(attribute);
          if (value) node.setAttribute(attribute, value.replace(new RegExp(`(^|-)${code}-[^-]+-`), `$1${code}-${n}-`));
        }
      }
    });
  }

  // ---------------------------------------------------------------- sending
  async function send(leaving = false) {
    if (busy || halted || !Object.keys(pending).length) return;
    busy = true;
    first = 0;
    clearTimeout(timer);
    const sent = pending;
    pending = {};
    const changes = Object.assign({}, ...Object.values(sent));
    say("saving", words.saving);
    let answer;
    try {
      answer = await fetch(form.dataset.autosave, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ version, changes, checked }),
        redirect: "manual",
        keepalive: leaving === true,
      });
    } catch {
      return later(sent, words.offline);
    }
    if (answer.type === "opaqueredirect" || answer.status === 401) return later(sent, words.login, 15000);
    if (answer.status >= 500 || answer.status === 429) return later(sent, words.offline);
    const body = await answer.json().catch(() => null);
    busy = false;
    if (!answer.ok || !body) {
      // Refused as a whole (withdrawn meanwhile, role ended): say why, keep what was typed.
      pending = { ...sent, ...pending };
      keep();
      halted = true;
      return say("error", body?.refused?.reason || words.refused);
    }
    version = body.version;
    checked = body.checked;
    keep();
    show(body);
    say("saved", Object.keys(body.errors).length ? words.faults : `${words.saved} ${body.at}`);
    if (Object.keys(pending).length) timer = setTimeout(send, 300);
  }
  function later(sent, text, wait = 5000) {
    pending = { ...sent, ...pending };
    keep();
    busy = false;
    say("offline", text);
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }
  addEventListener("online", () => send());
  addEventListener("pagehide", () => send(true));

  // ---------------------------------------------------------------- what came back
  function show(body) {
    for (const node of form.querySelectorAll("[data-error]")) {
      const text = body.errors[node.dataset.error];
      const field = fieldOf(node)?.dataset.field;
      if (text || body.saved.includes(field)) {
        node.textContent = text || "";
        node.hidden = !text;
        const input = form.elements[node.dataset.error];
        if (input instanceof Element) input.classList.toggle("is-invalid", Boolean(text));
      }
    }
    for (const [code, text] of Object.entries(body.computed || {})) {
      const node = form.querySelector(`[data-computed="${code}"]`);
      if (node) node.textContent = text;
    }
    if (body.hidden) {
      for (const field of form.querySelectorAll("[data-field]")) field.hidden = body.hidden.includes(field.dataset.field);
    }
    for (const [code, [filled, needed]] of Object.entries(body.progress || {})) {
      const node = document.querySelector(`[data-progress="${code}"]`);
      if (!node) continue;
      node.querySelector("progress").max = needed || 1;
      node.querySelector("progress").value = filled;
      node.querySelector(".tc-progress-text").textContent = `${filled}/${needed}`;
    }
    const checks = document.querySelector("[data-checks]");
    if (checks && body.checks !== undefined) checks.innerHTML = body.checks; // rendered and escaped by the server
    for (const [code, conflict] of Object.entries(body.conflicts)) {
      const node = form.querySelector(`[data-conflict="${code}"]`);
      if (!node) continue;
      const text = document.createElement("p");
      text.textContent = `${words.conflict} ${conflict}`;
      const theirs = button(words.theirs, () => location.reload());
      const mine = button(words.mine, () => {
        node.hidden = true;
        changed(fieldOf(node));
      });
      node.replaceChildren(text, theirs, " ", mine);
      node.hidden = false;
    }
  }
  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  // ---------------------------------------------------------------- what an earlier visit could not send
  for (const [code, inputs] of Object.entries(pending)) {
    const field = form.querySelector(`[data-field="${code}"]`);
    if (!field) continue; // it stands in another section: it is sent all the same
    const add = field.querySelector("[data-add-row]");
    for (const [name, values] of Object.entries(inputs)) {
      for (let tries = 0; add && !form.elements[name] && tries < 200; tries += 1) add.click();
      for (const input of field.querySelectorAll(`[name="${name}"]`)) {
        if (input.type === "checkbox" || input.type === "radio") input.checked = values.includes(input.value);
        else input.value = values[values.length - 1] ?? "";
      }
    }
  }
  if (Object.keys(pending).length) {
    say("waiting", words.restored);
    timer = setTimeout(send, 500);
  }
}
