//! Plans that were made before. They are kept with the document that they are of, and forgotten with it.

use {
    super::{
        ROOTS,
        plan::{Plan, Planner},
    },
    crate::graphql::asked::Asked,
    async_graphql::{Name, Value},
    std::sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// How many plans of a document are kept: front ends mostly give its variables in few ways.
const PLANS_MAX: usize = 4;
/// How large the variables are at most that a kept plan was made for, in bytes of GraphQL.
const GIVEN_BYTES_MAX: usize = 1_000;
/// How large an answer is expected to be before there was one, in bytes.
const SIZE_EXPECTED: usize = 1 << 12;

/// The plans of a document.
#[derive(Default)]
pub(crate) struct Plans(Mutex<Vec<Arc<Made>>>);

/// What came of planning: a plan, unless what is asked is not plain.
pub(super) struct Made {
    pub(super) plan: Option<Plan>,
    operation: Option<String>,
    /// The variables that it was made for; whatever the others are, it is the same.
    given: Given,
    /// How large the last answer was, in bytes.
    size: AtomicUsize,
}

/// Variables with their values, if they had any.
pub(super) type Given = Vec<(Name, Option<Value>)>;

impl Plans {
    /// The plan of what is asked.
    pub(super) fn of(&self, asked: &Asked) -> Arc<Made> {
        let known = self.kept().iter().find(|it| it.is_of(asked)).cloned();
        known.unwrap_or_else(|| self.make(asked))
    }

    fn make(&self, asked: &Asked) -> Arc<Made> {
        let planner = Planner::new(asked);
        let plan = planner.plan(&ROOTS);
        let (given, is_lasting) = planner.finish();
        let bytes: usize = given.iter().flat_map(|(_, it)| it).map(|it| it.to_string().len()).sum();
        let operation = asked.operation_name().map(str::to_owned);
        let made = Arc::new(Made { plan, operation, given, size: SIZE_EXPECTED.into() });
        if is_lasting && bytes <= GIVEN_BYTES_MAX {
            let mut kept = self.kept();
            if kept.len() >= PLANS_MAX {
                kept.remove(0);
            }
            kept.push(made.clone());
        }
        made
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Arc<Made>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Made {
    fn is_of(&self, asked: &Asked) -> bool {
        self.operation.as_deref() == asked.operation_name()
            && self.given.iter().all(|(name, value)| asked.variable(name) == value.as_ref())
    }

    /// How many bytes to expect of an answer: as many as the last one had.
    pub(super) fn size(&self) -> usize {
        self.size.load(Ordering::Relaxed)
    }

    /// Remembers how many bytes an answer had.
    pub(super) fn note_size(&self, bytes: usize) {
        self.size.store(bytes, Ordering::Relaxed);
    }
}
