//! Where the bank is, and who we are to it.

use crate::{
    loopback::{GATEWAY, or_demo},
    output::Exit,
};
use satang_gateway::demo;
use satang_transport::{Builder, Client, Credentials, Key};
use std::{fmt::Display, str::FromStr};

/// Where the bank is, and who we are to it. Against this machine, whoever is not told is the demo partner.
#[derive(clap::Args)]
pub(super) struct Connection {
    /// Where the bank, or a gateway, answers. Credentials, accounts and tokens that are not given are the demo partner's
    /// when this is an address of this machine, and are required otherwise
    #[arg(long, env = "SATANG_BASE_URL", default_value = GATEWAY)]
    base_url: String,
    /// The partner's client id
    #[arg(long, env = "SATANG_CLIENT_ID")]
    client_id: Option<String>,
    /// The partner's client secret; better given by the environment, which other users do not see
    #[arg(long, env = "SATANG_CLIENT_SECRET", hide_env_values = true)]
    client_secret: Option<String>,
    /// The key of the partner's signatures
    #[arg(long, env = "SATANG_SIGNATURE_KEY", hide_env_values = true)]
    signature_key: Option<String>,
}

impl Connection {
    /// A client that can pay.
    pub(super) fn paying_client(&self) -> Result<Client, Exit> {
        let builder = self.builder()?;
        let key = self.or_demo(
            self.signature_key.clone(),
            "--signature-key (SATANG_SIGNATURE_KEY)",
            demo::SIGNATURE_KEY,
        )?;
        let key = Key::new(key).map_err(|error| Exit::Usage(format!("--signature-key: {error}")))?;
        build(builder.signature_key(key))
    }

    /// A client that can only ask, which is not signed.
    pub(super) fn asking_client(&self) -> Result<Client, Exit> {
        build(self.builder()?)
    }

    fn builder(&self) -> Result<Builder, Exit> {
        let id = self.or_demo(self.client_id.clone(), "--client-id (SATANG_CLIENT_ID)", demo::CLIENT_ID)?;
        let secret = self.or_demo(
            self.client_secret.clone(),
            "--client-secret (SATANG_CLIENT_SECRET)",
            demo::CLIENT_SECRET,
        )?;
        Ok(Client::builder(&self.base_url).credentials(Credentials::new(id, secret)))
    }

    /// What was given, or else the demo partner's.
    pub(super) fn or_demo<T: FromStr<Err: Display>>(
        &self,
        given: Option<T>,
        name: &str,
        demo: &str,
    ) -> Result<T, Exit> {
        or_demo(&self.base_url, given, name, demo)
    }

    /// What must be added to a command line that goes to the same place.
    pub(super) fn base_url_argument(&self) -> String {
        if self.base_url == GATEWAY { String::new() } else { format!(" --base-url {}", self.base_url) }
    }
}

fn build(builder: Builder) -> Result<Client, Exit> {
    builder.build().map_err(|error| Exit::Usage(error.to_string()))
}
