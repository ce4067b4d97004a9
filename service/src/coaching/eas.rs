//! Executive assistants.

use {
    super::pairings,
    crate::kernel::{
        access::guarded,
        check::Check,
        conflict::{self, Unique},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{list, operators::Choice, predicate::Predicate},
    },
    async_graphql::{Enum, InputObject, MaybeUndefined},
    engine::calendar::WorkWeek,
    entity::{
        coaching::ea,
        id::{AnyId, EaId, UserId},
        kernel::{
            capability::Capability,
            user::{self, Role},
        },
        scalar::{LocalDate, LocalTime, TimeZone},
    },
    sea_orm::IntoActiveModel,
};

list! {
    ea;
    /// Narrows a list of assistants.
    filter ExecutiveAssistantFilter {
        /// By id.
        id: Choice<AnyId>,
        /// By time zone.
        timezone: Choice<TimeZone>,
        /// By whether they have a pairing that is not GREEN or has an open alert.
        has_issues: bool = has_issues,
    }
    /// The order of a list of assistants.
    order ExecutiveAssistantOrder by ExecutiveAssistantOrderField {
        /// By when they were added.
        CreatedAt = "created_at",
    }
    default "created_at" Desc;
    indexes {}
}

guarded! {
    ea: AssistantsRead;
    own(person) {
        match person.role {
            Role::Ea => Predicate::is("id", person.id),
            Role::Client => Predicate::Among("id", Box::new(pairings::own("ea_id", person))),
            _ => Predicate::none(),
        }
    }
    shown { Id, ExpectedShowUpTime, Timezone, WorkWeek, CreatedAt }
    to AttendanceRead { HealthcareEligibilityDate, Version, UpdatedAt }
}

fn has_issues(has: bool) -> Predicate {
    pairings::has_issues("ea_id", has)
}

/// One assistant a person.
const EA_TAKEN: Unique =
    Unique { table: "eas", columns: &["id"], field: "userId", message: "is an assistant already" };

/// A person to make an assistant.
#[derive(Clone, Debug, InputObject)]
pub struct EaCreateInput {
    /// The person: active, with the role EA.
    pub user_id: Given<UserId>,
    /// When the working day begins, on the assistant's own clock.
    pub expected_show_up_time: Given<LocalTime>,
    /// Where the assistant lives.
    pub timezone: Given<TimeZone>,
    /// The days of the week that are worked; Monday to Friday when left out.
    pub work_days: Option<Vec<Weekday>>,
    /// From when the assistant may join the health plan.
    pub healthcare_eligibility_date: Option<Given<LocalDate>>,
}

/// Changes to an assistant. What is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub struct EaUpdateInput {
    /// Who.
    pub id: Given<EaId>,
    /// The version that the changes were made from.
    pub expected_version: i32,
    /// When the working day begins, on the assistant's own clock.
    pub expected_show_up_time: MaybeUndefined<Given<LocalTime>>,
    /// Where the assistant lives.
    pub timezone: MaybeUndefined<Given<TimeZone>>,
    /// The days of the week that are worked.
    pub work_days: MaybeUndefined<Vec<Weekday>>,
    /// From when the assistant may join the health plan; null for not yet known.
    pub healthcare_eligibility_date: MaybeUndefined<Given<LocalDate>>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "chrono::Weekday")]
pub enum Weekday {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

/// Makes a person an assistant.
pub async fn create(ctx: &Ctx, input: EaCreateInput) -> Result<ea::Model> {
    let permit = ctx.may(Capability::AssistantsManage)?;
    let EaCreateInput {
        user_id,
        expected_show_up_time,
        timezone,
        work_days,
        healthcare_eligibility_date,
    } = input;
    let mut check = Check::new();
    let show_up = check.given("expectedShowUpTime", expected_show_up_time);
    let timezone = check.given("timezone", timezone);
    let eligible = check.given_or_none("healthcareEligibilityDate", healthcare_eligibility_date);
    let work_week = work_days.map_or(bits(WorkWeek::default()), |it| week(&mut check, &it));
    let (expected_show_up_time, timezone) = check.done_with(show_up.zip(timezone))?;
    let txn = ctx.begin(permit).await?;
    // Locked, so that nobody gives the person another role meanwhile.
    let user = edit::find::<user::Entity, _>(&txn, "userId", user_id).await?;
    let mut check = Check::new();
    let fits = user.is_active && user.role == Role::Ea;
    check.require(fits, "userId", "must be an active person with the role EA");
    check.done()?;
    let now = ctx.now();
    let row = ea::Model {
        id: user.id.into(),
        expected_show_up_time,
        timezone,
        work_week,
        healthcare_eligibility_date: eligible,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let row = edit::insert(&txn, row).await.map_err(|it| conflict::told(it, &[EA_TAKEN]))?;
    txn.commit().await?;
    Ok(row)
}

/// Changes an assistant's working day.
pub async fn update(ctx: &Ctx, input: EaUpdateInput) -> Result<ea::Model> {
    let permit = ctx.may(Capability::AssistantsManage)?;
    let EaUpdateInput {
        id,
        expected_version,
        expected_show_up_time,
        timezone,
        work_days,
        healthcare_eligibility_date,
    } = input;
    let txn = ctx.begin(permit).await?;
    let before = edit::find_at::<ea::Entity, _>(&txn, id, expected_version).await?;
    let mut row = before.clone().into_active_model();
    let mut check = Check::new();
    let field = "expectedShowUpTime";
    check.patch(field, expected_show_up_time, &mut row.expected_show_up_time, |check, it| {
        check.given(field, it)
    });
    check.patch("timezone", timezone, &mut row.timezone, |check, it| check.given("timezone", it));
    check.patch("workDays", work_days, &mut row.work_week, |check, it| Some(week(check, &it)));
    let eligible = &mut row.healthcare_eligibility_date;
    check.patch_or_clear(healthcare_eligibility_date, eligible, |check, it| {
        check.given("healthcareEligibilityDate", it)
    });
    check.done()?;
    let row = edit::save::<ea::Entity, _>(&txn, &before, row).await?;
    txn.commit().await?;
    Ok(row)
}

/// The days of the week that an assistant works.
pub fn work_days(ea: &ea::Model) -> Vec<Weekday> {
    work_week(ea).days().map(Weekday::from).collect()
}

/// The days of the week that an assistant works, for the calendar.
pub(crate) fn work_week(ea: &ea::Model) -> WorkWeek {
    WorkWeek::from_bits(ea.work_week).expect("a CHECK holds the column to sets of weekdays")
}

fn week(check: &mut Check, days: &[Weekday]) -> i16 {
    check.require(!days.is_empty(), "workDays", "must name at least one day");
    bits(days.iter().map(|day| chrono::Weekday::from(*day)).collect())
}

fn bits(week: WorkWeek) -> i16 {
    week.bits().into()
}
