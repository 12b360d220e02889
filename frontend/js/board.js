// A board: a card is dragged to another column, or picked up by Space, carried by the arrows and put down by Enter; Esc gives
// up. The server changes the field and gives the card anew; when it refuses, the card goes back and the toast says why.
import { failed } from "./connection.js";
import { isField } from "./keyboard.js";
import { request } from "./requests.js";
import { moveTo } from "./rows.js";

let dragged = null;
let picked = null; // {card, from, next, at}: the card under way by keys, and where it stood

const board = () => document.querySelector("[data-board]");
const columnOf = (element) => element?.closest?.("[data-column]");
const listOf = (column) => column.querySelector(".board-cards");
const takes = (column) => column && listOf(column) && !column.hasAttribute("data-closed");
const nameOf = (card) => card.querySelector("[data-open]").textContent.trim();

function say(words, values) {
  const region = document.querySelector("[data-board-says]");
  if (region) region.textContent = words.replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
}

function over(column) {
  document.querySelectorAll("[data-column][data-over]").forEach((other) => { if (other !== column) other.removeAttribute("data-over"); });
  column?.setAttribute("data-over", "");
}

function count(column, by) {
  if (column.hasAttribute("data-more")) return;
  column.dataset.count = String(Number(column.dataset.count) + by);
  const said = Number(column.dataset.count).toLocaleString(document.documentElement.lang);
  column.querySelector(".board-count").textContent = said;
  document.querySelectorAll(`[data-board-pick][href="#${column.id}"] .segment-count`).forEach((other) => { other.textContent = said; });
}

/** Put a card at the head of a column, or back where it stood. */
function place(card, column, before = null) {
  listOf(column).insertBefore(card, before ?? listOf(column).firstElementChild);
}

async function give(card, from, next, to) {
  const of = board();
  const focused = card.contains(document.activeElement);
  place(card, to);
  count(from, -1);
  count(to, 1);
  card.setAttribute("data-saving", "");
  const back = () => {
    place(card, from, next?.isConnected ? next : null);
    count(from, 1);
    count(to, -1);
    card.removeAttribute("data-saving");
    if (focused) moveTo(card);
  };
  const body = new FormData();
  for (const [name, value] of Object.entries({ by: of.dataset.by, from: from.dataset.column, to: to.dataset.column, columns: of.dataset.columns })) body.set(name, value);
  try {
    const response = await request(`${of.dataset.place}/${card.dataset.row}/move`, { method: "POST", body });
    if (!response.ok) { back(); return response.status === 422 ? undefined : failed(response.status); }
    const holder = document.createElement("template");
    holder.innerHTML = (await response.text()).trim();
    const fresh = holder.content.firstElementChild;
    if (!fresh) return card.remove();
    card.replaceWith(fresh);
    window.htmx.process(fresh);
    moveTo(fresh, { focus: focused });
  } catch {
    back();
    failed(0);
  }
}

// --- by mouse ---
function startDragging() {
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".board-card[draggable='true']") ?? null;
    if (!dragged) return;
    dragged.setAttribute("data-dragged", "");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", nameOf(dragged));
  });
  document.addEventListener("dragover", (event) => {
    const column = dragged && columnOf(event.target);
    if (!takes(column)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    over(column);
  });
  document.addEventListener("drop", (event) => {
    const column = dragged && columnOf(event.target);
    if (!takes(column)) return;
    event.preventDefault();
    const from = columnOf(dragged);
    if (from !== column) give(dragged, from, dragged.nextElementSibling, column);
  });
  document.addEventListener("dragend", () => {
    dragged?.removeAttribute("data-dragged");
    dragged = null;
    over(null);
  });
}

// --- by keys ---
const open = () => [...board().querySelectorAll("[data-column]")].filter((column) => listOf(column));
const cards = (column) => [...listOf(column).querySelectorAll(".board-card")];

function pickUp(card) {
  if (card.getAttribute("draggable") !== "true") return;
  const from = columnOf(card);
  picked = { card, from, next: card.nextElementSibling, at: from };
  card.setAttribute("data-picked", "");
  over(from);
  say(board().dataset.picked, { name: nameOf(card) });
}

function carry(by) {
  const all = open().filter((column) => takes(column) || column === picked.from);
  const to = all[Math.min(Math.max(all.indexOf(picked.at) + by, 0), all.length - 1)];
  if (to === picked.at) return;
  picked.at = to;
  place(picked.card, to, to === picked.from && picked.next?.isConnected ? picked.next : null);
  over(to);
  moveTo(picked.card);
  picked.card.scrollIntoView({ block: "nearest", inline: "nearest" });
  say(board().dataset.overWords, { column: to.dataset.label, count: to.dataset.count });
}

function putDown(keep) {
  const { card, from, next, at } = picked;
  picked = null;
  card.removeAttribute("data-picked");
  over(null);
  if (!keep || at === from) {
    place(card, from, next?.isConnected ? next : null);
    moveTo(card);
    return say(keep ? board().dataset.same : board().dataset.givenUp, { name: nameOf(card), column: from.dataset.label });
  }
  give(card, from, next, at);
}

function step(card, key) {
  const column = columnOf(card);
  const here = cards(column);
  const at = here.indexOf(card);
  if (key === "ArrowDown" || key === "ArrowUp") return here[at + (key === "ArrowDown" ? 1 : -1)];
  const all = open().filter((other) => cards(other).length);
  const beside = all[all.indexOf(column) + (key === "ArrowRight" ? 1 : -1)];
  return beside && cards(beside)[Math.min(at, cards(beside).length - 1)];
}

function keydown(event) {
  const card = event.target.closest?.(".board-card");
  if (!card || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
  const { key } = event;
  if (picked) {
    if (key === "ArrowLeft" || key === "ArrowRight") carry(key === "ArrowRight" ? 1 : -1);
    else if (key === "Enter" || key === " ") putDown(true);
    else if (key === "Escape") putDown(false);
    else if (key !== "ArrowUp" && key !== "ArrowDown") return;
    event.preventDefault();
    return event.stopPropagation();
  }
  if (key === " " && event.target.matches("[data-open]")) { event.preventDefault(); return pickUp(card); }
  if (!key.startsWith("Arrow")) return;
  const to = step(card, key);
  if (!to) return;
  event.preventDefault();
  moveTo(to);
  to.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// --- on the phone one column fills the screen ---
let seen = null;

function watch() {
  seen?.disconnect();
  const picks = [...document.querySelectorAll("[data-board-pick]")];
  if (!picks.length) return;
  seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      picks.forEach((pick) => pick.toggleAttribute("aria-current", false));
      const pick = picks.find((one) => one.hash === `#${entry.target.id}`);
      pick?.setAttribute("aria-current", "true");
      if (pick?.getClientRects().length) pick.parentElement.scrollTo({ left: pick.offsetLeft - 32 });
    }
  }, { root: board(), threshold: .6 });
  board().querySelectorAll("[data-column]").forEach((column) => seen.observe(column));
}

export function startBoards() {
  startDragging();
  document.addEventListener("keydown", keydown, true);
  document.addEventListener("focusout", () => setTimeout(() => { if (picked && !picked.card.contains(document.activeElement)) putDown(false); }));
  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-board-pick]");
    if (!pick) return;
    event.preventDefault();
    document.getElementById(pick.hash.slice(1))?.scrollIntoView({ block: "nearest", inline: "start" });
  });
  document.body.addEventListener("htmx:afterSettle", (event) => { if (event.detail.elt?.querySelector?.("[data-board]")) watch(); });
  if (board()) watch();
}
