// The audits of `graphql-http`, the reference: what a server MUST, SHOULD and MAY do.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { serverAudits } from "graphql-http";

import { start } from "./vigil.js";

const AUDITS = 61;

let server;

before(async () => {
  server = await start();
});
after(() => server?.stop());

test("every audit passes", async (context) => {
  const audits = serverAudits({ url: server.url });

  const failed = [];
  for (const audit of audits) {
    const result = await audit.fn();
    if (result.status !== "ok") {
      failed.push(`${result.status} ${audit.id} ${audit.name}: ${result.reason}`);
    }
  }

  assert.deepEqual(failed, []);
  assert.equal(audits.length, AUDITS);
  context.diagnostic(`${audits.length} audits passed`);
});
