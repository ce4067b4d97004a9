//! What a transport that can carry several answers tells of one operation, ready to be sent.

use {
    super::{
        Edge,
        answer::Writer,
        guard::{Admitted, Bill, Sender},
        negotiation::Media,
        refusal::Refusal,
        request_id::RequestId,
    },
    async_graphql::ServerError,
    futures_util::{
        StreamExt,
        stream::{self, BoxStream},
    },
    service::Ctx,
    std::sync::Arc,
};

/// One thing that is told of an operation. The last is [`Told::Refused`] or [`Told::Complete`].
#[derive(Debug)]
pub(crate) enum Told {
    /// An answer, as JSON.
    Next(Vec<u8>),
    /// Why there are no more answers.
    Refused(Vec<ServerError>),
    /// There are no more answers.
    Complete,
}

/// What is told of an operation, in order.
pub(crate) type Transcript = BoxStream<'static, Told>;

impl Edge {
    /// Runs what was let through, and tells what comes of it.
    pub(crate) fn tell(
        self: &Arc<Self>,
        (ctx, admitted, sender): (Ctx, Admitted, Sender),
        request_id: RequestId,
    ) -> Result<Transcript, Refusal> {
        let (bill, is_subscription) = (admitted.bill, admitted.is_subscription);
        let answers = self.operate(ctx, admitted, sender)?;
        let edge = self.clone();
        let told = answers.enumerate().map(move |(index, answer)| {
            let bill = if index == 0 { bill } else { Bill { points: bill.event_points, ..bill } };
            // What is left of a budget is known for the first answer alone.
            let bill = Bill { remaining: bill.remaining.filter(|_| !is_subscription), ..bill };
            let writer = edge.writer(&request_id);
            let encoded = answer.and_then(|it| writer.encoded(it, edge.extensions(bill)));
            encoded.map_or_else(|refusal| edge.refused(&request_id, refusal), Told::Next)
        });
        Ok(told.chain(stream::iter([Told::Complete])).boxed())
    }

    /// Why an operation is not run.
    pub(crate) fn refused(&self, request_id: &RequestId, refusal: Refusal) -> Told {
        self.metrics.refused(refusal.code());
        Told::Refused(self.writer(request_id).errors(refusal))
    }

    fn writer<'a>(&'a self, request_id: &'a RequestId) -> Writer<'a> {
        Writer { media: Media::GraphqlResponse, request_id, limits: &self.limits }
    }
}
