//! How Vigil's answers grow with what it holds: the same documents on databases of several sizes.
//!
//! Blocks are counted first: PostgreSQL tells what was read of its tables and indexes once the session that read
//! it has ended, so a server is started, asked and ended twice, and what the second was asked more is what the
//! difference is for. Then a server stays on each database, and they are timed in turns.

mod page;

use {
    crate::{
        Folder, Outcome, Request, command,
        contest::{bar, described, machine, note, turn},
        contestant::{Contestant, Running, Stage},
        database::{Database, Kind},
        document::Document,
        figures::Spread,
        load::{Load, Session},
        now,
        report::{Measured, Round},
        scale,
    },
    axum::body::Bytes,
    serde::{Deserialize, Serialize},
    std::time::Instant,
};

/// How many requests are sent before those whose blocks are counted, how many those are, and how often.
const WARM_UP_REQUESTS: usize = 20;
const COUNTED_REQUESTS: usize = 200;
const COUNTED_PASSES: usize = 3;
/// What a request costs is asked, not who waits for whom.
const CONNECTIONS: usize = 1;

/// All that was measured.
#[derive(Debug, Deserialize, Serialize)]
pub struct Growth {
    /// The machine, and how busy it was.
    pub machine: String,
    /// The command line.
    pub command: String,
    /// When, in UTC.
    pub at: String,
    /// The databases, in the order that they were asked for.
    pub sizes: Vec<Size>,
}

/// A database of some size.
#[derive(Debug, Deserialize, Serialize)]
pub struct Size {
    /// What it held.
    pub measured: Measured,
    /// How long `vigil seed` took, in seconds.
    pub seed_seconds: f64,
    /// What was asked of it.
    pub asked: Vec<Asked>,
}

/// A document that was asked for.
#[derive(Debug, Deserialize, Serialize)]
pub struct Asked {
    /// Which.
    pub document: Document,
    /// How many bytes an answer has: a page of few rows is a short one.
    pub answer_bytes: f64,
    /// How many blocks of tables and indexes a request touches; None where nobody tells.
    pub blocks: Option<f64>,
    /// The same over that of the first size.
    pub blocks_of_first: Option<f64>,
    /// Round by round.
    pub rounds: Vec<Round>,
    /// The median time of an answer, over that of the first size in the same round.
    pub p50_of_first: Option<Spread>,
}

/// Measures databases of several sizes. They and the processes are gone afterwards, whatever came of it.
pub async fn grow(request: &Request, sizes: &[u32]) -> Outcome<Growth> {
    let mut growth = Growth {
        machine: machine(),
        command: request.command.clone(),
        at: now(),
        sizes: Vec::new(),
    };
    for kind in &request.databases {
        let folders: Vec<_> = sizes.iter().map(|_| Folder::new()).collect::<Outcome<_>>()?;
        let mut databases = Vec::new();
        let outcome = tokio::select! {
            outcome = measured(request, *kind, sizes, &folders, &mut databases) => outcome,
            () = command::interrupted() => Err("interrupted".into()),
        };
        for database in databases {
            database.remove().await?;
        }
        growth.sizes.extend(outcome?);
    }
    growth.compare();
    Ok(growth)
}

/// All sizes on one kind of database.
async fn measured(
    request: &Request,
    kind: Kind,
    sizes: &[u32],
    folders: &[Folder],
    databases: &mut Vec<Database>,
) -> Outcome<Vec<Size>> {
    let mut places = Vec::new();
    for (rows, folder) in sizes.iter().zip(folders) {
        databases.push(request.database(kind, folder).await?);
        let database = databases.last().ok_or("it was just made")?;
        places.push(Place::filled(request, database, folder, *rows).await?);
    }
    let bar = bar(request.rounds * sizes.len() * request.documents.len());
    for (asked, document) in request.documents.iter().enumerate() {
        for round in 0..=request.rounds {
            for place in 0..sizes.len() {
                // Whoever comes behind whom changes with each round.
                let place = (place + round) % sizes.len();
                let (place, database) = (&mut places[place], &databases[place]);
                bar.set_message(format!(
                    "{kind}, {document}: {} reports",
                    place.size.measured.reports
                ));
                let bodies = &place.bodies[asked];
                // The first round only warms up.
                let time = if round == 0 { request.time() / 4 } else { request.time() };
                let is_spent = *document == Document::Submit;
                let load = Load { bodies, connections: CONNECTIONS, time, is_spent };
                let timed = turn(&place.server, database, &load).await?;
                if round > 0 {
                    place.size.asked[asked].rounds.push(timed);
                    bar.inc(1);
                }
            }
        }
    }
    bar.finish_and_clear();
    Ok(places.into_iter().map(|it| it.size).collect())
}

/// What is asked on a database, and the server that is asked.
struct Place {
    server: Running,
    size: Size,
    /// The bodies of the requests for each document.
    bodies: Vec<Vec<Bytes>>,
}

impl Place {
    async fn filled(
        request: &Request,
        database: &Database,
        folder: &Folder,
        rows: u32,
    ) -> Outcome<Self> {
        let kind = database.kind();
        note(&format!("{kind}: filling a database with {rows} reports"));
        let mut stage = Stage::new(&request.programs, &folder.0).without_work();
        let begin = Instant::now();
        stage.fill(database, scale(rows), request.seed).await?;
        let seed_seconds = begin.elapsed().as_secs_f64();
        database.settle().await?;
        let (mut asked, mut bodies) = (Vec::new(), Vec::new());
        for document in &request.documents {
            if *document == Document::Submit {
                database.take_reports_back().await?;
            }
            let variables = database.variables(*document).await?;
            if variables.is_empty() {
                return Err(format!("there is nothing to ask {document} for").into());
            }
            let all = Contestant::Vigil.bodies(*document, &variables);
            note(&format!("{kind}, {document}: counting blocks"));
            let (answer_bytes, blocks) = touched(&stage, database, *document, &all).await?;
            asked.push(Asked {
                document: *document,
                answer_bytes,
                blocks,
                blocks_of_first: None,
                rounds: Vec::new(),
                p50_of_first: None,
            });
            bodies.push(all);
        }
        let size = Size { measured: described(database).await?, seed_seconds, asked };
        let server = stage.start(Contestant::Vigil, &database.url()).await?;
        Ok(Self { server, size, bodies })
    }
}

/// How many bytes a request is answered with, and how many blocks it touches: the pass in the middle.
async fn touched(
    stage: &Stage<'_>,
    database: &Database,
    document: Document,
    bodies: &[Bytes],
) -> Outcome<(f64, Option<f64>)> {
    let ask = async |requests: usize| -> Outcome<(usize, Option<i64>)> {
        let before = database.blocks().await?;
        let server = stage.start(Contestant::Vigil, &database.url()).await?;
        let mut session = Session::connect(&server.target).await?;
        let mut bytes = 0;
        for body in bodies.iter().cycle().take(requests) {
            let answer = session.ask(body.clone()).await.map_err(|it| server.explain(it))?;
            if !answer["errors"].is_null() {
                return Err(server.explain(format!("{document} answered {answer}")).into());
            }
            bytes += answer.to_string().len();
        }
        drop((session, server));
        let blocks = database.blocks().await?.zip(before).map(|(after, before)| after - before);
        if document == Document::Submit {
            database.take_reports_back().await?;
        }
        Ok((bytes, blocks))
    };
    #[expect(clippy::cast_precision_loss, reason = "a few hundred requests come to less than 2^52")]
    let each = |all: i64| all as f64 / COUNTED_REQUESTS as f64;
    let (mut bytes, mut blocks) = (Vec::new(), Vec::new());
    for _ in 0..COUNTED_PASSES {
        let (few, few_blocks) = ask(WARM_UP_REQUESTS).await?;
        let (many, many_blocks) = ask(WARM_UP_REQUESTS + COUNTED_REQUESTS).await?;
        bytes.push(each(i64::try_from(many - few)?));
        blocks.extend(few_blocks.zip(many_blocks).map(|(few, many)| each(many - few)));
    }
    let middle = |all: Vec<f64>| Spread::of(all).map(|it| it.median);
    Ok((middle(bytes).unwrap_or_default(), middle(blocks)))
}

impl Growth {
    /// Works out the ratios, once all was measured.
    fn compare(&mut self) {
        let firsts: Vec<_> = self.sizes.iter().map(|size| self.first(size.measured.kind)).collect();
        for (size, first) in self.sizes.iter_mut().zip(firsts) {
            for (asked, (blocks, rounds)) in size.asked.iter_mut().zip(first) {
                asked.blocks_of_first = asked.blocks.zip(blocks).map(|(own, first)| own / first);
                let p50 =
                    |rounds: &[Round]| rounds.iter().map(|it| Some(it.p50_ms)).collect::<Vec<_>>();
                asked.p50_of_first = Spread::of_ratios(&p50(&asked.rounds), &p50(&rounds));
            }
        }
    }

    /// What the first size of a kind of database was found to be.
    fn first(&self, kind: Kind) -> Vec<(Option<f64>, Vec<Round>)> {
        let first = self.sizes.iter().find(|it| it.measured.kind == kind);
        let asked = first.into_iter().flat_map(|it| &it.asked);
        asked.map(|it| (it.blocks, it.rounds.clone())).collect()
    }
}
