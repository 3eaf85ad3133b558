//! Whom the courier calls, and whom it does not.

use super::{Courier, connector::Guarded, guard};
use bytes::Bytes;
use http::{Request, Uri};
use satang_core::Kind;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

/// Addresses, and whether they may be called: by anybody, and where private ones are allowed.
const ADDRESSES: &[(&str, bool, bool)] = &[
    ("93.184.215.14", true, true),
    ("1.1.1.1", true, true),
    ("100.63.255.255", true, true),
    ("100.128.0.0", true, true),
    ("172.15.255.255", true, true),
    ("172.32.0.0", true, true),
    ("223.255.255.255", true, true),
    ("2606:4700::1111", true, true),
    ("2001:200::1", true, true),
    // this machine and private networks
    ("127.0.0.1", false, true),
    ("127.255.255.254", false, true),
    ("10.0.0.1", false, true),
    ("172.16.0.1", false, true),
    ("172.31.255.255", false, true),
    ("192.168.1.1", false, true),
    ("100.64.0.1", false, true),
    ("100.127.255.255", false, true),
    ("::1", false, true),
    ("fc00::1", false, true),
    ("fdff:ffff::1", false, true),
    // never
    ("0.0.0.0", false, false),
    ("0.1.2.3", false, false),
    ("169.254.169.254", false, false),
    ("192.0.0.8", false, false),
    ("192.0.2.1", false, false),
    ("192.88.99.1", false, false),
    ("198.18.0.1", false, false),
    ("198.19.255.255", false, false),
    ("198.51.100.1", false, false),
    ("203.0.113.1", false, false),
    ("224.0.0.1", false, false),
    ("239.255.255.255", false, false),
    ("240.0.0.1", false, false),
    ("255.255.255.255", false, false),
    ("::", false, false),
    ("::127.0.0.1", false, false),
    ("fe80::1", false, false),
    ("fec0::1", false, false),
    ("ff02::1", false, false),
    ("100::1", false, false),
    ("2001::1", false, false),
    ("2001:1ff:ffff::1", false, false),
    ("2001:db8::1", false, false),
    ("3fff::1", false, false),
    ("2002:7f00:1::", false, false),
    ("2002:5db8:d70e::", false, false),
    ("4000::1", false, false),
    // IPv4 inside IPv6 is judged as what it is
    ("::ffff:93.184.215.14", true, true),
    ("::ffff:127.0.0.1", false, true),
    ("::ffff:10.0.0.1", false, true),
    ("::ffff:169.254.169.254", false, false),
    ("::ffff:0.0.0.0", false, false),
    ("64:ff9b::5db8:d70e", true, true),
    ("64:ff9b::7f00:1", false, true),
    ("64:ff9b::a9fe:a9fe", false, false),
    ("64:ff9b:1::7f00:1", false, false),
];

#[test]
fn addresses() {
    for (address, public, private) in ADDRESSES {
        let address = SocketAddr::new(address.parse().unwrap(), 443);
        let found = [false, true].map(|private| guard::admit(address, private).is_ok());
        assert_eq!(found, [*public, *private], "{address}");
    }
}

#[test]
fn uris() {
    for (uri, public, private) in [
        ("https://partner.example/hook", true, true),
        ("https://partner.example:443/hook", true, true),
        ("https://partner.example:8443/hook?a=b", true, true),
        ("https://partner.example:1024", true, true),
        ("https://[2606:4700::1111]/", true, true),
        ("https://partner.example:1023", false, true),
        ("https://partner.example:25", false, true),
        ("https://partner.example:0", false, true),
        ("http://partner.example/hook", false, true),
        ("http://127.0.0.1:8701/hook", false, true),
        ("https://127.0.0.1/", false, true),
        ("https://[::1]:8443/", false, true),
        ("https://[::ffff:10.0.0.1]/", false, true),
        ("https://169.254.169.254/", false, false),
        ("http://[fe80::1]/", false, false),
        ("ftp://partner.example/", false, false),
        ("https://user:hunter2@partner.example/", false, false),
        ("partner.example", false, false),
        ("/hook", false, false),
    ] {
        let uri: Uri = uri.parse().unwrap();
        let found = [false, true].map(|private| guard::check(&uri, private).is_ok());
        assert_eq!(found, [public, private], "{uri}");
    }
}

/// A courier whose names have these addresses.
fn courier(addresses: &[SocketAddr], private: bool) -> Courier {
    let addresses = addresses.to_vec();
    let resolve = move |_, _| -> std::pin::Pin<Box<dyn Future<Output = _> + Send>> {
        let addresses = addresses.clone();
        Box::pin(async { Ok(addresses) })
    };
    let builder = Courier::builder().private_addresses(private).timeout(Duration::from_millis(300));
    builder.build_with(Guarded::resolving(Arc::new(resolve), private)).unwrap()
}

fn post(uri: &str) -> Request<Bytes> {
    Request::post(uri).body(Bytes::from_static(b"{}")).unwrap()
}

/// Listens, answers what comes with `answer`, and says where.
async fn receiver(answer: &'static [u8], keep_open: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 1024];
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(answer).await;
                if keep_open {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    address
}

/// DNS rebinding: a harmless name that leads inside. What counts is where it leads when the connection is made.
#[tokio::test]
async fn names_that_lead_inside_are_refused_as_they_are_resolved() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let inside = listener.local_addr().unwrap();
    let names = [vec![inside], vec!["169.254.169.254:443".parse().unwrap(), inside]];
    for addresses in names {
        let error = courier(&addresses, false).send(post("https://partner.example/")).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Configuration, "{error:?}");
    }
    let nobody_came = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
    assert!(nobody_came.is_err(), "a connection was made");
    let nowhere = courier(&[], false).send(post("https://partner.example/")).await.unwrap_err();
    assert_eq!(nowhere.kind(), Kind::Configuration);
}

#[tokio::test]
async fn the_status_is_the_answer() {
    const REDIRECT: &[u8] =
        b"HTTP/1.1 307 Go on\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n";
    const ENDLESS: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\nx";
    for (answer, status) in [
        (b"HTTP/1.1 204 No Content\r\n\r\n".as_slice(), 204),
        (b"HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 4\r\n\r\nbusy", 503),
        (REDIRECT, 307),
    ] {
        let courier = courier(&[receiver(answer, false).await], true);
        let found = courier.send(post("http://partner.example/")).await.unwrap();
        assert_eq!(found.status(), status);
    }
    // A body that never ends does not undo a status that is there.
    let slow = courier(&[receiver(ENDLESS, false).await], true);
    assert_eq!(slow.send(post("http://partner.example/")).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_whole_answer_is_whole() {
    let busy = b"HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\nbusy";
    let whole = courier(&[receiver(busy, false).await], true);
    let found = whole.exchange(post("http://partner.example/")).await.unwrap();
    assert_eq!((found.status().as_u16(), &found.body()[..]), (503, &b"busy"[..]));
    let cut = courier(&[receiver(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx", false).await], true);
    let error = cut.exchange(post("http://partner.example/")).await.unwrap_err();
    assert_eq!((error.kind(), error.sent()), (Kind::Interrupted, satang_core::Sent::Yes));
}

#[tokio::test]
async fn what_goes_wrong_is_told_apart() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    for (address, kind) in [
        (closed, Kind::Connect),
        (receiver(b"", true).await, Kind::Timeout),
        (receiver(b"", false).await, Kind::Interrupted),
        (receiver(b"not HTTP\r\n\r\n", false).await, Kind::Interrupted),
    ] {
        let error = courier(&[address], true).send(post("http://partner.example/")).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
    }
    // The first address is dead, the second is not.
    let alive = receiver(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", false).await;
    let found = courier(&[closed, alive], true).send(post("http://partner.example/")).await.unwrap();
    assert_eq!(found.status(), 200);
}
