//! Ordered reading of several ranges of one index at once.
//!
//! An index on (severity, status, `detected_at`) holds the alerts of one severity and status in
//! order. For several severities no single range of it is in order, and neither database merges
//! them by itself: it reads all of them and sorts. So the list is cut into a range for each
//! combination of values, each read in order, and the database merges them as it reads: a page of
//! fifty costs about fifty rows, however many match. A leading column that is not narrowed is cut
//! as well when its closed set is small.

use {
    super::predicate::{Predicate, Test},
    sea_orm::Value,
    std::cmp::Reverse,
};

/// How many ranges are merged at most; beyond, the database chooses for itself.
const RANGES_MAX: usize = 16;

/// An index that lists are read by in order.
#[derive(Clone, Copy, Debug)]
pub struct Index {
    /// The columns that must have one value each for the rest to be in order.
    pub leads: &'static [Lead],
    /// The column that orders what is left; the id follows.
    pub then: &'static str,
}

/// A leading column of an index.
#[derive(Clone, Copy, Debug)]
pub struct Lead {
    /// Its name.
    pub column: &'static str,
    /// Every value it can have, if that is a closed set.
    pub values: Option<fn() -> Vec<String>>,
}

/// The parts that a list is cut into: each narrows to one range of an index, and no two overlap.
pub fn cut(
    predicate: &Predicate,
    parent: Option<&str>,
    order: &str,
    indexes: &[Index],
) -> Vec<Predicate> {
    let whole = || vec![predicate.clone()];
    let conjuncts = predicate.conjuncts();
    // Of two that narrow as much, the one with fewer columns that nothing given narrows is taken, and then the
    // first: tables name the most selective first.
    let usable = indexes.iter().rev().filter(|index| index.then == order);
    let cuts = usable.filter_map(|index| Cut::by(index, &conjuncts, parent));
    let Some(cut) = cuts.max_by_key(|cut| (cut.is_parents, cut.narrowed, Reverse(cut.open))) else {
        return whole();
    };
    let parts: usize = cut.columns.iter().map(|(_, values)| values.len()).product();
    if parts <= 1 || parts > RANGES_MAX { whole() } else { cut.parts(&conjuncts) }
}

/// One way to cut a list.
struct Cut {
    /// Whether the index holds the rows of one parent together.
    is_parents: bool,
    /// How many leading columns the list itself narrows.
    narrowed: usize,
    /// How many leading columns it does not, so that each of their values is a range.
    open: usize,
    /// The columns to cut by, and the values of each.
    columns: Vec<(&'static str, Vec<Value>)>,
    /// Which conditions the cut stands for.
    used: Vec<usize>,
}

impl Cut {
    fn by(index: &Index, conjuncts: &[&Predicate], parent: Option<&str>) -> Option<Self> {
        let is_parents = index.leads.iter().any(|lead| parent == Some(lead.column));
        let (columns, used) = (Vec::new(), Vec::new());
        let mut cut = Self { is_parents, narrowed: 0, open: 0, columns, used };
        for lead in index.leads {
            let is_empty = Predicate::Column(lead.column, Test::Null(true));
            if parent == Some(lead.column) || conjuncts.contains(&&is_empty) {
                // One value, though not one to cut by.
                cut.narrowed += 1;
                continue;
            }
            let given = conjuncts.iter().enumerate().find_map(|(place, it)| match it {
                Predicate::Column(column, Test::In(values)) if *column == lead.column => {
                    Some((place, values.clone()))
                }
                _ => None,
            });
            let given = given.map(|(place, values)| {
                cut.narrowed += 1;
                cut.used.push(place);
                values
            });
            cut.open += usize::from(given.is_none());
            let every = || Some(lead.values?().into_iter().map(Value::from).collect());
            cut.columns.push((lead.column, distinct(given.or_else(every)?)));
        }
        // An index that nothing given narrows reads no less than the one on the order alone.
        (cut.narrowed > 0).then_some(cut)
    }

    fn parts(&self, conjuncts: &[&Predicate]) -> Vec<Predicate> {
        let unused = conjuncts.iter().enumerate().filter(|(place, _)| !self.used.contains(place));
        let rest: Vec<Predicate> = unused.map(|(_, it)| (*it).clone()).collect();
        let mut parts = vec![rest];
        for (column, values) in &self.columns {
            let with = |part: &Vec<Predicate>, value: &Value| {
                let mut part = part.clone();
                part.push(Predicate::Column(column, Test::In(vec![value.clone()])));
                part
            };
            parts = parts
                .iter()
                .flat_map(|part| values.iter().map(move |value| with(part, value)))
                .collect();
        }
        parts.into_iter().map(Predicate::All).collect()
    }
}

fn distinct(values: Vec<Value>) -> Vec<Value> {
    let mut distinct = Vec::with_capacity(values.len());
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEXES: &[Index] = &[
        Index {
            leads: &[
                Lead { column: "severity", values: None },
                Lead { column: "status", values: Some(|| vec!["NEW".into(), "RESOLVED".into()]) },
            ],
            then: "detected_at",
        },
        Index {
            leads: &[
                Lead { column: "pairing_id", values: None },
                Lead { column: "status", values: Some(|| vec!["NEW".into(), "RESOLVED".into()]) },
            ],
            then: "detected_at",
        },
        Index { leads: &[Lead { column: "assigned_to", values: None }], then: "detected_at" },
        Index { leads: &[Lead { column: "status", values: None }], then: "detected_at" },
    ];

    fn any_of(column: &'static str, values: &[&str]) -> Predicate {
        Predicate::Column(column, Test::In(values.iter().map(|it| (*it).into()).collect()))
    }

    #[track_caller]
    fn check(given: &[Predicate], parent: Option<&str>, order: &str, parts: usize) {
        let cut = cut(&Predicate::All(given.to_vec()), parent, order, INDEXES);
        assert_eq!(cut.len(), parts, "{cut:?}");
    }

    #[test]
    fn each_combination_of_values_is_a_range() {
        let given = [any_of("severity", &["HIGH", "LOW"]), any_of("status", &["NEW"])];
        check(&given, None, "detected_at", 2);
    }

    #[test]
    fn a_closed_set_that_is_not_narrowed_is_cut_whole() {
        check(&[any_of("severity", &["HIGH", "LOW"])], None, "detected_at", 4);
        check(&[], Some("pairing_id"), "detected_at", 2);
    }

    #[test]
    fn of_two_indexes_that_narrow_as_much_the_one_with_less_left_open_is_read() {
        check(&[any_of("status", &["NEW"])], None, "detected_at", 1);
        check(&[any_of("status", &["NEW", "RESOLVED"])], None, "detected_at", 2);
        // Few of the rows that somebody sees are of any one status.
        let given = [any_of("assigned_to", &["a", "b"]), any_of("status", &["NEW"])];
        check(&given, None, "detected_at", 2);
    }

    #[test]
    fn what_is_empty_is_one_value() {
        check(&[Predicate::Column("severity", Test::Null(true))], None, "detected_at", 2);
    }

    #[test]
    fn a_value_given_twice_is_read_once() {
        let given = [any_of("severity", &["HIGH", "HIGH"]), any_of("status", &["NEW"])];
        check(&given, None, "detected_at", 1);
    }

    #[test]
    fn a_column_narrowed_twice_keeps_its_other_condition() {
        let given = [any_of("severity", &["HIGH", "LOW"]), any_of("severity", &["LOW"])];
        let cut = cut(&Predicate::All(given.to_vec()), None, "detected_at", INDEXES);
        let keeps = |it: &Predicate| it.conjuncts().contains(&&given[1]);
        assert!(cut.iter().all(keeps), "{cut:?}");
    }

    #[test]
    fn the_rows_of_one_parent_are_read_together() {
        let given = [any_of("severity", &["HIGH", "LOW"]), any_of("status", &["NEW"])];
        check(&given, Some("pairing_id"), "detected_at", 1);
    }

    #[test]
    fn what_no_index_leads_is_left_whole() {
        check(&[], None, "detected_at", 1);
        check(&[any_of("severity", &["HIGH", "LOW"])], None, "created_at", 1);
    }
}
