// Toasts with Undo: from the server by HX-Trigger {"toast": {"text", "undo_url"}} or already on the page; they stay 10 s.
import { request } from "./requests.js";
import { failed, notSaved } from "./connection.js";

const STAY_MS = 10000;

function live(toast) {
  let timer = null;
  const leave = () => toast.remove();
  const start = () => { clearTimeout(timer); timer = setTimeout(leave, STAY_MS); };
  const stop = () => clearTimeout(timer);
  const settle = () => { if (!toast.matches(":hover, :focus-within")) start(); };
  toast.addEventListener("mouseenter", stop);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("mouseleave", settle);
  toast.addEventListener("focusout", () => setTimeout(settle));
  const form = toast.querySelector("form");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    stop();
    undo(form, leave);
  });
  start();
}

async function undo(form, leave) {
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const response = await request(form.getAttribute("action"), { method: "POST", body: new FormData(form) });
    leave();
    if (!response.ok) return failed(response.status);
    // Without word from the server about what changed, the page itself is asked again.
    if (!response.headers.get("HX-Trigger") && !response.headers.get("HX-Refresh") && !response.headers.get("HX-Redirect")) location.reload();
  } catch {
    button.disabled = false;
    notSaved(form, () => undo(form, leave));
  }
}

/** Show one sentence; the older toast gives way. */
export function toast({ text, undo_url: undoUrl }) {
  const region = document.getElementById("status");
  const pattern = document.getElementById("toast-pattern");
  if (!region || !pattern || !text) return;
  region.querySelectorAll("[data-toast]").forEach((old) => old.remove());
  const note = pattern.content.firstElementChild.cloneNode(true);
  note.querySelector(".toast-text").textContent = text;
  const form = note.querySelector("form");
  if (undoUrl) form.setAttribute("action", undoUrl); else form.remove();
  region.append(note);
  live(note);
}

export function startToasts() {
  document.querySelectorAll("#status [data-toast]").forEach(live);
  document.body.addEventListener("toast", (event) => toast(event.detail));
}
