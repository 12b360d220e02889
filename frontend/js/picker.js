// Pickers: a native <select> in [data-picker] becomes a button with a listbox; the select keeps the value and its events.
// With data-url the options come from the server as <option>s for what was typed; marks and consequences are data on options.
import { request } from "./requests.js";

const WAIT_MS = 180;
let serial = 0;

const pattern = (id) => document.getElementById(id).content.cloneNode(true);

function drawValue(place, option) {
  place.replaceChildren();
  place.toggleAttribute("data-blank", !option?.value);
  if (!option) return;
  if (option.dataset.mark) {
    const chip = element("span", "chip");
    chip.dataset.hue = option.dataset.hue;
    const mark = element("span", "chip-mark", option.dataset.mark);
    mark.setAttribute("aria-hidden", "true");
    chip.append(mark, element("span", "chip-word", option.label));
    place.append(chip);
  } else place.append(option.label);
}

function element(name, css, text = "") {
  const made = document.createElement(name);
  made.className = css;
  made.textContent = text;
  return made;
}

function drawOption(option, id, chosen) {
  const item = pattern("picker-option-pattern").firstElementChild;
  item.id = id;
  item.dataset.value = option.value;
  item.setAttribute("aria-selected", String(chosen));
  const text = item.querySelector(".picker-text");
  text.textContent = option.label;
  if (option.dataset.note) text.append(element("span", "picker-note", ` · ${option.dataset.note}`));
  if (option.dataset.mark) {
    const mark = element("span", "mark", option.dataset.mark);
    mark.dataset.hue = option.dataset.hue;
    mark.setAttribute("aria-hidden", "true");
    item.prepend(mark);
  }
  return item;
}

function enhance(picker) {
  const select = picker.querySelector("select");
  if (!select || select.multiple || picker.dataset.ready !== undefined) return;
  picker.dataset.ready = "";
  const id = `picker-${++serial}`;
  picker.append(pattern("picker-pattern"));
  const button = picker.querySelector(".picker-button");
  const panel = picker.querySelector(".picker-panel");
  const field = panel.querySelector("input");
  const list = panel.querySelector(".picker-list");
  const none = panel.querySelector(".picker-none");
  const foot = panel.querySelector(".picker-foot");
  const label = select.getAttribute("aria-label") ?? select.labels?.[0]?.textContent.trim() ?? "";
  list.id = `${id}-list`;
  button.id = `${id}-button`;
  field.setAttribute("aria-controls", list.id);
  list.setAttribute("aria-label", label);
  button.disabled = select.disabled;
  select.tabIndex = -1;
  select.setAttribute("aria-hidden", "true");
  select.addEventListener("focus", () => button.focus());
  for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) button.setAttribute(name, select.getAttribute(name));
  select.labels?.forEach((words) => words.addEventListener("click", (event) => { event.preventDefault(); button.focus(); }));

  let shown = [];
  let active = -1;
  let asked = null;
  let timer = null;
  let isStale = false; // what stands in the list answers other words than those typed
  let isEager = false; // Enter came before their answer: its first option is chosen

  const word = () => {
    const option = select.selectedOptions[0];
    drawValue(button.querySelector(".picker-value"), option);
    button.setAttribute("aria-label", label ? `${label}: ${option?.label ?? ""}` : option?.label ?? "");
  };

  const mark = (at) => {
    list.querySelector("[data-active]")?.removeAttribute("data-active");
    active = at;
    const item = list.querySelectorAll("[role=option]")[at];
    const consequence = shown[at]?.dataset.consequence ?? "";
    foot.hidden = !consequence;
    foot.querySelector("span").textContent = consequence;
    if (!item) return field.removeAttribute("aria-activedescendant");
    item.setAttribute("data-active", "");
    item.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", item.id);
  };

  const draw = (options) => {
    shown = options;
    list.replaceChildren();
    let group = "";
    options.forEach((option, at) => {
      if (option.dataset.group && option.dataset.group !== group) {
        group = option.dataset.group;
        const head = element("li", "picker-group", group);
        head.setAttribute("role", "presentation");
        list.append(head);
      }
      list.append(drawOption(option, `${id}-${at}`, option.value === select.value));
    });
    none.hidden = options.length > 0;
    const chosen = options.findIndex((option) => option.value === select.value);
    mark(field.value || chosen < 0 ? (options.length ? 0 : -1) : chosen);
    isStale = false;
    if (isEager) { isEager = false; pick(shown[active]); }
  };

  const fitting = () => {
    const words = field.value.trim().toLocaleLowerCase();
    return [...select.options].filter((option) => !words || `${option.label} ${option.dataset.mark ?? ""} ${option.dataset.note ?? ""}`.toLocaleLowerCase().includes(words));
  };

  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const url = new URL(picker.dataset.url, location.href);
    url.searchParams.set("q", field.value.trim());
    try {
      const response = await request(url, { signal: asked.signal });
      if (!response.ok) return draw(fitting());
      const holder = document.createElement("select");
      holder.innerHTML = await response.text();
      draw([...holder.options]);
    } catch (error) {
      if (error.name !== "AbortError") draw(fitting());
    }
  };

  const refresh = () => {
    isEager = false;
    if (!picker.dataset.url) return draw(fitting());
    isStale = true;
    asked?.abort();
    clearTimeout(timer);
    timer = setTimeout(ask, field.value ? WAIT_MS : 0);
  };

  const settle = () => {
    panel.removeAttribute("data-up");
    panel.removeAttribute("data-end");
    const box = panel.getBoundingClientRect();
    if (box.bottom > innerHeight && button.getBoundingClientRect().top > box.height) panel.setAttribute("data-up", "");
    if (box.right > innerWidth) panel.setAttribute("data-end", "");
  };

  const open = () => {
    if (button.disabled || !panel.hidden) return;
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    field.value = "";
    refresh();
    settle();
    field.focus({ preventScroll: true });
  };

  const close = (back = true) => {
    if (panel.hidden) return;
    panel.hidden = true;
    isEager = false;
    button.setAttribute("aria-expanded", "false");
    if (back) button.focus({ preventScroll: true });
    picker.dispatchEvent(new CustomEvent("picker-closed", { bubbles: true }));
  };

  const pick = (option, then = true) => {
    if (!option) return;
    if (![...select.options].some((known) => known.value === option.value)) select.append(option.cloneNode(true));
    const changed = select.value !== option.value;
    select.value = option.value;
    word();
    close(then);
    if (changed) {
      select.dispatchEvent(new Event("input", { bubbles: true }));
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  button.addEventListener("click", () => (panel.hidden ? open() : close()));
  button.addEventListener("keydown", (event) => {
    if (["ArrowDown", "ArrowUp"].includes(event.key)) { event.preventDefault(); open(); }
  });
  field.addEventListener("input", refresh);
  field.addEventListener("keydown", (event) => {
    const last = shown.length - 1;
    const moves = { ArrowDown: Math.min(active + 1, last), ArrowUp: Math.max(active - 1, 0), PageDown: last, PageUp: 0 };
    if (event.key in moves) { event.preventDefault(); mark(moves[event.key]); }
    else if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); if (isStale) isEager = true; else pick(shown[active]); }
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
    else if (event.key === "Tab") { if (picker.closest(".inline")) pick(shown[active]); close(false); }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("pointermove", (event) => {
    const item = event.target.closest("[role=option]");
    if (item && !item.hasAttribute("data-active")) mark([...list.querySelectorAll("[role=option]")].indexOf(item));
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) pick(shown[[...list.querySelectorAll("[role=option]")].indexOf(item)]);
  });
  picker.addEventListener("focusout", (event) => {
    if (!picker.contains(event.relatedTarget)) close(false);
  });
  select.addEventListener("change", word);
  select.form?.addEventListener("reset", () => setTimeout(word));
  picker.openPicker = open;
  word();
}

/** Make every picker inside `root` ready. */
export function pickersIn(root) {
  if (root.matches?.("[data-picker]")) enhance(root);
  root.querySelectorAll?.("[data-picker]").forEach(enhance);
}

export function startPickers() {
  pickersIn(document);
  document.body.addEventListener("htmx:load", (event) => pickersIn(event.detail.elt));
}
