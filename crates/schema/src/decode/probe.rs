//! A `Deserializer` that looks at one place of a document.

use super::reader::Whole;
use satang_validation::{Code, Rule};
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, Expected, IntoDeserializer, Unexpected, Visitor},
};
use serde_json::value::RawValue;
use std::{borrow::Cow, cell::Cell, fmt};

/// One step from a value to a value inside it.
#[derive(Clone)]
pub(super) enum Step<'a> {
    /// To the member of this name.
    Member(Cow<'a, str>),
    /// To an item of an array; which one does not matter, since all are of one type.
    Item,
}

/// What a type says of one place.
pub(super) enum Outcome {
    /// The value is what the type wants, or the type does not care.
    Fine,
    /// It is not, for this reason.
    Broken(Rule),
    /// The type wants an object with these members; look at each.
    Object { known: Vec<&'static str> },
    /// The type wants an array; look at each item.
    Array,
}

/// Asks `T` about the value at `path`, or about its absence.
pub(super) fn examine<T: de::DeserializeOwned>(path: &[Step<'_>], value: Option<&RawValue>) -> Outcome {
    let inside = Cell::new(None);
    match T::deserialize(Probe { path, value, inside: &inside }) {
        Err(Refusal::Broken(rule)) => Outcome::Broken(rule),
        Ok(_) | Err(Refusal::Nothing | Refusal::Lacks(_)) => inside.take().unwrap_or(Outcome::Fine),
    }
}

#[derive(Clone, Copy)]
struct Probe<'a> {
    /// The steps that are left to the place.
    path: &'a [Step<'a>],
    /// The value at the place.
    value: Option<&'a RawValue>,
    /// Where an object or an array at the place reports itself.
    inside: &'a Cell<Option<Outcome>>,
}

impl<'a> Probe<'a> {
    /// The value, if the place is here and not further inside.
    fn here(&self) -> Result<Option<&'a str>, Refusal> {
        match (self.path, self.value) {
            ([], Some(value)) => Ok(Some(value.get())),
            ([], None) => Err(Rule::new(Code::Missing, "a required member").into()),
            _ => Ok(None),
        }
    }

    /// Goes one step further inside, into an object.
    fn descend<'de, V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        let [step, rest @ ..] = self.path else { return Err(Refusal::Nothing) };
        self.path = rest;
        match step {
            Step::Member(name) => visitor.visit_map(OneMember { name: Some(name), value: self }),
            Step::Item => visitor.visit_seq(OneItem(self)),
        }
    }

    /// Of an object whose type does not tell its members, what it cannot do without: it says so when it gets nothing.
    fn open_object<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let known = match visitor.visit_map(Nothing) {
            Err(Refusal::Broken(rule)) => return Err(rule.into()),
            Err(Refusal::Lacks(member)) => vec![member],
            Err(Refusal::Nothing) | Ok(_) => Vec::new(),
        };
        self.inside.set(Some(Outcome::Object { known }));
        Err(Refusal::Nothing)
    }

    fn scalar<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let Some(text) = self.here()? else { return self.descend(visitor) };
        let broken = |_| Refusal::from(Rule::malformed("expected a valid JSON value"));
        match text.as_bytes().first() {
            Some(b'"') => visitor.visit_string(serde_json::from_str(text).map_err(broken)?),
            Some(b't') => visitor.visit_bool(true),
            Some(b'f') => visitor.visit_bool(false),
            Some(b'n') => visitor.visit_unit(),
            Some(b'{') => Err(de::Error::invalid_type(Unexpected::Map, &visitor)),
            Some(b'[') => Err(de::Error::invalid_type(Unexpected::Seq, &visitor)),
            _ => match serde_json::from_str(text).map_err(broken)? {
                Number::Unsigned(number) => visitor.visit_u64(number),
                Number::Signed(number) => visitor.visit_i64(number),
                Number::Float(number) => visitor.visit_f64(number),
            },
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

/// How `serde_json` asks a deserializer for the text of a value ([`RawValue`]). A test fails if it changes.
pub(super) const RAW_VALUE: &str = "$serde_json::private::RawValue";

macro_rules! integers {
    ($($method:ident)*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            self.scalar(Whole(visitor))
        }
    )* };
}

/// Questions for one value without parts.
macro_rules! scalars {
    ($($question:ident)+) => {
        $(fn $question<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            self.scalar(visitor)
        })+
    };
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Refusal;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match self.here()? {
            Some(text) if text.starts_with('{') => {
                self.inside.set(Some(Outcome::Object { known: known.to_vec() }));
                Err(Refusal::Nothing)
            }
            Some(_) => Err(de::Error::invalid_type(Unexpected::Unit, &visitor)),
            None => self.descend(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.here()? {
            Some(text) if text.starts_with('[') => {
                self.inside.set(Some(Outcome::Array));
                Err(Refusal::Nothing)
            }
            Some(_) => Err(de::Error::invalid_type(Unexpected::Unit, &visitor)),
            None => self.descend(visitor),
        }
    }

    /// A struct that keeps members that it does not know.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.here()? {
            Some(text) if text.starts_with('{') => self.open_object(visitor),
            Some(_) => Err(de::Error::invalid_type(Unexpected::Unit, &visitor)),
            None => self.descend(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match (self.path, self.value) {
            ([], None) => visitor.visit_unit(),
            ([], Some(value)) if value.get() == "null" => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        if name != RAW_VALUE {
            return visitor.visit_newtype_struct(self);
        }
        let text = self.here()?.unwrap_or("null").to_owned();
        let mut reader = serde_json::Deserializer::from_reader(text.as_bytes());
        reader.deserialize_newtype_struct(name, visitor).map_err(|_| Refusal::Nothing)
    }

    /// An enum of names without content, the only kind on the wire.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match self.here()?.map(serde_json::from_str::<String>) {
            Some(Ok(name)) => visitor.visit_enum(name.into_deserializer()),
            Some(Err(_)) => Err(de::Error::invalid_type(Unexpected::Unit, &visitor)),
            None => self.descend(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_unit()
    }

    /// The type takes more than one kind of value; whether arrays and objects are among them, its visitor tells.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.here()?.and_then(|text| text.bytes().next()) {
            Some(b'[') => {
                self.inside.set(Some(Outcome::Array));
                visitor.visit_seq(Nothing)
            }
            Some(b'{') => self.open_object(visitor),
            _ => self.scalar(visitor),
        }
    }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    scalars! {
        deserialize_bool deserialize_i128 deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char
        deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit
        deserialize_identifier
    }
    serde::forward_to_deserialize_any! { unit_struct tuple tuple_struct }
}

/// An object as if it held one member only.
struct OneMember<'a> {
    name: Option<&'a str>,
    value: Probe<'a>,
}

impl<'de> de::MapAccess<'de> for OneMember<'_> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        // After the one member there is nothing more to learn.
        let name = self.name.take().ok_or(Refusal::Nothing)?;
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refusal> {
        seed.deserialize(self.value)
    }
}

/// An array as if it held one item only.
struct OneItem<'a>(Probe<'a>);

impl<'de> de::SeqAccess<'de> for OneItem<'_> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refusal> {
        seed.deserialize(self.0)?;
        Err(Refusal::Nothing)
    }
}

/// An object without members, or an array of which nothing is to be known yet.
struct Nothing;

impl<'de> de::SeqAccess<'de> for Nothing {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, _: T) -> Result<Option<T::Value>, Refusal> {
        Err(Refusal::Nothing)
    }
}

impl<'de> de::MapAccess<'de> for Nothing {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, _: K) -> Result<Option<K::Value>, Refusal> {
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, _: V) -> Result<V::Value, Refusal> {
        Err(Refusal::Nothing)
    }
}

/// Why a probe ends.
#[derive(Debug)]
pub(super) enum Refusal {
    /// A rule is broken.
    Broken(Rule),
    /// The type cannot do without this member.
    Lacks(&'static str),
    /// All there is to know of the place is known.
    Nothing,
}

impl From<Rule> for Refusal {
    fn from(rule: Rule) -> Self {
        Self::Broken(rule)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Broken(rule) = self { rule.fmt(f) } else { Ok(()) }
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    /// The word of one of our own types, which do not repeat what they refuse.
    fn custom<T: fmt::Display>(message: T) -> Self {
        Rule::malformed(message.to_string()).into()
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Rule::new(Code::Type, in_json_words(expected)).into()
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Rule::malformed(in_json_words(expected)).into()
    }

    fn missing_field(member: &'static str) -> Self {
        Self::Lacks(member)
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Rule::malformed(format!("expected one of {}", expected.join(" "))).into()
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Rule::new(Code::Unknown, "no such member").into()
    }
}

/// What was expected, said to somebody who knows JSON but not Rust.
fn in_json_words(expected: &dyn Expected) -> String {
    let rust = expected.to_string();
    let word = match rust.as_str() {
        "a sequence" => "an array",
        "a map" => "an object",
        "u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32" | "i64" => "a whole number within bounds",
        _ if rust.starts_with("struct ") => "an object",
        other => other,
    };
    format!("expected {word}")
}
