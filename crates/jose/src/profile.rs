//! What a product's signed tokens look like, as data. Nothing is signed or verified without one.

use crate::{ClaimRules, Error, SignatureAlgorithm, certificate::MAX_CHAIN};

/// The rules of one kind of signed token.
///
/// What is not said is refused: a header that a profile does not name, a `typ` where it names none, a token
/// above 32 KiB. `crit`, `jwk`, `jku`, `x5u`, `x5t`, `zip` and the headers of JWE cannot be allowed at all;
/// `b64` only as [`Content::DetachedUnencoded`] has it.
///
/// ```
/// use satang_jose::{ClaimRules, Profile, SignatureAlgorithm};
///
/// const HOUR: u32 = 3600;
/// let profile = Profile::new([SignatureAlgorithm::Es256])
///     .typ("JWT")
///     .max_token(4096)
///     .claims(ClaimRules::new("https://bank.example").max_lifetime(HOUR));
/// # let _ = profile;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Profile {
    pub(crate) algorithms: Vec<SignatureAlgorithm>,
    pub(crate) typ: Option<String>,
    pub(crate) may_lack_typ: bool,
    pub(crate) cty: Option<String>,
    pub(crate) key_id: Presence,
    pub(crate) certificates: Presence,
    pub(crate) max_certificates: usize,
    pub(crate) ignored: Vec<String>,
    pub(crate) content: Content,
    pub(crate) max_token: usize,
    pub(crate) max_header: usize,
    pub(crate) max_payload: usize,
    pub(crate) claims: Option<ClaimRules>,
}

/// Whether something is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It must be there.
    Required,
    /// It may be there.
    Optional,
    /// It must not be there.
    Refused,
}

/// Where the payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Between the dots.
    Attached,
    /// It travels elsewhere, and the space between the dots is empty (RFC 7515, appendix F).
    Detached,
    /// As `Detached`, and signed as it is: `b64` is false and `crit` lists it (RFC 7797).
    DetachedUnencoded,
}

/// Header names that mean something to this crate, and so cannot be ignored.
const KNOWN: [&str; 22] = [
    "alg", "apu", "apv", "b64", "crit", "cty", "enc", "epk", "iv", "jku", "jwk", "kid", "p2c", "p2s", "tag",
    "typ", "x5c", "x5t", "x5t#S256", "x5u", "zip", "",
];

/// What no limit goes beyond.
const MOST: usize = 4 * 1024 * 1024;

impl Profile {
    /// A profile whose keys use any of `algorithms`, each key its own.
    ///
    /// It asks for a `kid`, allows no `typ`, and puts the payload between the dots.
    pub fn new(algorithms: impl IntoIterator<Item = SignatureAlgorithm>) -> Self {
        Self {
            algorithms: algorithms.into_iter().collect(),
            typ: None,
            may_lack_typ: false,
            cty: None,
            key_id: Presence::Required,
            certificates: Presence::Refused,
            max_certificates: MAX_CHAIN,
            ignored: Vec::new(),
            content: Content::Attached,
            max_token: 32 * 1024,
            max_header: 4096,
            max_payload: 32 * 1024,
            claims: None,
        }
    }

    /// The exact value of `typ`, which then must be there.
    ///
    /// Give each kind of token its own, so that none passes for another (RFC 8725, 3.11).
    pub fn typ(mut self, typ: &str) -> Self {
        self.typ = Some(typ.to_owned());
        self
    }

    /// A token may also lack `typ`. What is signed with this profile has it.
    ///
    /// Only where other rules keep tokens of another kind apart.
    pub fn or_without_typ(mut self) -> Self {
        self.may_lack_typ = true;
        self
    }

    /// The exact value of `cty`, which then must be there.
    pub fn cty(mut self, cty: &str) -> Self {
        self.cty = Some(cty.to_owned());
        self
    }

    /// Whether tokens carry a `kid`. Without one, the set must have exactly one key.
    pub fn key_id(mut self, presence: Presence) -> Self {
        self.key_id = presence;
        self
    }

    /// Whether tokens carry `x5c` or `x5t#S256`. When they do, these must be the certificate that the key of the set has:
    /// a certificate of the token's own choice is never followed. The header may then be 16 KiB large.
    pub fn certificates(mut self, presence: Presence) -> Self {
        self.certificates = presence;
        if presence != Presence::Refused {
            self.max_header = self.max_header.max(16 * 1024);
        }
        self
    }

    /// How many certificates `x5c` has at most: 8 unless said otherwise, which is also the most there may be. A signer
    /// leaves out those of authorities that do not fit.
    pub fn max_certificates(mut self, count: usize) -> Self {
        self.max_certificates = count;
        self
    }

    /// The name of a further header that may be there, and is ignored (RFC 7515, 4.2 and 4.3).
    pub fn ignoring(mut self, name: &str) -> Self {
        self.ignored.push(name.to_owned());
        self
    }

    /// Where the payload is.
    pub fn content(mut self, content: Content) -> Self {
        self.content = content;
        self
    }

    /// How many characters a token has at most: 32,768 unless said otherwise, 4,194,304 at most.
    pub fn max_token(mut self, characters: usize) -> Self {
        self.max_token = characters;
        self
    }

    /// How many bytes a header has at most: 4,096 unless said otherwise, 65,536 at most.
    pub fn max_header(mut self, bytes: usize) -> Self {
        self.max_header = bytes;
        self
    }

    /// How many bytes a payload has at most: 32,768 unless said otherwise, 4,194,304 at most.
    pub fn max_payload(mut self, bytes: usize) -> Self {
        self.max_payload = bytes;
        self
    }

    /// The payload is a set of claims, and these are their rules. Without them, the payload is bytes.
    pub fn claims(mut self, rules: ClaimRules) -> Self {
        self.claims = Some(rules);
        self
    }

    /// Refuses what contradicts itself.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let is_text = |text: &str| {
            !text.is_empty() && text.len() <= 128 && text.bytes().all(|b| (b' '..=b'~').contains(&b))
        };
        let limits = [
            (self.max_token, MOST),
            (self.max_header, 64 * 1024),
            (self.max_payload, MOST),
            (self.max_certificates, MAX_CHAIN),
        ];
        if self.algorithms.is_empty() {
            return Err(Error::setup("a profile needs an algorithm"));
        }
        if ![&self.typ, &self.cty].into_iter().flatten().all(|text| is_text(text)) {
            return Err(Error::setup("typ and cty are 1 to 128 printable ASCII characters"));
        }
        if self.ignored.iter().any(|name| KNOWN.contains(&name.as_str())) {
            return Err(Error::setup("a header that means something cannot be ignored"));
        }
        if limits.iter().any(|(limit, most)| !(1..=*most).contains(limit)) {
            return Err(Error::setup("a limit of a profile is zero or too large"));
        }
        match &self.claims {
            Some(_) if self.content != Content::Attached => {
                // RFC 7797, 7: "JWTs MUST NOT use "b64":false"; and a detached JWT is none.
                Err(Error::setup("claims must lie between the dots"))
            }
            Some(rules) => rules.check(),
            None => Ok(()),
        }
    }
}
