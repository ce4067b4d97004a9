//! The five documents that are measured: those that front ends send.

use {
    clap::ValueEnum,
    serde::{Deserialize, Serialize},
    serde_json::{Value, json},
    sha2::{Digest, Sha256},
    std::fmt::{self, Write},
};

/// A document, by the name of its operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ValueEnum)]
#[value(rename_all = "kebab-case")]
pub enum Document {
    /// Fifty pairings that stand badly, with the newest reports and the open alerts of each.
    Dashboard,
    /// The newest fifty alerts that nobody has looked at, with whom they are about.
    AlertQueue,
    /// Thirty reports of one pairing, and how many there are.
    History,
    /// One alert, its rule and its client.
    Lookup,
    /// A report is filed.
    Submit,
}

impl Document {
    /// All of them. What writes comes last.
    pub const ALL: [Self; 5] =
        [Self::Dashboard, Self::AlertQueue, Self::History, Self::Lookup, Self::Submit];

    /// The document as it is sent.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Dashboard => include_str!("../../tests/clients/documents/dashboard.graphql"),
            Self::AlertQueue => include_str!("../../tests/clients/documents/alert_queue.graphql"),
            Self::History => include_str!("../../tests/clients/documents/history.graphql"),
            Self::Lookup => include_str!("../../tests/clients/documents/lookup.graphql"),
            Self::Submit => include_str!("../../tests/clients/documents/submit.graphql"),
        }
    }

    /// The hash that a trusted document is known by.
    pub fn hash(self) -> String {
        let digest = Sha256::digest(self.text());
        digest.iter().fold(String::new(), |mut hash, byte| {
            write!(hash, "{byte:02x}").expect("a string takes all");
            hash
        })
    }

    /// The body of a request that names the document by its hash, as a front end of a trusted
    /// document sends it.
    pub(crate) fn by_hash(self, variables: &Value) -> String {
        let id = format!("sha256:{}", self.hash());
        json!({ "operationName": self, "documentId": id, "variables": variables }).to_string()
    }

    /// The body of a request that carries the document.
    pub(crate) fn in_full(self, variables: &Value) -> String {
        let (text, name) = (self.text(), self);
        json!({ "operationName": name, "query": text, "variables": variables }).to_string()
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// The file of trusted documents, as graphql-codegen writes it.
pub(crate) fn trusted() -> String {
    let all = Document::ALL.map(|it| (it.hash(), Value::from(it.text())));
    Value::Object(all.into_iter().collect()).to_string()
}
