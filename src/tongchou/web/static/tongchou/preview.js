// Files shown beside the form: a[data-preview=media type], for a PDF with data-pages, data-page and data-drawn (the address
// of page 0, from which those of the others follow). Without scripts, or for what can't be shown, the link opens the file.
"use strict";

const preview = document.getElementById("preview");
if (preview) {
  const body = preview.querySelector(".tc-preview-body");
  const pageInput = preview.querySelector("#preview-page");
  const failed = preview.querySelector("[data-failed]");
  let link = null;
  let at = 1;

  const draw = (node) => {
    failed.hidden = true;
    node.addEventListener("error", () => (failed.hidden = false));
    body.replaceChildren(node);
    body.scrollTop = 0;
  };
  const picture = (address, words) => {
    const img = new Image();
    img.alt = words;
    img.src = address;
    return img;
  };
  function turnTo(page) {
    const pages = Number(link.dataset.pages);
    at = Math.min(Math.max(1, page || 1), pages);
    pageInput.value = at;
    const address = (n) => link.dataset.drawn.replace(/0\/$/, `${n}/`);
    draw(picture(address(at), `${link.textContent} ${at}/${pages}`));
    if (at < pages) new Image().src = address(at + 1);
  }
  function open(chosen) {
    link = chosen;
    const kind = link.dataset.preview;
    preview.querySelector("#preview-name").textContent = link.textContent;
    preview.querySelector("[data-whole]").href = link.href;
    preview.querySelector("[data-turn]").hidden = !link.dataset.pages;
    if (link.dataset.pages) {
      preview.querySelector("[data-of]").textContent = link.dataset.pages;
      turnTo(Number(link.dataset.page));
    } else if (kind.startsWith("image/")) draw(picture(link.href, link.textContent));
    else {
      const video = document.createElement("video");
      video.controls = true;
      video.src = link.href;
      draw(video);
    }
    if (!preview.open) preview.show();
    document.body.classList.add("tc-previewing");
    link.scrollIntoView({ block: "nearest" });
    preview.querySelector("[data-close]").focus();
  }
  function close() {
    preview.close();
    document.body.classList.remove("tc-previewing");
    body.replaceChildren();
    link?.focus();
  }

  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("a[data-preview]");
    if (!chosen || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!/^(application\/pdf|image\/|video\/)/.test(chosen.dataset.preview)) return;
    event.preventDefault();
    open(chosen);
  });
  preview.addEventListener("click", (event) => {
    const turn = event.target.closest("[data-turn-by]");
    if (turn) turnTo(at + Number(turn.dataset.turnBy));
    else if (event.target.closest("[data-close]")) close();
  });
  pageInput.addEventListener("change", () => turnTo(Number.parseInt(pageInput.value, 10)));
  preview.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.target === pageInput || preview.querySelector("[data-turn]").hidden) return;
    if (event.key === "ArrowLeft") turnTo(at - 1);
    if (event.key === "ArrowRight") turnTo(at + 1);
  });
}
