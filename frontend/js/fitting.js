// How well typed letters fit a label, as the server judges it (base/likeness.py), for what only the page knows.

const GAP = 0.3;
const MOST = 0.15;

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase().replace(/\s+/g, " ").trim();

/** A figure that is smaller for a better fit; null when the label does not fit. Nothing typed fits everything. */
export function fits(typed, label) {
  const said = folded(typed);
  const text = folded(label);
  if (text.startsWith(said)) return 0;
  const words = said.split(" ");
  if (words.every((word) => ` ${text}`.includes(` ${word}`))) return 1;
  if (words.every((word) => text.includes(word))) return 2;
  let ways = new Map([[-1, 0]]);
  for (const letter of words.join("")) {
    const further = new Map();
    for (let at = 0; at < text.length; at++) {
      if (text[at] !== letter) continue;
      const begins = at === 0 || text[at - 1] === " ";
      for (const [last, cost] of ways) {
        if (last < at) further.set(at, Math.min(further.get(at) ?? Infinity, cost + (begins || at === last + 1 ? 0 : GAP)));
      }
    }
    ways = further;
  }
  const cost = Math.min(...ways.values());
  return cost <= MOST * words.join("").length ? 3 + cost : null;
}

/** The label as nodes, with the typed words in bold. */
export function marked(typed, label) {
  const words = typed.trim().split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!words.length) return [label];
  return label.split(new RegExp(`(${words.join("|")})`, "giu")).map((piece, at) => {
    if (at % 2 === 0) return piece;
    const mark = document.createElement("mark");
    mark.textContent = piece;
    return mark;
  });
}
