//! The assistants of a chunk: those that are there, and those that it takes.

use {
    super::chunk::Chunk,
    crate::kernel::{bulk::given, ctx::Ctx, edit, error::Result, txn::Txn},
    chrono::NaiveTime,
    chrono_tz::Tz,
    engine::{calendar::WorkWeek, import::RowErrorKind},
    entity::{
        coaching::ea,
        id::{EaId, UserId},
        kernel::{
            user::{self, Role},
            user_profile,
        },
        scalar::{LocalTime, TimeZone},
    },
    sea_orm::{
        ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait,
        sea_query::Expr,
    },
    std::collections::{BTreeMap, HashMap},
};

/// The zone of an assistant who has told no other.
const TIMEZONE: Tz = Tz::America__New_York;
/// When the working day of a new assistant begins.
const SHOW_UP_HOUR: u32 = 9;

/// The assistants of a chunk.
pub(super) struct Assistants {
    /// By address.
    pub(super) ids: HashMap<String, EaId>,
    pub(super) users_made: u64,
    pub(super) eas_made: u64,
}

/// Whom an address belongs to.
struct Person {
    id: UserId,
    fault: Option<RowErrorKind>,
    is_ea: bool,
    timezone: Option<TimeZone>,
}

/// Finds the assistants of a chunk and makes those that are missing; refuses rows whose address
/// belongs to somebody else.
pub(super) async fn find_or_create(ctx: &Ctx, txn: &Txn, chunk: &mut Chunk) -> Result<Assistants> {
    // Ordered, so that two imports at once wait for each other rather than lock each other out.
    let mut names = BTreeMap::new();
    for row in chunk.good() {
        names.entry(row.ea_email.as_str()).or_insert(row.ea_name.as_str());
    }
    let mut people = find(txn, names.keys().copied()).await?;
    let missing = names.into_iter().filter(|(email, _)| !people.contains_key(*email));
    let missing: Vec<_> = missing.map(|(email, name)| new_user(ctx, email, name)).collect();
    let made = edit::insert_missing(txn, &missing).await?;
    let users_made = made.len() as u64;
    let (made, met): (Vec<_>, Vec<_>) = missing.into_iter().partition(|it| made.contains(&it.id.0));
    people.extend(made.into_iter().map(|user| {
        (user.email, Person { id: user.id, fault: None, is_ea: false, timezone: None })
    }));
    // Somebody else has made these since they were not found.
    people.extend(find(txn, met.iter().map(|user| user.email.as_str())).await?);

    chunk.refuse(|row| people.get(&row.ea_email)?.fault);
    people.retain(|_, person| person.fault.is_none());
    let missing: Vec<_> =
        people.values().filter(|it| !it.is_ea).map(|person| new_ea(ctx, person)).collect();
    let eas_made = edit::insert_missing(txn, &missing).await?.len() as u64;
    let ids = people.into_iter().map(|(email, person)| (email, person.id.into())).collect();
    Ok(Assistants { ids, users_made, eas_made })
}

/// By `idx_users_email`, `eas` and `idx_user_profiles_user_id`.
async fn find(
    txn: &Txn,
    emails: impl ExactSizeIterator<Item = &str>,
) -> Result<HashMap<String, Person>> {
    if emails.len() == 0 {
        return Ok(HashMap::new());
    }
    let email = Expr::col((user::Entity, user::Column::Email));
    let people = user::Entity::find()
        .select_only()
        .columns([user::Column::Id, user::Column::Email])
        .columns([user::Column::Role, user::Column::IsActive])
        .column_as(ea::Column::Id, "ea_id")
        .column(user_profile::Column::Timezone)
        .join(JoinType::LeftJoin, ea::Relation::User.def().rev())
        .join(JoinType::LeftJoin, user_profile::Relation::User.def().rev())
        .filter(given::is_among(txn.get_database_backend(), email, emails))
        .into_tuple::<(UserId, String, Role, bool, Option<EaId>, Option<TimeZone>)>()
        .all(txn)
        .await?;
    let people = people.into_iter().map(|(id, email, role, is_active, ea_id, timezone)| {
        let fault = match role {
            Role::Ea if is_active => None,
            Role::Ea => Some(RowErrorKind::Inactive),
            _ => Some(RowErrorKind::NotAnEa),
        };
        (email, Person { id, fault, is_ea: ea_id.is_some(), timezone })
    });
    Ok(people.collect())
}

fn new_user(ctx: &Ctx, email: &str, name: &str) -> user::Model {
    let now = ctx.now();
    user::Model {
        id: ctx.new_id(),
        email: email.to_owned(),
        name: name.to_owned(),
        role: Role::Ea,
        is_active: true,
        email_verified: false,
        image: None,
        must_reset_password: false,
        password_hash: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn new_ea(ctx: &Ctx, person: &Person) -> ea::Model {
    let now = ctx.now();
    ea::Model {
        id: person.id.into(),
        expected_show_up_time: LocalTime(
            NaiveTime::from_hms_opt(SHOW_UP_HOUR, 0, 0).expect("nine is an hour of the day"),
        ),
        timezone: person.timezone.unwrap_or(TimeZone(TIMEZONE)),
        work_week: WorkWeek::default().bits().into(),
        healthcare_eligibility_date: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}
