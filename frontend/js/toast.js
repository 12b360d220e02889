// Toasts with Undo and what makes sense next: from the server by HX-Trigger {"toast": {"text", "undo_url", "offers"}} or
// already on the page; they stay 10 s.
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
  const form = toast.querySelector("[data-undo]");
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
  const row = document.querySelector("[data-row][data-cursor]")?.dataset.row;
  if (row) sessionStorage.setItem("row-after-undo", row); // the page comes anew; calls go on from here
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

/** A control for what is offered: posted at once with its fields, or a link to the form that asks for the rest. */
function offered({ label, key, action, fields }) {
  const isPosted = Object.keys(fields).length > 0;
  const made = document.getElementById(isPosted ? "step-pattern" : "step-link-pattern").content.firstElementChild.cloneNode(true);
  const control = isPosted ? made.querySelector("button") : made;
  control.querySelector("span").textContent = label;
  control.querySelector(".kbd").textContent = key;
  control.dataset.key = key;
  const back = location.pathname + location.search;
  if (!isPosted) {
    made.setAttribute("href", `${action}?next=${encodeURIComponent(back)}`);
    return made;
  }
  made.setAttribute("action", action);
  for (const [name, value] of Object.entries({ ...fields, next: back })) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    made.append(input);
  }
  return made;
}

/** Show one sentence; the older toast gives way. */
export function toast({ text, undo_url: undoUrl, offers = [] }) {
  const region = document.getElementById("status");
  const pattern = document.getElementById("toast-pattern");
  if (!region || !pattern || !text) return;
  region.querySelectorAll("[data-toast]").forEach((old) => old.remove());
  const note = pattern.content.firstElementChild.cloneNode(true);
  note.querySelector(".toast-text").textContent = text;
  const form = note.querySelector("[data-undo]");
  form.before(...offers.map(offered));
  note.toggleAttribute("data-offers", offers.length > 0);
  if (undoUrl) form.setAttribute("action", undoUrl); else form.remove();
  region.append(note);
  live(note);
}

export function startToasts() {
  document.querySelectorAll("#status [data-toast]").forEach(live);
  document.body.addEventListener("toast", (event) => toast(event.detail));
}
