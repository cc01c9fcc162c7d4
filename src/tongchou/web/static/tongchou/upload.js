// Uploads in pieces (tus): several at once, with progress, paused and gone on with, and resumed after a cut or a reload by
// choosing the same file again. [data-slot] is a field's files; the server draws it anew when something has come of one.
"use strict";

const PIECE = 5 * 2 ** 20;
const AT_ONCE = 3;
const words = JSON.parse(document.getElementById("upload-words").textContent);
const queue = [];
let running = 0;

for (const node of document.querySelectorAll("[data-slot]")) ready(node);

// ---------------------------------------------------------------- choosing
document.addEventListener("change", (event) => {
  const input = event.target.closest("input[data-upload]");
  if (!input || !input.files.length) return;
  const slot = input.closest("[data-slot]");
  for (const file of input.files) add(slot, file);
  input.value = "";
});

// The button and the page range are for those without scripts; what waits for the server is looked after.
function ready(slot) {
  for (const node of slot.querySelectorAll("[data-plain]")) node.hidden = true;
  if (slot.querySelector("[data-wait]")) setTimeout(() => redraw(slot.dataset.slot), 2000);
}

function add(slot, file) {
  const code = slot.dataset.slot;
  const about = { filename: file.name, field: code };
  for (const part of ["indicator", "year"]) {
    const select = slot.querySelector(`[name="${part}-${code}"]`);
    if (select?.value) about[part] = select.value;
  }
  const row = makeRow(file);
  slot.querySelector("[data-coming]").append(row.node);
  const job = { code, row, file, state: "waiting", upload: null, timer: null };
  job.upload = new tus.Upload(file, {
    endpoint: slot.dataset.uploadTo,
    chunkSize: PIECE,
    metadata: about,
    headers: { "X-CSRFToken": document.querySelector("#files [name=csrfmiddlewaretoken]").value, Accept: "application/json" },
    retryDelays: [0, 1000, 3000, 5000],
    removeFingerprintOnSuccess: true,
    fingerprint: () => Promise.resolve(["tongchou", slot.dataset.uploadTo, code, about.indicator, about.year, file.name, file.size, file.lastModified].join("|")),
    onUploadUrlAvailable: () => taken(job, job.upload.url),
    onProgress: (sent, all) => progress(row, sent, all),
    onSuccess: () => arrived(job),
    onError: (error) => failed(job, error),
  });
  row.hold.addEventListener("click", () => (["paused", "offline"].includes(job.state) ? enqueue(job) : pause(job)));
  row.cancel.addEventListener("click", () => cancel(job));
  enqueue(job);
}

// ---------------------------------------------------------------- one upload
function enqueue(job) {
  clearTimeout(job.timer);
  say(job, "waiting");
  queue.push(job);
  next();
}
function next() {
  while (running < AT_ONCE && queue.length) {
    running += 1;
    begin(queue.shift());
  }
}
function leave(job) {
  if (job.state === "sending") running -= 1;
  else if (queue.includes(job)) queue.splice(queue.indexOf(job), 1);
}
async function begin(job) {
  say(job, "sending");
  if (!job.upload.url) {
    const [before] = await job.upload.findPreviousUploads();
    if (before) {
      job.upload.resumeFromPreviousUpload(before);
      taken(job, before.uploadUrl);
    }
  }
  job.upload.start();
}
// It has an address now; the row that the server drew of an earlier attempt gives way to ours.
function taken(job, address) {
  const key = address.split("/").filter(Boolean).pop();
  document.querySelectorAll(`[data-upload-key="${key}"]`).forEach((old) => old !== job.row.node && old.remove());
  job.row.node.dataset.uploadKey = key;
}
function pause(job) {
  leave(job);
  clearTimeout(job.timer);
  job.upload.abort();
  say(job, "paused");
  next();
}
async function cancel(job) {
  leave(job);
  clearTimeout(job.timer);
  await job.upload.abort(true).catch(() => {});
  job.row.node.remove();
  next();
}
function failed(job, error) {
  const answer = error.originalResponse;
  const status = answer ? answer.getStatus() : 0;
  leave(job);
  if (!status || status >= 500 || status === 409 || status === 423) {
    say(job, "offline");
    job.timer = setTimeout(() => job.state === "offline" && enqueue(job), 8000);
  } else {
    let said = null;
    try {
      said = JSON.parse(answer.getBody()).refused;
    } catch {
      /* not ours: a proxy's page */
    }
    refused(job, said ? [said.reason, said.remedy].join(" ") : `${words.refused} (${status})`);
  }
  next();
}
addEventListener("online", () => {
  for (const node of document.querySelectorAll("[data-coming] > li")) node.job?.state === "offline" && enqueue(node.job);
});
function refused(job, text) {
  say(job, "refused");
  job.row.note.textContent = text;
  job.row.hold.hidden = true;
  job.row.cancel.textContent = words.dismiss;
}
async function arrived(job) {
  leave(job);
  say(job, "checking");
  job.row.hold.hidden = job.row.cancel.hidden = true;
  job.row.node.dataset.done = "";
  next();
  await redraw(job.code);
}

// ---------------------------------------------------------------- what the server says of a field's files
async function redraw(code) {
  const slot = document.querySelector(`[data-slot="${code}"]`);
  const answer = await fetch(slot.dataset.slotAt, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return setTimeout(() => redraw(code), 5000);
  const body = await answer.json();
  const drawn = new DOMParser().parseFromString(body.files, "text/html").querySelector("[data-slot]");
  const now = document.querySelector(`[data-slot="${code}"]`);
  const own = [...now.querySelectorAll("[data-coming] > li")].filter((node) => node.job && !("done" in node.dataset));
  for (const part of ["indicator", "year"]) {
    const [old, fresh] = [now, drawn].map((node) => node.querySelector(`[name="${part}-${code}"]`));
    if (old) fresh.value = old.value;
  }
  now.replaceWith(document.adoptNode(drawn));
  const coming = drawn.querySelector("[data-coming]");
  for (const node of own) {
    coming.querySelector(`[data-upload-key="${node.dataset.uploadKey}"]`)?.remove();
    coming.append(node);
  }
  const checks = document.querySelector("[data-checks]");
  if (checks) checks.innerHTML = body.checks; // rendered and escaped by the server
  for (const [section, [filled, needed]] of Object.entries(body.progress)) {
    const node = document.querySelector(`[data-progress="${section}"]`);
    if (!node) continue;
    node.querySelector("progress").max = needed || 1;
    node.querySelector("progress").value = filled;
    node.querySelector(".tc-progress-text").textContent = `${filled}/${needed}`;
  }
  ready(drawn);
  document.dispatchEvent(new CustomEvent("tongchou:files", { detail: drawn }));
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-cancel]");
  if (!button) return;
  button.disabled = true;
  await fetch(button.dataset.cancel, {
    method: "DELETE",
    headers: { "Tus-Resumable": "1.0.0", Accept: "application/json", "X-CSRFToken": document.querySelector("#files [name=csrfmiddlewaretoken]").value },
  }).catch(() => null);
  redraw(button.closest("[data-slot]").dataset.slot);
});

// ---------------------------------------------------------------- its row
function makeRow(file) {
  const node = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  const note = document.createElement("span");
  note.className = "tc-quiet-text";
  note.setAttribute("role", "status");
  const line = document.createElement("span");
  line.className = "tc-progress tc-upload-row";
  line.append(bar, note);
  const hold = button(words.pause);
  const stop = button(words.cancel);
  const does = document.createElement("span");
  does.className = "tc-evidence-do";
  does.append(hold, stop);
  node.append(name, line, does);
  return { node, bar, note, hold, cancel: stop, told: "" };
}
function button(text) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = text;
  return made;
}
const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0);
function progress(row, sent, all) {
  row.bar.value = all ? sent / all : 1;
  row.told = `${Math.floor((100 * sent) / all)}%（${megabytes(sent)} / ${megabytes(all)} MB）`;
  row.note.textContent = row.told;
}
function say(job, state) {
  job.state = state;
  job.row.node.job = job;
  job.row.node.dataset.state = state;
  job.row.note.textContent = state === "sending" ? `${words.sending} ${job.row.told}` : `${words[state]} ${state === "paused" || state === "offline" ? job.row.told : ""}`;
  job.row.hold.textContent = state === "paused" || state === "offline" ? words.resume : words.pause;
}
