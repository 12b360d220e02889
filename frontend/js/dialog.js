// Native dialogs: data-dialog="id" opens, data-close closes, a fragment swapped into #dialog opens it by itself.

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
  document.body.addEventListener("close-dialog", () => document.getElementById("dialog")?.close());
}

function outside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
