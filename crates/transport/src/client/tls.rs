//! TLS through OpenSSL: whom to trust, and who we are.

use hyper_openssl::client::legacy::HttpsConnector;
use openssl::{
    error::ErrorStack,
    pkcs12::Pkcs12,
    pkey::{PKey, Private},
    ssl::{SslConnector, SslConnectorBuilder, SslMethod, SslVersion},
    x509::{X509, store::X509StoreBuilder},
};
use satang_core::{Error, Kind, Sent};
use zeroize::Zeroizing;

/// What a client was told about TLS.
#[derive(Default)]
pub(crate) struct Tls {
    pub(super) identity: Option<Identity>,
    /// PEM files; without any, the system's certificates are trusted.
    pub(crate) authorities: Vec<Vec<u8>>,
}

/// A client certificate with its key, as it came.
pub(super) enum Identity {
    Pem { certificates: Vec<u8>, key: Zeroizing<Vec<u8>> },
    Pkcs12 { der: Zeroizing<Vec<u8>>, password: Zeroizing<String> },
}

impl Tls {
    pub(super) fn is_default(&self) -> bool {
        self.identity.is_none() && self.authorities.is_empty()
    }

    pub(crate) fn connector<T>(&self, tcp: T) -> Result<HttpsConnector<T>, Error> {
        let refused = |what: &'static str| {
            move |error: ErrorStack| Error::new(Kind::Configuration, Sent::No, what).with_source(error)
        };
        let mut ssl =
            SslConnector::builder(SslMethod::tls_client()).map_err(refused("TLS cannot be set up"))?;
        ssl.set_min_proto_version(Some(SslVersion::TLS1_2)).map_err(refused("TLS 1.2 cannot be required"))?;
        ssl.set_alpn_protos(b"\x02h2\x08http/1.1").map_err(refused("ALPN cannot be set up"))?;
        self.trust(&mut ssl).map_err(refused("a CA certificate cannot be read as PEM"))?;
        if let Some(identity) = &self.identity {
            identity
                .present(&mut ssl)
                .map_err(refused("the client certificate or its key cannot be used"))?;
        }
        HttpsConnector::with_connector(tcp, ssl).map_err(refused("TLS cannot be set up"))
    }

    fn trust(&self, ssl: &mut SslConnectorBuilder) -> Result<(), ErrorStack> {
        if self.authorities.is_empty() {
            return Ok(());
        }
        let mut store = X509StoreBuilder::new()?;
        for pem in &self.authorities {
            // Reading a stack finds nothing wrong with a file that holds none; reading one certificate does.
            X509::from_pem(pem)?;
            for certificate in X509::stack_from_pem(pem)? {
                store.add_cert(certificate)?;
            }
        }
        ssl.set_cert_store(store.build());
        Ok(())
    }
}

impl Identity {
    fn present(&self, ssl: &mut SslConnectorBuilder) -> Result<(), ErrorStack> {
        let (key, certificates) = self.read()?;
        let mut certificates = certificates.into_iter();
        if let Some(own) = certificates.next() {
            ssl.set_certificate(&own)?;
        }
        for intermediate in certificates {
            ssl.add_extra_chain_cert(intermediate)?;
        }
        ssl.set_private_key(&key)?;
        ssl.check_private_key()
    }

    /// The key, and the certificates from our own upwards.
    fn read(&self) -> Result<(PKey<Private>, Vec<X509>), ErrorStack> {
        match self {
            Self::Pem { certificates, key } => {
                Ok((PKey::private_key_from_pem(key)?, X509::stack_from_pem(certificates)?))
            }
            Self::Pkcs12 { der, password } => {
                let parsed = Pkcs12::from_der(der)?.parse2(password)?;
                let certificates = parsed.cert.into_iter().chain(parsed.ca.into_iter().flatten()).collect();
                // Without a key there is nothing to present: an empty PEM gives OpenSSL's own error for that.
                let key = parsed.pkey.map_or_else(|| PKey::private_key_from_pem(b""), Ok)?;
                Ok((key, certificates))
            }
        }
    }
}
