//! A transport that is logged in: it adds the token, finds the paths, and reads the code of each answer.

use crate::{Paths, wire};
use bytes::Bytes;
use futures_util::lock::Mutex;
use http::{HeaderValue, Request, Response, StatusCode, header::HeaderName};
use jiff::tz::Offset;
use satang_core::{
    Clock, Error, Kind, Operation, Sent, Timer, Transport, send, stamp_duty::SUBMIT_FILING_AUTH,
};
use satang_schema::{AuthToken, Password, Text};
use serde::Deserialize;
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use wire::{CodeClass, LoginAnswer, ResponseCode, SenderRole, SubmitFilingAuth};

/// Who files.
#[derive(Clone, Debug, PartialEq)]
pub struct Filer {
    /// The user name. Public.
    pub username: Text<1, 20>,
    /// The password. Public.
    pub password: Password,
    /// The sender code. Published.
    pub sender: Text<1, 20>,
    /// For whom it files. Public.
    pub role: SenderRole,
}

/// How the date and time of a login is written. The Department's page has the first as its example and the second as its
/// pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nonce {
    /// `2018-12-10 15:45:00`, as the example has it, and clients that work.
    #[default]
    Space,
    /// `2018-12-10T15:45:00`.
    T,
}

/// Carries calls of one [`Filer`] over another transport.
///
/// It logs in when the first call needs a token, and keeps that token for all callers: who comes while a login is on
/// its way waits for that one, and shares its failure too. A call that is answered with an expired token (`E07104`) is
/// repeated once under a new one, which is safe because it was refused before anything was done; if that is refused as
/// well, that is the answer.
///
/// An answer of success (2xx) whose `responseCode` says that it is none becomes an [`Error`] with that
/// [`code`](Error::code): the Department documents no HTTP status, so the code decides.
pub struct Session<T> {
    pub(crate) transport: T,
    pub(crate) filer: Filer,
    pub(crate) paths: Paths,
    pub(crate) nonce: Nonce,
    pub(crate) clock: Arc<dyn Clock>,
    login: Mutex<Login>,
    /// How many logins have ended.
    ended: AtomicU64,
}

/// What the last login brought.
#[derive(Default)]
struct Login {
    token: Option<Arc<AuthToken>>,
    failure: Option<Error>,
}

impl<T: Transport> Session<T> {
    pub(crate) fn new(transport: T, filer: Filer, clock: Arc<dyn Clock>) -> Self {
        Self {
            transport,
            filer,
            paths: Paths::default(),
            nonce: Nonce::default(),
            clock,
            login: Mutex::default(),
            ended: AtomicU64::new(0),
        }
    }

    /// What carries the calls.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// A token that is not `refused`.
    pub(crate) async fn token(&self, refused: Option<&Arc<AuthToken>>) -> Result<Arc<AuthToken>, Error> {
        let ended = self.ended.load(Ordering::SeqCst);
        let mut login = self.login.lock().await;
        let is_refused = |token: &Arc<AuthToken>| refused.is_some_and(|refused| Arc::ptr_eq(refused, token));
        if let Some(token) = login.token.as_ref().filter(|token| !is_refused(token)) {
            return Ok(Arc::clone(token));
        }
        // Somebody tried while this caller waited: to try the same again, once for each who waits, would lock the user out.
        if let Some(failure) = login.failure.as_ref().filter(|_| self.ended.load(Ordering::SeqCst) > ended) {
            return Err(failure.clone());
        }
        login.token = None;
        let outcome = self.log_in().await;
        self.ended.fetch_add(1, Ordering::SeqCst);
        match outcome {
            Ok(token) => {
                let token = Arc::new(token);
                *login = Login { token: Some(Arc::clone(&token)), failure: None };
                Ok(token)
            }
            Err(error) => {
                // Of the call that wanted the token, nothing was sent.
                let error = error.with_sent(Sent::No);
                login.failure = Some(error.clone());
                Err(error)
            }
        }
    }

    async fn log_in(&self) -> Result<AuthToken, Error> {
        let request = SubmitFilingAuth {
            username: self.filer.username.clone(),
            password: self.filer.password.clone(),
            nonce: self.now().map_err(|rule| {
                Error::new(Kind::Configuration, Sent::No, "the clock tells no time that can be written")
                    .with_source(rule)
            })?,
        };
        let answer: LoginAnswer = send(&Plain(self), &SUBMIT_FILING_AUTH, &request).await?;
        match (answer.response_code.class(), answer.token_id) {
            (CodeClass::Done, Some(token)) => Ok(token),
            _ => Err(Error::new(Kind::Unreadable, Sent::Yes, "the login was answered without a token")),
        }
    }

    /// The wall clock of Bangkok, which is seven hours ahead of UTC all year.
    fn now(&self) -> Result<Text<1, 20>, satang_validation::Rule> {
        let pattern = match self.nonce {
            Nonce::Space => "%Y-%m-%d %H:%M:%S",
            Nonce::T => "%Y-%m-%dT%H:%M:%S",
        };
        Offset::constant(7).to_datetime(self.clock.now()).strftime(pattern).to_string().parse()
    }

    /// Sends a request to where its operation is.
    async fn carry(
        &self,
        operation: &'static Operation,
        mut request: Request<Bytes>,
        token: Option<&AuthToken>,
    ) -> Result<Response<Bytes>, Error> {
        *request.uri_mut() = self.paths.of(operation)?;
        if let Some(token) = token {
            let unsendable = |error| {
                Error::new(Kind::Configuration, Sent::No, "the token fits into no header").with_source(error)
            };
            let mut value = HeaderValue::from_str(token.as_str()).map_err(unsendable)?;
            value.set_sensitive(true);
            request.headers_mut().insert(AUTH_TOKEN, value);
        }
        self.transport.call(operation, request).await
    }
}

const AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

impl<T: Transport> Transport for Session<T> {
    async fn call(
        &self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        if operation == &SUBMIT_FILING_AUTH {
            return Plain(self).call(operation, request).await;
        }
        let token = self.token(None).await?;
        let response = self.carry(operation, request.clone(), Some(&token)).await?;
        if !wants_login(&response) {
            return judged(response);
        }
        let token = self.token(Some(&token)).await?;
        judged(self.carry(operation, request, Some(&token)).await?)
    }
}

impl<T: Timer> Timer for Session<T> {
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        self.transport.sleep(duration)
    }
}

/// The session without a token.
struct Plain<'a, T>(&'a Session<T>);

impl<T: Transport> Transport for Plain<'_, T> {
    async fn call(
        &self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        judged(self.0.carry(operation, request, None).await?)
    }
}

/// An answer of success whose code says so too, or one that says by its status that it is none.
fn judged(response: Response<Bytes>) -> Result<Response<Bytes>, Error> {
    let is_error = response.status().is_success()
        && code(&response).is_some_and(|code| !matches!(code.class(), CodeClass::Done | CodeClass::Pending));
    if is_error { Err(Error::from_response(&response)) } else { Ok(response) }
}

/// Whether the token was refused. A 401 without any code is read so as well: it comes from something that stands in
/// front of the service.
fn wants_login(response: &Response<Bytes>) -> bool {
    match code(response) {
        Some(code) => code.class() == CodeClass::LogIn,
        None => response.status() == StatusCode::UNAUTHORIZED,
    }
}

/// The code of an answer, wherever it stands.
fn code(response: &Response<Bytes>) -> Option<ResponseCode> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        e_instrument: Option<Coded>,
        response_code: Option<ResponseCode>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Coded {
        response_code: ResponseCode,
    }
    let answer: Answer = serde_json::from_slice(response.body()).ok()?;
    answer.e_instrument.map(|inner| inner.response_code).or(answer.response_code)
}

impl<T: fmt::Debug> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("transport", &self.transport)
            .field("filer", &self.filer)
            .field("paths", &self.paths)
            .finish_non_exhaustive()
    }
}
