// Long work is watched by htmx alone; here only: no asking from a hidden tab, and grey for a region that takes over 400 ms.

const SLOW_MS = 400;
const timers = new WeakMap();

export function startProgress() {
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, target } = event.detail;
    if (elt.matches("[data-progress]")) {
      if (document.hidden) event.preventDefault();
      return;
    }
    if (!target) return;
    target.setAttribute("aria-busy", "true");
    timers.set(target, setTimeout(() => target.setAttribute("data-slow", ""), SLOW_MS));
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { target } = event.detail;
    if (!target) return;
    clearTimeout(timers.get(target));
    target.removeAttribute("aria-busy");
    target.removeAttribute("data-slow");
  });
}
