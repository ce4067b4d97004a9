//! The HTTP server, through a real socket.

mod bombs;
mod documents;
mod drain;
mod event_stream;
mod fuzz;
mod limits;
mod origins;
mod protocol;
mod routes;
mod slow;
mod socket;
mod subscriptions;
