//! Statements that were built before. To build one takes a third and more of what a look-up allocates; it depends
//! on what is asked for, and not on the ids that it is asked of.

use {
    super::{super::List, Join, Table},
    sea_orm::{DbBackend, Statement, Value, Values, sea_query::SelectStatement},
    std::{
        borrow::Cow,
        collections::HashMap,
        hash::{DefaultHasher, Hash, Hasher},
        sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    },
};

/// How many statements are remembered.
const STATEMENTS_MAX: usize = 500;
/// How long the text of one may be that is remembered, in bytes.
const TEXT_BYTES_MAX: usize = 10_000;
/// How many values it may have beside the ids, and how long each of them may be, in bytes.
const VALUES_MAX: usize = 50;
const VALUE_BYTES_MAX: usize = 200;

/// Those that were built, by the hashes of what they ask for.
static KNOWN: LazyLock<Mutex<HashMap<u64, Arc<Known>>>> = LazyLock::new(Mutex::default);

/// What a statement asks for, whatever the ids that it asks of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape<'a> {
    backend: DbBackend,
    kind: Kind,
    table: &'static str,
    columns: Cow<'a, [&'static str]>,
    joins: Cow<'a, [Join]>,
    list: Option<(Cow<'a, List>, u64)>,
}

/// The kinds of statements. Those under parents have the column that refers to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// Rows whose column has an id.
    Rows(&'static str),
    /// A page.
    Page,
    /// A page of each of many parents, by one statement.
    Pages(&'static str),
    /// A page of whichever parent.
    PageOfEach(&'static str),
    /// How many rows there are.
    Count,
    /// How many there are of each of many parents, by one statement.
    Counts(&'static str),
    /// How many there are of whichever parent.
    CountOfEach(&'static str),
}

/// A statement for some ids.
struct Known {
    shape: Shape<'static>,
    statement: Statement,
    /// Which of its values are the ids, if any are.
    place: Option<usize>,
}

impl<'a> Shape<'a> {
    /// What a statement asks a table for, and those that ride along with it.
    pub(crate) fn new(backend: DbBackend, kind: Kind, table: &'a Table, joins: &'a [Join]) -> Self {
        let (columns, joins) = (Cow::Borrowed(&*table.columns), Cow::Borrowed(joins));
        Self { backend, kind, table: table.name, columns, joins, list: None }
    }

    /// The same, of the first rows of a list.
    pub(crate) fn of(self, list: &'a List, take: u64) -> Self {
        Self { list: Some((Cow::Borrowed(list), take)), ..self }
    }

    /// The database that is asked.
    pub(crate) fn backend(&self) -> DbBackend {
        self.backend
    }

    fn into_owned(self) -> Shape<'static> {
        let Self { backend, kind, table, columns, joins, list } = self;
        let (columns, joins) = (columns.into_owned().into(), joins.into_owned().into());
        let list = list.map(|(list, take)| (Cow::Owned(list.into_owned()), take));
        Shape { backend, kind, table, columns, joins, list }
    }

    fn hash(&self) -> u64 {
        fn add(joins: &[Join], to: &mut DefaultHasher) {
            joins.len().hash(to);
            for Join { column, target: _, columns, joins } in joins {
                (column, columns).hash(to);
                add(joins, to);
            }
        }
        let mut hasher = DefaultHasher::new();
        (self.backend as u8, self.kind, self.table, &self.columns).hash(&mut hasher);
        add(&self.joins, &mut hasher);
        // The seal stands for what the list is narrowed and ordered by.
        self.list.as_ref().map(|(list, take)| (list.seal, take)).hash(&mut hasher);
        hasher.finish()
    }
}

/// The statement of a shape, for ids as they stand in it: the one that was built before, or one that is built now.
pub(crate) fn statement(
    shape: Shape<'_>,
    ids: Option<Value>,
    build: impl FnOnce() -> SelectStatement,
) -> Statement {
    let hash = shape.hash();
    let found = known().get(&hash).filter(|it| it.shape == shape).cloned();
    if let Some(found) = found {
        return found.of(ids);
    }
    let statement = shape.backend.build(&build());
    if let Some(known) = Known::new(shape, statement.clone(), ids.as_ref()) {
        remember(hash, known);
    }
    statement
}

fn remember(hash: u64, one: Known) {
    let mut known = known();
    if known.len() >= STATEMENTS_MAX {
        known.clear();
    }
    known.insert(hash, Arc::new(one));
}

impl Known {
    /// One to remember, unless it is large, or its ids cannot be told from its other values.
    fn new(shape: Shape<'_>, mut statement: Statement, ids: Option<&Value>) -> Option<Self> {
        let values = statement.values.as_mut().map(|it| it.0.as_mut_slice()).unwrap_or_default();
        let mut places = values.iter().enumerate().filter(|(_, it)| Some(*it) == ids);
        let place = places.next().map(|(place, _)| place);
        if place.is_some() != ids.is_some() || places.next().is_some() {
            return None;
        }
        if let Some(place) = place {
            // They may be many, and stand for themselves.
            values[place] = Value::Bool(None);
        }
        let is_small = statement.sql.len() <= TEXT_BYTES_MAX
            && values.len() <= VALUES_MAX
            && values.iter().all(is_small);
        is_small.then(|| Self { shape: shape.into_owned(), statement, place })
    }

    /// The same for other ids.
    fn of(&self, ids: Option<Value>) -> Statement {
        let mut statement = self.statement.clone();
        if let (Some(place), Some(ids), Some(Values(values))) =
            (self.place, ids, &mut statement.values)
        {
            values[place] = ids;
        }
        statement
    }
}

fn is_small(value: &Value) -> bool {
    match value {
        Value::String(text) => text.as_ref().is_none_or(|it| it.len() <= VALUE_BYTES_MAX),
        Value::Bytes(bytes) => bytes.as_ref().is_none_or(|it| it.len() <= VALUE_BYTES_MAX),
        Value::Json(_) | Value::Array(..) => false,
        _ => true,
    }
}

fn known() -> MutexGuard<'static, HashMap<u64, Arc<Known>>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use {
        super::{
            super::{
                super::predicate::{Predicate, Test},
                Target, pages, rows,
            },
            *,
        },
        entity::coaching::{client, pairing},
        sea_orm::prelude::Uuid,
    };

    const BACKENDS: [DbBackend; 2] = [DbBackend::Postgres, DbBackend::Sqlite];

    #[test]
    fn a_known_statement_is_that_which_would_be_built() {
        let client = |columns: &[&'static str]| Join {
            column: "client_id",
            target: Target::of::<client::Entity>(),
            columns: Some(columns.to_vec()),
            joins: Vec::new(),
        };
        let joins = [vec![], vec![client(&["id"])], vec![client(&["id", "name"])]];
        for number in 1..=3 {
            for backend in BACKENDS {
                for columns in [&["id"][..], &["id", "ea_id"]] {
                    for joins in &joins {
                        let table = &Table::of::<pairing::Entity>().narrowed(columns);
                        let id = Uuid::from_u128(number);
                        let build =
                            || rows(backend, table, ("id", &[id]), &Predicate::default(), joins);

                        let shape = Shape::new(backend, Kind::Rows("id"), table, joins);
                        let found = statement(shape, Some(id.into()), build);

                        assert_eq!(found, backend.build(&build()));
                    }
                }
            }
        }
    }

    #[test]
    fn ids_that_a_list_is_narrowed_by_are_not_taken_for_its_parents() {
        let [one, two] = [1, 2].map(Uuid::from_u128);
        let first = List::first::<pairing::Entity>(3);
        let narrowed = Predicate::Column("client_id", Test::In(vec![one.into()]));
        let list = &List { predicate: narrowed, seal: 1, ..first.clone() };
        let table = &Table::listed::<pairing::Entity>();
        for backend in BACKENDS {
            for (list, id) in [(list, one), (list, two), (list, one), (&first, one), (&first, two)]
            {
                let build = || rows(backend, table, ("ea_id", &[id]), &list.predicate, &[]);

                let shape = Shape::new(backend, Kind::Rows("ea_id"), table, &[]).of(list, 3);
                let found = statement(shape, Some(id.into()), build);

                assert_eq!(found, backend.build(&build()));
            }
        }
    }

    #[test]
    fn what_is_large_is_not_remembered() {
        let table = &Table::listed::<pairing::Entity>();
        let remembered = |values: Vec<Value>| {
            let predicate = Predicate::Column("health_status", Test::In(values));
            let list = &List { predicate, ..List::first::<pairing::Entity>(3) };
            let shape = Shape::new(DbBackend::Sqlite, Kind::Count, table, &[]).of(list, 0);
            let statement = shape.backend.build(&super::super::count(table, &list.predicate));
            Known::new(shape, statement, None).is_some()
        };

        assert!(remembered(vec!["RED".into(), "x".repeat(VALUE_BYTES_MAX).into()]));
        assert!(!remembered(vec!["RED".into(), "x".repeat(VALUE_BYTES_MAX + 1).into()]));
        assert!(remembered(vec!["RED".into(); VALUES_MAX]));
        assert!(!remembered(vec!["RED".into(); VALUES_MAX + 1]));
    }

    #[test]
    fn a_list_is_not_taken_for_another() {
        let table = &Table::listed::<pairing::Entity>();
        let backend = DbBackend::Postgres;
        let first = List::first::<pairing::Entity>(3);
        let others = [
            first.clone(),
            List { is_descending: !first.is_descending, ..first.clone() },
            List { is_backwards: true, ..first.clone() },
            List { order: "start_date", ..first.clone() },
            List { predicate: Predicate::none(), ..first.clone() },
            first,
        ];
        for list in &others {
            for take in [3, 4] {
                for parents in [&[1][..], &[1, 2], &[3]] {
                    let parents: Vec<_> = parents.iter().map(|it| Uuid::from_u128(*it)).collect();
                    let build = || pages(backend, table, ("ea_id", &parents), (list, take), &[]);

                    let shape =
                        Shape::new(backend, Kind::Pages("ea_id"), table, &[]).of(list, take);
                    let ids = super::super::given(backend, &parents);
                    let found = statement(shape, Some(ids), build);

                    assert_eq!(found, backend.build(&build()));
                }
            }
        }
    }
}
