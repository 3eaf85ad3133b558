//! What signing and verifying a token costs: this crate beside bare OpenSSL in the same process, and beside other libraries
//! in processes of their own.
//!
//! `cargo xtask bench jose` runs it. Each takes its turn for a short window, round after round, and counts
//! its own processor time, so that whatever else runs on the machine disturbs all of them, and none of them much.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // whoever measures reads panics
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss
)]

use openssl::{
    md::Md,
    pkey::{Id, PKey, Private},
    pkey_ctx::PkeyCtx,
    rsa::Padding,
    sha::sha256,
};
use satang_jose::{
    ClaimRules, KeySet, NumericDate, PrivateKey, Profile,
    SignatureAlgorithm::{self, Es256, Rs256},
    Signer, SigningKey, Verifier,
    backend::{Backend, OpenSsl},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::Arc,
    time::Duration,
};

/// 264 bytes, as a partner would send them.
const CLAIMS: &str = r#"{"iss":"014","aud":"itmx","jti":"0198f6c2-9d0a-7d3e-8e55-8f0e6d5c1a11","iat":1788000000,"exp":4000000000,"sb":"014","tr":"00111222233344ABCD12","amount":"5000.00","currency":"THB","reference":"INVOICE-2026-000000007","note":"a text that has some length to it, 1"}"#;

/// What is measured, and the least share of bare OpenSSL's speed that is to be left.
const OPERATIONS: [(&str, SignatureAlgorithm, f64); 4] = [
    ("RS256 sign", Rs256, 0.95),
    ("RS256 verify", Rs256, 0.8),
    ("ES256 sign", Es256, 0.8),
    ("ES256 verify", Es256, 0.8),
];

/// Operations per second of processor time, by operation; one figure for each round.
type Figures = BTreeMap<String, Vec<f64>>;

/// One library's round.
type Measure = Box<dyn Fn() -> Figures>;

struct Arguments {
    window: Duration,
    rounds: usize,
    strict: bool,
    /// The peer in Rust, built.
    jsonwebtoken: Option<PathBuf>,
    /// Where npm has put the peers on node.
    peers: Option<PathBuf>,
}

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().collect();
    if !given.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS; // `cargo test` has nothing to do here
    }
    let has = |name: &str| given.iter().any(|argument| argument == name);
    let path = |name: &str| {
        let position = given.iter().position(|argument| argument == name)?;
        given.get(position + 1).map(PathBuf::from)
    };
    let (window, rounds) = if has("--quick") { (50, 3) } else { (400, 9) };
    let arguments = Arguments {
        window: Duration::from_millis(window),
        rounds,
        strict: has("--strict"),
        jsonwebtoken: path("--jsonwebtoken"),
        peers: path("--peers"),
    };
    if run(&arguments) || !arguments.strict { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures everything, prints the tables, and tells whether nothing is missing and the goals are met.
fn run(arguments: &Arguments) -> bool {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("tokens");
    fs::create_dir_all(&folder).unwrap();
    let keys =
        [(Rs256, PrivateKey::generate_rsa(2048).unwrap()), (Es256, PrivateKey::generate_p256().unwrap())];
    write_for_peers(&folder, &keys);

    let mut rows: Vec<(&str, Measure)> = vec![("bare OpenSSL", {
        let (keys, window) = (keys.clone(), arguments.window);
        Box::new(move || bare(&keys, window))
    })];
    for (name, backend) in backends() {
        let (keys, window) = (keys.clone(), arguments.window);
        rows.push((name, Box::new(move || ours(&keys, &backend, window))));
    }
    let mut complete = true;
    for (name, command) in peers(arguments, &folder) {
        match command {
            Some(command) => rows.push((name, Box::new(move || peer(&command)))),
            None => {
                eprintln!("MISSING: {name}");
                complete = false;
            }
        }
    }
    let mut found: Vec<Figures> = vec![Figures::new(); rows.len()];
    for _ in 0..arguments.rounds {
        for ((_, measure), found) in rows.iter().zip(&mut found) {
            for (operation, figures) in measure() {
                found.entry(operation).or_default().extend(figures);
            }
        }
    }
    let names: Vec<&str> = rows.iter().map(|(name, _)| *name).collect();
    report(&names, &found) && complete
}

fn backends() -> Vec<(&'static str, Arc<dyn Backend>)> {
    vec![
        ("satang-jose", Arc::new(OpenSsl)),
        #[cfg(feature = "josekit")]
        ("satang-jose over josekit 0.10", Arc::new(satang_jose::backend::Josekit)),
    ]
}

fn report(names: &[&str], found: &[Figures]) -> bool {
    let median = |figures: &Figures, operation: &str| {
        let mut figures = figures.get(operation).cloned().unwrap_or_default();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or_default()
    };
    print!("| per second of processor time |");
    OPERATIONS.iter().for_each(|(operation, _, _)| print!(" {operation} |"));
    println!("\n| --- | --- | --- | --- | --- |");
    for (name, figures) in names.iter().zip(found) {
        print!("| {name} |");
        for (operation, _, _) in OPERATIONS {
            let (own, bare) = (median(figures, operation), median(&found[0], operation));
            print!(" {own:.0} ({:.2}) |", own / bare);
        }
        println!();
    }
    println!("\n| goal | wanted | found | |\n| --- | --- | --- | --- |");
    let mut met = true;
    for (operation, _, goal) in OPERATIONS {
        let [bare, own] = [0, 1].map(|row| median(&found[row], operation));
        let best = found.iter().skip(2).map(|figures| median(figures, operation)).fold(0.0, f64::max);
        for (what, wanted, found) in
            [("of bare OpenSSL", goal, own / bare), ("of the fastest peer", 1.0, own / best)]
        {
            let verdict = if found >= wanted { "met" } else { "MISSED" };
            met &= found >= wanted;
            println!("| {operation}, {what} | at least {wanted} | {found:.2} | {verdict} |");
        }
    }
    met
}

/// OpenSSL as `openssl speed` measures it: a context that is made once, over a digest.
fn bare(keys: &[(SignatureAlgorithm, PrivateKey)], window: Duration) -> Figures {
    let mut figures = Figures::new();
    for (algorithm, key) in keys {
        let key: PKey<Private> = PKey::private_key_from_pkcs8(&key.to_der()).unwrap();
        let public = PKey::public_key_from_der(&key.public_key_to_der().unwrap()).unwrap();
        let digest = sha256(CLAIMS.as_bytes());
        let is_rsa = key.id() == Id::RSA;
        let mut signing = PkeyCtx::new(&key).unwrap();
        signing.sign_init().unwrap();
        let mut verifying = PkeyCtx::new(&public).unwrap();
        verifying.verify_init().unwrap();
        if is_rsa {
            signing.set_rsa_padding(Padding::PKCS1).unwrap();
            verifying.set_rsa_padding(Padding::PKCS1).unwrap();
        }
        signing.set_signature_md(Md::sha256()).unwrap();
        verifying.set_signature_md(Md::sha256()).unwrap();
        let mut signature = vec![0; 512];
        let length = signing.sign(&digest, Some(&mut signature)).unwrap();
        let genuine = signature[..length].to_vec();
        let name = algorithm.name();
        let rate = rate(window, || assert!(signing.sign(&digest, Some(&mut signature)).unwrap() > 0));
        figures.insert(format!("{name} sign"), vec![rate]);
        let rate = self::rate(window, || assert!(verifying.verify(&digest, &genuine).unwrap()));
        figures.insert(format!("{name} verify"), vec![rate]);
    }
    figures
}

fn profile() -> Profile {
    Profile::new([Rs256, Es256]).typ("JWT").claims(ClaimRules::new("itmx").issuer("014"))
}

fn ours(keys: &[(SignatureAlgorithm, PrivateKey)], backend: &Arc<dyn Backend>, window: Duration) -> Figures {
    let now = NumericDate::new(1_788_000_000).unwrap();
    let mut figures = Figures::new();
    for (algorithm, key) in keys {
        let key = SigningKey::new(key.clone(), *algorithm).unwrap().with_key_id("014-3").unwrap();
        let signer = Signer::with_backend(&profile(), &key, &**backend).unwrap();
        let keys = KeySet::new([key.verifying_key().clone()]).unwrap();
        let verifier = Verifier::with_backend(&profile(), keys, Arc::clone(backend)).unwrap();
        let token = signer.sign(CLAIMS).unwrap();
        let name = algorithm.name();
        figures.insert(format!("{name} sign"), vec![rate(window, || drop(signer.sign(CLAIMS).unwrap()))]);
        let rate = rate(window, || drop(verifier.verify(&token, now).unwrap()));
        figures.insert(format!("{name} verify"), vec![rate]);
    }
    figures
}

/// How often `work` can be done in a second of this thread's processor time.
fn rate(window: Duration, mut work: impl FnMut()) -> f64 {
    work();
    let start = processor_time();
    let mut count = 0_u32;
    loop {
        for _ in 0..50 {
            work();
        }
        count += 50;
        let used = processor_time() - start;
        if used >= window {
            return f64::from(count) / used.as_secs_f64();
        }
    }
}

/// What this thread has used of the processors so far.
fn processor_time() -> Duration {
    let schedstat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = schedstat.split(' ').next().and_then(|number| number.parse().ok());
    Duration::from_nanos(first.unwrap_or_default())
}

/// Keys in the forms that the peers read: PKCS#8 and public PEM.
fn write_for_peers(folder: &Path, keys: &[(SignatureAlgorithm, PrivateKey)]) {
    fs::write(folder.join("claims.json"), CLAIMS).unwrap();
    for (algorithm, key) in keys {
        let pkey: PKey<Private> = PKey::private_key_from_pkcs8(&key.to_der()).unwrap();
        let name = algorithm.name();
        fs::write(folder.join(format!("{name}.private.pem")), pkey.private_key_to_pem_pkcs8().unwrap())
            .unwrap();
        fs::write(folder.join(format!("{name}.public.pem")), pkey.public_key_to_pem().unwrap()).unwrap();
    }
}

/// The peers' commands, or None for one that is missing.
fn peers(arguments: &Arguments, folder: &Path) -> Vec<(&'static str, Option<Vec<String>>)> {
    let millis = arguments.window.as_millis().to_string();
    let text = |path: &Path| path.display().to_string();
    let script = arguments.peers.as_ref().map(|peers| peers.join("jose.mjs"));
    let script = script.filter(|script| script.with_file_name("node_modules").join("jose").is_dir());
    vec![
        (
            "jsonwebtoken 11, aws-lc",
            arguments.jsonwebtoken.as_ref().map(|program| vec![text(program), text(folder), millis.clone()]),
        ),
        (
            "jose 6 on node",
            script.map(|script| vec!["node".to_owned(), text(&script), text(folder), millis.clone()]),
        ),
    ]
}

/// Runs a peer for one round. It prints `RS256 sign 1234.5` and so on.
fn peer(command: &[String]) -> Figures {
    let output = Command::new(&command[0]).args(&command[1..]).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let figure = |line: &str| {
        let (operation, figure) = line.rsplit_once(' ')?;
        Some((operation.to_owned(), vec![figure.parse().ok()?]))
    };
    said.lines().filter_map(figure).collect()
}
