//! What one operation answers and another one asks for.

use crate::json::Json;
use satang_schema::contract::{Link, Product, Row};
use serde_json::{Value, json};

/// The links of an operation's answer, by the operation to which each leads; `None` when there are none.
pub(super) fn of(product: &Product, row: &Row) -> Option<Json> {
    let links = product.links.iter().filter(|link| link.from == row.id);
    let links: Vec<(String, Json)> = links.map(|link| (name(link), link_object(product, link))).collect();
    (!links.is_empty()).then_some(Json::Object(links))
}

fn name(link: &Link) -> String {
    format!("{}_{}", link.to, link.request.rsplit('/').next().unwrap_or_default())
}

fn link_object(product: &Product, link: &Link) -> Json {
    let target = product.operations.iter().find(|row| row.id == link.to);
    let target = target.unwrap_or_else(|| panic!("a link leads to {}, which is no operation", link.to));
    let value = format!("$response.body#{}", link.answer);
    let mut object = json!({
        "operationId": link.to,
        "description": format!("`{}` of the answer is `{}` of the request.", link.answer, link.request),
    });
    if target.method == "GET" {
        let parameter = link.request.trim_start_matches('/');
        object["parameters"] = json!({ format!("query.{parameter}"): value });
    } else {
        // A pointer into the body: from the value outwards.
        let place = link.request.trim_start_matches('/').rsplit('/');
        object["requestBody"] = place.fold(Value::from(value), |inner, member| json!({ member: inner }));
    }
    object.into()
}
