// The palette: Ctrl-K opens it, the server finds records, people, verbs and filters; what this page can do is added here.
import { openDialog } from "./dialog.js";
import { request } from "./requests.js";

const WAIT_MS = 120;

export function startPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const field = dialog.querySelector("input");
  const results = dialog.querySelector(".palette-results");
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
    line.textContent = text;
    results.append(line);
  };

  const go = (item) => {
    isEager = false;
    if (!item) return;
    dialog.close();
    item.click();
  };

  const ask = async () => {
    asked?.abort();
    clearTimeout(timer);
    asked = new AbortController();
    shown = null;
    const words = asked.words = field.value.trim();
    const url = new URL(dialog.dataset.url, location.href);
    url.searchParams.set("q", words);
    url.searchParams.set("from", location.pathname);
    try {
      const response = await request(url, { signal: asked.signal });
      results.innerHTML = response.ok ? await response.text() : "";
      addVerbsOfPage(results, words);
      if (!options().length) note(results.dataset.none);
    } catch (error) {
      if (error.name === "AbortError") return;
      results.replaceChildren();
      addVerbsOfPage(results, words);
      note(results.dataset.lost);
    }
    options().forEach((item, at) => { item.id = `palette-${at}`; });
    mark(options()[0]);
    shown = words;
    if (isEager && words === field.value.trim()) go(options()[0]);
  };

  const start = () => {
    field.value = "";
    isEager = false;
    field.focus();
    ask();
  };

  new MutationObserver(() => { if (dialog.open) start(); }).observe(dialog, { attributeFilter: ["open"] });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && (event.key.toLowerCase() === "k" || event.code === "KeyK")) {
      event.preventDefault();
      openDialog("palette");
    }
  });
  field.addEventListener("input", () => { isEager = false; clearTimeout(timer); timer = setTimeout(ask, WAIT_MS); });
  dialog.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    } else if (event.key === "Escape") {
      // A search field would keep the first Esc to empty itself.
      event.preventDefault();
      dialog.close();
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (shown === field.value.trim()) return go(all[at]);
      isEager = true; // what stands there answers other words
      if (asked?.words !== field.value.trim()) ask();
    }
  });
  results.addEventListener("pointermove", (event) => {
    const item = event.target.closest("[role=option]");
    if (item && item.getAttribute("aria-selected") !== "true") mark(item);
  });
}

/** Controls of the page that have a key become rows of their own, before the filters. */
function addVerbsOfPage(results, words) {
  const wanted = words.toLocaleLowerCase();
  const seen = new Set();
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", results.dataset.here);
  const head = document.createElement("div");
  head.className = "palette-label";
  head.setAttribute("aria-hidden", "true");
  head.textContent = results.dataset.here;
  group.append(head);
  for (const control of document.querySelectorAll("main [data-key]")) {
    const label = control.getAttribute("aria-label") ?? textWithoutKeys(control);
    if (control.closest("[data-row]:not([data-cursor])")) continue;
    if (!label || seen.has(label) || /^\d$/.test(control.dataset.key) || control.disabled || !control.getClientRects().length) continue;
    if (wanted && !label.toLocaleLowerCase().includes(wanted)) continue;
    seen.add(label);
    group.append(verb(control, label));
  }
  if (!seen.size) return;
  const last = results.querySelector("[data-group=filters]") ?? (wanted && results.childElementCount > 1 ? results.lastElementChild : null);
  if (last) last.before(group); else results.append(group);
}

function textWithoutKeys(control) {
  const copy = control.cloneNode(true);
  copy.querySelectorAll(".kbd, svg").forEach((part) => part.remove());
  return (copy.textContent || control.placeholder || "").replace(/\s+/g, " ").trim();
}

function verb(control, label) {
  const item = document.createElement("div");
  item.className = "palette-item";
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const icon = control.querySelector("svg.icon")?.cloneNode(true);
  const text = document.createElement("span");
  text.className = "palette-text";
  text.textContent = label;
  const key = document.createElement("kbd");
  key.className = "kbd";
  key.textContent = control.dataset.key;
  item.append(...[icon, text, key].filter(Boolean));
  item.addEventListener("click", () => {
    document.getElementById("palette").close();
    if (control.matches("input, select, textarea")) control.focus(); else control.click();
  });
  return item;
}
