//! Walks the schema: every list, each of its filters and orders, as documents to ask.

use {
    crate::TestApp,
    serde_json::{Value, json},
};

const INTROSPECTION: &str = "{ __schema { types { name kind
    fields { name args { name type { ...Of } } type { ...Of } }
    inputFields { name type { ...Of } }
    enumValues { name } } } }
    fragment Of on __Type { name kind ofType { name kind ofType { name kind ofType { name kind } } } }";

/// A list of the schema, with one filter or order.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What is asked, for the message of a failure.
    pub told: String,
    /// The document.
    pub document: String,
}

/// The schema as it is introspected.
pub struct SchemaWalk(Value);

impl SchemaWalk {
    /// Introspects the schema.
    pub async fn of(app: &TestApp) -> Self {
        Self(app.ask(INTROSPECTION, json!({})).await["__schema"]["types"].take())
    }

    /// Every list at the root and under a list at the root, with each filter and each order alone.
    pub fn lists(&self) -> Vec<Asked> {
        let mut asked = Vec::new();
        for field in self.connections("Query") {
            let name = string(&field["name"]);
            self.variants(field, &name, &|inner| format!("{{ {inner} }}"), &mut asked);
            for under in self.connections(&node(field)) {
                let told = format!("{name} {}", string(&under["name"]));
                let around =
                    |inner: String| format!("{{ {name}(first: 3) {{ nodes {{ {inner} }} }} }}");
                self.variants(under, &told, &around, &mut asked);
            }
        }
        asked
    }

    /// Each field of the rows of every list at the root, asked alone: a value, an edge to a row,
    /// or a list with everything that can be asked of one.
    pub fn fields(&self) -> Vec<Asked> {
        let mut asked = Vec::new();
        for list in self.connections("Query") {
            let (root, of) = (string(&list["name"]), node(list));
            for field in self.free(&of) {
                let name = string(&field["name"]);
                let selection = self.selection(field);
                let document =
                    format!("{{ {root}(first: 5) {{ nodes {{ {name} {selection} }} }} }}");
                asked.push(Asked { told: format!("{of}.{name}"), document });
            }
        }
        asked
    }

    /// What to select of a field.
    fn selection(&self, field: &Value) -> String {
        let of = innermost(&field["type"]);
        if let Some(node) = of.strip_suffix("Connection") {
            let values = self.values(node);
            return format!(
                "(first: 2) {{ __typename totalCount edges {{ cursor __typename node {{ id }} }} \
                 nodes {{ {values} }} pageInfo {{ __typename hasNextPage hasPreviousPage \
                 startCursor endCursor }} }}"
            );
        }
        match list(&self.named(&of)["fields"]) {
            [] => String::new(),
            fields if fields.iter().any(|it| it["name"] == "id") => "{ __typename id }".into(),
            _ => format!("{{ __typename {} }}", self.values(&of)),
        }
    }

    /// The values of an object.
    fn values(&self, object: &str) -> String {
        let fields = self.free(object);
        let values = fields.filter(|it| {
            let of = self.named(&innermost(&it["type"]));
            of["kind"] == "SCALAR" || of["kind"] == "ENUM"
        });
        values.map(|it| string(&it["name"])).collect::<Vec<_>>().join(" ")
    }

    /// The fields of an object that need no argument.
    fn free(&self, object: &str) -> impl Iterator<Item = &Value> {
        list(&self.named(object)["fields"])
            .iter()
            .filter(|field| list(&field["args"]).iter().all(|it| it["type"]["kind"] != "NON_NULL"))
    }

    fn variants(
        &self,
        field: &Value,
        told: &str,
        around: &dyn Fn(String) -> String,
        asked: &mut Vec<Asked>,
    ) {
        let name = string(&field["name"]);
        let mut ask = |what: String| {
            let document = around(format!("{name}(first: 5{what}) {{ nodes {{ id }} }}"));
            asked.push(Asked { told: format!("{told}{what}"), document });
        };
        ask(String::new());
        for argument in list(&field["args"]) {
            let of = innermost(&argument["type"]);
            match string(&argument["name"]).as_str() {
                "filter" => {
                    for filter in self.filters(&of) {
                        ask(format!(", filter: {filter}"));
                    }
                }
                "orderBy" => {
                    for order in self.orders(&of) {
                        ask(format!(", orderBy: [{order}]"));
                    }
                }
                _ => {}
            }
        }
    }

    /// Each field of a filter with each of its operators, or with all when it takes all at once.
    fn filters(&self, filter: &str) -> Vec<String> {
        let mut filters = Vec::new();
        for field in list(&self.named(filter)["inputFields"]) {
            let (name, of) = (string(&field["name"]), innermost(&field["type"]));
            if of == filter {
                continue;
            }
            if self.named(&of)["kind"] != "INPUT_OBJECT" {
                filters.extend(self.samples(&of).iter().map(|it| format!("{{{name}: {it}}}")));
                continue;
            }
            let operators = list(&self.named(&of)["inputFields"]);
            if operators.iter().all(|it| it["type"]["kind"] == "NON_NULL") {
                let each = operators.iter().map(|it| {
                    let samples = self.samples(&innermost(&it["type"]));
                    format!("{}: {}", string(&it["name"]), samples[0])
                });
                let together = each.collect::<Vec<_>>().join(", ");
                filters.push(format!("{{{name}: {{{together}}}}}"));
                continue;
            }
            for operator in operators {
                let (test, value) = (string(&operator["name"]), innermost(&operator["type"]));
                let samples = self.samples(&value);
                if test == "in" {
                    filters.push(format!("{{{name}: {{in: [{}]}}}}", samples.join(", ")));
                } else {
                    filters
                        .extend(samples.iter().map(|it| format!("{{{name}: {{{test}: {it}}}}}")));
                }
            }
        }
        filters
    }

    fn orders(&self, order: &str) -> Vec<String> {
        let fields = list(&self.named(order)["inputFields"]);
        let field = fields.iter().find(|it| it["name"] == "field").expect("an order has a field");
        let names = list(&self.named(&innermost(&field["type"]))["enumValues"]);
        let orders = names.iter().map(|it| string(&it["name"]));
        let both = |it| ["ASC", "DESC"].map(|way| format!("{{field: {it}, direction: {way}}}"));
        orders.flat_map(both).collect()
    }

    /// Values of a scalar or enum.
    fn samples(&self, name: &str) -> Vec<String> {
        let literal = match name {
            "Boolean" => return vec!["true".into(), "false".into()],
            "ID" => r#""018f0000-0000-7000-8000-000000000001""#,
            "Int" => "7",
            "String" => r#""a""#,
            "LocalDate" => r#""2026-01-15""#,
            "DateTime" => r#""2026-01-15T00:00:00.000Z""#,
            "TimeZone" => r#""Europe/Berlin""#,
            _ => {
                let values = list(&self.named(name)["enumValues"]);
                assert!(!values.is_empty(), "there are no sample values for {name}: add them here");
                return values.iter().map(|it| string(&it["name"])).collect();
            }
        };
        vec![literal.to_owned()]
    }

    fn connections(&self, object: &str) -> Vec<&Value> {
        let fields = list(&self.named(object)["fields"]).iter();
        fields.filter(|it| innermost(&it["type"]).ends_with("Connection")).collect()
    }

    fn named(&self, name: &str) -> &Value {
        let found = list(&self.0).iter().find(|it| it["name"] == name);
        found.unwrap_or_else(|| panic!("the schema has no {name}"))
    }
}

fn node(field: &Value) -> String {
    innermost(&field["type"]).trim_end_matches("Connection").to_owned()
}

/// The name of a type without its wrappers.
fn innermost(of: &Value) -> String {
    let mut of = of;
    while of["name"].is_null() {
        of = &of["ofType"];
    }
    string(&of["name"])
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
