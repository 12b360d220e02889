// In the calls panel the row under the cursor opens: [data-open-url] is asked for what is known and the outcomes.
import { request } from "./requests.js";
import { moveTo } from "./rows.js";

async function openRow(row) {
  document.querySelectorAll(".row-open").forEach((open) => { open.hidden = open.previousElementSibling !== row; });
  if (!row.dataset.openUrl || row.nextElementSibling?.matches(".row-open")) return;
  const url = row.dataset.openUrl;
  try {
    const response = await request(url);
    if (!response.ok || !row.hasAttribute("data-cursor") || row.nextElementSibling?.matches(".row-open")) return;
    row.insertAdjacentHTML("afterend", await response.text());
    window.htmx.process(row.nextElementSibling);
  } catch {
    // The row itself still opens the card; nothing was to be saved.
  }
}

export function startCalls() {
  document.addEventListener("cursor", (event) => {
    if (event.target.matches("[data-open-url]")) openRow(event.target);
  });
  // A logged row hands the cursor on, so that the next call opens without a mouse.
  document.body.addEventListener("htmx:afterSettle", () => {
    const logged = document.querySelector("[data-row][data-logged][data-cursor]");
    const all = [...document.querySelectorAll("[data-rows] [data-row]")];
    const next = logged && all.slice(all.indexOf(logged) + 1).find((row) => !row.hasAttribute("data-logged"));
    if (next) moveTo(next);
  });
  const first = document.querySelector("[data-rows][data-cursor-first] [data-row]");
  const stood = sessionStorage.getItem("row-after-undo");
  sessionStorage.removeItem("row-after-undo");
  if (first && stood) moveTo(document.querySelector(`[data-rows] [data-row="${CSS.escape(stood)}"]`) ?? first);
  if (first && !document.querySelector("[data-cursor]") && matchMedia("(pointer: fine)").matches) {
    first.setAttribute("data-cursor", "");
    first.dispatchEvent(new CustomEvent("cursor", { bubbles: true }));
  }
}
