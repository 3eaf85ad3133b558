//! This machine, where whoever is not told is the demo partner or the demo filer.

use crate::output::Exit;
use std::{fmt::Display, net::IpAddr, str::FromStr};

/// Where a gateway answers unless told otherwise.
pub const GATEWAY: &str = "http://127.0.0.1:8700";

/// What was given, or else the demo's: never at a real provider, where it would be somebody else's.
pub fn or_demo<T: FromStr<Err: Display>>(
    base_url: &str,
    given: Option<T>,
    name: &str,
    demo: &str,
) -> Result<T, Exit> {
    match given {
        Some(given) => Ok(given),
        None if is_loopback(base_url) => {
            demo.parse().map_err(|error| Exit::Usage(format!("{name}: {error}")))
        }
        None => Err(Exit::Usage(format!("{name} is required unless --base-url is on this machine"))),
    }
}

/// Whether a URL leads to this machine.
pub fn is_loopback(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':').unwrap_or(port)),
        None => authority.split_once(':').unwrap_or((authority, "")),
    };
    let is_local =
        host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    is_local && port.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_this_machine_is_loopback() {
        for url in [
            "http://127.0.0.1:8700",
            "http://127.9.9.9/prefix",
            "http://[::1]:8700",
            "https://[::1]/",
            "http://localhost:1",
            "https://LOCALHOST",
        ] {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "",
            "127.0.0.1:8700",
            "https://bank.example",
            "https://localhost.example",
            "https://127.0.0.1.example",
            "https://127.0.0.1:80@bank.example",
            "https://localhost@bank.example",
            "https://[::1].bank.example",
            "https://[::2]",
            "https://bank.example/localhost",
            "https://bank.example?//localhost",
            "http://0.0.0.0",
            "http://10.0.0.1",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
