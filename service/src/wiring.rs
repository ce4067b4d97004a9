//! Where domains meet: what the kernel asks of all of them, in one visible list.

use {
    crate::{
        coaching::pairings,
        kernel::{access::Person, jobs::registry::Kind},
    },
    sea_orm::sea_query::SelectStatement,
};

/// The ids of people whom a person works with, a statement a domain.
pub(crate) fn acquaintances(person: Person) -> Vec<SelectStatement> {
    pairings::acquaintances(person)
}

/// Every kind of job, a line each.
pub fn jobs() -> Vec<Kind> {
    vec![]
}
