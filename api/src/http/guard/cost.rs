//! What a request costs, known before it runs.
//!
//! # The tariff
//!
//! A list that is read or counted costs a point, once for each row that it stands under: that is
//! what the database works for. Each object costs a tenth of a point: a row in memory. A mutation
//! costs ten points: it is a transaction. A subscription costs ten points when it begins, and what
//! it selects for each event. Scalars are free, and so are the wrappers of lists
//! (connections, edges, `pageInfo`). A list multiplies what stands below it by its `first` or
//! `last`, or by 20.
//!
//! Beside it stands an estimate of how many values the answer will have: a field that is free for
//! the database is work for the executor.

use {
    apollo_compiler::{
        ExecutableDocument, Node, Schema,
        executable::{Field, Operation, Selection, SelectionSet, Value, VariableDefinition},
        schema::ExtendedType,
    },
    async_graphql::{Value as Given, Variables},
    service::kernel::list::{PAGE_DEFAULT, PAGE_MAX},
};

/// What a point has.
const TENTHS: u64 = 10;
/// What an object costs, in tenths of a point.
const OBJECT: u64 = 1;
/// What a list costs that is read or counted.
const READ: u64 = TENTHS;
/// What a mutation costs.
const MUTATION: u64 = 10 * TENTHS;
/// What it costs to begin a subscription, in points, beside its first event.
pub(crate) const SUBSCRIPTION_POINTS: u64 = 10;
/// What it costs to try a rule on the past, which reads up to 30,000 reports.
const BACKTEST: u64 = 200 * TENTHS;
/// What a look at the schema costs.
const INTROSPECTION: u64 = 50 * TENTHS;

/// What a request costs, but for what its variables say.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    tenths: u64,
    values: f64,
    /// What is below lists whose size a variable says.
    lists: Vec<(Times, Plan)>,
    /// Whether it asks for the schema.
    pub(crate) is_introspecting: bool,
}

/// What a request costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cost {
    /// Points, rounded up.
    pub(crate) points: u64,
    /// How many values the answer may have.
    pub(crate) values: f64,
}

impl Plan {
    /// Plans an operation of a valid document, of which [`super::expansion`] has bounded the size.
    pub(crate) fn of(
        schema: &Schema,
        document: &ExecutableDocument,
        operation: &Operation,
    ) -> Self {
        let tariff = Tariff { document, operation, means: Means::of(schema) };
        let mut plan = Self::default();
        tariff.add(&mut plan, &operation.selection_set, None);
        if operation.is_mutation() {
            plan.tenths += MUTATION * count(operation.root_fields(document).count());
        }
        if operation.is_subscription() {
            plan.tenths += SUBSCRIPTION_POINTS * TENTHS;
        }
        plan
    }

    /// What it costs with these variables.
    pub(crate) fn cost(&self, variables: &Variables) -> Cost {
        let (tenths, values) = self.sum(variables);
        Cost { points: tenths.div_ceil(TENTHS), values }
    }

    fn sum(&self, variables: &Variables) -> (u64, f64) {
        let mut sum = (self.tenths, self.values);
        for (times, below) in &self.lists {
            let times = times.with(variables);
            let (tenths, values) = below.sum(variables);
            sum.0 = sum.0.saturating_add(tenths.saturating_mul(u64::from(times)));
            sum.1 += values * f64::from(times);
        }
        sum
    }

    fn add_list(&mut self, times: Times, below: Self) {
        self.is_introspecting |= below.is_introspecting;
        match times {
            Times::Known(times) if below.lists.is_empty() => {
                self.tenths = self.tenths.saturating_add(below.tenths.saturating_mul(times.into()));
                self.values += below.values * f64::from(times);
            }
            times => self.lists.push((times, below)),
        }
    }
}

/// How many rows a list may have.
#[derive(Clone, Debug, PartialEq)]
enum Times {
    Known(u32),
    /// The first of these variables that is given, or its default.
    Given(Vec<(String, Option<u32>)>),
}

impl Times {
    fn of(field: &Field, variables: &[Node<VariableDefinition>]) -> Self {
        let mut given = Vec::new();
        for argument in ["first", "last"] {
            match field.specified_argument_by_name(argument).map(|it| &**it) {
                Some(Value::Variable(name)) => {
                    let variable = variables.iter().find(|it| it.name == *name);
                    let default = variable.and_then(|it| it.default_value.as_ref()?.to_i32());
                    given.push((name.to_string(), default.map(rows)));
                }
                Some(value) if given.is_empty() => {
                    if let Some(size) = value.to_i32() {
                        return Self::Known(rows(size));
                    }
                }
                _ => {}
            }
        }
        if given.is_empty() { Self::Known(rows(PAGE_DEFAULT)) } else { Self::Given(given) }
    }

    fn with(&self, variables: &Variables) -> u32 {
        let given = match self {
            Self::Known(times) => return *times,
            Self::Given(given) => given,
        };
        let given = given.iter().find_map(|(name, default)| match variables.get(name.as_str()) {
            Some(Given::Number(size)) => {
                size.as_i64().map(|it| rows(i32::try_from(it).unwrap_or(i32::MAX)))
            }
            Some(Given::Null) => None,
            _ => *default,
        });
        given.unwrap_or_else(|| rows(PAGE_DEFAULT))
    }
}

/// A page that is too large or too small is refused when it is read, before any row is.
fn rows(size: i32) -> u32 {
    size.clamp(1, PAGE_MAX).unsigned_abs()
}

struct Tariff<'a> {
    document: &'a ExecutableDocument,
    operation: &'a Operation,
    means: Means,
}

impl Tariff<'_> {
    /// Adds what a selection costs once; `page` is the size of the list that it is the wrapper of.
    fn add(&self, plan: &mut Plan, set: &SelectionSet, page: Option<&Times>) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => self.add_field(plan, set, field, page),
                Selection::InlineFragment(inline) => self.add(plan, &inline.selection_set, page),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name) {
                        self.add(plan, &fragment.selection_set, page);
                    }
                }
            }
        }
    }

    fn add_field(&self, plan: &mut Plan, set: &SelectionSet, field: &Field, page: Option<&Times>) {
        plan.values += 1.0;
        if field.name == "totalCount" && page.is_some() {
            plan.tenths += READ;
        }
        if field.selection_set.selections.is_empty() {
            return;
        }
        if matches!(field.name.as_str(), "__schema" | "__type") {
            plan.is_introspecting = true;
            plan.tenths += if field.name == "__schema" { INTROSPECTION } else { OBJECT };
        }
        if field.name == "alertRuleBacktest" {
            plan.tenths += BACKTEST;
        }
        let mut below = Plan::default();
        if set.ty.starts_with("__") {
            self.add(&mut below, &field.selection_set, None);
            plan.values += below.values * self.means.times(&set.ty, &field.name);
            return;
        }
        let inner = field.ty().inner_named_type();
        let is_connection = inner.ends_with("Connection");
        let size = is_connection.then(|| Times::of(field, &self.operation.variables));
        self.add(&mut below, &field.selection_set, size.as_ref());
        let is_wrapper = is_connection || inner == "PageInfo" || set.ty.ends_with("Edge");
        below.tenths += if is_connection {
            READ
        } else if is_wrapper || inner.starts_with("__") {
            0
        } else {
            OBJECT
        };
        match page {
            _ if !field.ty().is_list() => plan.add_list(Times::Known(1), below),
            Some(size) => plan.add_list(size.clone(), below),
            None => plan.add_list(Times::Known(rows(PAGE_DEFAULT)), below),
        }
    }
}

/// How large the lists of introspection are on average, over all types and fields.
#[derive(Clone, Copy, Debug)]
struct Means {
    types: f64,
    directives: f64,
    fields: f64,
    inputs: f64,
    symbols: f64,
    arguments: f64,
}

impl Means {
    fn of(schema: &Schema) -> Self {
        let (mut fields, mut inputs, mut symbols, mut arguments) = (0, 0, 0, 0);
        for ty in schema.types.values() {
            match ty {
                ExtendedType::Object(it) => {
                    fields += it.fields.len();
                    arguments += it.fields.values().map(|it| it.arguments.len()).sum::<usize>();
                }
                ExtendedType::Interface(it) => fields += it.fields.len(),
                ExtendedType::InputObject(it) => inputs += it.fields.len(),
                ExtendedType::Enum(it) => symbols += it.values.len(),
                ExtendedType::Scalar(_) | ExtendedType::Union(_) => {}
            }
        }
        let real = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX)).max(1.0);
        let types = real(schema.types.len());
        Self {
            types,
            directives: real(schema.directive_definitions.len()),
            fields: real(fields) / types,
            inputs: real(inputs) / types,
            symbols: real(symbols) / types,
            arguments: real(arguments) / real(fields),
        }
    }

    fn times(&self, ty: &str, field: &str) -> f64 {
        match (ty, field) {
            ("__Schema", "types") => self.types,
            ("__Schema", "directives") => self.directives,
            ("__Type", "fields") => self.fields,
            ("__Type", "inputFields") => self.inputs,
            ("__Type", "enumValues") => self.symbols,
            ("__Field", "args") => self.arguments,
            ("__Directive", "args") => 2.0,
            _ => 1.0,
        }
    }
}

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use {super::*, serde_json::json};

    fn plan(text: &str) -> Plan {
        let sdl = crate::Schema::new().sdl();
        let schema = Schema::parse_and_validate(sdl, "schema.graphql").unwrap();
        let document = ExecutableDocument::parse_and_validate(&schema, text, "document").unwrap();
        Plan::of(&schema, &document, document.operations.get(None).unwrap())
    }

    fn points(text: &str, variables: serde_json::Value) -> u64 {
        plan(text).cost(&Variables::from_json(variables)).points
    }

    #[test]
    fn scalars_are_free_and_an_object_costs_a_tenth() {
        assert_eq!(points("{ __typename }", json!({})), 0);
        assert_eq!(points("{ viewer { id name email role } }", json!({})), 1);
    }

    #[test]
    fn a_list_multiplies_what_is_below_it() {
        assert_eq!(points("{ users { nodes { id } } }", json!({})), 3);
        assert_eq!(points("{ users(first: 100) { nodes { id } } }", json!({})), 11);
        assert_eq!(
            points("{ users(last: 50) { edges { cursor node { id } } totalCount } }", json!({})),
            7
        );
        let nested = "{ pairings(first: 100) { nodes { reports(first: 100) { nodes { id } } } } }";
        assert_eq!(points(nested, json!({})), 1 + 10 + 100 + 1_000);
    }

    #[test]
    fn a_variable_says_the_size_of_a_page() {
        let text =
            "query($n: Int = 40, $m: Int) { pairings(first: $n, last: $m) { nodes { id } } }";

        assert_eq!(points(text, json!({})), 5);
        assert_eq!(points(text, json!({ "n": 100 })), 11);
        assert_eq!(points(text, json!({ "n": null, "m": 90 })), 10);
        assert_eq!(points(text, json!({ "n": null })), 3);
        assert_eq!(points(text, json!({ "n": 1_000_000_000_000_i64 })), 11);
    }

    #[test]
    fn a_mutation_costs_ten_points() {
        let text = "mutation($i: ClientCreateInput!) { a: clientCreate(input: $i) { client { id } } \
                    b: clientCreate(input: $i) { client { id } } }";

        assert_eq!(points(text, json!({})), 21);
    }

    #[test]
    fn the_documents_of_front_ends_are_far_from_the_limit() {
        let documents = [
            (include_str!("../../../../tests/clients/documents/dashboard.graphql"), 246),
            (include_str!("../../../../tests/clients/documents/alert_queue.graphql"), 36),
            (include_str!("../../../../tests/clients/documents/history.graphql"), 6),
            (include_str!("../../../../tests/clients/documents/lookup.graphql"), 1),
            (include_str!("../../../../tests/clients/documents/submit.graphql"), 13),
        ];
        for (text, expected) in documents {
            assert_eq!(points(text, json!({})), expected, "{text}");
        }
    }

    #[test]
    fn values_are_estimated() {
        let text = "{ users(first: 100) { nodes { id name } pageInfo { hasNextPage } } }";

        let values = plan(text).cost(&Variables::default()).values;
        assert!((values - (1.0 + 1.0 + 200.0 + 2.0)).abs() < 0.1, "{values}");
    }
}
