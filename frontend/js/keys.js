// The page of keys (`?`): of the registry it shows what works on the page that is open, and adds controls only this page has.

const KEY_OF_ONE_TALK = /^\d$/;

function inDialog(element) {
  return element.closest("dialog, template");
}

function works(row) {
  const needs = row.dataset.needs;
  return !needs || [...document.querySelectorAll(needs)].some((element) => !inDialog(element));
}

function row(key, label) {
  const line = document.createElement("div");
  line.className = "keys-row";
  line.dataset.made = "";
  const head = document.createElement("dt");
  const cap = document.createElement("kbd");
  cap.className = "kbd kbd-always";
  cap.textContent = key;
  head.append(cap);
  const words = document.createElement("dd");
  words.textContent = label;
  line.append(head, words);
  return line;
}

function labelOf(control) {
  if (control.getAttribute("aria-label")) return control.getAttribute("aria-label");
  const copy = control.cloneNode(true);
  copy.querySelectorAll(".kbd, svg").forEach((part) => part.remove());
  return (copy.textContent || control.placeholder || control.title || "").replace(/\s+/g, " ").trim();
}

function settle(dialog) {
  const known = new Set();
  for (const line of dialog.querySelectorAll("[data-caps]")) {
    line.hidden = !works(line);
    known.add(line.dataset.caps);
    if (!/^(g |Ctrl|Shift)/.test(line.dataset.caps)) line.dataset.caps.split(" ").forEach((cap) => known.add(cap));
  }
  for (const group of dialog.querySelectorAll(".keys-group:not([data-keys-here])")) group.hidden = ![...group.querySelectorAll(".keys-row")].some((line) => !line.hidden);
  const here = dialog.querySelector("[data-keys-here]");
  const list = here.querySelector("dl");
  list.querySelectorAll("[data-made]").forEach((line) => line.remove());
  for (const control of document.querySelectorAll("main [data-key]")) {
    const { key } = control.dataset;
    const label = labelOf(control);
    if (inDialog(control) || known.has(key) || KEY_OF_ONE_TALK.test(key) || !label || !control.getClientRects().length) continue;
    known.add(key);
    list.append(row(key, label));
  }
  here.hidden = !list.childElementCount;
}

export function startKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  new MutationObserver(() => { if (dialog.open) settle(dialog); }).observe(dialog, { attributeFilter: ["open"] });
}
