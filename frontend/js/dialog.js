// Native dialogs: data-dialog="id" opens, data-close closes, a fragment swapped into #dialog opens it by itself.

import { pickersIn } from "./picker.js";

const SETTLE_MS = 60; // until the dialog that has come knows where its focus is

let typed = null; // what was typed while a dialog is on its way; null when none is

/** Keep a key for the dialog that is on its way; false when none is. */
export function keepForDialog(key) {
  if (typed === null) return false;
  if (key === "Backspace") typed.pop();
  else if (key.length === 1) typed.push(key);
  return true;
}

function handOver() {
  const text = typed?.join("") ?? "";
  typed = null;
  const field = document.activeElement;
  if (!text || !field?.matches("dialog[open] :is(textarea, input:not([type]), input[type=text], input[type=search])")) return;
  field.setRangeText(text, 0, 0, "preserve"); // before what has been typed into it since
  if (field.selectionEnd < text.length) field.setSelectionRange(field.value.length, field.value.length);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Open a dialog by its id; a second press closes it. */
export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog) return null;
  if (dialog.open) dialog.close(); else {
    document.querySelectorAll("dialog[open]").forEach((other) => other.close());
    dialog.showModal();
  }
  return dialog;
}

/** Show a fragment in the shell's dialog; `closed` runs when it goes. */
export function showInDialog(html, closed) {
  const dialog = document.getElementById("dialog");
  if (!dialog) return;
  dialog.innerHTML = html;
  window.htmx.process(dialog);
  pickersIn(dialog);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[data-error] :is(input, select, textarea), .field:nth-of-type(2) :is(input, button, textarea), input:not([type=hidden])")?.focus();
  if (closed) dialog.addEventListener("close", closed, { once: true });
}

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) return void openDialog(opener.dataset.dialog);
    if (event.target.closest("[data-close]")) return void event.target.closest("dialog")?.close();
    if (event.target.matches?.("dialog[open]") && outside(event)) event.target.close();
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const dialog = document.getElementById("dialog");
    if (event.detail.target !== dialog) return;
    if (!dialog.childElementCount) return dialog.close();
    if (!dialog.open) dialog.showModal();
  });
  const comes = (event) => event.detail.target?.id === "dialog" && event.detail.requestConfig?.verb === "get" && !document.querySelector("dialog[open]");
  document.body.addEventListener("htmx:beforeRequest", (event) => { if (comes(event)) typed = []; });
  document.body.addEventListener("htmx:afterRequest", () => { if (typed !== null) setTimeout(handOver, SETTLE_MS); });
  document.body.addEventListener("close-dialog", () => document.getElementById("dialog")?.close());
}

function outside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
