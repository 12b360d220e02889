// After a region was replaced, focus stays where it was or goes to what is new, and results are said once.

/** Say a sentence to people who listen, in the one status region. */
export function say(text) {
  const place = document.querySelector("#status [data-say]");
  if (!place || !text) return;
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = text; });
}

let before = null;

function remember() {
  const element = document.activeElement;
  if (!element || element === document.body) return void (before = null);
  before = { id: element.id, name: element.getAttribute("name"), form: element.closest("form")?.id, row: element.closest("[data-row]")?.dataset.row, start: element.selectionStart ?? null, end: element.selectionEnd ?? null };
}

function found() {
  if (!before) return null;
  if (before.id) return document.getElementById(before.id);
  const form = before.form && document.getElementById(before.form);
  if (form && before.name) return form.querySelector(`[name="${CSS.escape(before.name)}"]`);
  return before.row ? document.querySelector(`[data-row="${CSS.escape(before.row)}"] [data-open]`) : null;
}

function restore(target) {
  for (const element of target.matches?.("[data-announce]") ? [target] : target.querySelectorAll?.("[data-announce]") ?? []) say(element.dataset.announce);
  const wanted = target.querySelector?.("[data-error] :is(input, select, textarea):not([type=hidden]), [data-focus], [autofocus]");
  if (wanted) return void wanted.focus();
  if (document.activeElement && document.activeElement !== document.body) return;
  if (!before) return;
  const kept = found();
  if (kept) {
    kept.focus({ preventScroll: true });
    if (before.start !== null) try { kept.setSelectionRange(before.start, before.end); } catch { /* a field without a caret */ }
    return;
  }
  const heading = target.querySelector?.("h1, h2, h3");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

export function startFocus() {
  document.body.addEventListener("htmx:beforeSwap", remember);
  document.body.addEventListener("htmx:afterSettle", (event) => restore(event.detail.elt ?? event.target));
  const wanted = document.querySelector(".refused[data-focus], [data-error] :is(input, select, textarea)");
  if (wanted) return void wanted.focus();
  const form = document.querySelector("[data-focus-first]");
  const first = () => [...form.querySelectorAll("input, select, textarea, button")].find((field) => field.tabIndex >= 0 && field.getClientRects().length);
  if (form) setTimeout(() => first()?.focus()); // pickers take the place of their selects first
}
