//! A client: an executive, and the company.

use {
    super::{
        Plan,
        chance::{About, Chance},
        people::{HOME, Name, Names, Person, sometime},
        phrases::{Phrases, TRADES},
        world::At,
    },
    chrono::{Days, NaiveDate},
    chrono_tz::Tz,
    entity::{coaching::client, id::ClientId, kernel::user::Role},
};

/// One client in so many may sign in.
const LOGIN_EVERY: usize = 10;

pub(super) struct Client {
    pub(super) id: ClientId,
    pub(super) name: Name,
    company: String,
    pub(super) trade: usize,
    created_at: At,
    pub(super) login: Option<Person>,
}

impl Client {
    /// A client who was won some days before its first pairing began.
    pub(super) fn new(
        plan: &Plan,
        number: usize,
        since: NaiveDate,
        (phrases, names): (&Phrases, &mut Names),
    ) -> Self {
        let mut chance = Chance::new(plan.seed, About::Client(number));
        let name = names.next(HOME, phrases);
        let trade = chance.place(TRADES.len());
        let first = phrases.pick("company", &mut chance);
        let last = phrases.pick(&format!("company.{}", TRADES[trade]), &mut chance);
        let won = since - Days::new(chance.between(4, 25).unsigned_abs());
        let created_at = sometime(won, &mut chance);
        let id = chance.id(created_at);
        let login = number.is_multiple_of(LOGIN_EVERY).then(|| Person {
            id: chance.id(created_at),
            name: name.clone(),
            email: format!("{}@{}.example", name.mailbox, first.to_lowercase()),
            role: Role::Client,
            zone: Tz::America__New_York,
            created_at,
        });
        Self { id, name, company: format!("{first} {last}"), trade, created_at, login }
    }

    pub(super) fn row(&self) -> client::Model {
        client::Model {
            id: self.id,
            name: format!("{}, {}", self.name.full, self.company),
            version: 1,
            created_at: self.created_at.into(),
            updated_at: self.created_at.into(),
        }
    }
}
