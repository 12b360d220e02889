// Inline edit: a cell with data-edit-url asks for its form and opens in place. Enter saves and stays, Tab saves and goes to
// the next cell, Esc restores. The server answers the inside of the cell: the new value, or with 422 the form and why.
import { failed, notSaved, saved } from "./connection.js";
import { showInDialog } from "./dialog.js";
import { pickersIn } from "./picker.js";
import { request } from "./requests.js";
import { severalIn } from "./several.js";
import { forgetTyped, hasTyped, keepTyped, takeUpTyped } from "./typed.js";

const former = new WeakMap(); // cell → what it showed before

const SELECTOR = "[data-edit-url]";

function fill(cell, html) {
  cell.innerHTML = html;
  window.htmx.process(cell);
  pickersIn(cell);
  severalIn(cell);
}

function prepare(cell) {
  frame(cell).classList.add("inline");
  const picker = cell.querySelector("[data-picker]");
  if (picker?.openPicker) {
    picker.openPicker();
    cell.querySelector("select").addEventListener("change", () => save(cell));
    picker.addEventListener("picker-closed", () => setTimeout(() => { if (isOpen(cell) && !cell.hasAttribute("data-saving") && !cell.querySelector(".field-error")) restore(cell, cell.contains(document.activeElement)); }));
    return;
  }
  const field = cell.querySelector("input:not([type=hidden], [type=radio]), select, textarea");
  field?.focus({ preventScroll: true });
  field?.select?.();
}

/** A list is a form itself and the browser drops a form within a form, so the fields may stand without one. */
function frame(cell) {
  const form = cell.querySelector("form, .inline");
  if (form) return form;
  const holder = document.createElement("div");
  holder.append(...cell.childNodes);
  cell.append(holder);
  return holder;
}

function typed(cell) {
  const data = new FormData();
  for (const field of cell.querySelectorAll("[name]:is(input, select, textarea)")) {
    if (["checkbox", "radio"].includes(field.type) && !field.checked) continue;
    data.append(field.name, field.value);
  }
  return data;
}

const isOpen = (cell) => cell.hasAttribute("data-editing");

async function edit(cell, { alone = true } = {}) {
  if (isOpen(cell)) return;
  if (alone) document.querySelectorAll(`${SELECTOR}[data-editing]`).forEach((other) => save(other, { stay: false }));
  cell.setAttribute("data-editing", "");
  former.set(cell, cell.innerHTML);
  const width = cell.getBoundingClientRect().width;
  try {
    const response = await request(cell.dataset.editUrl);
    if (!response.ok) { close(cell); return failed(response.status); }
    if (cell.matches("td, th")) cell.width = Math.round(width);
    fill(cell, await response.text());
    takeUpTyped(cell);
    prepare(cell);
  } catch {
    close(cell);
    failed(0);
  }
}

/** Cells that were being typed in when the page or the row was drawn anew open again. */
function takeUp(root) {
  const cells = [...(root.matches?.(SELECTOR) ? [root] : []), ...(root.querySelectorAll?.(SELECTOR) ?? [])];
  cells.filter((cell) => !isOpen(cell) && hasTyped(cell)).forEach((cell) => edit(cell, { alone: false }));
}

function close(cell) {
  cell.removeAttribute("data-editing");
  cell.removeAttribute("data-saving");
  cell.removeAttribute("width");
}

function restore(cell, focus = true) {
  if (!isOpen(cell)) return;
  close(cell);
  saved(cell);
  forgetTyped(cell);
  cell.innerHTML = former.get(cell) ?? "";
  if (focus) back(cell);
}

function back(cell) {
  if (!cell.hasAttribute("tabindex")) cell.tabIndex = 0;
  cell.focus({ preventScroll: true });
}

async function save(cell, { stay = true, next = null } = {}) {
  if (!isOpen(cell) || !cell.querySelector("[name]") || cell.hasAttribute("data-saving")) return;
  cell.setAttribute("data-saving", "");
  const body = typed(cell);
  try {
    const response = await request(cell.querySelector("form")?.getAttribute("action") || cell.dataset.editUrl, { method: "POST", body });
    saved(cell);
    cell.removeAttribute("data-saving");
    if (response.headers.has("Tend-Dialog")) { // the change requires more: asked for in the dialog, with what was chosen
      const html = await response.text();
      restore(cell, false);
      return showInDialog(html, () => back(cell));
    }
    if (response.status === 422 || response.status === 409) {
      fill(cell, await response.text());
      keepTyped(cell);
      return prepare(cell);
    }
    if (!response.ok) return failed(response.status);
    const html = await response.text();
    forgetTyped(cell);
    close(cell);
    fill(cell, html);
    refreshRow(cell);
    if (next) edit(next); else if (stay) back(cell);
  } catch {
    // What was typed stays in the cell; the note tries again.
    cell.removeAttribute("data-saving");
    notSaved(cell, () => save(cell, { stay, next }));
  }
}

/** Other cells of the row may follow from this one: the server gives the row anew when it names data-row-url. */
async function refreshRow(cell) {
  const row = cell.closest("[data-row-url]");
  if (!row) return;
  const at = [...row.children].indexOf(cell);
  const response = await request(row.dataset.rowUrl).catch(() => null);
  if (!response?.ok || !row.isConnected) return;
  const holder = document.createElement("template");
  holder.innerHTML = (await response.text()).trim();
  const fresh = holder.content.firstElementChild;
  if (!fresh || row.querySelector("[data-editing]")) return;
  const focused = row.contains(document.activeElement);
  if (row.hasAttribute("data-cursor")) fresh.setAttribute("data-cursor", "");
  const box = row.querySelector('[name="chosen"]');
  const freshBox = fresh.querySelector('[name="chosen"]');
  if (box?.checked && freshBox) { freshBox.checked = true; fresh.setAttribute("data-chosen", ""); }
  row.replaceWith(fresh);
  window.htmx.process(fresh);
  pickersIn(fresh);
  takeUp(fresh);
  if (focused && fresh.children[at]) back(fresh.children[at]);
}

function neighbour(cell, by) {
  const scope = cell.closest("[data-rows], .facts, .strip, form, main") ?? document;
  const all = [...scope.querySelectorAll(SELECTOR)].filter((other) => other.getClientRects().length);
  return all[all.indexOf(cell) + by] ?? null;
}

function keydown(event) {
  const cell = event.target.closest?.(SELECTOR);
  if (!cell || event.isComposing) return;
  if (!isOpen(cell)) {
    if (event.target === cell && (event.key === "Enter" || event.key === "e") && !event.ctrlKey && !event.metaKey) { event.preventDefault(); edit(cell); }
    return;
  }
  if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); restore(cell); }
  else if (event.key === "Enter" && (!event.target.matches("textarea") || event.ctrlKey)) {
    if (event.target.closest(".picker") || event.target.closest("button")) return;
    event.preventDefault();
    save(cell);
  } else if (event.key === "Tab" && !event.target.closest(".picker") && !cell.querySelector("[data-several]")) {
    event.preventDefault();
    save(cell, { next: neighbour(cell, event.shiftKey ? -1 : 1) });
  }
}

export function startInline() {
  takeUp(document);
  document.body.addEventListener("htmx:load", (event) => takeUp(event.detail.elt));
  document.addEventListener("input", (event) => {
    const cell = event.target.closest?.(SELECTOR);
    if (cell && isOpen(cell) && event.target.name) keepTyped(cell);
  });
  document.addEventListener("click", (event) => {
    const cell = event.target.closest(SELECTOR);
    if (cell && event.target.closest("[data-restore]")) return restore(cell);
    if (cell && !isOpen(cell) && !event.target.closest("a, button:not([data-edit])")) edit(cell);
  });
  document.addEventListener("submit", (event) => {
    const cell = event.target.closest?.(SELECTOR);
    if (cell && isOpen(cell)) { event.preventDefault(); save(cell); }
  });
  document.addEventListener("keydown", keydown, true);
}
