//! People and the organisation's calendar, from the outside.

mod audit;
mod bulk;
mod conflicts;
mod credentials;
mod events;
mod jobs;
mod notify;
mod passwords;
mod second_factors;
mod sign_in;
mod users;
