//! People and the organisation's calendar, from the outside.

mod audit;
mod bulk;
mod clock;
mod conflicts;
mod credentials;
mod database;
mod events;
mod jobs;
mod notify;
mod passwords;
mod second_factors;
mod sign_in;
mod users;
