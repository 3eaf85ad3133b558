//! The claims of a JWT-shaped payload (RFC 7519), and what a profile demands of them.

use crate::{
    Error, Kind, NumericDate,
    json::{Object, Value},
};

/// What claims must say. `iss`, `aud` and `exp` are always demanded.
///
/// ```
/// use satang_jose::ClaimRules;
///
/// // A token between members of a hub: 60 seconds at most, used once, for one transaction.
/// let rules = ClaimRules::new("itmx").max_lifetime(60).require("jti").require("tr");
/// # let _ = rules;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ClaimRules {
    pub(crate) audience: String,
    issuers: Vec<String>,
    subject: Option<String>,
    pub(crate) leeway: u32,
    pub(crate) max_lifetime: Option<u32>,
    pub(crate) required: Vec<String>,
}

impl ClaimRules {
    /// Claims for `audience`: `aud` must be it, or a list of at most 8 that holds it.
    pub fn new(audience: &str) -> Self {
        Self {
            audience: audience.to_owned(),
            issuers: Vec::new(),
            subject: None,
            leeway: 30,
            max_lifetime: None,
            required: Vec::new(),
        }
    }

    /// An issuer that is accepted with any key that names none of its own
    /// ([`VerifyingKey::issuer`](crate::VerifyingKey::issuer)). May be given several times.
    pub fn issuer(mut self, issuer: &str) -> Self {
        self.issuers.push(issuer.to_owned());
        self
    }

    /// The exact value of `sub`, which then must be there.
    pub fn subject(mut self, subject: &str) -> Self {
        self.subject = Some(subject.to_owned());
        self
    }

    /// How many seconds the parties' clocks may differ: 30 unless said otherwise, 300 at most.
    pub fn leeway(mut self, seconds: u32) -> Self {
        self.leeway = seconds;
        self
    }

    /// How many seconds may lie between `iat` and `exp`. `iat` then must be there.
    pub fn max_lifetime(mut self, seconds: u32) -> Self {
        self.max_lifetime = Some(seconds);
        self
    }

    /// The name of a claim that must be there, and must not be null.
    pub fn require(mut self, name: &str) -> Self {
        self.required.push(name.to_owned());
        self
    }

    /// True when no issuer is named here, so that each key must name its own.
    pub(crate) fn leave_issuer_to_keys(&self) -> bool {
        self.issuers.is_empty()
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.audience.is_empty() || self.issuers.iter().any(String::is_empty) {
            return Err(Error::setup("an audience or issuer must not be empty"));
        }
        if self.leeway > 300 {
            return Err(Error::setup("a leeway must not exceed 300 seconds"));
        }
        if self.max_lifetime == Some(0) {
            return Err(Error::setup("a lifetime must not be zero"));
        }
        Ok(())
    }

    /// Reads a payload and holds it against the rules. `issuer` is the one that the key belongs to.
    pub(crate) fn validate(
        &self,
        payload: &[u8],
        issuer: Option<&str>,
        now: NumericDate,
    ) -> Result<Claims, Error> {
        let object = Object::parse(payload)?;
        let claims = Claims::read(&object)?;
        self.check_parties(&claims, issuer)?;
        for name in &self.required {
            if object.find(name).is_none_or(|value| value.raw() == "null") {
                return Err(Error::claim("a claim is missing that the profile demands"));
            }
        }
        self.check_dates(&claims, now)?;
        Ok(claims)
    }

    fn check_parties(&self, claims: &Claims, issuer: Option<&str>) -> Result<(), Error> {
        let is_issuer = match issuer {
            Some(issuer) => claims.issuer == issuer,
            None => self.issuers.contains(&claims.issuer),
        };
        if !is_issuer {
            return Err(Error::claim("iss is not the issuer that the key belongs to"));
        }
        if !claims.audience.contains(&self.audience) {
            return Err(Error::claim("aud is another audience"));
        }
        if self.subject.is_some() && claims.subject != self.subject {
            return Err(Error::claim("sub is another subject"));
        }
        Ok(())
    }

    fn check_dates(&self, claims: &Claims, now: NumericDate) -> Result<(), Error> {
        let ahead = now + self.leeway;
        if [claims.not_before, claims.issued_at].into_iter().flatten().any(|date| date > ahead) {
            return Err(Error::new(Kind::NotYetValid, "nbf or iat is in the future"));
        }
        // RFC 7519, 4.1.4: "on or after which the JWT MUST NOT be accepted".
        if now >= claims.expires + self.leeway {
            return Err(Error::new(Kind::Expired, "exp has passed"));
        }
        let starts = [claims.not_before, claims.issued_at].into_iter().flatten();
        if starts.max().is_some_and(|start| start >= claims.expires) {
            return Err(Error::claim("exp is not after nbf and iat"));
        }
        let Some(most) = self.max_lifetime else { return Ok(()) };
        let from = claims.issued_at.ok_or(Error::claim("iat is missing"))?;
        if from.as_second().saturating_add(i64::from(most)) < claims.expires.as_second() {
            return Err(Error::claim("exp is too long after iat"));
        }
        Ok(())
    }
}

/// Claims that satisfy their rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    issuer: String,
    subject: Option<String>,
    audience: Vec<String>,
    expires: NumericDate,
    not_before: Option<NumericDate>,
    issued_at: Option<NumericDate>,
    id: Option<String>,
}

impl Claims {
    /// `iss`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// `sub`.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// `aud`, as a list.
    #[must_use]
    pub fn audience(&self) -> &[String] {
        &self.audience
    }

    /// `exp`. With the leeway added, this is how long the identifier must be remembered to see a replay.
    #[must_use]
    pub fn expires(&self) -> NumericDate {
        self.expires
    }

    /// `nbf`.
    #[must_use]
    pub fn not_before(&self) -> Option<NumericDate> {
        self.not_before
    }

    /// `iat`.
    #[must_use]
    pub fn issued_at(&self) -> Option<NumericDate> {
        self.issued_at
    }

    /// `jti`, 1 to 256 bytes. Whoever must not act twice remembers it together with the issuer.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn read(object: &Object<'_>) -> Result<Self, Error> {
        let text = |name| object.find(name).map(text).transpose();
        let date = |name| object.find(name).map(|value| NumericDate::parse(value.raw())).transpose();
        let id = text("jti")?;
        if id.as_ref().is_some_and(|id| id.is_empty() || id.len() > 256) {
            return Err(Error::claim("jti must be 1 to 256 bytes"));
        }
        Ok(Self {
            issuer: text("iss")?.ok_or(Error::claim("iss is missing"))?,
            subject: text("sub")?,
            audience: audience(object.find("aud").ok_or(Error::claim("aud is missing"))?)?,
            expires: date("exp")?.ok_or(Error::claim("exp is missing"))?,
            not_before: date("nbf")?,
            issued_at: date("iat")?,
            id,
        })
    }
}

fn text(value: Value<'_>) -> Result<String, Error> {
    value.text().map(std::borrow::Cow::into_owned).ok_or(Error::claim("iss, sub and jti must be strings"))
}

fn audience(value: Value<'_>) -> Result<Vec<String>, Error> {
    if let Some(one) = value.text() {
        return Ok(vec![one.into_owned()]);
    }
    match value.texts() {
        Some(texts) if (1..=8).contains(&texts.len()) => {
            Ok(texts.into_iter().map(std::borrow::Cow::into_owned).collect())
        }
        _ => Err(Error::claim("aud must be a string, or a list of 1 to 8 strings")),
    }
}
