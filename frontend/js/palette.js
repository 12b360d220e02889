// The palette: Ctrl-K opens it, the server finds records, people, verbs and filters; what this page can do is added here.
// A verb that asks for something asks for it here, one keyword after another; Esc goes one step back.
import { openDialog } from "./dialog.js";
import { fits, marked } from "./fitting.js";
import { onKey } from "./keyboard.js";
import { choose, recency, visited } from "./recent.js";
import { request } from "./requests.js";

const WAIT_MS = 120;
const KEYS_OF_VERBS = ["s", "a", "t"];

let asking = null; // the verb that is asked about: {subject, on, verb, label, action, asks, given}
let begin = null; // what the palette is to ask for as soon as it is open

/** Ask in the palette for what a verb needs, then run it on the record with that address ("/accounts/7"). */
export function askFor(on, verb) {
  begin = { on, verb };
  const dialog = document.getElementById("palette");
  if (dialog && !dialog.open) openDialog("palette");
}

export function startPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const field = dialog.querySelector("input");
  const results = dialog.querySelector(".palette-results");
  const step = dialog.querySelector(".palette-step");
  const placeholder = field.placeholder;
  let asked = null;
  let timer = null;
  let shown = null; // the words whose results stand there; null while others are on their way
  let isEager = false; // Enter came before the results of what was typed: the first of them opens

  const options = () => [...results.querySelectorAll("[role=option]")];

  const mark = (item) => {
    options().forEach((other, at) => {
      other.id ||= `palette-${at}`;
      other.setAttribute("aria-selected", String(other === item));
    });
    if (item) field.setAttribute("aria-activedescendant", item.id); else field.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  };

  const note = (text) => {
    const line = document.createElement("p");
    line.className = "palette-label";
    line.setAttribute("role", "status");
    line.textContent = text;
    results.append(line);
  };

  const go = (item) => {
    isEager = false;
    if (!item) return;
    if (asking) return item.dataset.value === undefined ? undefined : answered(item.dataset.value);
    if (item.dataset.words) {
      field.value = item.dataset.words;
      return ask();
    }
    choose(nameOf(item));
    if (item.bulk) return askAbout(item.bulk);
    if (item.dataset.verb) return askAbout({ on: location.pathname, verb: item.dataset.verb });
    dialog.close();
    if (item.dataset.post) return send(item.dataset.url, new URLSearchParams(item.dataset.post));
    if (item.act) item.act(); else item.click();
  };

  const ask = async () => {
    asked?.abort();
    clearTimeout(timer);
    asked = new AbortController();
    shown = null;
    const words = asked.words = field.value.trim();
    try {
      const response = await request(addressOf(dialog, words), { signal: asked.signal });
      results.innerHTML = response.ok ? await response.text() : "";
      if (!asking) arrange(results, words);
      if (!options().length) note(asking && !words ? results.dataset.type : results.dataset.none);
    } catch (error) {
      if (error.name === "AbortError") return;
      results.replaceChildren();
      if (!asking) arrange(results, words);
      note(results.dataset.lost);
    }
    options().forEach((item, at) => { item.id = `palette-${at}`; });
    mark(options()[0]);
    shown = words;
    if (isEager && words === field.value.trim()) go(options()[0]);
  };

  const askAbout = async ({ on, verb, button = null }) => {
    const url = new URL(`${dialog.dataset.url}/ask`, location.href);
    url.searchParams.set("on", on);
    url.searchParams.set("verb", verb);
    let found;
    try {
      const response = await request(url);
      if (!response.ok) throw new Error(String(response.status));
      found = await response.json();
    } catch {
      results.replaceChildren();
      return note(results.dataset.none);
    }
    if (found.form) {
      dialog.close();
      if (button) return button.click();
      if (found.is_page) return location.assign(found.form);
      return window.htmx.ajax("GET", withNext(found.form), { target: "#dialog", swap: "innerHTML" });
    }
    asking = { ...found, on, verb, button, given: new URLSearchParams() };
    next();
  };

  const next = () => {
    const option = asking.asks[0];
    if (!option) {
      const { action, given, button } = asking;
      dialog.close();
      return button ? press(button, given) : send(action, given);
    }
    field.value = "";
    field.placeholder = option.label;
    step.hidden = false;
    step.textContent = `${asking.label}: ${asking.subject} · ${option.label}`;
    field.setAttribute("aria-describedby", step.id);
    ask();
  };

  const answered = (value) => {
    asking.given.append(asking.asks[0].name, value);
    asking.asks = asking.asks.slice(1);
    next();
  };

  const reset = () => {
    asking = null;
    step.hidden = true;
    field.removeAttribute("aria-describedby");
    field.placeholder = placeholder;
  };

  const start = () => {
    reset();
    field.value = "";
    isEager = false;
    field.focus();
    const wanted = begin;
    begin = null;
    if (wanted) askAbout(wanted); else ask();
  };

  const later = () => {
    isEager = false;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  };

  new MutationObserver(() => { if (dialog.open) start(); else reset(); }).observe(dialog, { attributeFilter: ["open"] });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && (event.key.toLowerCase() === "k" || event.code === "KeyK")) {
      event.preventDefault();
      openDialog("palette");
    }
  });
  field.addEventListener("input", later);
  dialog.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const places = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: Math.min(at + 8, all.length - 1), PageUp: Math.max(at - 8, 0) };
    if (event.key in places) {
      event.preventDefault();
      mark(all[(places[event.key] + all.length) % all.length]);
    } else if (event.key === "Escape") {
      // A search field would keep the first Esc to empty itself.
      event.preventDefault();
      if (!asking) return dialog.close();
      reset();
      field.value = "";
      ask();
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (shown === field.value.trim()) return go(all[at]);
      isEager = true; // what stands there answers other words
      if (asked?.words !== field.value.trim()) ask();
    }
  });
  results.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (!item || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (item.matches("a")) return choose(nameOf(item));
    event.preventDefault();
    go(item);
  });
  results.addEventListener("pointermove", (event) => {
    const item = event.target.closest("[role=option]");
    if (item && item.getAttribute("aria-selected") !== "true") mark(item);
  });
  for (const key of KEYS_OF_VERBS) onKey(key, () => onRecord(key), { first: true });
  onKey("/", () => Boolean(openDialog("palette")));
}

function addressOf(dialog, words) {
  const url = new URL(asking ? `${dialog.dataset.url}/ask` : dialog.dataset.url, location.href);
  url.searchParams.set("q", words);
  if (asking) {
    url.searchParams.set("on", asking.on);
    url.searchParams.set("verb", asking.verb);
    url.searchParams.set("option", asking.asks[0].name);
  } else {
    url.searchParams.set("from", location.pathname);
    if (!words) url.searchParams.set("recent", visited());
  }
  return url;
}

/** Post and go on where the server says; what a rule refuses comes back as the form of the verb, with what was given. */
function send(url, given) {
  given.set("next", location.pathname + location.search);
  window.htmx.ajax("POST", url, { target: "#dialog", swap: "innerHTML", values: Object.fromEntries(given) });
}

/** Press a button of the bulk bar with what was given; the summary that follows shows it once more. */
function press(button, given) {
  for (const [name, value] of given) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    button.form.append(input);
  }
  button.click();
}

const withNext = (url) => `${url}?next=${encodeURIComponent(location.pathname + location.search)}`;

/** `s`, `a` and `t` act on the record that is open, by an entry of its menu, or on the row under the cursor when none is chosen. */
function onRecord(key) {
  const entry = /^(\/[a-z-]+\/\d+)\/do\/([a-z-]+)/.exec(document.querySelector(`main .menu-item[data-key="${key}"]`)?.getAttribute("href") ?? "");
  if (entry) {
    askFor(entry[1], entry[2]);
    return true;
  }
  const bar = document.querySelector("[data-bulkbar]");
  const row = document.querySelector("[data-row][data-cursor]");
  const button = bar?.querySelector(`[data-bulk-key][data-key="${key}"]`);
  const on = /^\/[a-z-]+\/\d+/.exec(row?.dataset.rowUrl ?? "")?.[0];
  const verb = /\/bulk\/([a-z-]+)/.exec(button?.getAttribute("formaction") ?? "")?.[1];
  if (!bar?.hidden || !on || !verb) return false;
  askFor(on, verb);
  return true;
}

/** A name by which a choice is remembered: its address, or what it does on this kind of page. */
const nameOf = (item) => item.dataset.verb ?? item.dataset.post ?? item.getAttribute("href") ?? item.textContent.trim();

/** What this page can do stands before the filters; in each group but those of records what was chosen lately comes first. */
function arrange(results, words) {
  addVerbsOfPage(results, words);
  for (const group of results.querySelectorAll("[data-group=here], [data-group=do], [data-group=go], [data-group=page]")) {
    const items = [...group.querySelectorAll("[role=option]")];
    items.map((item, at) => [recency(nameOf(item)), at, item]).sort((a, b) => (a[0] === b[0] ? 0 : a[0] - b[0]) || a[1] - b[1]).forEach(([, , item]) => group.append(item));
  }
}

/** Controls of the page that have a key, entries of its menu and of the bulk bar become rows of their own. */
function addVerbsOfPage(results, words) {
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", results.dataset.here);
  group.dataset.group = "page";
  const head = document.createElement("div");
  head.className = "palette-label";
  head.setAttribute("aria-hidden", "true");
  head.textContent = results.dataset.here;
  group.append(head);
  const known = new Set([...results.querySelectorAll("[data-verb]")].map((item) => item.dataset.verb));
  const seen = new Set();
  const found = [];
  for (const control of document.querySelectorAll("main [data-key], main .head-actions .menu-item, [data-bulkbar]:not([hidden]) [formaction]")) {
    const label = control.getAttribute("aria-label") ?? textWithoutKeys(control);
    if (control.closest("[data-row]:not([data-cursor])") || control.matches("[data-edit-url]")) continue; // its verb stands there
    if (!label || seen.has(label) || /^\d$/.test(control.dataset.key ?? "") || control.disabled || !isOffered(control)) continue;
    if (known.has(/\/do\/([a-z-]+)/.exec(control.getAttribute("href") ?? "")?.[1])) continue; // it stands there already
    const fit = fits(words, label);
    if (fit === null) continue;
    seen.add(label);
    found.push([fit, found.length, verb(control, label, words)]);
  }
  if (!found.length) return;
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1]).forEach(([, , item]) => group.append(item));
  const last = results.querySelector("[data-group=here], [data-group=do], [data-group=go], [data-group=filters]");
  if (last) last.before(group); else results.append(group);
}

/** Visible, or an entry of a menu that is closed now. */
const isOffered = (control) => control.getClientRects().length > 0 || Boolean(control.closest("details:not([open])"));

function textWithoutKeys(control) {
  const copy = control.cloneNode(true);
  copy.querySelectorAll(".kbd, svg").forEach((part) => part.remove());
  return (copy.textContent || control.placeholder || "").replace(/\s+/g, " ").trim();
}

function verb(control, label, words) {
  const item = document.createElement("div");
  item.className = "palette-item";
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const icon = control.querySelector("svg.icon")?.cloneNode(true) ?? document.createElement("span");
  icon.classList.add("palette-icon");
  const text = document.createElement("span");
  text.className = "palette-text";
  text.append(...marked(words, label));
  item.append(icon, text);
  if (control.dataset.key) {
    const key = document.createElement("kbd");
    key.className = "kbd";
    key.setAttribute("aria-hidden", "true");
    key.textContent = control.dataset.key;
    item.append(key);
  }
  const name = /^(\/[a-z-]+)\/bulk\/([a-z-]+)/.exec(control.closest("[data-bulkbar]") ? (control.getAttribute("formaction") ?? "") : "");
  if (name && name[2] !== "set") item.bulk = { on: name[1], verb: name[2], button: control };
  item.act = () => {
    if (control.matches("input, select, textarea")) control.focus(); else control.click();
  };
  return item;
}
