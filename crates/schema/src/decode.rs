//! Reading a body: straight into its type when it is right, and with **every** violation named when it is not.
//!
//! `serde` stops at the first thing that it cannot read. To name them all without a second description of each
//! type, [`explain`] lets the type's own `Deserialize` look at one place of the document at a time: a
//! [`Probe`] leads it down to that place, feeds nothing else, and keeps what it says there. A struct says which
//! members it knows, an `Option` says that it may be absent, a scalar says what it would have taken. Refused
//! values are never asked for, so no message can repeat them.
//!
//! A [`Reader`] stands between both and `serde_json`, for where `serde` and JSON Schema do not agree on what a value is.

#[cfg(feature = "slip-verification")]
mod object;
mod probe;
mod reader;

pub(crate) use reader::whole;

use probe::{Outcome, Step, examine};
use reader::Reader;
use satang_validation::{Code, Pointer, Rule, Violations};
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use std::{borrow::Cow, collections::HashSet, fmt};

/// Rules that concern several members of a type at once.
///
/// What a single member must be, its type says; this is for the rest, and most types have none.
pub trait Check {
    /// Adds each broken rule to `found`.
    fn check(&self, found: &mut Violations) {
        let _ = found;
    }
}

/// Reads a JSON body.
///
/// ```
/// use satang_schema::{decode, direct_debit::RealTimePayment};
///
/// let refused = decode::<RealTimePayment>(br#"{"creditorAccountNumber": "12", "extra": 1}"#).unwrap_err();
/// let pointers: Vec<_> = refused.as_slice().iter().map(|violation| violation.pointer.as_str()).collect();
/// assert_eq!(
///     pointers,
///     [
///         "/creditorAccountNumber",
///         "/extra",
///         "/payerInformation",
///         "/transactionIdentification",
///         "/transactionInformation",
///     ]
/// );
/// ```
///
/// # Errors
/// Every violation (up to [`Violations::MOST`]): syntax, missing, unknown and duplicate members, wrong types
/// and malformed values; when there are none of these, the rules of [`Check`].
pub fn decode<T: de::DeserializeOwned + Check>(body: &[u8]) -> Result<T, Violations> {
    let Ok(value) = read::<T>(body) else { return Err(explain::<T>(body)) };
    let mut found = Violations::new();
    value.check(&mut found);
    found.into_result()?;
    Ok(value)
}

fn read<T: de::DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = T::deserialize(Reader(&mut json))?;
    json.end().map(|()| value)
}

/// Reads a form body or a query (`application/x-www-form-urlencoded`), all of whose values are text.
///
/// `members` are the names and values in the order in which they came.
///
/// # Errors
/// As [`decode`].
pub fn decode_members<'a, T: de::DeserializeOwned + Check>(
    members: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
) -> Result<T, Violations> {
    // A JSON object may repeat a member, so nothing is lost on the way there.
    let mut body = String::from("{");
    for (name, value) in members {
        let separator = if body.len() > 1 { "," } else { "" };
        let [name, value] = [name, value].map(|text| serde_json::Value::from(text).to_string());
        body.push_str(&format!("{separator}{name}:{value}"));
    }
    body.push('}');
    decode(body.as_bytes())
}

/// How many places of one document are looked at before the rest is given up; more in one that is long, so that a form
/// with a thousand instruments is looked at as a whole.
const MOST_PLACES: usize = 2_000;
/// The bytes of a long document for each place of it that is looked at.
const BYTES_PER_PLACE: usize = 8;

/// Names every violation in a body that could not be read as a `T`.
fn explain<T: de::DeserializeOwned>(body: &[u8]) -> Violations {
    let mut found = Violations::new();
    let root = match serde_json::from_slice::<&RawValue>(body) {
        Ok(root) => root,
        Err(error) => {
            // A syntax error's text names tokens and a position, never a value.
            found.add(Pointer::root(), Rule::new(Code::Syntax, format!("not JSON: {error}")));
            return found;
        }
    };
    let most = MOST_PLACES.max(body.len() / BYTES_PER_PLACE);
    let mut places = vec![Place { pointer: Pointer::root(), path: Vec::new(), value: Some(root) }];
    let mut looked_at = 0;
    while let Some(place) = places.pop() {
        looked_at += 1;
        if looked_at > most {
            found.add(Pointer::root(), Rule::new(Code::Limit, "too many values to look at"));
            break;
        }
        match examine::<T>(&place.path, place.value) {
            Outcome::Fine => {}
            Outcome::Broken(rule) => found.add(place.pointer, rule),
            Outcome::Object { known } => inner_members(&place, &known, &mut places, &mut found),
            Outcome::Array => inner_items(&place, most, &mut places, &mut found),
        }
    }
    if found.is_empty() {
        // Cannot be, unless a type refuses as a whole what it accepts part by part.
        found.add(Pointer::root(), Rule::malformed("not of the expected form"));
    }
    found
}

/// A place of the document that is still to be looked at.
struct Place<'a> {
    pointer: Pointer,
    path: Vec<Step<'a>>,
    /// Its value, or `None` for a member that the type knows and the document lacks.
    value: Option<&'a RawValue>,
}

impl<'a> Place<'a> {
    fn inner(&self, pointer: Pointer, step: Step<'a>, value: Option<&'a RawValue>) -> Self {
        let mut path = self.path.clone();
        path.push(step);
        Self { pointer, path, value }
    }
}

/// Queues each member of an object, present or absent, and reports those that occur twice.
fn inner_members<'a>(
    place: &Place<'a>,
    known: &[&'static str],
    places: &mut Vec<Place<'a>>,
    found: &mut Violations,
) {
    let Some(Ok(Members(members))) = place.value.map(|value| serde_json::from_str(value.get())) else {
        found.add(place.pointer.clone(), Rule::new(Code::Type, "expected an object"));
        return;
    };
    let mut seen = HashSet::new();
    for (name, value) in members {
        let is_known = known.contains(&name.as_ref());
        let pointer = place.pointer.member(&if is_known { name.clone() } else { stranger(&name) });
        if seen.insert(name.clone()) {
            places.push(place.inner(pointer, Step::Member(name), Some(value)));
        } else {
            found.add(pointer, Rule::new(Code::Duplicate, "occurs more than once"));
        }
    }
    for name in known.iter().filter(|name| !seen.contains(**name)) {
        places.push(place.inner(place.pointer.member(name), Step::Member((*name).into()), None));
    }
}

/// An unknown member's name, fit to be repeated: cut, and with long numbers hidden, in case somebody's account
/// number stands where a name should.
fn stranger(name: &str) -> Cow<'_, str> {
    const MOST: usize = 40;
    let digits = name.chars().filter(char::is_ascii_digit).count();
    if name.chars().count() <= MOST && digits < 6 {
        return name.into();
    }
    let shown = name.chars().take(MOST).map(|c| if digits >= 6 && c.is_ascii_digit() { '*' } else { c });
    let end = if name.chars().count() > MOST { "…" } else { "" };
    shown.chain(end.chars()).collect::<String>().into()
}

fn inner_items<'a>(place: &Place<'a>, most: usize, places: &mut Vec<Place<'a>>, found: &mut Violations) {
    match place.value.map(|value| serde_json::from_str::<Vec<&RawValue>>(value.get())) {
        Some(Ok(items)) => {
            for (position, value) in items.into_iter().enumerate().take(most) {
                places.push(place.inner(place.pointer.index(position), Step::Item, Some(value)));
            }
        }
        _ => found.add(place.pointer.clone(), Rule::new(Code::Type, "expected an array")),
    }
}

/// The members of an object in their order, with repetitions.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    members.push((Cow::Owned(name), value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// For an optional member of a request, where `null` is not another way to leave it out.
///
/// Used as `#[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]`.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Visitor<T>(std::marker::PhantomData<T>);
    impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a value, or no such member")
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            T::deserialize(deserializer).map(Some)
        }

        /// How a probe says that the member is absent; a `null` arrives as `visit_none`, which is refused.
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
    }
    deserializer.deserialize_option(Visitor(std::marker::PhantomData))
}

/// As [`present`], for an object none of whose members is required: to `serde`, a short array would be one, too.
#[cfg(feature = "slip-verification")]
pub(crate) fn present_object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Object<T>(T);
    impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            T::deserialize(object::ObjectsOnly(deserializer)).map(Object)
        }
    }
    present(deserializer).map(|object: Option<Object<T>>| object.map(|Object(value)| value))
}

/// For a list that may be absent: then it is empty.
///
/// Used as `#[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]`.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    present(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Amount, Text};

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Order {
        #[expect(dead_code)]
        amount: Amount,
        #[expect(dead_code)]
        lines: Vec<Line>,
        #[serde(default, deserialize_with = "present")]
        #[expect(dead_code)]
        note: Option<Text<1, 5>>,
    }
    impl Check for Order {}

    #[derive(Debug, Deserialize)]
    struct Line {
        #[expect(dead_code)]
        name: Text<1, 3>,
        count: Option<u8>,
        #[expect(dead_code)]
        inner: Option<Box<Line>>,
    }

    #[track_caller]
    fn check(body: &str, expected: &[&str]) {
        let found: Vec<String> = match decode::<Order>(body.as_bytes()) {
            Ok(_) => Vec::new(),
            Err(found) => found.into_vec().iter().map(ToString::to_string).collect(),
        };
        assert_eq!(found, expected, "{body}");
    }

    const LENGTH: &str = "expected 1 to 3 characters without control characters (malformed)";

    #[test]
    fn every_violation_is_named() {
        check(r#"{"amount": 1.00, "lines": [], "note": "x"}"#, &[]);
        check(r#"{"amount": 1.00, "lines": [{"name": "a", "more": [1]}]}"#, &[]);
        check(
            r#"{"lines": [{"name": "a"}, {"name": "", "count": 300}, 7], "note": "secret", "extra": 1}"#,
            &[
                "/amount: a required member (missing)",
                "/extra: no such member (unknown)",
                "/lines/1/count: expected a whole number within bounds (malformed)",
                &format!("/lines/1/name: {LENGTH}"),
                "/lines/2: expected an object (type)",
                "/note: expected 1 to 5 characters without control characters (malformed)",
            ],
        );
        check(
            r#"{"amount": 1, "amount": 2, "lines": 1, "note": null}"#,
            &[
                "/amount: occurs more than once (duplicate)",
                "/lines: expected an array (type)",
                "/note: expected a value, or no such member (type)",
            ],
        );
    }

    /// `serde` would read the members in the order in which they are declared.
    #[test]
    fn an_array_is_no_object() {
        const OBJECT: &str = "expected an object (type)";
        check(r#"[1.00, []]"#, &[&format!("(document): {OBJECT}")]);
        check(r#"{"amount": 1.00, "lines": [["a", 1]]}"#, &[&format!("/lines/0: {OBJECT}")]);
        check(
            r#"{"amount": 1.00, "lines": [{"name": "a", "inner": ["a"]}]}"#,
            &[&format!("/lines/0/inner: {OBJECT}")],
        );
        check(
            r#"{"amount": [1], "lines": [["a"], {"name": "a", "inner": {"name": "a"}}, [], {}]}"#,
            &[
                "/amount: expected a number with at most 13 digits and at most 2 decimals (malformed)",
                &format!("/lines/0: {OBJECT}"),
                &format!("/lines/2: {OBJECT}"),
                "/lines/3/name: a required member (missing)",
            ],
        );
    }

    #[test]
    fn a_number_without_a_fraction_is_whole() {
        for (count, read) in [("3", 3), ("3.0", 3), ("30e-1", 3), ("0.3E1", 3), ("2.55e2", 255), ("-0", 0)] {
            let line: Line = super::read(format!(r#"{{"name": "a", "count": {count}}}"#).as_bytes()).unwrap();
            assert_eq!(line.count, Some(read), "{count}");
        }
        for count in ["3.5", "256.0", "-1.0", "1e300", "\"3.0\""] {
            let found = decode::<Order>(
                format!(r#"{{"amount": 1.00, "lines": [{{"name": "a", "count": {count}}}]}}"#).as_bytes(),
            );
            let found = found.unwrap_err().into_vec();
            assert_eq!(found.len(), 1, "{count}: {found:?}");
            assert_eq!(found[0].pointer.as_str(), "/lines/0/count", "{count}");
        }
    }

    #[test]
    fn text_that_is_not_json_is_refused_with_its_position() {
        for body in ["", "{", "{\u{a0}}", "{“a”: 1}", "{} {}", "{\"a\": 01}"] {
            let found = decode::<Order>(body.as_bytes()).unwrap_err().into_vec();
            assert_eq!(found.len(), 1, "{body}");
            assert_eq!(found[0].code, Code::Syntax, "{body}");
            assert!(found[0].detail.contains("line 1 column"), "{body}: {}", found[0].detail);
        }
    }

    #[test]
    fn values_are_never_repeated() {
        let body =
            r#"{"amount": "7770011555", "lines": "7770011555", "note": 7770011555, "extra": "7770011555"}"#;
        let found = decode::<Order>(body.as_bytes()).unwrap_err().to_string();
        assert!(!found.contains("777001"), "{found}");
    }

    #[test]
    fn an_unknown_name_is_not_repeated_at_length() {
        let long = "x".repeat(60_000);
        let body = format!(r#"{{"amount": 1, "lines": [], "7770011555": 1, "{long}": 1}}"#);
        check(
            &body,
            &[
                "/**********: no such member (unknown)",
                &format!("/{}…: no such member (unknown)", "x".repeat(40)),
            ],
        );
    }

    #[test]
    fn the_one_mistake_of_a_long_document_is_found() {
        let line =
            r#"{"name": "a", "count": 1, "inner": {"name": "b", "count": 2, "inner": {"name": "c"}}}, "#;
        let body = format!(r#"{{"amount": 1.00, "lines": [{}{{"name": "long"}}]}}"#, line.repeat(999));
        let found = decode::<Order>(body.as_bytes()).unwrap_err();
        assert_eq!(found.to_string(), format!("/lines/999/name: {LENGTH}"));
    }

    #[test]
    fn huge_documents_are_given_up() {
        let body = format!(r#"{{"amount": 1, "lines": [{}7]}}"#, r#"{"name": ""},"#.repeat(5_000));
        let found = decode::<Order>(body.as_bytes()).unwrap_err();
        assert_eq!(found.as_slice().len(), Violations::MOST);
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(decode::<Order>(deep.as_bytes()).unwrap_err().as_slice().len(), 1);
    }
}
