//! Who calls: names and passwords, and the tokens that stand for them.
//!
//! | what | code |
//! | --- | --- |
//! | no token in `X-auth-token`, or the filer is suspended | `E07101` |
//! | a token that has expired, or that nobody knows | `E07104`: to log in again is what helps |
//! | outside the dates of the service | `E07106` |
//! | a wrong name or password, or too many wrong ones before | `E07103` |
//!
//! That an unknown token is answered like an expired one is proposed by Satang: expired ones are cleared away, and the
//! answer must not depend on when.

use super::{
    Department,
    filer::{self, Filer},
    nonce,
    refusal::{refuse, refuse_at},
};
use crate::{
    event::{self, Event},
    partner::hash,
    pepper::Pepper,
    store::{StoreError, Tx},
    trace,
};
use jiff::{SignedDuration, Timestamp};
use satang_core::{Answered, Clock as _, Entropy, Host, Incoming, Refusal, stamp_duty::SUBMIT_FILING_AUTH};
use satang_schema::{
    krungsri::SandboxError,
    stamp_duty::{LoginAnswer, LoginSender, ResponseCode, SubmitFilingAuth},
};
use satang_validation::{Pointer, Rule};
use serde_json::json;
use std::sync::Arc;

/// How long a token lives. Proposed by Satang; not published by the Department.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_mins(30);
/// As many characters as the example of the page has, all of them letters and digits.
const TOKEN_LENGTH: usize = 51;
/// The largest body of a login, in bytes.
const LOGIN_LIMIT: usize = 64 * 1024;
/// After so many wrong passwords in a row nobody logs in for a while.
const MOST_WRONG: i64 = 5;
const LOCKED: SignedDuration = SignedDuration::from_mins(5);

/// Who calls, as far as an operation needs to know: nobody yet, for the login.
#[derive(Debug)]
pub(crate) struct Caller(Option<Arc<Filer>>);

impl Caller {
    /// The filer, whose sender code must be the one in the request.
    pub(super) fn filer(self, sender: &str) -> Result<Arc<Filer>, Refusal> {
        let filer = self.0.ok_or_else(|| refuse(&ResponseCode::NotPermitted))?;
        let place = || Pointer::root().member("eInstrument").member("sender").member("id");
        if !sender.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
            let rule = Rule::malformed("expected letters, digits, hyphens and underscores");
            return Err(refuse_at(&ResponseCode::InvalidSender, place(), rule));
        }
        if filer.sender != sender {
            let rule = Rule::malformed("expected the sender code of the user who has logged in");
            return Err(refuse_at(&ResponseCode::WrongSender, place(), rule));
        }
        Ok(filer)
    }
}

impl Host for Department {
    type Caller = Caller;

    async fn admit(&self, request: &Incoming) -> Result<Caller, Refusal> {
        if *request.operation == SUBMIT_FILING_AUTH {
            if request.body.len() > LOGIN_LIMIT {
                return Err(Refusal::of(&SandboxError::TOO_LARGE));
            }
            self.gateway.meet_faults(request, None).await?;
            return Ok(Caller(None));
        }
        let token = request.header("x-auth-token").ok_or_else(|| refuse(&ResponseCode::NotPermitted))?;
        // Looked up by its hash, so the time that a look-up takes says nothing about tokens that exist.
        let (token, now) = (hash(token.as_bytes()), self.now());
        let filer = self.ask(move |tx| Ok(holder(tx, &token, now)?)).await?;
        let filer = filer.ok_or_else(|| refuse(&ResponseCode::TokenExpired))?;
        trace::called_by(&filer.username);
        expect_served(&filer, now)?;
        self.gateway.meet_faults(request, Some(&filer.username)).await?;
        Ok(Caller(Some(Arc::new(filer))))
    }

    fn answered(&self, answered: &Answered<'_>) {
        self.gateway.answered(answered);
    }
}

impl Department {
    pub(super) async fn log_in(&self, request: SubmitFilingAuth) -> Result<LoginAnswer, Refusal> {
        let now = self.now();
        nonce::check(request.nonce.as_str(), [now, self.gateway.clock.machine_now()])?;
        let token = self.new_token();
        let (token_hash, username) = (hash(token.as_bytes()), request.username.clone());
        // Asked of a snapshot first: a stranger's guesses at names, and at a password that is locked, must not queue before
        // payments.
        let is_open = self.ask(move |tx| Ok(may_try(tx, username.as_str(), now)?)).await?;
        if !is_open {
            return Err(refuse(&ResponseCode::WrongCredentials));
        }
        let (pepper, username) = (self.gateway.pepper.clone(), request.username.clone());
        let work = move |tx: &mut Tx<'_>| {
            let filer = log_in(tx, &pepper, &request, now)?;
            if let Ok(filer) = &filer {
                keep(tx, &token_hash, filer, now)?;
            }
            // That a wrong password was tried must last: so that is no error to the store.
            Ok::<_, StoreError>(filer)
        };
        let filer = self.gateway.store.write(work).await.map_err(Refusal::from)??;
        trace::called_by(&filer.username);
        Ok(LoginAnswer {
            response_code: ResponseCode::Success,
            response_message: ResponseCode::Success.thai().to_owned(),
            username: username.as_str().parse().ok(),
            token_id: Some(token.parse().map_err(|_| Refusal::internal())?),
            sender: filer.sender.parse().ok().map(|id| LoginSender { id }),
            other: Default::default(),
        })
    }

    /// Letters and digits, each as likely as any other.
    fn new_token(&self) -> String {
        const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut token = String::with_capacity(TOKEN_LENGTH);
        while token.len() < TOKEN_LENGTH {
            let mut random = [0; 64];
            self.fill(&mut random);
            // 248 is the largest multiple of 62 that a byte can count to.
            let fair = random.into_iter().filter(|byte| *byte < 248);
            let letters = fair.filter_map(|byte| ALPHABET.get(usize::from(byte) % ALPHABET.len()));
            token.extend(letters.take(TOKEN_LENGTH - token.len()).map(|letter| char::from(*letter)));
        }
        token
    }
}

/// The filer whose live token this is.
fn holder(tx: &mut Tx<'_>, token: &[u8; 32], now: Timestamp) -> Result<Option<Filer>, StoreError> {
    let sql = "SELECT filer FROM filer_token WHERE hash = $1 AND expires_at > $2";
    let username = tx.query_one(sql, &[token.into(), now.as_microsecond().into()], |row| row.text(0))?;
    username.map_or(Ok(None), |username| filer::find(tx, &username))
}

fn expect_served(filer: &Filer, now: Timestamp) -> Result<(), Refusal> {
    match () {
        () if !filer.is_active => Err(refuse(&ResponseCode::NotPermitted)),
        () if !filer.is_served_at(now) => Err(refuse(&ResponseCode::OutsideServiceDates)),
        () => Ok(()),
    }
}

/// Whether there is a filer of this name, and its password may be tried.
fn may_try(tx: &mut Tx<'_>, username: &str, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM filer WHERE username = $1 AND (locked_until IS NULL OR locked_until <= $2)";
    Ok(tx.query_one(sql, &[username.into(), now.as_microsecond().into()], |_| Ok(()))?.is_some())
}

/// The filer, if the password is right. Tries are counted one after another, so that nobody gets more by trying many at
/// once.
fn log_in(
    tx: &mut Tx<'_>,
    pepper: &Pepper,
    request: &SubmitFilingAuth,
    now: Timestamp,
) -> Result<Result<Filer, Refusal>, StoreError> {
    const WRONG: Result<Filer, ResponseCode> = Err(ResponseCode::WrongCredentials);
    let refused = |code: Result<Filer, ResponseCode>| code.map_err(|code| refuse(&code));
    let username = request.username.as_str();
    if !may_try(tx, username, now)? {
        return Ok(refused(WRONG));
    }
    let sql = "SELECT password_hash, wrong_tries FROM filer WHERE username = $1";
    let known = tx.query_one(sql, &[username.into()], |row| Ok((row.blob(0)?, row.int(1)?)))?;
    let Some((password_hash, wrong_tries)) = known else { return Ok(refused(WRONG)) };
    let words = filer::words(username, request.password.as_str());
    if !pepper.matches(&words, Some(&password_hash)) {
        count_wrong(tx, username, wrong_tries + 1, now)?;
        return Ok(refused(WRONG));
    }
    if wrong_tries > 0 {
        tx.execute("UPDATE filer SET wrong_tries = 0 WHERE username = $1", &[username.into()])?;
    }
    let Some(filer) = filer::find(tx, username)? else { return Ok(refused(WRONG)) };
    Ok(expect_served(&filer, now).map(|()| filer))
}

fn count_wrong(tx: &mut Tx<'_>, username: &str, tries: i64, now: Timestamp) -> Result<(), StoreError> {
    let is_last = tries >= MOST_WRONG;
    let locked_until = now.checked_add(LOCKED).ok().filter(|_| is_last).map(Timestamp::as_microsecond);
    let sql = "UPDATE filer SET wrong_tries = $1, locked_until = $2 WHERE username = $3";
    let tries = if is_last { 0 } else { tries };
    tx.execute(sql, &[tries.into(), locked_until.into(), username.into()])?;
    if !is_last {
        return Ok(());
    }
    let detail = json!({ "minutes": LOCKED.as_mins() });
    let partner = Some(username);
    event::record(tx, &Event { kind: "filer.locked", partner, subject: username, at: now, detail })
}

fn keep(tx: &mut Tx<'_>, token: &[u8; 32], filer: &Filer, now: Timestamp) -> Result<(), StoreError> {
    // Each new token clears away two old ones, so that they never pile up.
    tx.execute(
        "DELETE FROM filer_token WHERE hash IN
             (SELECT hash FROM filer_token WHERE expires_at <= $1 ORDER BY expires_at LIMIT 2)",
        &[now.as_microsecond().into()],
    )?;
    let expires_at = now.checked_add(TOKEN_LIFE).unwrap_or(Timestamp::MAX).as_microsecond();
    let sql = "INSERT INTO filer_token (hash, filer, expires_at) VALUES ($1, $2, $3)";
    tx.execute(sql, &[token.into(), (&filer.username).into(), expires_at.into()])?;
    Ok(())
}
