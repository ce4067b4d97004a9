//! A client of `graphql-transport-ws` that says whatever a test likes.

use {
    super::{ANSWER_TIMEOUT, TestServer},
    futures_util::{SinkExt, StreamExt},
    serde_json::{Value, json},
    tokio::{net::TcpStream, time::timeout},
    tokio_tungstenite::{
        WebSocketStream, client_async,
        tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue},
    },
};

/// A WebSocket.
pub struct TestSocket(WebSocketStream<TcpStream>);

impl TestServer {
    /// Opens a WebSocket with these headers beside the usual ones, and what requests send as
    /// `Authorization`, or tells the status of the
    /// refusal.
    pub async fn open(&self, headers: &[(&'static str, &str)]) -> Result<TestSocket, u16> {
        let mut request =
            format!("ws://{}/graphql", self.address).into_client_request().expect("a URL");
        let known = request.headers_mut();
        known.insert("sec-websocket-protocol", HeaderValue::from_static("graphql-transport-ws"));
        let authorization = self.authorization.iter().map(|it| ("authorization", it.as_str()));
        for (name, value) in authorization.chain(headers.iter().copied()) {
            known.insert(name, HeaderValue::from_str(value).expect("a header"));
        }
        match client_async(request, self.connect().await).await {
            Ok((socket, _)) => Ok(TestSocket(socket)),
            Err(Error::Http(refused)) => Err(refused.status().as_u16()),
            // The client itself minds a subprotocol that was not chosen.
            Err(other) => panic!("{other}"),
        }
    }

    /// Opens a WebSocket, and introduces itself.
    pub async fn socket(&self) -> TestSocket {
        let mut socket = self.open(&[]).await.expect("a WebSocket");
        socket.say(json!({ "type": "connection_init" })).await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        socket
    }
}

impl TestSocket {
    /// Says something.
    pub async fn say(&mut self, message: Value) {
        self.send(Message::text(message.to_string())).await;
    }

    /// Sends any message; nobody may be there to read it.
    pub async fn send(&mut self, message: Message) {
        self.0.send(message).await.unwrap_or_default();
    }

    /// Asks something, under an id.
    pub async fn ask(&mut self, id: &str, document: &str, variables: Value) {
        let payload = json!({ "query": document, "variables": variables });
        self.say(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// The next thing that the server says.
    pub async fn hear(&mut self) -> Value {
        let heard = self.next().await;
        let Some(Ok(Message::Text(text))) = heard else { panic!("no text: {heard:?}") };
        serde_json::from_str(&text).expect("JSON")
    }

    /// Reads until the server closes: the code, or 0 when it did so without one.
    pub async fn closed(mut self) -> u16 {
        loop {
            match self.next().await {
                Some(Ok(Message::Close(frame))) => return frame.map_or(0, |it| it.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return 0,
            }
        }
    }

    /// What is under the protocol: a test may fall silent, or send no frame at all.
    pub fn into_stream(self) -> TcpStream {
        self.0.into_inner()
    }

    async fn next(&mut self) -> Option<Result<Message, Error>> {
        loop {
            match timeout(ANSWER_TIMEOUT, self.0.next()).await.expect("the server speaks in time") {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => return other,
            }
        }
    }
}
