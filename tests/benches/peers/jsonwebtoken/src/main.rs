//! Signs and verifies with jsonwebtoken: `jsonwebtoken-peer FOLDER MILLISECONDS`.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use std::{env, fs, path::Path, time::Duration};

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    jti: String,
    iat: u64,
    exp: u64,
    sb: String,
    tr: String,
    amount: String,
    currency: String,
    reference: String,
    note: String,
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let (folder, window) = (Path::new(&arguments[1]), Duration::from_millis(arguments[2].parse().unwrap()));
    let claims: Claims = serde_json::from_str(&fs::read_to_string(folder.join("claims.json")).unwrap()).unwrap();
    let pem = |name: &str, half: &str| fs::read(folder.join(format!("{name}.{half}.pem"))).unwrap();
    for (name, algorithm) in [("RS256", Algorithm::RS256), ("ES256", Algorithm::ES256)] {
        let (private, public) = (pem(name, "private"), pem(name, "public"));
        let (signing, verifying) = if name == "RS256" {
            (EncodingKey::from_rsa_pem(&private).unwrap(), DecodingKey::from_rsa_pem(&public).unwrap())
        } else {
            (EncodingKey::from_ec_pem(&private).unwrap(), DecodingKey::from_ec_pem(&public).unwrap())
        };
        let header = Header { kid: Some("014-3".into()), ..Header::new(algorithm) };
        let mut rules = Validation::new(algorithm);
        rules.set_audience(&["itmx"]);
        rules.set_issuer(&["014"]);
        let token = encode(&header, &claims, &signing).unwrap();
        println!("{name} sign {}", rate(window, || drop(encode(&header, &claims, &signing).unwrap())));
        println!("{name} verify {}", rate(window, || drop(decode::<Claims>(&token, &verifying, &rules).unwrap())));
    }
}

/// How often `work` can be done in a second of this thread's processor time.
fn rate(window: Duration, mut work: impl FnMut()) -> f64 {
    work();
    let (start, mut count) = (processor_time(), 0_u32);
    loop {
        (0..50).for_each(|_| work());
        count += 50;
        let used = processor_time() - start;
        if used >= window {
            return f64::from(count) / used.as_secs_f64();
        }
    }
}

fn processor_time() -> Duration {
    let schedstat = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(schedstat.split(' ').next().unwrap().parse().unwrap())
}
