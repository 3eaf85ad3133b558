//! Profiles by name: what the tokens of a product look like.

use crate::{key_file::ALGORITHMS, output::Exit};
use satang_jose::{ClaimRules, Content, Presence, Profile, SignatureAlgorithm};

/// What tokens look like.
#[derive(clap::Args)]
#[group(skip)] // it is part of commands whose own arguments are called the same
pub(super) struct Arguments {
    /// What the tokens look like
    #[arg(long, value_enum, default_value_t = Name::Plain)]
    profile: Name,
    /// The exact `typ`; without it there must be none (plain profile only)
    #[arg(long, value_name = "TEXT")]
    typ: Option<String>,
    /// The payload is a set of claims for this audience: `iss`, `aud` and `exp` are demanded (plain profile only)
    #[arg(long, value_name = "TEXT", requires = "issuer")]
    audience: Option<String>,
    /// An issuer of claims that is accepted; may be given several times
    #[arg(long, value_name = "TEXT", requires = "audience")]
    issuer: Vec<String>,
    /// How many seconds may lie between `iat` and `exp`, which demands `iat`
    #[arg(long, value_name = "SECONDS", requires = "audience")]
    max_lifetime: Option<u32>,
    /// How many seconds clocks may differ, 300 at most
    #[arg(long, value_name = "SECONDS", requires = "audience", default_value_t = 30)]
    leeway: u32,
    /// A claim that must be there; may be given several times
    #[arg(long, value_name = "NAME", requires = "audience")]
    require: Vec<String>,
    /// Where the payload is (plain profile only)
    #[arg(long, value_enum, default_value_t = Where::Attached)]
    content: Where,
}

#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
enum Name {
    /// Bytes under RS256, PS256, ES256 or EdDSA, with or without a kid
    Plain,
    /// A form for the Revenue Department (proposed): RS256 only, typ JWT, no kid, perhaps a certificate, no claims
    StampDuty,
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Where {
    /// Between the dots
    Attached,
    /// In a file of its own
    Detached,
    /// In a file of its own, and signed as it is (RFC 7797)
    Unencoded,
}

impl Arguments {
    /// The rules, and the algorithms among them.
    pub(super) fn profile(&self) -> Result<(Profile, &'static [SignatureAlgorithm]), Exit> {
        if self.profile == Name::Plain {
            return Ok((self.plain(), &ALGORITHMS));
        }
        if self.typ.is_some() || self.audience.is_some() || self.content != Where::Attached {
            return Err(Exit::Usage(
                "--typ, --audience and --content are for the plain profile: the others say it themselves"
                    .to_owned(),
            ));
        }
        Ok((stamp_duty(), &STAMP_DUTY_ALGORITHMS))
    }

    fn plain(&self) -> Profile {
        let mut profile = Profile::new(ALGORITHMS)
            .key_id(Presence::Optional)
            .certificates(Presence::Optional)
            .content(self.content())
            .max_token(1024 * 1024)
            .max_payload(768 * 1024);
        if let Some(typ) = &self.typ {
            profile = profile.typ(typ);
        }
        let Some(audience) = &self.audience else { return profile };
        let mut rules = ClaimRules::new(audience).leeway(self.leeway);
        for issuer in &self.issuer {
            rules = rules.issuer(issuer);
        }
        for name in &self.require {
            rules = rules.require(name);
        }
        if let Some(seconds) = self.max_lifetime {
            rules = rules.max_lifetime(seconds);
        }
        profile.claims(rules)
    }

    /// Where the payload is.
    pub(super) fn content(&self) -> Content {
        match self.content {
            Where::Attached => Content::Attached,
            Where::Detached => Content::Detached,
            Where::Unencoded => Content::DetachedUnencoded,
        }
    }
}

const STAMP_DUTY_ALGORITHMS: [SignatureAlgorithm; 1] = [SignatureAlgorithm::Rs256];

/// A form of e-Stamp Duty in `rdForm`: proposed by Satang; not published by the Department.
///
/// Its examples have `{"typ":"JWT","alg":"RS256"}` although the payload holds no claims, so no clock is asked; clients
/// that are in use add `x5c` with one certificate. There is no `kid` and no `crit`. RSA keys have 2,048 bits or more.
fn stamp_duty() -> Profile {
    Profile::new(STAMP_DUTY_ALGORITHMS).typ("JWT").key_id(Presence::Refused).certificates(Presence::Optional)
}
