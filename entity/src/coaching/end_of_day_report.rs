//! `end_of_day_reports`: what an assistant says about one day with one client.

use {
    crate::{
        closed_set::closed_set,
        id::{EaId, EndOfDayReportId, PairingId},
        scalar::{DateTime, LocalDate},
    },
    sea_orm::entity::prelude::*,
};

closed_set! {
    /// How much there was to do.
    WorkloadFeeling {
        /// Less than a day's work.
        Light,
        /// A day's work.
        Moderate,
        /// More than a day's work.
        Heavy,
        /// Far too much.
        Overwhelming,
    }

    /// How new the work was.
    WorkType {
        /// There was hardly any.
        NotMuch,
        /// The usual.
        Regular,
        /// Some usual, some new.
        Mix,
        /// Mostly new.
        MostlyNew,
    }

    /// How the assistant felt.
    FeelingDuringWork {
        /// Great.
        Great,
        /// Good.
        Good,
        /// Okay.
        Okay,
        /// Not great: sick or stressed.
        Stressed,
    }
}

/// What an assistant says about one day with one client.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "end_of_day_reports",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "EndOfDayReportRow"))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EndOfDayReportId,
    /// The pairing that is reported on.
    pub pairing_id: PairingId,
    /// Who reports.
    pub ea_id: EaId,
    /// The day, on the assistant's own calendar.
    pub report_date: LocalDate,
    /// How much there was to do.
    pub workload_feeling: WorkloadFeeling,
    /// How new the work was.
    pub work_type: WorkType,
    /// How the assistant felt.
    pub feeling_during_work: FeelingDuringWork,
    /// What went best.
    pub biggest_win: Option<String>,
    /// What was done.
    pub what_completed: Option<String>,
    /// What is left to do.
    pub pending_tasks: Option<String>,
    /// Whether assistant and client spoke that day.
    pub had_daily_sync: bool,
    /// What was hard. Internal: the client never sees it.
    pub difficulties: Option<String>,
    /// Where help is wanted. Internal: the client never sees it.
    pub support_needed: Option<String>,
    /// Anything else. Internal: the client never sees it.
    pub additional_notes: Option<String>,
    /// Counts the edits; an update names the version that it was made from.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
    #[sea_orm(belongs_to, from = "pairing_id", to = "id")]
    pub pairing: BelongsTo<super::pairing::Entity>,
    #[sea_orm(belongs_to, from = "ea_id", to = "id")]
    pub ea: BelongsTo<super::ea::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
