// A browser that reaches nothing but the server, and keeps book of what it would rather not say.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Without names there is no internet: whatever asks for another host fails.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** Opens a browser with a fresh profile on the given page; `headers` go along with each request. */
export async function openBrowser(url, program, headers = {}) {
  const profile = await mkdtemp(join(tmpdir(), "vigil-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: program,
    headless: true,
    args: ARGUMENTS,
    extraHTTPHeaders: headers,
    viewport: { width: 1440, height: 900 },
  });
  const close = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const { requests, complaints } = await watch(page);
    await page.goto(url);
    return { url, page, requests, complaints, close };
  } catch (failure) {
    await close();
    throw failure;
  }
}

/** What the page asks for, and every error and broken policy. */
async function watch(page) {
  const requests = [];
  const complaints = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("requestfailed", (request) => complaints.push(`not loaded: ${request.url()}`));
  page.on("pageerror", (error) => complaints.push(`thrown: ${error.stack}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      complaints.push(`${message.type()}: ${message.text()}`);
    }
  });
  await page.exposeFunction("complain", (text) => complaints.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.complain(`policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return { requests, complaints };
}
