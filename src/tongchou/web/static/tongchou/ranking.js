// The order of cases by dragging rows. Without it, numbers and the buttons 上移 下移 do the same; while a row's number has
// the focus, Alt+↑ and Alt+↓ move it.
"use strict";
(() => {
  const form = document.querySelector("[data-ranking]");
  if (!form) return;
  const body = form.querySelector("tbody");
  const said = form.querySelector("[data-said]");
  const unsaved = form.querySelector("[data-unsaved]");
  let dragged = null;

  const number = () => {
    [...body.rows].forEach((row, at) => {
      row.querySelector("button[value$=':up']").disabled = at === 0;
      row.querySelector("button[value$=':down']").disabled = at === body.rows.length - 1;
      const input = row.querySelector("input[name^='n-']");
      if (input.value !== String(at + 1)) {
        input.value = at + 1;
        unsaved.hidden = false;
      }
    });
  };

  const say = (row) => {
    said.textContent = form.dataset.moved.replace("{n}", row.sectionRowIndex + 1);
  };

  for (const row of body.rows) {
    row.draggable = true;
    row.classList.add("tc-draggable");
  }

  // A row can't be dragged by the field in it: there the pointer selects text.
  body.addEventListener("pointerdown", (event) => {
    const row = event.target.closest("tr");
    if (row) row.draggable = !event.target.closest("input, button, a");
  });
  body.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("tr");
    if (!dragged) return;
    dragged.classList.add("tc-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.id);
  });
  body.addEventListener("dragover", (event) => {
    const over = event.target.closest("tr");
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    const below = event.clientY > box.top + box.height / 2;
    body.insertBefore(dragged, below ? over.nextSibling : over);
  });
  body.addEventListener("drop", (event) => event.preventDefault());
  body.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("tc-dragged");
    number();
    say(dragged);
    dragged = null;
  });

  const step = (row, up) => {
    const beside = up ? row.previousElementSibling : row.nextElementSibling;
    if (!beside) return;
    body.insertBefore(up ? row : beside, up ? beside : row);
    number();
    say(row);
  };
  body.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const row = event.target.closest("tr");
    if (!row) return;
    event.preventDefault();
    step(row, event.key === "ArrowUp");
    event.target.focus();
  });
  // The buttons move here too, or what was dragged and not yet saved would be lost.
  body.addEventListener("click", (event) => {
    const button = event.target.closest("button[name='move']");
    if (!button) return;
    event.preventDefault();
    step(button.closest("tr"), button.value.endsWith(":up"));
    if (!button.disabled) button.focus();
  });
  body.addEventListener("input", () => {
    unsaved.hidden = false;
  });
})();
