//! The beginning of a registration: the customer is to agree that an account may be charged.

use crate::{DirectDebit, Journey, journey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use satang_core::{Entropy, Error, Timer, Transport, direct_debit::authorize_uri};
use satang_schema::{
    IdentificationNumber, JourneyIdentifier, PersonalReference, Secret, Text, Uri,
    direct_debit::{
        AuthorizeRequest, AuthorizeScope, CodeChallengeMethod, KmaDeeplinkRequest, PrepareOAuthContext,
        RegistrationContext, ResponseType, TypeOfIdentification,
    },
};
use satang_validation::{Code, Pointer, Rule, Violations};
use sha2::{Digest, Sha256};

/// What the bank shall know of a customer's registration before the customer arrives there.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    reference: PersonalReference,
    second_reference: Option<PersonalReference>,
    identity: Option<(TypeOfIdentification, IdentificationNumber)>,
}

impl Registration {
    /// A registration under your first reference, which comes back with the callback and in inquiries.
    #[must_use]
    pub fn new(reference: PersonalReference) -> Self {
        Self { reference, second_reference: None, identity: None }
    }

    /// Adds your second reference.
    #[must_use]
    pub fn with_second_reference(mut self, reference: PersonalReference) -> Self {
        self.second_reference = Some(reference);
        self
    }

    /// Lets the bank compare the customer's identity document with the account holder's (inferred).
    #[must_use]
    pub fn with_identity(mut self, kind: TypeOfIdentification, number: IdentificationNumber) -> Self {
        self.identity = Some((kind, number));
        self
    }

    fn context(&self) -> RegistrationContext {
        let (type_of_identification, identification_number) = self.identity.clone().unzip();
        RegistrationContext {
            ref1: Some(self.reference.clone()),
            ref2: self.second_reference.clone(),
            type_of_identification,
            identification_number,
        }
    }

    /// The same in the words of the payment's family, whose references have other names.
    fn in_app(&self, return_deeplink: &Uri) -> Result<KmaDeeplinkRequest, Error> {
        let named = |reference: &PersonalReference, name| {
            reference.as_str().parse::<Text<1, 20>>().map_err(|rule| invalid(name, rule))
        };
        let (type_of_identification, identification_number) = self.identity.clone().unzip();
        let second = self.second_reference.as_ref().map(|reference| named(reference, "referenceNumber2"));
        Ok(KmaDeeplinkRequest {
            reference_number1: named(&self.reference, "referenceNumber1")?,
            reference_number2: second.transpose()?,
            type_of_identification,
            identification_number,
            return_deeplink: return_deeplink.clone(),
        })
    }
}

/// Who takes the customer to the bank's pages, and where the customer returns to: the same for all your registrations.
#[derive(Clone, Debug, PartialEq)]
pub struct OAuthClient {
    /// The address of the bank's pages, such as `https://bank.example`, without a query.
    pub bank: Uri,
    /// Your client id.
    pub client_id: Text<1, 128>,
    /// Where the browser returns to, exactly as registered with the bank (proposed). It may have a query of its own. A
    /// URI is ASCII: write Thai text percent-encoded, as a browser does; the query of the authorize URL encodes it once
    /// more.
    pub redirect_uri: Uri,
}

impl OAuthClient {
    fn check(&self) -> Result<(), Error> {
        let mut found = Violations::new();
        let mut add = |name, detail| {
            found.add(Pointer::root().member(name), Rule::new(Code::Inconsistent, detail));
        };
        if self.bank.as_str().contains(['?', '#']) {
            add("bank", "must have neither a query nor a fragment");
        }
        let redirect = self.redirect_uri.as_str();
        if redirect.contains('#') {
            // "The endpoint URI MUST NOT include a fragment component." (RFC 6749, 3.1.2)
            add("redirect_uri", "must have no fragment");
        }
        if journey::parameters(redirect).any(|(name, _)| journey::RETURNED.contains(&&*name)) {
            add("redirect_uri", "must have none of the parameters that the bank adds to it");
        }
        found.into_result().map_err(Error::invalid)
    }
}

impl<T: Transport + Timer> DirectDebit<T> {
    /// Begins a registration over the bank's web pages: prepares the context (A) and makes the URL to send the customer's
    /// browser to.
    ///
    /// The URL carries a random `state`, by which [`Journey::finish`] knows the browser again, and the challenge of a
    /// random code verifier (RFC 7636).
    ///
    /// | result | at the bank | what to do |
    /// | --- | --- | --- |
    /// | [`Journey`] | a context waits for the customer, ten minutes (proposed) | keep it, send the browser to its URL |
    /// | `Err` | nothing, or a context that nobody will use | mend what the error says; begin anew at will |
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/example.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { pollster::block_on(async {
    /// # let bank = DirectDebit::new(Bank);
    /// let client = OAuthClient {
    ///     bank: "https://bank.example".parse()?,
    ///     client_id: "my-client-id".parse()?,
    ///     redirect_uri: "https://shop.example/registered".parse()?,
    /// };
    /// let journey = bank.register(&Registration::new("CUSTOMER-7".parse()?), &client).await?;
    /// assert!(journey.url().starts_with("https://bank.example/auth/oauth/v2/authorize?response_type=code&"));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`Error`] when the bank did not prepare the context, or its answer was lost. No right and no money has moved.
    pub async fn register(
        &self,
        registration: &Registration,
        client: &OAuthClient,
    ) -> Result<Journey, Error> {
        client.check()?;
        let request = PrepareOAuthContext { direct_debit_registration: registration.context() };
        let context = self.client.prepare_oauth_context(&request).await?.oauth_context_id;
        // What later inquiries and the callback call the journey.
        let identifier = context.as_str().parse::<JourneyIdentifier>();
        let identifier = identifier.map_err(|rule| {
            let mut found = Violations::new();
            found.add(Pointer::root().member("oauth_context_id"), rule);
            Error::unreadable(StatusCode::OK, found)
        })?;
        let (state, verifier) = (self.random_text(), self.random_text());
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let authorize = AuthorizeRequest {
            response_type: ResponseType::Code,
            client_id: client.client_id.clone(),
            redirect_uri: client.redirect_uri.clone(),
            scope: AuthorizeScope::DirectDebitRegistration,
            oauth_context_id: context,
            state: Some(state.parse().map_err(|rule| invalid("state", rule))?),
            code_challenge: Some(challenge.parse().map_err(|rule| invalid("code_challenge", rule))?),
            code_challenge_method: Some(CodeChallengeMethod::S256),
        };
        let url = format!("{}{}", client.bank.as_str().trim_end_matches('/'), authorize_uri(&authorize)?);
        let secret = |text: String, name| Secret::try_from(text).map_err(|rule| invalid(name, rule));
        Ok(Journey::on_the_web(url, identifier, secret(state, "state")?, secret(verifier, "code_verifier")?))
    }

    /// Begins a registration in the bank's app: fetches the link (E) that opens it. The app returns the customer to
    /// `return_deeplink`; what became of the registration, [`wait`](Self::wait) tells.
    ///
    /// | result | at the bank | what to do |
    /// | --- | --- | --- |
    /// | [`Journey`] | the app may be opened until [`Journey::expires`] | open its URL on the customer's telephone |
    /// | `Err` | nothing, or a journey that nobody will make | mend what the error says; begin anew at will |
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/example.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { pollster::block_on(async {
    /// # let bank = DirectDebit::new(Bank);
    /// let registration = Registration::new("CUSTOMER-7".parse()?);
    /// let journey = bank.register_in_app(&registration, &"shop://registered".parse()?).await?;
    /// println!("open {} before {:?}", journey.url(), journey.expires());
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`Error`] when the bank gave no link, or its answer was lost. No right and no money has moved.
    pub async fn register_in_app(
        &self,
        registration: &Registration,
        return_deeplink: &Uri,
    ) -> Result<Journey, Error> {
        Ok(Journey::in_app(self.client.kma_deeplink(&registration.in_app(return_deeplink)?).await?))
    }

    /// 256 bits as 43 characters, each of them unreserved: "it is RECOMMENDED that the output of a suitable random number
    /// generator be used to create a 32-octet sequence" (RFC 7636, 4.1).
    fn random_text(&self) -> String {
        let mut bytes = [0; 32];
        self.entropy.0.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

fn invalid(name: &str, rule: Rule) -> Error {
    let mut found = Violations::new();
    found.add(Pointer::root().member(name), rule);
    Error::invalid(found)
}
