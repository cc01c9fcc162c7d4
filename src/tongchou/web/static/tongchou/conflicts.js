// Two different answers to one field: mine and somebody else's, side by side, until one is chosen.
// Where the field stands in another section its box stands above the form ([data-conflicts]).
"use strict";

// act.put(code, texts) fills the field; act.resolve(code, texts) saves texts, or nothing when theirs is taken.
window.tongchouConflicts = function (form, words, act) {
  const open = {}; // field → {base, texts} of mine
  const boxes = {};

  function show(code, theirs, mine) {
    if (typeof theirs === "string") theirs = { shown: theirs };
    open[code] = mine;
    const box = boxOf(code);
    const head = document.createElement("p");
    const who = theirs.who ? `${theirs.who} ${theirs.at}` : words.somebody || "";
    head.textContent = `${theirs.label ? `${theirs.label}：` : ""}${words.conflict}`;
    const sides = document.createElement("div");
    sides.className = "tc-conflict-sides";
    const mineSide = side(words.my_side || "", shown(code, mine.texts));
    const theirSide = side(`${words.their_side || ""}${who ? `（${who}）` : ""}`, theirs.shown);
    sides.append(mineSide, theirSide);
    mineSide.append(
      button(words.mine, () => {
        const texts = open[code].texts;
        close(code);
        act.resolve(code, texts);
      }),
    );
    theirSide.append(
      button(words.theirs, () => {
        close(code);
        if (!theirs.texts) return location.reload();
        act.put(code, theirs.texts);
        act.resolve(code, null);
      }),
    );
    box.replaceChildren(head, sides);
    const kind = form.querySelector(`[data-field="${code}"]`)?.dataset.kind;
    if ((kind === "longtext" || kind === "text") && theirs.texts && words.join) {
      box.append(
        button(words.join, () => {
          const between = kind === "longtext" ? "\n" : " ";
          const joined = { [code]: [[theirs.texts[code][0], open[code].texts[code][0]].filter(Boolean).join(between)] };
          close(code);
          act.put(code, joined);
          act.resolve(code, joined);
        }),
      );
    }
    box.hidden = false;
    boxes[code] = box;
  }
  function boxOf(code) {
    const own = boxes[code] || form.querySelector(`[data-conflict="${code}"]`);
    if (own) return own;
    const made = document.createElement("div");
    made.className = "tc-conflict";
    made.setAttribute("role", "alert");
    document.querySelector("[data-conflicts]")?.append(made);
    return made;
  }
  function side(title, text) {
    const made = document.createElement("div");
    const head = document.createElement("strong");
    head.textContent = title;
    const body = document.createElement("p");
    body.className = "tc-conflict-text";
    body.textContent = text || words.empty || "";
    made.append(head, body);
    return made;
  }
  // What I typed, as I read it in the inputs: labels of choices, rows line by line.
  function shown(code, texts) {
    const rows = {};
    for (const [name, values] of Object.entries(texts)) {
      const row = name.slice(code.length + 1).split("-").slice(0, -1).join("-");
      for (const value of values.filter(Boolean)) {
        const input = [...form.querySelectorAll(`[name="${name}"]`)].find((i) => i.type !== "hidden");
        let text = value;
        if (input?.tagName === "SELECT") text = [...input.options].find((o) => o.value === value)?.text || value;
        else if (input?.type === "checkbox" || input?.type === "radio")
          text = form.querySelector(`[name="${name}"][value="${value}"]`)?.closest("label")?.textContent.trim() || value;
        (rows[row] ??= []).push(text);
      }
    }
    return Object.values(rows)
      .map((cells) => cells.join("，"))
      .join("\n");
  }
  function close(code) {
    boxes[code]?.replaceChildren();
    if (boxes[code]) boxes[code].hidden = true;
    delete boxes[code];
    delete open[code];
  }
  function button(text, click) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm";
    made.textContent = text;
    made.addEventListener("click", click);
    return made;
  }
  return {
    show,
    open: () => open,
    // I go on typing in a field that waits for the choice: my side follows.
    typed(code, texts) {
      if (!open[code]) return false;
      open[code].texts = texts;
      const mine = boxes[code]?.querySelector(".tc-conflict-text");
      if (mine) mine.textContent = shown(code, texts) || words.empty || "";
      return true;
    },
  };
};
