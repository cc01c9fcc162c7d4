// Autosave of a form: form[data-autosave=address][data-version][data-person].
//
// A field is what stands inside [data-field]; it is sent whole, as typed, within two seconds of a change, with the version
// it was typed on. What is not yet acknowledged stays in localStorage and is sent again when the network or the server is
// back, also after a reload. What somebody else changed meanwhile comes back: it is put in where nothing of mine waits,
// and shown side by side where something does (conflicts.js).
//
// Events on the form: `draft:answer` (what a save brought), `draft:others` (what others changed, from presence.js),
// `draft:put` on a field that was filled by script.
"use strict";

const form = document.querySelector("form[data-autosave]");
if (form) start(form);

function start(form) {
  const words = JSON.parse(document.getElementById("draft-words").textContent);
  const sign = document.querySelector("[data-saved]");
  const key = `tongchou:${form.dataset.autosave}:${form.dataset.person || ""}`;
  const tab = Math.random().toString(36).slice(2); // two tabs keep what waits apart
  const conflicts = window.tongchouConflicts(form, words, { put, resolve });
  let token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  let version = Number(form.dataset.version);
  // field → {base: version it was typed on, texts: {input name: [texts]}}
  let pending = adopted();
  let sending = {};
  const faulty = {}; // refused as malformed: still in the inputs, and kept for a reload
  const doubtful = {}; // field → what was sent without an answer coming back: it may have been saved all the same
  const known = {}; // field → what was last acknowledged: leaving an input tells of no change a second time
  const held = {}; // field → {base, theirs}: changed by others while I stand in it
  let timer = null;
  let first = 0; // when the oldest change not yet sent was made
  let halted = false; // a refusal: sending again will not help
  let stored = true; // whether this machine has room for what waits
  let checked = ""; // marks the findings that are shown; the same are not sent again

  // ---------------------------------------------------------------- what is kept on this machine
  function read() {
    try {
      return JSON.parse(localStorage.getItem(key)) || {};
    } catch {
      return {};
    }
  }
  function write(all) {
    if (Object.keys(all).length) localStorage.setItem(key, JSON.stringify(all));
    else localStorage.removeItem(key);
  }
  function adopted() {
    return Object.assign({}, ...Object.values(read()));
  }
  function keep() {
    const mine = { ...faulty, ...conflicts.open(), ...sending, ...pending };
    try {
      const all = read();
      delete all[tab];
      if (Object.keys(mine).length) all[tab] = mine;
      write(all);
      stored = true;
    } catch {
      stored = !Object.keys(mine).length; // no room or not allowed: the page itself still holds it
    }
  }
  // What an earlier visit or another tab left, and is saved now, need not be kept by them.
  function forget(sent) {
    const all = read();
    for (const [other, fields] of Object.entries(all)) {
      if (other === tab) continue;
      for (const [code, { texts }] of Object.entries(fields))
        if (sent[code] && same(texts, sent[code].texts)) delete fields[code];
      if (!Object.keys(fields).length) delete all[other];
    }
    try {
      write(all);
    } catch {
      /* it is sent once more, and nothing changes by it */
    }
  }
  addEventListener("beforeunload", (event) => {
    if (!stored && (waits() || Object.keys(sending).length)) event.preventDefault();
  });

  // ---------------------------------------------------------------- fields
  const fieldOf = (node) => node.closest("[data-field]");
  const fieldBy = (code) => form.querySelector(`[data-field="${code}"]`);
  const waits = () => Object.keys(pending).length > 0;
  function same(one, other) {
    const plain = (texts) =>
      JSON.stringify(
        Object.entries(texts)
          .filter(([, values]) => values.some(Boolean))
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    return plain(one) === plain(other);
  }
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
  function put(code, values) {
    const field = fieldBy(code);
    delete known[code];
    if (!field) return;
    const rows = Object.keys(values).map((name) => Number(name.match(/^[a-z][a-z0-9_]*-(\d+)-[^-]+$/)?.[1] ?? -1));
    if (field.querySelector("[data-rows]")) window.tongchouRows(field, Math.max(0, ...rows) + 1);
    for (const input of field.querySelectorAll("input[name], select[name], textarea[name]")) {
      if (input.type === "file" || input.form !== form) continue;
      const own = values[input.name] || [];
      if (input.type === "checkbox" || input.type === "radio") input.checked = own.includes(input.value);
      else input.value = own[own.length - 1] ?? "";
    }
    field.dispatchEvent(new CustomEvent("draft:put", { bubbles: true }));
  }
  function changed(field) {
    if (!field) return;
    const code = field.dataset.field;
    if (conflicts.typed(code, texts(field))) return keep(); // it waits for the choice
    if (known[code] && !pending[code] && !sending[code] && same(known[code], texts(field))) return;
    delete known[code];
    const base = pending[code]?.base ?? sending[code]?.base ?? held[code]?.base ?? faulty[code]?.base ?? version;
    delete held[code];
    delete faulty[code];
    wait(code, { base, texts: texts(field) });
  }
  function wait(code, entry) {
    pending[code] = entry;
    keep();
    if (halted) return; // it stays on this machine, and the sign goes on saying why
    first ||= Date.now();
    again(Math.max(0, Math.min(800, first + 1500 - Date.now())));
    say("waiting", words.waiting);
  }
  function resolve(code, values) {
    if (values) wait(code, { base: version, texts: values });
    else keep();
  }
  function again(after) {
    clearTimeout(timer);
    timer = setTimeout(send, after);
  }
  function say(state, text) {
    sign.dataset.state = state;
    sign.textContent = text;
  }
  for (const kind of ["input", "change"]) form.addEventListener(kind, (event) => changed(fieldOf(event.target)));

  // ---------------------------------------------------------------- sending
  async function send() {
    if (Object.keys(sending).length || halted || !waits()) return;
    first = 0;
    clearTimeout(timer);
    sending = pending;
    pending = {};
    const bases = {};
    for (const [code, { base }] of Object.entries(sending)) if (base !== version) bases[code] = base;
    say("saving", words.saving);
    let answer;
    try {
      answer = await fetch(form.dataset.autosave, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
        body: JSON.stringify({
          version,
          bases,
          changes: Object.assign({}, ...Object.values(sending).map((entry) => entry.texts)),
          checked,
          section: form.elements.section?.value || "",
        }),
        redirect: "manual",
        keepalive: document.visibilityState === "hidden",
      });
    } catch {
      for (const [code, { texts }] of Object.entries(sending)) (doubtful[code] ??= []).push(texts);
      return later(words.offline);
    }
    if (answer.type === "opaqueredirect" || answer.status === 401) return later(words.login, 15000);
    if (answer.status >= 500 || answer.status === 429) {
      for (const [code, { texts }] of Object.entries(sending)) (doubtful[code] ??= []).push(texts);
      return later(words.offline);
    }
    const body = await answer.json().catch(() => null);
    if (answer.status === 403 && !body?.refused) return renewed(); // the token of a session that is gone
    if (!answer.ok || !body) return halt(body?.refused);
    acknowledged(body);
  }
  function acknowledged(body) {
    const sent = sending;
    sending = {};
    version = body.version;
    checked = body.checked;
    for (const [code, entry] of Object.entries(sent)) {
      const theirs = body.conflicts[code];
      const wrong = Object.keys(body.errors).some((name) => name === code || name.startsWith(`${code}-`));
      delete faulty[code];
      if (theirs) {
        // What I sent before without hearing of it again is no one else's.
        const own = theirs.texts && (doubtful[code] || []).some((texts) => same(texts, theirs.texts));
        const mine = pending[code]?.texts || entry.texts;
        delete pending[code];
        if (own) pending[code] = { base: version, texts: mine };
        else conflicts.show(code, theirs, { base: entry.base, texts: mine });
      } else if (wrong) {
        const base = body.saved.includes(code) ? version : entry.base;
        if (pending[code]) pending[code].base = base;
        else faulty[code] = { base, texts: entry.texts };
      } else if (pending[code]) pending[code].base = version;
      else known[code] = entry.texts;
      delete doubtful[code];
    }
    others(body.others || {});
    keep();
    forget(sent);
    show(body);
    form.dispatchEvent(new CustomEvent("draft:answer", { detail: body }));
    if (halted) return; // shut while this was on its way
    if (waits()) {
      say("waiting", words.waiting); // typed while this was on its way
      again(300);
    } else say("saved", Object.keys(body.errors).length ? words.faults : `${words.saved} ${body.at}`);
  }
  function later(text, wait = 5000) {
    pending = { ...sending, ...pending };
    sending = {};
    keep();
    say("offline", stored || !words.full ? text : words.full);
    again(wait);
  }
  // Refused as a whole (submitted meanwhile, role ended): say why, keep what was typed.
  function halt(refused) {
    pending = { ...sending, ...pending };
    sending = {};
    keep();
    halted = true;
    say("error", refused ? `${refused.reason}${refused.remedy || ""}` : words.refused);
  }
  // After a new login the page's token is stale: the page as it is now has the new one, if it is the same person's.
  let renewals = 0;
  async function renewed() {
    const page = await fetch(location.href, { redirect: "manual" }).then((r) => (r.ok ? r.text() : "")).catch(() => "");
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("form[data-autosave]");
    if (!page) return later(words.login, 15000);
    renewals += 1;
    if (!fresh || fresh.dataset.person !== form.dataset.person || renewals > 3) return halt(null);
    token = fresh.querySelector("[name=csrfmiddlewaretoken]").value;
    form.querySelector("[name=csrfmiddlewaretoken]").value = token;
    later(words.saving, 50);
  }
  addEventListener("online", () => send());
  addEventListener("pagehide", () => send());
  document.addEventListener("visibilitychange", () => send());

  // ---------------------------------------------------------------- what others changed
  function others(found) {
    for (const [code, theirs] of Object.entries(found)) {
      if (pending[code] || sending[code] || faulty[code] || conflicts.open()[code]) continue; // its own save will tell
      const field = fieldBy(code);
      if (!field || !theirs.texts || same(texts(field), theirs.texts)) continue;
      const from = held[code]?.base ?? shownVersion;
      if (field.contains(document.activeElement)) held[code] = { base: from, theirs };
      else take(code, theirs);
    }
    shownVersion = version;
  }
  let shownVersion = version;
  function take(code, theirs) {
    delete held[code];
    put(code, theirs.texts);
    form.dispatchEvent(new CustomEvent("draft:taken", { detail: { code, ...theirs } }));
  }
  form.addEventListener("focusout", (event) => {
    const field = fieldOf(event.target);
    const code = field?.dataset.field;
    if (held[code] && !field.contains(event.relatedTarget)) take(code, held[code].theirs);
  });
  form.addEventListener("draft:others", ({ detail }) => {
    if (Object.keys(sending).length || detail.version <= version) return; // a save tells as much, or has told it
    version = detail.version;
    others(detail.others);
  });
  form.addEventListener("draft:shut", ({ detail }) => {
    if (!halted) halt({ reason: detail });
  });
  window.tongchouVersion = () => version;

  // ---------------------------------------------------------------- what came back
  function show(body) {
    for (const node of form.querySelectorAll("[data-error]")) {
      const text = body.errors[node.dataset.error];
      const field = fieldOf(node)?.dataset.field;
      if (text || body.saved.includes(field)) {
        node.textContent = text || "";
        node.hidden = !text;
        const input = form.elements[node.dataset.error];
        if (input instanceof Element) {
          input.classList.toggle("is-invalid", Boolean(text));
          input.setAttribute("aria-invalid", String(Boolean(text)));
        }
      }
    }
    for (const [code, text] of Object.entries(body.computed || {})) {
      const node = form.querySelector(`[data-computed="${code}"]`);
      if (node) node.textContent = text;
    }
    if (body.hidden) {
      for (const field of form.querySelectorAll("[data-field]")) field.hidden = body.hidden.includes(field.dataset.field);
    }
    if (body.required) {
      for (const star of form.querySelectorAll("[data-required-when]"))
        star.hidden = !body.required.includes(fieldOf(star).dataset.field);
    }
    for (const [code, [filled, needed]] of Object.entries(body.progress || {})) {
      const node = document.querySelector(`[data-progress="${code}"]`);
      if (!node) continue;
      node.querySelector("progress").max = needed || 1;
      node.querySelector("progress").value = filled;
      node.querySelector(".tc-progress-text").textContent = `${filled}/${needed}`;
    }
    for (const part of ["checks", "standings"]) {
      const node = document.querySelector(`[data-${part}]`);
      if (node && body[part] !== undefined) node.innerHTML = body[part]; // rendered and escaped by the server
    }
  }

  // ---------------------------------------------------------------- what an earlier visit could not send
  for (const [code, { texts }] of Object.entries(pending)) put(code, texts); // of another section: sent all the same
  if (waits()) {
    keep();
    say("waiting", words.restored);
    again(500);
  }
}
