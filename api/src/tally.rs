//! How many statements a request ran, and how long the database took for them.

use std::{cell::Cell, time::Duration};

/// What the database did for a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// How many statements.
    pub(crate) statements: u32,
    /// How long they took together; some ran side by side.
    pub(crate) took: Duration,
}

tokio::task_local! {
    static TALLY: Cell<Tally>;
}

/// Does something, and counts the statements that it runs.
pub(crate) async fn counted<T>(run: impl Future<Output = T>) -> (T, Tally) {
    let counting = async {
        let outcome = run.await;
        (outcome, TALLY.with(Cell::get))
    };
    TALLY.scope(Cell::default(), counting).await
}

/// Counts a statement, if anybody wants to know.
pub(crate) fn count(took: Duration) {
    // Outside of a request nobody does.
    let _ = TALLY.try_with(|tally| {
        let Tally { statements, took: before } = tally.get();
        tally.set(Tally { statements: statements + 1, took: before + took });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_request_has_a_tally_of_its_own() {
        let run = async |statements: u32| {
            for _ in 0..statements {
                count(Duration::from_millis(2));
                tokio::task::yield_now().await;
            }
        };

        let (((), one), ((), three)) = tokio::join!(counted(run(1)), counted(run(3)));
        count(Duration::from_millis(2));

        assert_eq!(one, Tally { statements: 1, took: Duration::from_millis(2) });
        assert_eq!(three, Tally { statements: 3, took: Duration::from_millis(6) });
    }
}
