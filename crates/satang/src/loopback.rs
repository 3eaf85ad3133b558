//! Which URLs lead to this machine.

use std::net::IpAddr;

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
