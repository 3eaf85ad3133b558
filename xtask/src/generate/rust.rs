//! The module of `satang-core` that an OpenAPI document stands for.

use crate::{Failure, json::Json};
use std::{collections::BTreeSet, fmt::Write as _};

/// Writes the module; the document is all it is made from.
pub fn module(document: &Json) -> Result<String, Failure> {
    let calls = operations(document.get("paths"))?;
    let callbacks = operations(document.get("webhooks"))?;
    let mut out = head(document, calls.iter().chain(&callbacks));
    for call in calls.iter().chain(&callbacks) {
        out.push_str(&constant(call));
    }
    let product_envelope =
        envelope(document.at(&["info", "x-satang-envelope"]).and_then(Json::text).unwrap_or_default());
    let sides = [
        Side {
            calls: &calls,
            prefix: "",
            envelope: product_envelope,
            client: "Calls the provider.",
            handler: "Answers as the provider does.",
        },
        Side {
            calls: &callbacks,
            prefix: "Callback",
            envelope: product_envelope,
            client: "Calls a partner back.",
            handler: "Receives the provider's callbacks.",
        },
    ];
    for side in sides.iter().filter(|side| !side.calls.is_empty()) {
        out.push_str(&side.client());
        out.push_str(&side.handler());
        out.push_str(&side.router());
    }
    Ok(out)
}

/// One operation, as the document has it.
struct Call {
    id: String,
    method: String,
    path: String,
    docs: Vec<String>,
    request: String,
    answer: Answer,
    body: &'static str,
    envelope: &'static str,
    bearer: bool,
    signed: bool,
    repeat: String,
}

enum Answer {
    Json(String),
    /// Bytes that are signed, for which this type stands.
    Signed(String),
    Page,
    Empty,
}

impl Call {
    fn constant(&self) -> String {
        self.id.to_uppercase()
    }

    fn answer_type(&self) -> &str {
        match &self.answer {
            Answer::Json(name) => name,
            Answer::Signed(_) | Answer::Page => "Page",
            Answer::Empty => "()",
        }
    }

    fn docs(&self, indent: &str) -> String {
        self.docs.iter().fold(String::new(), |mut out, line| {
            let line = format!("{indent}/// {line}");
            writeln!(out, "{}", line.trim_end()).expect("a string takes everything");
            out
        })
    }
}

fn operations(paths: Option<&Json>) -> Result<Vec<Call>, Failure> {
    let mut calls = Vec::new();
    for (path, item) in paths.map(Json::members).unwrap_or_default() {
        for (method, operation) in item.members() {
            calls.push(call(path, method, operation).ok_or(format!("{method} {path} lacks a part"))?);
        }
    }
    Ok(calls)
}

fn call(path: &str, method: &str, operation: &Json) -> Option<Call> {
    let id = operation.get("operationId")?.text()?.to_owned();
    let content = operation.at(&["requestBody", "content"]);
    let body = match content.and_then(|content| content.members().first()) {
        None => "Query",
        Some((kind, _)) if kind == "application/json" => "Json",
        Some(_) => "Form",
    };
    let ok = operation.at(&["responses", "200"])?;
    let answer = match ok.get("content").and_then(|content| content.members().first()) {
        None => Answer::Empty,
        Some((_, media)) if operation.get("x-satang-answer").is_some() => Answer::Signed(referenced(media)?),
        Some((kind, media)) if kind == "application/json" => Answer::Json(referenced(media)?),
        Some(_) => Answer::Page,
    };
    let needs =
        |scheme| operation.get("security").is_some_and(|s| s.items().iter().any(|s| s.get(scheme).is_some()));
    Some(Call {
        method: method.to_uppercase(),
        // A callback's path is the partner's to choose; the document has a sample.
        path: operation.get("x-satang-path").and_then(Json::text).unwrap_or(path).to_owned(),
        docs: docs(operation)?,
        request: operation.get("x-satang-request")?.text()?.to_owned(),
        answer,
        body,
        envelope: envelope(operation.get("x-satang-envelope")?.text()?),
        bearer: needs("accessToken") || needs("adminKey") || needs("merchantKey"),
        signed: needs("signature"),
        repeat: match (operation.get("x-satang-repeat")?.text()?, operation.get("x-satang-key")) {
            (_, Some(member)) => format!("Keyed({:?})", member.text()?),
            (other, None) => pascal(other),
        },
        id,
    })
}

fn envelope(name: &str) -> &'static str {
    match name {
        "oauth" => "OAuth",
        "problem" => "Problem",
        "revenue-department" => "RevenueDepartment",
        "hub" => "Hub",
        "revenue-department-login" => "RevenueDepartmentLogin",
        _ => "Krungsri",
    }
}

/// The name of the component that a media type refers to.
fn referenced(media: &Json) -> Option<String> {
    media.at(&["schema", "$ref"])?.text()?.rsplit('/').next().map(str::to_owned)
}

fn docs(operation: &Json) -> Option<Vec<String>> {
    let mut docs = vec![format!("{}.", operation.get("summary")?.text()?)];
    for paragraph in operation.get("description")?.text()?.split("\n\n") {
        docs.push(String::new());
        docs.extend(wrapped(paragraph, 100));
    }
    Some(docs)
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is a line");
        if !line.is_empty() && line.len() + 1 + word.len() > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

fn pascal(snake: &str) -> String {
    let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
    snake.split('_').filter(|part| !part.is_empty()).map(capital).collect()
}

fn head<'a>(document: &Json, calls: impl Iterator<Item = &'a Call> + Clone) -> String {
    let info = |name| document.at(&["info", name]).and_then(Json::text).unwrap_or_default();
    let description: Vec<&str> = info("description").lines().collect();
    let module = info("title").split(',').next().unwrap_or_default();
    let mut out = format!(
        "//! Generated from the contract document by `cargo xtask generate`: do not edit.\n//!\n//! {module}\n//!\n"
    );
    for line in description {
        for line in wrapped(line, 100) {
            let line = format!("//! {line}");
            writeln!(out, "{}", line.trim_end()).expect("a string takes everything");
        }
    }
    let mut types: BTreeSet<&str> = calls.clone().map(|call| call.request.as_str()).collect();
    types.extend(calls.filter_map(|call| match &call.answer {
        Answer::Json(name) | Answer::Signed(name) => Some(name.as_str()),
        Answer::Page | Answer::Empty => None,
    }));
    let types: Vec<&str> = types.into_iter().collect();
    writeln!(
        out,
        "
        #[cfg(feature = \"client\")]
        use crate::{{Error, Transport, client}};
        #[cfg(feature = \"server\")]
        use crate::{{Incoming, Host, Page, Refusal, Router, Routes, server}};
        use crate::operation::{{Body, Envelope, Operation, Repeat}};
        #[cfg(feature = \"server\")]
        use std::sync::Arc;
        pub use satang_schema::{}::{{{}}};
        ",
        info("x-satang-module"),
        types.join(", ")
    )
    .expect("a string takes everything");
    out
}

fn constant(call: &Call) -> String {
    let Call { id, method, path, body, envelope, bearer, signed, repeat, .. } = call;
    format!(
        "{docs}pub static {name}: Operation = Operation {{
            id: {id:?},
            method: http::Method::{method},
            path: {path:?},
            bearer: {bearer},
            signed: {signed},
            repeat: Repeat::{repeat},
            body: Body::{body},
            envelope: Envelope::{envelope},
        }};\n\n",
        docs = call.docs(""),
        name = call.constant(),
    )
}

/// What a handler must know of an answer that it signs.
const SIGNED_HANDLER: &str = "    ///
    /// The answer is signed byte by byte, so it is the handler that reads the request, with its headers, and writes the answer.
";

/// The client's method of a call whose answer is signed.
fn signed_method(call: &Call, answer: &str) -> String {
    format!(
        "{docs}    ///
        /// The answer is signed byte by byte, so it is handed over as it came, whatever its status; once its signature is
        /// verified, [`{answer}`] is read from its body. `headers` go along with the request.
        ///
        /// # Errors
        /// [`Error`] when there is no answer; its [`sent`](Error::sent) tells whether the request may have arrived.
        pub async fn {id}(&self, request: &{request}, headers: http::HeaderMap) \
            -> Result<http::Response<bytes::Bytes>, Error> {{
            client::fetch(&self.transport, &{name}, request, headers).await
        }}\n\n",
        docs = call.docs("    "),
        id = call.id,
        request = call.request,
        name = call.constant(),
    )
}

/// A client with its handler: the calls of one direction.
struct Side<'a> {
    calls: &'a [Call],
    prefix: &'a str,
    /// How paths that no operation has are refused.
    envelope: &'a str,
    client: &'a str,
    handler: &'a str,
}

impl Side<'_> {
    fn client(&self) -> String {
        let mut methods = String::new();
        for call in self.calls.iter().filter(|call| !matches!(call.answer, Answer::Page)) {
            if let Answer::Signed(answer) = &call.answer {
                methods.push_str(&signed_method(call, answer));
                continue;
            }
            write!(
                methods,
                "{docs}    ///
                /// # Errors
                /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
                pub async fn {id}(&self, request: &{request}) -> Result<{answer}, Error> {{
                    client::{send}(&self.transport, &{name}, request).await
                }}\n\n",
                docs = call.docs("    "),
                id = call.id,
                request = call.request,
                answer = call.answer_type(),
                send = if matches!(call.answer, Answer::Empty) { "notify" } else { "send" },
                name = call.constant(),
            )
            .expect("a string takes everything");
        }
        let pages: String = self.calls.iter().filter(|call| matches!(call.answer, Answer::Page)).fold(
            String::new(),
            |mut out, call| {
                write!(
                    out,
                    "{docs}///
                    /// Returns the path and query, to be put behind the provider's address.
                    ///
                    /// # Errors
                    /// [`Error`] when the request breaks the contract.
                    #[cfg(feature = \"client\")]
                    pub fn {id}_uri(request: &{request}) -> Result<http::Uri, Error> {{
                        client::uri(&{name}, request)
                    }}\n\n",
                    docs = call.docs(""),
                    id = call.id,
                    request = call.request,
                    name = call.constant(),
                )
                .expect("a string takes everything");
                out
            },
        );
        format!(
            "/// {words}
            #[cfg(feature = \"client\")]
            #[derive(Clone, Debug)]
            pub struct {prefix}Client<T> {{
                transport: T,
            }}

            #[cfg(feature = \"client\")]
            impl<T: Transport> {prefix}Client<T> {{
                /// A client whose requests are carried by `transport`.
                pub fn new(transport: T) -> Self {{
                    Self {{ transport }}
                }}

                /// What carries the requests.
                pub fn transport(&self) -> &T {{
                    &self.transport
                }}

                {methods}
            }}

            {pages}",
            words = self.client,
            prefix = self.prefix,
        )
    }

    fn handler(&self) -> String {
        let mut methods = String::new();
        for call in self.calls {
            let (words, request) = match call.answer {
                Answer::Signed(_) => (SIGNED_HANDLER, "Incoming"),
                _ => ("", call.request.as_str()),
            };
            write!(
                methods,
                "{docs}{words}    ///
                /// # Errors
                /// [`Refusal`]; this one, until it is written, refuses everything.
                fn {id}(&self, caller: Self::Caller, request: {request}) \
                    -> impl Future<Output = Result<{answer}, Refusal>> + Send {{
                    server::unwritten(&{name}, (caller, request))
                }}\n\n",
                docs = call.docs("    "),
                id = call.id,
                answer = call.answer_type(),
                name = call.constant(),
            )
            .expect("a string takes everything");
        }
        format!(
            "/// {words} Each method answers 501 until it is written.
            #[cfg(feature = \"server\")]
            pub trait {prefix}Handler: Host {{
                {methods}
            }}\n\n",
            words = self.handler,
            prefix = self.prefix,
        )
    }

    fn router(&self) -> String {
        let names: Vec<String> = self.calls.iter().map(|call| format!("&{}", call.constant())).collect();
        let mut arms = String::new();
        for call in self.calls {
            let give = match call.answer {
                Answer::Json(_) => "json",
                Answer::Signed(_) | Answer::Page => "page",
                Answer::Empty => "empty",
            };
            let request =
                if matches!(call.answer, Answer::Signed(_)) { "request" } else { "request.read()?" };
            writeln!(arms, "{id:?} => server::{give}(self.0.{id}(caller, {request}).await?),", id = call.id)
                .expect("a string takes everything");
        }
        let function = if self.prefix.is_empty() { "router" } else { "callback_router" };
        format!(
            "/// Serves the operations of `handler`.
            #[cfg(feature = \"server\")]
            pub fn {function}<H: {prefix}Handler>(handler: Arc<H>) -> Router<{prefix}Server<H>> {{
                Router::new({prefix}Server(handler))
            }}

            /// A handler with its table of operations.
            #[cfg(feature = \"server\")]
            #[derive(Debug)]
            pub struct {prefix}Server<H>(Arc<H>);

            #[cfg(feature = \"server\")]
            impl<H: {prefix}Handler> Routes for {prefix}Server<H> {{
                type Host = H;

                const OPERATIONS: &'static [&'static Operation] = &[{names}];
                const ENVELOPE: Envelope = Envelope::{envelope};

                fn host(&self) -> &H {{
                    &self.0
                }}

                async fn dispatch(&self, caller: H::Caller, request: Incoming) -> Result<Page, Refusal> {{
                    match request.operation.id {{
                        {arms}
                        _ => Err(Refusal::unknown_path()),
                    }}
                }}
            }}\n\n",
            names = names.join(", "),
            envelope = self.envelope,
            prefix = self.prefix,
        )
    }
}
