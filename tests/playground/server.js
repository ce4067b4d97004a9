// A server of our own: a fresh database, a free port, stopped in the end by its process id.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const START_MS_MAX = 60_000;
const STOP_MS_MAX = 10_000;
const ADMIN = ["--email", "admin@example.test", "--name", "Administrator", "--role", "admin"];

/**
 * Starts the program, with settings as variables of the environment; answers where its page is,
 * how to ask it on behalf of its administrator (but for a demo's), and how to stop it.
 */
export async function startServer(program, settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), "vigil-"));
  const where = {
    cwd: folder,
    env: {
      ...withoutSettings(process.env),
      DATABASE_URL: "sqlite://vigil.db?mode=rwc",
      VIGIL_DEMO: "false",
      ...settings,
    },
  };
  // A demo is made of an empty database alone, and has an administrator.
  const isDemo = settings.VIGIL_DEMO === "true";
  const authorization = isDemo ? undefined : await administrator(program, where);
  const child = spawn(program, ["serve", "--listen", "127.0.0.1:0"], {
    ...where,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit").catch((error) => console.error(`not started: ${error}`));
  // Not even a test that crashes leaves a server behind.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    child.kill("SIGTERM");
    const impatience = setTimeout(kill, STOP_MS_MAX);
    await ended;
    clearTimeout(impatience);
    process.off("exit", kill);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const page = await pageOf(child);
    await ready(page);
    const asked = (query, variables) => ask({ page, authorization }, query, variables);
    return { page, authorization, ask: asked, stop };
  } catch (failure) {
    await stop();
    throw failure;
  }
}

/** Makes the tables and an administrator: what a program of his sends to be recognised. */
async function administrator(program, where) {
  const run = async (...task) => (await promisify(execFile)(program, task, where)).stdout.trim();
  await run("migrate", "up");
  await run("user", "create", ...ADMIN);
  return `Bearer ${await run("key", "create", "--admin")}`;
}

/** The environment without what somebody has set for a server of their own. */
function withoutSettings(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([it]) => !it.startsWith("VIGIL_")));
}

/** The address that the server prints once it listens. */
async function pageOf(child) {
  const impatience = setTimeout(() => child.kill("SIGKILL"), START_MS_MAX);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /^playground +(http:\S+)/.exec(line)?.[1];
      if (address) {
        child.stdout.resume();
        return address;
      }
    }
  } finally {
    clearTimeout(impatience);
  }
  throw new Error("the server ended before it listened");
}

/** The server listens once its database is ready, so that it need not be asked again. */
async function ready(page) {
  const response = await fetch(new URL("/readyz", page));
  if (!response.ok) {
    throw new Error(`not ready: ${response.status} ${await response.text()}`);
  }
}

async function ask({ page, authorization }, query, variables = {}) {
  const response = await fetch(new URL("/graphql", page), {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) {
    throw new Error(JSON.stringify(errors));
  }
  return data;
}
