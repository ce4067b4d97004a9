//! When assistants began their days.

use {
    super::evaluation,
    crate::kernel::{
        access::guarded,
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{
            list,
            operators::{Choice, Span},
            predicate::Predicate,
        },
    },
    async_graphql::InputObject,
    engine::attendance::{Arrival, arrival},
    entity::{
        coaching::{ea, start_of_day_log},
        id::{AnyId, EaId},
        kernel::capability::Capability,
        scalar::LocalDate,
    },
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter},
};

list! {
    start_of_day_log;
    /// Narrows a list of logs.
    filter StartOfDayLogFilter {
        /// By assistant.
        ea_id: Choice<AnyId>,
        /// By the day of the shift.
        log_date: Span<LocalDate>,
        /// By whether it was more than 30 minutes late.
        was_late: Choice<bool>,
    }
    /// The order of a list of logs.
    order StartOfDayLogOrder by StartOfDayLogOrderField {
        /// By the day of the shift.
        LogDate = "log_date",
    }
    default "log_date" Desc;
    indexes { ["ea_id"] "log_date"; }
}

guarded! {
    start_of_day_log: AttendanceRead;
    own(person) {
        Predicate::is("ea_id", person.id)
    }
    shown {
        Id, EaId, LogDate, LoggedAt, ExpectedShowUpTime, WasLate, MinutesLate, CreatedAt, UpdatedAt,
    }
}

/// A press of the start button.
#[derive(Clone, Debug, InputObject)]
pub struct StartOfDayLogInput {
    /// Who starts.
    pub ea_id: Given<EaId>,
}

/// Notes that an assistant begins its day, now.
///
/// The shift is the nearest on the assistant's own clock, so that one that begins before midnight
/// may be started after it. A second press for one shift finds the first.
pub async fn log(ctx: &Ctx, input: StartOfDayLogInput) -> Result<start_of_day_log::Model> {
    let permit = ctx.may(Capability::AttendanceLog)?;
    let txn = ctx.begin(permit).await?;
    // Holding the assistant's row, a second press waits for the first.
    let ea = edit::find::<ea::Entity, _>(&txn, "eaId", input.ea_id).await?;
    let now = ctx.now();
    let Arrival { log_date, minutes_late, was_late } =
        arrival(*ea.expected_show_up_time, *ea.timezone, *now);
    let log_date = LocalDate(log_date);
    let earlier = start_of_day_log::Entity::find()
        .filter(start_of_day_log::Column::EaId.eq(ea.id))
        .filter(start_of_day_log::Column::LogDate.eq(log_date));
    if let Some(earlier) = earlier.one(&txn).await? {
        return Ok(earlier);
    }
    let row = start_of_day_log::Model {
        id: ctx.new_id(),
        ea_id: ea.id,
        log_date,
        logged_at: now,
        expected_show_up_time: ea.expected_show_up_time,
        was_late,
        minutes_late: i32::try_from(minutes_late).unwrap_or(i32::MAX),
        created_at: now,
        updated_at: now,
    };
    let row = edit::insert(&txn, row).await?;
    evaluation::evaluate_of(&txn, row.ea_id).await?;
    txn.commit().await?;
    Ok(row)
}
