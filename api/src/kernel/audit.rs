//! `AuditEntry`: a change of one row.

use {
    super::users::User,
    crate::graphql::object::{object, roots},
    entity::kernel::audit_entry,
};

object! {
    /// A change of one row. Entries are added and never changed.
    AuditEntry: audit_entry;
    optional {
        /// Who did it; none when the server itself did.
        user(user_id): User;
    }
}

roots! {
    AuditQuery: AuditEntry;
    one {
        /// The entry with an id.
        audit_entry;
    }
    many {
        /// What was changed and by whom, newest first unless ordered otherwise.
        audit_trail;
    }
}
