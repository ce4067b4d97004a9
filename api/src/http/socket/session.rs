//! The conversation on one WebSocket.

use {
    super::message::{self, ACK, Code, Heard, PONG},
    crate::http::{
        Edge,
        caller::{self, Asking, Introduction},
        connection::Closing,
        guard::Sender,
        parameters::Parameters,
        refusal::Refusal,
        request_id::RequestId,
        transcript::{Told, Transcript},
    },
    axum::http::request::Parts,
    futures_util::{
        SinkExt, StreamExt,
        stream::{self, AbortHandle, BoxStream, SelectAll},
    },
    service::{Ctx, ErrorCode},
    std::{collections::HashMap, sync::Arc, time::Duration},
    tokio::{
        io::{AsyncRead, AsyncWrite, AsyncWriteExt},
        time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until, timeout},
    },
    tokio_tungstenite::{
        WebSocketStream,
        tungstenite::{
            Error as Broken, Message,
            protocol::{CloseFrame, frame::coding::CloseCode},
        },
    },
};

/// How long a client may take to agree that the conversation is over.
const PARTING_TIMEOUT: Duration = Duration::from_secs(2);

/// The conversation on one WebSocket, of one caller.
pub(super) struct Session<S> {
    edge: Arc<Edge>,
    socket: WebSocketStream<S>,
    visitor: Visitor,
    request_id: RequestId,
    /// There once the introduction was accepted.
    asking: Option<Asking>,
    /// What the operations tell, each thing with the id of its operation.
    told: SelectAll<BoxStream<'static, (String, Told)>>,
    /// What ends an operation at once.
    operations: HashMap<String, AbortHandle>,
    is_heard: bool,
}

/// Who has come, by the handshake.
pub(super) struct Visitor {
    /// The head of the handshake.
    pub(super) head: Parts,
    /// Who pays, and what may be sent.
    pub(super) sender: Sender,
}

/// How a conversation ends.
enum End {
    /// By us, with a code.
    Close(Code),
    /// The client went away, or cannot be reached.
    Gone,
}

impl From<Code> for End {
    fn from(code: Code) -> Self {
        Self::Close(code)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    pub(super) fn new(
        edge: Arc<Edge>,
        socket: WebSocketStream<S>,
        (visitor, request_id): (Visitor, RequestId),
    ) -> Self {
        Self {
            edge,
            socket,
            visitor,
            request_id,
            asking: None,
            told: SelectAll::new(),
            operations: HashMap::new(),
            is_heard: true,
        }
    }

    /// Converses until either side has enough.
    pub(super) async fn run(mut self, closing: Closing) {
        let Err(end) = self.converse(closing).await;
        // Nobody listens any more: whatever runs ends here.
        self.told.clear();
        let part = async {
            if let End::Close(Code(code, reason)) = end {
                let frame = CloseFrame { code: CloseCode::from(code), reason: reason.into() };
                // It fails when the client is gone; then there is nothing to part from.
                let _ = self.socket.close(Some(frame)).await;
                while let Some(Ok(_)) = self.socket.next().await {}
            }
            let _ = self.socket.into_inner().shutdown().await;
        };
        // What a client still sends is not worth more of our time.
        let _ = timeout(PARTING_TIMEOUT, part).await;
    }

    async fn converse(&mut self, mut closing: Closing) -> Result<std::convert::Infallible, End> {
        let limits = self.edge.limits.clone();
        let init_due = Instant::now() + limits.socket_init_timeout();
        let mut ping = every(limits.socket_ping());
        let mut check = every(limits.viewer_check());
        loop {
            tokio::select! {
                () = closing.told() => return Err(Code::GOING_AWAY.into()),
                () = sleep_until(init_due), if self.asking.is_none() => {
                    return Err(Code::INIT_LATE.into());
                }
                message = self.socket.next() => self.hear(message).await?,
                Some((id, told)) = self.told.next() => self.tell(&id, told).await?,
                _ = ping.tick() => self.ping().await?,
                _ = check.tick() => self.check().await?,
            }
        }
    }

    async fn hear(&mut self, message: Option<Result<Message, Broken>>) -> Result<(), End> {
        self.is_heard = true;
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            // tungstenite itself answers these when it reads on.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Binary(_) | Message::Frame(_))) => return Err(Code::INVALID.into()),
            Some(Err(Broken::Capacity(_))) => return Err(Code::TOO_BIG.into()),
            Some(Err(Broken::Utf8(_))) => return Err(Code::NO_TEXT.into()),
            // Whoever goes away without a word breaks the protocol as well, but hears nothing.
            Some(Err(Broken::Protocol(_))) => return Err(Code::PROTOCOL.into()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Gone),
        };
        match Heard::read(&text).ok_or(Code::INVALID)? {
            Heard::Init(introduction) => self.welcome(&introduction).await,
            Heard::Ping => self.send(PONG.into()).await,
            Heard::Pong => Ok(()),
            Heard::Subscribe { id, asked } => self.subscribe(id, *asked).await,
            Heard::Complete { id } => {
                self.end(&id);
                Ok(())
            }
        }
    }

    async fn welcome(&mut self, introduction: &Introduction) -> Result<(), End> {
        if self.asking.is_some() {
            return Err(Code::INIT_TWICE.into());
        }
        let Visitor { head, sender } = &self.visitor;
        let asking = self.edge.asking(&head.headers, caller::origin(head), Some(introduction));
        let introduced = timeout(self.edge.limits.deadline(), asking).await;
        let asking = introduced.map_err(|_| Code::LATER)?.map_err(|refusal| {
            self.edge.metrics.refused(refusal.code());
            match refusal.code() {
                "FORBIDDEN" | "UNAUTHENTICATED" => Code::FORBIDDEN,
                "UNAVAILABLE" => Code::LATER,
                _ => Code::FAILED,
            }
        })?;
        let paying = self.edge.sender(head, asking.caller.as_ref());
        let Sender { caller, is_trusted_only, .. } = paying;
        self.visitor.sender = Sender { caller, is_trusted_only, ..*sender };
        self.asking = Some(asking);
        self.send(ACK.into()).await
    }

    async fn subscribe(&mut self, id: String, asked: Parameters) -> Result<(), End> {
        let asking = self.asking.as_ref().ok_or(Code::UNAUTHORIZED)?;
        let ctx = asking.ctx.asked_again();
        if self.operations.contains_key(&id) {
            return Err(Code::DUPLICATE.into());
        }
        let transcript = match self.begin(ctx, asked) {
            Ok(transcript) => transcript,
            Err(refusal) => {
                let told = self.edge.refused(&self.request_id, refusal);
                return self.tell(&id, told).await;
            }
        };
        let (transcript, handle) = stream::abortable(transcript);
        let mark = id.clone();
        self.told.push(transcript.map(move |told| (mark.clone(), told)).boxed());
        self.operations.insert(id, handle);
        Ok(())
    }

    fn begin(&self, ctx: Ctx, asked: Parameters) -> Result<Transcript, Refusal> {
        let max = self.edge.limits.socket_operations_max;
        if self.operations.len() >= max {
            let told = format!("{max} operations are running on this WebSocket already");
            return Err(Refusal::document(ErrorCode::LimitExceeded, told));
        }
        let sender = Sender { now_ms: self.edge.now_ms(), ..self.visitor.sender };
        let admitted = self.edge.guard.admit(asked, sender)?;
        self.edge.metrics.admitted(admitted.is_known, admitted.bill.points);
        self.edge.tell((ctx, admitted, sender), self.request_id.clone())
    }

    /// Ends an operation at once, if it is running.
    fn end(&mut self, id: &str) {
        if let Some(operation) = self.operations.remove(id) {
            operation.abort();
        }
    }

    async fn tell(&mut self, id: &str, told: Told) -> Result<(), End> {
        if !matches!(told, Told::Next(_)) {
            self.end(id);
        }
        self.send(message::written(id, &told).into()).await
    }

    async fn ping(&mut self) -> Result<(), End> {
        if !self.is_heard {
            return Err(End::Gone);
        }
        self.is_heard = false;
        self.send(Message::Ping(Vec::new().into())).await
    }

    async fn check(&mut self) -> Result<(), End> {
        match &self.asking {
            Some(asking) if !self.edge.is_still_valid(asking).await => Err(Code::FORBIDDEN.into()),
            _ => Ok(()),
        }
    }

    /// Sends a message, unless the client has not read for as long as it may be silent.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        let sent = timeout(self.edge.limits.socket_ping(), self.socket.send(message)).await;
        sent.map_err(|_| End::Gone)?.map_err(|_| End::Gone)
    }
}

/// Ticks, the first after one period; a tick that comes late does not bring others after it.
fn every(period: Duration) -> Interval {
    let mut interval = interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
