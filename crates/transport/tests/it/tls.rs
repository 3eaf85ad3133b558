//! TLS: whom the client trusts, how it shows who it is, and HTTP/2.

use crate::provider::*;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_openssl::SslStream;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use openssl::{
    asn1::Asn1Time,
    bn::BigNum,
    ec::{EcGroup, EcKey},
    hash::MessageDigest,
    nid::Nid,
    pkcs12::Pkcs12,
    pkey::{PKey, Private},
    ssl::{AlpnError, Ssl, SslAcceptor, SslMethod, SslVerifyMode, select_next_proto},
    x509::{
        X509, X509Builder, X509NameBuilder,
        extension::{BasicConstraints, SubjectAlternativeName},
        store::X509StoreBuilder,
    },
};
use satang_core::{Kind, Sent};
use satang_transport::Client;
use std::{convert::Infallible, pin::Pin, sync::Arc};
use tokio::net::TcpListener;

struct Certified {
    certificate: X509,
    key: PKey<Private>,
}

impl Certified {
    fn certificate_pem(&self) -> Vec<u8> {
        self.certificate.to_pem().unwrap()
    }

    fn key_pem(&self) -> Vec<u8> {
        self.key.private_key_to_pem_pkcs8().unwrap()
    }

    fn authority(name: &str) -> Self {
        issue(name, None, |_, builder| {
            builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
        })
    }

    fn server(&self, ip: &str) -> Self {
        issue("bank", Some(self), |issuer, builder| {
            let context = builder.x509v3_context(issuer.map(|ca| &*ca.certificate), None);
            let names = SubjectAlternativeName::new().ip(ip).build(&context).unwrap();
            builder.append_extension(names).unwrap();
        })
    }

    fn client(&self, name: &str) -> Self {
        issue(name, Some(self), |_, _| {})
    }
}

fn issue(
    name: &str,
    issuer: Option<&Certified>,
    extend: impl FnOnce(Option<&Certified>, &mut X509Builder),
) -> Certified {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_nid(Nid::COMMONNAME, name).unwrap();
    let subject = subject.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let mut serial = BigNum::new().unwrap();
    serial.rand(64, openssl::bn::MsbOption::ONE, false).unwrap();
    builder.set_serial_number(&serial.to_asn1_integer().unwrap()).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(issuer.map_or(&*subject, |ca| ca.certificate.subject_name())).unwrap();
    builder.set_pubkey(&key).unwrap();
    extend(issuer, &mut builder);
    builder.sign(issuer.map_or(&key, |ca| &ca.key), MessageDigest::sha256()).unwrap();
    Certified { certificate: builder.build(), key }
}

/// A bank that answers every call with the HTTP version and the name in the client's certificate.
struct Bank {
    acceptor: Arc<SslAcceptor>,
}

impl Bank {
    fn new(server: &Certified, clients: Option<&Certified>, protocols: &'static [u8]) -> Self {
        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
        acceptor.set_certificate(&server.certificate).unwrap();
        acceptor.set_private_key(&server.key).unwrap();
        acceptor.set_alpn_select_callback(move |_, offered| {
            select_next_proto(protocols, offered).ok_or(AlpnError::NOACK)
        });
        if let Some(clients) = clients {
            let mut store = X509StoreBuilder::new().unwrap();
            store.add_cert(clients.certificate.clone()).unwrap();
            acceptor.set_cert_store(store.build());
            acceptor.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
        }
        Self { acceptor: Arc::new(acceptor.build()) }
    }

    async fn serve(self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let ssl = Ssl::new(self.acceptor.context()).unwrap();
                tokio::spawn(async move {
                    let mut stream = SslStream::new(ssl, TokioIo::new(stream)).unwrap();
                    if Pin::new(&mut stream).accept().await.is_err() {
                        return;
                    }
                    let client = stream.ssl().peer_certificate().map(|certificate| common_name(&certificate));
                    let service = service_fn(move |request| respond(request, client.clone()));
                    let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(stream, service).await;
                });
            }
        });
        format!("https://{address}")
    }
}

fn common_name(certificate: &X509) -> String {
    let entry = certificate.subject_name().entries_by_nid(Nid::COMMONNAME).next().unwrap();
    entry.data().to_string().unwrap()
}

async fn respond(
    request: Request<Incoming>,
    client: Option<String>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let length = body.collect().await.unwrap().to_bytes().len();
    let body = if parts.uri.path() == TOKEN_PATH {
        r#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"#.to_owned()
    } else {
        format!("{:?} {length} {}", parts.version, client.as_deref().unwrap_or("nobody"))
    };
    Ok(Response::new(Full::from(body)))
}

async fn body(client: &Client) -> String {
    let answer = call(client, &PAYMENT, "{}").await.unwrap();
    String::from_utf8(answer.body().to_vec()).unwrap()
}

#[tokio::test]
async fn the_given_authority_is_trusted() {
    let authority = Certified::authority("authority");
    for (protocols, version) in [(&b"\x08http/1.1"[..], "HTTP/1.1"), (b"\x02h2\x08http/1.1", "HTTP/2.0")] {
        let url = Bank::new(&authority.server("127.0.0.1"), None, protocols).serve().await;
        let client = client(&url).ca_certificate_pem(authority.certificate_pem()).build().unwrap();
        assert_eq!(body(&client).await, format!("{version} 2 nobody"));
    }
}

#[tokio::test]
async fn http_2_carries_many_calls_at_once() {
    let authority = Certified::authority("authority");
    let url = Bank::new(&authority.server("127.0.0.1"), None, b"\x02h2").serve().await;
    let client = client(&url).ca_certificate_pem(authority.certificate_pem()).build().unwrap();
    let calls: tokio::task::JoinSet<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            async move { body(&client).await }
        })
        .collect();
    assert!(calls.join_all().await.iter().all(|body| body == "HTTP/2.0 2 nobody"));
}

#[tokio::test]
async fn nobody_else_is_trusted() {
    let (authority, stranger) = (Certified::authority("authority"), Certified::authority("authority"));
    let url = Bank::new(&authority.server("127.0.0.1"), None, b"\x08http/1.1").serve().await;
    let elsewhere = Bank::new(&authority.server("127.0.0.2"), None, b"\x08http/1.1").serve().await;
    let trusting =
        |url: &str, ca: &Certified| client(url).ca_certificate_pem(ca.certificate_pem()).retries(0);
    for (name, builder) in [
        ("another authority", trusting(&url, &stranger)),
        ("the system's authorities", client(&url).retries(0)),
        ("another host", trusting(&elsewhere, &authority)),
    ] {
        let error = call(&builder.build().unwrap(), &PAYMENT, "{}").await.unwrap_err();
        assert_eq!((error.kind(), error.sent()), (Kind::Connect, Sent::No), "{name}: {error:?}");
    }
}

#[tokio::test]
async fn a_client_certificate_is_shown() {
    let (authority, clients) = (Certified::authority("authority"), Certified::authority("clients"));
    let url = Bank::new(&authority.server("127.0.0.1"), Some(&clients), b"\x02h2\x08http/1.1").serve().await;
    let shop = clients.client("shop");
    let pkcs12 = Pkcs12::builder()
        .name("shop")
        .pkey(&shop.key)
        .cert(&shop.certificate)
        .build2("open sesame")
        .unwrap()
        .to_der()
        .unwrap();
    let builder = || client(&url).ca_certificate_pem(authority.certificate_pem()).retries(0);

    let pem = builder().identity_pem(shop.certificate_pem(), shop.key_pem()).build().unwrap();
    assert_eq!(body(&pem).await, "HTTP/2.0 2 shop");
    let pkcs12_client = builder().identity_pkcs12(pkcs12.clone(), "open sesame").build().unwrap();
    assert_eq!(body(&pkcs12_client).await, "HTTP/2.0 2 shop");
    assert!(call(&builder().build().unwrap(), &PAYMENT, "{}").await.is_err(), "no certificate");

    for (name, builder) in [
        ("wrong password", builder().identity_pkcs12(pkcs12, "open barley")),
        ("not PKCS#12", builder().identity_pkcs12("nonsense", "")),
        ("key of another", builder().identity_pem(shop.certificate_pem(), clients.key_pem())),
        ("no key", builder().identity_pem(shop.certificate_pem(), "")),
        (
            "no authority",
            builder().ca_certificate_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        ),
        ("empty authority", builder().ca_certificate_pem("")),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!((error.kind(), error.sent()), (Kind::Configuration, Sent::No), "{name}");
        assert!(!format!("{error:?}").contains("barley"));
    }
}
