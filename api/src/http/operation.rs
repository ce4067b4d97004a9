//! Operations that may answer more than once, for the transports that can carry that.

use {
    super::{
        Edge,
        guard::{Admitted, Bill, Sender},
        metrics::Counted,
        refusal::Refusal,
    },
    crate::graphql::subscription::{Course, Subscribed},
    async_graphql::Response as Executed,
    axum::http::StatusCode,
    futures_util::{
        FutureExt, Stream, StreamExt,
        stream::{self, BoxStream},
    },
    service::{Ctx, ErrorCode},
    std::{
        panic::AssertUnwindSafe,
        pin::Pin,
        sync::Arc,
        task::{Context, Poll},
        time::Duration,
    },
    tokio::time::{Sleep, sleep},
};

/// What comes of an operation: answers, and at last perhaps why there are no more.
pub(crate) type Answers = BoxStream<'static, Result<Executed, Refusal>>;

impl Edge {
    /// Runs what was let through: a query or mutation answers once, a subscription any number of
    /// times. Dropping the answers ends the work.
    pub(crate) fn operate(
        self: &Arc<Self>,
        ctx: Ctx,
        admitted: Admitted,
        sender: Sender,
    ) -> Result<Answers, Refusal> {
        let Admitted { asked, bill, is_known: _, is_subscription } = admitted;
        if !is_subscription {
            let edge = self.clone();
            let run = async move { edge.execute(ctx, asked).await };
            return Ok(stream::once(run).boxed());
        }
        let Ok(place) = self.subscriptions.clone().try_acquire_owned() else {
            let told = "as many subscriptions are running as the server takes: come back later";
            let status = StatusCode::SERVICE_UNAVAILABLE;
            return Err(Refusal::new(status, ErrorCode::Unavailable, told));
        };
        let feed = self.feed.clone();
        let Subscribed { course, responses } = self.schema.subscribe_valid(ctx, feed, asked);
        let unwound = AssertUnwindSafe(responses).catch_unwind().boxed();
        let paced = Paced {
            answers: unwound.map(|it| it.map_err(|_| panicked())).boxed(),
            course: course.clone(),
            edge: self.clone(),
            counted: None,
            deadline: self.limits.deadline(),
            alarm: None,
        };
        let edge = self.clone();
        let charged = paced.enumerate().map(move |(index, answer)| {
            let _held = &place;
            let answer = begun(answer?, &course)?;
            // The first answer was paid for when the subscription began.
            if index > 0 {
                edge.charge_event(sender, bill)?;
            }
            edge.metrics.event();
            Ok(answer)
        });
        Ok(until_refused(charged).boxed())
    }

    fn charge_event(&self, sender: Sender, bill: Bill) -> Result<(), Refusal> {
        let sender = Sender { now_ms: self.now_ms(), ..sender };
        self.guard.charge(&sender, bill.event_points.max(1)).map(|_| ())
    }
}

/// A subscription that failed before it began is a request that was refused.
fn begun(answer: Executed, course: &Course) -> Result<Executed, Refusal> {
    if course.has_begun() || answer.errors.is_empty() {
        return Ok(answer);
    }
    let refusal = Refusal::document(ErrorCode::BadUserInput, "the subscription cannot begin");
    Err(Refusal { errors: answer.errors, ..refusal })
}

fn panicked() -> Refusal {
    tracing::error!("a resolver panicked");
    Refusal::failure()
}

/// The answers up to the first refusal.
fn until_refused(
    answers: impl Stream<Item = Result<Executed, Refusal>> + Send + 'static,
) -> impl Stream<Item = Result<Executed, Refusal>> + Send {
    answers.scan(false, |is_over, answer| {
        let goes_on = !*is_over;
        *is_over = answer.is_err();
        async move { goes_on.then_some(answer) }.boxed()
    })
}

/// Answers of a subscription, each of which has a deadline; waiting for something to happen has
/// none.
struct Paced {
    answers: Answers,
    course: Arc<Course>,
    edge: Arc<Edge>,
    /// There once the subscription has begun.
    counted: Option<Counted>,
    deadline: Duration,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Stream for Paced {
    type Item = Result<Executed, Refusal>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Executed, Refusal>>> {
        let poll = self.answers.as_mut().poll_next(task);
        if self.counted.is_none() && self.course.has_begun() {
            self.counted = Some(self.edge.metrics.subscription());
        }
        if poll.is_ready() || self.course.is_waiting() {
            self.alarm = None;
            return poll;
        }
        let deadline = self.deadline;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep(deadline)));
        if alarm.as_mut().poll(task).is_pending() {
            return Poll::Pending;
        }
        let told = format!("an event ran longer than {} ms", deadline.as_millis());
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Poll::Ready(Some(Err(Refusal::new(status, ErrorCode::Unavailable, told))))
    }
}
