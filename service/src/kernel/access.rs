//! Who may see and do what.
//!
//! [`table`] says what each role may, once. From it follow the [`Permit`] without which no
//! transaction begins, the rows that a list is made of ([`Guarded::own`]) and the columns that are
//! shown of them ([`Guarded::shown`]). What a person may not see is left out by the database, so
//! that no count, cursor or order can tell of it.
//!
//! # Adding to it
//!
//! A table says with [`guarded!`] who sees its rows: the compiler asks for it where rows are read, and
//! for each of its columns. A capability is a value of the closed set and a line in the [`table`].

pub mod table;

use {
    super::{
        check::Violation,
        error::{Error, ErrorCode, Result},
        list::predicate::Predicate,
    },
    entity::{
        id::UserId,
        kernel::{capability::Capability, user::Role},
    },
    sea_orm::{ActiveEnum, EntityTrait, Iterable},
    table::table,
};

/// How far a capability reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Not at all.
    No,
    /// To what is one's own.
    Own,
    /// To everything.
    All,
}

/// Who is asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody has signed in.
    Nobody,
    /// A person.
    Person(Person),
    /// The server itself: commands and jobs.
    System,
}

/// A person who has signed in, or for whom a key speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// What the person is.
    pub role: Role,
    own: u64,
    all: u64,
}

impl Person {
    /// A person who may do all that its role may.
    pub fn new(id: UserId, role: Role) -> Self {
        let within = |least| {
            let reached = Capability::iter().filter(|it| table(*it, role) >= least);
            reached.fold(0, |bits, it| bits | bit(it))
        };
        Self { id, role, own: within(Reach::Own), all: within(Reach::All) }
    }

    /// The same person, who may do nothing but these.
    #[must_use]
    pub fn limited_to(self, scopes: &[Capability]) -> Self {
        let scopes = scopes.iter().fold(0, |bits, it| bits | bit(*it));
        Self { own: self.own & scopes, all: self.all & scopes, ..self }
    }

    /// How far a capability reaches.
    pub fn reach(self, capability: Capability) -> Reach {
        match bit(capability) {
            bit if self.all & bit != 0 => Reach::All,
            bit if self.own & bit != 0 => Reach::Own,
            _ => Reach::No,
        }
    }
}

fn bit(capability: Capability) -> u64 {
    1 << capability as u32
}

impl Viewer {
    /// The person, if it is one.
    pub fn person(self) -> Option<Person> {
        if let Self::Person(person) = self { Some(person) } else { None }
    }

    /// The person's id, if it is one.
    pub fn user_id(self) -> Option<UserId> {
        Some(self.person()?.id)
    }

    /// How far a capability reaches.
    pub fn reach(self, capability: Capability) -> Reach {
        match self {
            Self::Nobody => Reach::No,
            Self::Person(person) => person.reach(capability),
            Self::System => Reach::All,
        }
    }

    /// Leave to do something; a refusal names what is missing.
    pub fn may(self, capability: Capability) -> Result<Permit> {
        match self.reach(capability) {
            Reach::No => Err(self.refusal(capability)),
            Reach::Own => Ok(Permit { owner: self.person() }),
            Reach::All => Ok(Permit { owner: None }),
        }
    }

    /// Leave to do something to everybody's; a refusal names what is missing.
    pub fn may_all(self, capability: Capability) -> Result<Permit> {
        let permit = self.may(capability)?;
        if permit.owner.is_some() { Err(self.refusal(capability)) } else { Ok(permit) }
    }

    /// Leave to do what only the server itself does.
    pub fn may_as_server(self) -> Result<Permit> {
        if self == Self::System {
            return Ok(Permit { owner: None });
        }
        let message = "only the server itself does this".to_owned();
        Err(Violation { code: ErrorCode::Forbidden, path: Vec::new(), message }.into())
    }

    /// Which rows of a table are seen; a refusal names what is missing.
    pub fn rows<E: Guarded>(self) -> Result<Predicate> {
        let permit = self.may(E::READ)?;
        Ok(permit.owner.map_or_else(Predicate::default, E::own))
    }

    /// Whether every row of a table is seen.
    pub fn sees_all<E: Guarded>(self) -> bool {
        self.reach(E::READ) == Reach::All
    }

    /// Refuses to show a column of a row, unless it may be shown. How the row came here does not
    /// matter: whoever changes rows without leave to see them is not shown what came of it.
    pub fn shows<E: Guarded>(self, column: E::Column, row: &E::Model) -> Result<()> {
        let shown = E::shown(column);
        if shown == Shown::Never {
            return Err(never());
        }
        self.may(E::READ)?;
        let Shown::To(capability) = shown else { return Ok(()) };
        match (self.reach(capability), self) {
            (Reach::All, _) => Ok(()),
            (Reach::Own, Self::Person(person)) if E::is_owned(row, person) => Ok(()),
            _ => Err(self.refusal(capability)),
        }
    }

    /// Refuses a column, unless it is shown of every row that is seen, whosever it is.
    pub fn shows_all<E: Guarded>(self, column: E::Column) -> Result<()> {
        match E::shown(column) {
            Shown::WithRow => self.may(E::READ).map(|_| ()),
            Shown::To(capability) => self.may_all(capability).map(|_| ()),
            Shown::Never => Err(never()),
        }
    }

    /// Refuses to narrow or order rows by a column, unless it is shown of all that are seen.
    pub fn compares<E: Guarded>(self, column: E::Column) -> Result<()> {
        match E::shown(column) {
            Shown::WithRow => Ok(()),
            Shown::To(capability) => match (self.reach(capability), E::OWNS_WHAT_IT_SEES) {
                (Reach::All, _) | (Reach::Own, true) => Ok(()),
                _ => Err(self.refusal(capability)),
            },
            Shown::Never => Err(never()),
        }
    }

    fn refusal(self, capability: Capability) -> Error {
        let (code, message) = match self {
            Self::Nobody => (ErrorCode::Unauthenticated, "sign in first".to_owned()),
            _ => (ErrorCode::Forbidden, format!("needs the capability {}", capability.to_value())),
        };
        Violation { code, path: Vec::new(), message }.into()
    }
}

fn never() -> Error {
    let message = "is never shown".to_owned();
    Violation { code: ErrorCode::Forbidden, path: Vec::new(), message }.into()
}

/// Leave to begin a transaction.
#[derive(Clone, Copy, Debug)]
pub struct Permit {
    /// Whose rows it is bounded to, if it is.
    owner: Option<Person>,
}

impl Permit {
    /// The condition on rows of a table that the transaction may touch.
    pub(super) fn rows<E: Guarded>(self) -> Predicate {
        self.owner.map_or_else(Predicate::default, E::own)
    }

    /// Whether the transaction may touch a row that meets the condition.
    pub(super) fn reaches<E: Guarded>(self, row: &E::Model) -> bool {
        self.owner.is_none_or(|person| E::is_owned(row, person))
    }
}

/// Whether a column of a row that somebody sees is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// To whoever sees the row.
    WithRow,
    /// To who has a capability that reaches to the row.
    To(Capability),
    /// To nobody: it never leaves the server.
    Never,
}

/// A table of which people see some rows, and some columns of them.
pub trait Guarded: EntityTrait {
    /// What it takes to see its rows.
    const READ: Capability;
    /// Whether the rows that a person sees who sees only its own are the person's in every sense.
    /// Where they are not, [`Guarded::is_owned`] tells.
    const OWNS_WHAT_IT_SEES: bool = true;

    /// The rows that a person sees who sees only its own.
    fn own(person: Person) -> Predicate;

    /// Whether a row that a person sees is its own in every sense.
    fn is_owned(row: &Self::Model, person: Person) -> bool {
        let (_, _) = (row, person);
        Self::OWNS_WHAT_IT_SEES
    }

    /// Whether a column of a row that somebody sees is shown.
    fn shown(column: Self::Column) -> Shown;
}

/// Says who sees which rows of a table, and which columns of them.
///
/// Behind the table stands what it takes to see its rows; `own` is the condition on the rows of a
/// person who sees only its own; `shown` are the columns that come with every row, `to` those that
/// take a further capability, `never` those that do not leave the server. `owned`, where it stands,
/// says which of those rows are the person's in every sense: others come without the columns behind
/// `to`.
macro_rules! guarded {
    (
        $entity:ident: $read:ident;
        own($person:pat) $own:block
        $(owned($row:ident, $owner:ident) $owned:block)?
        shown { $($shown:ident),+ $(,)? }
        $(to $capability:ident { $($to:ident),+ $(,)? })*
        $(never { $($never:ident),+ $(,)? })?
    ) => {
        impl $crate::kernel::access::Guarded for $entity::Entity {
            const READ: entity::kernel::capability::Capability =
                entity::kernel::capability::Capability::$read;
            $(const OWNS_WHAT_IT_SEES: bool = $crate::kernel::access::guarded!(@no $owned);)?

            fn own(
                $person: $crate::kernel::access::Person,
            ) -> $crate::kernel::list::predicate::Predicate $own

            $(fn is_owned($row: &$entity::Model, $owner: $crate::kernel::access::Person) -> bool $owned)?

            fn shown(column: $entity::Column) -> $crate::kernel::access::Shown {
                use $crate::kernel::access::Shown;
                match column {
                    $($entity::Column::$shown)|+ => Shown::WithRow,
                    $($($entity::Column::$to)|+ => {
                        Shown::To(entity::kernel::capability::Capability::$capability)
                    })*
                    $($($entity::Column::$never)|+ => Shown::Never,)?
                }
            }
        }
    };
    (@no $owned:block) => { false };
}

pub(crate) use guarded;
