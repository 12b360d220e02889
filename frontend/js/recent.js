// What a browser remembers of one person: the records he had open last and what he chose in the palette. Only addresses;
// names come from the server, which shows what he sees now. Kept under his own key, so that a shared browser mixes nothing.

const MOST_RECORDS = 20;
const MOST_CHOICES = 40;

const key = (what) => `tend.${what}.${document.body.dataset.person ?? ""}`;

function kept(what) {
  try {
    const found = JSON.parse(localStorage.getItem(key(what)) ?? "[]");
    return Array.isArray(found) ? found.filter((one) => typeof one === "string") : [];
  } catch {
    return []; // a browser that keeps nothing
  }
}

function keep(what, one, most) {
  try {
    localStorage.setItem(key(what), JSON.stringify([one, ...kept(what).filter((other) => other !== one)].slice(0, most)));
  } catch {
    // it works without
  }
}

/** "accounts/7,contacts/3", the last one first. */
export const visited = () => kept("visited").join(",");

/** Remember what was chosen in the palette. */
export const choose = (what) => keep("chosen", what, MOST_CHOICES);

/** How recently something was chosen: 0 the last time, Infinity never. */
export function recency(what) {
  const at = kept("chosen").indexOf(what);
  return at < 0 ? Infinity : at;
}

export function startRecent() {
  const found = /^\/([a-z]+(?:-[a-z]+)*\/\d+)$/.exec(location.pathname);
  if (found && document.body.dataset.person) keep("visited", found[1], MOST_RECORDS);
}
