//! Closed sets: one definition for the Rust enum, the CHECK in the database and the GraphQL enum.

use sea_orm::{ActiveEnum, Iterable};

/// A set of values that only a release can change.
pub trait ClosedSet: ActiveEnum<Value = String> + Iterable {
    /// Every value as it is stored, for the CHECK of a column.
    fn stored() -> Vec<String> {
        Self::iter().map(|value| value.to_value()).collect()
    }
}

impl<T: ActiveEnum<Value = String> + Iterable> ClosedSet for T {}

/// Declares closed sets. Values are stored, sent and shown in upper case, in the order given here.
macro_rules! closed_set {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[doc = $value_doc:literal])* $value:ident,)+
    })+) => { $(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, async_graphql::Enum,
            sea_orm::EnumIter, sea_orm::DeriveActiveEnum, serde::Deserialize, serde::Serialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name {
            $($(#[doc = $value_doc])* $value,)+
        }

        impl $name {
            /// What the value means, in a sentence or two.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$value => concat!($($value_doc),*).trim_ascii(),)+
                }
            }
        }
    )+ };
}

pub(crate) use closed_set;
