//! TLS from a folder: the certificate is read, checked, and swapped while connections are open.
//!
//! One that cannot be served never replaces one that can. A connection keeps the certificate that it was opened with.

mod certificate;

use std::{path::PathBuf, sync::Arc};

use arc_swap::ArcSwapOption;
use jiff::Timestamp;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    server::{ClientHello, NoServerSessionStorage, ResolvesServerCert},
    sign::CertifiedKey,
};

pub use certificate::{Certificate, CertificateError, read};

use crate::{
    health::Pending,
    watch::{self, Watch},
};

/// The certificate that new connections are given; none before the first was read.
#[derive(Debug, Default)]
pub struct Current(ArcSwapOption<CertifiedKey>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _client_hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.load_full()
    }
}

/// How connections are secured: TLS 1.2 and 1.3, HTTP/2 preferred.
///
/// # Errors
/// The cryptography provider lacks what these versions need.
pub fn server_config(current: Arc<Current>) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(current);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // API servers keep their connections and resume none: tickets would be work and memory for nobody.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// What became of reading a certificate, for who counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is served from now on; it ends then.
    Swapped(Timestamp),
    /// It cannot be served: what was served before still is.
    Kept,
}

/// Keeps a folder's certificate current.
#[derive(Debug)]
pub struct Follower<F> {
    folder: PathBuf,
    current: Arc<Current>,
    served: Option<Certificate>,
    /// The last failure: said and counted when it is news.
    failure: Option<String>,
    tell: F,
}

impl<F: Fn(Outcome)> Follower<F> {
    /// Follows a folder that has `tls.crt` and `tls.key`, or will have them. `tell` hears of every change.
    pub fn new(folder: PathBuf, current: Arc<Current>, tell: F) -> Self {
        Self { folder, current, served: None, failure: None, tell }
    }

    /// Reads the folder whenever it may have changed, for ever. `pending` is ready once a certificate can be served.
    pub async fn run(mut self, pending: Pending) {
        let mut watch = Watch::new([self.folder.clone()], watch::EVERY);
        let mut pending = Some(pending);
        loop {
            self.look(Timestamp::now());
            match (&self.failure, pending.take()) {
                (Some(failure), Some(waiting)) => {
                    waiting.because(failure);
                    pending = Some(waiting);
                }
                (None, Some(waiting)) => waiting.ready(),
                (_, None) => {}
            }
            watch.changed().await;
        }
    }

    /// Reads the folder once: two small files.
    fn look(&mut self, now: Timestamp) {
        match read(&self.folder, now) {
            Ok(certificate) => {
                self.failure = None;
                if self.served.as_ref() != Some(&certificate) {
                    self.serve(certificate);
                }
            }
            Err(error) => {
                let failure = error.to_string();
                if self.failure.as_ref() != Some(&failure) {
                    if self.served.is_some() {
                        tracing::error!(error = failure, "the certificate was not replaced");
                    }
                    (self.tell)(Outcome::Kept);
                    self.failure = Some(failure);
                }
            }
        }
    }

    fn serve(&mut self, certificate: Certificate) {
        tracing::info!(
            subject = certificate.subject(),
            names = ?certificate.names(),
            not_after = %certificate.not_after(),
            "serving a certificate"
        );
        if certificate.names().is_empty() {
            tracing::warn!(
                "the certificate has no subject alternative name: kube-apiserver accepts no such certificate"
            );
        }
        self.current.0.store(Some(certificate.key()));
        (self.tell)(Outcome::Swapped(certificate.not_after()));
        self.served = Some(certificate);
    }
}

#[cfg(test)]
mod tests;
