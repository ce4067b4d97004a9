// Subscriptions as other people's clients ask for them: graphql-ws, graphql-sse, urql and Apollo.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { ApolloClient, InMemoryCache, gql } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient as createSseClient } from "graphql-sse";
import { CloseCode, createClient as createWsClient } from "graphql-ws";
import WebSocket from "ws";

import { addTeam } from "../playground/team.js";
import { OVERRIDE, STANDING, overrideOf, start } from "./vigil.js";

// Apollo Client looks for the browser's own, which this version of Node.js may not have.
globalThis.WebSocket ??= WebSocket;

const HEALTH = `subscription Health($filter: PairingFilter) {
  pairingHealthChanged(filter: $filter) { kind resync pairing { id health { status } } }
}`;
const DEEP = { and: [{ and: [{ and: [{ and: [{ and: [{ and: [{}] }] }] }] }] }] };

let server;
let pairingId;

before(async () => {
  server = await start();
  pairingId = await addTeam(server);
});
after(() => server?.stop());

/** Every client, as a function that subscribes and answers how to end it. */
const CLIENTS = {
  "graphql-ws": (sink, variables) => {
    const client = socketClient();
    const end = client.subscribe({ query: HEALTH, variables }, sink);
    return () => Promise.all([end(), client.dispose()]);
  },
  "graphql-sse": (sink, variables) => {
    const client = createSseClient({ url: server.url, headers: signedIn(), retryAttempts: 0 });
    const end = client.subscribe({ query: HEALTH, variables }, sink);
    return () => Promise.all([end(), client.dispose()]);
  },
  "urql by server-sent events": (sink, variables) => {
    const client = new Client({
      url: server.url,
      exchanges: [fetchExchange],
      fetchOptions: { headers: signedIn() },
      fetchSubscriptions: true,
    });
    return urql(client, sink, variables);
  },
  "urql by WebSocket": (sink, variables) => {
    const socket = socketClient();
    const forwardSubscription = ({ query, variables }) => ({
      subscribe: (to) => ({ unsubscribe: socket.subscribe({ query, variables }, to) }),
    });
    const exchanges = [fetchExchange, subscriptionExchange({ forwardSubscription })];
    const end = urql(new Client({ url: server.url, exchanges }), sink, variables);
    return () => Promise.all([end(), socket.dispose()]);
  },
  "Apollo Client": (sink, variables) => {
    const socket = socketClient();
    const client = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
    const subscription = client.subscribe({ query: gql(HEALTH), variables }).subscribe({
      next: ({ data, error }) => (error ? sink.error(error) : sink.next({ data })),
      error: sink.error,
      complete: sink.complete,
    });
    return () => Promise.all([subscription.unsubscribe(), socket.dispose()]);
  },
};

for (const [name, subscribe] of Object.entries(CLIENTS)) {
  test(`${name} is told what happens, until it has enough`, async () => {
    const told = inbox();
    const end = subscribe(told, { filter: { healthStatus: { in: ["RED", "YELLOW"] } } });
    await subscribed(1);

    for (const status of ["GREEN", "YELLOW"]) {
      await override(status);
    }

    const { pairingHealthChanged } = (await told.first()).data;
    assert.equal(pairingHealthChanged.kind, "UPDATED");
    assert.equal(pairingHealthChanged.resync, false);
    assert.deepEqual(
      [pairingHealthChanged.pairing.id, pairingHealthChanged.pairing.health.status],
      [pairingId, "YELLOW"],
    );
    await end();
    await subscribed(0);
  });

  test(`${name} is told what is wrong with a filter`, async () => {
    const told = inbox();
    const end = subscribe(told, { filter: DEEP });

    const wrong = await told.first();

    assert.match(`${wrong} ${JSON.stringify(wrong)}`, /must not nest deeper than 5/);
    await end();
    await subscribed(0);
  });
}

test("queries and mutations go by graphql-ws and graphql-sse as well", async () => {
  const clients = [socketClient(), createSseClient({ url: server.url, headers: signedIn(), retryAttempts: 0 })];
  for (const client of clients) {
    const told = inbox();

    client.subscribe({ query: "{ viewer { name } }" }, told);

    assert.equal((await told.first()).data.viewer.name, "Administrator");
    await told.completed;
    await client.dispose();
  }
});

test("a socket that nobody introduces is closed by the book", async () => {
  const strict = await start({ VIGIL_LIMITS__SOCKET_INIT_TIMEOUT_MS: "200" });
  try {
    const socket = new WebSocket(strict.url.replace("http", "ws"), "graphql-transport-ws");

    const code = await new Promise((resolve) => socket.on("close", resolve));

    assert.equal(code, CloseCode.ConnectionInitialisationTimeout);
  } finally {
    await strict.stop();
  }
});

test("a page of another origin opens no socket", async () => {
  const origin = "https://evil.example";
  const socket = new WebSocket(server.url.replace("http", "ws"), "graphql-transport-ws", { origin });

  const failure = await new Promise((resolve) => socket.on("error", resolve));

  assert.match(failure.message, /403/);
});

/** What says who asks: as headers, or as what a socket says of its client. */
function signedIn() {
  return { authorization: server.authorization };
}

function socketClient() {
  const url = server.url.replace("http", "ws");
  const connectionParams = signedIn();
  return createWsClient({ url, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });
}

function urql(client, sink, variables) {
  const { unsubscribe } = client.subscription(HEALTH, variables).subscribe(({ data, error }) => {
    if (error) {
      sink.error(error);
    } else if (data) {
      sink.next({ data });
    }
  });
  return () => Promise.resolve(unsubscribe());
}

/** What a subscription is told; the first of it can be waited for, whatever it is. */
function inbox() {
  let receive, complete;
  const first = new Promise((resolve) => (receive = resolve));
  const completed = new Promise((resolve) => (complete = resolve));
  return { next: receive, error: receive, complete, first: () => first, completed };
}

async function override(healthStatus) {
  const { pairing } = await server.ask(STANDING, { id: pairingId });
  await server.ask(OVERRIDE, { input: overrideOf(pairing, healthStatus) });
}

/** Waits until so many subscriptions are running. */
async function subscribed(count) {
  const line = `vigil_graphql_subscriptions ${count}\n`;
  let metrics = "";
  while (!metrics.includes(line)) {
    metrics = await (await fetch(new URL("/metrics", server.url))).text();
  }
}
