//! Where the links in mails lead: to pages of a front end, which the server does not know by itself.

use super::token::Token;

/// What stands for the token in a link.
pub const TOKEN: &str = "{token}";

/// Where links in mails lead. `{token}` stands for the token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The page on which a password is chosen.
    pub password: Option<String>,
    /// The page on which an address is confirmed.
    pub verification: Option<String>,
}

impl Links {
    /// How somebody chooses a password: a link, or the mutation to be called.
    pub fn password(&self, token: &Token) -> String {
        let link = self.password.as_deref();
        let call = r#"mutation { passwordResetComplete(input: {token: "{token}", newPassword: "…"}) { errors { message } } }"#;
        link.unwrap_or(call).replace(TOKEN, token.reveal())
    }

    /// How somebody confirms an address: a link, or the mutation to be called.
    pub fn verification(&self, token: &Token) -> String {
        let link = self.verification.as_deref();
        let call = r#"mutation { emailVerify(input: {token: "{token}"}) { errors { message } } }"#;
        link.unwrap_or(call).replace(TOKEN, token.reveal())
    }
}
