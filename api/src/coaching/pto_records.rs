//! `PtoRecord`: days on which an assistant does not work.

use {
    super::eas::ExecutiveAssistant,
    crate::graphql::object::{object, roots},
    entity::coaching::pto_record,
};

object! {
    /// Days on which an assistant does not work.
    PtoRecord: pto_record;
    one {
        /// Who is away.
        ea(ea_id): ExecutiveAssistant;
    }
}

roots! {
    PtoRecordQuery: PtoRecord;
    one {
        /// The time off with an id.
        pto_record;
    }
    many {
        /// Times off, latest first unless ordered otherwise.
        pto_records;
    }
}
