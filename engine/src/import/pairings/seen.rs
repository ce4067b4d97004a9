//! Which pairings a file has named so far.

use {
    crate::text::folded_name,
    std::{
        collections::BTreeMap,
        hash::{DefaultHasher, Hash, Hasher},
    },
};

/// The line of every pairing, by a hash of its address and client.
///
/// A million pairings take some 40 MB, however long their names. With 128 bits the chance that any
/// two of a million different pairings look the same is 10¹² / 2¹²⁹, below 10⁻²⁶; with 64 bits it
/// would be one file in forty million, each with a good row refused.
#[derive(Debug, Default)]
pub(super) struct Seen(BTreeMap<u128, u64>);

impl Seen {
    /// The line that named this pairing before.
    pub(super) fn line(&self, ea_email: &str, client_name: &str) -> Option<u64> {
        self.0.get(&key(ea_email, client_name)).copied()
    }

    pub(super) fn insert(&mut self, ea_email: &str, client_name: &str, line: u64) {
        self.0.insert(key(ea_email, client_name), line);
    }
}

fn key(ea_email: &str, client_name: &str) -> u128 {
    let client_name = folded_name(client_name);
    let half = |number: u8| {
        let mut hasher = DefaultHasher::new();
        (number, ea_email, &client_name).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(left: (&str, &str), right: (&str, &str), is_same: bool) {
        assert_eq!(key(left.0, left.1) == key(right.0, right.1), is_same);
    }

    #[test]
    fn a_client_is_known_in_any_case_and_spacing() {
        check(("ada@example.com", "Acme  Ltd"), ("ada@example.com", "ACME\u{a0}ltd"), true);
    }

    #[test]
    fn another_assistant_is_another_pairing() {
        check(("ada@example.com", "Acme"), ("bob@example.com", "Acme"), false);
    }

    #[test]
    fn a_space_in_a_name_makes_another_client() {
        check(("ada@example.com", "Ac me"), ("ada@example.com", "Acme"), false);
    }

    #[test]
    fn text_does_not_run_from_the_address_into_the_name() {
        check(("ada@example.com", "Acme"), ("ada@example.co", "mAcme"), false);
    }
}
