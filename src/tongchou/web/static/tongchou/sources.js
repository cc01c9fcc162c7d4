// The sign of where a prefilled answer is from goes as soon as somebody changes the answer.
"use strict";
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    event.target.closest?.("[data-field]")?.querySelector("[data-source]")?.remove();
  });
}
