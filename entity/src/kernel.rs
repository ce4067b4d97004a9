//! Identity and the organisation's calendar: what every domain leans on.

pub mod audit_entry;
pub mod audit_seal;
pub mod capability;
pub mod event_log;
pub mod holiday;
pub mod user;
pub mod user_profile;
