//! Answers as server-sent events, in the "distinct connections mode" of graphql-sse: an operation
//! a request, an event `next` for each answer, and at last an event `complete`.

use {
    super::{
        Edge,
        caller::Asking,
        connection::Closing,
        endpoint::request_id,
        guard::{Admitted, Sender},
        negotiation::EVENT_STREAM,
        refusal::Refusal,
        request_id::RequestId,
        transcript::{Told, Transcript},
    },
    async_graphql::ServerError,
    axum::{
        body::{Body, Bytes},
        http::{HeaderName, HeaderValue, Response, header, request::Parts},
    },
    futures_util::{
        StreamExt,
        stream::{self, BoxStream},
    },
    serde::Serialize,
    service::ErrorCode,
    std::{convert::Infallible, future::pending, sync::Arc},
    tokio::time::{Instant, Interval, MissedTickBehavior, interval_at},
};

/// A proxy must pass events on as they come.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
/// A comment: it says nothing, and so that somebody is there.
const HEARTBEAT: &[u8] = b":\n\n";
const COMPLETE: &[u8] = b"event: complete\ndata:\n\n";

/// Runs what was let through, and answers with what it tells.
pub(crate) fn answer(
    edge: &Arc<Edge>,
    head: &Parts,
    (asking, admitted, sender): (Asking, Admitted, Sender),
) -> Result<Response<Body>, Refusal> {
    let told = edge.tell((asking.ctx.clone(), admitted, sender), request_id(head))?;
    let limits = &edge.limits;
    let stream = Events {
        edge: edge.clone(),
        asking,
        request_id: request_id(head),
        told,
        closing: head.extensions.get().cloned(),
        heartbeat: interval_at(
            Instant::now() + limits.stream_heartbeat(),
            limits.stream_heartbeat(),
        ),
        check: interval_at(Instant::now() + limits.viewer_check(), limits.viewer_check()),
    };
    Ok(respond(stream.bytes()))
}

/// Answers with why an operation is not run.
pub(crate) fn refused(edge: &Edge, head: &Parts, refusal: Refusal) -> Response<Body> {
    let told = edge.refused(&request_id(head), refusal);
    respond(stream::iter([written(told)]).boxed())
}

fn respond(bytes: BoxStream<'static, Vec<u8>>) -> Response<Body> {
    let body = bytes.map(|it| Ok::<_, Infallible>(Bytes::from(it)));
    let mut response = Response::new(Body::from_stream(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept, origin"));
    headers.insert(BUFFERING, HeaderValue::from_static("no"));
    response
}

struct Events {
    edge: Arc<Edge>,
    asking: Asking,
    request_id: RequestId,
    told: Transcript,
    closing: Option<Closing>,
    heartbeat: Interval,
    check: Interval,
}

impl Events {
    fn bytes(mut self) -> BoxStream<'static, Vec<u8>> {
        self.heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let beginning = stream::iter([HEARTBEAT.to_vec()]);
        let rest = stream::unfold(self, async |mut events| {
            let bytes = events.next().await?;
            Some((bytes, events))
        });
        beginning.chain(rest).boxed()
    }

    /// The next bytes; none at the end. A server that stops ends the stream without `complete`, so
    /// that the client comes back.
    async fn next(&mut self) -> Option<Vec<u8>> {
        let closing = async {
            match &mut self.closing {
                Some(closing) => closing.told().await,
                None => pending().await,
            }
        };
        tokio::select! {
            told = self.told.next() => told.map(|it| {
                if matches!(it, Told::Refused(_)) {
                    self.told = stream::empty().boxed();
                }
                written(it)
            }),
            _ = self.heartbeat.tick() => Some(HEARTBEAT.to_vec()),
            _ = self.check.tick() => {
                if self.edge.is_still_valid(&self.asking).await {
                    return Some(Vec::new());
                }
                self.told = stream::empty().boxed();
                let refusal = Refusal::document(ErrorCode::Forbidden, "you may not be here any more");
                Some(written(self.edge.refused(&self.request_id, refusal)))
            }
            () = closing => None,
        }
    }
}

/// An answer that is only errors.
#[derive(Serialize)]
struct Refused {
    errors: Vec<ServerError>,
}

fn written(told: Told) -> Vec<u8> {
    match told {
        Told::Next(json) => next(&json),
        Told::Refused(errors) => {
            let json = serde_json::to_vec(&Refused { errors }).unwrap_or_default();
            [next(&json).as_slice(), COMPLETE].concat()
        }
        Told::Complete => COMPLETE.to_vec(),
    }
}

/// JSON as it is written here has no line breaks.
fn next(json: &[u8]) -> Vec<u8> {
    [b"event: next\ndata: ", json, b"\n\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_is_an_event() {
        assert_eq!(written(Told::Next(b"{}".to_vec())), b"event: next\ndata: {}\n\n");
        assert_eq!(written(Told::Complete), b"event: complete\ndata:\n\n");
    }

    #[test]
    fn a_refusal_is_an_answer_and_the_end() {
        let refused = Told::Refused(Refusal::too_much("more").errors);

        let told = String::from_utf8(written(refused)).unwrap();

        let expected = "event: next\ndata: {\"errors\":[{\"message\":\"more\",\
                        \"extensions\":{\"code\":\"LIMIT_EXCEEDED\"}}]}\n\nevent: complete\ndata:\n\n";
        assert_eq!(told, expected);
    }
}
