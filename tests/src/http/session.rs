//! A connection that is kept for many requests.

use {
    super::Answer,
    std::net::SocketAddr,
    tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
    },
};

/// A connection that is kept for many requests, and made anew when the server has closed it.
pub struct Session {
    address: SocketAddr,
    authorization: String,
    stream: Option<TcpStream>,
}

impl Session {
    /// A session with the server at an address.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, authorization: String::new(), stream: None }
    }

    /// The same, whose requests say who sends them.
    #[must_use]
    pub fn authorized_by(self, authorization: Option<&str>) -> Self {
        let header = |it| format!("Authorization: {it}\r\n");
        Self { authorization: authorization.map(header).unwrap_or_default(), ..self }
    }

    /// Posts a body to `/graphql`.
    pub async fn post(&mut self, body: &str) -> Answer {
        let request = format!(
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Accept: application/graphql-response+json\r\n{}Content-Length: {}\r\n\r\n{body}",
            self.authorization,
            body.len()
        );
        if let Some(mut stream) = self.stream.take()
            && let Some(answer) = exchange(&mut stream, &request).await
        {
            self.stream = Some(stream);
            return answer;
        }
        let mut stream = TcpStream::connect(self.address).await.expect("the server accepts");
        let answer = exchange(&mut stream, &request).await.expect("the server answers");
        self.stream = Some(stream);
        answer
    }
}

async fn exchange(stream: &mut TcpStream, request: &str) -> Option<Answer> {
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    loop {
        if stream.read_buf(&mut answer).await.ok()? == 0 {
            return None;
        }
        let Some(head) = answer.windows(4).position(|it| it == b"\r\n\r\n") else { continue };
        let parsed = Answer::parse(answer.get(..head + 4)?);
        let length: usize = parsed.header("content-length")?.parse().ok()?;
        if answer.len() == head + 4 + length {
            return Some(Answer::parse(&answer));
        }
    }
}
