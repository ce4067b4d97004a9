//! `two_factors`: a second factor: codes that a person's device computes.

use {
    crate::{
        id::{TwoFactorId, UserId},
        scalar::DateTime,
        sealed::Sealed,
    },
    sea_orm::entity::prelude::*,
};

/// A second factor: codes that a person's device computes.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "two_factors",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "SecondFactorRow")),
    model_ex_attrs(derive(async_graphql::Description))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TwoFactorId,
    /// Whose.
    pub user_id: UserId,
    /// What the device computes the codes from.
    #[graphql(skip)]
    pub secret: Sealed<Vec<u8>>,
    /// When the person first gave a code, from when on it is asked for; not yet when null.
    pub confirmed_at: Option<DateTime>,
    /// The last 30 seconds, counted from 1970, whose code was used: none is taken twice.
    #[graphql(skip)]
    pub last_step: i64,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
