// Builds the page into dist/, which is committed, so that `cargo build` needs neither npm nor a
// network. `--check` builds in memory instead and fails if dist/ holds anything else.

import { build } from "esbuild";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

import { notices } from "./notices.js";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "dist");
/** What the page may weigh, compressed. It lies in the repository and in the program. */
const BYTES_MAX = 450_000;

/** Packages that are left out of the bundle, and the few lines that stand for them. */
const STAND_INS = {
  entities: "src/stand_ins/entities.ts",
  "react-style-singleton": "src/stand_ins/react_style_singleton.ts",
};

/** Every file of dist/ by its name; those that end in `.gz` are not compressed yet. */
async function bundle() {
  const result = await build({
    absWorkingDir: HERE,
    entryPoints: { playground: "src/main.tsx" },
    outdir: "dist",
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: ["chrome111", "firefox115", "safari16.4"],
    charset: "utf8",
    legalComments: "none",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".graphql": "text" },
    alias: Object.fromEntries(
      Object.entries(STAND_INS).map(([name, path]) => [name, join(HERE, path)]),
    ),
    plugins: [withoutFonts],
  });
  const files = new Map([
    ["licences.txt", Buffer.from(notices(HERE, bundled(result.metafile)))],
    ["icon.svg", readFileSync(join(HERE, "icon.svg"))],
    ["index.html", readFileSync(join(HERE, "index.html"))],
  ]);
  for (const { path, contents } of result.outputFiles) {
    files.set(`${path.slice(DIST.length + 1)}.gz`, Buffer.from(contents));
  }
  return files;
}

/** The files of which something is left in the bundle. */
function bundled({ outputs }) {
  const inputs = Object.values(outputs).flatMap((it) => Object.entries(it.inputs));
  return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
}

/** GraphiQL's style sheet carries 270 kB of fonts; every system has its own. */
const withoutFonts = {
  name: "without-fonts",
  setup({ onLoad }) {
    onLoad({ filter: /graphiql[/\\]dist[/\\]style\.css$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8").replaceAll(/@font-face\s*\{[^}]*\}/g, "");
      return { contents: text, loader: "css" };
    });
  },
};

function write(files) {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST);
  let total = 0;
  for (const [name, content] of files) {
    const stored = name.endsWith(".gz") ? gzipSync(content, { level: 9 }) : content;
    writeFileSync(join(DIST, name), stored);
    console.log(`${name}: ${content.length} bytes, ${stored.length} stored`);
    total += stored.length;
  }
  console.log(`together ${total} bytes`);
}

/** Compares what is inside: two versions of zlib may compress the same bytes differently. */
function check(files) {
  const complaints = [];
  const stored = existsSync(DIST) ? readdirSync(DIST) : [];
  for (const name of stored.filter((it) => !files.has(it))) {
    complaints.push(`dist/${name} is not of this build`);
  }
  let total = 0;
  for (const [name, content] of files) {
    if (!stored.includes(name)) {
      complaints.push(`dist/${name} is missing`);
      continue;
    }
    const found = readFileSync(join(DIST, name));
    total += found.length;
    const inside = name.endsWith(".gz") ? gunzipSync(found) : found;
    if (!inside.equals(content)) {
      complaints.push(`dist/${name} is stale`);
    }
  }
  if (total > BYTES_MAX) {
    complaints.push(`dist/ weighs ${total} bytes, more than ${BYTES_MAX}`);
  }
  if (complaints.length > 0) {
    console.error(`${complaints.join("\n")}\nrun \`npm run build\` and commit the result`);
    process.exit(1);
  }
  console.log(`dist/ is what the sources build: ${total} bytes`);
}

const fresh = await bundle();
if (process.argv.includes("--check")) {
  check(fresh);
} else {
  write(fresh);
}
