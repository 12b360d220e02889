// Mentions: an @ in a text opens a list of colleagues who see the record; arrows choose, Enter or Tab puts the name in.
// The record is the one that the form names: its account, or the record of its address.
import { request } from "./requests.js";

const WAIT_MS = 150;
const BEGIN = /(?:^|[^\p{L}\p{N}_.@/+-])@([\p{L}\p{N}_][\p{L}\p{N}_ '’-]{0,40})?$/u;
let open = null; // {field, list, from, options, active}
let timer = null;
let asked = null;
let serial = 0;

/** What the text is about: "accounts/7", and whether it will be said in a talk; nothing when the form names no record. */
function aboutOf(form) {
  const value = (name) => form.elements.namedItem(name)?.value;
  const own = new URL(form.action, location.href).pathname.match(/^\/(accounts|leads|contacts|activities|documents|calls)\/(\d+)\//);
  if (own) return { about: `${own[1] === "calls" ? "activities" : own[1]}/${own[2]}`, talk: "" };
  const [word, pk] = [["activities", value("parent")], ["accounts", value("account")], ["contacts", value("contact")]].find(([, known]) => /^\d+$/.test(known ?? "")) ?? [];
  return pk ? { about: `${word}/${pk}`, talk: "1" } : null;
}

function close() {
  clearTimeout(timer);
  asked?.abort();
  if (!open) return;
  open.list.remove();
  open.field.removeAttribute("aria-controls");
  open.field.removeAttribute("aria-activedescendant");
  open = null;
}

function mark(at) {
  const items = [...open.list.children];
  items.forEach((item, n) => {
    item.setAttribute("aria-selected", String(n === at));
    item.toggleAttribute("data-active", n === at);
  });
  open.active = at;
  open.field.setAttribute("aria-activedescendant", items[at].id);
  items[at].scrollIntoView({ block: "nearest" });
}

function draw(field, from, options) {
  close();
  if (!options.length || document.activeElement !== field) return;
  const list = document.createElement("ul");
  list.className = "mention-list";
  list.id = `mentions-${++serial}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.getAttribute("aria-label") ?? field.labels?.[0]?.textContent.trim() ?? "@");
  options.forEach((option, at) => {
    const item = document.createElement("li");
    item.id = `${list.id}-${at}`;
    item.className = "mention-option";
    item.setAttribute("role", "option");
    item.textContent = option.label;
    list.append(item);
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const at = [...list.children].indexOf(event.target.closest("[role=option]"));
    if (at >= 0) pick(at);
  });
  field.after(list);
  list.style.insetBlockStart = `${field.offsetTop + field.offsetHeight + 4}px`;
  list.style.insetInlineStart = `${field.offsetLeft}px`;
  open = { field, list, from, options, active: 0 };
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  mark(0);
}

function pick(at) {
  const { field, from, options } = open;
  const end = field.selectionStart;
  close();
  field.setRangeText(`${options[at].value} `, from, end, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function ask(field) {
  const before = field.value.slice(0, field.selectionStart);
  const found = BEGIN.exec(before);
  const form = field.form;
  const of = found && form && aboutOf(form);
  if (!of || (field.name === "description" && !of.about.startsWith("documents/")) || (found[1] ?? "").split(" ").length > 3) return close();
  const from = before.length - (found[1] ?? "").length;
  asked?.abort();
  asked = new AbortController();
  try {
    const query = new URLSearchParams({ ...of, q: found[1] ?? "" });
    const response = await request(`/mentions?${query}`, { signal: asked.signal });
    if (!response.ok) return close();
    const holder = document.createElement("select");
    holder.innerHTML = await response.text();
    const options = [...holder.options];
    if (options.length === 1 && options[0].value === (found[1] ?? "").trimEnd()) return close(); // it stands there already
    draw(field, from, options);
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

function typed(event) {
  const field = event.target;
  if (!field.matches?.("textarea[name=text], textarea[name=description]")) return;
  clearTimeout(timer);
  if (!BEGIN.test(field.value.slice(0, field.selectionStart))) return close();
  timer = setTimeout(() => ask(field), WAIT_MS);
}

// Before any other script: while the list is open, Enter chooses and does not send.
function keydown(event) {
  if (!open || event.target !== open.field || event.isComposing) return;
  const last = open.options.length - 1;
  const moves = { ArrowDown: open.active === last ? 0 : open.active + 1, ArrowUp: open.active === 0 ? last : open.active - 1 };
  if (event.key in moves) mark(moves[event.key]);
  else if (event.key === "Enter" || event.key === "Tab") pick(open.active);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

export function startMentions() {
  document.addEventListener("input", typed);
  document.addEventListener("keydown", keydown, true);
  document.addEventListener("focusout", (event) => { if (open && event.target === open.field) close(); });
}
