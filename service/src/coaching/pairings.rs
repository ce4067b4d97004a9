//! Pairings.

use {
    super::{clients, evaluation, pairing_health, standings::is_open},
    crate::kernel::{
        access::{Guarded, Person, guarded},
        check::{Check, REASON, TEXT, Violation},
        conflict::{self, Unique},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{
            list,
            operators::{Choice, Span},
            predicate::{Predicate, ROW},
        },
        txn::Txn,
        users,
    },
    async_graphql::{InputObject, MaybeUndefined},
    chrono::TimeDelta,
    engine::calendar::today_in,
    entity::{
        coaching::{
            client, coaching_note, ea,
            pairing::{self, HealthStatus},
            pairing_health_change,
        },
        id::{AnyId, ClientId, EaId, PairingId},
        kernel::{capability::Capability, user::Role},
        scalar::{DateTime, LocalDate},
    },
    sea_orm::{
        ActiveEnum, EntityTrait, IntoActiveModel, Set,
        sea_query::{Expr, ExprTrait, Query, SelectStatement},
    },
};

list! {
    pairing;
    /// Narrows a list of pairings.
    filter PairingFilter {
        /// By how they stand.
        health_status: Choice<HealthStatus>,
        /// By whether a person set how they stand.
        health_status_override: Choice<bool>,
        /// By assistant.
        ea_id: Choice<AnyId>,
        /// By client.
        client_id: Choice<AnyId>,
        /// By the day on which they began.
        start_date: Span<LocalDate>,
        /// By whether they go through the accelerator.
        accelerator_enabled: Choice<bool>,
        /// By whether they have an open alert.
        has_open_alerts: bool = has_open_alerts,
    }
    /// The order of a list of pairings.
    order PairingOrder by PairingOrderField {
        /// By when they were made.
        CreatedAt = "created_at",
        /// By the day on which they began.
        StartDate = "start_date",
        /// By how they stand, in points.
        HealthScore = "health_score",
    }
    default "created_at" Desc;
    indexes {
        ["health_status": HealthStatus] "created_at";
        ["ea_id"] "created_at";
        ["client_id"] "created_at";
    }
}

guarded! {
    pairing: PairingsRead;
    own(person) {
        match person.role {
            Role::Ea => Predicate::is("ea_id", person.id),
            Role::Client => Predicate::Among("client_id", Box::new(clients::served(person))),
            _ => Predicate::none(),
        }
    }
    shown { Id, EaId, ClientId, StartDate, CreatedAt }
    // They change with the health of a pairing too, and would give it away.
    to PairingsManage { UpdatedAt, Version }
    to HealthRead {
        HealthStatus, HealthStatusOverride, HealthOverrideBy, HealthOverrideAt,
        HealthOverrideReason, HealthOverrideExpiresAt, HealthOverrideStale, AutoHealthStatus,
        HealthReasons, HealthScore, HealthComputedAt,
    }
    to AcceleratorRead {
        AcceleratorEnabled, AcceleratorWeek, AcceleratorWeekSince, AcceleratorWeek1Goals, AcceleratorWeek2Goals,
        AcceleratorWeek3Goals, AcceleratorWeek4Goals,
    }
}

/// What a person's own pairings have in a column.
pub(crate) fn own(column: &'static str, person: Person) -> SelectStatement {
    let mut own = Query::select();
    own.column((ROW, column))
        .from_as("pairings", ROW)
        .cond_where(pairing::Entity::own(person).condition());
    own
}

/// Whether a row belongs to one of a person's own pairings, by the column that refers to pairings.
pub(crate) fn of_own(column: &'static str, person: Person) -> Predicate {
    Predicate::Among(column, Box::new(own("id", person)))
}

/// The people of a person's own pairings and clients.
pub(crate) fn acquaintances(person: Person) -> Vec<SelectStatement> {
    let members_of = |clients| {
        let mut members = Query::select();
        let client = Expr::col(("client_members", "client_id"));
        members
            .column(("client_members", "user_id"))
            .from("client_members")
            .and_where(client.in_subquery(clients));
        members
    };
    match person.role {
        Role::Ea => vec![members_of(own("client_id", person))],
        Role::Client => vec![own("ea_id", person), members_of(clients::served(person))],
        _ => Vec::new(),
    }
}

/// Whether a pairing has an alert that nobody has resolved.
fn has_open_alerts(has: bool) -> Predicate {
    Predicate::exists(open_alerts((ROW, "id")), Capability::AlertsRead, has)
}

/// Whether whoever a column of pairings refers to has one that is not GREEN or has an open alert.
pub(crate) fn has_issues(column: &'static str, has: bool) -> Predicate {
    let pairing = |column| Expr::col(("pairings", column));
    let green = Expr::Constant(HealthStatus::Green.to_value().into());
    let issue =
        pairing("health_status").ne(green).or(Expr::exists(open_alerts(("pairings", "id"))));
    let mut with_issue = Query::select();
    with_issue
        .expr(Expr::value(1))
        .from("pairings")
        .and_where(pairing(column).equals((ROW, "id")))
        .and_where(issue);
    Predicate::exists(with_issue, Capability::HealthRead, has)
}

/// The open alerts of a pairing.
fn open_alerts(pairing: (&'static str, &'static str)) -> SelectStatement {
    let mut open = Query::select();
    open.expr(Expr::value(1))
        .from("alerts")
        .and_where(Expr::col(("alerts", "pairing_id")).equals(pairing))
        .and_where(is_open());
    open
}

/// One pairing an assistant and client.
const PAIR_TAKEN: Unique = Unique {
    table: "pairings",
    columns: &["ea_id", "client_id"],
    field: "clientId",
    message: "is paired with this assistant already",
};
/// How long an override lasts when nobody says.
const OVERRIDE_DAYS: i64 = 7;
/// How long an override may last.
const OVERRIDE_DAYS_MAX: i64 = 30;
/// How many weeks the accelerator has.
const ACCELERATOR_WEEKS: i16 = 4;

/// A pairing to make.
#[derive(Clone, Debug, InputObject)]
pub struct PairingCreateInput {
    /// Who works.
    pub ea_id: Given<EaId>,
    /// Whom the work is done for.
    pub client_id: Given<ClientId>,
    /// The first day on which a report is expected.
    pub start_date: Given<LocalDate>,
    /// Whether it goes through the four-week accelerator, from week 1; false when left out.
    pub accelerator_enabled: Option<bool>,
    /// What week 1 is for, at most 10,000 characters.
    pub accelerator_week1_goals: Option<String>,
    /// What week 2 is for, at most 10,000 characters.
    pub accelerator_week2_goals: Option<String>,
    /// What week 3 is for, at most 10,000 characters.
    pub accelerator_week3_goals: Option<String>,
    /// What week 4 is for, at most 10,000 characters.
    pub accelerator_week4_goals: Option<String>,
}

/// Changes to a pairing. What is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub struct PairingUpdateInput {
    /// Which.
    pub id: Given<PairingId>,
    /// The version that the changes were made from.
    pub expected_version: i32,
    /// The first day on which a report is expected.
    pub start_date: MaybeUndefined<Given<LocalDate>>,
    /// Whether it goes through the four-week accelerator; turning it on begins with week 1.
    pub accelerator_enabled: MaybeUndefined<bool>,
    /// What week 1 is for, at most 10,000 characters; null for nothing.
    pub accelerator_week1_goals: MaybeUndefined<String>,
    /// What week 2 is for, at most 10,000 characters; null for nothing.
    pub accelerator_week2_goals: MaybeUndefined<String>,
    /// What week 3 is for, at most 10,000 characters; null for nothing.
    pub accelerator_week3_goals: MaybeUndefined<String>,
    /// What week 4 is for, at most 10,000 characters; null for nothing.
    pub accelerator_week4_goals: MaybeUndefined<String>,
}

/// A pairing to delete.
#[derive(Clone, Debug, InputObject)]
pub struct PairingDeleteInput {
    /// Which.
    pub id: Given<PairingId>,
}

/// A step of the accelerator.
#[derive(Clone, Debug, InputObject)]
pub struct PairingAcceleratorAdvanceInput {
    /// Which pairing.
    pub id: Given<PairingId>,
    /// The version that the step is made from.
    pub expected_version: i32,
}

/// How a pairing stands in the eyes of a person.
#[derive(Clone, Debug, InputObject)]
pub struct PairingHealthOverrideInput {
    /// Which pairing.
    pub id: Given<PairingId>,
    /// The version that the judgement is made from.
    pub expected_version: i32,
    /// How it stands; null lets the computed status count again.
    pub health_status: Option<HealthStatus>,
    /// Why, 1 to 2,000 characters; required with a status.
    pub reason: Option<String>,
    /// When the computed status counts again: at most 30 days from now, 7 when left out.
    pub expires_at: Option<Given<DateTime>>,
}

/// Makes a pairing.
pub async fn create(ctx: &Ctx, input: PairingCreateInput) -> Result<pairing::Model> {
    let permit = ctx.may(Capability::PairingsManage)?;
    let PairingCreateInput {
        ea_id,
        client_id,
        start_date,
        accelerator_enabled,
        accelerator_week1_goals,
        accelerator_week2_goals,
        accelerator_week3_goals,
        accelerator_week4_goals,
    } = input;
    let mut check = Check::new();
    let start_date = check.given("startDate", start_date);
    let mut goals =
        |week: u8, goals| check.text_or_none(&format!("acceleratorWeek{week}Goals"), goals, TEXT);
    let accelerator_week1_goals = goals(1, accelerator_week1_goals);
    let accelerator_week2_goals = goals(2, accelerator_week2_goals);
    let accelerator_week3_goals = goals(3, accelerator_week3_goals);
    let accelerator_week4_goals = goals(4, accelerator_week4_goals);
    let start_date = check.done_with(start_date)?;
    let txn = ctx.begin(permit).await?;
    let ea = edit::read::<ea::Entity, _>(&txn, "eaId", ea_id).await?;
    let client = edit::read::<client::Entity, _>(&txn, "clientId", client_id).await?;
    let accelerator_enabled = accelerator_enabled.unwrap_or_default();
    let (id, now) = (ctx.new_id(), ctx.now());
    let row = pairing::Model {
        id,
        ea_id: ea.id,
        client_id: client.id,
        start_date,
        health_status: HealthStatus::Green,
        health_status_override: false,
        health_override_by: None,
        health_override_at: None,
        health_override_reason: None,
        health_override_expires_at: None,
        auto_health_status: HealthStatus::Green,
        health_override_stale: false,
        health_reasons: pairing_health::new_pairing(start_date),
        health_score: pairing_health::SCORE_MAX,
        health_computed_at: now,
        accelerator_enabled,
        accelerator_week: accelerator_enabled.then_some(1),
        accelerator_week_since: accelerator_enabled.then_some(start_date),
        accelerator_week1_goals,
        accelerator_week2_goals,
        accelerator_week3_goals,
        accelerator_week4_goals,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let row = edit::insert(&txn, row).await.map_err(|it| conflict::told(it, &[PAIR_TAKEN]))?;
    txn.because_of_that();
    pairing_health::record(ctx, &txn, &row).await?;
    // One that began long ago has missed reports at once.
    let row = evaluation::evaluate(&txn, &[row.id]).await?.pop().unwrap_or(row);
    txn.commit().await?;
    Ok(row)
}

/// Changes a pairing.
pub async fn update(ctx: &Ctx, input: PairingUpdateInput) -> Result<pairing::Model> {
    let permit = ctx.may(Capability::PairingsManage)?;
    let PairingUpdateInput {
        id,
        expected_version,
        start_date,
        accelerator_enabled,
        accelerator_week1_goals,
        accelerator_week2_goals,
        accelerator_week3_goals,
        accelerator_week4_goals,
    } = input;
    let txn = ctx.begin(permit).await?;
    let before = edit::find_at::<pairing::Entity, _>(&txn, id, expected_version).await?;
    let mut row = before.clone().into_active_model();
    let mut check = Check::new();
    check.patch("startDate", start_date, &mut row.start_date, |check, it| {
        check.given("startDate", it)
    });
    let enabled = &mut row.accelerator_enabled;
    check.patch("acceleratorEnabled", accelerator_enabled, enabled, |_, it| Some(it));
    let is_enabled = enabled.try_as_ref().copied().unwrap_or_default();
    if is_enabled != before.accelerator_enabled {
        row.accelerator_week = Set(is_enabled.then_some(1));
        let today = today(&txn, before.ea_id).await?;
        row.accelerator_week_since = Set(is_enabled.then_some(today));
    }
    for (week, goals, column) in [
        (1, accelerator_week1_goals, &mut row.accelerator_week1_goals),
        (2, accelerator_week2_goals, &mut row.accelerator_week2_goals),
        (3, accelerator_week3_goals, &mut row.accelerator_week3_goals),
        (4, accelerator_week4_goals, &mut row.accelerator_week4_goals),
    ] {
        let field = format!("acceleratorWeek{week}Goals");
        check.patch_or_clear(goals, column, |check, it| check.text_or_none(&field, Some(it), TEXT));
    }
    check.done()?;
    let row = edit::save::<pairing::Entity, _>(&txn, &before, row).await?;
    txn.commit().await?;
    Ok(row)
}

/// Deletes a pairing that has neither reports nor alerts, and with it its note and the history of
/// its health.
pub async fn delete(ctx: &Ctx, input: PairingDeleteInput) -> Result<pairing::Model> {
    let permit = ctx.may(Capability::PairingsManage)?;
    let txn = ctx.begin(permit).await?;
    let row = edit::find_whole::<pairing::Entity, _>(&txn, "id", input.id).await?;
    edit::delete_with::<coaching_note::Entity>(&txn, coaching_note::Column::PairingId, row.id)
        .await?;
    let of_pairing = pairing_health_change::Column::PairingId;
    edit::delete_with::<pairing_health_change::Entity>(&txn, of_pairing, row.id).await?;
    let row = edit::delete::<pairing::Entity>(&txn, row, "has reports or alerts").await?;
    txn.commit().await?;
    Ok(row)
}

/// Takes the accelerator's next step: week 1, 2, 3, 4, complete.
pub async fn advance_accelerator(
    ctx: &Ctx,
    input: PairingAcceleratorAdvanceInput,
) -> Result<pairing::Model> {
    let permit = ctx.may(Capability::PairingsManage)?;
    let PairingAcceleratorAdvanceInput { id, expected_version } = input;
    let txn = ctx.begin(permit).await?;
    let before = edit::find_at::<pairing::Entity, _>(&txn, id, expected_version).await?;
    let Some(week) = before.accelerator_week.filter(|_| before.accelerator_enabled) else {
        let wrong = if before.accelerator_enabled {
            "has completed the accelerator"
        } else {
            "is not in the accelerator"
        };
        return Err(Violation::conflict("id", wrong).into());
    };
    let mut row = before.clone().into_active_model();
    let next = (week < ACCELERATOR_WEEKS).then_some(week + 1);
    row.accelerator_week = Set(next);
    let today = today(&txn, before.ea_id).await?;
    row.accelerator_week_since = Set(next.map(|_| today));
    let row = edit::save::<pairing::Entity, _>(&txn, &before, row).await?;
    txn.commit().await?;
    Ok(row)
}

/// Says how a pairing stands, whatever the rules say, or lets the rules speak again.
pub async fn override_health(
    ctx: &Ctx,
    input: PairingHealthOverrideInput,
) -> Result<pairing::Model> {
    let permit = ctx.may(Capability::HealthOverride)?;
    let PairingHealthOverrideInput { id, expected_version, health_status, reason, expires_at } =
        input;
    let by = users::author(ctx)?;
    let now = ctx.now();
    let mut check = Check::new();
    let reason = check.text_or_none("reason", reason, REASON);
    let expires_at = check.given_or_none("expiresAt", expires_at);
    let is_set = health_status.is_some();
    let latest = *now + TimeDelta::days(OVERRIDE_DAYS_MAX);
    check.require(
        reason.is_some() == is_set,
        "reason",
        "must be given exactly when healthStatus is",
    );
    let is_near = expires_at.is_none_or(|it| is_set && it > now && *it <= latest);
    check.require(
        is_near,
        "expiresAt",
        "must lie within the next 30 days, and stand beside healthStatus",
    );
    check.done()?;
    let txn = ctx.begin(permit).await?;
    let before = edit::find_at::<pairing::Entity, _>(&txn, id, expected_version).await?;
    let mut row = before.clone().into_active_model();
    row.health_status = Set(health_status.unwrap_or(before.auto_health_status));
    row.health_status_override = Set(is_set);
    row.health_override_by = Set(is_set.then_some(by));
    row.health_override_at = Set(is_set.then_some(now));
    row.health_override_reason = Set(reason);
    row.health_override_stale = Set(false);
    let usual = || DateTime::from(*now + TimeDelta::days(OVERRIDE_DAYS));
    row.health_override_expires_at = Set(is_set.then(|| expires_at.unwrap_or_else(usual)));
    let row = edit::save::<pairing::Entity, _>(&txn, &before, row).await?;
    pairing_health::record(ctx, &txn, &row).await?;
    txn.commit().await?;
    Ok(row)
}

/// The day that an assistant calls today.
async fn today(txn: &Txn, ea: EaId) -> Result<LocalDate> {
    let ea = ea::Entity::find_by_id(ea).one(txn).await?;
    let zone = ea.map_or(chrono_tz::UTC, |ea| *ea.timezone);
    Ok(LocalDate(today_in(*txn.ctx().now(), zone)))
}
