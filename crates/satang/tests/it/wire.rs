//! HTTP by hand, for what the real client never does: to send the token of its choice, or half a request.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Posts a JSON body on a connection of its own. `headers` are whole lines, each with its end.
pub(crate) fn post(address: &str, path: &str, headers: &str, body: &str) -> Answer {
    ask(address, "POST", path, &format!("content-type: application/json\r\n{headers}"), body)
}

/// Makes any request on a connection of its own.
pub(crate) fn ask(address: &str, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let mut stream = send_head(address, method, path, headers, body.len());
    stream.write_all(body.as_bytes()).expect("the gateway reads");
    read_answer(stream)
}

/// Sends these bytes on a connection of their own, and reads until the gateway closes it.
pub(crate) fn send(address: &str, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).expect("the gateway accepts a connection");
    stream.write_all(request).expect("the gateway reads");
    read_answer(stream)
}

/// Asks for a page.
pub(crate) fn get(address: &str, path: &str) -> Answer {
    ask(address, "GET", path, "", "")
}

/// A request whose body is still to come, and that the gateway works on already.
pub(crate) struct Unfinished {
    stream: TcpStream,
    body: String,
}

impl Unfinished {
    /// Posts the head of a request with a form, and waits until the gateway asks for the form: a server says `100
    /// Continue` only once it has read the head and wants the rest (RFC 9110, 10.1.1).
    pub(crate) fn begin(address: &str, path: &str, form: &str) -> Self {
        let headers = "content-type: application/x-www-form-urlencoded\r\nexpect: 100-continue\r\n";
        let mut stream = send_head(address, "POST", path, headers, form.len());
        let mut interim = [0; 25];
        stream.read_exact(&mut interim).expect("the gateway wants the body");
        assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
        Self { stream, body: form.to_owned() }
    }

    /// Sends nothing more, and waits for what the gateway makes of that.
    pub(crate) fn give_up(self) -> Answer {
        read_answer(self.stream)
    }

    /// Whether the gateway closes the connection without a word.
    pub(crate) fn was_cut(mut self) -> bool {
        matches!(self.stream.read(&mut [0]), Ok(0) | Err(_))
    }

    /// Sends the body.
    pub(crate) fn finish(mut self) -> Answer {
        self.stream.write_all(self.body.as_bytes()).expect("the gateway reads");
        read_answer(self.stream)
    }
}

fn send_head(address: &str, method: &str, path: &str, headers: &str, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("the gateway accepts a connection");
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {length}\r\nconnection: close\r\n\
         {headers}\r\n"
    );
    stream.write_all(head.as_bytes()).expect("the gateway reads");
    stream
}

fn read_answer(mut stream: TcpStream) -> Answer {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("the gateway answers");
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status line");
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}
