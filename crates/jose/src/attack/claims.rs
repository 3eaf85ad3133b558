//! Claims that break a rule, rightly signed: an attacker may well be a partner.

use super::{Attack, Family, Forge, appended, replaced};
use crate::{Error, json::Object};

pub(super) fn all(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let Some(rules) = &forge.target.profile.claims else { return Ok(Vec::new()) };
    let good = String::from_utf8_lossy(forge.target.payload).into_owned();
    let mut payloads = texts(&good);
    for (name, value) in values(forge) {
        let told = value.as_deref().unwrap_or("nothing");
        payloads.push((format!("{name} is {told}"), replaced(&good, name, value.as_deref()).into_bytes()));
    }
    for name in &rules.required {
        payloads.push((format!("{name} is missing"), replaced(&good, name, None).into_bytes()));
        payloads.push((format!("{name} is null"), replaced(&good, name, Some("null")).into_bytes()));
    }
    let mut attacks = Vec::new();
    for (name, payload) in payloads {
        attacks.push(forge.attack(
            Family::Claims,
            format!("claims: {name}"),
            forge.sign(forge.header.as_bytes(), &payload)?,
        ));
    }
    Ok(attacks)
}

/// Wrong values of each registered claim; without a value it is missing.
fn values(forge: &Forge<'_>) -> Vec<(&'static str, Option<String>)> {
    let Some(rules) = &forge.target.profile.claims else { return Vec::new() };
    let mut values: Vec<(&str, Option<String>)> = Vec::new();
    let now = forge.target.now.as_second();
    let leeway = i64::from(rules.leeway);
    for name in ["exp", "nbf", "iat"] {
        for wrong in [
            "null",
            "true",
            "\"\"",
            "[]",
            "{}",
            "-1",
            "-0",
            "1.5",
            "1e9",
            "1E9",
            "1788000000.0",
            "1e400",
            "4102444801",
            "9999999999",
            "253402300800",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551615",
            "18446744073709551616",
            "99999999999999999999999999999999",
            "-9223372036854775808",
        ] {
            values.push((name, Some(wrong.to_owned())));
        }
        values.push((name, Some(format!("\"{now}\""))));
        values.push((name, Some(format!("[{now}]"))));
        values.push((name, Some(format!("{now}000"))));
    }
    for late in [now - leeway, now - leeway - 1, now - 86_400, 0, 1] {
        values.push(("exp", Some(late.to_string())));
    }
    for early in [now + leeway + 1, now + 86_400, 4_102_444_800] {
        values.push(("nbf", Some(early.to_string())));
        values.push(("iat", Some(early.to_string())));
    }
    values.push(("exp", None));
    values.push(("aud", None));
    values.push(("iss", None));
    if let Some(most) = rules.max_lifetime {
        // One second too long.
        let issued = Object::parse(forge.target.payload).ok();
        let issued = issued.and_then(|claims| claims.find("iat")?.raw().parse::<i64>().ok()).unwrap_or(now);
        values.push(("exp", Some((issued + i64::from(most) + 1).to_string())));
        values.push(("iat", None));
        values.push(("exp", Some("4102444800".to_owned())));
        values.push(("iat", Some("0".to_owned())));
    }
    for wrong in
        ["null", "1", "true", "\"\"", "[]", "{}", "\"*\"", "\"attacker\"", "[\"attacker\"]", "[[]]", "[null]"]
    {
        for name in ["iss", "aud"] {
            values.push((name, Some(wrong.to_owned())));
        }
    }
    let audience = rules.audience.as_str();
    for wrong in [
        format!("{audience} "),
        format!("{audience}/"),
        format!("x{audience}"),
        format!("{audience}\\u0000"),
        audience.to_uppercase(),
        format!("{audience},attacker"),
    ] {
        if wrong != audience {
            values.push(("aud", Some(format!("\"{wrong}\""))));
        }
    }
    values.push(("aud", Some(format!("{{\"{audience}\":1}}"))));
    values.push(("aud", Some(format!("[[\"{audience}\"]]"))));
    values.push(("aud", Some(format!("[\"{audience}\",1]"))));
    values.push(("aud", Some(format!("[{}]", vec![format!("\"{audience}\""); 9].join(",")))));
    for wrong in ["null", "1", "\"\"", "[]", "{}"] {
        values.push(("jti", Some(wrong.to_owned())));
    }
    values.push(("jti", Some(format!("\"{}\"", "j".repeat(257)))));
    for wrong in ["1", "null", "[]", "{}"] {
        values.push(("sub", Some(wrong.to_owned())));
    }
    values
}

/// Payloads that are not claims, or that two readers read differently.
fn texts(good: &str) -> Vec<(String, Vec<u8>)> {
    let mut texts: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, json: &str| texts.push((name.to_owned(), json.as_bytes().to_vec()));
    for (name, json) in [
        ("null", "null"),
        ("a list", "[]"),
        ("a string", "\"iss\""),
        ("a number", "1"),
        ("an empty object", "{}"),
        ("not JSON", "iss=a"),
        ("cut", "{\"iss\":"),
    ] {
        add(name, json);
    }
    add("in a list", &format!("[{good}]"));
    add("followed by something", &format!("{good}x"));
    add("twice", &format!("{good}{good}"));
    add("after a byte order mark", &format!("\u{feff}{good}"));
    for name in ["iss", "aud", "exp", "sub", "amount"] {
        add(&format!("{name} twice"), &appended(good, &format!("\"{name}\":1,\"{name}\":1")));
        let escaped: String = name.chars().map(|letter| format!("\\u{:04x}", u32::from(letter))).collect();
        add(&format!("{name} again in escapes"), &appended(good, &format!("\"{name}\":1,\"{escaped}\":1")));
    }
    add("a member twice within a member", &appended(good, "\"x\":{\"a\":1,\"a\":2}"));
    add("a member twice within a list", &appended(good, "\"x\":[[{\"a\":1,\"a\":2}]]"));
    add("1e400", &appended(good, "\"x\":1e400"));
    add("a lone surrogate", &appended(good, "\"x\":\"\\udc00\""));
    add("a raw control character", &appended(good, "\"x\":\"\u{2}\""));
    for depth in [17, 127, 128, 2000] {
        add(
            &format!("{depth} lists deep"),
            &appended(good, &format!("\"x\":{}{}", "[".repeat(depth), "]".repeat(depth))),
        );
        add(
            &format!("{depth} objects deep"),
            &appended(good, &format!("\"x\":{}1{}", "{\"x\":".repeat(depth), "}".repeat(depth))),
        );
    }
    let many: Vec<_> = (0..300).map(|n| format!("\"{n}\":0")).collect();
    add("300 members more", &appended(good, &many.join(",")));
    let mut wrong = good.as_bytes().to_vec();
    wrong.pop();
    wrong.extend(b",\"x\":\"\xff\"}");
    texts.push(("a wrong byte".to_owned(), wrong));
    texts
}
