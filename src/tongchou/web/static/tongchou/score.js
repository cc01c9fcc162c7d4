// An expert's score sheet: marks are saved as one goes, and the PDF stands beside them where there is room.
"use strict";

const sheet = document.querySelector("form[data-score]");
if (sheet) {
  const sign = sheet.querySelector("[data-saved]");
  const WAIT = 1200, AGAIN = 5000;
  let timer = 0, sending = false, changed = false, leaving = false;

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  async function save() {
    if (sending || leaving) return;
    sending = true;
    changed = false;
    const body = new FormData(sheet);
    body.set("do", "save");
    try {
      const answer = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (told.refused) {
        sign.textContent = Object.values(told.refused.fields)[0] ?? told.refused.reason;
        sign.classList.add("tc-text-bad");
      } else {
        sign.textContent = told.saved;
        sign.classList.remove("tc-text-bad");
      }
    } catch {
      sign.textContent = sheet.dataset.failed;
      sign.classList.add("tc-text-bad");
      changed = true;
    }
    sending = false;
    if (changed) later(AGAIN);
  }

  sheet.addEventListener("input", () => {
    changed = true;
    later(WAIT);
  });
  sheet.addEventListener("submit", () => {
    leaving = true;
    changed = false;
  });
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

// The frame is only filled where it is shown: on a narrow screen the links open the files.
const frame = document.querySelector("iframe[data-src]");
if (frame && matchMedia("(min-width: 901px)").matches) {
  frame.src = frame.dataset.src;
  frame.hidden = false;
}
const links = [...document.querySelectorAll(".tc-score-files a[data-show-in]")];
links.forEach((link) => link.addEventListener("click", () => {
  links.forEach((other) => other.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
}));
