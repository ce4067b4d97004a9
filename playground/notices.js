// The licences of what is inside of the bundle: each asks to go along with the code.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const PACKAGE = /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/;
const LICENCE = /^(licen[cs]e|copying)([-.].+)?$/i;
/** Packages that ship without the text, and where it is: another of the same authors, or here. */
const ELSEWHERE = {
  "@graphiql/plugin-doc-explorer": "node_modules/graphiql",
  "@graphiql/plugin-history": "node_modules/graphiql",
  "react-compiler-runtime": "node_modules/react",
  "react-remove-scroll-bar": "node_modules/react-remove-scroll",
  "toggle-selection": "licences/toggle-selection.txt",
};
const LINE = "-".repeat(80);
const HEADING = "The playground contains these packages, each under the licence below its name.\n";

/** One text with the licences of the packages that the given files come from. */
export function notices(root, inputs) {
  const folders = new Set(inputs.map((path) => PACKAGE.exec(path)?.[0]).filter(Boolean));
  const titles = new Map();
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json")));
    const text = licence(root, folder, ELSEWHERE[name]);
    titles.set(text, [...(titles.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...titles].map(([text, names]) => `${LINE}\n${names.join("\n")}\n\n${text}\n`);
  return [HEADING, ...parts].join("\n");
}

function licence(root, folder, elsewhere) {
  const found = readdirSync(join(root, folder)).sort().find((it) => LICENCE.test(it));
  if (found) {
    return textOf(join(root, folder, found));
  }
  if (!elsewhere) {
    throw new Error(`${folder} has no licence text: find it, and say where in ELSEWHERE`);
  }
  return elsewhere.endsWith(".txt") ? textOf(join(root, elsewhere)) : licence(root, elsewhere);
}

function textOf(path) {
  return readFileSync(path, "utf8").replaceAll(/\r\n?/g, "\n").replaceAll(/[ \t]+$/gm, "").trim();
}
