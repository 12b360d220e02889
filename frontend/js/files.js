// Files dropped on a page go into its form that takes files (data-files), which is sent at once where it asks nothing else.

const over = (on) => document.querySelectorAll("form[data-files] .drop, .drop[data-files]").forEach((place) => place.toggleAttribute("data-over", on));
const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

function formFor(target) {
  const dialog = document.querySelector("dialog[open]");
  return target.closest?.("form:has(input[type=file])") ?? (dialog ?? document).querySelector("form[data-files], dialog form:has(input[type=file])");
}

function take(form, files) {
  const field = form.querySelector("input[type=file]");
  const chosen = new DataTransfer();
  for (const file of field.multiple ? files : [...files].slice(0, 1)) chosen.items.add(file);
  field.files = chosen.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

export function startFiles() {
  let depth = 0;
  document.addEventListener("dragenter", (event) => { if (holdsFiles(event) && formFor(event.target) && depth++ === 0) over(true); });
  document.addEventListener("dragleave", (event) => { if (holdsFiles(event) && depth > 0 && --depth === 0) over(false); });
  document.addEventListener("dragover", (event) => { if (holdsFiles(event) && formFor(event.target)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    depth = 0;
    over(false);
    const form = holdsFiles(event) ? formFor(event.target) : null;
    if (!form) return;
    event.preventDefault();
    take(form, event.dataTransfer.files);
  });
  document.addEventListener("change", (event) => { // where nothing else is asked, choosing is sending
    const form = event.target.matches?.("input[type=file]") ? event.target.closest("form[data-files]") : null;
    if (form?.querySelector("[data-files-send]") && event.target.files.length) form.requestSubmit();
  });
}
