//! The people: names that no two share, and the staff.

use {
    super::{
        Plan,
        chance::{About, Chance},
        phrases::Phrases,
        world::At,
    },
    chrono::{Days, NaiveDate, NaiveTime, TimeDelta},
    chrono_tz::Tz,
    entity::{
        id::UserId,
        kernel::{
            user::{self, Role},
            user_profile,
        },
        scalar::{Json, TimeZone},
    },
    serde_json::json,
    std::collections::BTreeMap,
};

/// The address that somebody who tries the demo signs in with.
pub(super) const ADMIN: &str = "admin@vigil.example";
/// Where the company's own people have their addresses.
pub(super) const DOMAIN: &str = "vigil.example";
/// Where staff and clients come from.
pub(super) const HOME: &str = "america";
/// Walks through all pairs of names before it comes back: it shares no factor with their number.
const NAME_STEP: usize = 607;

/// Somebody with an account.
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) name: Name,
    pub(super) email: String,
    pub(super) role: Role,
    pub(super) zone: Tz,
    pub(super) created_at: At,
}

/// What somebody is called.
#[derive(Clone)]
pub(super) struct Name {
    pub(super) given: &'static str,
    pub(super) full: String,
    /// As it stands before the @ of an address.
    pub(super) mailbox: String,
}

/// Gives out names.
pub(super) struct Names {
    given_out: BTreeMap<&'static str, usize>,
    first: usize,
}

/// Those who look after the pairings, and everybody else in the office.
pub(super) struct Staff {
    admin: Person,
    /// They lead the assistants.
    pub(super) coaches: Vec<Person>,
    /// They lead client success.
    pub(super) leads: Vec<Person>,
    others: Vec<Person>,
}

impl Person {
    pub(super) fn user(&self) -> user::Model {
        user::Model {
            id: self.id,
            email: self.email.clone(),
            name: self.name.full.clone(),
            role: self.role,
            is_active: true,
            email_verified: self.role != Role::Pending,
            image: None,
            must_reset_password: false,
            password_hash: None,
            version: 1,
            created_at: self.created_at.into(),
            updated_at: self.created_at.into(),
        }
    }

    pub(super) fn profile(&self, chance: &mut Chance) -> user_profile::Model {
        let theme = chance.weighted(&[("light", 5.0), ("dark", 3.0), ("system", 2.0)]);
        user_profile::Model {
            id: chance.id(self.created_at),
            user_id: self.id,
            display_name: self.name.given.to_owned(),
            timezone: TimeZone(self.zone),
            preferences: Json(json!({ "theme": theme })),
            version: 1,
            created_at: self.created_at.into(),
            updated_at: self.created_at.into(),
        }
    }
}

impl Names {
    pub(super) fn new(seed: u64) -> Self {
        let first = Chance::new(seed, About::Names).place(1_000);
        Self { given_out: BTreeMap::new(), first }
    }

    /// The next name of those who come from a region. When all pairs of its names have been given
    /// out, people have an initial between them.
    pub(super) fn next(&mut self, region: &'static str, phrases: &Phrases) -> Name {
        let given: Vec<_> = phrases.lines(&format!("given.{region}")).collect();
        let family: Vec<_> = phrases.lines(&format!("family.{region}")).collect();
        let given_out = self.given_out.entry(region).or_default();
        let pairs = given.len() * family.len();
        let (place, round) = (*given_out % pairs, *given_out / pairs);
        *given_out += 1;
        let pair = (place * NAME_STEP + self.first) % pairs;
        let (given, family) = (given[pair % given.len()], family[pair / given.len()]);
        let initial = ('A'..='Z').cycle().nth(round + 25).filter(|_| round > 0);
        let initial = initial.map(|it| format!("{it}. ")).unwrap_or_default();
        let full = format!("{given} {initial}{family}");
        let mailbox = mailbox(&full);
        Name { given, full, mailbox }
    }
}

/// A name in the letters of an address.
fn mailbox(name: &str) -> String {
    let letters = name.to_lowercase().replace(". ", ".").replace(' ', ".");
    letters.chars().filter_map(plain).collect()
}

fn plain(letter: char) -> Option<char> {
    Some(match letter {
        'á' | 'ã' | 'â' | 'ą' => 'a',
        'ç' | 'ć' => 'c',
        'é' | 'ê' | 'ę' => 'e',
        'í' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ó' | 'ô' | 'õ' => 'o',
        'ś' => 's',
        'ú' | 'ü' => 'u',
        'ź' | 'ż' => 'z',
        other if other.is_ascii_alphanumeric() || other == '.' => other,
        _ => return None,
    })
}

impl Staff {
    pub(super) fn new(
        plan: &Plan,
        first_day: NaiveDate,
        pairings: usize,
        phrases: &Phrases,
        names: &mut Names,
    ) -> Self {
        let mut chance = Chance::new(plan.seed, About::Staff);
        let mut hire = |role, count: usize| -> Vec<Person> {
            let one = |_| {
                let name = names.next(HOME, phrases);
                let email = format!("{}@{DOMAIN}", name.mailbox);
                person(name, email, role, first_day, &mut chance)
            };
            (0..count).map(one).collect()
        };
        let coaches = hire(Role::HeadEas, (pairings / 200).clamp(1, 40));
        let leads = hire(Role::HeadClientSuccess, (pairings / 100).clamp(1, 60));
        let few = (pairings / 300).clamp(1, 10);
        let mut others = hire(Role::Manager, few);
        others.extend(hire(Role::User, few));
        others.extend(hire(Role::Pending, 1));
        let name = names.next(HOME, phrases);
        let admin = person(name, ADMIN.to_owned(), Role::Admin, first_day, &mut chance);
        Self { admin, coaches, leads, others }
    }

    pub(super) fn people(&self) -> impl Iterator<Item = &Person> {
        let Self { admin, coaches, leads, others } = self;
        std::iter::once(admin).chain(coaches).chain(leads).chain(others)
    }

    /// Who wrote the announcements.
    pub(super) fn admin(&self) -> UserId {
        self.admin.id
    }
}

fn person(
    name: Name,
    email: String,
    role: Role,
    first_day: NaiveDate,
    chance: &mut Chance,
) -> Person {
    let zone = *chance.pick(&[
        Tz::America__New_York,
        Tz::America__Chicago,
        Tz::America__Denver,
        Tz::America__Los_Angeles,
    ]);
    let created_at = sometime(first_day - Days::new(10), chance);
    Person { id: chance.id(created_at), name, email, role, zone, created_at }
}

/// Some moment of a day's office hours, in UTC.
pub(super) fn sometime(day: NaiveDate, chance: &mut Chance) -> At {
    day.and_time(NaiveTime::MIN).and_utc()
        + TimeDelta::hours(13)
        + TimeDelta::seconds(chance.between(0, 8 * 3_600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_people_share_an_address() {
        let phrases = Phrases::new();
        let mut names = Names::new(3);
        let made: std::collections::BTreeSet<_> =
            (0..12_000).map(|_| names.next("philippines", &phrases).mailbox).collect();
        assert_eq!(made.len(), 12_000);
    }

    #[test]
    fn addresses_are_plain_ascii() {
        let phrases = Phrases::new();
        let mut names = Names::new(3);
        for region in ["brazil", "colombia", "poland", "kenya", "africa", "india"] {
            for _ in 0..2_000 {
                let Name { given: _, full, mailbox } = names.next(region, &phrases);
                let plain = |it: char| it.is_ascii_lowercase() || it == '.';
                assert!(mailbox.chars().all(plain), "{full}: {mailbox}");
                assert_eq!(mailbox.matches('.').count(), full.matches([' ']).count(), "{full}");
            }
        }
    }
}
