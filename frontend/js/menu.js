// Menus are <details class="menu">: one open at a time, arrows walk, Esc and a click elsewhere close.

const items = (menu) => [...menu.querySelectorAll(".menu-list :is(a, button, input, summary)")].filter((item) => item.offsetParent);

export function startMenus() {
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches?.("details.menu[open]")) return;
    document.querySelectorAll("details.menu[open]").forEach((other) => { if (other !== event.target && !other.contains(event.target)) other.open = false; });
  }, true);
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target) || event.target.closest(".menu-item")) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (!menu) return;
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
      event.stopPropagation();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = items(menu);
      const at = all.indexOf(document.activeElement);
      const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? all.length - 1 : at - 1;
      all[(next + all.length) % all.length]?.focus();
      event.preventDefault();
    }
  });
}
