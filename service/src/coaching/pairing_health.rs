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
    async_graphql::SimpleObject,
    entity::{
        coaching::{
            pairing::{self, HealthReasonCode},
            pairing_health_change,
        },
        id::AnyId,
        scalar::{DateTime, Json, LocalDate},
    },
    serde::Deserialize,
    serde_json::{Value, json},
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
        Id, PairingId, HealthStatus, AutoHealthStatus, Reasons, HealthScore, IsOverride, ChangedBy,
        ChangedAt,
    }
}

/// How many points a pairing has that stands as well as can be.
pub(crate) const SCORE_MAX: i32 = 100;

/// A reason why a pairing stands as it does.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct HealthReason {
    /// Which.
    pub code: HealthReasonCode,
    /// In words for people.
    pub text: String,
    /// The day since which it has been so without a break, on the assistant's own calendar.
    pub since: LocalDate,
}

impl HealthReason {
    /// Reads those that are stored; one that cannot be read is left out.
    pub fn all(stored: &Json) -> Vec<Self> {
        stored.0.as_array().into_iter().flatten().filter_map(Self::read).collect()
    }

    fn read(stored: &Value) -> Option<Self> {
        let code = HealthReasonCode::deserialize(&stored["code"]).ok()?;
        let since = stored["since"].as_str()?.parse().ok()?;
        Some(Self { code, text: stored["text"].as_str()?.to_owned(), since })
    }

    /// Them as they are stored.
    pub(crate) fn store(all: &[Self]) -> Json {
        let store = |Self { code, text, since }: &Self| json!({ "code": code, "text": text, "since": since.to_string() });
        Json(all.iter().map(store).collect())
    }
}

/// The reasons for the health of a pairing that nobody has reported on yet.
pub(crate) fn new_pairing(since: LocalDate) -> Json {
    let text = "no report is due yet".to_owned();
    HealthReason::store(&[HealthReason { code: HealthReasonCode::NewPairing, text, since }])
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
        health_score: pairing.health_score,
        is_override: pairing.health_status_override,
        changed_by: ctx.viewer().user_id(),
        changed_at: ctx.now(),
    }
}
