// Long lists of choices are picked from by typing a part of what one looks for.
//
// select[data-searched]: the select keeps the answer, and is all there is without scripts; an input before it finds the
// choice. [data-filtered] around many boxes: an input above leaves those that say what was typed.
"use strict";

window.tongchouPick = (root) => {
  for (const select of root.querySelectorAll("select[data-searched]:not([aria-hidden])")) search(select);
  for (const boxes of root.querySelectorAll("[data-filtered]")) filter(boxes);

  function search(select) {
    const input = typedInto(select.dataset.searched);
    input.setAttribute("list", "choices");
    if (select.id) {
      input.id = select.id; // its label is the input's from now on
      select.removeAttribute("id");
    }
    select.before(input);
    select.classList.add("visually-hidden");
    select.setAttribute("aria-hidden", "true");
    select.tabIndex = -1;
    const choices = () => [...select.options].filter((option) => option.value);
    const show = () => (input.value = select.value ? select.selectedOptions[0].text : "");
    function take(value) {
      if (select.value !== value) {
        select.value = value;
        select.dispatchEvent(new Event("change", { bubbles: true }));
      }
      show();
      say("");
    }
    function settle() {
      const word = plain(input.value);
      const found = choices().filter((option) => plain(option.text).includes(word));
      const exact = found.find((option) => plain(option.text) === word);
      if (!word) take("");
      else if (exact || found.length === 1) take((exact || found[0]).value);
      else {
        say(select.dataset.none.replace("{word}", input.value.trim()));
        show();
      }
    }
    function say(text) {
      const place = input.closest("[data-field]")?.querySelector(`[data-error="${select.name}"]`);
      if (!place) return;
      place.textContent = text;
      place.hidden = !text;
    }
    input.addEventListener("focus", () => offer(choices()));
    input.addEventListener("input", () => {
      const exact = choices().find((option) => option.text === input.value);
      if (exact) take(exact.value); // as clicking in the list does
    });
    input.addEventListener("change", settle);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault(); // it picks, and does not send the form
      settle();
    });
    select.addEventListener("focus", () => input.focus());
    select.addEventListener("pick:put", show);
    // Other scripts say of the select what was found and how it is called in its row.
    function mirror() {
      for (const name of ["aria-label", "aria-describedby", "aria-invalid"]) {
        if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
        else input.removeAttribute(name);
      }
      input.classList.toggle("is-invalid", select.classList.contains("is-invalid"));
    }
    new MutationObserver(mirror).observe(select, { attributes: true });
    mirror();
    show();
  }
  function offer(options) {
    let list = document.getElementById("choices");
    if (!list) {
      list = document.createElement("datalist");
      list.id = "choices";
      document.body.append(list);
    }
    list.replaceChildren(
      ...options.map(({ text }) => {
        const made = document.createElement("option");
        made.value = text;
        return made;
      }),
    );
  }

  function filter(boxes) {
    const input = typedInto(boxes.dataset.filtered);
    input.setAttribute("aria-label", boxes.dataset.filtered);
    boxes.before(input);
    input.addEventListener("input", () => {
      for (const box of boxes.children) box.hidden = !plain(box.textContent).includes(plain(input.value));
    });
    input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  }

  // What is typed to find something is no answer: it is not saved.
  function typedInto(hint) {
    const input = document.createElement("input");
    input.className = "form-control";
    input.autocomplete = "off";
    input.placeholder = hint;
    for (const kind of ["input", "change"]) input.addEventListener(kind, (event) => event.stopPropagation());
    return input;
  }
  function plain(text) {
    return text.normalize("NFKC").trim().toLowerCase();
  }
};
window.tongchouPick(document);
document.addEventListener("draft:put", (event) => {
  for (const select of event.target.querySelectorAll("select[data-searched]")) select.dispatchEvent(new Event("pick:put"));
});
