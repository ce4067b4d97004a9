//! Which kinds of jobs there are.

use {
    super::{End, Failure, Job, Running},
    entity::kernel::job::Lane,
    futures_util::{FutureExt, future::BoxFuture},
    serde_json::Value,
    std::time::Duration,
};

/// A kind of job.
#[derive(Clone, Copy)]
pub struct Kind {
    /// What it is called.
    pub name: &'static str,
    /// Beside which others its jobs wait.
    pub lane: Lane,
    pub(super) timeout: Duration,
    pub(super) run: fn(Value, Running) -> BoxFuture<'static, Result<End, Failure>>,
}

impl Kind {
    /// The kind that a type stands for.
    pub fn of<J: Job>() -> Self {
        Self { name: J::KIND, lane: J::LANE, timeout: J::TIMEOUT, run: run::<J> }
    }
}

/// What cannot be read will not be read another time either.
fn run<J: Job>(payload: Value, running: Running) -> BoxFuture<'static, Result<End, Failure>> {
    async move {
        let job: J = serde_json::from_value(payload).map_err(Failure::give_up)?;
        job.run(&running).await
    }
    .boxed()
}
