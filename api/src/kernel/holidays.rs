//! `Holiday`: periods in which the organisation does not work.

use {
    crate::graphql::object::{object, roots},
    entity::kernel::holiday,
};

object! {
    /// A period in which the organisation does not work: no report is expected.
    Holiday: holiday;
}

roots! {
    HolidayQuery: Holiday;
    one {
        /// The holiday with an id.
        holiday;
    }
    many {
        /// Holidays, latest first unless ordered otherwise.
        holidays;
    }
}
