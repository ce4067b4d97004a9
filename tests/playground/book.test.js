// What an administrator does in the schema book on a machine without internet.
//
// VIGIL, CHROMIUM and SCREENSHOTS as in playground.test.js.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { openBrowser } from "./browser.js";
import { startServer } from "./server.js";
import { addTeam } from "./team.js";

const PROGRAM = resolve(process.env.VIGIL ?? "../../target/debug/vigil");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SCREENSHOTS = process.env.SCREENSHOTS;
const WAIT_MS_MAX = 15_000;

let server;
let browser;
let page;

before(async () => {
  server = await startServer(PROGRAM);
  await addTeam(server);
});
after(() => server?.stop());

beforeEach(async () => {
  await open({ authorization: server.authorization });
  await page.getByRole("status").getByText("tables in SQLite").waitFor();
});
afterEach(async () => {
  const { complaints, requests } = browser;
  await browser.close();
  assert.deepEqual(complaints, []);
  const origin = new URL(server.page).origin;
  const foreign = requests.filter((it) => !it.startsWith(origin) && !it.startsWith("data:"));
  assert.deepEqual(foreign, []);
});

test("the diagram shows all tables, and grows and shrinks", async () => {
  const svg = page.locator(".drawing svg");
  await svg.locator('[data-table="pairings"]').waitFor();
  const width = async () => Number((await svg.getAttribute("viewBox")).split(" ")[2]);
  const fitted = await width();
  await picture("book-diagram");

  await page.getByRole("button", { name: "Larger" }).click();
  const larger = await width();
  await page.locator(".drawing").hover();
  await page.mouse.wheel(0, 200);
  await page.mouse.wheel(0, 200);
  const smaller = await width();
  await page.getByRole("button", { name: "Fit" }).click();

  assert.ok(larger < fitted && smaller > larger, `${fitted} ${larger} ${smaller}`);
  assert.equal(await width(), fitted);
});

test("a domain has a diagram of its own, and a table in it leads to its page", async () => {
  await page.getByRole("button", { name: "coaching", exact: true }).click();
  await page.locator('.drawing [data-table="alerts"]').waitFor();
  await picture("book-domain");

  await page.locator('.drawing [data-table="alerts"] > text').first().click();

  await page.getByRole("heading", { name: "alerts", exact: true }).waitFor();
  await page.getByRole("cell", { name: "detected_at", exact: true }).waitFor();
  await picture("book-table");
});

test("an index leads to the query that reads by it, and back", async () => {
  await page.goto(`${browser.url}#/table/pairings`);
  const index = "idx_pairings_health_status_created_at_id";
  const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: index, exact: true }) });

  await row.getByRole("link", { name: "Dashboard", exact: true }).click();
  await page.getByRole("heading", { name: "Dashboard", exact: true }).waitFor();
  await picture("book-query");
  await page.getByRole("link", { name: index, exact: true }).first().click();

  await page.getByRole("heading", { name: index, exact: true }).waitFor();
});

test("the rows of tables are counted as they are now", async () => {
  await page.locator("#contents").getByRole("link", { name: /^clients 3$/ }).waitFor();
});

test("what is searched for is found among tables, columns, indexes and queries", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("health_status");

  await page.getByRole("link", { name: "pairings.health_status", exact: true }).waitFor();
  await page.getByRole("link", { name: "idx_pairings_health_status_created_at_id", exact: true }).waitFor();
  await picture("book-search");
});

test("every check has passed, and this database is as it should be", async () => {
  await page.getByRole("link", { name: /^Checks/ }).click();

  await page.getByText("It is as a fresh one of this release.").waitFor();
  assert.equal(await page.locator("td .bad").count(), 0);
  assert.ok((await page.locator("td .good").count()) >= 17);
  await picture("book-checks");
});

test("who has not signed in is asked for a key, and sees the book with it", async () => {
  await browser.close();
  await open();
  const key = page.getByLabel("Key");
  await key.waitFor();
  assert.match(await page.getByRole("alert").innerText(), /sign in first/);

  await key.fill(server.authorization.replace("Bearer ", ""));
  await page.getByRole("button", { name: "Open" }).click();

  await page.locator('.drawing [data-table="pairings"]').waitFor();
});

async function open(headers) {
  browser = await openBrowser(new URL("/book", server.page).href, CHROMIUM, headers);
  page = browser.page;
  page.setDefaultTimeout(WAIT_MS_MAX);
}

async function picture(name) {
  if (SCREENSHOTS) {
    await mkdir(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }
}
