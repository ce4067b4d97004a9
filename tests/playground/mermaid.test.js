// Whether Mermaid itself reads the diagrams of the schema book, in a browser, as GitHub does.
//
// CHROMIUM as in playground.test.js.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";

import { openBrowser } from "./browser.js";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const MERMAID = fileURLToPath(new URL("mermaid.min.js", import.meta.resolve("mermaid")));
const ROOT = new URL("../../", import.meta.url);

let browser;

before(async () => {
  browser = await openBrowser("about:blank", CHROMIUM);
  await browser.page.addScriptTag({ path: MERMAID });
});
after(() => browser?.close());

test("the diagram of all tables has each of them, and each foreign key", async () => {
  const { tables } = JSON.parse(await read("docs/schema.json")).postgres;
  const names = tables.map((it) => it.name).sort();
  const references = tables.flatMap((it) => it.references).length;

  for (const file of ["docs/schema.md", "docs/schema-essentials.md"]) {
    const [overall] = await diagrams(file);
    assert.deepEqual(overall, { names, references });
  }
});

test("the diagrams of the domains have every table between them", async () => {
  const [overall, ...domains] = await diagrams("docs/schema.md");

  assert.ok(domains.length > 1);
  assert.deepEqual([...new Set(domains.flatMap((it) => it.names))].sort(), overall.names);
  assert.equal(
    domains.reduce((sum, it) => sum + it.references, 0),
    overall.references,
  );
});

test("names that mean something to Mermaid are read as names, and drawn", async () => {
  const { names, references } = await understood(await read("engine/tests/schema/odd.mmd"));

  assert.equal(references, 13);
  assert.ok(names.includes("select") && names.includes("<b>&") && names.includes("]] #quot; t__1"), names);
});

async function diagrams(file) {
  const blocks = (await read(file)).matchAll(/^```mermaid\n([\s\S]*?)^```/gm);
  const diagrams = [];
  for (const [, text] of blocks) {
    diagrams.push(await understood(text));
  }
  return diagrams;
}

/** What Mermaid makes of a text: the names of the tables as they are drawn, and how many lines join them. */
async function understood(text) {
  return browser.page.evaluate(async (text) => {
    await window.mermaid.parse(text);
    const { db } = await window.mermaid.mermaidAPI.getDiagramFromText(text);
    const { svg } = await window.mermaid.render("drawn", text);
    const drawn = new DOMParser().parseFromString(svg, "text/html");
    const labels = [...drawn.querySelectorAll(".label.name")].map((it) => it.textContent.trim());
    return { names: labels.sort(), references: db.getRelationships().length };
  }, text);
}

async function read(path) {
  return readFile(new URL(path, ROOT), "utf8");
}
