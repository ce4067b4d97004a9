//! `Pairing`: an assistant working for a client.

use {
    super::{
        alerts::Alert, clients::Client, coaching_notes::CoachingNote, eas::ExecutiveAssistant,
        pairing_health::PairingHealthChange, reports::EndOfDayReport,
    },
    crate::{
        graphql::object::{object, roots},
        kernel::users::User,
    },
    entity::coaching::pairing,
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
    optional {
        /// Who set how the pairing stands.
        health_overrider(health_override_by): User;
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
        /// How the pairing came to stand as it does, newest change first.
        health_history("pairing_id"): PairingHealthChange;
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
