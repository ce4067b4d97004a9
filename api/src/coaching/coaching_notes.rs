//! `CoachingNote`: what coaches keep in mind.

use {
    super::{eas::ExecutiveAssistant, pairings::Pairing},
    crate::{
        graphql::{
            mutation::mutations,
            object::{object, roots},
        },
        kernel::users::User,
    },
    entity::coaching::coaching_note,
    service::coaching::coaching_notes::{
        self, CoachingNoteCreateInput, CoachingNoteDeleteInput, CoachingNoteUpdateInput,
    },
};

object! {
    /// What a coach keeps in mind about an assistant or a pairing.
    CoachingNote: coaching_note;
    optional {
        /// The assistant that it is about.
        ea(ea_id): ExecutiveAssistant;
        /// The pairing that it is about.
        pairing(pairing_id): Pairing;
    }
    perhaps {
        /// Who wrote it last; null for a reader who does not see that person.
        editor(updated_by): User;
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

mutations! {
    CoachingNoteMutation;
    /// Writes the note of an assistant or of a pairing; `CONFLICT` when it has one already.
    coaching_note_create(CoachingNoteCreateInput) -> CoachingNoteCreatePayload {
        /// The note.
        coaching_note: CoachingNote
    } = coaching_notes::create;
    /// Edits a note.
    coaching_note_update(CoachingNoteUpdateInput) -> CoachingNoteUpdatePayload {
        /// The note as it is now.
        coaching_note: CoachingNote
    } = coaching_notes::update;
    /// Deletes a note.
    coaching_note_delete(CoachingNoteDeleteInput) -> CoachingNoteDeletePayload {
        /// The note as it was.
        coaching_note: CoachingNote
    } = coaching_notes::delete;
}
