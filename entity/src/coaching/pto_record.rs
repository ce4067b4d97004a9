//! `pto_records`: days on which an assistant does not work.

use {
    crate::{
        closed_set::closed_set,
        id::{EaId, PtoRecordId},
        scalar::{DateTime, LocalDate},
    },
    sea_orm::entity::prelude::*,
};

closed_set! {
    /// Why an assistant is away.
    PtoReason {
        /// Paid time off.
        Pto,
        /// Sick.
        Sick,
        /// Anything else.
        Other,
    }
}

/// Days on which an assistant does not work.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "pto_records",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "PtoRecordRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PtoRecordId,
    /// Who is away.
    pub ea_id: EaId,
    /// The first day away.
    pub start_date: LocalDate,
    /// The last day away, inclusive.
    pub end_date: LocalDate,
    /// Why.
    pub reason: PtoReason,
    /// Counts the edits; an update names the version that it was made from.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
    #[sea_orm(belongs_to, from = "ea_id", to = "id")]
    pub ea: BelongsTo<super::ea::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
