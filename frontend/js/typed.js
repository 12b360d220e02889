// What is being typed in a cell is kept in this tab until it is saved or given up: a cell that is drawn anew takes it up,
// together with the version it was typed over, so that nobody's later value is overwritten unseen.
import { linesFor } from "./several.js";

const PREFIX = "tend-cell:";
const LEFT_OUT = "[type=password], [type=file], [name=csrfmiddlewaretoken]";

const keyOf = (cell) => PREFIX + cell.dataset.editUrl;
const fieldsOf = (cell) => [...cell.querySelectorAll("[name]:is(input, select, textarea)")].filter((field) => !field.matches(LEFT_OUT));
const isTicked = (field) => ["checkbox", "radio"].includes(field.type);
const valuesOf = (cell) => fieldsOf(cell).filter((field) => !isTicked(field) || field.checked).map((field) => [field.name, field.value]);

export function keepTyped(cell) {
  try { sessionStorage.setItem(keyOf(cell), JSON.stringify(valuesOf(cell))); } catch { /* no room: typing goes on */ }
}

export function forgetTyped(cell) {
  sessionStorage.removeItem(keyOf(cell));
}

function read(cell) {
  try { return JSON.parse(sessionStorage.getItem(keyOf(cell)) ?? "null"); } catch { return null; }
}

export const hasTyped = (cell) => read(cell) !== null;

/** Put what was typed back into the form of a cell; false when nothing was kept or there is nothing to put it in. */
export function takeUpTyped(cell) {
  const values = read(cell);
  if (!values || !fieldsOf(cell).length) return false;
  const form = cell.querySelector("form, .inline") ?? cell;
  linesFor(form, values.map(([name]) => name));
  const left = new Map();
  values.forEach(([name, value]) => left.set(name, [...(left.get(name) ?? []), value]));
  for (const field of fieldsOf(cell)) {
    const kept = left.get(field.name);
    if (isTicked(field)) field.checked = kept?.includes(field.value) ?? false;
    else if (kept?.length) field.value = kept.shift();
  }
  return true;
}
