//! Certificates for tests, and folders in which they are mounted.

use std::{fs, os::unix::fs::symlink, path::Path};

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::CertificateDer;

/// A certificate that trusts itself.
pub(crate) struct Issued {
    pub(crate) der: CertificateDer<'static>,
    certificate: String,
    key: String,
}

/// One for 127.0.0.1, with a key of its own.
pub(crate) fn issue() -> Issued {
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    Issued { der: certificate.der().clone(), certificate: certificate.pem(), key: key.serialize_pem() }
}

impl Issued {
    /// Writes it as the kubelet mounts a Secret: links through `..data`, which is swapped as a whole.
    pub(crate) fn mount(&self, mount: &Path, version: &str) {
        let folder = mount.join(format!("..{version}"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("tls.crt"), &self.certificate).unwrap();
        fs::write(folder.join("tls.key"), &self.key).unwrap();
        symlink(format!("..{version}"), mount.join("..data_tmp")).unwrap();
        fs::rename(mount.join("..data_tmp"), mount.join("..data")).unwrap();
        for file in ["tls.crt", "tls.key"] {
            if !mount.join(file).is_symlink() {
                symlink(format!("..data/{file}"), mount.join(file)).unwrap();
            }
        }
    }
}
