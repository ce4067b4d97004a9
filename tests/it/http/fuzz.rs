//! Requests made up from the schema, by the thousand: whatever comes, the server answers well.

use {
    apollo_compiler::{
        Node, Schema,
        ast::{InputValueDefinition, Type},
        schema::{ExtendedType, FieldDefinition},
    },
    rand::{Rng, SeedableRng, seq::IndexedRandom},
    rand_chacha::ChaCha8Rng,
    sea_orm::DbBackend,
    serde_json::{Value, json},
    std::{env, time::Instant},
    tests::{
        TestApp,
        http::{Answer, Session},
    },
};

/// How many requests a usual run makes; `VIGIL_FUZZ_REQUESTS` says another number.
const REQUESTS: usize = 2_000;
const SEED: u64 = 20_260_302;
/// How many levels of fields a document has at most: one more than is let through.
const DEPTH_MAX: usize = 16;

#[tokio::test]
async fn whatever_comes_is_answered() {
    let app = TestApp::start(DbBackend::Sqlite).await;
    app.pairing().await;
    let server = app.serve(|_, _| {}).await;
    let mut session = Session::new(server.address);
    let schema = Schema::parse_and_validate(api::Schema::new().sdl(), "schema.graphql").unwrap();
    let mut maker = Maker { schema: &schema, random: ChaCha8Rng::seed_from_u64(SEED) };
    let mut run = 0;

    for number in 0..requests() {
        let body = maker.request();
        let start = Instant::now();
        let answer = session.post(&body).await;
        assert!(
            start.elapsed().as_secs() < 10,
            "request {number} took {:?}: {body}",
            start.elapsed()
        );
        run += usize::from(check(number, &body, &answer));
    }

    // Else it would prove nothing.
    assert!(run * 3 > requests(), "only {run} requests were run");
    server.is_alive().await;
    server.stop().await;
    app.stop().await;
}

/// Whether a request was run; what came of it must be well formed.
fn check(number: usize, body: &str, answer: &Answer) -> bool {
    let seen = || format!("request {number}: {body}\n{answer:?}");
    assert!((200..500).contains(&answer.status), "{}", seen());
    let json = answer.json();
    let errors = json["errors"].as_array().cloned().unwrap_or_default();
    assert!(json.get("data").is_some() == (answer.status == 200), "{}", seen());
    assert!(json.get("data").is_some() || !errors.is_empty(), "{}", seen());
    assert!(errors.len() <= 20, "{}", seen());
    for error in &errors {
        let code = error["extensions"]["code"].as_str().unwrap_or_default();
        assert!(!code.is_empty() && code != "INTERNAL_SERVER_ERROR", "{}", seen());
        assert!(error["message"].as_str().unwrap_or_default().chars().count() <= 300, "{}", seen());
    }
    answer.status == 200
}

#[expect(clippy::disallowed_methods, reason = "whoever runs the test says how long it may take")]
fn requests() -> usize {
    env::var("VIGIL_FUZZ_REQUESTS").ok().and_then(|it| it.parse().ok()).unwrap_or(REQUESTS)
}

/// Makes requests up.
struct Maker<'a> {
    schema: &'a Schema,
    random: ChaCha8Rng,
}

impl Maker<'_> {
    fn request(&mut self) -> String {
        let is_mutation = self.random.random_ratio(1, 5);
        let (keyword, root) =
            if is_mutation { ("mutation", "Mutation") } else { ("query", "Query") };
        let depth = if self.random.random_ratio(1, 20) {
            DEPTH_MAX
        } else {
            self.random.random_range(1..6)
        };
        let selection = self.selection(root, depth, 2);
        // A variable that nothing uses makes a document invalid; one that is not declared as well.
        let uses = selection.contains("$n") != self.random.random_ratio(1, 20);
        let mut document =
            format!("{keyword} Q{} {selection}", if uses { "($n: Int)" } else { "" });
        if self.random.random_ratio(1, 6) {
            document = self.damaged(document);
        }
        json!({ "query": document, "variables": { "n": self.scalar("Int") } }).to_string()
    }

    /// A selection of fields of a type.
    fn selection(&mut self, ty: &str, depth: usize, width: usize) -> String {
        let schema = self.schema;
        let Some(ExtendedType::Object(object)) = schema.types.get(ty) else { return String::new() };
        let fields: Vec<_> = object.fields.values().collect();
        let mut text = " {".to_owned();
        for _ in 0..self.random.random_range(1..=width) {
            let Some(field) = fields.choose(&mut self.random) else { break };
            text += &self.field(field, depth, width);
        }
        if self.random.random_ratio(1, 10) {
            text += " __typename";
        }
        text + " }"
    }

    fn field(&mut self, field: &FieldDefinition, depth: usize, width: usize) -> String {
        let inner = field.ty.inner_named_type();
        let is_leaf = !matches!(self.schema.types.get(inner), Some(ExtendedType::Object(_)));
        if !is_leaf && depth <= 1 {
            return " __typename".to_owned();
        }
        let alias = if self.random.random_ratio(1, 4) {
            format!("a{}: ", self.random.random::<u16>())
        } else {
            String::new()
        };
        let arguments = self.arguments(&field.arguments);
        let selection =
            if is_leaf { String::new() } else { self.selection(inner, depth - 1, width + 1) };
        let field = format!("{alias}{}{arguments}{selection}", field.name);
        match self.random.random_range(0..30) {
            0 => format!(" ... {{ {field} }}"),
            1 => format!(" {field} @include(if: true)").replacen(
                &selection,
                "",
                usize::from(!is_leaf),
            ),
            _ => format!(" {field}"),
        }
    }

    fn arguments(&mut self, definitions: &[Node<InputValueDefinition>]) -> String {
        let mut given = Vec::new();
        for definition in definitions {
            let is_needed = definition.ty.is_non_null() && !self.random.random_ratio(1, 50);
            if is_needed || self.random.random_ratio(1, 4) {
                given.push(format!("{}: {}", definition.name, self.value(&definition.ty, 4)));
            }
        }
        if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) }
    }

    /// A literal of a type; now and then one that does not fit.
    fn value(&mut self, ty: &Type, depth: usize) -> String {
        match (self.random.random_range(0..100), ty) {
            (0, _) => "null".to_owned(),
            (1, _) => "$n".to_owned(),
            (2, _) => "{ nonsense: 1 }".to_owned(),
            (_, Type::List(of) | Type::NonNullList(of)) => {
                let items: Vec<_> =
                    (0..self.random.random_range(0..3)).map(|_| self.value(of, depth)).collect();
                format!("[{}]", items.join(", "))
            }
            (_, Type::Named(name) | Type::NonNullNamed(name)) => self.named(name, depth),
        }
    }

    fn named(&mut self, name: &str, depth: usize) -> String {
        let schema = self.schema;
        match schema.types.get(name) {
            Some(ExtendedType::Enum(of)) => {
                let symbols: Vec<_> = of.values.keys().collect();
                symbols.choose(&mut self.random).map(ToString::to_string).unwrap_or_default()
            }
            Some(ExtendedType::InputObject(of)) => {
                let mut fields = Vec::new();
                for (field, definition) in &of.fields {
                    if definition.ty.is_non_null() || depth > 0 && self.random.random_ratio(1, 4) {
                        fields.push(format!(
                            "{field}: {}",
                            self.value(&definition.ty, depth.saturating_sub(1))
                        ));
                    }
                }
                format!("{{{}}}", fields.join(", "))
            }
            _ => self.scalar(name).to_string(),
        }
    }

    fn scalar(&mut self, name: &str) -> Value {
        let texts: &[&str] = match name {
            "Int" => return self.random.random_range(-2..120).into(),
            "Float" => return self.random.random_range(-1.0..1e9).into(),
            "Boolean" => return self.random.random::<bool>().into(),
            "ID" => &["01955555-0000-7000-8000-000000000001", "x", ""],
            "LocalDate" => &["2026-03-02", "2026-02-31", "9999-12-31", "x"],
            "LocalTime" => &["09:30:00", "25:00", ""],
            "DateTime" => &["2026-03-01T09:30:00.000Z", "yesterday"],
            "TimeZone" => &["America/New_York", "Mars/Olympus"],
            _ => &[
                "",
                "x",
                "Ada Lovelace",
                "a@example.test",
                "\u{0}",
                "\u{1f600}",
                "%' OR 1=1 --",
                "\\",
            ],
        };
        texts.choose(&mut self.random).map_or(Value::Null, |it| json!(it))
    }

    /// A document in which bytes were lost, doubled or replaced.
    fn damaged(&mut self, document: String) -> String {
        let mut bytes = document.into_bytes();
        for _ in 0..self.random.random_range(1..4) {
            let at = self.random.random_range(0..bytes.len());
            match self.random.random_range(0..3) {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(
                    at,
                    *b"{}()[]:$@!\"#.&|=,\\\n\x00".choose(&mut self.random).unwrap_or(&b' '),
                ),
                _ => bytes.truncate(at.max(1)),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
