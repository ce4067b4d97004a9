// What somebody does in the playground on a machine without internet.
//
// VIGIL names the program to test; CHROMIUM a browser elsewhere than in /usr/bin; SCREENSHOTS a
// folder for pictures to look at.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { openBrowser } from "./browser.js";
import { startServer } from "./server.js";
import { addTeam, reportOf, today } from "./team.js";

const PROGRAM = resolve(process.env.VIGIL ?? "../../target/debug/vigil");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SCREENSHOTS = process.env.SCREENSHOTS;
const WAIT_MS_MAX = 15_000;
const SUBMIT = `mutation($input: ReportSubmitInput!) {
  reportSubmit(input: $input) { errors { code message path } }
}`;

let server;
let pairingId;
let browser;
let page;

before(async () => {
  server = await startServer(PROGRAM);
  pairingId = await addTeam(server);
});
after(() => server?.stop());

beforeEach(async () => {
  await open(server, { authorization: server.authorization });
});
afterEach(async () => {
  const { complaints, requests } = browser;
  await browser.close();
  assert.deepEqual(complaints, []);
  const isOurs = (it) => it.startsWith(browser.url) || it.startsWith("data:");
  const foreign = requests.filter((it) => !isOurs(it));
  assert.deepEqual(foreign, []);
});

test("the dashboard is open and its rows come at the press of a button", async () => {
  await answer().getByText('"Acme Corporation"').waitFor({ state: "detached" });

  await page.getByRole("button", { name: /execute query/i }).click();

  await answer().getByText('"Globex"').waitFor();
  const told = await page.getByRole("status").innerText();
  assert.match(told, /200 OK\s+\d+ ms\s+[\d.]+ kB/);
  await picture("dashboard");
});

test("a typed document runs by the keyboard", async () => {
  await write(query(), "{ viewer { name ");

  await page.keyboard.press("Control+Enter");

  await answer().getByText('"Administrator"').waitFor();
});

test("a field name is completed while it is typed", async () => {
  await write(query(), "{ pairings { nodes { latestR");

  await page.locator(".CodeMirror-hints").getByText("latestReport").waitFor();
  await picture("completion");
  await page.keyboard.press("Enter");

  await query().getByText("latestReport").waitFor();
});

test("a mistake is underlined before it is sent", async () => {
  await write(query(), "{ pairings { nodes { hopes ");

  await query().locator(".CodeMirror-lint-mark-error").first().waitFor();
});

test("the book leads from a type to the next", async () => {
  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  const book = page.locator(".graphiql-doc-explorer");

  await book.getByRole("link", { name: "Query", exact: true }).click();
  await book.getByRole("link", { name: "PairingConnection", exact: true }).first().click();
  await book.getByRole("link", { name: "Pairing", exact: true }).first().click();

  await book.getByRole("link", { name: "latestReport", exact: true }).waitFor();
  assert.equal(await book.locator(".graphiql-doc-explorer-title").innerText(), "Pairing");
  await picture("book");
});

test("the book finds a type by its name", async () => {
  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("EndOfDayRep");
  await page.getByRole("option", { name: "EndOfDayReport", exact: true }).click();

  await page.locator(".graphiql-doc-explorer-title", { hasText: "EndOfDayReport" }).waitFor();
});

test("variables go along with a document", async () => {
  await page.getByRole("tab", { name: "History" }).click();
  await write(tool(), JSON.stringify({ id: pairingId }));

  await page.getByRole("button", { name: /execute query/i }).click();

  await answer().getByText('"Assistant of Acme Corporation"').waitFor();
});

test("headers go along with a request", async () => {
  await page.getByRole("button", { name: "Headers", exact: true }).click();
  await write(tool(), JSON.stringify({ "x-asked-by": "a test" }));

  const asked = page.waitForRequest((it) => it.method() === "POST");
  await page.getByRole("button", { name: /execute query/i }).click();

  assert.equal((await asked).headers()["x-asked-by"], "a test");
});

test("an untidy document is put in order", async () => {
  await write(query(), "{viewer{name}}");

  await page.getByRole("button", { name: /prettify/i }).click();

  await query().locator(".CodeMirror-line", { hasText: /^ {4}name$/ }).waitFor();
});

test("what was asked before is in the history, also after a reload", async () => {
  await page.getByRole("button", { name: /execute query/i }).click();
  await answer().getByText('"Globex"').waitFor();

  await page.reload();
  await page.getByRole("button", { name: "Show History" }).click();

  await page.locator(".graphiql-history-items").getByText("Dashboard").waitFor();
});

test("a subscription shows a report while it is submitted", async () => {
  // A browser sends no headers of ours with a socket's handshake: the page passes on what stands here.
  await page.getByRole("button", { name: "Headers", exact: true }).click();
  await write(tool(), JSON.stringify({ authorization: server.authorization }));
  await write(query(), `subscription { reportSubmitted { kind report { biggestWin `);
  await page.getByRole("button", { name: /execute query/i }).click();
  await page.getByRole("button", { name: /stop query/i }).waitFor();
  await subscribed(1);

  const biggestWin = "Nobody had to ask twice";
  const input = { ...reportOf(pairingId), reportDate: dayBefore(), biggestWin };
  await server.ask(SUBMIT, { input });

  await answer().getByText(`"${biggestWin}"`).waitFor();
  await picture("subscription");
  await page.getByRole("button", { name: /stop query/i }).click();
  await subscribed(0);
});

test("every menu and dialog opens, in the dark as well", async () => {
  await page.getByRole("button", { name: /settings/i }).click();
  await page.getByRole("button", { name: "Dark" }).click();
  await page.locator("body.graphiql-dark").waitFor();
  await picture("settings");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /short keys/i }).click();
  await page.getByRole("heading", { name: "Short Keys" }).waitFor();
  await page.keyboard.press("Escape");

  await write(query(), "query One { viewer { name } } query Two { viewer { id } }");
  await page.getByRole("tab", { name: "One" }).waitFor();
  await page.getByRole("button", { name: /execute query/i }).click();
  await page.getByRole("menuitem", { name: "One" }).click();

  await answer().getByText('"Administrator"').waitFor();
  await picture("dark");
});

test("in a demo the page signs in by itself, also after a reload", async () => {
  await browser.close();
  const demo = await startServer(PROGRAM, { VIGIL_DEMO: "true" });
  try {
    await open(demo);
    for (const visit of ["first", "second"]) {
      await page.getByRole("button", { name: /execute query/i }).click();
      await answer().getByText('"healthStatus"').first().waitFor();
      assert.match(await page.getByRole("status").innerText(), /200 OK/, visit);
      await page.reload();
      await page.locator(".graphiql-execute-button").waitFor();
    }
    await page.getByRole("button", { name: "Headers", exact: true }).click();
    await tool().getByText(/Bearer vgs_/).waitFor();
    const opened = await fetch(demo.page);
    assert.equal(opened.headers.get("cache-control"), "no-store");
  } finally {
    await demo.stop();
  }
});

/** The working day before today, on which the team has not reported yet. */
function dayBefore() {
  const day = new Date(today());
  do {
    day.setUTCDate(day.getUTCDate() - 1);
  } while ([0, 6].includes(day.getUTCDay()));
  return day.toISOString().slice(0, 10);
}

/** Waits until so many subscriptions are running. */
async function subscribed(count) {
  const line = `vigil_graphql_subscriptions ${count}\n`;
  let metrics = "";
  while (!metrics.includes(line)) {
    metrics = await (await fetch(new URL("/metrics", server.page))).text();
  }
}

async function open(at, headers) {
  browser = await openBrowser(at.page, CHROMIUM, headers);
  page = browser.page;
  page.setDefaultTimeout(WAIT_MS_MAX);
  await page.locator(".graphiql-execute-button").waitFor();
}

function query() {
  return page.locator(".graphiql-query-editor");
}

/** The editor of variables or of headers, whichever is open. */
function tool() {
  return page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden)");
}

function answer() {
  return page.locator(".graphiql-response");
}

/** Puts a text in the place of what an editor holds, key by key. */
async function write(editor, text) {
  await editor.locator(".CodeMirror-lines").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.type(text, { delay: 5 });
}

async function picture(name) {
  if (SCREENSHOTS) {
    await mkdir(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }
}
