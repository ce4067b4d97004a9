//! Days on which assistants do not work.

use {
    super::evaluation,
    crate::kernel::{
        access::guarded,
        check::{Check, Violation},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{
            list,
            operators::{Choice, Span},
            predicate::Predicate,
        },
        txn::Txn,
    },
    async_graphql::{InputObject, MaybeUndefined},
    entity::{
        coaching::{
            ea,
            pto_record::{self, PtoReason},
        },
        id::{AnyId, EaId, PtoRecordId},
        kernel::capability::Capability,
        scalar::LocalDate,
    },
    sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter},
};

list! {
    pto_record;
    /// Narrows a list of times off.
    filter PtoRecordFilter {
        /// By assistant.
        ea_id: Choice<AnyId>,
        /// By first day.
        start_date: Span<LocalDate>,
        /// By last day.
        end_date: Span<LocalDate>,
        /// By why.
        reason: Choice<PtoReason>,
    }
    /// The order of a list of times off.
    order PtoRecordOrder by PtoRecordOrderField {
        /// By first day.
        StartDate = "start_date",
    }
    default "start_date" Desc;
    indexes { ["ea_id"] "start_date"; }
}

guarded! {
    pto_record: AttendanceRead;
    own(person) {
        Predicate::is("ea_id", person.id)
    }
    shown { Id, EaId, StartDate, EndDate, Reason, Version, CreatedAt, UpdatedAt }
}

/// Time off to record.
#[derive(Clone, Debug, InputObject)]
pub struct PtoRecordCreateInput {
    /// Who is away.
    pub ea_id: Given<EaId>,
    /// The first day away.
    pub start_date: Given<LocalDate>,
    /// The last day away, inclusive; at most a year after the first.
    pub end_date: Given<LocalDate>,
    /// Why.
    pub reason: PtoReason,
}

/// Changes to time off. What is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub struct PtoRecordUpdateInput {
    /// Which.
    pub id: Given<PtoRecordId>,
    /// The version that the changes were made from.
    pub expected_version: i32,
    /// The first day away.
    pub start_date: MaybeUndefined<Given<LocalDate>>,
    /// The last day away, inclusive; at most a year after the first.
    pub end_date: MaybeUndefined<Given<LocalDate>>,
    /// Why.
    pub reason: MaybeUndefined<PtoReason>,
}

/// Time off to take back.
#[derive(Clone, Debug, InputObject)]
pub struct PtoRecordDeleteInput {
    /// Which.
    pub id: Given<PtoRecordId>,
}

/// Longer, and it is a slip of the keyboard.
const DAYS_MAX: i64 = 366;

/// Records time off. Two times off of one assistant never overlap.
pub async fn create(ctx: &Ctx, input: PtoRecordCreateInput) -> Result<pto_record::Model> {
    let permit = ctx.may(Capability::AttendanceManage)?;
    let PtoRecordCreateInput { ea_id, start_date, end_date, reason } = input;
    let mut check = Check::new();
    let start_date = check.given("startDate", start_date);
    let end_date = check.given("endDate", end_date);
    period(&mut check, start_date, end_date);
    let (start_date, end_date) = check.done_with(start_date.zip(end_date))?;
    let txn = ctx.begin(permit).await?;
    // Holding the assistant's row, nobody else adds time off beside it.
    let ea = edit::find::<ea::Entity, _>(&txn, "eaId", ea_id).await?;
    let (id, ea_id, now) = (ctx.new_id(), ea.id, ctx.now());
    let (version, created_at, updated_at) = (1, now, now);
    let row = pto_record::Model {
        id,
        ea_id,
        start_date,
        end_date,
        reason,
        version,
        created_at,
        updated_at,
    };
    refuse_overlap(&txn, &row).await?;
    let row = edit::insert(&txn, row).await?;
    evaluation::evaluate_of(&txn, row.ea_id).await?;
    txn.commit().await?;
    Ok(row)
}

/// Changes time off.
pub async fn update(ctx: &Ctx, input: PtoRecordUpdateInput) -> Result<pto_record::Model> {
    let permit = ctx.may(Capability::AttendanceManage)?;
    let PtoRecordUpdateInput { id, expected_version, start_date, end_date, reason } = input;
    let txn = ctx.begin(permit).await?;
    let before = edit::find_at::<pto_record::Entity, _>(&txn, id, expected_version).await?;
    // Holding the assistant's row, as above.
    edit::find::<ea::Entity, _>(&txn, "id", before.ea_id.into()).await?;
    let mut row = before.clone().into_active_model();
    let mut check = Check::new();
    check.patch("startDate", start_date, &mut row.start_date, |check, it| {
        check.given("startDate", it)
    });
    check.patch("endDate", end_date, &mut row.end_date, |check, it| check.given("endDate", it));
    check.patch("reason", reason, &mut row.reason, |_, it| Some(it));
    period(&mut check, row.start_date.try_as_ref().copied(), row.end_date.try_as_ref().copied());
    check.done()?;
    let row = edit::save::<pto_record::Entity, _>(&txn, &before, row).await?;
    refuse_overlap(&txn, &row).await?;
    evaluation::evaluate_of(&txn, row.ea_id).await?;
    txn.commit().await?;
    Ok(row)
}

/// Takes time off back.
pub async fn delete(ctx: &Ctx, input: PtoRecordDeleteInput) -> Result<pto_record::Model> {
    let permit = ctx.may(Capability::AttendanceManage)?;
    let txn = ctx.begin(permit).await?;
    let row = edit::find::<pto_record::Entity, _>(&txn, "id", input.id).await?;
    let row = edit::delete::<pto_record::Entity>(&txn, row, "is still in use").await?;
    evaluation::evaluate_of(&txn, row.ea_id).await?;
    txn.commit().await?;
    Ok(row)
}

/// The times off of an assistant that touch a period.
async fn within(
    db: &impl ConnectionTrait,
    ea_id: EaId,
    (start, end): (LocalDate, LocalDate),
) -> Result<Vec<pto_record::Model>> {
    let found = pto_record::Entity::find()
        .filter(pto_record::Column::EaId.eq(ea_id))
        .filter(pto_record::Column::StartDate.lte(end))
        .filter(pto_record::Column::EndDate.gte(start));
    Ok(found.all(db).await?)
}

fn period(check: &mut Check, start: Option<LocalDate>, end: Option<LocalDate>) {
    check.period(start, end);
    let days = start.zip(end).map_or(0, |(start, end)| (*end - *start).num_days());
    check.require(days < DAYS_MAX, "endDate", "must be at most a year after startDate");
}

async fn refuse_overlap(txn: &Txn, row: &pto_record::Model) -> Result<()> {
    let beside = within(txn, row.ea_id, (row.start_date, row.end_date)).await?;
    let Some(other) = beside.iter().find(|other| other.id != row.id) else { return Ok(()) };
    let message = format!("overlaps the time off from {} to {}", other.start_date, other.end_date);
    Err(Violation::conflict("startDate", message).into())
}
