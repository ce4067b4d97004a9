//! Coaching notes: what coaches keep in mind.

use {
    crate::kernel::{
        access::guarded,
        check::{Check, TEXT},
        conflict::{self, Unique},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{
            list,
            operators::{Choice, OptionalChoice},
            predicate::Predicate,
        },
        users,
    },
    async_graphql::{InputObject, MaybeUndefined},
    entity::{
        coaching::{
            coaching_note::{self, NoteType},
            ea, pairing,
        },
        id::{AnyId, CoachingNoteId, EaId, PairingId},
        kernel::capability::Capability,
    },
    sea_orm::IntoActiveModel,
};

list! {
    coaching_note;
    /// Narrows a list of notes.
    filter CoachingNoteFilter {
        /// By what they are about.
        note_type: Choice<NoteType>,
        /// By assistant.
        ea_id: OptionalChoice<AnyId>,
        /// By pairing.
        pairing_id: OptionalChoice<AnyId>,
    }
    /// The order of a list of notes.
    order CoachingNoteOrder by CoachingNoteOrderField {
        /// By when they were last edited.
        UpdatedAt = "updated_at",
    }
    default "updated_at" Desc;
    indexes {}
}

guarded! {
    coaching_note: NotesRead;
    // An assistant reads the note about itself, but none about a pairing.
    own(person) {
        Predicate::is("ea_id", person.id)
    }
    shown { Id, NoteType, EaId, PairingId, Content, UpdatedBy, Version, CreatedAt, UpdatedAt }
}

/// One note an assistant, one note a pairing.
const NOTE_TAKEN: [Unique; 2] = [
    Unique {
        table: "coaching_notes",
        columns: &["ea_id"],
        field: "eaId",
        message: "has a note already; edit that one",
    },
    Unique {
        table: "coaching_notes",
        columns: &["pairing_id"],
        field: "pairingId",
        message: "has a note already; edit that one",
    },
];

/// A note to write.
#[derive(Clone, Debug, InputObject)]
pub struct CoachingNoteCreateInput {
    /// What it is about.
    pub note_type: NoteType,
    /// The assistant; for an `EA_LEVEL` note, and only then.
    pub ea_id: Option<Given<EaId>>,
    /// The pairing; for a `PAIRING_LEVEL` note, and only then.
    pub pairing_id: Option<Given<PairingId>>,
    /// The note itself, 1 to 10,000 characters.
    pub content: String,
}

/// Changes to a note.
#[derive(Clone, Debug, InputObject)]
pub struct CoachingNoteUpdateInput {
    /// Which.
    pub id: Given<CoachingNoteId>,
    /// The version that the changes were made from.
    pub expected_version: i32,
    /// The note itself, 1 to 10,000 characters.
    pub content: MaybeUndefined<String>,
}

/// A note to delete.
#[derive(Clone, Debug, InputObject)]
pub struct CoachingNoteDeleteInput {
    /// Which.
    pub id: Given<CoachingNoteId>,
}

/// What it takes to write a note of a type.
fn writing(note_type: NoteType) -> Capability {
    match note_type {
        NoteType::EaLevel => Capability::AssistantNotesWrite,
        NoteType::PairingLevel => Capability::PairingNotesWrite,
    }
}

/// Writes the note of an assistant or of a pairing.
pub async fn create(ctx: &Ctx, input: CoachingNoteCreateInput) -> Result<coaching_note::Model> {
    let CoachingNoteCreateInput { note_type, ea_id, pairing_id, content } = input;
    let permit = ctx.may(writing(note_type))?;
    let updated_by = users::author(ctx)?;
    let mut check = Check::new();
    let content = check.text("content", &content, TEXT);
    let is_about_ea = note_type == NoteType::EaLevel;
    let only = |needed| {
        if needed {
            "must be given for a note of this type"
        } else {
            "must be left out for a note of this type"
        }
    };
    check.require(ea_id.is_some() == is_about_ea, "eaId", only(is_about_ea));
    check.require(pairing_id.is_some() != is_about_ea, "pairingId", only(!is_about_ea));
    check.done()?;
    let txn = ctx.begin(permit).await?;
    let ea_id = match ea_id {
        Some(id) => Some(edit::read::<ea::Entity, _>(&txn, "eaId", id).await?.id),
        None => None,
    };
    let pairing_id = match pairing_id {
        Some(id) => Some(edit::read::<pairing::Entity, _>(&txn, "pairingId", id).await?.id),
        None => None,
    };
    let (id, now) = (ctx.new_id(), ctx.now());
    let row = coaching_note::Model {
        id,
        note_type,
        ea_id,
        pairing_id,
        content,
        updated_by,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let row = edit::insert(&txn, row).await.map_err(|it| conflict::told(it, &NOTE_TAKEN))?;
    txn.commit().await?;
    Ok(row)
}

/// Edits a note.
pub async fn update(ctx: &Ctx, input: CoachingNoteUpdateInput) -> Result<coaching_note::Model> {
    let CoachingNoteUpdateInput { id, expected_version, content } = input;
    let updated_by = users::author(ctx)?;
    let txn = ctx.begin(ctx.may(Capability::NotesRead)?).await?;
    let before = edit::find_at::<coaching_note::Entity, _>(&txn, id, expected_version).await?;
    ctx.may(writing(before.note_type))?;
    let mut row = before.clone().into_active_model();
    let mut check = Check::new();
    check.patch("content", content, &mut row.content, |check, it| {
        Some(check.text("content", &it, TEXT))
    });
    check.done()?;
    row.updated_by.set_if_not_equals(updated_by);
    let row = edit::save::<coaching_note::Entity, _>(&txn, &before, row).await?;
    txn.commit().await?;
    Ok(row)
}

/// Deletes a note.
pub async fn delete(ctx: &Ctx, input: CoachingNoteDeleteInput) -> Result<coaching_note::Model> {
    let txn = ctx.begin(ctx.may(Capability::NotesRead)?).await?;
    let row = edit::find::<coaching_note::Entity, _>(&txn, "id", input.id).await?;
    ctx.may(writing(row.note_type))?;
    let row = edit::delete::<coaching_note::Entity>(&txn, row, "is still in use").await?;
    txn.commit().await?;
    Ok(row)
}
