//! `PtoRecord`: days on which an assistant does not work.

use {
    super::eas::ExecutiveAssistant,
    crate::graphql::{
        mutation::mutations,
        object::{object, roots},
    },
    entity::coaching::pto_record,
    service::coaching::pto_records::{
        self, PtoRecordCreateInput, PtoRecordDeleteInput, PtoRecordUpdateInput,
    },
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

mutations! {
    PtoRecordMutation;
    /// Records time off; `CONFLICT` when it overlaps another of the assistant.
    pto_record_create(PtoRecordCreateInput) -> PtoRecordCreatePayload {
        /// The time off.
        pto_record: PtoRecord
    } = pto_records::create;
    /// Changes time off; `CONFLICT` when it then overlaps another of the assistant.
    pto_record_update(PtoRecordUpdateInput) -> PtoRecordUpdatePayload {
        /// The time off as it is now.
        pto_record: PtoRecord
    } = pto_records::update;
    /// Takes time off back.
    pto_record_delete(PtoRecordDeleteInput) -> PtoRecordDeletePayload {
        /// The time off as it was.
        pto_record: PtoRecord
    } = pto_records::delete;
}
