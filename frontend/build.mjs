// Bundles frontend/ into src/tend/static/dist: styles, scripts, fonts and one sprite of icons, each with a hash in
// its name and a .br and .gz beside it, plus manifest.json, which maps "dist/app.css" to "dist/app-<hash>.css".

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import * as esbuild from "esbuild";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const here = path.join(root, "frontend");
const modules = path.join(root, "node_modules");
const target = path.join(root, "src/tend/static/dist");
const fresh = `${target}.new`;

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
const manifest = {};
const bundled = await bundle(manifest).catch((failure) => {
  // esbuild has already printed where and why; its stack says nothing more.
  if (!failure.errors) throw failure;
  process.exit(1);
});
await sprite(manifest);
await notices(bundled);
await writeFile(path.join(fresh, "manifest.json"), JSON.stringify({ paths: manifest }, null, 1));
await compress();
// The old files go last, so that a failed build leaves them in place.
await rm(target, { recursive: true, force: true });
await rename(fresh, target);

async function bundle(manifest) {
  const entries = await entryPoints();
  const result = await esbuild.build({
    entryPoints: entries,
    outdir: fresh,
    bundle: true,
    splitting: true,
    format: "esm",
    target: ["es2022", "chrome109", "firefox115", "safari16"],
    minify: true,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    absWorkingDir: root,
    entryNames: "[name]-[hash]",
    chunkNames: "chunks/[name]-[hash]",
    assetNames: "fonts/[name]-[hash]",
    loader: { ".woff2": "file", ".svg": "dataurl" },
  });
  const inputs = new Set();
  for (const [output, facts] of Object.entries(result.metafile.outputs)) {
    Object.keys(facts.inputs).forEach((input) => inputs.add(input));
    const made = path.relative(fresh, path.join(root, output));
    // A chunk or a font is named by the file that uses it; templates name entries only.
    if (facts.entryPoint && !made.startsWith("chunks/")) {
      manifest[`dist/${path.basename(facts.entryPoint).replace(".entry.", ".")}`] = `dist/${made}`;
    }
  }
  return inputs;
}

// app.css, app.js, and each *.entry.js: a script of its own, such as the theme, which must run before the first paint.
// Such a script is loaded as no module, so it shares no code with the others.
async function entryPoints() {
  const scripts = (await readdir(path.join(here, "js"))).filter((name) => name === "app.js" || name.endsWith(".entry.js"));
  return [path.join(here, "css/app.css"), ...scripts.map((name) => path.join(here, "js", name))];
}

// One <symbol> per name in icons.txt; colour and width of the stroke come from the page.
async function sprite(manifest) {
  const list = (await readFile(path.join(here, "icons.txt"), "utf8")).split("\n").map((line) => line.trim());
  const names = [...new Set(list.filter((line) => line && !line.startsWith("#")))].sort();
  const symbols = await Promise.all(names.map(symbol));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
  const hash = createHash("sha256").update(svg).digest("hex").slice(0, 8).toUpperCase();
  await writeFile(path.join(fresh, `icons-${hash}.svg`), svg);
  manifest["dist/icons.svg"] = `dist/icons-${hash}.svg`;
}

async function symbol(name) {
  const own = path.join(here, "icons", `${name}.svg`);
  const file = existsSync(own) ? own : path.join(modules, "@tabler/icons/icons/outline", `${name}.svg`);
  if (!existsSync(file)) throw new Error(`frontend/icons.txt names "${name}", which is not a Tabler outline icon`);
  const source = await readFile(file, "utf8");
  const drawing = /<svg[^>]*>([^]*)<\/svg>/.exec(source)[1];
  // The empty 24 by 24 path only marks the bounds, which viewBox already says.
  const shapes = drawing.replace(/<path stroke="none"[^>]*\/>/, "").replace(/\s*\n\s*/g, "").trim();
  return (
    `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" ` +
    `stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`
  );
}

// The licences of what we ship, since minifying drops the comments that carried them.
async function notices(inputs) {
  const packages = new Set(["@tabler/icons"]);
  for (const input of inputs) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input);
    if (name) packages.add(name[1]);
  }
  const parts = [];
  for (const name of [...packages].sort()) {
    const folder = path.join(modules, name);
    const facts = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(path.join(folder, file), "utf8") : "";
    parts.push(`${name} ${facts.version} (${facts.license})\n\n${text.trim()}\n`);
  }
  await writeFile(path.join(fresh, "third-party.txt"), parts.join(`\n${"-".repeat(79)}\n\n`));
}

async function compress() {
  const files = await readdir(fresh, { recursive: true, withFileTypes: true });
  const texts = files.filter((entry) => entry.isFile() && /\.(css|js|svg|txt)$/.test(entry.name));
  const brotli = promisify(brotliCompress);
  const zip = promisify(gzip);
  await Promise.all(
    texts.map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const bytes = await readFile(file);
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      await writeFile(`${file}.br`, await brotli(bytes, { params }));
      await writeFile(`${file}.gz`, await zip(bytes, { level: 9 }));
    }),
  );
}
