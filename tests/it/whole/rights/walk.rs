//! The schema as it is introspected: each field of each object, and a way to it from the root.

use {
    serde_json::{Value, json},
    std::collections::BTreeMap,
    tests::TestApp,
};

const INTROSPECTION: &str = "{ __schema { types { name kind
    fields { name args { name type { kind } } type { ...Of } } } } }
    fragment Of on __Type { name kind ofType { name kind ofType { name kind ofType { name kind } } } }";

/// Types that only give form to what they hold: the lists' own test looks at them.
const FORMS: [&str; 5] = ["Connection", "Edge", "PageInfo", "Payload", "UserError"];

/// The schema.
pub(super) struct Walk {
    types: Vec<Value>,
    ways: BTreeMap<String, Way>,
}

/// How an object is reached from the root.
#[derive(Clone)]
struct Way {
    /// Whose id stands in it, if any does.
    of: Option<String>,
    /// What stands before the selection, with `ID` for the id.
    before: String,
    /// How many braces to close behind it.
    depth: usize,
}

/// A field to ask for.
pub(super) struct Asked {
    /// Its coordinate: `Type.field`.
    pub(super) name: String,
    way: Way,
    selection: String,
}

impl Asked {
    /// The document that asks for it, of the object with an id.
    pub(super) fn document(&self, id: impl Fn(&str) -> String) -> String {
        let Way { of, before, depth } = &self.way;
        let before = match of {
            Some(of) => before.replace("ID", &format!("\"{}\"", id(of))),
            None => before.clone(),
        };
        format!("{before} {{ {} {}", self.selection, "} ".repeat(depth + 1))
    }

    /// Whether the way leads through a list, which may turn out to be empty.
    pub(super) fn is_within_a_list(&self) -> bool {
        self.way.before.contains("nodes")
    }
}

/// The type that a root field of one row answers with.
pub(super) fn object(root: &str) -> String {
    match root {
        "ea" => "ExecutiveAssistant".to_owned(),
        "report" => "EndOfDayReport".to_owned(),
        other => format!("{}{}", other[..1].to_uppercase(), &other[1..]),
    }
}

/// The value at the end of the only way through an answer.
pub(super) fn leaf(answer: &Value) -> &Value {
    let mut value = &answer["data"];
    loop {
        value = match value {
            Value::Object(fields) => match fields.values().next() {
                Some(field) if !fields.contains_key("__typename") => field,
                _ => return value,
            },
            Value::Array(items) if !items.is_empty() => &items[0],
            _ => return value,
        };
    }
}

impl Walk {
    pub(super) async fn of(app: &TestApp) -> Self {
        let types = app.ask(INTROSPECTION, json!({})).await["__schema"]["types"].take();
        let mut walk = Self { types: types.as_array().unwrap().clone(), ways: BTreeMap::new() };
        walk.find_ways();
        walk
    }

    /// Every field of every object, but for those that only give form.
    pub(super) fn fields(&self) -> Vec<Asked> {
        let mut asked = Vec::new();
        for object in self.objects() {
            let name = text(&object["name"]);
            let Some(way) = self.ways.get(&name) else {
                panic!("no way leads to {name}: the test cannot say who sees it");
            };
            for field in list(&object["fields"]) {
                if name == "Query" && is_of_one(field) {
                    // Every field of its object asks for it.
                    continue;
                }
                let selection = self.selection(field);
                let name = format!("{name}.{}", text(&field["name"]));
                asked.push(Asked { name, way: way.clone(), selection });
            }
        }
        asked
    }

    /// Every mutation.
    pub(super) fn mutations(&self) -> Vec<String> {
        list(&self.named("Mutation")["fields"]).iter().map(|it| text(&it["name"])).collect()
    }

    /// Every subscription.
    pub(super) fn subscriptions(&self) -> Vec<String> {
        list(&self.named("Subscription")["fields"]).iter().map(|it| text(&it["name"])).collect()
    }

    /// Every list at the root, with the fields of its nodes that hold no object.
    pub(super) fn lists(&self) -> Vec<(String, Vec<String>)> {
        let fields = list(&self.named("Query")["fields"]).iter();
        let lists = fields.filter_map(|it| {
            let of = innermost(&it["type"]);
            let node = self.named(of.strip_suffix("Connection")?);
            let plain = list(&node["fields"])
                .iter()
                .filter(|field| self.named(&innermost(&field["type"]))["kind"] != "OBJECT");
            Some((text(&it["name"]), plain.map(|field| text(&field["name"])).collect()))
        });
        lists.collect()
    }

    fn objects(&self) -> impl Iterator<Item = &Value> {
        self.types.iter().filter(|it| {
            let name = text(&it["name"]);
            let is_root = ["Mutation", "Subscription"].contains(&name.as_str());
            let is_form = FORMS.iter().any(|form| name.ends_with(form));
            it["kind"] == "OBJECT" && !name.starts_with("__") && !is_root && !is_form
        })
    }

    /// Finds the shortest way to each object: a root field of one row, then edges.
    fn find_ways(&mut self) {
        let root = Way { of: None, before: String::new(), depth: 0 };
        self.ways.insert("Query".to_owned(), root);
        let fields = list(&self.named("Query")["fields"]).to_vec();
        for field in fields.iter().filter(|it| is_of_one(it)) {
            let (name, of) = (text(&field["name"]), innermost(&field["type"]));
            let before = format!("{{ {name}(id: ID)");
            self.ways.insert(of.clone(), Way { of: Some(of), before, depth: 1 });
        }
        loop {
            let known: Vec<_> =
                self.ways.iter().map(|(name, way)| (name.clone(), way.clone())).collect();
            let mut found = BTreeMap::new();
            for (name, way) in &known {
                for field in list(&self.named(name)["fields"]) {
                    if is_of_one(field) {
                        continue;
                    }
                    let (field, mut of) = (text(&field["name"]), innermost(&field["type"]));
                    let mut before = format!("{} {{ {field}", way.before);
                    let mut depth = way.depth + 1;
                    if let Some(node) = of.clone().strip_suffix("Connection") {
                        before.push_str("(first: 1) { nodes");
                        depth += 1;
                        node.clone_into(&mut of);
                    }
                    if self.named(&of)["kind"] == "OBJECT" && !self.ways.contains_key(&of) {
                        let way = Way { of: way.of.clone(), before, depth };
                        found.entry(of).or_insert(way);
                    }
                }
            }
            if found.is_empty() {
                return;
            }
            self.ways.append(&mut found);
        }
    }

    fn selection(&self, field: &Value) -> String {
        let (name, of) = (text(&field["name"]), innermost(&field["type"]));
        if of.ends_with("Connection") {
            return format!("{name}(first: 1) {{ nodes {{ id }} }}");
        }
        match self.named(&of)["kind"].as_str() {
            Some("OBJECT") => format!("{name} {{ __typename }}"),
            _ => name,
        }
    }

    fn named(&self, name: &str) -> &Value {
        let found = self.types.iter().find(|it| it["name"] == name);
        found.unwrap_or_else(|| panic!("the schema has no {name}"))
    }
}

/// Whether a root field answers with the row that has an id.
fn is_of_one(field: &Value) -> bool {
    let mut arguments = list(&field["args"]).iter();
    arguments.any(|it| it["name"] == "id" && it["type"]["kind"] == "NON_NULL")
}

fn innermost(of: &Value) -> String {
    let mut of = of;
    while of["name"].is_null() {
        of = &of["ofType"];
    }
    text(&of["name"])
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
