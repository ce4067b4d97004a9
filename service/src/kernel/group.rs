//! Work of many callers that is done at once.
//!
//! What is asked for while the same kind of work is being done waits, and is then done together: by one
//! transaction, and by statements that take many rows. Nobody waits for company that is not there yet: whoever
//! finds nothing under way begins at once, with those who are asking at the same moment.

use {
    super::error::{Error, Result},
    sea_orm::{DbErr, prelude::Uuid},
    std::{
        any::{Any, TypeId},
        collections::{HashMap, HashSet},
        sync::{Arc, Mutex, PoisonError},
    },
    tokio::sync::{Semaphore, oneshot},
};

/// How much is done together at most.
const TOGETHER_MAX: usize = 16;

/// A piece of work that can be done together with others of its kind.
pub(crate) trait Grouped: Sized + Send + 'static {
    /// What comes of it.
    type Answer: Send + 'static;

    /// What it is about: two pieces of work about the same are never done together.
    fn key(&self) -> Uuid;

    /// Does all of it. Answers in the same order, for each piece by itself.
    fn run(all: Vec<Self>) -> impl Future<Output = Vec<Self::Answer>> + Send;
}

/// The work of one kind.
pub(crate) struct Group<W: Grouped> {
    waiting: Mutex<Vec<Waiting<W>>>,
    turns: Arc<Semaphore>,
}

struct Waiting<W: Grouped> {
    work: W,
    tell: oneshot::Sender<W::Answer>,
}

impl<W: Grouped> Group<W> {
    fn new(turns: usize) -> Self {
        Self { waiting: Mutex::default(), turns: Arc::new(Semaphore::new(turns)) }
    }

    /// Has a piece of work done. It is done even if whoever waits for it goes away: others may be done
    /// together with it.
    pub(crate) async fn join(self: &Arc<Self>, work: W) -> Result<W::Answer> {
        let (tell, mut told) = oneshot::channel();
        self.lock().push(Waiting { work, tell });
        loop {
            // Whoever gets a turn does what waits by then, which may no longer hold its own work.
            let turn = tokio::select! {
                biased;
                answer = &mut told => return answer.map_err(|_| lost()),
                turn = self.turns.clone().acquire_owned() => turn.map_err(|_| lost())?,
            };
            self.settle().await;
            let together = self.next();
            if together.is_empty() {
                drop(turn);
                return told.await.map_err(|_| lost());
            }
            #[expect(
                clippy::disallowed_methods,
                reason = "it is the work of several requests, and must not end with one of them"
            )]
            tokio::spawn(async move {
                let (work, tell): (Vec<_>, Vec<_>) =
                    together.into_iter().map(|Waiting { work, tell }| (work, tell)).unzip();
                for (answer, tell) in W::run(work).await.into_iter().zip(tell) {
                    // Nobody waits for it any more: it was done all the same.
                    tell.send(answer).ok();
                }
                drop(turn);
            });
        }
    }

    /// Lets requests that are here already be read. Answers go out together, and so the next requests come
    /// in together: the first of them would else begin alone.
    async fn settle(&self) {
        let mut count = 0;
        loop {
            let before = std::mem::replace(&mut count, self.lock().len());
            if before == count || count >= TOGETHER_MAX {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// What is done together next: what has waited longest, without what is about the same.
    fn next(&self) -> Vec<Waiting<W>> {
        let mut waiting = self.lock();
        let (mut keys, mut together, mut later) = (HashSet::new(), Vec::new(), Vec::new());
        for it in waiting.drain(..) {
            let is_now = together.len() < TOGETHER_MAX && keys.insert(it.work.key());
            if is_now { together.push(it) } else { later.push(it) }
        }
        *waiting = later;
        together
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Waiting<W>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever did the work has panicked.
fn lost() -> Error {
    DbErr::Custom("the work of several requests was not finished".to_owned()).into()
}

/// The groups of a server, a kind of work each.
pub(crate) struct Groups {
    turns: usize,
    all: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Groups {
    /// Groups of which each does so much at the same time.
    pub(crate) fn new(turns: usize) -> Self {
        Self { turns, all: Mutex::default() }
    }

    /// The group of a kind of work.
    pub(crate) fn of<W: Grouped>(&self) -> Arc<Group<W>> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let group = all
            .entry(TypeId::of::<W>())
            .or_insert_with(|| Arc::new(Group::<W>::new(self.turns)))
            .clone();
        drop(all);
        group.downcast().expect("it was made for this kind of work")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Work that says what it was done together with.
    struct Told(u128);

    impl Grouped for Told {
        type Answer = Vec<u128>;

        fn key(&self) -> Uuid {
            Uuid::from_u128(self.0)
        }

        async fn run(all: Vec<Self>) -> Vec<Vec<u128>> {
            let keys: Vec<u128> = all.iter().map(|it| it.0).collect();
            all.iter().map(|_| keys.clone()).collect()
        }
    }

    async fn done(turns: usize, keys: &[u128]) -> Vec<Vec<u128>> {
        let group = Groups::new(turns).of::<Told>();
        let all = futures_util::future::join_all(keys.iter().map(|key| group.join(Told(*key))));
        all.await.into_iter().map(|it| it.expect("nothing panics")).collect()
    }

    #[tokio::test]
    async fn what_waits_is_done_together() {
        let done = done(1, &[1, 2, 3]).await;

        assert_eq!(done, [vec![1, 2, 3], vec![1, 2, 3], vec![1, 2, 3]]);
    }

    #[tokio::test]
    async fn what_is_about_the_same_is_done_one_after_the_other() {
        let done = done(1, &[1, 2, 2, 2]).await;

        assert_eq!(done, [vec![1, 2], vec![1, 2], vec![2], vec![2]]);
    }

    #[tokio::test]
    async fn no_more_than_so_much_is_done_together() {
        let keys: Vec<u128> = (0..40).collect();

        let sizes: Vec<usize> = done(1, &keys).await.iter().map(Vec::len).collect();

        assert_eq!([sizes[0], sizes[16], sizes[32]], [16, 16, 8]);
    }
}
