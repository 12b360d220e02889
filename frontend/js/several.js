// Fields of several lines ([data-several]): add and remove a line, keep one of them the main one. Without scripts the spare lines stay.

const linesOf = (field) => [...field.querySelectorAll("[data-several-line]")];
const firstOf = (line) => line.querySelector("[data-several-first]");

function isBlank(line) {
  return [...line.querySelectorAll("input:not([type=radio], [type=checkbox], [type=hidden]), textarea")].every((input) => !input.value.trim());
}

function add(field, at = Number(field.dataset.next)) {
  const holder = document.createElement("template");
  holder.innerHTML = field.querySelector("[data-several-pattern]").innerHTML.replaceAll("__at__", String(at));
  const line = holder.content.firstElementChild;
  field.querySelector("[data-several-lines]").append(line);
  field.dataset.next = String(Math.max(Number(field.dataset.next), at + 1));
  settle(field);
  return line;
}

/** Numbers are spoken anew, each line can go, and one line is the main one. */
function settle(field) {
  const lines = linesOf(field);
  lines.forEach((line, at) => {
    line.setAttribute("aria-label", line.getAttribute("aria-label").replace(/ \d*$/, ` ${at + 1}`));
    line.querySelector("[data-several-remove]").hidden = false;
  });
  const mains = lines.map((line) => line.querySelector("[type=radio]"));
  if (mains.length && !mains.some((main) => main.checked)) mains[0].checked = true;
  field.toggleAttribute("data-single", lines.length < 2);
}

function remove(line) {
  const field = line.closest("[data-several]");
  const all = linesOf(field);
  const next = all[all.indexOf(line) + 1] ?? all[all.indexOf(line) - 1];
  line.remove();
  settle(field);
  (next ? firstOf(next) : field.querySelector("[data-several-add]")).focus();
  field.querySelector("[name]").dispatchEvent(new Event("input", { bubbles: true })); // the draft follows
}

function enhance(field) {
  if (field.dataset.ready !== undefined) return;
  field.dataset.ready = "";
  const all = linesOf(field);
  field.dataset.next = String(all.length);
  const spare = all.filter((line) => line.hasAttribute("data-spare") && isBlank(line));
  spare.slice(spare.length === all.length ? 1 : 0).forEach((line) => line.remove());
  field.querySelector("[data-several-add]").hidden = false;
  settle(field);
}

/** Make every field of several lines inside `root` ready. */
export function severalIn(root) {
  if (root.matches?.("[data-several]")) enhance(root);
  root.querySelectorAll?.("[data-several]").forEach(enhance);
}

/** A draft may hold lines that the page does not have: make them before it is filled in. */
export function linesFor(form, names) {
  for (const field of form.querySelectorAll("[data-several]")) {
    const name = field.querySelector("input[type=hidden]").name;
    const wanted = new Set(names.map((said) => said.match(new RegExp(`^${name}-(\\d+)-`))?.[1]).filter(Boolean).map(Number));
    const known = new Set(linesOf(field).map((line) => Number(line.querySelector("[type=radio]").value)));
    [...wanted].sort((a, b) => a - b).filter((at) => !known.has(at)).forEach((at) => add(field, at));
  }
}

export function startSeveral() {
  severalIn(document);
  document.body.addEventListener("htmx:load", (event) => severalIn(event.detail.elt));
  document.addEventListener("click", (event) => {
    const adds = event.target.closest?.("[data-several-add]");
    if (adds) return firstOf(add(adds.closest("[data-several]"))).focus();
    const removes = event.target.closest?.("[data-several-remove]");
    if (removes) remove(removes.closest("[data-several-line]"));
  });
}
