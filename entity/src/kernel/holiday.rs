//! `holidays`: a period in which the organisation does not work.

use {
    crate::{
        id::HolidayId,
        scalar::{DateTime, LocalDate},
    },
    sea_orm::entity::prelude::*,
};

/// A period in which the organisation does not work.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "holidays",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "HolidayRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HolidayId,
    /// What it is called.
    pub name: String,
    /// Its first day.
    pub start_date: LocalDate,
    /// Its last day, inclusive.
    pub end_date: LocalDate,
    /// Counts the edits; an update names the version that it was made from.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
}

impl ActiveModelBehavior for ActiveModel {}
