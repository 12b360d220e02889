// Date fields accept typing ("tomorrow", "15 mar"); the server says under the field what it understood.
import { request } from "./requests.js";

async function understand(box) {
  const place = box.parentElement.querySelector("[data-understood]");
  const text = box.querySelector("input").value.trim();
  place.textContent = "";
  if (!text) return;
  const url = new URL(box.dataset.understandUrl, location.href);
  url.searchParams.set("text", text);
  const response = await request(url).catch(() => null);
  if (response?.ok && box.querySelector("input").value.trim() === text) place.textContent = (await response.text()).trim();
}

export function startDates() {
  document.addEventListener("change", (event) => {
    const box = event.target.closest?.("[data-understand-url]");
    if (box) understand(box);
  });
}
