//! The settings of `satang serve`: each declared once, and given by a flag, the environment or a file, in this order.

mod file;
mod flags;
mod layers;
mod value;

pub use flags::Flags;
pub use value::{Count, Filter, Prefix, Secret, Span, Url};

use crate::output::{Exit, Output};
use layers::{Layers, Problems};
use serde_json::{Map, json};
use std::{
    env,
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
};
use value::{Kind, Value};

/// One setting, as flags, the environment, files and documents know it.
#[derive(Debug)]
pub struct Setting {
    /// Its place in a file, with dots between the tables.
    key: &'static str,
    /// As it would be written; empty when there is none.
    default: &'static str,
    meaning: &'static str,
    kind: Kind,
    /// Whether every command has it, and not only `serve`.
    is_global: bool,
}

impl Setting {
    /// The names by which it may be given: a secret may also be in a file of its own.
    fn keys(&self) -> impl Iterator<Item = String> + use<> {
        let file = (self.kind == Kind::Secret).then(|| format!("{}_file", self.key));
        std::iter::once(self.key.to_owned()).chain(file)
    }
}

/// `limits.body_bytes` -> `limits-body-bytes`
fn flag(key: &str) -> String {
    key.replace(['.', '_'], "-")
}

/// `limits.body_bytes` -> `SATANG_LIMITS_BODY_BYTES`
fn variable(key: &str) -> String {
    format!("SATANG_{}", key.replace('.', "_").to_uppercase())
}

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident $key:literal: $type:ty = $default:literal $(, $global:ident)?;)+) => {
        /// All settings, as they hold.
        #[derive(Clone, Debug)]
        pub struct Settings {
            $($(#[doc = $doc])+ pub $name: $type,)+
        }

        const SETTINGS: &[Setting] = &[$(Setting {
            key: $key,
            default: $default,
            meaning: concat!($($doc),+),
            kind: <$type as Value>::KIND,
            is_global: false $(|| stringify!($global).len() > 0)?,
        }),+];

        impl Settings {
            fn read(layers: &Layers, problems: &mut Problems) -> Option<Self> {
                // All are read before the first that is wrong ends it.
                $(let $name = layers.read::<$type>($key, $default, problems);)+
                Some(Self { $($name: $name?),+ })
            }

            /// As a file would have them: `None` for what is not set.
            fn shown(&self) -> Vec<(&'static str, Kind, Option<String>)> {
                vec![$(($key, <$type as Value>::KIND, self.$name.show())),+]
            }
        }
    };
}

settings! {
    /// The address to listen on; a port of 0 takes any that is free. Unless the demo is off, everybody who reaches it can use the demo partner.
    listen "listen": SocketAddr = "127.0.0.1:8700";
    /// Where browsers and apps reach the gateway; without it, the address that it listens on.
    public_url "public_url": Option<Url> = "";
    /// The directory of the store; created when missing.
    data "data": PathBuf = "satang-data";
    /// Accept calls without a signature where the contract signs; a wrong signature is refused all the same.
    accept_unsigned "accept_unsigned": bool = "false";
    /// Real partners: no demo partner, signatures demanded, no control API, no console, callbacks to public https addresses only, metrics on a listener of their own only.
    production "production": bool = "false";
    /// The demo partner is there, whose secrets everybody knows; off in production.
    demo "demo": bool = "true";
    /// What the control API demands as a bearer token, and the console when one logs in. Without it both are off, unless the demo runs on an address of this machine: then it is `demo-admin-key`.
    admin_key "admin_key": Option<Secret> = "";
    /// Which log lines to write to standard error, such as `info` or `satang_gateway=debug`.
    log "log": Filter = "warn", global;
    /// Write log lines as JSON.
    json_logs "json_logs": bool = "false", global;
    /// How many connections are open at once; further ones wait.
    connections "limits.connections": Count<1, 100_000> = "1000";
    /// The largest body of a request, in bytes.
    body_bytes "limits.body_bytes": Count<1_024, 16_777_216> = "65536";
    /// How long a client may take to send the head of a request.
    header_timeout "limits.header_timeout": Span = "30s";
    /// How long a connection may be without a request.
    idle_timeout "limits.idle_timeout": Span = "60s";
    /// How long a request may take before it is answered 504.
    request_timeout "limits.request_timeout": Span = "60s";
    /// How long requests and due work in progress may go on after a signal to stop.
    shutdown_grace "limits.shutdown_grace": Span = "10s";
    /// Callbacks may go to this machine, to private networks, and over http; off in production.
    allow_private_addresses "callbacks.allow_private_addresses": bool = "true";
    /// A prefix of paths under which the Revenue Department is reached besides `/stamp`; `/stamp` for no other.
    stamp_duty_prefix "stamp_duty.path_prefix": Prefix = "/rd-stamp-os9-service";
    /// Overlook blanks before and after a signed form.
    tolerate_blanks "stamp_duty.tolerate_blanks": bool = "false";
    /// Count requests and commits, and show them at `/metrics`.
    metrics "metrics.enabled": bool = "true";
    /// A listener of its own for `/metrics`, `/healthz` and `/readyz`, which answers until the gateway has stopped.
    metrics_listen "metrics.listen": Option<SocketAddr> = "";
}

/// Settings, and where each comes from.
#[derive(Debug)]
pub struct Resolved {
    pub settings: Settings,
    layers: Layers,
}

impl Resolved {
    /// Settings from flags, the environment, and a file if there is one.
    ///
    /// # Errors
    /// Each thing that is wrong, with its place.
    pub fn new(flags: &[(String, String)], file: Option<&Path>) -> Result<Self, Exit> {
        Self::from(flags, |name| env::var_os(name), file)
    }

    /// The settings that every command has; the others as if nobody had given them.
    ///
    /// # Errors
    /// Each thing that is wrong, with its place.
    pub fn global(flags: &Flags<true>) -> Result<Self, Exit> {
        let global: Vec<String> = SETTINGS
            .iter()
            .filter(|setting| setting.is_global)
            .map(|setting| variable(setting.key))
            .collect();
        let environment =
            |name: &str| global.iter().any(|known| known == name).then(|| env::var_os(name)).flatten();
        Self::from(flags.given(), environment, None)
    }

    fn from(
        flags: &[(String, String)],
        environment: impl Fn(&str) -> Option<OsString>,
        file: Option<&Path>,
    ) -> Result<Self, Exit> {
        let mut problems = Problems::default();
        let layers = Layers::new(flags, environment, file, &mut problems);
        let settings = Settings::read(&layers, &mut problems);
        let settings = settings.map(|settings| for_production(settings, &layers, &mut problems));
        match settings {
            Some(settings) if problems.is_empty() => Ok(Self { settings, layers }),
            _ => Err(Exit::Usage(problems.to_string())),
        }
    }

    /// Prints the settings that hold, secrets masked, and where each comes from: as a file, or as JSON.
    pub fn say(&self, output: &Output) {
        let mut text = String::new();
        let mut value = Map::new();
        for (key, kind, shown) in self.settings.shown() {
            let from = self.layers.place(key);
            text.push_str(&match &shown {
                None => format!("# {key} is not set\n"),
                Some(shown) if matches!(kind, Kind::Switch | Kind::Number) => {
                    format!("{key} = {shown} # {from}\n")
                }
                Some(shown) => format!("{key} = {} # {from}\n", serde_json::Value::from(shown.as_str())),
            });
            value.insert(key.to_owned(), json!({ "value": shown, "from": from }));
        }
        output.say(&json!({ "settings": value }), text.trim_end());
    }
}

/// What production excludes is off, and refused where somebody has switched it on.
fn for_production(mut settings: Settings, layers: &Layers, problems: &mut Problems) -> Settings {
    if !settings.production {
        return settings;
    }
    let excluded = [
        ("accept_unsigned", &mut settings.accept_unsigned),
        ("demo", &mut settings.demo),
        ("callbacks.allow_private_addresses", &mut settings.allow_private_addresses),
    ];
    for (key, is_on) in excluded {
        if *is_on && layers.is_given(key) {
            problems.add(&layers.place(key), &format!("{key} cannot be on in production"));
        }
        *is_on = false;
    }
    settings
}

#[cfg(test)]
mod tests;
