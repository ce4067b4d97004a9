//! People who ask and file without a pause, whatever befalls the database, and who remember what they were told.

use {
    super::process::{PATIENCE, in_time},
    serde_json::{Value, json},
    std::{
        net::SocketAddr,
        sync::{
            Arc,
            atomic::{AtomicBool, AtomicUsize, Ordering},
        },
    },
    tests::{coaching::report, http::Session},
    tokio::{task::JoinSet, time::timeout},
};

/// What may be said while the database is away.
const SAID: [&str; 5] = [
    "others were in the way: try again",
    "the database took too long: ask for less, or try again later",
    "the database cannot be reached just now: try again later",
    "the database does not answer",
    WAITED,
];
const WAITED: &str = "the request ran longer than 1500 ms";
const QUERY: &str = "{ pairings(first: 5) { nodes { id } } }";
const SUBMIT: &str = "mutation($input: ReportSubmitInput!) { done: reportSubmit(input: $input) { errors { code } } }";
const CREATE: &str =
    "mutation($input: UserCreateInput!) { done: userCreate(input: $input) { errors { code } } }";

/// A request that files a report.
pub(super) fn filing((pairing, day): &(String, String)) -> String {
    asking(SUBMIT, &report(pairing, day))
}

fn asking(document: &str, input: &Value) -> String {
    json!({ "query": document, "variables": { "input": input } }).to_string()
}

/// How often everything was done, and how often somebody waited in vain for as long as a request may take.
#[derive(Debug, Default)]
struct Counts {
    done: AtomicUsize,
    waited: AtomicUsize,
}

/// What was done, and is to be there for ever after.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// How many reports.
    pub(super) reports: usize,
    /// Addresses of people who are to be mailed.
    pub(super) people: Vec<String>,
}

/// Several people at once.
pub(super) struct Load {
    counts: Vec<Arc<Counts>>,
    is_over: Arc<AtomicBool>,
    tasks: JoinSet<Kept>,
}

impl Load {
    /// Somebody for each list of reports that are to be filed.
    pub(super) fn start(
        address: SocketAddr,
        key: &str,
        reports: Vec<Vec<(String, String)>>,
    ) -> Self {
        let mut load = Self { counts: Vec::new(), is_over: Arc::default(), tasks: JoinSet::new() };
        for (number, reports) in reports.into_iter().enumerate() {
            let counts = Arc::<Counts>::default();
            load.counts.push(counts.clone());
            let session = Session::new(address).authorized_by(Some(key));
            let person = Person { session, counts, is_over: load.is_over.clone(), number };
            load.tasks.spawn(person.go_on(reports));
        }
        load
    }

    /// Waits until everybody has done so much more.
    pub(super) async fn goes_on(&self, rounds: usize) {
        self.counts("everybody goes on", |it| &it.done, rounds).await;
    }

    /// Waits until everybody has waited in vain.
    pub(super) async fn waits_in_vain(&self) {
        self.counts("everybody waits in vain", |it| &it.waited, 1).await;
    }

    async fn counts(&self, what: &str, of: impl Fn(&Counts) -> &AtomicUsize, more: usize) {
        let read = || self.counts.iter().map(|it| of(it).load(Ordering::SeqCst));
        let before: Vec<_> = read().collect();
        let is_so = async || read().zip(&before).all(|(now, before)| now >= before + more);
        in_time(what, is_so).await;
    }

    /// Lets everybody finish what they are at: what has been done.
    pub(super) async fn stop(self) -> Kept {
        self.is_over.store(true, Ordering::SeqCst);
        let mut all = Kept::default();
        for Kept { reports, people } in self.tasks.join_all().await {
            all.reports += reports;
            all.people.extend(people);
        }
        all
    }
}

struct Person {
    session: Session,
    counts: Arc<Counts>,
    is_over: Arc<AtomicBool>,
    number: usize,
}

impl Person {
    async fn go_on(mut self, reports: Vec<(String, String)>) -> Kept {
        let mut kept = Kept::default();
        for report in reports {
            if self.is_over.load(Ordering::SeqCst) {
                break;
            }
            self.insist(asking(QUERY, &Value::Null)).await;
            self.insist(filing(&report)).await;
            kept.reports += 1;
            let email = format!("person-{}-{}@example.test", self.number, kept.reports);
            let person = json!({ "email": email, "name": "Somebody", "role": "USER" });
            self.insist(asking(CREATE, &person)).await;
            kept.people.push(email);
            self.counts.done.fetch_add(1, Ordering::SeqCst);
        }
        kept
    }

    /// Asks until it is done.
    async fn insist(&mut self, body: String) {
        let mut is_doubtful = false;
        loop {
            let answer =
                timeout(PATIENCE, self.session.post(&body)).await.expect("an answer").json();
            let Some(error) = answer["errors"].get(0) else {
                let codes = &answer["data"]["done"]["errors"];
                // What was committed when the connection was lost is there already.
                let is_there = is_doubtful && codes[0]["code"] == "CONFLICT";
                assert!(codes.get(0).is_none() || is_there, "{answer:#}");
                return;
            };
            let (code, said) = (&error["extensions"]["code"], error["message"].as_str().unwrap());
            assert!(*code == "UNAVAILABLE" && SAID.contains(&said), "{answer:#}");
            is_doubtful = true;
            self.counts.waited.fetch_add(usize::from(said == WAITED), Ordering::SeqCst);
        }
    }
}
