//! `start_of_day_logs`: an assistant's pressing of the start button.

use {
    crate::{
        id::{EaId, StartOfDayLogId},
        scalar::{DateTime, LocalDate, LocalTime},
    },
    sea_orm::entity::prelude::*,
};

/// An assistant's pressing of the start button.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "start_of_day_logs",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "StartOfDayLogRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StartOfDayLogId,
    /// Who started.
    pub ea_id: EaId,
    /// The day of the shift, on the assistant's own calendar.
    pub log_date: LocalDate,
    /// When the button was pressed.
    pub logged_at: DateTime,
    /// When the shift was to begin, as it stood then.
    pub expected_show_up_time: LocalTime,
    /// Whether it was more than 30 minutes late.
    pub was_late: bool,
    /// How many whole minutes late; 0 when in time.
    pub minutes_late: i32,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
    #[sea_orm(belongs_to, from = "ea_id", to = "id")]
    pub ea: BelongsTo<super::ea::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
