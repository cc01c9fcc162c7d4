// A file that has arrived can be named at every indicator at once: the choices are made anew from the list of files.
"use strict";

document.addEventListener("tongchou:files", (event) => {
  const files = [...event.detail.querySelectorAll("[data-evidence]")].map((node) => [node.dataset.evidence, node.dataset.name]);
  for (const select of document.querySelectorAll("[data-evidence-choice]")) {
    const chosen = select.value;
    select.replaceChildren(select.options[0], ...files.map(([pk, name]) => new Option(name, pk)));
    select.value = files.some(([pk]) => pk === chosen) ? chosen : "";
  }
});
