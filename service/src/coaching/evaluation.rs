//! What the rules make of pairings: alerts that are raised, counted, opened again and cleared, and how
//! the pairings stand with them. All of it in the transaction of whatever gave cause to ask.
//!
//! The decisions are the engine's; here is what it needs to know, and what becomes of what it says. Any
//! number of pairings is judged at once: what is known of all of them is read, [decided](case) without the
//! database, and [written](ledger).

mod case;
mod evidence;
mod facts;
mod found;
pub(crate) mod health;
mod ledger;
pub(crate) mod rules;
pub mod ticks;

use {
    super::standings::calendars::{self, Working},
    crate::kernel::{error::Result, txn::Txn},
    case::Case,
    chrono::NaiveDate,
    engine::alerts::Finding,
    entity::{
        coaching::pairing,
        id::{EaId, PairingId},
    },
    facts::Facts,
    ledger::Ledger,
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect},
    std::sync::Arc,
};
pub(crate) use {
    evidence::quoted,
    facts::{report, start},
    rules::Watching,
};
pub use {
    found::{AlertCause, AlertCauseKind, why},
    rules::faulty,
};

/// The rules about an assistant rather than a pairing: their alerts stand at its first pairing.
pub(crate) const OF_ASSISTANTS: [i32; 4] = [27, 28, 29, 30];

/// Asks every rule about some pairings, keeps what comes of it, and how they stand then: those that are
/// there, as they are now, by id.
///
/// The number of statements does not depend on how many pairings they are, but for those by which people
/// are told of what has become critical, and language models asked.
pub(crate) async fn evaluate(txn: &Txn, pairings: &[PairingId]) -> Result<Vec<pairing::Model>> {
    let working = calendars::locked(txn, pairings).await?;
    evaluate_at(txn, working.into_iter().map(|it| Asked::by(txn, it)).collect()).await
}

/// A pairing that is asked about.
pub(in crate::coaching) struct Asked<'a> {
    /// The part of the transaction that gives cause for it.
    pub(in crate::coaching) part: &'a Txn,
    /// The pairing, locked.
    pub(in crate::coaching) working: Working,
    /// The day of some report that it has, if one is known.
    pub(in crate::coaching) reported: Option<NaiveDate>,
}

impl<'a> Asked<'a> {
    fn by(part: &'a Txn, working: Working) -> Self {
        Self { part, working, reported: None }
    }
}

/// The same for pairings that are locked.
pub(in crate::coaching) async fn evaluate_at(
    txn: &Txn,
    asked: Vec<Asked<'_>>,
) -> Result<Vec<pairing::Model>> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let watching = rules::watching(txn).await?;
    let mut cases = cases(txn, asked, (&watching, find)).await?;
    let mut ledger = Ledger::default();
    for case in &mut cases {
        case.decide(&mut ledger);
        case.clear(&watching, &mut ledger);
    }
    ledger.write(txn).await?;
    health::judge(txn, &cases, &watching).await
}

/// The same for each pairing of an assistant.
pub(crate) async fn evaluate_of(txn: &Txn, ea: EaId) -> Result<()> {
    let pairings = pairing::Entity::find().filter(pairing::Column::EaId.eq(ea));
    let ids = pairings.select_only().column(pairing::Column::Id).into_tuple();
    evaluate(txn, &ids.all(txn).await?).await?;
    Ok(())
}

/// Says anew how a pairing stands, when its alerts or its assistant's time off have changed.
pub(crate) async fn judge(txn: &Txn, pairing: PairingId) -> Result<()> {
    let working = calendars::locked(txn, &[pairing]).await?;
    let watching = rules::watching(txn).await?;
    let asked = working.into_iter().map(|it| Asked::by(txn, it)).collect();
    let cases = cases(txn, asked, (&watching, |_, _| Vec::new())).await?;
    health::judge(txn, &cases, &watching).await?;
    Ok(())
}

/// How rules are asked about a pairing.
type Find = for<'a> fn(&Facts, &'a [Arc<Watching>]) -> Vec<(&'a Watching, Finding)>;

/// What is known of pairings, what is found in that, and the alerts that matter then.
async fn cases<'a>(
    txn: &Txn,
    asked: Vec<Asked<'a>>,
    (watching, find): (&'a [Arc<Watching>], Find),
) -> Result<Vec<Case<'a>>> {
    let parts: Vec<&Txn> = asked.iter().map(|it| it.part).collect();
    for part in &parts {
        part.because_of_that();
    }
    let facts = Facts::read(txn, asked, watching).await?;
    let found: Vec<_> = facts.iter().map(|it| find(it, watching)).collect();
    let asked: Vec<_> = facts.iter().map(|it| it.pairing.id).zip(&found).collect();
    let alerts = found::Alerts::of(txn, &asked).await?;
    let cases = parts.into_iter().zip(facts).zip(found).zip(alerts);
    Ok(cases.map(|(((part, facts), found), alerts)| Case { part, facts, found, alerts }).collect())
}

/// The rules that hold, each with what speaks for it.
fn find<'a>(facts: &Facts, watching: &'a [Arc<Watching>]) -> Vec<(&'a Watching, Finding)> {
    let history = facts.history();
    let asked =
        watching.iter().filter(|rule| facts.is_first || !OF_ASSISTANTS.contains(&rule.number));
    asked.filter_map(|rule| Some((&**rule, rule.rule.find(&history)?))).collect()
}
