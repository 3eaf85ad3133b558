//! JSON objects that leave nothing to interpretation: each member once, at every level, within limits.
//!
//! Two readers of one token must see the same thing. A general reader keeps the last of two equal names, or the
//! first; so names that appear twice are refused, whatever way they are written.

use crate::Error;
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use std::{borrow::Cow, collections::HashSet, fmt};

/// How deep headers, claims and keys nest at most. The outermost object is the first level.
const MAX_DEPTH: usize = 16;

/// How many members and elements one object or array has at most.
const MAX_MEMBERS: usize = 256;

/// The members of an object, in their order, with unread values.
pub(crate) struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// An unread value.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a>(&'a RawValue);

impl<'a> Object<'a> {
    /// Reads an object and checks all of it, members of members included.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let text = std::str::from_utf8(bytes).map_err(|_| Error::malformed("JSON that is not UTF-8"))?;
        let object = Self::shallow(text)?;
        object.check(1)?;
        Ok(object)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Value<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), Value(value)))
    }

    pub(crate) fn find(&self, name: &str) -> Option<Value<'a>> {
        self.iter().find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    fn shallow(text: &'a str) -> Result<Self, Error> {
        let Members(members) = serde_json::from_str(text)
            .map_err(|_| Error::malformed("not a JSON object with each member once"))?;
        Ok(Self(members))
    }

    fn check(&self, depth: usize) -> Result<(), Error> {
        self.iter().try_for_each(|(_, value)| value.check(depth + 1))
    }
}

impl<'a> Value<'a> {
    /// The text, when this is a string.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        let Text(text) = serde_json::from_str(self.0.get()).ok()?;
        Some(text)
    }

    pub(crate) fn boolean(self) -> Option<bool> {
        match self.0.get() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The value as it is written.
    pub(crate) fn raw(self) -> &'a str {
        self.0.get()
    }

    /// The elements, when this is an array.
    pub(crate) fn elements(self) -> Option<Vec<Value<'a>>> {
        let Elements(elements) = serde_json::from_str(self.0.get()).ok()?;
        Some(elements.into_iter().map(Value).collect())
    }

    /// The texts, when this is an array of strings.
    pub(crate) fn texts(self) -> Option<Vec<Cow<'a, str>>> {
        self.elements()?.into_iter().map(Value::text).collect()
    }

    fn check(self, depth: usize) -> Result<(), Error> {
        let text = self.0.get();
        let is_fine = match text.as_bytes().first() {
            Some(b'{' | b'[') if depth > MAX_DEPTH => {
                return Err(Error::malformed("JSON that nests too deep"));
            }
            Some(b'{') => return Object::shallow(text)?.check(depth),
            Some(b'[') => {
                let elements = self.elements().ok_or(Error::malformed("an array that is too long"))?;
                return elements.into_iter().try_for_each(|element| element.check(depth + 1));
            }
            // Unread so far, so a lone surrogate may hide in it.
            Some(b'"') => self.text().is_some(),
            Some(b't' | b'f' | b'n') => true,
            _ => text.parse().is_ok_and(f64::is_finite),
        };
        if is_fine { Ok(()) } else { Err(Error::malformed("a string or number that JSON cannot hold")) }
    }
}

/// Appends `text` as a JSON string.
pub(crate) fn write_text(text: &str, json: &mut String) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            '\0'..='\x1f' => json.push_str(&format!("\\u{:04x}", u32::from(character))),
            other => json.push(other),
        }
    }
    json.push('"');
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

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
                let (mut members, mut names) = (Vec::new(), HashSet::new());
                while let Some((Text(name), value)) = map.next_entry()? {
                    // A look through a short list is faster than a hash.
                    let is_known =
                        |members: &[(Cow<'_, str>, _)]| members.iter().any(|(other, _)| *other == name);
                    let is_twice = if members.len() < 16 {
                        is_known(&members)
                    } else {
                        if names.is_empty() {
                            names.extend(members.iter().map(|(name, _): &(Cow<'_, str>, _)| name.clone()));
                        }
                        !names.insert(name.clone())
                    };
                    if is_twice || members.len() == MAX_MEMBERS {
                        return Err(de::Error::custom("a member twice, or too many"));
                    }
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

struct Elements<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Elements<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Elements<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = sequence.next_element()? {
                    if elements.len() == MAX_MEMBERS {
                        return Err(de::Error::custom("too many elements"));
                    }
                    elements.push(element);
                }
                Ok(Elements(elements))
            }
        }
        deserializer.deserialize_seq(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::{Object, write_text};

    #[test]
    fn each_member_stands_once_at_every_level() {
        let fine: [&str; 6] = [
            "{}",
            r#" {"a": 1, "b": [1, {"a": "\u00e9"}], "c": {"a": null}} "#,
            r#"{"a": -0.5e10, "b": 18446744073709551616}"#,
            r#"{"\ud83d\ude00": true}"#,
            &format!("{{\"a\": {}1{}}}", "[".repeat(15), "]".repeat(15)),
            &format!("{{{}}}", (0..256).map(|n| format!("\"{n}\":0")).collect::<Vec<_>>().join(",")),
        ];
        for text in fine {
            assert!(Object::parse(text.as_bytes()).is_ok(), "{text}");
        }
        let refused: [&[u8]; 20] = [
            b"",
            b"null",
            b"[]",
            b"{} {}",
            b"\xef\xbb\xbf{}",
            b"{\"a\": \"\xff\"}",
            b"{\"a\": \"\x01\"}",
            br#"{"a": 1, "a": 1}"#,
            br#"{"a": 1, "\u0061": 1}"#,
            br#"{"b": {"a": 1, "a": 2}}"#,
            br#"{"b": [[{"a": 1, "a": 2}]]}"#,
            br#"{"a": 1e400}"#,
            br#"{"a": "\ud800"}"#,
            br#"{"a": 01}"#,
            br#"{"a": NaN}"#,
            br#"{"a": 1,}"#,
            br#"{'a': 1}"#,
            br#"{"a": 1} // b"#,
            format!("{{\"a\": {}1{}}}", "[".repeat(16), "]".repeat(16)).leak().as_bytes(),
            format!("{{\"a\": {}", "[".repeat(200_000)).leak().as_bytes(),
        ];
        for text in refused {
            assert!(Object::parse(text).is_err(), "{}", String::from_utf8_lossy(text));
        }
        for count in [16, 17, 200] {
            let members: Vec<_> = (0..count).map(|n| format!("\"{n}\":0")).collect();
            let twice = format!("{{{},\"{}\":0}}", members.join(","), count / 2);
            assert!(Object::parse(twice.as_bytes()).is_err(), "{count} members and one again");
            assert!(
                Object::parse(format!("{{{}}}", members.join(",")).as_bytes()).is_ok(),
                "{count} members"
            );
        }
        let many = (0..257).map(|n| format!("\"{n}\":0")).collect::<Vec<_>>().join(",");
        assert!(Object::parse(format!("{{{many}}}").as_bytes()).is_err());
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["", "a\"b\\c", "สตางค์ 😀", "\u{0}\n\u{1f}\u{7f}"] {
            let mut json = String::from("{\"a\":");
            write_text(text, &mut json);
            json.push('}');
            let read =
                Object::parse(json.as_bytes()).unwrap().find("a").unwrap().text().unwrap().into_owned();
            assert_eq!(read, text);
        }
    }
}
