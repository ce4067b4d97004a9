//! A document as apollo-compiler validated it, in the form that async-graphql executes.
//!
//! One parser reads each document. Two would now and then read it differently, and what was
//! validated would not be what is run.

use {
    apollo_compiler::{
        ExecutableDocument, Node,
        ast::{self, Argument, DirectiveList, Type, Value, VariableDefinition},
        executable::{Field, Fragment, Operation, Selection, SelectionSet},
        parser::SourceSpan,
    },
    async_graphql::{Name, Number, Pos, Positioned, parser::types as run},
    async_graphql_value::Value as RunValue,
    std::collections::HashSet,
};

/// Turns what apollo-compiler parsed into what async-graphql runs.
pub(crate) struct Translation {
    /// The offset of the first byte of each line.
    lines: Vec<usize>,
}

impl Translation {
    /// A translation of parts of a document's text.
    pub(crate) fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self { lines: std::iter::once(0).chain(ends.map(|(index, _)| index + 1)).collect() }
    }

    /// The document.
    pub(crate) fn document(&self, document: &ExecutableDocument) -> run::ExecutableDocument {
        let operations = &document.operations;
        let named = operations.named.iter().map(|(of, it)| (name(of), self.operation(it)));
        let operations = operations.anonymous.as_ref().map_or_else(
            || run::DocumentOperations::Multiple(named.collect()),
            |it| run::DocumentOperations::Single(self.operation(it)),
        );
        let fragments = document.fragments.values().map(|it| self.fragment(it)).collect();
        run::ExecutableDocument { operations, fragments }
    }

    /// An operation.
    fn operation(&self, operation: &Node<Operation>) -> Positioned<run::OperationDefinition> {
        let definition = run::OperationDefinition {
            ty: match operation.operation_type {
                ast::OperationType::Query => run::OperationType::Query,
                ast::OperationType::Mutation => run::OperationType::Mutation,
                ast::OperationType::Subscription => run::OperationType::Subscription,
            },
            variable_definitions: operation.variables.iter().map(|it| self.variable(it)).collect(),
            directives: self.directives(&operation.directives),
            selection_set: self.selections(&operation.selection_set, operation.location()),
        };
        self.place(definition, operation.location())
    }

    /// A fragment, and its name.
    fn fragment(&self, fragment: &Node<Fragment>) -> (Name, Positioned<run::FragmentDefinition>) {
        let definition = run::FragmentDefinition {
            type_condition: self.condition(fragment.type_condition(), fragment.location()),
            directives: self.directives(&fragment.directives),
            selection_set: self.selections(&fragment.selection_set, fragment.location()),
        };
        (name(&fragment.name), self.place(definition, fragment.location()))
    }

    /// Where something begins.
    pub(crate) fn position(&self, at: Option<SourceSpan>) -> Pos {
        let offset = at.map_or(0, |at| at.offset());
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|index| self.lines.get(index));
        Pos { line, column: offset - start.copied().unwrap_or_default() + 1 }
    }

    fn place<T>(&self, node: T, at: Option<SourceSpan>) -> Positioned<T> {
        Positioned::new(node, self.position(at))
    }

    fn variable(&self, variable: &Node<VariableDefinition>) -> Positioned<run::VariableDefinition> {
        let at = variable.location();
        let default = variable.default_value.as_ref();
        let definition = run::VariableDefinition {
            name: self.place(name(&variable.name), at),
            var_type: self.place(of_type(&variable.ty), variable.ty.location()),
            directives: self.directives(&variable.directives),
            default_value: default
                .and_then(|it| Some(self.place(value(it).into_const()?, it.location()))),
        };
        self.place(definition, at)
    }

    fn selections(
        &self,
        set: &SelectionSet,
        at: Option<SourceSpan>,
    ) -> Positioned<run::SelectionSet> {
        let mut leaves = HashSet::new();
        let items = set.selections.iter().filter(|it| !is_repeated(it, &mut leaves));
        let items = items.map(|selection| match selection {
            Selection::Field(field) => {
                self.place(run::Selection::Field(self.field(field)), field.location())
            }
            Selection::FragmentSpread(spread) => {
                let at = spread.location();
                let fragment_name = self.place(name(&spread.fragment_name), at);
                let directives = self.directives(&spread.directives);
                let spread = run::FragmentSpread { fragment_name, directives };
                self.place(run::Selection::FragmentSpread(self.place(spread, at)), at)
            }
            Selection::InlineFragment(inline) => {
                let at = inline.location();
                let condition = inline.type_condition.as_ref();
                let inline = run::InlineFragment {
                    type_condition: condition.map(|it| self.condition(it, at)),
                    directives: self.directives(&inline.directives),
                    selection_set: self.selections(&inline.selection_set, at),
                };
                self.place(run::Selection::InlineFragment(self.place(inline, at)), at)
            }
        });
        self.place(run::SelectionSet { items: items.collect() }, at)
    }

    fn field(&self, field: &Node<Field>) -> Positioned<run::Field> {
        let at = field.location();
        let translated = run::Field {
            alias: field.alias.as_ref().map(|it| self.place(name(it), it.location())),
            name: self.place(name(&field.name), field.name.location()),
            arguments: self.arguments(&field.arguments),
            directives: self.directives(&field.directives),
            selection_set: self.selections(&field.selection_set, at),
        };
        self.place(translated, at)
    }

    fn condition(
        &self,
        on: &apollo_compiler::Name,
        at: Option<SourceSpan>,
    ) -> Positioned<run::TypeCondition> {
        self.place(run::TypeCondition { on: self.place(name(on), at) }, at)
    }

    fn directives(&self, directives: &DirectiveList) -> Vec<Positioned<run::Directive>> {
        let translate = |it: &Node<ast::Directive>| {
            let at = it.location();
            let arguments = self.arguments(&it.arguments);
            self.place(run::Directive { name: self.place(name(&it.name), at), arguments }, at)
        };
        directives.iter().map(translate).collect()
    }

    fn arguments(
        &self,
        arguments: &[Node<Argument>],
    ) -> Vec<(Positioned<Name>, Positioned<RunValue>)> {
        let translate = |it: &Node<Argument>| {
            let at = it.location();
            (self.place(name(&it.name), at), self.place(value(&it.value), it.value.location()))
        };
        arguments.iter().map(translate).collect()
    }
}

/// Whether a plain field was there before: it would be resolved again to no effect.
fn is_repeated<'a>(selection: &'a Selection, seen: &mut HashSet<&'a str>) -> bool {
    let Selection::Field(field) = selection else { return false };
    let is_plain = field.directives.is_empty() && field.selection_set.selections.is_empty();
    is_plain && !seen.insert(field.response_key())
}

fn name(name: &apollo_compiler::Name) -> Name {
    Name::new(name.as_str())
}

fn of_type(ty: &Type) -> run::Type {
    let nullable = !ty.is_non_null();
    let base = match ty {
        Type::Named(of) | Type::NonNullNamed(of) => run::BaseType::Named(name(of)),
        Type::List(of) | Type::NonNullList(of) => run::BaseType::List(Box::new(of_type(of))),
    };
    run::Type { base, nullable }
}

/// Recurses as deep as brackets nest, which [`super::scan`] has bounded.
fn value(given: &Value) -> RunValue {
    match given {
        Value::Null => RunValue::Null,
        Value::Enum(it) => RunValue::Enum(name(it)),
        Value::Variable(it) => RunValue::Variable(name(it)),
        Value::String(it) => RunValue::String(it.clone()),
        Value::Int(it) => number(it.as_str()),
        Value::Float(it) => number(it.as_str()),
        Value::Boolean(it) => RunValue::Boolean(*it),
        Value::List(items) => RunValue::List(items.iter().map(|it| value(it)).collect()),
        Value::Object(fields) => {
            RunValue::Object(fields.iter().map(|(key, it)| (name(key), value(it))).collect())
        }
    }
}

/// A number; one beyond the range of 64 bits is nothing that a scalar could take.
fn number(text: &str) -> RunValue {
    let integer = text.parse::<i64>().map(Number::from);
    let number = integer.ok().or_else(|| Number::from_f64(text.parse().ok()?));
    number.map_or(RunValue::Null, RunValue::Number)
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        apollo_compiler::{ExecutableDocument, Schema},
    };

    const SDL: &str = "type Query { a(i: Int, f: Float, s: String, e: E, l: [Int!], o: O): Query b: Int! } \
                       enum E { X } input O { i: Int, l: [[Int]] }";

    fn both(text: &str) -> (String, String) {
        let schema = Schema::parse_and_validate(SDL, "schema").unwrap();
        let parsed = ExecutableDocument::parse_and_validate(&schema, text, "document").unwrap();
        let translation = Translation::new(text);
        let ours = parsed.operations.iter().map(|it| translation.operation(it).node);
        let theirs = async_graphql::parser::parse_query(text).unwrap();
        let theirs: Vec<_> = theirs.operations.iter().map(|(_, it)| it.node.clone()).collect();
        // What stands where is compared apart: the parsers see the beginnings of some differently.
        (plain(&format!("{:?}", ours.collect::<Vec<_>>())), plain(&format!("{theirs:?}")))
    }

    /// Without positions.
    fn plain(debug: &str) -> String {
        let mut parts = debug.split("Pos(");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + part.split_once(')').unwrap().1)
    }

    #[test]
    fn both_parsers_read_the_same() {
        for text in [
            "{ b }",
            "query Q($i: Int = 3, $l: [Int!]! = [1, 2]) { c: a(i: $i, l: $l, f: -1.5e3) { b } }",
            "query { a(s: \"x\\u00e4\\n\", e: X, o: {i: null, l: [[1], []]}) @skip(if: false) { b } }",
            "{ ... on Query @include(if: true) { b } ... { a(s: \"\"\"\n  one\n    two\n  \"\"\") { b } } }",
        ] {
            let (ours, theirs) = both(text);
            assert_eq!(ours, theirs, "{text}");
        }
    }

    #[test]
    fn a_position_is_a_line_and_a_column() {
        let text = "{\n  b\n}";
        let schema = Schema::parse_and_validate(SDL, "schema").unwrap();
        let parsed = ExecutableDocument::parse_and_validate(&schema, text, "document").unwrap();
        let operation = Translation::new(text).operation(parsed.operations.get(None).unwrap());

        let field = &operation.node.selection_set.node.items[0];

        assert_eq!((operation.pos.line, operation.pos.column), (1, 1));
        assert_eq!((field.pos.line, field.pos.column), (2, 3));
    }

    #[test]
    fn a_field_asked_for_twice_is_run_once() {
        let text = "{ b b b a { b } a { b } }";
        let schema = Schema::parse_and_validate(SDL, "schema").unwrap();
        let parsed = ExecutableDocument::parse_and_validate(&schema, text, "document").unwrap();

        let operation = Translation::new(text).operation(parsed.operations.get(None).unwrap());

        assert_eq!(operation.node.selection_set.node.items.len(), 3);
    }
}
