//! A certificate with its key, read from a folder and checked before anybody is given it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;
use rustls::{
    InconsistentKeys,
    crypto::aws_lc_rs,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
    sign::CertifiedKey,
};
use x509_parser::{
    certificate::X509Certificate, extensions::GeneralName, parse_x509_certificate, time::ASN1Time,
};

/// A certificate that can be served.
#[derive(Debug)]
pub struct Certificate {
    key: Arc<CertifiedKey>,
    subject: String,
    names: Vec<String>,
    not_after: Timestamp,
}

impl Certificate {
    /// The chain and its private key.
    #[must_use]
    pub fn key(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.key)
    }

    /// Whom it was issued to.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The hosts and addresses that it is good for.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// When it ends.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }
}

/// The chain alone: a key that matches the same certificate is the same key.
impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.key.cert == other.key.cert
    }
}

/// Why a certificate cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file is not what it should be.
    #[error("{}: expected {expected} as PEM: {error}", path.display())]
    NotPem {
        /// Which.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
        /// Why not.
        error: pem::Error,
    },
    /// The certificate is no X.509 certificate.
    #[error("{}: the certificate cannot be read: {error}", path.display())]
    NotX509 {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: String,
    },
    /// The key is of a kind that is not supported.
    #[error("{}: the key cannot be used: {error}", path.display())]
    Key {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: rustls::Error,
    },
    /// The key is another certificate's.
    #[error("{}: tls.key is not the key of the certificate in tls.crt", folder.display())]
    Mismatch {
        /// Which folder.
        folder: PathBuf,
    },
    /// It is not valid yet, or not any more.
    #[error("{}: the certificate is valid from {not_before} to {not_after}, and it is {now}", path.display())]
    NotValidNow {
        /// Which file.
        path: PathBuf,
        /// From when it is.
        not_before: Timestamp,
        /// Until when it is.
        not_after: Timestamp,
        /// When it was looked at.
        now: Timestamp,
    },
}

/// Reads `tls.crt` (the certificate, then what it was issued by) and `tls.key` of a folder.
///
/// # Errors
/// What is there cannot be served: unreadable, a key that does not match, or not valid at `now`.
pub fn read(folder: &Path, now: Timestamp) -> Result<Certificate, CertificateError> {
    let (crt, key) = (folder.join("tls.crt"), folder.join("tls.key"));
    let chain = CertificateDer::pem_slice_iter(&read_file(&crt)?)
        .collect::<Result<Vec<_>, _>>()
        .and_then(|chain| if chain.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(chain) })
        .map_err(|error| not_pem(&crt, "a certificate", error))?;
    let private = PrivateKeyDer::from_pem_slice(&read_file(&key)?)
        .map_err(|error| not_pem(&key, "a private key", error))?;
    let leaf = chain.first().map(AsRef::as_ref).unwrap_or_default();
    let (_, leaf) = parse_x509_certificate(leaf)
        .map_err(|error| CertificateError::NotX509 { path: crt.clone(), error: error.to_string() })?;
    let (not_before, not_after) = (moment(leaf.validity().not_before), moment(leaf.validity().not_after));
    if now < not_before || not_after < now {
        return Err(CertificateError::NotValidNow { path: crt, not_before, not_after, now });
    }
    let (subject, names) = (leaf.subject().to_string(), names(&leaf));
    let key = CertifiedKey::from_der(chain, private, &aws_lc_rs::default_provider()).map_err(|error| {
        if error == rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) {
            CertificateError::Mismatch { folder: folder.to_owned() }
        } else {
            CertificateError::Key { path: key, error }
        }
    })?;
    Ok(Certificate { key: Arc::new(key), subject, names, not_after })
}

fn read_file(path: &Path) -> Result<Vec<u8>, CertificateError> {
    fs::read(path).map_err(|error| CertificateError::Unreadable { path: path.to_owned(), error })
}

fn not_pem(path: &Path, expected: &'static str, error: pem::Error) -> CertificateError {
    CertificateError::NotPem { path: path.to_owned(), expected, error }
}

/// ASN.1 knows years that a timestamp does not: those are as good as never.
fn moment(time: ASN1Time) -> Timestamp {
    Timestamp::from_second(time.timestamp()).unwrap_or(Timestamp::MAX)
}

fn names(leaf: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(alternative)) = leaf.subject_alternative_name() else { return Vec::new() };
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(host) => Some((*host).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    };
    alternative.value.general_names.iter().filter_map(name).collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(bytes).map(|bytes| std::net::IpAddr::from(bytes).to_string());
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(|bytes| std::net::IpAddr::from(bytes).to_string())).ok()
}
