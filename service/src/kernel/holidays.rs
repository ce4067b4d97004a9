//! Periods in which the organisation does not work.

use {
    super::{
        access::guarded,
        check::{Check, NAME},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{list, operators::Span, predicate::Predicate},
    },
    crate::wiring,
    async_graphql::{InputObject, MaybeUndefined},
    entity::{id::HolidayId, kernel::capability::Capability, kernel::holiday, scalar::LocalDate},
    sea_orm::IntoActiveModel,
};

list! {
    holiday;
    /// Narrows a list of holidays.
    filter HolidayFilter {
        /// By first day.
        start_date: Span<LocalDate>,
        /// By last day.
        end_date: Span<LocalDate>,
    }
    /// The order of a list of holidays.
    order HolidayOrder by HolidayOrderField {
        /// By first day.
        StartDate = "start_date",
    }
    default "start_date" Desc;
    indexes {}
}

guarded! {
    holiday: HolidaysRead;
    own(_) {
        Predicate::none()
    }
    shown { Id, Name, StartDate, EndDate, Version, CreatedAt, UpdatedAt }
}

/// A holiday to declare.
#[derive(Clone, Debug, InputObject)]
pub struct HolidayCreateInput {
    /// What it is called, 1 to 200 characters.
    pub name: String,
    /// Its first day.
    pub start_date: Given<LocalDate>,
    /// Its last day, inclusive; the first when left out.
    pub end_date: Option<Given<LocalDate>>,
}

/// Changes to a holiday. What is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub struct HolidayUpdateInput {
    /// Which.
    pub id: Given<HolidayId>,
    /// The version that the changes were made from.
    pub expected_version: i32,
    /// What it is called, 1 to 200 characters.
    pub name: MaybeUndefined<String>,
    /// Its first day.
    pub start_date: MaybeUndefined<Given<LocalDate>>,
    /// Its last day, inclusive.
    pub end_date: MaybeUndefined<Given<LocalDate>>,
}

/// A holiday to take back.
#[derive(Clone, Debug, InputObject)]
pub struct HolidayDeleteInput {
    /// Which.
    pub id: Given<HolidayId>,
}

/// Declares a holiday.
pub async fn create(ctx: &Ctx, input: HolidayCreateInput) -> Result<holiday::Model> {
    let permit = ctx.may(Capability::HolidaysManage)?;
    let HolidayCreateInput { name, start_date, end_date } = input;
    let mut check = Check::new();
    let name = check.text("name", &name, NAME);
    let start_date = check.given("startDate", start_date);
    let end_date = check.given_or_none("endDate", end_date).or(start_date);
    check.period(start_date, end_date);
    let (start_date, end_date) = check.done_with(start_date.zip(end_date))?;
    let (id, now) = (ctx.new_id(), ctx.now());
    let (version, created_at, updated_at) = (1, now, now);
    let row = holiday::Model { id, name, start_date, end_date, version, created_at, updated_at };
    let txn = ctx.begin(permit).await?;
    let row = edit::insert(&txn, row).await?;
    wiring::holiday_changed(&txn, &row, "declared").await?;
    txn.commit().await?;
    Ok(row)
}

/// Changes a holiday.
pub async fn update(ctx: &Ctx, input: HolidayUpdateInput) -> Result<holiday::Model> {
    let permit = ctx.may(Capability::HolidaysManage)?;
    let HolidayUpdateInput { id, expected_version, name, start_date, end_date } = input;
    let txn = ctx.begin(permit).await?;
    let before = edit::find_at::<holiday::Entity, _>(&txn, id, expected_version).await?;
    let mut row = before.clone().into_active_model();
    let mut check = Check::new();
    check.patch("name", name, &mut row.name, |check, it| Some(check.text("name", &it, NAME)));
    check.patch("startDate", start_date, &mut row.start_date, |check, it| {
        check.given("startDate", it)
    });
    check.patch("endDate", end_date, &mut row.end_date, |check, it| check.given("endDate", it));
    check.period(row.start_date.try_as_ref().copied(), row.end_date.try_as_ref().copied());
    check.done()?;
    let row = edit::save::<holiday::Entity, _>(&txn, &before, row).await?;
    wiring::holiday_changed(&txn, &row, "changed").await?;
    txn.commit().await?;
    Ok(row)
}

/// Takes a holiday back.
pub async fn delete(ctx: &Ctx, input: HolidayDeleteInput) -> Result<holiday::Model> {
    let permit = ctx.may(Capability::HolidaysManage)?;
    let txn = ctx.begin(permit).await?;
    let row = edit::find::<holiday::Entity, _>(&txn, "id", input.id).await?;
    let row = edit::delete::<holiday::Entity>(&txn, row, "is still in use").await?;
    wiring::holiday_changed(&txn, &row, "taken back").await?;
    txn.commit().await?;
    Ok(row)
}
