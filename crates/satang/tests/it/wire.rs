//! HTTP by hand, for what the real client never does: to send the token of its choice, or half a request.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Posts a JSON body on a connection of its own. `headers` are whole lines, each with its end.
pub(crate) fn post(address: &str, path: &str, headers: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).expect("the gateway accepts a connection");
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n{headers}\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).expect("the gateway reads");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("the gateway answers");
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status line");
    Answer { status, body: body.to_owned() }
}
