//! A client of server-sent events.

use {
    super::{ANSWER_TIMEOUT, Answer, TestServer},
    serde_json::{Value, json},
    tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        time::timeout,
    },
};

/// A stream of server-sent events.
pub struct TestEvents {
    stream: TcpStream,
    received: String,
    told: String,
    /// The head of the answer.
    pub answer: Answer,
}

impl TestServer {
    /// Asks for a stream of events by POST.
    pub async fn events(&self, document: &str, variables: Value) -> TestEvents {
        let body = json!({ "query": document, "variables": variables }).to_string();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Accept: text/event-stream\r\n{}Content-Length: {}\r\n\r\n{body}",
            self.credentials(),
            body.len()
        );
        TestEvents::of(self.connect().await, &head).await
    }
}

impl TestEvents {
    /// Sends a request, and reads the head of the answer.
    pub async fn of(mut stream: TcpStream, request: &str) -> Self {
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        let answer = Answer::parse(b"");
        let mut events = Self { stream, received: String::new(), told: String::new(), answer };
        let head = events.until("\r\n\r\n").await.expect("a head");
        events.answer = Answer::parse(head.as_bytes());
        events
    }

    /// The next event; comments are left out. None at the end.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.told.find("\n\n") {
                let event: String = self.told.drain(..at + 2).collect();
                if event.starts_with(':') {
                    continue;
                }
                return Some(event.trim_end().to_owned());
            }
            // A chunk of HTTP: its size, and as many bytes.
            let size = self.until("\r\n").await?;
            let size = usize::from_str_radix(size.trim(), 16).expect("the size of a chunk");
            let chunk = self.take(size + 2).await?;
            if size == 0 {
                return None;
            }
            self.told.push_str(chunk.get(..size)?);
        }
    }

    /// The next chunk, whatever it is.
    pub async fn comment(&mut self) -> String {
        let size = self.until("\r\n").await.expect("a chunk");
        let size = usize::from_str_radix(size.trim(), 16).expect("the size of a chunk");
        let mut chunk = self.take(size + 2).await.expect("a chunk");
        chunk.truncate(size);
        chunk
    }

    /// The data of the next event, which must be `next`.
    pub async fn data(&mut self) -> Value {
        let event = self.next().await.expect("an event");
        let data = event.strip_prefix("event: next\ndata: ").unwrap_or_else(|| panic!("{event}"));
        serde_json::from_str(data).expect("JSON")
    }

    async fn until(&mut self, end: &str) -> Option<String> {
        loop {
            if let Some(at) = self.received.find(end) {
                return Some(self.received.drain(..at + end.len()).collect());
            }
            self.receive().await?;
        }
    }

    async fn take(&mut self, size: usize) -> Option<String> {
        while self.received.len() < size {
            self.receive().await?;
        }
        Some(self.received.drain(..size).collect())
    }

    async fn receive(&mut self) -> Option<()> {
        let mut bytes = vec![0; 64 << 10];
        let read = timeout(ANSWER_TIMEOUT, self.stream.read(&mut bytes)).await;
        let size = read.expect("the server speaks in time").ok().filter(|it| *it > 0)?;
        self.received.push_str(std::str::from_utf8(bytes.get(..size)?).expect("UTF-8"));
        Some(())
    }
}
