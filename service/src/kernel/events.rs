//! Events: what happened, written by the transaction that made it happen.
//!
//! [`Txn::commit`](super::txn::Txn::commit) writes an event of each change, in one statement, and
//! then tells the [`bus`]. Whoever wants to know what happens listens to the [`feed`], which reads
//! the log: the log is the truth, the bus only says that there is something to read.

pub mod bus;
pub mod feed;
mod postgres;
pub mod pruning;
mod window;

use {
    super::{
        bulk::{given, missing},
        error::Result,
        txn::Change,
    },
    entity::{
        id::EventLogId,
        kernel::{
            audit_entry::AuditAction,
            event_log::{self, EventActor},
        },
        scalar::Json,
    },
    sea_orm::DatabaseTransaction,
    serde_json::{Map, Value},
    uuid::Uuid,
};

/// What every edit changes, and so nobody needs to be told of.
const ALWAYS_CHANGED: [&str; 2] = ["updated_at", "version"];
/// The key of the payload under which the changed columns stand.
const CHANGED: &str = "changed";

/// Something that happened to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The event's own id.
    pub id: EventLogId,
    /// What happened.
    pub action: AuditAction,
    /// The table of the row.
    pub table: String,
    /// The row.
    pub subject: Uuid,
    /// Which columns have another value; none unless it was changed.
    pub changed: Vec<String>,
}

impl Event {
    /// Whether one of these columns has another value.
    pub fn has_changed(&self, columns: &[&str]) -> bool {
        self.changed.iter().any(|it| columns.contains(&it.as_str()))
    }

    /// Reads a row of the log; none when it is about something else than a row's life.
    fn read(row: event_log::Model) -> Option<Self> {
        let (_, action) = row.event_type.rsplit_once('.')?;
        let action = ACTIONS.iter().find(|(_, name)| *name == action)?.0;
        let changed = row.payload.0.get(CHANGED).and_then(Value::as_array);
        let names = changed.into_iter().flatten().filter_map(Value::as_str);
        let changed = names.map(str::to_owned).collect();
        Some(Self {
            id: row.id,
            action,
            table: row.subject_table,
            subject: row.subject_id,
            changed,
        })
    }
}

/// What became of a row, as the end of an event's type says it.
const ACTIONS: [(AuditAction, &str); 3] = [
    (AuditAction::Create, "created"),
    (AuditAction::Update, "updated"),
    (AuditAction::Delete, "deleted"),
];

/// What a table's rows are called in the types of events.
fn noun(table: &str) -> &str {
    match table {
        "pairing_health_history" => "pairing_health_change",
        "end_of_day_reports" => "report",
        "eas" => "ea",
        "company_announcements" => "announcement",
        plural => plural.strip_suffix('s').unwrap_or(plural),
    }
}

/// Writes an event of each change.
pub(super) async fn write(txn: &DatabaseTransaction, changes: &[Change]) -> Result<()> {
    // What caused a change stands before it.
    let ids: Vec<EventLogId> = changes.iter().map(|it| it.by.new_id()).collect();
    let events = changes.iter().zip(&ids).map(|(change, id)| {
        let cause = change.cause.and_then(|place| ids.get(place));
        event(change, (*id, cause.copied()))
    });
    let events: Vec<_> = events.collect();
    for events in events.chunks(given::ROWS_MAX) {
        missing::insert_all(txn, &events.iter().collect::<Vec<_>>()).await?;
    }
    Ok(())
}

fn event(
    change: &Change,
    (event_id, cause_id): (EventLogId, Option<EventLogId>),
) -> event_log::Model {
    let Change { by, action, table, id, before, after, cause: _ } = change;
    let user_id = by.viewer().user_id();
    let action = ACTIONS.iter().find(|(it, _)| it == action).map_or("", |(_, name)| name);
    event_log::Model {
        id: event_id,
        actor: if user_id.is_some() { EventActor::User } else { EventActor::System },
        user_id,
        event_type: format!("{}.{action}", noun(table)),
        subject_table: table.clone(),
        subject_id: *id,
        payload: Json(Value::Object(payload(before, after))),
        cause_id,
        correlation_id: by.correlation(),
        created_at: by.now(),
    }
}

/// What is told of a change: which columns have another value, and whom the row refers to.
fn payload(before: &Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
    let row = if after.is_empty() { before } else { after };
    let refers = row.iter().filter(|(column, value)| is_reference(column, value));
    let mut payload: Map<_, _> = refers.map(|(it, value)| (it.clone(), value.clone())).collect();
    if !before.is_empty() && !after.is_empty() {
        let changed = after.iter().filter(|(column, value)| {
            before.get(*column) != Some(*value) && !ALWAYS_CHANGED.contains(&column.as_str())
        });
        payload.insert(CHANGED.to_owned(), changed.map(|(column, _)| column.as_str()).collect());
    }
    payload
}

fn is_reference(column: &str, value: &Value) -> bool {
    let is_named_so = ["_id", "_by", "_to"].iter().any(|ending| column.ends_with(ending));
    is_named_so && value.as_str().is_some_and(|it| Uuid::try_parse(it).is_ok())
}

#[cfg(test)]
mod tests {
    use {super::*, serde_json::json};

    fn map(value: Value) -> Map<String, Value> {
        if let Value::Object(map) = value { map } else { Map::new() }
    }

    #[test]
    fn an_event_tells_of_references_and_changed_columns_but_of_no_text() {
        let id = "019a9f3e-0000-7000-8000-000000000000";
        let row = |status: &str, version: i32| {
            map(json!({ "id": id, "pairing_id": id, "assigned_to": null, "notes": id,
                        "status": status, "version": version }))
        };

        let told = payload(&row("NEW", 1), &row("RESOLVED", 2));

        assert_eq!(Value::Object(told), json!({ "pairing_id": id, "changed": ["status"] }));
    }

    #[test]
    fn a_row_that_is_new_or_gone_has_no_changed_columns() {
        let row = map(json!({ "status": "NEW" }));

        assert_eq!(payload(&Map::new(), &row), Map::new());
        assert_eq!(payload(&row, &Map::new()), Map::new());
    }

    #[test]
    fn rows_have_names() {
        let named = ["alerts", "end_of_day_reports", "eas", "users", "pairing_health_history"];

        let expected = ["alert", "report", "ea", "user", "pairing_health_change"];
        assert_eq!(named.map(noun), expected);
    }
}
