// A small team, made as a front end makes it, of which the opened documents tell something.

/** Where the assistants live: their days are not those of UTC. */
const TIMEZONE = "America/New_York";
const HEALTH = { "Acme Corporation": "RED", Globex: "YELLOW", Initech: "GREEN" };

/** Fills an empty server; answers the id of a pairing. */
export async function addTeam({ ask }) {
  // The first rule finds at once that reports are missing; of the last there is no alert yet.
  const { alertRules } = await ask("{ alertRules(last: 1) { nodes { id } } }");
  const ids = [];
  for (const [client, healthStatus] of Object.entries(HEALTH)) {
    const pairing = await addPairing(ask, client);
    const { id, version } = pairing;
    const override = { id, expectedVersion: version, healthStatus, reason: "As it looks today" };
    await mutate(ask, "pairingHealthOverride", "pairing { id }", override);
    const alert = { pairingId: id, ruleId: alertRules.nodes[0].id, severity: "HIGH" };
    await mutate(ask, "alertCreate", "alert { id }", alert);
    await mutate(ask, "reportSubmit", "report { id }", reportOf(id));
    ids.push(id);
  }
  return ids[0];
}

async function addPairing(ask, client) {
  const email = `${client.toLowerCase().replace(" ", ".")}@example.test`;
  const person = { email, name: `Assistant of ${client}`, role: "EA" };
  const { user } = await mutate(ask, "userCreate", "user { id }", person);
  const times = { expectedShowUpTime: "09:00", timezone: TIMEZONE };
  const { ea } = await mutate(ask, "eaCreate", "ea { id }", { userId: user.id, ...times });
  const made = await mutate(ask, "clientCreate", "client { id }", { name: client });
  const pair = { eaId: ea.id, clientId: made.client.id, startDate: "2026-01-05" };
  return (await mutate(ask, "pairingCreate", "pairing { id version }", pair)).pairing;
}

/** The assistants' own day, as `2026-03-02`: so Swedes write it. */
export function today() {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: TIMEZONE }).format(new Date());
}

/** Today's report of a pairing, as `reportSubmit` takes it. */
export function reportOf(pairingId) {
  return {
    pairingId,
    reportDate: today(),
    workloadFeeling: "MODERATE",
    workType: "REGULAR",
    feelingDuringWork: "GREAT",
    hadDailySync: true,
    biggestWin: "The board deck went out a day early",
  };
}

async function mutate(ask, name, selection, input) {
  const type = `${name[0].toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation($input: ${type}!) {
    ${name}(input: $input) { ${selection} errors { code message path } }
  }`;
  const payload = (await ask(document, { input }))[name];
  if (payload.errors.length > 0) {
    throw new Error(`${name}: ${JSON.stringify(payload.errors)}`);
  }
  return payload;
}
