//! A small mail server, that greets and refuses as it likes.

use {
    std::sync::{Arc, Mutex},
    tokio::{
        io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
        net::{TcpListener, TcpStream},
        task::JoinSet,
    },
};

#[derive(Default)]
struct Desk {
    greeting: String,
    refusal: Option<String>,
    greeted: usize,
    taken: usize,
}

/// The server. It goes with its value.
pub(super) struct MailServer {
    desk: Arc<Mutex<Desk>>,
    port: u16,
    _serving: JoinSet<()>,
}

impl MailServer {
    /// Begins to listen, and takes every mail.
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let greeting = "220 at your service".to_owned();
        let desk = Arc::new(Mutex::new(Desk { greeting, ..Desk::default() }));
        let (mut serving, of_server) = (JoinSet::new(), desk.clone());
        serving.spawn(async move {
            let mut talks = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                talks.spawn(talk(stream, of_server.clone()));
            }
        });
        Self { desk, port, _serving: serving }
    }

    /// Where it listens.
    pub(super) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Greets with another line from now on.
    pub(super) fn greet(&self, greeting: &str) {
        greeting.clone_into(&mut self.desk.lock().unwrap().greeting);
    }

    /// Refuses everybody's mailbox with a line from now on.
    pub(super) fn refuse(&self, refusal: &str) {
        self.desk.lock().unwrap().refusal = Some(refusal.to_owned());
    }

    /// How many connections it has greeted.
    pub(super) fn greeted(&self) -> usize {
        self.desk.lock().unwrap().greeted
    }

    /// How many mails it has taken.
    pub(super) fn taken(&self) -> usize {
        self.desk.lock().unwrap().taken
    }
}

/// What it says until the other end has gone.
async fn talk(stream: TcpStream, desk: Arc<Mutex<Desk>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut answer = {
        let mut desk = desk.lock().unwrap();
        desk.greeted += 1;
        Some(desk.greeting.clone())
    };
    let mut is_in_mail = false;
    loop {
        if let Some(answer) = answer
            && write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err()
        {
            return;
        }
        let Ok(Some(line)) = lines.next_line().await else { return };
        answer = match line.split(' ').next().unwrap_or_default() {
            "." if is_in_mail => {
                is_in_mail = false;
                desk.lock().unwrap().taken += 1;
                Some("250 taken".to_owned())
            }
            _ if is_in_mail => None,
            "DATA" => {
                is_in_mail = true;
                Some("354 go on".to_owned())
            }
            "RCPT" => {
                Some(desk.lock().unwrap().refusal.clone().unwrap_or_else(|| "250 fine".to_owned()))
            }
            _ => Some("250 fine".to_owned()),
        };
    }
}
