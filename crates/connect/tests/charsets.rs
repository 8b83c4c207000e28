//! A PBX that answers in an old charset: its words are read, and shown, as it means them.

use crate::support;

use ringcard_connect::{OriginateFailure, StartCalls};
use support::{order, vipex};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// A server that gives one answer, whatever it is asked.
async fn answering(head: &'static str, body: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/api", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("somebody asks");
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.expect("a request"));
        }
        let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        stream.write_all(&[head.as_bytes(), body].concat()).await.expect("it is read");
    });
    url
}

async fn refused(head: &'static str, body: &'static [u8]) -> OriginateFailure {
    let url = answering(head, body).await;
    vipex(&[("api_url", &url)]).originate(&order()).await.expect_err("no call is started")
}

#[tokio::test]
async fn a_refused_sign_in_is_recognised_in_the_charset_of_the_answer() {
    let detail = "Hiba: azonosítás ő";
    let latin2 = b"Hiba: azonos\xedt\xe1s \xf5";
    for (head, body) in [
        ("200 OK\r\ncontent-type: text/plain; charset=iso-8859-2", latin2.as_slice()),
        ("200 OK\r\ncontent-type: text/html;charset=\"windows-1250\"", latin2),
        ("200 OK\r\ncontent-type: text/plain; charset=UTF-8", detail.as_bytes()),
        ("200 OK\r\ncontent-type: text/plain", detail.as_bytes()),
        ("200 OK", b"\xef\xbb\xbfHiba: azonos\xc3\xadt\xc3\xa1s \xc5\x91"),
    ] {
        let failure = refused(head, body).await;
        assert!(
            matches!(&failure, OriginateFailure::Authentication { detail: said } if said.ends_with(detail)),
            "{head}: {failure:?}"
        );
    }
    // Nothing is said: the one letter is another, and the rest is read.
    let failure = refused("200 OK\r\ncontent-type: text/plain", latin2).await;
    assert!(
        matches!(&failure, OriginateFailure::Authentication { detail } if detail.contains("azonosítás")),
        "{failure:?}"
    );
}
