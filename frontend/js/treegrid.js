// A list as a tree: rows open and fold by click or by the arrows; a row is dragged onto another one, or onto the place at the
// top, and hangs there. The server decides: it refuses a circle, and says so in the toast.
import { failed } from "./connection.js";
import { isField } from "./keyboard.js";
import { request } from "./requests.js";
import { moveTo } from "./rows.js";

const tree = () => document.querySelector("[data-tree]");
const levelOf = (row) => Number(row.getAttribute("aria-level"));
const nameOf = (row) => row.querySelector("[data-open]").textContent.trim();
const isOpen = (row) => row.getAttribute("aria-expanded") === "true";

function say(words, values) {
  const region = document.querySelector("[data-tree-says]");
  if (region) region.textContent = words.replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
}

/** What hangs under a row, as far as it is on the page: the rows behind it that are deeper. */
function under(row) {
  const found = [];
  for (let next = row.nextElementSibling; next; next = next.nextElementSibling) {
    if (next.matches(".tree-more") ? Number(next.dataset.depth) <= levelOf(row) : levelOf(next) <= levelOf(row)) break;
    found.push(next);
  }
  return found;
}

function above(row) {
  let found = row.previousElementSibling;
  while (found && (found.matches(".tree-more") || levelOf(found) >= levelOf(row))) found = found.previousElementSibling;
  return found;
}

async function fetchRows(url) {
  const response = await request(url);
  if (!response.ok) { failed(response.status); return []; }
  const holder = document.createElement("template");
  holder.innerHTML = (await response.text()).trim();
  return [...holder.content.children];
}

async function open(row) {
  const fold = row.querySelector("[data-tree-fold]");
  if (!fold || isOpen(row) || row.hasAttribute("aria-busy")) return;
  row.setAttribute("aria-busy", "true");
  try {
    const rows = await fetchRows(fold.href);
    row.after(...rows);
    rows.forEach((one) => window.htmx.process(one));
    row.setAttribute("aria-expanded", "true");
    say(tree().dataset.opened, { name: nameOf(row), count: row.querySelector(".tree-count")?.textContent ?? "" });
  } catch {
    failed(0);
  } finally {
    row.removeAttribute("aria-busy");
  }
}

function shut(row) {
  under(row).forEach((one) => one.remove());
  row.setAttribute("aria-expanded", "false");
  say(tree().dataset.shut, { name: nameOf(row) });
}

async function more(link) {
  const row = link.closest("tr");
  try {
    const rows = await fetchRows(link.href);
    row.replaceWith(...rows);
    rows.forEach((one) => window.htmx.process(one));
    if (rows[0]?.matches("[data-row]")) moveTo(rows[0]);
  } catch {
    failed(0);
  }
}

function keydown(event) {
  const row = event.target.closest?.("[data-tree] [data-row]");
  if (!row || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isField(event.target)) return;
  if (event.target.closest("[data-editing], .picker")) return;
  const rows = [...tree().querySelectorAll("[data-row]")];
  const at = rows.indexOf(row);
  let to = null;
  if (event.key === "ArrowDown") to = rows[at + 1];
  else if (event.key === "ArrowUp") to = rows[at - 1];
  else if (event.key === "Home") [to] = rows;
  else if (event.key === "End") to = rows.at(-1);
  else if (event.key === "ArrowRight" && row.hasAttribute("aria-expanded")) {
    if (isOpen(row)) to = rows[at + 1]; else open(row);
  } else if (event.key === "ArrowLeft") {
    if (isOpen(row)) shut(row); else to = above(row);
  } else return;
  event.preventDefault();
  if (to) moveTo(to);
}

// --- by mouse ---
let dragged = null;

function target(event) {
  if (!dragged) return null;
  const row = event.target.closest?.("[data-tree] [data-row], [data-tree-top]");
  return row && row !== dragged && !under(dragged).includes(row) ? row : null;
}

function over(row) {
  document.querySelectorAll("[data-tree] [data-over], [data-tree-top][data-over]").forEach((other) => { if (other !== row) other.removeAttribute("data-over"); });
  row?.setAttribute("data-over", "");
}

async function hang(row, to) {
  const body = new FormData();
  body.set("to", to.dataset.row ?? "");
  row.setAttribute("data-saving", "");
  try {
    const response = await request(`${tree().dataset.place}/${row.dataset.row}/hang`, { method: "POST", body });
    if (!response.ok) { if (response.status !== 422) failed(response.status); return; }
    await anew();
  } catch {
    failed(0);
  } finally {
    row.removeAttribute("data-saving");
  }
}

/** The tree as it is now, with the same rows open as before. */
async function anew() {
  const opened = new Set([...tree().querySelectorAll("[data-row][aria-expanded='true']")].map((row) => row.dataset.row));
  const response = await request(location.href);
  if (!response.ok) return failed(response.status);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const body = page.querySelector("[data-tree] tbody");
  if (!body) return location.reload();
  const rows = [...body.children].map((row) => document.importNode(row, true));
  tree().tBodies[0].replaceChildren(...rows);
  rows.forEach((one) => window.htmx.process(one));
  for (let row = tree().tBodies[0].firstElementChild; row; row = row.nextElementSibling) {
    if (opened.has(row.dataset.row)) await open(row);
  }
}

function startDragging() {
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-tree] [data-row][draggable='true']") ?? null;
    if (!dragged) return;
    dragged.setAttribute("data-dragged", "");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", nameOf(dragged));
    // The place at the top opens after the picture of the row is taken, so that rows do not slip from under the hand.
    setTimeout(() => document.querySelector("[data-tree-top]")?.toggleAttribute("data-shown", Boolean(dragged) && levelOf(dragged) > 1));
  });
  document.addEventListener("dragover", (event) => {
    const row = target(event);
    if (!row) return over(null);
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    over(row);
  });
  document.addEventListener("drop", (event) => {
    const row = target(event);
    if (!row) return;
    event.preventDefault();
    hang(dragged, row);
  });
  document.addEventListener("dragend", () => {
    dragged?.removeAttribute("data-dragged");
    dragged = null;
    over(null);
    document.querySelector("[data-tree-top]")?.removeAttribute("data-shown");
  });
}

export function startTreeGrids() {
  startDragging();
  document.addEventListener("keydown", keydown);
  document.addEventListener("click", (event) => {
    const fold = event.target.closest("[data-tree] [data-tree-fold]");
    const next = event.target.closest("[data-tree] [data-tree-more]");
    if (!fold && !next) return;
    event.preventDefault();
    if (next) return more(next);
    const row = fold.closest("[data-row]");
    if (isOpen(row)) shut(row); else open(row);
  });
}
