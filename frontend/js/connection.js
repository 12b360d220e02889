// Without a connection nothing typed is lost: a note counts down and the same request goes again. Refusals get a sentence.
import htmx from "htmx.org";

const WAITS_S = [8, 15, 30];
const open = new WeakMap(); // element → its note and how often it was tried

function place(note) {
  // Inside an open dialog, or nobody could see it.
  (document.querySelector("dialog[open]") ?? document.body).append(note);
}

/** Say that `element` could not be saved and call `again` in 8 s, later less often, or at once on demand. */
export function notSaved(element, again) {
  const former = open.get(element);
  former?.close();
  const tried = former ? former.tried + 1 : 0;
  const note = document.getElementById("lost-pattern").content.firstElementChild.cloneNode(true);
  const words = note.querySelector("[data-wait]");
  let left = WAITS_S[Math.min(tried, WAITS_S.length - 1)];
  const show = () => { words.textContent = left === 1 ? words.dataset.one : words.dataset.many.replace("{count}", String(left)); };
  const go = () => {
    clearInterval(timer);
    words.textContent = words.dataset.now;
    again();
  };
  const timer = setInterval(() => (--left > 0 ? show() : go()), 1000);
  const close = () => { clearInterval(timer); note.remove(); };
  note.querySelector("[data-try-now]").addEventListener("click", go);
  window.addEventListener("online", () => note.isConnected && go(), { once: true });
  open.set(element, { close, tried });
  show();
  place(note);
}

/** The request went through: take the note away. */
export function saved(element) {
  open.get(element)?.close();
  open.delete(element);
}

/** Say in words that the server refused without saying why. */
export function failed(status) {
  const note = document.getElementById("failed-pattern").content.firstElementChild.cloneNode(true);
  const words = note.querySelector(".note-text");
  words.textContent = status === 403 ? words.dataset.forbidden : status === 404 || status === 410 ? words.dataset.gone : words.dataset.default;
  note.querySelector("[data-dismiss]").addEventListener("click", () => note.remove());
  document.querySelectorAll("[data-failed]").forEach((old) => old.remove());
  note.dataset.failed = "";
  place(note);
}

function lost(event) {
  const { elt, requestConfig, target } = event.detail;
  if (elt.matches?.("[data-progress], [data-asks]")) return;
  const { verb, path } = requestConfig;
  notSaved(elt, () => elt.isConnected && htmx.ajax(verb.toUpperCase(), path, { source: elt, target }));
}

export function startConnection() {
  document.body.addEventListener("htmx:sendError", lost);
  document.body.addEventListener("htmx:timeout", lost);
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr?.status) saved(event.detail.elt);
  });
  document.body.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
    if (!xhr.getResponseHeader("HX-Trigger")?.includes('"toast"')) failed(xhr.status); // a sentence of its own is enough
  });
}
