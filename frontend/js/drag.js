// Rows of a table[data-drag] are put into order with the mouse: dropping one on another posts the row's own move form with
// the place (data-at) and the group (data-group) of that row. Keys and arrows do the same without a mouse, see order.js.

let carried = null;

const rowOf = (event) => event.target.closest?.("table[data-drag] tr[data-at]");

function drop(event) {
  const row = rowOf(event);
  if (!carried || !row || row.closest("table") !== carried.closest("table")) return;
  event.preventDefault();
  const form = carried.querySelector("form.mover");
  if (row === carried || !form) return;
  for (const [name, value] of [["to", row.dataset.at], ["group", row.dataset.group]]) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  form.submit();
}

export function startDrag() {
  document.querySelectorAll("table[data-drag] tr[data-at]").forEach((row) => { row.draggable = true; });
  document.addEventListener("dragstart", (event) => {
    carried = rowOf(event) ?? null;
    carried?.setAttribute("data-carried", "");
  });
  document.addEventListener("dragover", (event) => {
    const row = rowOf(event);
    document.querySelectorAll("tr[data-drop]").forEach((other) => other.removeAttribute("data-drop"));
    if (!carried || !row || row === carried) return;
    event.preventDefault();
    row.setAttribute("data-drop", "");
  });
  document.addEventListener("drop", drop);
  document.addEventListener("dragend", () => {
    carried?.removeAttribute("data-carried");
    document.querySelectorAll("tr[data-drop]").forEach((other) => other.removeAttribute("data-drop"));
    carried = null;
  });
}
