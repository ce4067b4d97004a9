//! A server that speaks TLS, and whose certificate nobody has signed but itself.

use {
    base64::{Engine, engine::general_purpose::STANDARD},
    std::sync::Arc,
    tokio::{net::TcpListener, task::JoinSet},
    tokio_rustls::{
        TlsAcceptor,
        rustls::{
            ServerConfig,
            crypto::ring,
            pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
        },
    },
};

/// A certificate for 127.0.0.1 until 2126, made for this test.
const CERTIFICATE: &str = concat!(
    "MIIBlzCCAT6gAwIBAgIUckxA/8JZJXcKd9WJG9YdRdMO664wCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9j",
    "YWxob3N0MCAXDTI2MTEyMDE4MTUxM1oYDzIxMjYxMDI3MTgxNTEzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3Qw",
    "WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARLdwD4ZtLcDimJLebwyNUkOzH3T1griM/oCmupy8Ekh65gtgXw",
    "TwCGkrHcoF74M6OMw/dFgcrLdY8B4gKqOt+0o2wwajAdBgNVHQ4EFgQUAf+BQ/wScLRS56KSXb5rXuGczCAw",
    "HwYDVR0jBBgwFoAUAf+BQ/wScLRS56KSXb5rXuGczCAwGgYDVR0RBBMwEYcEfwAAAYIJbG9jYWxob3N0MAwG",
    "A1UdEwEB/wQCMAAwCgYIKoZIzj0EAwIDRwAwRAIgflHetl7oi3xJULMsJJQNEHICrc+9oLjQTwlJI/cVbccC",
    "IHpqxhZKWYI7Bf5UedibyrYL1U8FbhTuuVWzXiza0oWx",
);
/// Its key, which opens nothing else.
const KEY: &str = concat!(
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvV0zDMa1sWvLDcHtEzKbGCRW36kQ0BnlcYYL",
    "B1P0C06hRANCAARLdwD4ZtLcDimJLebwyNUkOzH3T1griM/oCmupy8Ekh65gtgXwTwCGkrHcoF74M6OMw/dF",
    "gcrLdY8B4gKqOt+0",
);

/// Begins to listen, until its tasks go: its port.
pub(super) async fn start() -> (u16, JoinSet<()>) {
    let certificate = CertificateDer::from(STANDARD.decode(CERTIFICATE).unwrap());
    let key = PrivatePkcs8KeyDer::from(STANDARD.decode(KEY).unwrap());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::from(key))
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut serving = JoinSet::new();
    serving.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            assert!(acceptor.accept(stream).await.is_err(), "nobody should believe it");
        }
    });
    (port, serving)
}
