//! `PairingHealth`: how a pairing stands, and why; `PairingHealthChange`: how that came to be.

use {
    super::pairings::Pairing,
    crate::{
        graphql::{
            connection::Connection,
            object::{load, object},
        },
        kernel::users::User,
    },
    async_graphql::{Context, Object, Result},
    entity::{
        coaching::{
            pairing::{self, HealthStatus},
            pairing_health_change,
        },
        scalar::DateTime,
    },
    service::{
        coaching::pairing_health::{
            HealthReason, PairingHealthChangeFilter, PairingHealthChangeOrder,
        },
        kernel::list::Arguments,
    },
};

object! {
    /// A change of a pairing's health.
    PairingHealthChange: pairing_health_change;
    one {
        /// The pairing that changed.
        pairing(pairing_id): Pairing;
    }
    optional {
        /// Who changed it; none for the rules.
        changer(changed_by): User;
    }
    and {
        /// Why, the worst first.
        async fn reasons(&self) -> Vec<HealthReason> {
            HealthReason::all(&self.row.reasons)
        }
    }
}

/// How a pairing stands, and why. Whoever sees it sees all of it.
pub(crate) struct PairingHealth(pub(crate) pairing::Model);

/// What a person says of how a pairing stands, whatever the rules say.
pub(crate) struct HealthOverride(pairing::Model);

/// How a pairing stands, and why.
#[Object]
impl PairingHealth {
    /// How the pairing stands: as overridden, else as computed.
    async fn status(&self) -> HealthStatus {
        self.0.health_status
    }

    /// How it stands by the rules alone.
    async fn auto_status(&self) -> HealthStatus {
        self.0.auto_health_status
    }

    /// Why it stands so by the rules, the worst first.
    async fn reasons(&self) -> Vec<HealthReason> {
        HealthReason::all(&self.0.health_reasons)
    }

    /// The same in points, 0 to 100, for sorting and trends: open alerts and missing reports take
    /// some off, good news add some. It never decides the status.
    async fn score(&self) -> i32 {
        self.0.health_score
    }

    /// When the rules last looked.
    async fn computed_at(&self) -> DateTime {
        self.0.health_computed_at
    }

    /// What a person says, if one has said something that has not expired.
    #[graphql(name = "override")]
    async fn overriding(&self) -> Option<HealthOverride> {
        self.0.health_status_override.then(|| HealthOverride(self.0.clone()))
    }

    /// Whether something CRITICAL was found after a person has said how the pairing stands, and is
    /// open: somebody should look again.
    async fn is_override_stale(&self) -> bool {
        self.0.health_override_stale
    }

    /// How the pairing came to stand as it does, newest change first unless ordered otherwise.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of a list")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows from the front of the list: 1 to 100, or 20.")]
        first: Option<i32>,
        #[graphql(desc = "The cursor that the page begins behind.")] after: Option<String>,
        #[graphql(desc = "How many rows from the back of the list: 1 to 100; not beside first.")]
        last: Option<i32>,
        #[graphql(desc = "The cursor that the page ends before.")] before: Option<String>,
        #[graphql(desc = "Which rows; all when left out.")] filter: Option<
            PairingHealthChangeFilter,
        >,
        #[graphql(desc = "In which order: one field; the id breaks ties.")] order_by: Option<
            Vec<PairingHealthChangeOrder>,
        >,
    ) -> Result<Connection<PairingHealthChange>> {
        let arguments = Arguments { first, after, last, before, filter, order_by };
        let parent = ("pairing_id", self.0.id.into());
        Connection::under(ctx, "PairingHealth.history", parent, arguments).await
    }
}

/// How a person has set a pairing to stand.
#[Object]
impl HealthOverride {
    /// Why.
    async fn reason(&self) -> Option<&str> {
        self.0.health_override_reason.as_deref()
    }

    /// Since when.
    async fn at(&self) -> Option<DateTime> {
        self.0.health_override_at
    }

    /// When the rules count again.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.health_override_expires_at
    }

    /// Who said so; none if the account is gone.
    async fn author(&self, ctx: &Context<'_>) -> Option<Result<User>> {
        load(ctx, "id", self.0.health_override_by?).await.transpose()
    }
}
