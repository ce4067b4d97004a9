//! The audit trail: every change of a row, with who made it, written by the transaction itself.
//!
//! Entries are only ever added; the database refuses anything else. [`seal`](seals::seal) puts hashes
//! over them, each over the one before, so that whoever gets around the database is found out by
//! [`verify`](seals::verify).

mod seals;

pub(crate) use seals::Seal;
pub use seals::{Broken, Verdict, seal, verify};

use {
    super::{
        access::guarded,
        bulk::{given, missing},
        error::Result,
        list::{
            list,
            operators::{OptionalChoice, Span},
            predicate::{Predicate, Test},
        },
        txn::Change,
    },
    async_graphql::InputObject,
    entity::{
        id::AnyId,
        kernel::audit_entry::{self, AuditAction},
        scalar::{DateTime, Json},
    },
    sea_orm::ConnectionTrait,
    serde_json::{Map, Value, json},
};

list! {
    audit_entry;
    /// Narrows the audit trail.
    filter AuditEntryFilter {
        /// By who did it.
        user_id: OptionalChoice<AnyId>,
        /// By the row that was changed.
        resource: AuditedRow = of_row,
        /// By when it was done.
        created_at: Span<DateTime>,
    }
    /// The order of the audit trail.
    order AuditEntryOrder by AuditEntryOrderField {
        /// By when it was done.
        CreatedAt = "created_at",
    }
    default "created_at" Desc;
    indexes {
        ["user_id"] "created_at";
        ["resource", "resource_id"] "created_at";
    }
}

guarded! {
    audit_entry: AuditRead;
    own(_) {
        Predicate::none()
    }
    shown {
        Id, UserId, Action, Operation, Resource, ResourceId, Changes, IpAddress, UserAgent,
        CorrelationId, CreatedAt,
    }
}

/// A row that was changed.
#[derive(Clone, Debug, InputObject)]
pub struct AuditedRow {
    /// Its table, such as `alerts`.
    pub table: String,
    /// Its id.
    pub id: AnyId,
}

fn of_row(row: AuditedRow) -> Predicate {
    let AuditedRow { table, id } = row;
    let is = |column, value| Predicate::Column(column, Test::In(vec![value]));
    Predicate::All(vec![is("resource", table.into()), is("resource_id", id.0.into())])
}

/// How much of what a program calls itself is kept, in characters.
const AGENT_CHARS_MAX: usize = 500;
/// Adds an entry for each change that a transaction has made.
pub(super) async fn record(txn: &impl ConnectionTrait, changes: &[Change]) -> Result<()> {
    for changes in changes.chunks(given::ROWS_MAX) {
        let entries: Vec<_> = changes.iter().map(entry).collect();
        missing::insert_all(txn, &entries.iter().collect::<Vec<_>>()).await?;
    }
    Ok(())
}

fn entry(change: &Change) -> audit_entry::Model {
    let ctx = &change.by;
    let origin = ctx.origin();
    let agent = origin.agent.as_ref().filter(|it| !it.is_empty());
    audit_entry::Model {
        id: ctx.new_id(),
        user_id: ctx.viewer().user_id(),
        action: change.action,
        operation: ctx.operation().to_owned(),
        resource: change.table.clone(),
        resource_id: AnyId(change.id),
        changes: Json(Value::Object(difference(change))),
        ip_address: origin.address.map(|it| it.to_string()),
        user_agent: agent.map(|it| it.chars().take(AGENT_CHARS_MAX).collect()),
        correlation_id: AnyId(ctx.correlation()),
        created_at: ctx.now(),
    }
}

/// The columns that changed, with what they were and what they are.
fn difference(change: &Change) -> Map<String, Value> {
    let Change { by: _, action, table: _, id: _, before, after, cause: _ } = change;
    let columns = if *action == AuditAction::Delete { before } else { after };
    let changed = columns.keys().filter_map(|column| {
        let value = |of: &Map<String, Value>| of.get(column).cloned().unwrap_or_default();
        let (from, to) = (value(before), value(after));
        if from == to {
            return None;
        }
        let told = match action {
            AuditAction::Create => json!({ "to": to }),
            AuditAction::Update => json!({ "from": from, "to": to }),
            AuditAction::Delete => json!({ "from": from }),
        };
        Some((column.clone(), told))
    });
    changed.collect()
}
