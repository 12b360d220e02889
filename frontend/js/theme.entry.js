// Before the first paint: when the server left the theme to the system, follow it, now and when it changes.
// Loaded as a classic script, so it keeps to itself in a block.
{
  const html = document.documentElement;
  if (html.dataset.theme === "system") {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => html.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
    follow();
    dark.addEventListener("change", follow);
  }
}
