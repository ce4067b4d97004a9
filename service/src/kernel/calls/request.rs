//! A request to a server: to an address that was looked up once and is allowed, and to no other.

use {
    super::{Answer, Post, address},
    crate::kernel::jobs::Failure,
    futures_util::future::{Either, select},
    http_body_util::{BodyExt, Full, LengthLimitError, Limited},
    hyper::{
        Method, Request,
        body::{Bytes, Incoming},
        client::conn::http1,
        header,
    },
    hyper_util::rt::TokioIo,
    std::{
        io,
        net::SocketAddr,
        pin::pin,
        sync::{Arc, LazyLock},
    },
    tokio::{
        io::{AsyncRead, AsyncWrite},
        net::{TcpStream, lookup_host},
    },
    tokio_rustls::{
        TlsConnector,
        rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
    },
    url::{Host, Url},
};

/// What the server calls itself.
const AGENT: &str = concat!("vigil/", env!("CARGO_PKG_VERSION"));

/// How connections are encrypted: by the roots that browsers trust.
static TLS: LazyLock<TlsConnector> = LazyLock::new(|| {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring knows them")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
});

/// A connection, encrypted or not.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Posts JSON: what it is answered with. A redirect is an answer like any other.
pub(super) async fn post(url: &Url, is_allowed: bool, post: Post) -> Result<Answer, Failure> {
    let Post { headers, body, answer_bytes_max } = post;
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(&url[url::Position::BeforePath..url::Position::AfterQuery])
        .header(header::HOST, &url[url::Position::BeforeHost..url::Position::AfterPort])
        .header(header::USER_AGENT, AGENT)
        .header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(body))).map_err(Failure::give_up)?;
    let stream = connect(url, is_allowed).await?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(Failure::retry)?;
    let answered = async {
        let answer = sender.send_request(request).await.map_err(Failure::retry)?;
        let status = answer.status();
        Ok(Answer { status, body: read(answer.into_body(), answer_bytes_max).await? })
    };
    match select(pin!(answered), pin!(connection)).await {
        Either::Left((answer, _)) => answer,
        // The connection has ended: the answer is there, or never will be.
        Either::Right((_, answered)) => answered.await,
    }
}

/// Reads an answer of so many bytes at most; nothing of it, if it may have none.
async fn read(body: Incoming, bytes_max: usize) -> Result<Bytes, Failure> {
    if bytes_max == 0 {
        return Ok(Bytes::new());
    }
    match Limited::new(body, bytes_max).collect().await {
        Ok(read) => Ok(read.to_bytes()),
        Err(failure) if failure.is::<LengthLimitError>() => {
            Err(Failure::retry(format!("answered more than {bytes_max} bytes")))
        }
        Err(failure) => Err(Failure::Retry(failure)),
    }
}

/// Connects to one of the addresses of a host, if all of them are allowed.
async fn connect(url: &Url, is_allowed: bool) -> Result<Box<dyn Stream>, Failure> {
    let is_encrypted = url.scheme() == "https";
    if !is_encrypted && !is_allowed {
        return Err(Failure::give_up("refused: only https, unless the settings allow the host"));
    }
    let addresses = addresses(url).await?;
    if !is_allowed && !addresses.iter().all(|it| address::is_public(it.ip())) {
        let told = "refused: the host has an address that is not public";
        return Err(Failure::give_up(told));
    }
    let stream = TcpStream::connect(&*addresses).await?;
    if !is_encrypted {
        return Ok(Box::new(stream));
    }
    let name = match url.host() {
        Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()).ok(),
        Some(Host::Ipv4(address)) => Some(ServerName::from(std::net::IpAddr::from(address))),
        Some(Host::Ipv6(address)) => Some(ServerName::from(std::net::IpAddr::from(address))),
        None => None,
    };
    let name = name.ok_or_else(|| Failure::give_up("no certificate can have this host"))?;
    Ok(Box::new(TLS.connect(name, stream).await?))
}

/// The addresses of a host, looked up once.
async fn addresses(url: &Url) -> io::Result<Vec<SocketAddr>> {
    let port = url.port_or_known_default().unwrap_or_default();
    match url.host() {
        Some(Host::Domain(name)) => Ok(lookup_host((name, port)).await?.collect()),
        Some(Host::Ipv4(address)) => Ok(vec![SocketAddr::from((address, port))]),
        Some(Host::Ipv6(address)) => Ok(vec![SocketAddr::from((address, port))]),
        None => Ok(Vec::new()),
    }
}
