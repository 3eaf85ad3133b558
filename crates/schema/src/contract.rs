//! What a contract document is made from: the rows of a product, and what a type says of itself.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

/// The value that stands for a type in documents and tests.
pub trait Example {
    /// The canonical value.
    fn example() -> Self;
}

/// Reads a scalar of a canonical value.
#[expect(clippy::expect_used, reason = "a test builds each canonical value")]
pub(crate) fn text<T: std::str::FromStr<Err = satang_validation::Rule>>(text: &str) -> T {
    text.parse().expect("a canonical value is valid")
}

/// All that one contract document says.
pub struct Product {
    /// The file name of its document, without ending.
    pub name: &'static str,
    /// The title for people.
    pub title: &'static str,
    /// The first page of the document.
    pub description: &'static str,
    /// The groups of operations: name and description.
    pub tags: &'static [(&'static str, &'static str)],
    /// What partners call.
    pub operations: Vec<Row>,
    /// What partners are called with.
    pub callbacks: Vec<Row>,
    /// The operations after which a partner is called back, each with the callback.
    pub called_back_after: &'static [(&'static str, &'static str)],
    /// The shape of its error answers, apart from the token endpoint's.
    pub envelope: Envelope,
    /// The types of its error answers.
    pub errors: Vec<Type>,
    /// The types of what travels inside a text of a request: the payloads of signatures.
    pub enclosed: Vec<Type>,
    /// What one operation answers and another one asks for.
    pub links: &'static [Link],
}

/// The shape of a product's error answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// That of the Krungsri gateway; its token endpoint answers as RFC 6749 says.
    Krungsri,
    /// Problem details (RFC 9457).
    Problem,
    /// That of the Revenue Department, with its response codes; its login answers without the root.
    RevenueDepartment,
    /// That of the slip hub, with its codes; its merchants are answered with problem details.
    Hub,
}

/// A value of one operation's answer that another operation asks for.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The operation that answers.
    pub from: &'static str,
    /// The place of the value in the answer, as a JSON pointer.
    pub answer: &'static str,
    /// The operation that asks for it.
    pub to: &'static str,
    /// The place of the value in that request, as a JSON pointer.
    pub request: &'static str,
}

/// One operation.
pub struct Row {
    /// The letter in the provider's own table, if it has one.
    pub letter: Option<&'static str>,
    /// The name, equal in client, handler, document and tests.
    pub id: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path, or for a callback a sample of the partner's.
    pub path: &'static str,
    /// The lines of its documentation: a summary, an empty line, a description.
    pub docs: &'static [&'static str],
    /// The group in which readers look for it: the name of one of the product's tags.
    pub tag: &'static str,
    /// What is sent.
    pub request: Type,
    /// What is answered.
    pub response: Response,
    /// How the caller proves who it is.
    pub security: &'static [Security],
    /// What happens when it is sent twice.
    pub repeat: Repeat,
    /// Error statuses beside those that every operation has.
    pub errors: &'static [u16],
}

/// A type, its schema and its canonical value.
pub struct Type {
    /// The name, as in the document's components.
    pub name: &'static str,
    /// Adds the type and all it needs to a generator.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
    /// The canonical value, written as JSON with the digits that the wire has.
    pub example: fn() -> String,
}

impl Type {
    /// Describes `T`.
    ///
    /// # Panics
    /// The example does, when it cannot be written as JSON; a test calls each.
    #[must_use]
    #[expect(clippy::expect_used, reason = "only the generator and tests call it")]
    pub fn of<T: JsonSchema + Example + Serialize>(name: &'static str) -> Self {
        Self {
            name,
            schema: |generator| generator.subschema_for::<T>(),
            example: || serde_json::to_string(&T::example()).expect("an example can be written"),
        }
    }
}

/// What an operation answers on success.
pub enum Response {
    /// A JSON document.
    Json(Type),
    /// A JSON document whose bytes are signed: the handler writes them, and the client gets them as they came.
    Signed(Type),
    /// A web page, or a redirect to one.
    Page,
    /// Nothing but the status.
    Empty,
}

/// How a caller proves who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// An access token.
    Bearer,
    /// A signature over the body.
    Signed,
    /// The partner's id and secret, in the form or as HTTP Basic: the token endpoint.
    Client,
    /// The operator's key, as a bearer token.
    Admin,
    /// User name and password in the body: a login.
    Password,
    /// The token of a login, in `X-auth-token`.
    AuthToken,
    /// A merchant's key, as a bearer token.
    MerchantKey,
    /// A member's key and secret, and its token for this one call.
    Member,
    /// The hub's token for this one call.
    Hub,
}

/// What happens when a request is sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Nothing: it only asks.
    Safe,
    /// The member's value tells that it is the same request, which has one effect and one answer.
    Keyed(&'static str),
    /// The effect happens again.
    Effect,
}

/// Free text: no control characters. Written so that every regular-expression dialect reads it alike.
pub const NO_CONTROLS: &str = r"^[^\x00-\x1f\x7f]*$";

/// Gives a scalar a schema that is written where it is used.
macro_rules! inline_schema {
    ($type:ty, $name:expr, { $($schema:tt)* }) => {
        impl schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ $($schema)* })
            }
        }
    };
}
pub(crate) use inline_schema;

/// Gives a type its canonical value.
macro_rules! example {
    ($type:ident $value:tt) => {
        impl $crate::contract::Example for $type {
            fn example() -> Self {
                $type $value
            }
        }
    };
}
pub(crate) use example;

/// Declares what one operation answers and others ask for:
///
/// ```text
/// "/transactionIdentification" of real_time_payment => "/transactionIdentification" of transaction_status_inquiry;
/// ```
macro_rules! links {
    ($($answer:literal of $from:ident => $request:literal of $to:ident;)*) => {
        &[$($crate::contract::Link {
            from: stringify!($from),
            answer: $answer,
            to: stringify!($to),
            request: $request,
        }),*]
    };
}
pub(crate) use links;

/// Declares the operations of a product, one row each:
///
/// ```text
/// /// Summary.
/// ///
/// /// Description.
/// real_time_payment "F": POST "/path" Request => Response,
///     tag "payment", security [Bearer, Signed], repeat [Keyed "transactionIdentification"], errors [409];
/// ```
macro_rules! operations {
    ($(
        $(#[doc = $doc:literal])+
        $id:ident $($letter:literal)?: $method:ident $path:literal $request:ident => $response:tt,
        tag $tag:literal, security [$($security:ident),*], repeat [$repeat:ident $($key:literal)?],
        errors [$($error:literal),*];
    )+) => {
        vec![$($crate::contract::Row {
            letter: [$(Some($letter),)? None][0],
            id: stringify!($id),
            method: stringify!($method),
            path: $path,
            docs: &[$($doc),+],
            tag: $tag,
            request: $crate::contract::Type::of::<$request>(stringify!($request)),
            response: $crate::contract::operations!(@response $response),
            security: &[$($crate::contract::Security::$security),*],
            repeat: $crate::contract::Repeat::$repeat$(($key))?,
            errors: &[$($error),*],
        }),+]
    };
    (@response ()) => { $crate::contract::Response::Empty };
    (@response (signed $response:ident)) => {
        $crate::contract::Response::Signed($crate::contract::Type::of::<$response>(stringify!($response)))
    };
    (@response page) => { $crate::contract::Response::Page };
    (@response $response:ident) => {
        $crate::contract::Response::Json($crate::contract::Type::of::<$response>(stringify!($response)))
    };
}
pub(crate) use operations;
