//! `text_opinions`: what language models have said of texts.

use {
    crate::{closed_set::closed_set, id::TextOpinionId, scalar::DateTime},
    sea_orm::entity::prelude::*,
};

closed_set! {
    /// Whether a language model sees in texts what a rule saw in them.
    OpinionVerdict {
        /// It sees the same.
        Agrees,
        /// It does not see it.
        Disagrees,
        /// It cannot tell, or its answer could not be read.
        Unsure,
    }
}

/// What a language model has said of texts. The texts are not kept: they are known again by their hash.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "text_opinions")]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TextOpinionId,
    /// SHA-256 of what was asked, instructions, question and texts, in hexadecimal digits.
    pub hash: String,
    /// The model that was asked.
    pub model: String,
    /// Whether it sees what the rule saw.
    pub verdict: OpinionVerdict,
    /// Why, in its own words, if it said so.
    pub reason: Option<String>,
    /// When the row was made.
    pub created_at: DateTime,
}

impl ActiveModelBehavior for ActiveModel {}
