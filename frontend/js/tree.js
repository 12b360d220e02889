// Trees (role="tree"): arrows walk and fold, one branch at a time can be reached by Tab.

const branches = (tree) => [...tree.querySelectorAll("[role=treeitem]")].filter((branch) => branch.getClientRects().length);

function reach(branch) {
  const tree = branch.closest("[role=tree]");
  tree.querySelectorAll("[role=treeitem]").forEach((other) => { other.tabIndex = other === branch ? 0 : -1; });
}

function fold(branch, open) {
  if (branch.hasAttribute("aria-expanded")) branch.setAttribute("aria-expanded", String(open));
}

function keydown(event) {
  const branch = event.target.closest?.("[role=treeitem]");
  if (!branch || event.target !== branch || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = branches(branch.closest("[role=tree]"));
  const at = all.indexOf(branch);
  const isOpen = branch.getAttribute("aria-expanded");
  let next = null;
  switch (event.key) {
    case "ArrowDown": next = all[at + 1]; break;
    case "ArrowUp": next = all[at - 1]; break;
    case "Home": next = all[0]; break;
    case "End": next = all.at(-1); break;
    case "ArrowRight": if (isOpen === "false") fold(branch, true); else if (isOpen) next = all[at + 1]; break;
    case "ArrowLeft": if (isOpen === "true") fold(branch, false); else next = branch.parentElement.closest("[role=treeitem]"); break;
    case "Enter": branch.querySelector(":scope > .branch-line a")?.click(); break;
    default: return;
  }
  event.preventDefault();
  if (next) { reach(next); next.focus(); }
}

function ready(root) {
  for (const tree of root.querySelectorAll?.("[role=tree]") ?? []) {
    if (tree.querySelector('[role=treeitem][tabindex="0"]')) continue;
    const first = tree.querySelector("[role=treeitem]");
    if (first) reach(first);
  }
}

export function startTrees() {
  ready(document);
  document.body.addEventListener("htmx:load", (event) => ready(event.detail.elt.parentElement ?? document));
  document.addEventListener("keydown", keydown);
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".branch-fold");
    if (!button) return;
    const branch = button.closest("[role=treeitem]");
    fold(branch, branch.getAttribute("aria-expanded") !== "true");
    reach(branch);
  });
}
