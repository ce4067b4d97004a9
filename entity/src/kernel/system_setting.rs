//! `system_settings`: what administrators set while the server runs.

use {
    crate::{scalar::DateTime, sealed::Sealed},
    sea_orm::entity::prelude::*,
};

/// Something that administrators set while the server runs. It has a value or a sealed one.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "system_settings")]
pub struct Model {
    /// What it is called.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Its value, unless that is secret.
    pub value: Option<String>,
    /// Its value, if that is secret.
    pub sealed_value: Option<Sealed<String>>,
    /// What it is for.
    pub description: Option<String>,
    /// When the row last changed.
    pub updated_at: DateTime,
}

impl ActiveModelBehavior for ActiveModel {}
