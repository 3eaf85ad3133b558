//! Spoiling a right document in one known place.

use serde_json::Value;

/// A document with holes, into which any text can be put: `1e3`, `1.00`, or a member that is there twice,
/// none of which a [`Value`] can hold.
pub struct Spoilt {
    document: Value,
    fillings: Vec<String>,
}

impl Spoilt {
    pub fn new(document: &Value) -> Self {
        Self { document: document.clone(), fillings: Vec::new() }
    }

    /// `text` in place of the value at `pointer`.
    pub fn with_value(mut self, pointer: &str, text: &str) -> Self {
        let hole = self.hole(text.to_owned());
        *self.document.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")) = hole;
        self
    }

    /// A new member of the object at `pointer`.
    pub fn with_member(mut self, pointer: &str, name: &str, text: &str) -> Self {
        let hole = self.hole(text.to_owned());
        self.object(pointer).insert(name.to_owned(), hole);
        self
    }

    /// The member at `pointer` again, with the same value.
    pub fn twice(self, pointer: &str) -> Self {
        let value = self.document.pointer(pointer).unwrap().to_string();
        let (_, name) = split(pointer);
        let repeated = format!("{value},{}:{value}", Value::from(name));
        self.with_value(pointer, &repeated)
    }

    /// The member at `pointer` no more.
    pub fn without(mut self, pointer: &str) -> Self {
        let (parent, name) = split(pointer);
        self.object(parent).shift_remove(name).unwrap_or_else(|| panic!("nothing at {pointer}"));
        self
    }

    pub fn text(&self) -> String {
        let with_holes = self.document.to_string();
        let fill = |text: String, (number, filling): (usize, &String)| {
            text.replace(&Value::from(hole_of(number)).to_string(), filling)
        };
        self.fillings.iter().enumerate().fold(with_holes, fill)
    }

    fn hole(&mut self, filling: String) -> Value {
        self.fillings.push(filling);
        hole_of(self.fillings.len() - 1).into()
    }

    fn object(&mut self, pointer: &str) -> &mut serde_json::Map<String, Value> {
        self.document.pointer_mut(pointer).and_then(Value::as_object_mut).unwrap()
    }
}

fn hole_of(number: usize) -> String {
    format!("hole {number}.")
}

/// The pointer of the object around a member, and the member's name.
fn split(pointer: &str) -> (&str, &str) {
    pointer.rsplit_once('/').unwrap()
}

/// A document that is wrong, or may be, in one place.
pub struct Mutation {
    /// What was done to it; exceptions are named by this.
    pub what: &'static str,
    /// Where.
    pub pointer: String,
    /// The text that was put there.
    pub planted: String,
    /// The document.
    pub body: String,
}

/// What is no text, with a number that can be found again if it is repeated somewhere.
const OTHER_TYPES: [(&str, &str); 5] = [
    ("a text", "\"planted 7770011555\""),
    ("a number", "7770011555"),
    ("a boolean", "true"),
    ("an array", "[7770011555]"),
    ("an object", r#"{"planted": 7770011555}"#),
];

/// Numbers around the edges of an amount and of a count. What follows the colon is the number.
const NUMBERS: [(&str, &str); 21] = [
    ("zero", "0"),
    ("negative zero", "-0"),
    ("whole with decimals", "0.00"),
    ("negative", "-1"),
    ("negative", "-5000.00"),
    ("smallest", "0.01"),
    ("small", "1"),
    ("one decimal", "12.5"),
    ("whole with decimals", "12.00"),
    ("three decimals", "5000.001"),
    ("three decimals", "0.005"),
    ("trailing zero", "5000.000"),
    ("exponent", "1e2"),
    ("exponent", "1.5E+2"),
    ("exponent", "100e-2"),
    ("largest count", "999"),
    ("above the largest count", "1000"),
    ("largest amount", "9999999999999.99"),
    ("above the largest amount", "10000000000000.00"),
    ("huge", "123456789012345678901234567890"),
    ("beyond a float", "1e400"),
];

/// Lengths around every bound that a text of these contracts has.
const LENGTHS: [usize; 24] =
    [0, 1, 9, 10, 11, 13, 20, 21, 35, 36, 37, 43, 44, 64, 65, 105, 106, 128, 129, 140, 141, 256, 257, 513];

/// Everything that is done to a document: to each member at each level, and to the whole.
pub fn mutations(document: &Value) -> Vec<Mutation> {
    let mut all = Vec::new();
    for (pointer, value) in crate::document::places(document) {
        let mut add = |what, pointer: String, planted: &str, spoilt: Spoilt| {
            all.push(Mutation { what, pointer, planted: planted.to_owned(), body: spoilt.text() });
        };
        let fresh = || Spoilt::new(document);
        let of_other_type = |(name, _): &&(&str, &str)| *name != kind(value);
        for (what, text) in OTHER_TYPES.iter().filter(of_other_type).chain([&("null", "null")]) {
            add(what, pointer.clone(), text, fresh().with_value(&pointer, text));
        }
        if let Some(members) = value.as_object() {
            let values = Value::from_iter(members.values().cloned()).to_string();
            add("names left out", pointer.clone(), &values, fresh().with_value(&pointer, &values));
            let unknown = format!("{pointer}/unknownMember");
            add(
                "an unknown member",
                unknown,
                "7770011555",
                fresh().with_member(&pointer, "unknownMember", "7770011555"),
            );
        }
        if is_member(document, &pointer) {
            add("removed", pointer.clone(), "", fresh().without(&pointer));
            add("twice", pointer.clone(), "", fresh().twice(&pointer));
        }
        if value.is_string() {
            for (what, text) in texts(value.as_str().unwrap()) {
                let text = Value::from(text).to_string();
                add(what, pointer.clone(), &text, fresh().with_value(&pointer, &text));
            }
        }
        if value.is_number() {
            for (what, text) in NUMBERS {
                add(what, pointer.clone(), text, fresh().with_value(&pointer, text));
            }
        }
    }
    all
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn is_member(document: &Value, pointer: &str) -> bool {
    pointer.rsplit_once('/').is_some_and(|(parent, _)| document.pointer(parent).is_some_and(Value::is_object))
}

/// Texts in place of the text `right`.
fn texts(right: &str) -> Vec<(&'static str, String)> {
    let mut all: Vec<_> = LENGTHS.iter().map(|length| ("a length", "x".repeat(*length))).collect();
    // Three bytes, and two UTF-16 units, for one character: neither is what a length counts.
    for length in [10, 20, 21, 35, 36, 64, 65] {
        all.extend(["ก", "😀", "7"].map(|character| ("a length", character.repeat(length))));
    }
    for control in ['\0', '\n', '\u{1f}', '\u{7f}'] {
        all.push(("a control character", format!("{right}{control}")));
        all.push(("a control character", format!("{control}7770011555")));
    }
    all.push(("padding", format!(" {right}")));
    all.push(("padding", format!("{right} ")));
    all.push(("other case", right.to_uppercase()));
    all.push(("other case", right.to_lowercase()));
    all.push(("another alphabet's digits", right.replace(|c: char| c.is_ascii_digit(), "๗")));
    all.push(("no hyphens", right.replace('-', "")));
    all.extend(DATES.map(|date| ("a date", date.to_owned())));
    all.extend(
        ["2021-08-15T00:00:60Z", "2016-12-31T23:59:60Z"].map(|text| ("a leap second", text.to_owned())),
    );
    all
}

/// Dates and times, right and wrong.
const DATES: [&str; 16] = [
    "2021-08-15",
    "2024-02-29",
    "2023-02-29",
    "2021-13-01",
    "2021-8-15",
    "15-08-2021",
    "2021-08-15T00:00:00Z",
    "2021-08-15T23:59:59.123456789+07:00",
    "2021-08-15T00:00:00-00:00",
    "2021-08-15T00:00:00",
    "2021-08-15 00:00:00+07:00",
    "2020-08-15t00:00:00z",
    "2021-08-15T00:00:00+0700",
    "2021-08-15T00:00:00+24:00",
    "2021-08-15T24:00:00Z",
    "2021-08-15T00:00:00.1234567890Z",
];
