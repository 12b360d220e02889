// The line that logs an activity: Enter sends it, Shift-Enter begins another line; the account is searched first where there is none.

const line = (quick) => quick.querySelector("textarea");

function keydown(event) {
  if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const quick = event.target.closest?.("[data-quick]");
  if (!quick || !event.target.matches("textarea, input[type=radio], input[type=checkbox]") || (event.shiftKey && event.target.matches("textarea"))) return;
  event.preventDefault();
  if (quick.dataset.sent === undefined) quick.querySelector("form").requestSubmit();
}

/** What comes first has the focus: the search for the account, opened, or the line. */
function begin(root) {
  root.querySelector?.("[data-quick] textarea[data-focus]")?.focus();
  const select = root.querySelector?.("[data-quick] select[data-focus]");
  if (select && !select.value) setTimeout(() => select.closest("[data-picker]")?.openPicker?.());
}

export function startQuick() {
  document.addEventListener("keydown", keydown);
  document.addEventListener("change", (event) => {
    const quick = event.target.closest?.("[data-quick]");
    if (quick && event.target.name === "account" && event.target.value) setTimeout(() => line(quick)?.focus());
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const quick = event.detail.elt.matches?.(".quick-form") && event.detail.elt.closest("[data-quick]");
    if (quick && event.detail.xhr.status === 204) quick.dataset.sent = ""; // the browser is on its way to the next page
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.matches?.(".quick-choices") && event.detail.elt.closest("[data-quick]").dataset.sent !== undefined) event.preventDefault();
  });
  document.body.addEventListener("htmx:load", (event) => {
    if (!event.detail.elt.closest(".quick-choices")) begin(event.detail.elt.parentElement ?? document);
  });
  begin(document);
}
