//! `/graphql`.

use {
    super::{
        Edge,
        answer::Writer,
        body, caller,
        connection::Peer,
        cookie::Cookies,
        event_stream,
        guard::{Admitted, Bill, Sender, budget::Caller},
        negotiation::{self, Accepted, Media},
        origin,
        parameters::{self, Parameters},
        refusal::Refusal,
        request_id::RequestId,
        socket,
        timing::Timing,
    },
    crate::{
        graphql::{asked::Asked, cookie::CookieJar},
        tally,
    },
    async_graphql::{Response as Executed, Value, value},
    axum::{
        body::Body,
        extract::{Request, State},
        http::{
            HeaderName, HeaderValue, Method, Response, StatusCode, header::SET_COOKIE,
            request::Parts,
        },
    },
    entity::kernel::capability::Capability,
    futures_util::FutureExt,
    service::{Ctx, ErrorCode, kernel::identity::callers::Caller as SignedIn},
    std::{panic::AssertUnwindSafe, sync::Arc},
    tokio::time::timeout,
};

const COST: HeaderName = HeaderName::from_static("x-cost");
const BUDGET: HeaderName = HeaderName::from_static("x-budget-remaining");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");
/// Asks for `Server-Timing`, whatever it says.
const TIMING_WANTED: HeaderName = HeaderName::from_static("x-server-timing");

/// Answers a request.
pub(crate) async fn answer(State(edge): State<Arc<Edge>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    if let Some(asked) = origin::preflight(&head.method, &head.headers, &edge.http.cors_origins) {
        return asked.unwrap_or_else(|refusal| edge.refuse(&head, Media::default(), refusal));
    }
    if socket::is_asked_for(&head) {
        let opened = socket::open(&edge, &head);
        return opened.unwrap_or_else(|refusal| edge.refuse(&head, Media::default(), refusal));
    }
    let accepted = match negotiation::accepted(&head.headers) {
        Ok(accepted) => accepted,
        Err(refusal) => return edge.refuse(&head, Media::default(), refusal),
    };
    let answered = edge.run(&head, body, accepted).await;
    answered.unwrap_or_else(|refusal| edge.refuse(&head, accepted.media(), refusal))
}

impl Edge {
    async fn run(
        self: &Arc<Self>,
        head: &Parts,
        body: Body,
        accepted: Accepted,
    ) -> Result<Response<Body>, Refusal> {
        let mut timing = Timing::start();
        let parameters = self.read(head, body).await?;
        timing.stage("read");
        let asking = self.in_time(self.asking(&head.headers, caller::origin(head), None)).await?;
        timing.stage("caller");
        let is_timed = self.http.server_timing || is_timing_due(head, &asking.ctx);
        let sender = self.sender(head, asking.caller.as_ref());
        let sender = Sender { takes_streams: accepted.takes_events, ..sender };
        let admitted = match self.guard.admit(parameters, sender) {
            Ok(admitted) => admitted,
            // Whoever reads a stream cannot see the body of another answer.
            Err(refusal) if refusal.is_about_document && accepted.single.is_none() => {
                self.metrics.refused(refusal.code());
                return Ok(event_stream::refused(self, head, refusal));
            }
            Err(refusal) => return Err(refusal),
        };
        self.metrics.admitted(admitted.is_known, admitted.bill.points);
        timing.stage("guard");
        let Some(media) = accepted.single.filter(|_| !admitted.is_subscription) else {
            return event_stream::answer(self, head, (asking, admitted, sender));
        };
        let Admitted { asked, bill, is_known: _, is_subscription: _ } = admitted;
        let jar = CookieJar::default();
        let asked = if self.cookies == Cookies::None { asked } else { asked.data(jar.clone()) };
        let (executed, tally) = tally::counted(self.execute(asking.ctx, asked)).await;
        let executed = executed?;
        timing.database(tally);
        timing.stage("run");
        let writer = Writer { media, request_id: &request_id(head), limits: &self.limits };
        let mut response = writer.executed(executed, self.extensions(bill))?;
        timing.stage("encode");
        let headers = response.headers_mut();
        headers.insert(COST, bill.points.into());
        headers.extend(bill.remaining.map(|it| (BUDGET, HeaderValue::from(it))));
        let cookie = jar.take().and_then(|it| self.cookies.header(&it, self.ctx.now()));
        headers.extend(cookie.map(|it| (SET_COOKIE, it)));
        if is_timed {
            headers.extend(timing.to_header().map(|it| (SERVER_TIMING, it)));
        }
        Ok(response)
    }

    async fn read(&self, head: &Parts, body: Body) -> Result<Parameters, Refusal> {
        match head.method {
            Method::POST => {
                negotiation::check_content(&head.headers)?;
                parameters::from_body(&body::read(&head.headers, body, &self.limits).await?)
            }
            Method::GET => parameters::from_url(head.uri.query().unwrap_or_default()),
            _ => {
                let status = StatusCode::METHOD_NOT_ALLOWED;
                let told = "this takes GET and POST";
                Err(Refusal::new(status, ErrorCode::BadUserInput, told).allowing("GET, POST"))
            }
        }
    }

    /// Who sends a request.
    pub(crate) fn sender(&self, head: &Parts, caller: Option<&SignedIn>) -> Sender {
        let peer = head.extensions.get().map(|Peer(address)| address.ip().to_canonical());
        let spender = peer.filter(|it| self.http.budget_on_loopback || !it.is_loopback());
        let person = |it: &SignedIn| Caller::Person(it.user_id);
        Sender {
            caller: spender.map(|it| caller.map_or_else(|| Caller::at(it), person)),
            is_trusted_only: caller.is_some_and(|it| it.trusted_only),
            now_ms: self.now_ms(),
            is_read_only: head.method == Method::GET,
            takes_streams: false,
        }
    }

    /// The present moment, as budgets count it.
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.ctx.now().timestamp_millis()).unwrap_or_default()
    }

    /// Runs a request. A bug that panics ends the request alone.
    pub(crate) async fn execute(&self, ctx: Ctx, asked: Asked) -> Result<Executed, Refusal> {
        let run = self.schema.execute_valid(ctx, asked);
        self.in_time(AssertUnwindSafe(run).catch_unwind().map(|ran| {
            ran.map_err(|_| {
                tracing::error!("a resolver panicked");
                Refusal::failure()
            })
        }))
        .await
    }

    /// Lets a step of a request take so long and no longer.
    async fn in_time<T>(
        &self,
        step: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Refusal> {
        timeout(self.limits.deadline(), step).await.unwrap_or_else(|_| {
            let told = format!("the request ran longer than {} ms", self.limits.deadline_ms);
            Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable, told))
        })
    }

    /// What an answer tells of what it cost.
    pub(crate) fn extensions(&self, bill: Bill) -> Option<Value> {
        let (Bill { points, event_points: _, remaining }, limit) = (bill, self.limits.cost_max);
        self.http.cost_in_extensions.then(|| match remaining {
            None => value!({ "cost": { "requested": points, "limit": limit } }),
            Some(remaining) => {
                value!({ "cost": { "requested": points, "limit": limit, "remaining": remaining } })
            }
        })
    }

    fn refuse(&self, head: &Parts, media: Media, refusal: Refusal) -> Response<Body> {
        self.metrics.refused(refusal.code());
        Writer { media, request_id: &request_id(head), limits: &self.limits }.refused(refusal)
    }
}

/// Whether somebody asks what took how long who may know how the server does.
fn is_timing_due(head: &Parts, ctx: &Ctx) -> bool {
    head.headers.contains_key(TIMING_WANTED) && ctx.may_all(Capability::SettingsManage).is_ok()
}

/// The name that the shell has given to the request.
pub(crate) fn request_id(head: &Parts) -> RequestId {
    head.extensions.get().cloned().unwrap_or_default()
}
