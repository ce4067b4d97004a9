//! A connection that does not wait for ever, and parts without cutting anybody short.

use {
    std::{
        io,
        pin::Pin,
        task::{Context, Poll, ready},
        time::Duration,
    },
    tokio::{
        io::{AsyncRead, AsyncWrite, ReadBuf},
        time::{Instant, Sleep, sleep},
    },
};

/// How long what a client still sends is read and thrown away after the last answer. A socket
/// that is closed before is reset, and the client may then never read the answer.
const LINGER: Duration = Duration::from_secs(2);
/// How much of it.
const LINGER_BYTES_MAX: usize = 64 << 20;

/// A connection on which something must move within a bounded time.
pub(crate) struct Patient<S> {
    stream: S,
    idle: Duration,
    linger: Duration,
    moved_at: Instant,
    alarm: Pin<Box<Sleep>>,
    parting: Option<Parting>,
}

/// What has been thrown away after the last answer.
struct Parting {
    bytes: usize,
    scratch: Vec<u8>,
}

impl<S> Patient<S> {
    /// Waits so long for something to move.
    pub(crate) fn new(stream: S, idle: Duration) -> Self {
        let alarm = Box::pin(sleep(idle));
        Self { stream, idle, linger: LINGER, moved_at: Instant::now(), alarm, parting: None }
    }

    /// Passes on what came of a read or a write, unless nothing has moved for too long.
    fn watch<T>(
        &mut self,
        task: &mut Context<'_>,
        poll: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.moved_at = Instant::now();
            return poll;
        }
        while self.alarm.as_mut().poll(task).is_ready() {
            let due = self.moved_at + self.idle;
            if due <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.alarm.as_mut().reset(due);
        }
        Poll::Pending
    }
}

impl<S: AsyncRead + Unpin> Patient<S> {
    fn poll_linger(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(parting) = &mut self.parting else { return Poll::Ready(Ok(())) };
        while self.alarm.as_mut().poll(task).is_pending() && parting.bytes < LINGER_BYTES_MAX {
            let mut scratch = ReadBuf::new(&mut parting.scratch);
            match ready!(Pin::new(&mut self.stream).poll_read(task, &mut scratch)) {
                Ok(()) if !scratch.filled().is_empty() => parting.bytes += scratch.filled().len(),
                // The client has nothing more to say.
                _ => break,
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_read(task, buffer);
        self.watch(task, poll)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(task, bytes);
        self.watch(task, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(task, bytes);
        self.watch(task, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_flush(task);
        self.watch(task, poll)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.parting.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(task))?;
            let until = Instant::now() + self.linger;
            self.alarm.as_mut().reset(until);
            self.parting = Some(Parting { bytes: 0, scratch: vec![0; 8 << 10] });
        }
        self.poll_linger(task)
    }
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        tokio::io::{AsyncReadExt, AsyncWriteExt, duplex},
    };

    const SHORT: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_mins(10);

    #[tokio::test]
    async fn a_reader_gives_up_when_nothing_comes() {
        let (_client, server) = duplex(64);
        let mut server = Patient::new(server, SHORT);

        let failed = server.read_u8().await.unwrap_err();

        assert_eq!(failed.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_writer_gives_up_when_nobody_reads() {
        let (_client, server) = duplex(64);
        let mut server = Patient::new(server, SHORT);

        let failed = server.write_all(&[0; 100]).await.unwrap_err();

        assert_eq!(failed.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn what_moves_is_given_time_anew() {
        let (mut client, server) = duplex(64);
        let mut server = Patient::new(server, SHORT);
        client.write_u8(1).await.unwrap();
        let begin = Instant::now();

        server.read_u8().await.unwrap();
        let moved_at = server.moved_at;
        let failed = server.read_u8().await.unwrap_err();

        assert!(moved_at >= begin && Instant::now() >= moved_at + SHORT);
        assert_eq!(failed.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn parting_reads_what_the_client_still_sends() {
        let (mut client, server) = duplex(64);
        let mut server = Patient::new(server, LONG);

        let sending = async {
            client.write_all(&[0; 10_000]).await.unwrap();
            drop(client);
        };
        let ((), parted) = tokio::join!(sending, server.shutdown());

        parted.unwrap();
        assert_eq!(server.parting.unwrap().bytes, 10_000);
    }

    #[tokio::test]
    async fn parting_does_not_take_for_ever() {
        let (_client, server) = duplex(64);
        let mut server = Patient { linger: SHORT, ..Patient::new(server, LONG) };

        server.shutdown().await.unwrap();
    }
}
