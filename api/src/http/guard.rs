//! The guard: what a request must pass before the executor sees it.
//!
//! [`scan`] bounds the text, [`expansion`] what its fragments stand for, [`document`] validates it
//! against the schema, [`cost`] says what it will cost, [`variables`] whether they fit, [`budget`]
//! whether the caller can afford it. A document that was seen before skips all that depends on its
//! text alone. Nothing here knows of HTTP but the status that a refusal ends in, so that every
//! transport can use it.

pub(crate) mod budget;
mod cost;
mod document;
mod expansion;
mod scan;
mod store;
mod translation;
mod variables;

pub(crate) use store::tag;

use {
    super::{parameters::Parameters, refusal::Refusal},
    crate::{
        graphql::asked::Asked,
        settings::{Http, Limits},
    },
    apollo_compiler::{Schema, ast, executable::OperationType, parser::Parser, validation::Valid},
    async_graphql::{Request, Variables},
    axum::http::StatusCode,
    budget::{Budgets, Caller},
    cost::{Cost, Plan},
    document::{Document, Operation},
    service::ErrorCode,
    std::{io, sync::Arc},
    store::{Hash, Recent, Trusted},
};

/// What it costs to have a document validated that was not seen before, in points.
const VALIDATION: u64 = 5;
/// How many tokens a parser sees for one of [`scan`]: blanks and commas are tokens to it as well.
const PARSER_TOKENS: usize = 4;
/// The introspection query of graphql-js, which every tool sends.
const INTROSPECTION: &str = include_str!("guard/introspection.graphql");

/// The guard of a schema.
pub(crate) struct Guard {
    schema: Valid<Schema>,
    limits: Limits,
    recent: Recent,
    trusted: Trusted,
    budgets: Budgets,
    is_trusted_only: bool,
    is_introspection_allowed: bool,
    introspection_values: f64,
}

/// A request that may be run.
pub(crate) struct Admitted {
    /// What is asked.
    pub(crate) asked: Asked,
    /// What it costs.
    pub(crate) bill: Bill,
    /// Whether its document was seen before.
    pub(crate) is_known: bool,
    /// Whether it may answer more than once.
    pub(crate) is_subscription: bool,
}

/// What a request costs, and what is left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bill {
    /// Its points.
    pub(crate) points: u64,
    /// What each event of a subscription costs behind the first, in points.
    pub(crate) event_points: u64,
    /// What the caller has left, if it has a budget.
    pub(crate) remaining: Option<u64>,
}

/// Who sends a request, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sender {
    /// Who; none has no budget.
    pub(crate) caller: Option<Caller>,
    /// When.
    pub(crate) now_ms: u64,
    /// Whether only trusted documents may be run.
    pub(crate) is_trusted_only: bool,
    /// Whether nothing that changes something may be sent so.
    pub(crate) is_read_only: bool,
    /// Whether more than one answer can be sent back.
    pub(crate) takes_streams: bool,
}

impl Guard {
    /// A guard of the schema with this printed form.
    pub(crate) fn new(sdl: &str, http: &Http, limits: &Limits) -> io::Result<Self> {
        let schema = Schema::parse_and_validate(sdl, "schema.graphql");
        let schema = schema.expect("the printed schema is valid, which a test holds it to");
        let trusted = match &http.trusted_documents {
            Some(path) => Trusted::read(path).map_err(|it| {
                let told = format!("the setting http.trusted_documents: {} {it}", path.display());
                io::Error::new(it.kind(), told)
            })?,
            None => Trusted::default(),
        };
        let mut guard = Self {
            schema,
            limits: limits.clone(),
            recent: Recent::new(limits),
            trusted,
            budgets: Budgets::new(limits),
            is_trusted_only: http.trusted_only,
            is_introspection_allowed: http.introspection,
            introspection_values: f64::INFINITY,
        };
        // Twice what every tool asks for is enough for anybody.
        if let Ok(document) = guard.validate(INTROSPECTION)
            && let Ok(operation) = document.operation(None)
        {
            guard.introspection_values = 2.0 * operation.plan.cost(&Variables::default()).values;
        }
        Ok(guard)
    }

    /// Lets a request through, or says why not.
    pub(crate) fn admit(
        &self,
        parameters: Parameters,
        sender: Sender,
    ) -> Result<Admitted, Refusal> {
        let Parameters { query, document_id, persisted, operation_name, variables } = parameters;
        let asked = (query.as_deref(), document_id.as_deref(), persisted.as_deref());
        let (document, is_known) = self.document(asked, &sender)?;
        let operation = document.operation(operation_name.as_deref())?;
        self.check_kind(operation, &sender)?;
        variables::check(&self.schema, &operation.variables, &variables)?;
        let cost = operation.plan.cost(&variables);
        self.check_cost(&operation.plan, cost)?;
        let remaining = self.charge(&sender, cost.points.max(1))?;
        let mut request = Request::new("").variables(variables);
        request.operation_name = operation_name;
        let asked = Asked::new(document.runnable.clone(), request);
        let is_subscription = operation.kind == OperationType::Subscription;
        let event_points = cost.points.saturating_sub(cost::SUBSCRIPTION_POINTS);
        let bill = Bill { points: cost.points, event_points, remaining };
        Ok(Admitted { asked, bill, is_known, is_subscription })
    }

    /// Takes points out of a sender's budget: what is left, if it has one.
    pub(crate) fn charge(&self, sender: &Sender, points: u64) -> Result<Option<u64>, Refusal> {
        let Some(caller) = sender.caller else { return Ok(None) };
        self.budgets.take(caller, points, sender.now_ms).map(Some)
    }

    /// The document that a request names by text, by id, or by hash.
    fn document(
        &self,
        (query, id, persisted): (Option<&str>, Option<&str>, Option<&str>),
        sender: &Sender,
    ) -> Result<(Arc<Document>, bool), Refusal> {
        if let Some(id) = id {
            if query.is_some() {
                return Err(Refusal::malformed("query must not stand beside documentId"));
            }
            let found = self.trusted.by_id(id);
            let (hash, text) = found.ok_or_else(|| {
                Refusal::document(
                    ErrorCode::NotFound,
                    "there is no trusted document with this documentId",
                )
            })?;
            return self.known_or_validated(hash, &text, sender);
        }
        let expected = persisted.map(|it| {
            store::parse_hash(it)
                .ok_or_else(|| Refusal::malformed("sha256Hash must be 64 hexadecimal digits"))
        });
        match (query, expected.transpose()?) {
            (Some(text), expected) => {
                let hash = store::hash(text);
                if expected.is_some_and(|it| it != hash) {
                    return Err(Refusal::malformed("sha256Hash is not the SHA-256 of the query"));
                }
                let is_trusted_only = self.is_trusted_only || sender.is_trusted_only;
                if is_trusted_only && self.trusted.by_hash(&hash).is_none() {
                    let told = "only trusted documents are run: send the documentId of one";
                    return Err(Refusal::document(ErrorCode::Forbidden, told));
                }
                self.known_or_validated(hash, text, sender)
            }
            (None, Some(hash)) => self.persisted(hash, sender),
            (None, None) => Err(Refusal::malformed("query must be given, as a text")),
        }
    }

    /// A document by its hash alone, as Apollo's automatic persisted queries ask for it.
    fn persisted(&self, hash: Hash, sender: &Sender) -> Result<(Arc<Document>, bool), Refusal> {
        if let Some(text) = self.trusted.by_hash(&hash) {
            return self.known_or_validated(hash, &text, sender);
        }
        if self.is_trusted_only || sender.is_trusted_only {
            return Err(Refusal::persisted_query(
                "PersistedQueryNotSupported",
                "PERSISTED_QUERY_NOT_SUPPORTED",
            ));
        }
        let known = self.recent.get(&hash).map(|document| (document, true));
        known.ok_or_else(|| {
            Refusal::persisted_query("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        })
    }

    fn known_or_validated(
        &self,
        hash: Hash,
        text: &str,
        sender: &Sender,
    ) -> Result<(Arc<Document>, bool), Refusal> {
        if let Some(document) = self.recent.get(&hash) {
            return Ok((document, true));
        }
        self.charge(sender, VALIDATION)?;
        let document = Arc::new(self.validate(text)?);
        self.recent.put(hash, document.clone(), text.len());
        Ok((document, false))
    }

    fn validate(&self, text: &str) -> Result<Document, Refusal> {
        scan::scan(text, &self.limits)?;
        let parsed = self.parse(text)?;
        expansion::measure(&parsed, &self.limits)?;
        Document::of(&self.schema, &parsed, text, self.limits.errors_max)
    }

    fn parse(&self, text: &str) -> Result<ast::Document, Refusal> {
        let mut parser = Parser::new().token_limit(PARSER_TOKENS * self.limits.tokens_max);
        let parsed = parser.parse_ast(text, "document.graphql");
        parsed.map_err(|wrong| document::invalid(&wrong.errors, self.limits.errors_max))
    }

    fn check_kind(&self, operation: &Operation, sender: &Sender) -> Result<(), Refusal> {
        if operation.kind == OperationType::Subscription && !sender.takes_streams {
            let told = "a subscription answers more than once: ask by WebSocket, or with \
                        `Accept: text/event-stream`";
            return Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, ErrorCode::BadUserInput, told));
        }
        if sender.is_read_only && operation.kind == OperationType::Mutation {
            let told = "GET runs queries only: send this by POST";
            let status = StatusCode::METHOD_NOT_ALLOWED;
            return Err(Refusal::new(status, ErrorCode::BadUserInput, told).allowing("POST"));
        }
        if operation.plan.is_introspecting && !self.is_introspection_allowed {
            return Err(Refusal::document(
                ErrorCode::Forbidden,
                "this server does not show its schema",
            ));
        }
        Ok(())
    }

    fn check_cost(&self, plan: &Plan, cost: Cost) -> Result<(), Refusal> {
        let (points, max) = (cost.points, self.limits.cost_max);
        if points > max {
            let told = format!(
                "the request costs {points} points, but may cost {max}: ask for smaller pages"
            );
            return Err(Refusal::too_much(told));
        }
        let usual = f64::from(self.limits.values_max);
        let values_max =
            if plan.is_introspecting { usual.max(self.introspection_values) } else { usual };
        if cost.values > values_max {
            let told = format!(
                "the answer may have more than {values_max} values: ask for smaller pages or fewer fields"
            );
            return Err(Refusal::too_much(told));
        }
        Ok(())
    }
}
