//! People and the organisation's calendar in the API.

pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod holidays;
pub(crate) mod jobs;
pub(crate) mod notifications;
pub(crate) mod passwords;
pub(crate) mod schema_book;
pub(crate) mod second_factors;
pub(crate) mod sessions;
pub(crate) mod users;

use {
    crate::graphql::object::queries,
    async_graphql::{MergedObject, MergedSubscription},
};

queries! {
    /// What can be asked of the kernel.
    KernelQuery(
        audit::AuditQuery,
        users::UserQuery,
        holidays::HolidayQuery,
        jobs::JobQuery,
        notifications::NotificationQuery,
        schema_book::SchemaBookQuery,
    )
}

/// What can be done in the kernel.
#[derive(Default, MergedObject)]
pub(crate) struct KernelMutation(
    users::UserMutation,
    holidays::HolidayMutation,
    jobs::JobMutation,
    sessions::SessionMutation,
    passwords::PasswordMutation,
    second_factors::SecondFactorMutation,
    api_keys::ApiKeyMutation,
);

/// What is told of the kernel as it happens.
#[derive(Default, MergedSubscription)]
pub(crate) struct KernelSubscription(jobs::JobSubscription);
