//! `eas`: an executive assistant: a user and its working day.

use {
    crate::{
        id::EaId,
        kernel::user,
        scalar::{DateTime, LocalDate, LocalTime, TimeZone},
    },
    sea_orm::entity::prelude::*,
};

/// An executive assistant: a user and its working day.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "eas",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "EaRow")),
    model_ex_attrs(derive(async_graphql::Description))
)]
pub struct Model {
    /// The assistant's own user id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EaId,
    /// When the working day begins, on the assistant's own clock.
    pub expected_show_up_time: LocalTime,
    /// Where the assistant lives: "today" is today there.
    pub timezone: TimeZone,
    /// The days of the week that are worked, a bit a day, Monday being 1; told as `workDays`.
    #[graphql(skip)]
    pub work_week: i16,
    /// From when the assistant may join the health plan.
    pub healthcare_eligibility_date: Option<LocalDate>,
    /// Counts the edits; an update names the version that it was made from.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
    #[sea_orm(belongs_to, from = "id", to = "id")]
    pub user: BelongsTo<user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
