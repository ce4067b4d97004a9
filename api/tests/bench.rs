//! The bench, run for a moment: its servers answer alike, and it tells of each.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use {
    bench::{Contestant, Document, Kind, Programs, Report, Request, grow, measure},
    std::{env, time::Duration},
};

/// Ten pairings, as at a first start.
const REPORTS: u32 = 2_500;

#[expect(clippy::disallowed_methods, reason = "the server is set up outside of the test")]
fn server() -> String {
    let set = "TEST_POSTGRES_URL must name a PostgreSQL server: run `cargo xtask test`";
    env::var("TEST_POSTGRES_URL").expect(set)
}

fn request(kind: Kind) -> Request {
    Request {
        programs: Programs { vigil: env!("CARGO_BIN_EXE_vigil").into(), bench: None },
        url: Some(server()),
        rows: REPORTS,
        seed: 1,
        connections: vec![1, 2],
        seconds: 0.05,
        rounds: 1,
        rest: Duration::ZERO,
        documents: Document::ALL.to_vec(),
        databases: vec![kind],
        contestants: Contestant::on(kind),
        command: "a test".to_owned(),
    }
}

async fn bench(kind: Kind) -> Report {
    measure(&request(kind)).await.unwrap()
}

fn told_of_all(report: &Report, kind: Kind) {
    let all = Contestant::on(kind).len() * Document::ALL.len() * 2;
    assert_eq!(report.cells.len(), all);
    for cell in &report.cells {
        assert!(cell.rounds.iter().all(|it| it.requests_per_second > 0.0), "{cell:?}");
        let ratio = cell.of_floor.and_then(|it| it.requests_per_second).unwrap().median;
        assert!(
            ratio > 0.0 && (cell.contestant != Contestant::Floor || (ratio - 1.0).abs() < 1e-9),
            "{cell:?}"
        );
    }
    assert_eq!(report.table().lines().count(), all + 1);
}

#[tokio::test]
async fn the_bench_measures_on_sqlite() {
    let report = bench(Kind::Sqlite).await;

    told_of_all(&report, Kind::Sqlite);
    assert!(report.cells.iter().all(|it| it.wire.is_none()));
}

#[tokio::test]
async fn the_bench_counts_what_goes_to_postgresql() {
    let report = bench(Kind::Postgres).await;

    told_of_all(&report, Kind::Postgres);
    for cell in &report.cells {
        let wire = cell.wire.unwrap();
        let expected = match (cell.contestant, cell.document) {
            (Contestant::FloorRows, Document::Dashboard | Document::History) => 3.0..=3.0,
            (Contestant::Floor | Contestant::FloorRows, _) => 1.0..=1.0,
            // Who asks is looked up each second.
            (Contestant::Vigil, Document::Dashboard | Document::History) => 3.0..=4.0,
            (Contestant::Vigil, Document::AlertQueue | Document::Lookup) => 1.0..=2.0,
            (Contestant::Vigil | Contestant::Stock, _) => 2.0..=100.0,
        };
        // Which pages have rows depends on the day; one that has none leaves nothing more to read.
        let is_empty = (1.0..1.1).contains(&wire.statements);
        assert!(is_empty || expected.contains(&wire.statements), "{cell:?}");
        assert!(wire.round_trips <= wire.statements * 3.0, "{cell:?}");
    }
}

#[tokio::test]
async fn a_growth_is_told_of_every_size() {
    let documents = vec![Document::History, Document::Lookup, Document::Submit];
    for kind in Kind::ALL {
        let request = Request { documents: documents.clone(), ..request(kind) };
        let growth = grow(&request, &[REPORTS, 2 * REPORTS]).await.unwrap();

        let [small, large] = growth.sizes.as_slice() else { panic!("{growth:?}") };
        assert!(large.measured.reports > small.measured.reports, "{growth:?}");
        for size in &growth.sizes {
            let asked: Vec<_> = size.asked.iter().map(|it| it.document).collect();
            assert_eq!(asked, documents);
            assert!(size.asked.iter().all(|it| it.p50_of_first.is_some()), "{size:?}");
        }
        for asked in &large.asked {
            assert_eq!(asked.blocks.is_some(), kind == Kind::Postgres, "{asked:?}");
            // What is asked of one row does not depend on how many others there are.
            let has_grown = asked.blocks_of_first.is_some_and(|it| it > 1.3);
            assert!(asked.document == Document::Submit || !has_grown, "{asked:?}");
        }
    }
}
