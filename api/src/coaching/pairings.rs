//! `Pairing`: an assistant working for a client.

use {
    super::{
        alerts::Alert, clients::Client, coaching_notes::CoachingNote, eas::ExecutiveAssistant,
        pairing_health::PairingHealth, reports::EndOfDayReport,
    },
    crate::graphql::{
        mutation::mutations,
        object::{computed, newest, object, roots, shown},
        subscription::subscriptions,
    },
    async_graphql::{Context, Result},
    entity::{coaching::pairing, kernel::audit_entry::AuditAction},
    service::coaching::pairings::{
        self, PairingAcceleratorAdvanceInput, PairingCreateInput, PairingDeleteInput,
        PairingHealthOverrideInput, PairingUpdateInput,
    },
    service::coaching::standings::PairingStanding,
};

object! {
    /// An assistant working for a client.
    Pairing: pairing;
    one {
        /// Who works.
        ea(ea_id): ExecutiveAssistant;
        /// Whom the work is done for.
        client(client_id): Client;
    }
    sole {
        /// What coaches keep in mind about the pairing.
        note("pairing_id"): CoachingNote;
    }
    many {
        /// The pairing's reports, newest day first unless ordered otherwise.
        reports("pairing_id"): EndOfDayReport;
        /// The pairing's alerts, newest first unless ordered otherwise.
        alerts("pairing_id"): Alert;
    }
    and {
        /// How the pairing stands, and why.
        #[expect(clippy::unused_async, reason = "resolvers are asynchronous")]
        async fn health(&self, ctx: &Context<'_>) -> Result<PairingHealth> {
            shown(ctx, self, pairing::Column::HealthStatus)?;
            Ok(PairingHealth((*self.row).clone()))
        }

        /// The pairing's report of the newest day, if it has one.
        async fn latest_report(&self, ctx: &Context<'_>) -> Option<Result<EndOfDayReport>> {
            newest(ctx, "pairing_id", self.row.id).await.transpose()
        }

        /// How the pairing stands today.
        async fn standing(&self, ctx: &Context<'_>) -> Result<PairingStanding> {
            computed(ctx, (), self.row.id).await
        }
    }
}

roots! {
    PairingQuery: Pairing;
    one {
        /// The pairing with an id.
        pairing;
    }
    many {
        /// Pairings, newest first unless ordered otherwise.
        pairings;
    }
}

mutations! {
    PairingMutation;
    /// Pairs an assistant with a client; `CONFLICT` when they are paired already.
    pairing_create(PairingCreateInput) -> PairingCreatePayload {
        /// The pairing.
        pairing: Pairing
    } = pairings::create;
    /// Changes a pairing.
    pairing_update(PairingUpdateInput) -> PairingUpdatePayload {
        /// The pairing as it is now.
        pairing: Pairing
    } = pairings::update;
    /// Deletes a pairing that has neither reports nor alerts, and with it its note and the history
    /// of its health; `CONFLICT` otherwise.
    pairing_delete(PairingDeleteInput) -> PairingDeletePayload {
        /// The pairing as it was.
        pairing: Pairing
    } = pairings::delete;
    /// Says how a pairing stands, whatever the rules say, until it expires; or lets the rules
    /// speak again.
    pairing_health_override(PairingHealthOverrideInput) -> PairingHealthOverridePayload {
        /// The pairing as it is now.
        pairing: Pairing
    } = pairings::override_health;
    /// Takes the accelerator's next step: week 1, 2, 3, 4, complete.
    pairing_accelerator_advance(PairingAcceleratorAdvanceInput) -> PairingAcceleratorAdvancePayload {
        /// The pairing as it is now.
        pairing: Pairing
    } = pairings::advance_accelerator;
}

/// What is told of a pairing's health.
const HEALTH: [&str; 8] = [
    "auto_health_status",
    "health_override_expires_at",
    "health_override_reason",
    "health_override_stale",
    "health_reasons",
    "health_score",
    "health_status",
    "health_status_override",
];

subscriptions! {
    PairingSubscription;
    /// Tells of pairings whose health changed: how they stand, why, or whether a person said so; and
    /// of new ones. A pairing that the filter no longer lets through is not told of.
    pairing_health_changed(HealthRead) -> PairingHealthChangedPayload {
        /// The pairing as it is now; null exactly when `resync` is true.
        pairing: Pairing
    } = |event| event.action == AuditAction::Create || event.has_changed(&HEALTH);
}
