// Requests to our own server: the token for writes, and the events a server sends in HX-Trigger, for htmx and for fetch.

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Ask the server for a fragment, as htmx would. Rejects only when there is no connection. */
export async function request(url, { method = "GET", body = null, signal = null } = {}) {
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
  if (method !== "GET") headers["X-CSRFToken"] = token();
  const response = await fetch(url, { method, body, signal, headers, credentials: "same-origin" });
  if (response.headers.get("HX-Refresh") === "true") location.reload();
  const elsewhere = response.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  announce(response.headers.get("HX-Trigger"));
  return response;
}

function announce(header) {
  if (!header) return;
  let events;
  try {
    events = header.trim().startsWith("{") ? JSON.parse(header) : Object.fromEntries(header.split(",").map((name) => [name.trim(), {}]));
  } catch {
    return;
  }
  for (const [name, detail] of Object.entries(events)) {
    document.body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: typeof detail === "object" ? detail : { value: detail } }));
  }
}

export function startRequests() {
  document.body.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = token();
  });
}
