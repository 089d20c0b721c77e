//! Trusted certificate authorities: the system's, and added ones.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// The authorities that a network trusts.
#[derive(Debug, Clone)]
pub struct Trust {
    /// Whether the system's authorities are trusted. They are read when a TLS client is created,
    /// since that takes longer than the rest of the start.
    system: bool,
    added: RootCertStore,
}

/// Why authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// A file of certificates could not be read.
    #[error("could not read certificates from {}: {source}; give a PEM file", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error.
        source: rustls::pki_types::pem::Error,
    },
    /// A file contains no certificate of an authority.
    #[error("{} has no certificate of an authority; give its PEM file", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The cryptography library does not start.
    #[error("tls: {0}")]
    Library(#[from] rustls::Error),
}

impl Trust {
    /// The authorities of this system. On a system without any, every TLS connection fails.
    pub fn system() -> Self {
        Self {
            system: true,
            added: RootCertStore::empty(),
        }
    }

    /// Also trusts the authorities in a PEM file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or has no certificate.
    pub fn and_file(mut self, path: &Path) -> Result<Self, TrustError> {
        let read = |source| TrustError::Read {
            path: path.to_owned(),
            source,
        };
        let certificates = CertificateDer::pem_file_iter(path).map_err(read)?;
        let certificates: Vec<_> = certificates.collect::<Result<_, _>>().map_err(read)?;
        let (added, _) = self.added.add_parsable_certificates(certificates);
        match added {
            0 => Err(TrustError::Empty {
                path: path.to_owned(),
            }),
            _ => Ok(self),
        }
    }

    /// The configuration of a TLS client with these authorities.
    ///
    /// # Errors
    ///
    /// When the cryptography library does not start.
    pub fn client(&self) -> Result<impl FnOnce() -> ClientConfig + use<>, TrustError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions()?;
        let Self { system, mut added } = self.clone();
        Ok(move || {
            if system {
                let certificates = rustls_native_certs::load_native_certs().certs;
                added.add_parsable_certificates(certificates);
            }
            builder.with_root_certificates(added).with_no_client_auth()
        })
    }
}
