//! Every table, in one visible list: what the schema book and its checks look through.
//!
//! # Adding one
//!
//! Its module stands in the list below. A table that the migrations make and that is not here fails
//! `vigil schema check`, by name.

use sea_orm::{ColumnTrait, ColumnType, EntityName, Iden, Iterable};

/// A table, as the program sees it.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it is called.
    pub name: String,
    /// The folder that it lies in.
    pub domain: &'static str,
    /// The text of its file: its comments say what it is for.
    pub text: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// A column, as the program sees it.
#[derive(Clone, Debug)]
pub struct Column {
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub kind: ColumnType,
    /// Whether it may be null.
    pub is_nullable: bool,
}

macro_rules! tables {
    ($($domain:ident { $($module:ident)+ })+) => {
        /// Every table.
        pub fn tables() -> Vec<Table> {
            vec![$($(Table {
                name: crate::$domain::$module::Entity.table_name().to_owned(),
                domain: stringify!($domain),
                text: include_str!(concat!(stringify!($domain), "/", stringify!($module), ".rs")),
                columns: columns::<crate::$domain::$module::Column>(),
            },)+)+]
        }
    };
}

tables! {
    kernel {
        api_key audit_entry audit_seal event_log holiday job notification password_reset recovery_code session
        system_setting two_factor user user_profile verification
    }
    coaching {
        alert alert_rule client client_member coaching_note company_announcement ea
        end_of_day_report pairing pairing_health_change pto_record rule_evaluation start_of_day_log
        text_opinion
    }
}

fn columns<C: ColumnTrait + Iterable + Iden>() -> Vec<Column> {
    let column = |it: C| {
        let definition = it.def();
        Column {
            name: it.to_string(),
            kind: definition.get_column_type().clone(),
            is_nullable: definition.is_null(),
        }
    };
    C::iter().map(column).collect()
}
