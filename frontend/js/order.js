// Alt with an arrow moves the row under the cursor: it presses the row's own button [data-move="up"] or [data-move="down"].
// In a table[data-drag] the mouse does it as well: a row dropped on another posts its own move form with the place
// (data-at) and the group (data-group) of that row.

function keydown(event) {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const row = event.target.closest?.("[data-row]") ?? document.querySelector("[data-row][data-cursor]");
  const button = row?.querySelector(`[data-move="${event.key === "ArrowUp" ? "up" : "down"}"]`);
  if (!button || button.disabled) return;
  event.preventDefault();
  button.click();
}

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

function startDragging() {
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

export function startOrder() {
  startDragging();
  document.addEventListener("keydown", keydown);
}
