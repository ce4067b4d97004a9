//! One statement, run for each of some ids.

use {
    crate::kernel::list::statement::EACH,
    sea_orm::{Statement, prelude::Uuid},
};

/// A statement, and the ids that it is run for.
#[derive(Clone, Debug)]
pub(crate) struct Each {
    statement: Statement,
    /// Which of its values are the id.
    places: Vec<usize>,
    ids: Vec<Uuid>,
}

impl Each {
    /// A statement in which [`EACH`] stands for the id.
    pub(crate) fn new(mut statement: Statement, ids: &[Uuid]) -> Self {
        let mut places = Vec::new();
        let values = statement.values.iter_mut().flat_map(|it| &mut it.0).enumerate();
        for (place, value) in values.filter(|(_, it)| **it == EACH) {
            places.push(place);
            if let [first, ..] = ids {
                *value = (*first).into();
            }
        }
        Self { statement, places, ids: ids.to_vec() }
    }

    /// The statement as it is run for the first of the ids.
    pub(crate) fn first(&self) -> &Statement {
        &self.statement
    }

    /// Which of its values are the id.
    pub(super) fn places(&self) -> &[usize] {
        &self.places
    }

    /// The ids, in the order in which it is run for them.
    pub(super) fn ids(&self) -> &[Uuid] {
        &self.ids
    }
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        sea_orm::{DbBackend, Value},
    };

    #[test]
    fn the_id_is_put_where_it_is_stood_for_and_nowhere_else() {
        let [first, second, other] = [1, 2, 3].map(Uuid::from_u128);
        let values = [first.into(), EACH, other.into(), EACH];
        let text = "SELECT 1 WHERE ? = ? OR ? = ?";

        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, text, values);
        let each = Each::new(statement, &[first, second]);

        let [first, other] = [first, other].map(Value::from);
        let run = Statement::from_sql_and_values(
            DbBackend::Sqlite,
            text,
            [first.clone(), first.clone(), other, first],
        );
        assert_eq!((each.first(), each.places()), (&run, &[1, 3][..]));
    }
}
