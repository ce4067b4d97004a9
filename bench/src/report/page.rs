//! The page that `--write` writes: `docs/performance.md`.

use {
    super::{AtRest, Cell, Ratios, Report, short},
    crate::{contestant::Contestant, database::Kind, document::Document, figures::Spread},
    std::fmt::Write,
};

const HEAD: &str = "\
# Performance

This page is written by `vigil bench --write` (`cargo xtask bench` starts a PostgreSQL for it). What counts is each figure's ratio to the *floor* of the same round:
the machine is shared and noisy, and its own figures say little about yours.

*By CPU time* is what the floor's server and database take of the processors for a request, over what another's take: how many times the floor's requests the same machine could answer.
*By requests a second* is what came through. On a machine that does nothing else the two are close. On a busy one they are not: the system shares out the processors by
process, and a server whose work lies in sixteen PostgreSQL backends gets more of them than one that does it itself. Go by CPU time then; with one connection, by neither.
";

const METHOD: &str = "
## What is compared

* **Vigil**: the release build, `vigil serve` with its default settings (16 database connections, 4 on SQLite), and what a front end sends: the hash of a trusted document
  (`documentId`), the key of an administrator (`Authorization: Bearer`), identity, guard, limits and costs switched on. Callers on the same machine have no budget, which is the
  default too.
* **floor**: what one writes by hand for these five answers and nothing else: axum, no GraphQL, no rights, no limits. On PostgreSQL tokio-postgres, 16 connections, *one prepared
  statement a request*, whose JSON PostgreSQL builds and the server passes on. On SQLite rusqlite, as many prepared statements as it takes, run on the thread that got the request.
* **floor, rows** (PostgreSQL): the same by hand, but PostgreSQL sends binary rows, by a few prepared statements, and the server writes the JSON.
* **stock**: what people write first with async-graphql and SeaORM: a resolver an edge, stock DataLoaders, 16 connections; no rights, no limits. It gets the whole document.

The documents are those of [tests/clients/documents](../tests/clients/documents), each with the variables of the request: History and Lookup ask for 200 different rows in turn, Submit files
an ordinary report for each pairing and day. All servers read the same database, filled by `vigil seed`, after `ANALYZE`. Before anything is timed, twenty answers of
each are compared as JSON; cursors and the ids of new reports only have to be there.

**Submit is not the same work.** Vigil checks the day, writes the audit trail and the event, asks the 31 alert rules and judges the pairing, all in the transaction; floor and stock server insert
the row. After each turn the reports of that turn are taken back.

Each server gets its turn in each round, and who follows whom changes. The load is closed: each of the connections sends its next request when the last is answered. The program that
sends it, the servers and the database share the processors. PostgreSQL has `fsync` and `synchronous_commit` as its operator set them (`cargo xtask bench`: off, for all alike); SQLite
waits for the disk at each commit (`synchronous = FULL`), the stock server as its driver has it.
";

const LEGEND: &str = "
*of the floor*: requests a second over those of the floor in the same round, the median of the rounds (least–most). *by CPU*: see above. In brackets behind the other figures: how many times the
floor's. *CPU*: seconds for a thousand requests, of the server's process and of its PostgreSQL backends. *statements*, *round trips*, *kB*: of one request on the way to PostgreSQL,
counted by a proxy in a pass of its own. SQLite runs within the server.
";

impl Report {
    /// The report as a page.
    pub fn markdown(&self) -> String {
        let mut page = HEAD.to_owned();
        // A string takes all.
        let _ = write!(
            page,
            "\nMeasured on {} (UTC) by `{}` on {}.\n",
            self.at, self.command, self.machine
        );
        for kind in self.databases.iter().map(|it| it.kind) {
            let by_cpu = self.summary(kind, |it| it.cpu);
            let by_speed = self.summary(kind, |it| it.requests_per_second);
            let _ = write!(page, "\n## {kind}, of the floor\n\nBy CPU time:\n\n{by_cpu}");
            let _ = write!(page, "\nBy requests a second:\n\n{by_speed}");
        }
        page.push_str(&self.rest());
        page.push_str(METHOD);
        for measured in &self.databases {
            let kind = measured.kind;
            let (version, pairings) = (&measured.version, measured.pairings);
            let (reports, alerts) = (measured.reports, measured.alerts);
            let _ = write!(
                page,
                "\n## {kind} {version}: {pairings} pairings, {reports} reports, {alerts} alerts\n\n"
            );
            page.push_str(&self.markdown_table(kind));
            page.push_str(LEGEND);
        }
        page
    }

    /// Fractions of the floor's figure, by document and number of connections.
    fn summary(&self, kind: Kind, ratio: fn(&Ratios) -> Option<Spread>) -> String {
        let mut columns: Vec<_> = self.of(kind).map(|it| (it.contestant, it.connections)).collect();
        columns.sort_by_key(|it| (it.0 as usize, it.1));
        columns.dedup();
        columns.retain(|it| it.0 != Contestant::Floor);
        let names: Vec<_> = columns.iter().map(|(who, many)| format!("{who}, {many}")).collect();
        let rule = "---:|".repeat(names.len());
        let mut table = format!("| connections | {} |\n|---|{rule}", names.join(" | "));
        for document in Document::ALL {
            let told = |&(who, many): &(Contestant, usize)| {
                let is_it = |it: &&Cell| {
                    (it.document, it.contestant, it.connections) == (document, who, many)
                };
                let ratios = self.of(kind).find(is_it)?.of_floor?;
                ratio(&ratios).map(|it| short(it.median))
            };
            let ratios: Vec<_> = columns.iter().map(told).collect();
            if ratios.iter().any(Option::is_some) {
                let ratios = ratios.into_iter().map(|it| it.unwrap_or_else(|| "–".to_owned()));
                let ratios: Vec<_> = ratios.collect();
                // A string takes all.
                let _ = write!(table, "\n| {document} | {} |", ratios.join(" | "));
            }
        }
        table.push('\n');
        table
    }

    /// What Vigil costs when it does nothing, and at most.
    fn rest(&self) -> String {
        if self.at_rest.is_empty() {
            return String::new();
        }
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
        let mut table = "\n## What Vigil takes\n\n| | start to ready | idle CPU | RSS at rest | \
            most RSS under load |\n|---|---:|---:|---:|---:|"
            .to_owned();
        for AtRest { kind, start_ms, idle_cpu_percent, resident_bytes } in &self.at_rest {
            let vigil = self.of(*kind).filter(|it| it.contestant == Contestant::Vigil);
            let most = vigil.max_by_key(|it| it.resident_bytes);
            let most = most.and_then(|it| {
                Some(format!("{} ({} connections)", megabytes(it.resident_bytes?), it.connections))
            });
            let idle = or_dash(idle_cpu_percent.map(|it| format!("{it:.1} %")));
            let resident = or_dash(resident_bytes.map(megabytes));
            let most = or_dash(most);
            let _ = write!(table, "\n| {kind} | {start_ms:.0} ms | {idle} | {resident} | {most} |");
        }
        let size = megabytes(self.program_bytes);
        let stripped = or_dash(self.stripped_bytes.map(megabytes));
        let _ = write!(table, "\n\nThe program has {size}, stripped {stripped} (`strip vigil`).");
        table.push_str(" Idle CPU is that of five seconds, to a hundredth of a second.\n");
        table
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |it| it.kind == kind)
    }
}

fn megabytes(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "no process holds 2^52 bytes")]
    let megabytes = bytes as f64 / 1e6;
    format!("{megabytes:.0} MB")
}
