//! What the invented company lacks: sessions, keys and mailed tokens of all its people, good for nobody, jobs
//! that were done, notifications of its alerts, and opinions on texts.

mod past;

pub(super) use past::past;

use {
    super::Outcome,
    chrono::TimeDelta,
    entity::{
        coaching::{
            alert,
            text_opinion::{self, OpinionVerdict},
        },
        id::AnyId,
        kernel::{
            api_key,
            job::{self, JobState, Lane},
            notification::{self, NotificationCause, NotificationState},
            password_reset, recovery_code, session, two_factor, user, verification,
        },
        scalar::{DateTime, Json},
        sealed::Sealed,
    },
    sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder, QuerySelect},
    service::Ctx,
};

/// Gives everybody what signing in leaves behind.
pub(super) async fn sign_in(ctx: &Ctx) -> Outcome<()> {
    let people = user::Entity::find().order_by_asc(user::COLUMN.id).all(ctx.db()).await?;
    let mut rows = Rows::default();
    for (number, person) in people.iter().enumerate() {
        rows.add(ctx, person, &format!("{number:064x}"));
    }
    insert::<session::Entity, _>(ctx, rows.sessions).await?;
    insert::<api_key::Entity, _>(ctx, rows.keys).await?;
    insert::<password_reset::Entity, _>(ctx, rows.resets).await?;
    insert::<verification::Entity, _>(ctx, rows.verifications).await?;
    insert::<two_factor::Entity, _>(ctx, rows.factors).await?;
    insert::<recovery_code::Entity, _>(ctx, rows.codes).await
}

/// How many jobs were done, a minute apart, and the kinds that they are of.
const JOBS: i32 = 2_000;
const KINDS: [&str; 4] = ["audit.seal", "coaching.watch", "mail.deliver", "mail.write"];
/// How many rows one statement adds: SQLite takes 32,766 parameters.
const ROWS_AT_ONCE: usize = 500;

/// Notes that the server has done something before.
pub(super) async fn jobs(ctx: &Ctx) -> Outcome<()> {
    let rows: Vec<_> = (1..=JOBS).zip(KINDS.iter().cycle()).map(|it| done(ctx, it)).collect();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        insert::<job::Entity, _>(ctx, rows.to_vec()).await?;
    }
    Ok(())
}

fn done(ctx: &Ctx, (minutes, kind): (i32, &&str)) -> job::Model {
    let at: DateTime = (*ctx.now() - TimeDelta::minutes(minutes.into())).into();
    job::Model {
        id: ctx.new_id(),
        kind: (*kind).to_owned(),
        unique_key: None,
        payload: Json(serde_json::json!({})),
        secret: None,
        priority: 0,
        lane: Lane::Maintenance,
        state: JobState::Done,
        due_at: None,
        run_at: at,
        scheduled_at: None,
        attempt: 1,
        attempts_max: 3,
        lease: None,
        progress_done: None,
        progress_total: None,
        progress_note: None,
        last_error: None,
        correlation_id: AnyId(ctx.correlation()),
        created_at: at,
        finished_at: Some(at),
    }
}

/// Of how many alerts somebody was told, and of how many of these somebody has yet to be.
const NOTIFIED: u64 = 400;
const WAITING: usize = 20;

/// Notes that people were told of alerts; what waits has its job.
pub(super) async fn notifications(ctx: &Ctx) -> Outcome<()> {
    let people = user::Entity::find().order_by_asc(user::COLUMN.id).all(ctx.db()).await?;
    let alerts = alert::Entity::find().order_by_asc(alert::COLUMN.id).limit(NOTIFIED);
    let alerts = alerts.all(ctx.db()).await?;
    let told = alerts.iter().zip(people.iter().cycle()).enumerate();
    let rows: Vec<_> = told.map(|(place, it)| notified(ctx, it, place < WAITING)).collect();
    let waiting = rows.iter().filter(|it| it.state == NotificationState::Waiting);
    let jobs: Vec<_> = waiting.map(|it| delivery(ctx, it)).collect();
    insert::<job::Entity, _>(ctx, jobs).await?;
    insert::<notification::Entity, _>(ctx, rows).await
}

fn notified(
    ctx: &Ctx,
    (alert, person): (&alert::Model, &user::Model),
    is_waiting: bool,
) -> notification::Model {
    let state = if is_waiting { NotificationState::Waiting } else { NotificationState::Sent };
    notification::Model {
        id: ctx.new_id(),
        alert_id: alert.id,
        cause: NotificationCause::Raised,
        reopen_count: 0,
        agent: "email".to_owned(),
        recipient: person.id.to_string(),
        user_id: Some(person.id),
        state,
        attempts: i32::from(!is_waiting),
        last_error: None,
        created_at: alert.detected_at,
        sent_at: (!is_waiting).then_some(alert.detected_at),
    }
}

/// The job that delivers a notification, in an hour.
fn delivery(ctx: &Ctx, row: &notification::Model) -> job::Model {
    let later: DateTime = (*ctx.now() + TimeDelta::hours(1)).into();
    job::Model {
        kind: "notify.deliver".to_owned(),
        unique_key: Some(row.id.to_string()),
        lane: Lane::Delivery,
        state: JobState::Ready,
        due_at: Some(later),
        run_at: later,
        attempt: 0,
        finished_at: None,
        ..done(ctx, (0, &"notify.deliver"))
    }
}

/// How many opinions were given, a minute apart.
const OPINIONS: i32 = 2_000;

/// Notes what a language model has said of texts that nobody has written.
pub(super) async fn opinions(ctx: &Ctx) -> Outcome<()> {
    let said = |minutes: i32| text_opinion::Model {
        id: ctx.new_id(),
        hash: format!("{minutes:064x}"),
        model: "a-model".to_owned(),
        verdict: OpinionVerdict::Agrees,
        reason: Some("It is said.".to_owned()),
        created_at: (*ctx.now() - TimeDelta::minutes(minutes.into())).into(),
    };
    let rows: Vec<_> = (1..=OPINIONS).map(said).collect();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        insert::<text_opinion::Entity, _>(ctx, rows.to_vec()).await?;
    }
    Ok(())
}

async fn insert<E, M>(ctx: &Ctx, rows: Vec<M>) -> Outcome<()>
where
    E: EntityTrait<Model = M>,
    M: IntoActiveModel<E::ActiveModel>,
{
    let rows = rows.into_iter().map(|it| it.into_active_model().reset_all());
    E::insert_many(rows).exec_without_returning(ctx.db()).await?;
    Ok(())
}

#[derive(Default)]
struct Rows {
    sessions: Vec<session::Model>,
    keys: Vec<api_key::Model>,
    resets: Vec<password_reset::Model>,
    verifications: Vec<verification::Model>,
    factors: Vec<two_factor::Model>,
    codes: Vec<recovery_code::Model>,
}

impl Rows {
    /// No token has a hash that begins with so many zeros.
    fn add(&mut self, ctx: &Ctx, person: &user::Model, hash: &str) {
        let (now, user_id, hash) = (ctx.now(), person.id, hash.to_owned());
        self.sessions.push(session::Model {
            id: ctx.new_id(),
            user_id,
            token_hash: hash.clone(),
            expires_at: now,
            ends_at: now,
            last_seen_at: now,
            ip_address: None,
            user_agent: None,
            created_at: now,
            updated_at: now,
        });
        self.keys.push(api_key::Model {
            id: ctx.new_id(),
            user_id,
            name: "A key of nobody".to_owned(),
            key_hash: hash.clone(),
            key_prefix: "00000000".to_owned(),
            scopes: None,
            trusted_only: true,
            last_used_at: None,
            last_used_ip: None,
            last_used_agent: None,
            expires_at: Some(now),
            revoked_at: Some(now),
            created_at: now,
        });
        self.resets.push(password_reset::Model {
            id: ctx.new_id(),
            user_id,
            token_hash: hash.clone(),
            expires_at: now,
            created_at: now,
        });
        self.verifications.push(verification::Model {
            id: ctx.new_id(),
            user_id,
            identifier: person.email.clone(),
            value: hash.clone(),
            expires_at: now,
            created_at: now,
            updated_at: now,
        });
        self.factors.push(two_factor::Model {
            id: ctx.new_id(),
            user_id,
            secret: Sealed::from_bytes(vec![0]),
            confirmed_at: None,
            last_step: 0,
            created_at: now,
            updated_at: now,
        });
        self.codes.push(recovery_code::Model {
            id: ctx.new_id(),
            user_id,
            code_hash: hash,
            created_at: now,
        });
    }
}
