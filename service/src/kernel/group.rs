//! Work of many callers that is done at once.
//!
//! What is asked for while the same kind of work is being done waits, and is then done together: by one
//! transaction, and by statements that take many rows. Nobody waits for company that may never come: whoever
//! finds nothing under way begins at once, with those who are asking at the same moment, and whoever finds
//! something waits for no longer than until it is done.

use {
    super::error::Result,
    sea_orm::{DbErr, prelude::Uuid},
    std::{
        any::{Any, TypeId},
        collections::{HashMap, HashSet},
        mem,
        sync::{Arc, Mutex, MutexGuard, PoisonError},
    },
    tokio::sync::oneshot,
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
    /// How many times work is done together at the same time.
    turns: usize,
    state: Mutex<State<W>>,
}

struct State<W: Grouped> {
    waiting: Vec<Waiting<W>>,
    /// How many turns are taken.
    taken: usize,
    /// Whether the last of them has not begun its work yet.
    is_gathering: bool,
    /// How many pieces of work are being done in the others.
    under_way: usize,
}

struct Waiting<W: Grouped> {
    work: W,
    tell: oneshot::Sender<W::Answer>,
}

impl<W: Grouped> Group<W> {
    fn new(turns: usize) -> Self {
        let state = State { waiting: Vec::new(), taken: 0, is_gathering: false, under_way: 0 };
        Self { turns, state: Mutex::new(state) }
    }

    /// Has a piece of work done. It is done even if whoever waits for it goes away: others may be done
    /// together with it.
    pub(crate) async fn join(self: &Arc<Self>, work: W) -> Result<W::Answer> {
        let (tell, told) = oneshot::channel();
        self.lock().waiting.push(Waiting { work, tell });
        self.go_on();
        told.await.map_err(|_| DbErr::Custom(LOST.to_owned()).into())
    }

    /// Takes a turn, if it is time for one.
    fn go_on(self: &Arc<Self>) {
        if !self.lock().take_turn(self.turns) {
            return;
        }
        let turn = Turn { group: self.clone(), size: 0 };
        #[expect(
            clippy::disallowed_methods,
            reason = "it is the work of several requests, and must not end with one of them"
        )]
        tokio::spawn(turn.work());
    }

    fn lock(&self) -> MutexGuard<'_, State<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Grouped> State<W> {
    /// Takes another turn if it is time for one: at once when none is taken, else when as much waits as is done
    /// in one of those that are. Less would cost as much as more, and waits for no longer than one of them.
    fn take_turn(&mut self, turns: usize) -> bool {
        let is_free = !self.is_gathering && self.taken < turns;
        let is_worth_it = self.waiting.len() * self.taken >= self.under_way;
        let begins = is_free && is_worth_it && !self.waiting.is_empty();
        self.taken += usize::from(begins);
        self.is_gathering |= begins;
        begins
    }

    /// What is done together next: what has waited longest, without what is about the same.
    fn next(&mut self) -> Vec<Waiting<W>> {
        let (mut keys, mut together, mut later) = (HashSet::new(), Vec::new(), Vec::new());
        for it in self.waiting.drain(..) {
            let is_now = together.len() < TOGETHER_MAX && keys.insert(it.work.key());
            if is_now { together.push(it) } else { later.push(it) }
        }
        self.waiting = later;
        self.is_gathering = false;
        self.under_way += together.len();
        together
    }
}

/// A turn that is taken until this is dropped.
struct Turn<W: Grouped> {
    group: Arc<Group<W>>,
    size: usize,
}

impl<W: Grouped> Turn<W> {
    async fn work(mut self) {
        self.settle().await;
        let together = self.group.lock().next();
        self.size = together.len();
        self.group.go_on();
        let (work, tell): (Vec<_>, Vec<_>) =
            together.into_iter().map(|Waiting { work, tell }| (work, tell)).unzip();
        for (answer, tell) in W::run(work).await.into_iter().zip(tell) {
            // Nobody waits for it any more: it was done all the same.
            tell.send(answer).ok();
        }
    }

    /// Lets requests that are here already be read. Answers go out together, and so the next requests come
    /// in together: the first of them would else begin alone.
    async fn settle(&self) {
        let mut count = 0;
        loop {
            let before = mem::replace(&mut count, self.group.lock().waiting.len());
            if before == count || count >= TOGETHER_MAX {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

impl<W: Grouped> Drop for Turn<W> {
    fn drop(&mut self) {
        let mut state = self.group.lock();
        state.taken -= 1;
        state.under_way -= self.size;
        drop(state);
        self.group.go_on();
    }
}

/// Whoever did the work has panicked.
const LOST: &str = "the work of several requests was not finished";

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

    /// How much each of them does at the same time.
    pub(crate) fn turns(&self) -> usize {
        self.turns
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

    /// How much the next turn does when so much more is asked for; none if it is not time for one.
    fn next(state: &mut State<Told>, more: u128) -> Option<usize> {
        let first = state.waiting.len() as u128;
        let more = (first..first + more)
            .map(|key| Waiting { work: Told(key), tell: oneshot::channel().0 });
        state.waiting.extend(more);
        state.take_turn(2).then(|| state.next().len())
    }

    #[test]
    fn a_further_turn_begins_when_as_much_waits_as_is_under_way() {
        let mut state = State { waiting: Vec::new(), taken: 0, is_gathering: false, under_way: 0 };

        assert_eq!(next(&mut state, 3), Some(3));
        assert_eq!(next(&mut state, 2), None);
        assert_eq!(next(&mut state, 1), Some(3));
        assert_eq!(next(&mut state, 9), None);
    }

    #[tokio::test]
    async fn no_more_than_so_much_is_done_together() {
        let keys: Vec<u128> = (0..40).collect();

        let sizes: Vec<usize> = done(1, &keys).await.iter().map(Vec::len).collect();

        assert_eq!([sizes[0], sizes[16], sizes[32]], [16, 16, 8]);
    }
}
