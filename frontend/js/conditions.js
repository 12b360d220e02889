// Fields that are asked for only while another says certain words: [data-shown-if="name"][data-shown-values="one a line"].
// Without scripts all of them stand there and the server decides. What is hidden keeps its value and is sent as it was.
// [data-required-for="codes"] follows the lifecycle of the form.

const HOLDS = "[data-shown-if]";

function said(form, name) {
  const found = [...form.elements].filter((field) => field.name === name);
  if (!found.length) return null;
  if (found.some((field) => ["checkbox", "radio"].includes(field.type))) {
    if (found.length === 1 && found[0].value === "on") return [found[0].checked ? "yes" : "no"];
    return found.filter((field) => field.checked).map((field) => field.value);
  }
  return found.map((field) => field.value);
}

function settle(form) {
  const hidden = new Set();
  const fields = [...form.querySelectorAll(HOLDS)];
  const nameOf = (field) => field.querySelector("[name]:is(input, select, textarea)")?.name;
  for (let pass = 0, moved = true; moved && pass <= fields.length; pass += 1) { // one may hang on another
    moved = false;
    for (const field of fields) {
      const source = field.dataset.shownIf;
      const words = said(form, source);
      const wanted = field.dataset.shownValues.split("\n");
      const holds = words === null || (!hidden.has(source) && words.some((word) => wanted.includes(word)));
      const name = nameOf(field);
      if (holds !== !hidden.has(name)) moved = true;
      if (holds) hidden.delete(name); else hidden.add(name);
      field.hidden = !holds;
    }
  }
  const stage = said(form, "lifecycle")?.[0] ?? form.dataset.stage;
  form.querySelectorAll("[data-required-for]").forEach((field) => {
    const must = field.dataset.requiredFor.split(" ").includes(stage);
    field.toggleAttribute("data-asked", must);
    field.querySelectorAll("input:not([type=hidden]), select, textarea").forEach((input) => {
      if (must) input.setAttribute("aria-required", "true"); else input.removeAttribute("aria-required");
    });
  });
  form.querySelectorAll(".form-line, .fold").forEach((line) => {
    const inside = [...line.querySelectorAll(".field")];
    line.hidden = inside.length > 0 && inside.every((field) => field.hidden);
  });
}

const OPEN = "tend-fold:";

function folds(root) {
  root.querySelectorAll("details[data-fold]").forEach((fold) => {
    if (fold.dataset.foldReady !== undefined) return;
    fold.dataset.foldReady = "";
    let kept = null;
    try { kept = localStorage.getItem(OPEN + fold.dataset.fold); } catch { /* nothing is remembered */ }
    if (kept === "0" && !fold.hasAttribute("data-fold-open")) fold.open = false;
    fold.addEventListener("toggle", () => {
      try { localStorage.setItem(OPEN + fold.dataset.fold, fold.open ? "1" : "0"); } catch { /* as above */ }
    });
  });
}

function begin(root) {
  root.querySelectorAll?.("form").forEach((form) => { if (form.querySelector(`${HOLDS}, [data-required-for]`)) settle(form); });
  folds(root);
}

export function startConditions() {
  begin(document);
  document.body.addEventListener("htmx:load", (event) => begin(event.detail.elt));
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.querySelector(`${HOLDS}, [data-required-for]`)) settle(form);
  });
}
