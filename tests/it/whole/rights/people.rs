//! Everybody who asks.

use {
    super::world::World,
    entity::kernel::{capability::Capability, user::Role},
    sea_orm::{ActiveEnum, Iterable},
    service::{Person, Viewer},
};

/// Somebody who asks.
pub(super) struct Caller {
    /// What it is called in the table.
    pub(super) name: String,
    /// What it is to the server.
    pub(super) viewer: Viewer,
}

/// Nobody, a person of each role, and an administrator's keys: without a scope, and with one that
/// changes what the key may not see.
pub(super) fn callers(world: &World) -> Vec<Caller> {
    let person = |role| Person::new(world.person(role), role);
    let nobody = Caller { name: "nobody".into(), viewer: Viewer::Nobody };
    let roles = Role::iter()
        .map(|role| Caller { name: role.to_value(), viewer: Viewer::Person(person(role)) });
    let key = |name: &str, scopes: &[Capability]| Caller {
        name: name.into(),
        viewer: Viewer::Person(person(Role::Admin).limited_to(scopes)),
    };
    let keys = [
        key("key without scope", &[]),
        key("key with one writing scope", &[Capability::ReportsWrite]),
    ];
    [nobody].into_iter().chain(roles).chain(keys).collect()
}
