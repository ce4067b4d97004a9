// What a first visitor finds open. The documents are those that the tests ask of every build.

import alertQueue from "../../tests/clients/documents/alert_queue.graphql";
import dashboard from "../../tests/clients/documents/dashboard.graphql";
import history from "../../tests/clients/documents/history.graphql";
import submit from "../../tests/clients/documents/submit.graphql";

const WELCOME = `# Ctrl-Enter runs a document, Ctrl-Space completes a name.
# The book on the left explains the schema.

`;

/** To be replaced by an id out of the dashboard's answer. */
const PAIRING_ID = "the id of a pairing";

export const tabs = [
  { query: WELCOME + dashboard },
  { query: alertQueue },
  { query: history, variables: json({ id: PAIRING_ID }) },
  { query: submit, variables: json({ input: report() }) },
];

function report() {
  return {
    pairingId: PAIRING_ID,
    reportDate: new Date().toISOString().slice(0, 10),
    workloadFeeling: "MODERATE",
    workType: "REGULAR",
    feelingDuringWork: "GREAT",
    hadDailySync: true,
    biggestWin: "The board deck went out a day early",
  };
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
