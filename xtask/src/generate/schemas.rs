//! The schemas of a product's types.

use crate::json::Json;
use satang_schema::contract::{Product, Response, Type};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// A type's schema, by name.
pub type Components = Vec<(String, Json)>;

const PREFIX: &str = "#/components/schemas/";

/// The schemas of all types that travel: of requests as they are read, of answers as they are written.
pub fn components(product: &Product) -> Components {
    let rows = || product.operations.iter().chain(&product.callbacks);
    // A query has no schema of its own: its members are parameters.
    let requests = rows().filter(|row| row.method != "GET").map(|row| &row.request);
    let answers = rows().filter_map(|row| match &row.response {
        Response::Json(answer) | Response::Signed(answer) => Some(answer),
        Response::Page | Response::Empty => None,
    });
    let mut all = definitions(SchemaSettings::draft2020_12().for_deserialize(), requests);
    for (name, schema) in
        definitions(SchemaSettings::draft2020_12().for_serialize(), answers.chain(&product.errors))
    {
        match all.iter().find(|(other, _)| *other == name) {
            Some((_, other)) => assert_eq!(*other, schema, "{name} is not the same in requests and answers"),
            None => all.push((name, schema)),
        }
    }
    // No media type shows an example of what is enclosed.
    for enclosed in &product.enclosed {
        let (_, schema) =
            all.iter_mut().find(|(name, _)| *name == enclosed.name).expect("something encloses it");
        let example = Json::parse(&(enclosed.example)()).expect("an example is JSON");
        schema.set("examples", Json::Array(vec![example]));
    }
    all
}

fn definitions<'a>(mut settings: SchemaSettings, types: impl Iterator<Item = &'a Type>) -> Components {
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut generator = settings.into_generator();
    for wanted in types {
        (wanted.schema)(&mut generator);
    }
    let definitions = generator.take_definitions(true);
    definitions.into_iter().map(|(name, schema)| (name, Json::from(tidy(schema)))).collect()
}

/// What other people's tools need to be told differently.
pub fn tidy(schema: Value) -> Value {
    match schema {
        Value::Object(members) => tidy_object(members),
        Value::Array(items) => Value::Array(items.into_iter().map(tidy).collect()),
        other => other,
    }
}

fn tidy_object(mut members: Map<String, Value>) -> Value {
    // An optional member is left out, not null.
    if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type") != Some(&Value::from("null")));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            members.remove("anyOf");
            members.extend(only);
        }
    }
    if let Some(Value::Array(types)) = members.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            members["type"] = only.clone();
        }
    }
    if let Some(Value::Array(values)) = members.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    // A doc comment breaks its lines where the source's margin is.
    if let Some(Value::String(text)) = members.get_mut("description") {
        *text =
            text.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect::<Vec<_>>().join("\n\n");
    }
    // Rust's own formats (`uint16`) are in no registry; the bounds beside them say the same.
    if members.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("uint")) {
        members.remove("format");
    }
    // Generators overlook what stands beside a `$ref`.
    if members.len() > 1
        && let Some(reference) = members.remove("$ref")
    {
        members.insert("allOf".into(), serde_json::json!([{ "$ref": reference }]));
    }
    Value::Object(members.into_iter().map(|(name, value)| (name, tidy(value))).collect())
}

/// Each schema as a document of its own, with what it refers to inside.
pub fn standalone(components: &Components) -> Components {
    let document = |(name, schema): &(String, Json)| {
        let mut needed = Vec::new();
        collect_references(schema, components, &mut needed);
        let mut document = Json::object([
            ("$schema", "https://json-schema.org/draft/2020-12/schema".into()),
            ("title", name.as_str().into()),
        ]);
        for (member, value) in localise(schema).members() {
            document.set(member, value.clone());
        }
        if !needed.is_empty() {
            let inside = needed.iter().map(|(name, schema)| (name.as_str(), localise(schema)));
            document.set("$defs", Json::object(inside));
        }
        (name.clone(), document)
    };
    components.iter().map(document).collect()
}

fn collect_references(schema: &Json, components: &Components, found: &mut Components) {
    if let Some(name) = schema.get("$ref").and_then(Json::text).and_then(|text| text.strip_prefix(PREFIX)) {
        let target = components.iter().find(|(other, _)| other == name).expect("a reference has a target");
        if !found.contains(target) {
            found.push(target.clone());
            collect_references(&target.1, components, found);
        }
    }
    for inner in schema.members().iter().map(|(_, value)| value).chain(schema.items()) {
        collect_references(inner, components, found);
    }
}

fn localise(schema: &Json) -> Json {
    match schema {
        Json::Object(members) => {
            Json::Object(members.iter().map(|(name, value)| (name.clone(), localise(value))).collect())
        }
        Json::Array(items) => Json::Array(items.iter().map(localise).collect()),
        Json::Text(text) => Json::Text(text.replace(PREFIX, "#/$defs/")),
        Json::Literal(_) => schema.clone(),
    }
}
