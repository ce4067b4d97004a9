//! Statements that find rows by one id, built once a shape: to build one takes a third and more of what a look-up
//! allocates.

use {
    super::{super::predicate::Predicate, Join, Table, rows},
    sea_orm::{DbBackend, Statement, Value, Values, prelude::Uuid},
    std::{
        collections::HashMap,
        hash::{DefaultHasher, Hash, Hasher},
        sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    },
};

/// How many shapes are remembered.
const SHAPES_MAX: usize = 1_000;

/// Those that were built, by the hashes of their shapes.
static KNOWN: LazyLock<Mutex<HashMap<u64, Known>>> = LazyLock::new(Mutex::default);

/// A statement for some id.
struct Known {
    shape: (DbBackend, &'static str, &'static str),
    columns: Vec<&'static str>,
    joins: Vec<Join>,
    statement: Statement,
    /// Which of its values is the id.
    place: usize,
}

/// The rows whose column has an id, and what rides along with them.
pub(crate) fn rows_of(
    backend: DbBackend,
    table: &Table,
    (column, id): (&'static str, Uuid),
    joins: &[Join],
) -> Statement {
    let shape = (backend, table.name, column);
    let hash = hash(shape, &table.columns, joins);
    if let Some(known) = known().get(&hash)
        && known.shape == shape
        && known.columns == table.columns
        && known.joins == joins
    {
        return known.of(id);
    }
    let statement =
        backend.build(&rows(backend, table, (column, &[id]), &Predicate::default(), joins));
    let values = statement.values.as_ref().map(|it| it.0.as_slice()).unwrap_or_default();
    if let Some(place) = values.iter().position(|it| *it == Value::from(id)) {
        let (columns, joins) = (table.columns.clone(), joins.to_vec());
        let of_shape = Known { shape, columns, joins, statement: statement.clone(), place };
        let mut known = known();
        if known.len() >= SHAPES_MAX {
            known.clear();
        }
        known.insert(hash, of_shape);
    }
    statement
}

impl Known {
    /// The same for another id.
    fn of(&self, id: Uuid) -> Statement {
        let mut statement = self.statement.clone();
        if let Some(Values(values)) = &mut statement.values {
            values[self.place] = id.into();
        }
        statement
    }
}

fn known() -> MutexGuard<'static, HashMap<u64, Known>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hash(
    shape: (DbBackend, &'static str, &'static str),
    columns: &[&'static str],
    joins: &[Join],
) -> u64 {
    fn add(joins: &[Join], to: &mut DefaultHasher) {
        joins.len().hash(to);
        for Join { column, target: _, columns, joins } in joins {
            (column, columns).hash(to);
            add(joins, to);
        }
    }
    let mut hasher = DefaultHasher::new();
    let (backend, table, column) = shape;
    (backend as u8, table, column, columns).hash(&mut hasher);
    add(joins, &mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use {
        super::{super::Target, *},
        entity::coaching::{client, pairing},
    };

    /// A statement as it is when it is built for itself.
    fn built(backend: DbBackend, table: &Table, id: Uuid, joins: &[Join]) -> Statement {
        backend.build(&rows(backend, table, ("id", &[id]), &Predicate::default(), joins))
    }

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
            for backend in [DbBackend::Postgres, DbBackend::Sqlite] {
                for columns in [&["id"][..], &["id", "ea_id"]] {
                    for joins in &joins {
                        let table = Table::of::<pairing::Entity>().narrowed(columns);
                        let id = Uuid::from_u128(number);

                        let found = rows_of(backend, &table, ("id", id), joins);

                        assert_eq!(found, built(backend, &table, id, joins));
                    }
                }
            }
        }
    }
}
