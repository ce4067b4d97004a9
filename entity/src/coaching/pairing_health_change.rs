//! `pairing_health_history`: a change of a pairing's health.

use {
    super::pairing::HealthStatus,
    crate::{
        id::{PairingHealthChangeId, PairingId, UserId},
        kernel::user,
        scalar::{DateTime, Json},
    },
    sea_orm::entity::prelude::*,
};

/// A change of a pairing's health.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "pairing_health_history",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "PairingHealthChangeRow")),
    model_ex_attrs(derive(async_graphql::Description))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PairingHealthChangeId,
    /// The pairing that changed.
    pub pairing_id: PairingId,
    /// How it stands from then on.
    pub health_status: HealthStatus,
    /// How it stands by the rules alone.
    pub auto_health_status: HealthStatus,
    /// Why, as a list of `{code, text, since}`; told as `reasons`.
    #[graphql(skip)]
    pub reasons: Json,
    /// The same in points, 0 to 100: the more, the better.
    pub health_score: i32,
    /// Whether a person set it.
    pub is_override: bool,
    /// Who changed it; none for the rules.
    pub changed_by: Option<UserId>,
    /// When it changed.
    pub changed_at: DateTime,
    #[sea_orm(belongs_to, from = "pairing_id", to = "id")]
    pub pairing: BelongsTo<super::pairing::Entity>,
    #[sea_orm(belongs_to, from = "changed_by", to = "id")]
    pub changer: BelongsTo<Option<user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
