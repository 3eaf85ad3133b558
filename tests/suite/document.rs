//! The published contract documents, as a reader of another language sees them.

use crate::wire_types::products;
use jsonschema::Validator;
use satang_schema::contract::{Product, Row};
use serde_json::{Value, json, value::RawValue};
use std::{collections::HashMap, fs, path::PathBuf};

/// Every product with its document.
pub fn contracts() -> Vec<(Document, Product)> {
    products().into_iter().map(|product| (Document::of(&product), product)).collect()
}

/// The document of a product.
pub struct Document {
    name: &'static str,
    /// Its text, in which amounts have the digits that the wire has.
    pub text: String,
    /// The same without them: a `Value` turns `5000.00` into `5000.0`.
    pub value: Value,
}

impl Document {
    pub fn of(product: &Product) -> Self {
        let path = folder().join(product.name).with_extension("json");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { name: product.name, value: serde_json::from_str(&text).unwrap(), text }
    }

    /// Every operation as (pointer, path or name of the webhook, method).
    pub fn operations(&self) -> Vec<(String, String, String)> {
        let mut found = Vec::new();
        for place in ["paths", "webhooks"] {
            for (path, methods) in members(&self.value[place]) {
                for (method, _) in members(methods) {
                    let pointer = format!("/{place}/{}/{method}", escape(path));
                    found.push((pointer, path.clone(), method.clone()));
                }
            }
        }
        found
    }

    /// The pointer of a row's operation.
    pub fn pointer_of(&self, row: &Row) -> String {
        let is_it = |pointer: &String| self.at(pointer)["operationId"] == row.id;
        let mut found = self.operations().into_iter().map(|(pointer, ..)| pointer).filter(is_it);
        let pointer = found.next().unwrap_or_else(|| panic!("{} is not in the document", row.id));
        assert_eq!(found.next(), None, "{} is there twice", row.id);
        pointer
    }

    pub fn at(&self, pointer: &str) -> &Value {
        self.value.pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}"))
    }

    /// The text of the value at `pointer`, digit by digit.
    pub fn text_at(&self, pointer: &str) -> &str {
        pointer.split('/').skip(1).fold(&self.text, |text, step| {
            let members: HashMap<String, &RawValue> = serde_json::from_str(text).unwrap();
            members[&step.replace("~1", "/").replace("~0", "~")].get()
        })
    }

    /// The schema of the component `name`, with all it refers to.
    pub fn component(&self, name: &str) -> Value {
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#/components/schemas/{name}"),
            "components": { "schemas": self.value["components"]["schemas"] },
        })
    }

    /// The schema that the query parameters of an operation make together.
    pub fn query(&self, operation: &str) -> Value {
        let none = Vec::new();
        let parameters = self.at(operation)["parameters"].as_array().unwrap_or(&none);
        let parameters: Vec<_> = parameters.iter().filter(|p| p["in"] == "query").collect(); // headers are shared
        let name = |parameter: &Value| parameter["name"].as_str().unwrap().to_owned();
        let properties: serde_json::Map<_, _> =
            parameters.iter().map(|parameter| (name(parameter), parameter["schema"].clone())).collect();
        let required: Vec<_> = parameters.iter().filter(|p| p["required"] == true).map(|p| name(p)).collect();
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    }

    /// The schema at a place of an instance of the component `name`: what `pointer` leads to.
    pub fn schema_of_place(&self, name: &str, pointer: &str) -> &Value {
        let start = self.at(&format!("/components/schemas/{name}"));
        let place = pointer.split('/').skip(1).fold(start, |schema, step| {
            let schema = self.resolved(schema);
            schema["properties"].get(step).unwrap_or(&schema["items"])
        });
        self.resolved(place)
    }

    /// The schemas that stand alone, by name.
    pub fn standalone(&self) -> Vec<(String, Value)> {
        let folder = folder().join("schemas").join(self.name);
        let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let read = |path: PathBuf| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())
        };
        files.map(|entry| read(entry.unwrap().path())).collect()
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema.get("$ref").or_else(|| schema["allOf"][0].get("$ref")) {
            Some(target) => self.at(target.as_str().unwrap().strip_prefix('#').unwrap()),
            None => schema,
        }
    }
}

/// A validator that also looks at formats, as a careful partner's does.
pub fn validator(schema: &Value) -> Validator {
    jsonschema::options()
        .should_validate_formats(true)
        .build(schema)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// Every value with its pointer, from the outside to the inside.
pub fn places(value: &Value) -> Vec<(String, &Value)> {
    let mut found = vec![(String::new(), value)];
    let mut next = 0;
    while let Some((pointer, value)) = found.get(next).cloned() {
        found.extend(members(value).map(|(name, inner)| (format!("{pointer}/{}", escape(name)), inner)));
        let items = value.as_array().into_iter().flatten().enumerate();
        found.extend(items.map(|(position, inner)| (format!("{pointer}/{position}"), inner)));
        next += 1;
    }
    found
}

pub fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../openapi")
}
