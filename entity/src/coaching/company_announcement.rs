//! `company_announcements`: a message to all assistants.

use {
    crate::{
        id::{CompanyAnnouncementId, UserId},
        kernel::user,
        scalar::DateTime,
    },
    sea_orm::entity::prelude::*,
};

/// A message to all assistants.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "company_announcements",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "CompanyAnnouncementRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CompanyAnnouncementId,
    /// The headline.
    pub title: String,
    /// The message.
    pub content: String,
    /// Whether it is shown while it runs.
    pub is_active: bool,
    /// From when it is shown.
    pub starts_at: DateTime,
    /// Until when it is shown; none for ever.
    pub expires_at: Option<DateTime>,
    /// Who wrote it.
    pub created_by: UserId,
    /// Counts the edits; an update names the version that it was made from.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
    #[sea_orm(belongs_to, from = "created_by", to = "id")]
    pub author: BelongsTo<user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
