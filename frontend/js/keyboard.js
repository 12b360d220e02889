// Single keys: each presses a visible control that carries data-key ("c", "g t", "1"). Silent in fields, by the key's place
// when the layout is not Latin, and off when <html data-keys="off">. Rows add j, k, x, Enter and o (rows.js).

import { keepForDialog } from "./dialog.js";

const SEQUENCE_MS = 1500;
const PLACES = { Slash: "/", BracketLeft: "[", BracketRight: "]" };

const own = new Map(); // key → function that returns true when it did something
const ahead = new Map(); // the same, asked before the controls of the page
let latin = !/^(uk|ru|be|bg|sr|mk|el|he|ar|ka|hy)\b/.test(document.documentElement.lang);
let first = "";
let timer = null;

/** Let a script act on a key; the control on the page wins over it, unless the script is to be asked first. */
export function onKey(key, act, { first: isFirst = false } = {}) {
  (isFirst ? ahead : own).set(key, act);
}

/** True where a person writes, so that a letter is a letter. */
export function isField(element) {
  if (!element) return false;
  if (element.isContentEditable || element.matches("textarea, select")) return true;
  return element.matches("input") && !["checkbox", "radio", "button", "submit", "range", "file"].includes(element.type);
}

function keyOf(event) {
  const { key, code } = event;
  if (key.length > 1) return key;
  if (/^Key[A-Z]$/.test(code)) {
    if (/^[a-z]$/i.test(key)) latin = true;
    else if (/\p{L}/u.test(key)) latin = false;
  }
  if (/^(Digit|Numpad)\d$/.test(code) && !event.shiftKey) return code.at(-1);
  if (latin || /^[a-z]$/i.test(key)) return key;
  if (/^Key[A-Z]$/.test(code)) return event.shiftKey ? code.at(-1) : code.at(-1).toLowerCase();
  if (code === "Slash" && event.shiftKey) return "?";
  return PLACES[code] ?? key;
}

function pressable(element) {
  if (element.disabled || element.getAttribute("aria-disabled") === "true") return false;
  return element.tabIndex === -1 || element.getClientRects().length > 0;
}

/** The control for a key: of the open dialog, else of the bulk bar in use, the cursor row, its open row, the page. */
function control(key) {
  const name = CSS.escape(key);
  const dialog = document.querySelector("dialog[open]");
  if (dialog) return [...dialog.querySelectorAll(`[data-key="${name}"]`)].find(pressable);
  const row = document.querySelector("[data-cursor]");
  const scopes = [document.querySelector("[data-bulkbar]:not([hidden])"), row, row?.nextElementSibling?.matches(".row-open") ? row.nextElementSibling : null, document];
  for (const scope of scopes) {
    const hit = scope && [...scope.querySelectorAll(`[data-key="${name}"]`)].find((element) => pressable(element) && (scope !== document || !element.closest("[data-row]:not([data-cursor]), dialog")));
    if (hit) return hit;
  }
  return null;
}

function press(key) {
  if (!document.querySelector("dialog[open]") && ahead.get(key)?.() === true) return true;
  const element = control(key);
  if (element) {
    if (isField(element)) { element.focus(); element.select?.(); } else element.click();
    return true;
  }
  return !document.querySelector("dialog[open]") && own.get(key)?.() === true;
}

function leave(event) {
  const field = event.target;
  if (!isField(field) || field.closest(".inline, .picker-panel, dialog")) return;
  field.blur();
}

function keydown(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape") return leave(event);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.documentElement.dataset.keys === "off" || isField(event.target)) return;
  if (keepForDialog(event.key)) return event.preventDefault();
  const key = keyOf(event);
  if (key === "Enter" && event.target.closest("a, button, summary, input, [role=treeitem], [data-edit-url]")) return;
  const both = first && `${first} ${key}`;
  const sequence = Boolean(both) && press(both);
  clearTimeout(timer);
  first = "";
  if (sequence) return event.preventDefault();
  if (!both && document.querySelector(`[data-key^="${CSS.escape(key)} "]`)) {
    first = key;
    timer = setTimeout(() => { first = ""; }, SEQUENCE_MS);
    return event.preventDefault();
  }
  if (press(key)) event.preventDefault();
}

export function startKeyboard() {
  document.addEventListener("keydown", keydown);
}
