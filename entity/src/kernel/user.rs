//! `users`: a person who works with Vigil.

use {
    crate::{closed_set::closed_set, id::UserId, scalar::DateTime},
    sea_orm::entity::prelude::*,
};

closed_set! {
    /// What a person may see and do.
    Role {
        /// Sees only itself, until somebody gives it another role.
        Pending,
        /// Sees its own pairings and the client-facing fields of their reports.
        Client,
        /// An executive assistant: reports every working day.
        Ea,
        /// Reads and scores data records.
        User,
        /// Leads the assistants: attendance, time off, coaching.
        HeadEas,
        /// Leads client success: clients, pairings, alerts.
        HeadClientSuccess,
        /// Runs projects, clerkships and schedules.
        Manager,
        /// Sees and does everything.
        Admin,
    }
}

/// A person who works with Vigil.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "users",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "UserRow")),
    model_ex_attrs(derive(async_graphql::Description))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// The address that the person signs in with, in lower case; no two people share one.
    pub email: String,
    /// The full name.
    pub name: String,
    /// What the person may see and do.
    pub role: Role,
    /// Whether the person may sign in and be given work.
    pub is_active: bool,
    /// Whether the address has been confirmed.
    pub email_verified: bool,
    /// The address of a picture.
    pub image: Option<String>,
    /// Whether the person must choose a new password before anything else.
    pub must_reset_password: bool,
    /// An argon2id hash in PHC form; none until a password is chosen. Never leaves the server.
    #[graphql(skip)]
    pub password_hash: Option<String>,
    /// Counts the edits; an update names the version that it was made from.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
}

impl ActiveModelBehavior for ActiveModel {}
