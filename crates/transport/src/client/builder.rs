//! Setting up a client.

#[cfg(feature = "tls")]
use super::tls::{Identity, Tls};
use super::{
    Client, Credentials, Inner, Signing,
    address::Address,
    connector,
    exchange::{Exchange, Pool},
    headers::Headers,
    token::{Token, Tokens},
};
use http::{HeaderValue, Uri};
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection;
use satang_core::{Clock, Entropy, Error, Kind, Sent, System, signature::Key};
use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};
use tower_service::Service;
use zeroize::Zeroizing;

type MakePool = Box<dyn FnOnce(Duration) -> Arc<dyn Pool> + Send>;

/// Collects what a [`Client`] needs to know. The [front page](crate) lists the defaults.
#[must_use]
pub struct Builder {
    base_url: String,
    credentials: Option<Credentials>,
    bearer: Option<Zeroizing<String>>,
    key: Option<Key>,
    signing: Signing,
    api_key: Option<Zeroizing<String>>,
    date_time: bool,
    plain_http: bool,
    #[cfg(feature = "tls")]
    tls: Tls,
    connector: Option<MakePool>,
    connect_timeout: Duration,
    timeout: Duration,
    response_limit: usize,
    retries: u32,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Builder {
    pub(super) fn new(base_url: String) -> Self {
        Self {
            base_url,
            credentials: None,
            bearer: None,
            key: None,
            signing: Signing::Default,
            api_key: None,
            date_time: true,
            plain_http: false,
            #[cfg(feature = "tls")]
            tls: Tls::default(),
            connector: None,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            response_limit: 1024 * 1024,
            retries: 2,
            clock: Arc::new(System),
            entropy: Arc::new(System),
        }
    }

    /// The OAuth client credentials with which access tokens are fetched from `/auth/oauth/v2/token`.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// A bearer token that does not change, such as the key of the sandbox's operator, in place of access tokens.
    pub fn bearer_token(mut self, token: impl Into<String>) -> Self {
        self.bearer = Some(Zeroizing::new(token.into()));
        self
    }

    /// The key with which calls are signed.
    pub fn signature_key(mut self, key: Key) -> Self {
        self.key = Some(key);
        self
    }

    /// Which calls are signed.
    pub fn signing(mut self, signing: Signing) -> Self {
        self.signing = signing;
        self
    }

    /// Sends an `API-Key` header with every request.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(Zeroizing::new(key.into()));
        self
    }

    /// Whether every request carries `X-Client-Transaction-DateTime`.
    pub fn date_time_header(mut self, on: bool) -> Self {
        self.date_time = on;
        self
    }

    /// Allows `http://` to other machines although credentials, keys and payments then travel in the open.
    /// Without this only loopback addresses may be called so.
    pub fn dangerously_allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// A client certificate in PEM (followed by intermediate ones, if any) and its key in PEM.
    #[cfg(feature = "tls")]
    pub fn identity_pem(mut self, certificates: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.tls.identity =
            Some(Identity::Pem { certificates: certificates.into(), key: Zeroizing::new(key.into()) });
        self
    }

    /// A client certificate and its key in a PKCS#12 file (`.p12`, `.pfx`).
    ///
    /// OpenSSL 3 no longer reads the RC2 encryption of old files: `openssl pkcs12 -legacy` converts them.
    #[cfg(feature = "tls")]
    pub fn identity_pkcs12(mut self, der: impl Into<Vec<u8>>, password: impl Into<String>) -> Self {
        self.tls.identity = Some(Identity::Pkcs12 {
            der: Zeroizing::new(der.into()),
            password: Zeroizing::new(password.into()),
        });
        self
    }

    /// Trusts the certificates in this PEM file, and no longer the system's. May be given more than once.
    #[cfg(feature = "tls")]
    pub fn ca_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.authorities.push(pem.into());
        self
    }

    /// Connects with `connector` instead, for example one made with rustls, or one through a proxy. It must do
    /// TLS itself when the URL it is given begins with `https`.
    pub fn connector<C>(mut self, connector: C) -> Self
    where
        C: Service<Uri> + Clone + Send + Sync + 'static,
        C::Response: Connection + Read + Write + Send + Unpin + 'static,
        C::Error: Into<Box<dyn StdError + Send + Sync>>,
        C::Future: Send + 'static,
    {
        self.connector = Some(Box::new(move |limit| connector::pool(connector, limit)));
        self
    }

    /// How long connecting may take: name, TCP and TLS.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long a call may take from its start to the last byte of the answer, with everything in between:
    /// fetching an access token, attempts, and the pauses between them.
    pub fn timeout(mut self, limit: Duration) -> Self {
        // A deadline must be a time that the machine can count to.
        self.timeout = limit.min(Duration::from_secs(365 * 24 * 60 * 60));
        self
    }

    /// The longest body of an answer that is read.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// How many more attempts a call may make after its first, where that is safe.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// Where the time comes from that is signed and by which tokens expire.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Where identifiers and jitter come from.
    pub fn entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// Checks everything that can be checked without a connection.
    ///
    /// # Errors
    /// [`Kind::Configuration`] when the base URL is not an `https` or `http` URL or holds more than host, port
    /// and path; when secrets would travel over plain `http` to another machine; when a certificate or key
    /// cannot be read; when `https` is asked for but the feature `tls` is off and there is no connector.
    pub fn build(self) -> Result<Client, Error> {
        let address = Address::parse(&self.base_url)?;
        let has_secrets = self.credentials.is_some()
            || self.bearer.is_some()
            || self.key.is_some()
            || self.api_key.is_some();
        if has_secrets && !address.is_https() && !address.is_loopback() && !self.plain_http {
            return Err(refused("secrets would travel over plain http to another machine: use https"));
        }
        let api_key = self.api_key.as_deref().map(|key| api_key(key)).transpose()?;
        let given = self.bearer.as_ref().map(|token| Token::given(token)).transpose()?.map(Arc::new);
        let tokens = self.credentials.as_ref().map(Tokens::new).transpose()?;
        let headers = Headers {
            key: self.key,
            signing: self.signing,
            api_key,
            date_time: self.date_time,
            clock: self.clock,
            entropy: self.entropy,
        };
        let pool = match self.connector {
            #[cfg(feature = "tls")]
            Some(_) if !self.tls.is_default() => {
                return Err(refused("give certificates to the connector, or leave the connector out"));
            }
            Some(make) => make(self.connect_timeout),
            #[cfg(feature = "tls")]
            None => connector::pool(
                self.tls.connector(connector::tcp(self.connect_timeout))?,
                self.connect_timeout,
            ),
            #[cfg(not(feature = "tls"))]
            None if address.is_https() => {
                return Err(refused("https needs the feature `tls` or a connector"));
            }
            #[cfg(not(feature = "tls"))]
            None => connector::pool(connector::tcp(self.connect_timeout), self.connect_timeout),
        };
        let exchange = Exchange { address, pool, response_limit: self.response_limit };
        Ok(Client(Arc::new(Inner {
            exchange,
            headers,
            tokens,
            given,
            timeout: self.timeout,
            retries: self.retries,
        })))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not even the base URL: before it is checked it may hold a password.
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}

fn api_key(key: &str) -> Result<HeaderValue, Error> {
    let mut value =
        HeaderValue::try_from(key).map_err(|_| refused("the API key does not fit into a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn refused(message: &str) -> Error {
    Error::new(Kind::Configuration, Sent::No, message)
}
