// What a front end writes against the generated documents. It is only type-checked, never run.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";

import {
  AlertQueueDocument,
  DashboardDocument,
  HistoryDocument,
  LookupDocument,
  SubmitDocument,
  type ReportSubmitInput,
} from "./generated/graphql";

async function execute<Result, Variables>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data } = (await response.json()) as { data: Result };
  return data;
}

export async function worrying(): Promise<string[]> {
  const { pairings } = await execute(DashboardDocument, {});
  return pairings.nodes.map(({ client, ea, startDate, alerts }) => {
    const since: string = startDate;
    return `${client.name} with ${ea.user.name} since ${since}: ${alerts.nodes.length} open`;
  });
}

export async function unassigned(): Promise<string[]> {
  const { alerts } = await execute(AlertQueueDocument, {});
  // @ts-expect-error: nobody selected this field, so it must not be there to read.
  alerts.nodes.map((alert) => alert.createdAt);
  return alerts.nodes.filter(({ assignee }) => !assignee).map(({ id, rule }) => `${id} ${rule.name}`);
}

export async function history(id: string, after: string | null = null): Promise<string[]> {
  const { pairing } = await execute(HistoryDocument, { id, after });
  if (!pairing) return [];
  const days = pairing.reports.nodes.map(({ reportDate }): string => reportDate);
  const { hasNextPage, endCursor } = pairing.reports.pageInfo;
  return hasNextPage && endCursor ? [...days, ...(await history(id, endCursor))] : days;
}

export async function ruleOf(id: string): Promise<string | undefined> {
  // @ts-expect-error: an alert cannot be looked up without its id.
  await execute(LookupDocument, {});
  const { alert } = await execute(LookupDocument, { id });
  return alert?.rule.name;
}

export async function submit(input: ReportSubmitInput): Promise<string> {
  const { reportSubmit } = await execute(SubmitDocument, { input });
  if (reportSubmit.report) return reportSubmit.report.id;
  throw new Error(reportSubmit.errors.map(({ code, message }) => `${code}: ${message}`).join("\n"));
}
