// Dragging in the calendar: an entry onto another day or hour asks the server to move it there. The key and the button do
// the same. Where hours are shown, the row above them means the whole day.
import { request } from "./requests.js";

let dragged = null;

const dayOf = (event) => event.target.closest?.("[data-calendar] [data-day]");

function over(day) {
  document.querySelectorAll("[data-day][data-over]").forEach((other) => { if (other !== day) other.removeAttribute("data-over"); });
  day?.setAttribute("data-over", "");
}

async function drop(day) {
  const calendar = day.closest("[data-calendar]");
  const from = dragged.closest("[data-day]");
  if (from === day) return;
  const body = new FormData();
  body.set("activity", dragged.dataset.row);
  body.set("version", dragged.dataset.version);
  body.set("to", day.dataset.day);
  if (calendar.hasAttribute("data-hours")) body.set("time", day.dataset.time ?? "");
  body.set("next", calendar.dataset.next);
  await request(calendar.dataset.move, { method: "POST", body });
}

export function startCalendar() {
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".calendar-entry[draggable='true']") ?? null;
    if (!dragged) return;
    dragged.setAttribute("data-dragged", "");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.textContent.trim());
  });
  document.addEventListener("dragover", (event) => {
    const day = dragged && dayOf(event);
    if (!day) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    over(day);
  });
  document.addEventListener("drop", (event) => {
    const day = dragged && dayOf(event);
    if (!day) return;
    event.preventDefault();
    drop(day);
  });
  document.addEventListener("dragend", () => {
    dragged?.removeAttribute("data-dragged");
    dragged = null;
    over(null);
  });
}
