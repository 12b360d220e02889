// The cursor row and the chosen rows of a list: j and k move, x chooses, Shift extends, * chooses all, Enter opens, the bulk bar counts.
// A row is [data-row="id"] in [data-rows]; its tick is input[name="chosen"]; what opens it is [data-open].
import { onKey } from "./keyboard.js";

let anchor = null; // where a range began

const list = () => document.querySelector("[data-rows]");
const rows = (of = list()) => (of ? [...of.querySelectorAll("[data-row]")].filter((row) => row.getClientRects().length) : []);
const cursor = () => document.querySelector("[data-row][data-cursor]");
const tick = (row) => row?.querySelector('input[type="checkbox"][name="chosen"]');

/** Put the cursor on a row; with `focus` the name takes the focus, so that readers hear it. */
export function moveTo(row, { focus = true } = {}) {
  if (!row) return false;
  const former = cursor();
  if (former !== row) {
    former?.removeAttribute("data-cursor");
    row.setAttribute("data-cursor", "");
    row.dispatchEvent(new CustomEvent("cursor", { bubbles: true }));
  }
  if (focus) {
    (row.querySelector("[data-open]") ?? row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  return true;
}

function step(by, extend) {
  const all = rows();
  if (!all.length) return false;
  const from = all.indexOf(cursor());
  const to = from < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(from + by, 0), all.length - 1);
  if (extend) {
    if (from >= 0) choose(all[from], true);
    choose(all[to], true);
  }
  return moveTo(all[to]);
}

function choose(row, on) {
  const box = tick(row);
  if (!box || box.checked === on) return;
  box.checked = on;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function chooseRange(to) {
  const all = rows();
  const [a, b] = [all.indexOf(anchor), all.indexOf(to)].sort((x, y) => x - y);
  if (a < 0) return;
  all.slice(a, b + 1).forEach((row) => choose(row, tick(to).checked));
}

function count() {
  const of = list();
  const bar = document.querySelector("[data-bulkbar]");
  if (!of) return;
  const ticks = [...of.querySelectorAll('input[name="chosen"]')];
  const chosen = ticks.filter((box) => box.checked);
  ticks.forEach((box) => box.closest("[data-row]")?.toggleAttribute("data-chosen", box.checked));
  const all = document.querySelector("[data-choose-page]");
  if (all) {
    all.checked = ticks.length > 0 && chosen.length === ticks.length;
    all.indeterminate = chosen.length > 0 && chosen.length < ticks.length;
  }
  if (!bar) return;
  const whole = bar.querySelector("[data-all-of-filter]");
  if (whole && chosen.length < ticks.length) whole.value = "";
  bar.hidden = chosen.length === 0;
  const offer = bar.querySelector("[data-choose-all]");
  const ofFilter = /\d[\d.,'\s]*/.exec(offer?.dataset.total ?? "")?.[0].trim(); // the total may come as a sentence
  bar.querySelector("[data-chosen-count]").textContent = (whole?.value && ofFilter) || String(chosen.length);
  if (offer) offer.hidden = chosen.length < ticks.length || Boolean(whole?.value);
}

function open() {
  const link = cursor()?.querySelector("[data-open]");
  link?.click();
  return Boolean(link);
}

function clicked(event) {
  if (event.target.closest("[data-choose-all]")) {
    document.querySelector("[data-all-of-filter]").value = "filter";
    return count();
  }
  if (event.target.closest("[data-choose-none]")) return rows().forEach((row) => choose(row, false));
  const row = event.target.closest("[data-row]");
  if (!row) return;
  const box = event.target.closest('input[name="chosen"]');
  if (box) {
    if (event.shiftKey && anchor) chooseRange(row);
    anchor = row;
    return moveTo(row, { focus: false });
  }
  if (!event.target.closest("a, button, input, select, textarea, summary, label, [data-edit-url]")) moveTo(row, { focus: !matchMedia("(pointer: coarse)").matches });
}

/** All rows of the page; when they are chosen already, all of the filter. */
function chooseAll() {
  const all = rows().filter((row) => tick(row));
  if (!all.length) return false;
  const offer = document.querySelector("[data-choose-all]:not([hidden])");
  if (all.every((row) => tick(row).checked)) offer?.click();
  else all.forEach((row) => choose(row, true));
  return true;
}

export function startRows() {
  document.addEventListener("click", clicked);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-choose-page]")) {
      const on = event.target.checked; // counting below changes the tick of the head
      rows().forEach((row) => choose(row, on));
    }
    if (event.target.matches('input[name="chosen"]')) count();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-row]");
    if (row && row !== cursor()) moveTo(row, { focus: false });
  });
  document.body.addEventListener("htmx:afterSettle", count);
  onKey("j", () => step(1, false));
  onKey("k", () => step(-1, false));
  onKey("J", () => step(1, true));
  onKey("K", () => step(-1, true));
  onKey("Enter", open);
  onKey("o", open);
  onKey("x", () => {
    const row = cursor();
    if (!tick(row)) return false;
    choose(row, !tick(row).checked);
    anchor = row;
    return true;
  });
  onKey("*", chooseAll);
  onKey("e", () => {
    const cell = cursor()?.querySelector("[data-edit-url]");
    cell?.click();
    return Boolean(cell);
  });
  count();
}
