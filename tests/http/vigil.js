// The server under test, what it holds, and a look at what clients send it.
//
// VIGIL names the program to test.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { parse } from "graphql";

import { startServer } from "../playground/server.js";

const PROGRAM = resolve(process.env.VIGIL ?? "../../target/debug/vigil");

/** What graphql-codegen's client preset has written for `tests/clients`. */
export const TRUSTED_DOCUMENTS = here("../clients/generated/persisted-documents.json");

/** How a pairing stands. */
export const STANDING = `query Standing($id: ID!) {
  pairing(id: $id) { id version health { status } }
}`;

/** Sets how a pairing stands. */
export const OVERRIDE = `mutation Override($input: PairingHealthOverrideInput!) {
  pairingHealthOverride(input: $input) {
    pairing { id version health { status } }
    errors { code message path }
  }
}`;

/** What [OVERRIDE] takes, for a pairing that [STANDING] has told of. */
export function overrideOf({ id, version }, healthStatus) {
  return { id, expectedVersion: version, healthStatus, reason: "As it looks today" };
}

/** Starts a server; its endpoint is `url`. */
export async function start(settings) {
  const server = await startServer(PROGRAM, settings);
  return { ...server, url: new URL("/graphql", server.page).href };
}

/** A document of a front end, by the name of its file. */
export async function documentOf(name) {
  return parse(await readFile(here(`../clients/documents/${name}.graphql`), "utf8"));
}

/** The hash that a front end is built with, by the name of its operation. */
export async function trustedHash(operation) {
  const texts = JSON.parse(await readFile(TRUSTED_DOCUMENTS, "utf8").catch(notGenerated));
  const named = new RegExp(`^(query|mutation) ${operation}\\b`);
  return Object.keys(texts).find((hash) => named.test(texts[hash]));
}

function notGenerated(failure) {
  throw new Error("`npm --prefix tests/clients run codegen` comes first", { cause: failure });
}

/** A `fetch` for somebody's client, and the requests that the client has sent with it. */
export function watchedFetch(authorization) {
  const requests = [];
  const watched = async (input, init = {}) => {
    const { method = "GET", body } = init;
    const request = { method, asked: body ? JSON.parse(body) : fromUrl(new URL(input)) };
    requests.push(request);
    const headers = { ...Object.fromEntries(new Headers(init.headers)), authorization };
    const response = await fetch(input, { ...init, headers });
    request.status = response.status;
    request.mediaType = response.headers.get("content-type");
    request.answer = await response.clone().json();
    return response;
  };
  return { fetch: watched, requests };
}

/** A request in short: how it was sent, whether as a document, and what came of it. */
export function inShort({ method, asked, answer }) {
  const sent = "query" in asked ? "document" : "hash";
  return `${method} ${sent}: ${answer.errors?.[0].extensions.code ?? "data"}`;
}

function fromUrl({ searchParams }) {
  const asked = Object.fromEntries(searchParams);
  for (const name of ["variables", "extensions"]) {
    if (name in asked) {
      asked[name] = JSON.parse(asked[name]);
    }
  }
  return asked;
}

function here(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
