//! People and the organisation's calendar in the API.

pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod holidays;
pub(crate) mod passwords;
pub(crate) mod schema_book;
pub(crate) mod second_factors;
pub(crate) mod sessions;
pub(crate) mod users;

use async_graphql::MergedObject;

/// What can be asked of the kernel.
#[derive(Default, MergedObject)]
pub(crate) struct KernelQuery(
    audit::AuditQuery,
    users::UserQuery,
    holidays::HolidayQuery,
    schema_book::SchemaBookQuery,
);

/// What can be done in the kernel.
#[derive(Default, MergedObject)]
pub(crate) struct KernelMutation(
    users::UserMutation,
    holidays::HolidayMutation,
    sessions::SessionMutation,
    passwords::PasswordMutation,
    second_factors::SecondFactorMutation,
    api_keys::ApiKeyMutation,
);
