// Alt with an arrow moves the row under the cursor: it presses the row's own button [data-move="up"] or [data-move="down"].

function keydown(event) {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const row = event.target.closest?.("[data-row]") ?? document.querySelector("[data-row][data-cursor]");
  const button = row?.querySelector(`[data-move="${event.key === "ArrowUp" ? "up" : "down"}"]`);
  if (!button || button.disabled) return;
  event.preventDefault();
  button.click();
}

export function startOrder() {
  document.addEventListener("keydown", keydown);
}
