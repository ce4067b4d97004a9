//! People and the organisation's calendar, from the outside.

mod audit;
mod bulk;
mod conflicts;
mod events;
mod users;
