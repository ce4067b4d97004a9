// urql as a front end uses it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client, cacheExchange, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";

import { addTeam, reportOf } from "../playground/team.js";
import {
  OVERRIDE,
  STANDING,
  TRUSTED_DOCUMENTS,
  documentOf,
  inShort,
  overrideOf,
  start,
  trustedHash,
  watchedFetch,
} from "./vigil.js";

// As front ends are delivered: only then does urql take documents of which just the id is left.
process.env.NODE_ENV = "production";

let server;
let pairingId;

before(async () => {
  server = await start({ VIGIL_HTTP__TRUSTED_DOCUMENTS: TRUSTED_DOCUMENTS });
  pairingId = await addTeam(server);
});
after(() => server?.stop());

test("a query is answered, by GET and by POST", async () => {
  const dashboard = await documentOf("dashboard");
  for (const [preferGetMethod, method] of [["force", "GET"], [false, "POST"]]) {
    const { client, requests } = connect({ preferGetMethod });

    const { data, error } = await client.query(dashboard, {});

    assert.equal(error, undefined);
    assert.deepEqual(clientsOf(data), ["Acme Corporation", "Globex"]);
    assert.equal(requests[0].method, method);
    assert.match(requests[0].mediaType, /^application\/graphql-response\+json/);
  }
});

test("variables go along", async () => {
  const { client } = connect();

  const { data } = await client.query(await documentOf("history"), { id: pairingId });

  assert.equal(data.pairing.client.name, "Acme Corporation");
  assert.equal(data.pairing.reports.totalCount, 1);
});

test("the cache knows which answers a mutation has made stale", async () => {
  const { client, requests } = connect({ exchanges: [cacheExchange, fetchExchange] });
  const before = await client.query(STANDING, { id: pairingId });
  await client.query(STANDING, { id: pairingId });
  assert.equal(requests.length, 1);

  await client.mutation(OVERRIDE, { input: overrideOf(before.data.pairing, "YELLOW") });

  const { data } = await client.query(STANDING, { id: pairingId });
  assert.equal(data.pairing.health.status, "YELLOW");
});

test("what is wrong with an input is told in the payload", async () => {
  const { client } = connect();
  const input = { ...reportOf(pairingId), reportDate: "2026-02-31" };

  const { data, error } = await client.mutation(await documentOf("submit"), { input });

  assert.equal(error, undefined);
  assert.equal(data.reportSubmit.report, null);
  assert.deepEqual(
    data.reportSubmit.errors.map(({ code, path }) => [code, path.join(".")]),
    [["BAD_USER_INPUT", "input.reportDate"]],
  );
});

test("a document that is not valid fails without data", async () => {
  const { client, requests } = connect();

  const { data, error } = await client.query("{ viewer { shoeSize } }", {});

  assert.equal(data, undefined);
  assert.equal(error.networkError, undefined);
  assert.equal(error.graphQLErrors[0].extensions.code, "BAD_USER_INPUT");
  assert.equal(requests[0].status, 400);
  assert.equal("data" in requests[0].answer, false);
});

test("a field that fails leaves its siblings alone", async () => {
  const { client, requests } = connect();

  const { data, error } = await client.query('{ alert(id: "none") { id } viewer { name } }', {});

  assert.deepEqual(data, { alert: null, viewer: { name: "Administrator" } });
  assert.deepEqual(error.graphQLErrors.map(({ path }) => path), [["alert"]]);
  assert.equal(error.graphQLErrors[0].extensions.code, "NOT_FOUND");
  assert.equal(requests[0].status, 200);
});

test("a server that is gone is an error of the network", async () => {
  const gone = await start();
  const { client } = connect({ url: gone.url });
  await gone.stop();

  const { data, error } = await client.query("{ viewer { name } }", {});

  assert.equal(data, undefined);
  assert.equal(error.networkError.name, "TypeError");
  assert.deepEqual(error.graphQLErrors, []);
});

test("a document is persisted at the first request and known at the second", async () => {
  const { client, requests } = connect({ exchanges: [persistedExchange(), fetchExchange] });
  const document = "query PersistedByUrql { viewer { name } }";

  const first = await client.query(document, {});
  const second = await client.query(document, {});

  assert.equal(first.data.viewer.name, "Administrator");
  assert.deepEqual(second.data, first.data);
  assert.deepEqual(requests.map(inShort), [
    "GET hash: PERSISTED_QUERY_NOT_FOUND",
    "GET document: data",
    "GET hash: data",
  ]);
});

test("trusted documents are run by their ids", async () => {
  const { client, requests } = connect();
  const [dashboard, submit] = [await trusted("Dashboard"), await trusted("Submit")];
  const input = { ...reportOf(pairingId), reportDate: "2026-02-31" };

  const read = await client.query(dashboard, {});
  const written = await client.mutation(submit, { input });

  assert.deepEqual(clientsOf(read.data), ["Acme Corporation", "Globex"]);
  assert.equal(written.data.reportSubmit.errors.length, 1);
  assert.deepEqual(requests.map(({ asked }) => asked), [
    { documentId: dashboard.documentId, variables: {} },
    { documentId: submit.documentId, variables: { input } },
  ]);
});

/** What is left of a document in a front end that was built with trusted ones. */
async function trusted(operation) {
  const documentId = `sha256:${await trustedHash(operation)}`;
  return { kind: "Document", definitions: [], documentId };
}

function connect(options = {}) {
  const { fetch, requests } = watchedFetch(server.authorization);
  const client = new Client({ url: server.url, exchanges: [fetchExchange], fetch, ...options });
  return { client, requests };
}

function clientsOf({ pairings }) {
  return pairings.nodes.map(({ client }) => client.name).sort();
}
