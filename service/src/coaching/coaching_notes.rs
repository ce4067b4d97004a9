//! Coaching notes: what coaches keep in mind.

use {
    crate::kernel::list::{
        list,
        operators::{Choice, OptionalChoice},
    },
    entity::{
        coaching::coaching_note::{self, NoteType},
        id::{EaId, PairingId},
    },
};

list! {
    coaching_note;
    /// Narrows a list of notes.
    filter CoachingNoteFilter {
        /// By what they are about.
        note_type: Choice<NoteType>,
        /// By assistant.
        ea_id: OptionalChoice<EaId>,
        /// By pairing.
        pairing_id: OptionalChoice<PairingId>,
    }
    /// The order of a list of notes.
    order CoachingNoteOrder by CoachingNoteOrderField {
        /// By when they were last edited.
        UpdatedAt = "updated_at",
    }
    default "updated_at" Desc;
    indexes {}
}
