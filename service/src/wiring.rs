//! Where domains meet: what the kernel asks of all of them, in one visible list.

use {
    crate::{
        coaching::{evaluation::ticks, pairings, reevaluation, second_opinion},
        kernel::{
            access::Person,
            audit,
            error::Result,
            events, identity,
            identity::post,
            jobs::{
                self,
                periods::{CatchUp, Period},
                registry::Kind,
            },
            notify,
            txn::Txn,
        },
    },
    chrono_tz::UTC,
    entity::kernel::holiday,
    sea_orm::sea_query::SelectStatement,
};

/// The ids of people whom a person works with, a statement a domain.
pub(crate) fn acquaintances(person: Person) -> Vec<SelectStatement> {
    pairings::acquaintances(person)
}

/// What follows when the organisation works on other days.
pub(crate) async fn holiday_changed(txn: &Txn, row: &holiday::Model, how: &str) -> Result<()> {
    let cause = format!("holiday {}, version {}, {how}", row.id, row.version);
    reevaluation::because(txn, cause).await
}

/// Every kind of job, a line each.
pub fn jobs() -> Vec<Kind> {
    vec![
        Kind::of::<audit::Seal>(),
        Kind::of::<events::pruning::Prune>(),
        Kind::of::<identity::pruning::Prune>(),
        Kind::of::<jobs::pruning::Prune>(),
        Kind::of::<notify::delivery::Delivery>(),
        Kind::of::<notify::lost::Look>(),
        Kind::of::<post::Delivery>(),
        Kind::of::<post::Errand>(),
        Kind::of::<reevaluation::Reevaluate>(),
        Kind::of::<second_opinion::SecondOpinion>(),
        Kind::of::<second_opinion::pruning::Prune>(),
        Kind::of::<ticks::Watch>(),
    ]
}

/// What is done by the clock, a line each: minute, hour, day of the month, month, day of the week.
pub fn periods() -> Vec<Period> {
    vec![
        Period::of::<audit::Seal>("* * * * *", UTC, CatchUp::Last),
        Period::of::<ticks::Watch>("* * * * *", UTC, CatchUp::Last),
        Period::of::<notify::lost::Look>("* * * * *", UTC, CatchUp::Skip),
        Period::of::<jobs::pruning::Prune>("7 * * * *", UTC, CatchUp::Last),
        Period::of::<identity::pruning::Prune>("17 * * * *", UTC, CatchUp::Last),
        Period::of::<events::pruning::Prune>("27 3 * * *", UTC, CatchUp::Last),
        Period::of::<second_opinion::pruning::Prune>("37 3 * * *", UTC, CatchUp::Last),
    ]
}
