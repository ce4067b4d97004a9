//! How pairings stand, and how that came to be.

use {
    crate::kernel::{
        access::guarded,
        ctx::Ctx,
        edit,
        error::Result,
        list::{
            list,
            operators::{Choice, Span},
            predicate::Predicate,
        },
        txn::Txn,
    },
    entity::{
        coaching::{pairing, pairing_health_change},
        id::AnyId,
        scalar::{DateTime, Json},
    },
    serde_json::json,
};

list! {
    pairing_health_change;
    /// Narrows a list of changes of health.
    filter PairingHealthChangeFilter {
        /// By pairing.
        pairing_id: Choice<AnyId>,
        /// By when it changed.
        changed_at: Span<DateTime>,
    }
    /// The order of a list of changes of health.
    order PairingHealthChangeOrder by PairingHealthChangeOrderField {
        /// By when it changed.
        ChangedAt = "changed_at",
    }
    default "changed_at" Desc;
    indexes { ["pairing_id"] "changed_at"; }
}

guarded! {
    pairing_health_change: HealthRead;
    own(_) {
        Predicate::none()
    }
    shown {
        Id, PairingId, HealthStatus, AutoHealthStatus, Reasons, IsOverride, ChangedBy, ChangedAt,
    }
}

/// The reasons for the health of a pairing that nobody has reported on yet.
pub(crate) fn new_pairing(since: DateTime) -> Json {
    let text = "No report is expected yet to judge by.";
    Json(json!([{ "code": "NEW_PAIRING", "text": text, "since": since.to_string() }]))
}

/// Keeps how a pairing stands from now on.
pub(crate) async fn record(ctx: &Ctx, txn: &Txn, pairing: &pairing::Model) -> Result<()> {
    edit::insert(txn, change(ctx, pairing)).await?;
    Ok(())
}

/// The change to how a pairing stands from now on.
pub(super) fn change(ctx: &Ctx, pairing: &pairing::Model) -> pairing_health_change::Model {
    pairing_health_change::Model {
        id: ctx.new_id(),
        pairing_id: pairing.id,
        health_status: pairing.health_status,
        auto_health_status: pairing.auto_health_status,
        reasons: pairing.health_reasons.clone(),
        is_override: pairing.health_status_override,
        changed_by: ctx.viewer().user_id(),
        changed_at: ctx.now(),
    }
}
