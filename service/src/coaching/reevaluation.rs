//! Reevaluation: all pairings are judged anew when what they are judged by has changed.
//!
//! A rule or a holiday concerns every pairing, which is more than the transaction that changes it should hold. A job
//! does it, so that colours follow at once and not at the next midnight.

use {
    super::evaluation::evaluate,
    crate::kernel::{
        error::Result,
        jobs::{End, Failure, Job, NewJob, Running, enqueue},
        txn::Txn,
    },
    async_trait::async_trait,
    entity::{coaching::pairing, id::PairingId, kernel::job::Lane},
    sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect},
    serde::{Deserialize, Serialize},
    std::time::Duration,
};

/// How many pairings are judged by one transaction.
const PAGE: u64 = 16;

/// Judges all pairings anew.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reevaluate {
    cause: String,
}

/// Has all pairings judged anew, once for a cause: `rule 5, version 2`.
pub(crate) async fn because(txn: &Txn, cause: String) -> Result<()> {
    enqueue(txn, NewJob::new(Reevaluate { cause: cause.clone() }).once(cause)).await?;
    Ok(())
}

#[async_trait]
impl Job for Reevaluate {
    const KIND: &'static str = "coaching.reevaluate";
    const LANE: Lane = Lane::Ingest;
    const TIMEOUT: Duration = Duration::from_hours(1);

    /// To judge a pairing twice does no harm: an attempt begins with the first.
    async fn run(self, running: &Running) -> Result<End, Failure> {
        let db = running.ctx().db();
        let total = i64::try_from(pairing::Entity::find().count(db).await?).ok();
        let (mut done, mut after) = (0, None);
        loop {
            let page = page(running, after).await?;
            let Some(last) = page.last() else { return Ok(End::DONE) };
            let txn = running.begin().await?;
            evaluate(&txn, &page).await?;
            txn.commit().await?;
            done += i64::try_from(page.len()).unwrap_or_default();
            running.progress(done, total, &self.cause).await?;
            after = Some(*last);
        }
    }
}

async fn page(running: &Running, after: Option<PairingId>) -> Result<Vec<PairingId>> {
    let mut pairings = pairing::Entity::find().order_by_asc(pairing::Column::Id).limit(PAGE);
    if let Some(after) = after {
        pairings = pairings.filter(pairing::Column::Id.gt(after));
    }
    let ids = pairings.select_only().column(pairing::Column::Id).into_tuple();
    Ok(ids.all(running.ctx().db()).await?)
}
