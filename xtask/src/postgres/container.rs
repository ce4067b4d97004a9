//! A throw-away server from `docker-compose.yml`.

use std::process::Command;

use super::{Server, free_port};
use crate::{
    command::{answer, root, words},
    tether::Tether,
};

const SCRIPT: &str = include_str!("container.sh");

pub(super) fn engine_answers() -> bool {
    ["docker info", "docker compose version"].iter().all(|line| answer(&mut words(line)).is_some())
}

pub(super) fn start() -> Result<Server, String> {
    let port = free_port()?;
    let mut shell = Command::new("sh");
    shell.args(["-c", SCRIPT]).current_dir(root());
    shell.env("COMPOSE_PROJECT_NAME", format!("vigil-test-{port}"));
    shell.env("VIGIL_POSTGRES_PORT", port.to_string());
    let tether = Tether::start(&mut shell).map_err(|error| format!("docker compose: {error}"))?;
    Ok(Server {
        url: format!("postgres://vigil:vigil@127.0.0.1:{port}/postgres"),
        description: "of docker-compose.yml".to_owned(),
        _tether: Some(tether),
    })
}
