// Apollo Client as a front end uses it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";

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

let server;
let pairingId;

before(async () => {
  server = await start();
  pairingId = await addTeam(server);
});
after(() => server?.stop());

test("a query is answered", async () => {
  const { client, requests } = connect();

  const { data } = await client.query({ query: await documentOf("dashboard") });

  const names = data.pairings.nodes.map((it) => it.client.name).sort();
  assert.deepEqual(names, ["Acme Corporation", "Globex"]);
  assert.match(requests[0].mediaType, /^application\/graphql-response\+json/);
});

test("rows are cached by type and id, so that a mutation changes them everywhere", async () => {
  const { client, requests } = connect();
  const variables = { id: pairingId };
  const { data } = await client.query({ query: gql(STANDING), variables });

  const input = overrideOf(data.pairing, "YELLOW");
  await client.mutate({ mutation: gql(OVERRIDE), variables: { input } });

  const cached = client.readQuery({ query: gql(STANDING), variables });
  assert.equal(cached.pairing.health.status, "YELLOW");
  assert.equal(requests.length, 2);
});

test("what is wrong with an input is told in the payload", async () => {
  const { client } = connect();
  const input = { ...reportOf(pairingId), reportDate: "2026-02-31" };

  const mutation = await documentOf("submit");
  const { data } = await client.mutate({ mutation, variables: { input } });

  assert.equal(data.reportSubmit.report, null);
  assert.deepEqual(
    data.reportSubmit.errors.map(({ code, path }) => [code, path.join(".")]),
    [["BAD_USER_INPUT", "input.reportDate"]],
  );
});

test("a document that is not valid fails without data", async () => {
  for (const [headers, status] of [[{}, 400], [{ accept: "application/json" }, 200]]) {
    const { client, requests } = connect({ headers });

    const error = await failure(client.query({ query: gql("{ viewer { shoeSize } }") }));

    assert.ok(CombinedGraphQLErrors.is(error), String(error));
    assert.equal(error.errors[0].extensions.code, "BAD_USER_INPUT");
    assert.equal(requests[0].status, status);
    assert.equal("data" in requests[0].answer, false);
  }
});

test("a field that fails leaves its siblings alone", async () => {
  const { client } = connect();
  const query = gql('{ alert(id: "none") { id } viewer { name } }');

  const { data, error } = await client.query({ query, errorPolicy: "all" });

  assert.equal(data.alert, null);
  assert.equal(data.viewer.name, "Administrator");
  assert.deepEqual(error.errors.map(({ path }) => path), [["alert"]]);
  assert.equal(error.errors[0].extensions.code, "NOT_FOUND");
});

test("a server that is gone is an error of the network", async () => {
  const gone = await start();
  const { client } = connect({ to: gone });
  await gone.stop();

  const error = await failure(client.query({ query: gql("{ viewer { name } }") }));

  assert.equal(error.name, "TypeError");
});

test("a document is persisted at the first request and known at the second", async () => {
  for (const method of ["GET", "POST"]) {
    const link = new PersistedQueryLink({ sha256, useGETForHashedQueries: method === "GET" });
    const { client, requests } = connect({ link });
    const query = gql(`query PersistedBy${method} { viewer { name } }`);

    const first = await client.query({ query, fetchPolicy: "network-only" });
    const second = await client.query({ query, fetchPolicy: "network-only" });

    assert.equal(first.data.viewer.name, "Administrator");
    assert.deepEqual(second.data, first.data);
    assert.deepEqual(requests.map(inShort), [
      `${method} hash: PERSISTED_QUERY_NOT_FOUND`,
      "POST document: data",
      `${method} hash: data`,
    ]);
  }
});

test("a trusted document is run by the hash that it was built with, and no other is", async () => {
  const strict = await start({
    VIGIL_HTTP__TRUSTED_DOCUMENTS: TRUSTED_DOCUMENTS,
    VIGIL_HTTP__TRUSTED_ONLY: "true",
  });
  try {
    const hash = await trustedHash("Dashboard");
    const built = new PersistedQueryLink({ generateHash: () => hash });
    const trusted = connect({ to: strict, link: built });
    const other = connect({ to: strict, link: new PersistedQueryLink({ sha256 }) });

    const query = await documentOf("dashboard");
    const { data } = await trusted.client.query({ query, fetchPolicy: "no-cache" });
    const error = await failure(other.client.query({ query: gql("{ viewer { name } }") }));

    assert.deepEqual(data.pairings.nodes, []);
    assert.deepEqual(trusted.requests.map(inShort), ["POST hash: data"]);
    assert.equal(error.errors[0].extensions.code, "FORBIDDEN");
    assert.deepEqual(other.requests.map(inShort), [
      "POST hash: PERSISTED_QUERY_NOT_SUPPORTED",
      "POST document: FORBIDDEN",
    ]);
  } finally {
    await strict.stop();
  }
});

function connect({ to = server, link, headers } = {}) {
  const { fetch, requests } = watchedFetch(to.authorization);
  const http = new HttpLink({ uri: to.url, fetch, headers });
  const links = link ? [link, http] : [http];
  const client = new ApolloClient({ link: ApolloLink.from(links), cache: new InMemoryCache() });
  return { client, requests };
}

/** Why something did not come to pass. */
async function failure(promise) {
  return promise.then(() => assert.fail("it came to pass"), (error) => error);
}

function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}
