// Drafts: a form with data-draft="key" keeps what is typed in this tab until it is saved.
import { linesFor } from "./several.js";

const PREFIX = "tend-draft:";
const PENDING = "tend-drafts-sent";
const SECRET = "[type=password], [type=file], [type=hidden], [data-no-draft]";

const fields = (form) => [...form.elements].filter((field) => field.name && !field.matches(SECRET) && field.matches("input, select, textarea"));
const nameOf = (form) => PREFIX + form.dataset.draft;

function read(key) {
  try { return JSON.parse(sessionStorage.getItem(key) ?? "null"); } catch { return null; }
}

function keep(form) {
  const values = fields(form).filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked).map((field) => [field.name, field.value]);
  try { sessionStorage.setItem(nameOf(form), JSON.stringify(values)); } catch { return; /* no room: typing goes on */ }
  form.querySelectorAll("[data-draft-note]").forEach((note) => { note.hidden = false; });
}

function restore(form) {
  if (form.dataset.draftReady !== undefined) return;
  form.dataset.draftReady = "";
  const values = read(nameOf(form));
  if (!values || form.querySelector("[data-error], .refused")) return;
  linesFor(form, values.map(([name]) => name));
  const left = new Map();
  values.forEach(([name, value]) => left.set(name, [...(left.get(name) ?? []), value]));
  for (const field of fields(form)) {
    const kept = left.get(field.name);
    if (["checkbox", "radio"].includes(field.type)) field.checked = kept?.includes(field.value) ?? false;
    else if (kept?.length) {
      const value = kept.shift();
      if (field.value !== value) {
        field.value = value;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
  }
  form.querySelectorAll("[data-draft-note]").forEach((note) => { note.hidden = false; });
}

function forget(key) {
  sessionStorage.removeItem(key);
}

export function startDrafts() {
  // What was sent by an ordinary page load is saved, unless one came back with the browser's Back.
  const returned = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const sent = read(PENDING);
  if (sent && !returned) forget(sent);
  sessionStorage.removeItem(PENDING);
  document.querySelectorAll("form[data-draft]").forEach(restore);
  document.body.addEventListener("htmx:load", (event) => {
    const root = event.detail.elt;
    if (root.matches?.("form[data-draft]")) restore(root);
    root.querySelectorAll?.("form[data-draft]").forEach(restore);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.dataset.draft) keep(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset?.draft || form.matches("[hx-post], [data-hx-post], [hx-put], [hx-patch]")) return;
    try { sessionStorage.setItem(PENDING, JSON.stringify(nameOf(form))); } catch { /* the draft stays, nothing is lost */ }
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form[data-draft]");
    if (form && event.detail.successful && event.detail.requestConfig.verb !== "get" && event.detail.xhr.status < 400) forget(nameOf(form));
  });
}
