// How the page asks the server: queries and mutations by POST, subscriptions by WebSocket.

import type { GraphiQLProps } from "graphiql";
import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  type ExecutionResult,
  type OperationDefinitionNode,
} from "graphql";
import { createClient } from "graphql-ws";

import { showExchange } from "./exchange";

type Fetcher = GraphiQLProps["fetcher"];
type Headers = Record<string, string>;
type Asked = { query: string; operationName?: string | null | undefined; variables?: unknown };

const ENDPOINT = "/graphql";
const ACCEPT = "application/graphql-response+json, application/json;q=0.9";
/** How much of an answer that is not JSON is shown. */
const ODD_ANSWER_MAX = 300;

export const fetcher: Fetcher = (given, options) => {
  const operations = operationsOf(given.query);
  // Right after a keystroke GraphiQL still names the operation that stood there before.
  const chosen = operations.find((it) => it.name?.value === given.operationName);
  const operationName = chosen || operations.length === 0 ? given.operationName : undefined;
  const asked = { ...given, operationName };
  const headers: Headers = options?.headers ?? {};
  const isSubscription = (chosen ?? operations[0])?.operation === OperationTypeNode.SUBSCRIPTION;
  return isSubscription ? subscribe(asked, headers) : post(asked, headers);
};

/** The operations of a document; none if it cannot be read, of which the server will tell more. */
function operationsOf(query: string): OperationDefinitionNode[] {
  try {
    const { definitions } = parse(query);
    return definitions.filter((it) => it.kind === Kind.OPERATION_DEFINITION);
  } catch {
    return [];
  }
}

async function post(asked: Asked, headers: Headers): Promise<ExecutionResult> {
  const start = performance.now();
  const request = {
    method: "POST",
    headers: { accept: ACCEPT, "content-type": "application/json", ...headers },
    body: JSON.stringify(asked),
  };
  let response, text;
  try {
    response = await fetch(ENDPOINT, request);
    text = await response.text();
  } catch (reason) {
    return failure(`The server does not answer: ${reason}`);
  }
  // The page's own question about the schema is not what its user is waiting for.
  if (asked.operationName !== "IntrospectionQuery") {
    const status = `${response.status} ${response.statusText}`.trim();
    const bytes = new TextEncoder().encode(text).length;
    showExchange({ status, isGood: response.ok, bytes, millis: performance.now() - start });
  }
  try {
    return JSON.parse(text);
  } catch {
    const said = text.trim().slice(0, ODD_ANSWER_MAX) || "nothing";
    return failure(`The server answered ${response.status}, which is not GraphQL: ${said}`);
  }
}

/**
 * One socket a subscription: closing it cannot hurt another tab. Headers go along as `payload`. No
 * generator: one that waits cannot be stopped before something comes.
 */
function subscribe(asked: Asked, headers: Headers): AsyncIterableIterator<ExecutionResult> {
  const url = new URL(ENDPOINT, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const hasHeaders = Object.keys(headers).length > 0;
  const client = createClient({
    url: url.href,
    ...(hasHeaders && { connectionParams: headers }),
    retryAttempts: 0,
  });
  showExchange(null);
  const { query, operationName, variables } = asked;
  const told = client.iterate({
    query,
    operationName: operationName ?? null,
    variables: variables as Record<string, unknown>,
  }) as AsyncIterableIterator<ExecutionResult>;
  let isOver = false;
  const end = (): IteratorResult<ExecutionResult> => {
    isOver = true;
    void client.dispose();
    return { value: undefined, done: true };
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (isOver) {
        return end();
      }
      try {
        const result = await told.next();
        return result.done ? end() : result;
      } catch (reason) {
        end();
        return { value: broken(reason), done: false };
      }
    },
    async return() {
      return end();
    },
  };
}

/** Why a subscription ended: a list of errors by the protocol, or the end of the connection. */
function broken(reason: unknown): ExecutionResult {
  if (Array.isArray(reason)) {
    return { errors: reason };
  }
  if (reason instanceof CloseEvent) {
    return failure(`The server closed the subscription: ${reason.code} ${reason.reason}`.trim());
  }
  return failure(`The server cannot be reached by WebSocket: ${reason}`);
}

/** In the form of an answer: GraphiQL would show an exception with the stack of this program. */
function failure(message: string): ExecutionResult {
  return { errors: [new GraphQLError(message)] };
}
