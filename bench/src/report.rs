//! What was measured, and how it is told: a table, Markdown, JSON.

mod page;

use {
    crate::{contestant::Contestant, database::Kind, document::Document, figures::Spread, table},
    serde::{Deserialize, Serialize},
    std::iter,
};

/// All that was measured.
#[derive(Debug, Deserialize, Serialize)]
pub struct Report {
    /// The machine, and how busy it was.
    pub machine: String,
    /// The command line.
    pub command: String,
    /// When, in UTC.
    pub at: String,
    /// How large the program is.
    pub program_bytes: u64,
    /// How large it is without its symbols; None where there is no `strip`.
    pub stripped_bytes: Option<u64>,
    /// The databases.
    pub databases: Vec<Measured>,
    /// What Vigil takes at rest, a database.
    pub at_rest: Vec<AtRest>,
    /// The figures.
    pub cells: Vec<Cell>,
}

/// A database that was measured on.
#[derive(Debug, Deserialize, Serialize)]
pub struct Measured {
    /// Which kind.
    pub kind: Kind,
    /// Its version.
    pub version: String,
    /// How many pairings it held.
    pub pairings: i64,
    /// How many reports.
    pub reports: i64,
    /// How many alerts.
    pub alerts: i64,
}

/// What Vigil takes when nobody asks.
#[derive(Debug, Deserialize, Serialize)]
pub struct AtRest {
    /// On which database.
    pub kind: Kind,
    /// From the start of the process until `/readyz` said so, in milliseconds.
    pub start_ms: f64,
    /// How much of a processor, in percent.
    pub idle_cpu_percent: Option<f64>,
    /// How much memory.
    pub resident_bytes: Option<u64>,
}

/// One server, one document, one number of connections.
#[derive(Debug, Deserialize, Serialize)]
pub struct Cell {
    /// On which database.
    pub kind: Kind,
    /// Which document.
    pub document: Document,
    /// How many connections.
    pub connections: usize,
    /// Which server.
    pub contestant: Contestant,
    /// Round by round.
    pub rounds: Vec<Round>,
    /// The memory that the server held afterwards.
    pub resident_bytes: Option<u64>,
    /// What a request costs on the way to the database.
    pub wire: Option<Wire>,
    /// Each figure over that of the floor in the same round.
    pub of_floor: Option<Ratios>,
}

/// One server's turn.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Round {
    /// Requests a second.
    pub requests_per_second: f64,
    /// Half of the answers came within so many milliseconds.
    pub p50_ms: f64,
    /// 99 of a hundred came within so many milliseconds.
    pub p99_ms: f64,
    /// The server's CPU seconds for a thousand requests.
    pub server_cpu_seconds: Option<f64>,
    /// The database's CPU seconds for a thousand requests.
    pub database_cpu_seconds: Option<f64>,
}

/// What a request costs on the way to the database.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Wire {
    /// How many statements.
    pub statements: f64,
    /// How many round trips.
    pub round_trips: f64,
    /// How many bytes to the database.
    pub sent_bytes: f64,
    /// How many bytes from the database.
    pub received_bytes: f64,
}

/// Figures as multiples of the floor's: the median of the rounds, and the spread.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Ratios {
    /// Of requests a second: more is better.
    pub requests_per_second: Option<Spread>,
    /// What the floor's server and database take of the processors for a request, over what this
    /// one's take: more is better. It hardly depends on what else the machine does.
    #[serde(default)]
    pub cpu: Option<Spread>,
    /// Of the median: less is better, here and below.
    pub p50: Option<Spread>,
    /// Of the 99th percentile.
    pub p99: Option<Spread>,
    /// Of the server's CPU time.
    pub server_cpu: Option<Spread>,
    /// Of the database's CPU time.
    pub database_cpu: Option<Spread>,
    /// Of the memory.
    pub resident: Option<f64>,
    /// Of the statements.
    pub statements: Option<f64>,
    /// Of the round trips.
    pub round_trips: Option<f64>,
    /// Of the bytes in both directions.
    pub bytes: Option<f64>,
}

const HEAD: [&str; 15] = [
    "database",
    "document",
    "conn.",
    "server",
    "req/s",
    "of the floor",
    "by CPU",
    "p50 ms",
    "p99 ms",
    "server CPU",
    "database CPU",
    "RSS MB",
    "statements",
    "round trips",
    "kB",
];

/// The columns of it that hold words.
const WORDS: usize = 4;

type Line = [String; HEAD.len()];

impl Report {
    /// Works out the ratios, once all was measured.
    pub(crate) fn compare(&mut self) {
        let place = |it: &Cell| (it.kind, it.document, it.connections);
        let floors: Vec<_> = self
            .cells
            .iter()
            .filter(|it| it.contestant == Contestant::Floor)
            .map(|it| (place(it), it.rounds.clone(), it.resident_bytes, it.wire))
            .collect();
        for cell in &mut self.cells {
            let floor = floors.iter().find(|it| it.0 == place(cell));
            cell.of_floor =
                floor.map(|(_, rounds, resident, wire)| cell.over(rounds, *resident, *wire));
        }
    }

    /// The table for a terminal.
    pub fn table(&self) -> String {
        let lines: Vec<Line> = iter::once(HEAD.map(str::to_owned)).chain(self.lines()).collect();
        table::aligned(&lines, WORDS)
    }

    /// The table of a database in Markdown.
    fn markdown_table(&self, kind: Kind) -> String {
        let own = self.lines().filter(|it| it[0] == kind.to_string());
        let lines: Vec<_> =
            iter::once(HEAD.map(str::to_owned)).chain(own).map(without_first).collect();
        table::markdown(&lines, WORDS - 1)
    }

    fn lines(&self) -> impl Iterator<Item = Line> {
        self.cells.iter().map(Cell::line)
    }
}

impl Cell {
    fn over(&self, floor: &[Round], resident: Option<u64>, wire: Option<Wire>) -> Ratios {
        let of = |figure: fn(&Round) -> Option<f64>| {
            let figures = |rounds: &[Round]| rounds.iter().map(figure).collect::<Vec<_>>();
            Spread::of_ratios(&figures(&self.rounds), &figures(floor))
        };
        let wires = self.wire.zip(wire);
        let over =
            |figure: fn(&Wire) -> f64| wires.map(|(own, floor)| figure(&own) / figure(&floor));
        #[expect(clippy::cast_precision_loss, reason = "no process holds 2^52 bytes")]
        let memory =
            self.resident_bytes.zip(resident).map(|(own, floor)| own as f64 / floor as f64);
        let cpu = |rounds: &[Round]| rounds.iter().map(Round::cpu_seconds).collect::<Vec<_>>();
        Ratios {
            requests_per_second: of(|it| Some(it.requests_per_second)),
            cpu: Spread::of_ratios(&cpu(floor), &cpu(&self.rounds)),
            p50: of(|it| Some(it.p50_ms)),
            p99: of(|it| Some(it.p99_ms)),
            server_cpu: of(|it| it.server_cpu_seconds),
            database_cpu: of(|it| it.database_cpu_seconds),
            resident: memory,
            statements: over(|it| it.statements),
            round_trips: over(|it| it.round_trips),
            bytes: over(Wire::bytes),
        }
    }

    fn line(&self) -> Line {
        let ratios = self.of_floor.as_ref();
        let median = |figure: fn(&Round) -> Option<f64>| {
            Spread::of(self.rounds.iter().filter_map(figure)).map(|it| it.median)
        };
        let spread = |ratio: fn(&Ratios) -> Option<Spread>| ratios.and_then(ratio);
        let beside = |figure: Option<f64>, digits: usize, ratio: Option<f64>| match (figure, ratio)
        {
            (None, _) => "–".to_owned(),
            (Some(figure), None) => format!("{figure:.digits$}"),
            (Some(figure), Some(ratio)) => format!("{figure:.digits$} (×{})", short(ratio)),
        };
        let timed = |figure: fn(&Round) -> Option<f64>, ratio: fn(&Ratios) -> Option<Spread>| {
            beside(median(figure), 2, spread(ratio).map(|it| it.median))
        };
        let wire = |figure: fn(&Wire) -> f64, digits, ratio: fn(&Ratios) -> Option<f64>| {
            beside(self.wire.as_ref().map(figure), digits, ratios.and_then(ratio))
        };
        #[expect(clippy::cast_precision_loss, reason = "no process holds 2^52 bytes")]
        let memory = self.resident_bytes.map(|it| it as f64 / 1e6);
        let speed = |ratio| {
            spread(ratio).map_or("–".to_owned(), |it| {
                format!("{} ({}–{})", short(it.median), short(it.min), short(it.max))
            })
        };
        [
            self.kind.to_string(),
            self.document.to_string(),
            self.connections.to_string(),
            self.contestant.to_string(),
            beside(median(|it| Some(it.requests_per_second)), 0, None),
            speed(|it| it.requests_per_second),
            speed(|it| it.cpu),
            timed(|it| Some(it.p50_ms), |it| it.p50),
            timed(|it| Some(it.p99_ms), |it| it.p99),
            timed(|it| it.server_cpu_seconds, |it| it.server_cpu),
            timed(|it| it.database_cpu_seconds, |it| it.database_cpu),
            beside(memory, 0, ratios.and_then(|it| it.resident)),
            wire(|it| it.statements, 1, |it| it.statements),
            wire(|it| it.round_trips, 1, |it| it.round_trips),
            wire(|it| it.bytes() / 1e3, 1, |it| it.bytes),
        ]
    }
}

impl Round {
    /// The CPU seconds of server and database for a thousand requests.
    fn cpu_seconds(&self) -> Option<f64> {
        Some(self.server_cpu_seconds? + self.database_cpu_seconds.unwrap_or_default())
    }
}

impl Wire {
    fn bytes(&self) -> f64 {
        self.sent_bytes + self.received_bytes
    }
}

/// A line of the table of one database, which need not name it.
fn without_first([_, rest @ ..]: Line) -> [String; HEAD.len() - 1] {
    rest
}

/// Two digits that count.
pub(crate) fn short(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.2}") } else { format!("{ratio:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(contestant: Contestant, speeds: [f64; 3]) -> Cell {
        let round = |requests_per_second| Round {
            requests_per_second,
            p50_ms: 1_000.0 / requests_per_second,
            p99_ms: 2_000.0 / requests_per_second,
            server_cpu_seconds: Some(1.0),
            database_cpu_seconds: None,
        };
        Cell {
            kind: Kind::Sqlite,
            document: Document::Lookup,
            connections: 16,
            contestant,
            rounds: speeds.map(round).to_vec(),
            resident_bytes: Some(50_000_000),
            wire: None,
            of_floor: None,
        }
    }

    fn report() -> Report {
        let databases = vec![Measured {
            kind: Kind::Sqlite,
            version: "3".to_owned(),
            pairings: 10,
            reports: 2_500,
            alerts: 200,
        }];
        let cells = vec![
            cell(Contestant::Vigil, [50.0, 10.0, 70.0]),
            cell(Contestant::Floor, [100.0, 40.0, 70.0]),
        ];
        let mut report = Report {
            machine: "a machine".to_owned(),
            command: "vigil bench".to_owned(),
            at: "2026-03-01 09:30".to_owned(),
            program_bytes: 1_000_000,
            stripped_bytes: None,
            databases,
            at_rest: Vec::new(),
            cells,
        };
        report.compare();
        report
    }

    #[test]
    fn a_ratio_is_told_with_its_spread() {
        let table = report().table();

        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 3, "{table}");
        assert!(lines[1].contains("0.50 (0.25–1.00)  1.00 (1.00–1.00)"), "{table}");
        assert!(lines[1].contains("20.00 (×2.00)") && lines[1].contains('–'), "{table}");
        assert!(lines[2].contains("1.00 (1.00–1.00)"), "{table}");
    }

    #[test]
    fn the_page_tells_what_was_measured_and_how() {
        let page = report().markdown();

        for expected in [
            "by `vigil bench` on a machine",
            "## SQLite 3: 10 pairings, 2500 reports, 200 alerts",
            "| connections | Vigil, 16 |\n|---|---:|\n| Lookup | 0.50 |",
            "\n| Lookup | 16 | Vigil | 50 | 0.50 (0.25–1.00) |",
        ] {
            assert!(page.contains(expected), "{expected} is missing:\n{page}");
        }
        assert!(!page.contains("PostgreSQL 1"), "{page}");
    }
}
