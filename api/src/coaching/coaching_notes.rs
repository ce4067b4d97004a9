//! `CoachingNote`: what coaches keep in mind.

use {
    super::{eas::ExecutiveAssistant, pairings::Pairing},
    crate::{
        graphql::object::{object, roots},
        kernel::users::User,
    },
    entity::coaching::coaching_note,
};

object! {
    /// What a coach keeps in mind about an assistant or a pairing.
    CoachingNote: coaching_note;
    one {
        /// Who wrote it last.
        editor(updated_by): User;
    }
    optional {
        /// The assistant that it is about.
        ea(ea_id): ExecutiveAssistant;
        /// The pairing that it is about.
        pairing(pairing_id): Pairing;
    }
}

roots! {
    CoachingNoteQuery: CoachingNote;
    one {
        /// The note with an id.
        coaching_note;
    }
    many {
        /// Notes, last edited first unless ordered otherwise.
        coaching_notes;
    }
}
