// What no client library shows: methods, media types, sizes, other origins, the schema as a file.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from "graphql";

import { start } from "./vigil.js";

const JSON_TYPE = "application/json";
const ORIGIN = "https://app.example";
const BODY_BYTES_MAX = 1_048_576;

let server;

before(async () => {
  server = await start();
});
after(() => server?.stop());

test("GET and POST are the methods, and GET changes nothing", async () => {
  for (const method of ["PUT", "PATCH", "DELETE"]) {
    const response = await ask({ method });

    await refused(response, 405, "BAD_USER_INPUT");
    assert.equal(response.headers.get("allow"), "GET, POST", method);
  }

  const mutation = 'mutation { coachingNoteDelete(input: { id: "none" }) { errors { code } } }';
  const response = await fetch(`${server.url}?query=${encodeURIComponent(mutation)}`);

  await refused(response, 405, "BAD_USER_INPUT");
  assert.equal(response.headers.get("allow"), "POST");
});

test("the answer has a media type that the client takes, or none", async () => {
  const types = {
    "*/*": "application/json; charset=utf-8",
    "application/json": "application/json; charset=utf-8",
    "application/graphql-response+json": "application/graphql-response+json; charset=utf-8",
  };
  for (const [accept, type] of Object.entries(types)) {
    const response = await ask({ headers: { accept } });

    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), type);
    assert.deepEqual((await response.json()).data, { __typename: "Query" });
  }

  await refused(await ask({ headers: { accept: "text/html" } }), 406, "BAD_USER_INPUT");
});

test("only JSON is read, which no form of another origin can send", async () => {
  const types = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=latin1",
    "application/graphql",
  ];
  for (const type of types) {
    await refused(await ask({ headers: { "content-type": type } }), 415, "BAD_USER_INPUT");
  }
});

test("a body has a largest size, and a batch is none", async () => {
  const padding = " ".repeat(BODY_BYTES_MAX - query().length);

  assert.equal((await ask({ body: query() + padding })).status, 200);
  await refused(await ask({ body: `${query()}${padding} ` }), 413, "LIMIT_EXCEEDED");
  await refused(await ask({ body: " ".repeat(20 * BODY_BYTES_MAX) }), 413, "LIMIT_EXCEEDED");
  await refused(await ask({ body: `[${query()},${query()}]` }), 400, "BAD_USER_INPUT");
});

test("what is refused has no data, in either media type", async () => {
  const accept = "application/graphql-response+json";
  for (const document of ["{", "{ shoeSize }", "query Q($v: Int!) { a: user(id: $v) { id } }"]) {
    const body = JSON.stringify({ query: document });

    await refused(await ask({ body }), 200, "BAD_USER_INPUT");
    await refused(await ask({ body, headers: { accept } }), 400, "BAD_USER_INPUT");
  }
  await refused(await ask({ body: "{" }), 400, "BAD_USER_INPUT");
});

test("no page of another origin may read, unless configured", async () => {
  for (const response of [await ask({ headers: { origin: ORIGIN } }), await preflight(server)]) {
    const names = [...response.headers.keys()];
    assert.deepEqual(names.filter((it) => it.startsWith("access-control-")), []);
  }
});

test("a page of a listed origin may read, without credentials", async () => {
  const open = await start({ VIGIL_HTTP__CORS_ORIGINS: `https://other.example,${ORIGIN}` });
  try {
    const asked = await preflight(open);
    const read = await ask({ url: open.url, headers: { origin: ORIGIN } });
    const stolen = await ask({ url: open.url, headers: { origin: "https://evil.example" } });

    assert.equal(asked.status, 204);
    assert.match(asked.headers.get("access-control-allow-methods"), /\bPOST\b/);
    assert.match(asked.headers.get("access-control-allow-headers"), /\bcontent-type\b/);
    for (const { headers } of [asked, read]) {
      assert.equal(headers.get("access-control-allow-origin"), ORIGIN);
      assert.equal(headers.get("access-control-allow-credentials"), null);
      assert.match(headers.get("vary"), /\borigin\b/);
    }
    assert.equal(stolen.headers.get("access-control-allow-origin"), null);
  } finally {
    await open.stop();
  }
});

test("the schema is a file that is sent once", async () => {
  const url = new URL("/schema.graphql", server.page);
  const first = await fetch(url);
  const tag = first.headers.get("etag");

  const again = await fetch(url, { headers: { "if-none-match": tag } });
  const other = await fetch(url, { headers: { "if-none-match": '"another"' } });

  assert.match(tag, /^"[^"]+"$/);
  assert.deepEqual([again.status, await again.text(), again.headers.get("etag")], [304, "", tag]);
  assert.equal(other.status, 200);
  assert.equal(await other.text(), await first.text());
});

test("the schema that tools ask for is the schema in the file", async () => {
  const document = getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true });
  const body = JSON.stringify({ query: document });
  const { data } = await (await ask({ body })).json();
  const file = await (await fetch(new URL("/schema.graphql", server.page))).text();

  assert.equal(printed(buildClientSchema(data)), printed(buildSchema(file)));
});

function printed(schema) {
  return printSchema(lexicographicSortSchema(schema));
}

function query() {
  return JSON.stringify({ query: "{ __typename }" });
}

function ask({ url = server.url, method = "POST", headers, body = query() } = {}) {
  return fetch(url, { method, headers: { "content-type": JSON_TYPE, ...headers }, body });
}

/** What a browser asks before a page of another origin may. */
function preflight({ url }) {
  const headers = {
    origin: ORIGIN,
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type",
  };
  return fetch(url, { method: "OPTIONS", headers });
}

/** Holds an answer to errors with a code, and no data. */
async function refused(response, status, code) {
  const { errors, ...rest } = await response.json();
  assert.equal(response.status, status);
  assert.equal(errors[0].extensions.code, code);
  assert.deepEqual(rest, {});
}
