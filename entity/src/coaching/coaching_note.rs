//! `coaching_notes`: what a coach keeps in mind about an assistant or a pairing.

use {
    crate::{
        closed_set::closed_set,
        id::{CoachingNoteId, EaId, PairingId, UserId},
        kernel::user,
        scalar::DateTime,
    },
    sea_orm::entity::prelude::*,
};

closed_set! {
    /// What a note is about.
    NoteType {
        /// An assistant; one note each.
        EaLevel,
        /// A pairing; one note each.
        PairingLevel,
    }
}

/// What a coach keeps in mind about an assistant or a pairing.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "coaching_notes",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "CoachingNoteRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CoachingNoteId,
    /// What the note is about.
    pub note_type: NoteType,
    /// The assistant of an `EA_LEVEL` note; none otherwise.
    pub ea_id: Option<EaId>,
    /// The pairing of a `PAIRING_LEVEL` note; none otherwise.
    pub pairing_id: Option<PairingId>,
    /// The note itself.
    pub content: String,
    /// Who wrote it last.
    pub updated_by: UserId,
    /// Counts the edits; an update names the version that it was made from.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
    #[sea_orm(belongs_to, from = "ea_id", to = "id")]
    pub ea: BelongsTo<Option<super::ea::Entity>>,
    #[sea_orm(belongs_to, from = "pairing_id", to = "id")]
    pub pairing: BelongsTo<Option<super::pairing::Entity>>,
    #[sea_orm(belongs_to, from = "updated_by", to = "id")]
    pub editor: BelongsTo<user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
