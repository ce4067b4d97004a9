//! Hashes over the audit trail, each over the one before.

use {
    crate::kernel::{ctx::Ctx, error::Result, jobs::chore::chore},
    chrono::{TimeDelta, Utc},
    entity::{
        id::AuditEntryId,
        kernel::{audit_entry, audit_seal},
        scalar::DateTime,
    },
    sea_orm::{
        ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
        PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    },
    serde_json::json,
    sha2::{Digest, Sha256},
    std::fmt::Write,
    uuid::Builder,
};

/// How long an entry may be on its way into the database before it is sealed, in minutes: entries
/// are ordered by their ids, which servers make of their clocks, and one that came in below a seal
/// would break it. So far may the clocks of servers lie apart, or one be set back while its server
/// stands still: a server that runs makes no id below an earlier one.
const SETTLING_MINUTES: i64 = 5;
/// How many entries are read at once.
const PAGE: u64 = 1_000;
/// Held by the one server that seals.
const KEY: i64 = 0x5649_4749_4c02;
/// What the first seal is put over.
const NOTHING: &str = "";

/// What a look at the trail has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How many entries are under seals that hold.
    pub sealed: u64,
    /// How many entries are not sealed yet.
    pub unsealed: u64,
    /// The hash of the last seal that holds; kept elsewhere, it gives away seals that were all
    /// made anew.
    pub head: Option<String>,
    /// Whether one of the seals has the hash that was asked for; true when none was.
    pub is_head_known: bool,
    /// The first seal that does not hold.
    pub broken: Option<Broken>,
}

/// A seal that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The last entry that it covers.
    pub last_entry: AuditEntryId,
    /// When it was set.
    pub sealed_at: DateTime,
    /// How many entries it was put over.
    pub sealed: i64,
    /// How many entries are there now.
    pub found: u64,
}

chore! {
    /// Seals the audit trail.
    Seal = "audit.seal" by seal
}

/// Seals the entries that are not sealed yet, but for the newest. Answers how many there were.
pub async fn seal(ctx: &Ctx) -> Result<u64> {
    let permit = ctx.may_as_server()?;
    let txn = ctx.begin(permit).await?;
    if !txn.try_lock(KEY).await? {
        return Ok(0);
    }
    let newest = audit_seal::Entity::find().order_by_desc(audit_seal::Column::LastEntryId);
    let newest = newest.one(&txn).await?;
    let (after, hash) =
        newest.map_or((None, NOTHING.to_owned()), |it| (Some(it.last_entry_id), it.hash));
    let until = first_id(*ctx.now() - TimeDelta::minutes(SETTLING_MINUTES));
    let range = Range { after, until: Until::Before(until) };
    let Some(Covered { last, count, hash }) = cover(&txn, &range, &hash).await? else {
        // Dropped, it would keep its lock until its connection is taken back.
        txn.rollback().await?;
        return Ok(0);
    };
    let row = audit_seal::Model {
        id: ctx.new_id(),
        last_entry_id: last,
        entry_count: i64::try_from(count).unwrap_or(i64::MAX),
        hash,
        created_at: ctx.now(),
    };
    let row = row.into_active_model().reset_all();
    audit_seal::Entity::insert(row).exec_without_returning(&txn).await?;
    txn.commit().await?;
    Ok(count)
}

/// Looks whether every seal holds, and whether one has a hash that is known from before.
pub async fn verify(ctx: &Ctx, known: Option<&str>) -> Result<Verdict> {
    ctx.may_as_server()?;
    let db = ctx.db();
    let mut verdict = Verdict {
        sealed: 0,
        unsealed: 0,
        head: None,
        is_head_known: known.is_none(),
        broken: None,
    };
    let mut after = None;
    loop {
        let mut seals = audit_seal::Entity::find().order_by_asc(audit_seal::Column::LastEntryId);
        if let Some(after) = after {
            seals = seals.filter(audit_seal::Column::LastEntryId.gt(after));
        }
        let seals = seals.limit(PAGE).all(db).await?;
        for audit_seal::Model { id: _, last_entry_id, entry_count, hash, created_at } in &seals {
            let range = Range { after, until: Until::At(*last_entry_id) };
            let before = verdict.head.as_deref().unwrap_or(NOTHING);
            let covered = cover(db, &range, before).await?;
            let found = covered.as_ref().map_or(0, |it| it.count);
            if covered.is_none_or(|it| it.hash != *hash || it.last != *last_entry_id) {
                verdict.broken = Some(Broken {
                    last_entry: *last_entry_id,
                    sealed_at: *created_at,
                    sealed: *entry_count,
                    found,
                });
                return Ok(verdict);
            }
            verdict.sealed += found;
            verdict.is_head_known |= known == Some(hash.as_str());
            verdict.head = Some(hash.clone());
            after = Some(*last_entry_id);
        }
        if seals.is_empty() {
            break;
        }
    }
    let mut unsealed = audit_entry::Entity::find();
    if let Some(after) = after {
        unsealed = unsealed.filter(audit_entry::Column::Id.gt(after));
    }
    verdict.unsealed = unsealed.count(db).await?;
    Ok(verdict)
}

/// Entries behind one another, by id: when they were made is another matter once a clock was set
/// back.
struct Range {
    after: Option<AuditEntryId>,
    until: Until,
}

enum Until {
    Before(AuditEntryId),
    At(AuditEntryId),
}

/// The smallest id that is made at an instant.
fn first_id(at: chrono::DateTime<Utc>) -> AuditEntryId {
    let millisecond = u64::try_from(at.timestamp_millis()).unwrap_or_default();
    Builder::from_unix_timestamp_millis(millisecond, &[0; 10]).into_uuid().into()
}

/// What a seal is put over.
struct Covered {
    last: AuditEntryId,
    count: u64,
    hash: String,
}

/// Reads the entries of a range and hashes them, over the hash before; none when there are none.
async fn cover(db: &impl ConnectionTrait, range: &Range, before: &str) -> Result<Option<Covered>> {
    let mut hash = Sha256::new();
    hash.update(before);
    let (mut last, mut count) = (range.after, 0);
    loop {
        let mut page = audit_entry::Entity::find().order_by_asc(audit_entry::Column::Id);
        if let Some(last) = last {
            page = page.filter(audit_entry::Column::Id.gt(last));
        }
        page = match range.until {
            Until::Before(id) => page.filter(audit_entry::Column::Id.lt(id)),
            Until::At(id) => page.filter(audit_entry::Column::Id.lte(id)),
        };
        let rows = page.limit(PAGE).all(db).await?;
        let Some(newest) = rows.last() else { break };
        last = Some(newest.id);
        count += rows.len() as u64;
        for row in rows {
            hash.update(canonical(row));
        }
    }
    let hash = hex(&hash.finalize());
    Ok(last.filter(|_| count > 0).map(|last| Covered { last, count, hash }))
}

/// An entry as one line of text, the same whenever it is read.
fn canonical(entry: audit_entry::Model) -> String {
    let audit_entry::Model {
        id,
        user_id,
        action,
        operation,
        resource,
        resource_id,
        changes,
        ip_address,
        user_agent,
        correlation_id,
        created_at,
    } = entry;
    let line = json!([
        id.to_string(),
        user_id.map(|it| it.to_string()),
        action,
        operation,
        resource,
        resource_id.to_string(),
        changes.0,
        ip_address,
        user_agent,
        correlation_id.to_string(),
        created_at.to_string(),
    ]);
    format!("{line}\n")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
