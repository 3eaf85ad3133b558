//! The demo filers: who can file with the Revenue Department on a new machine.
//!
//! All of them have the password [`FILER_PASSWORD`] and the key [`FILER_KEY`], with [`FILER_CERTIFICATE`], one certificate
//! that has expired and one that was revoked. A fourth one, [`UNREGISTERED_CERTIFICATE`], is not registered.
//!
//! | user name | sender | tax id | what happens |
//! | --- | --- | --- | --- |
//! | `demo-filer` | `XYZ00001` | `1234567890121` | files |
//! | `demo-agent` | `XYZ00002` | `0994000165102` | files, and sees nothing of the first |
//! | `demo-filer-suspended` | `XYZ00003` | `0123456789016` | may not: `E07101` |
//! | `demo-filer-ended` | `XYZ00004` | `1101000000017` | is served no more: `E07106` |

use crate::{
    pepper::Pepper,
    stamp_duty::{self, NewCertificate, NewFiler},
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use satang_jose::Certificate;

/// The user name of the filer whose filings succeed.
pub const FILER: &str = "demo-filer";
/// The password of all demo filers.
pub const FILER_PASSWORD: &str = "demo-password";
/// The sender code of [`FILER`].
pub const FILER_SENDER: &str = "XYZ00001";
/// The private key of all demo filers: PEM (PKCS#8), RSA of 2048 bits. Everybody has it, so it proves nothing.
pub const FILER_KEY: &str = include_str!("filer-key.pem");
/// The certificate of the key, from 2019 to 2099.
pub const FILER_CERTIFICATE: &str = include_str!("filer.pem");
/// Another of the key, for 2019 (`E07118`).
pub const EXPIRED_CERTIFICATE: &str = include_str!("filer-expired.pem");
/// Another of the key, which was revoked (`E07119`).
pub const REVOKED_CERTIFICATE: &str = include_str!("filer-revoked.pem");
/// Another of the key, which no filer has registered (`E07120`).
pub const UNREGISTERED_CERTIFICATE: &str = include_str!("filer-unregistered.pem");

/// Somebody who can file, or might.
#[derive(Clone, Copy, Debug)]
pub struct DemoFiler {
    /// The user name.
    pub username: &'static str,
    /// The sender code.
    pub sender: &'static str,
    /// 13 digits, the last of which is a right check digit.
    pub tax_id: &'static str,
    /// Whether it may file.
    pub is_active: bool,
    /// Whether it is still served.
    pub is_served: bool,
}

const fn filer(username: &'static str, sender: &'static str, tax_id: &'static str) -> DemoFiler {
    DemoFiler { username, sender, tax_id, is_active: true, is_served: true }
}

/// The demo filers; the first is the one whose filings succeed.
pub const FILERS: [DemoFiler; 4] = [
    filer(FILER, FILER_SENDER, "1234567890121"),
    filer("demo-agent", "XYZ00002", "0994000165102"),
    // E07101
    DemoFiler { is_active: false, ..filer("demo-filer-suspended", "XYZ00003", "0123456789016") },
    // E07106
    DemoFiler { is_served: false, ..filer("demo-filer-ended", "XYZ00004", "1101000000017") },
];

/// Puts the demo filers into a store that does not have them.
pub(super) fn seed(tx: &mut Tx<'_>, pepper: &Pepper, now: Timestamp) -> Result<(), StoreError> {
    let certificate = |pem: &str, is_revoked| {
        let read = Certificate::from_pem(pem);
        let read = read.map_err(|_| StoreError::statement("a demo certificate cannot be read"))?;
        Ok::<_, StoreError>(NewCertificate { der: read.to_der(), is_revoked })
    };
    let certificates = [
        certificate(FILER_CERTIFICATE, false)?,
        certificate(EXPIRED_CERTIFICATE, false)?,
        certificate(REVOKED_CERTIFICATE, true)?,
    ];
    for filer in &FILERS {
        if stamp_duty::is_there(tx, filer.username)? {
            continue;
        }
        let new = NewFiler {
            username: filer.username,
            password: FILER_PASSWORD,
            name: "Demo Filer",
            sender: filer.sender,
            tax_id: filer.tax_id,
            is_active: filer.is_active,
            // For good: wherever the clock is set to.
            service_until: (!filer.is_served).then_some(Timestamp::UNIX_EPOCH),
            certificates: &certificates,
        };
        stamp_duty::admit(tx, pepper, &new, now)?;
    }
    Ok(())
}

/// Whether somebody could file in the name of a demo filer, whose password everybody knows.
pub(super) fn is_open(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM filer WHERE username = $1 AND status = 'ACTIVE'";
    for filer in FILERS {
        if tx.query_one(sql, &[filer.username.into()], |_| Ok(()))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
