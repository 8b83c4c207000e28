//! What strangers send: bodies that were slow to read once, and frames.

/// A request for a desk's socket.
pub const UPGRADE: &[u8] = b"GET /v1/desk HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

const BYTES: usize = 256 * 1000;

/// Content types and bodies of nearly 256 kB.
pub fn of_256_kb() -> Vec<(&'static str, String)> {
    let json = "application/json";
    let form = "application/x-www-form-urlencoded";
    let half = "n".repeat(BYTES / 2);
    vec![
        (json, format!("{{\"{half}\":[{}1]}}", "1,".repeat(BYTES / 4))),
        (json, format!("{{\"a\":[{}1]}}", "1,".repeat(BYTES / 2))),
        (json, format!("{{\"a\":{}1{}}}", "[".repeat(BYTES / 2), "]".repeat(BYTES / 2))),
        (json, format!("{}1{}", "{\"a\":".repeat(BYTES / 6), "}".repeat(BYTES / 6))),
        (json, format!("{{{}\"z\":1}}", (0..BYTES / 12).map(|n| format!("\"k{n:06}\":1,")).collect::<String>())),
        (json, format!("{{\"a\":\"{}\"}}", "\\u0041".repeat(BYTES / 6))),
        (form, "a=1&".repeat(BYTES / 4)),
        (form, (0..BYTES / 10).map(|n| format!("k{n:06}=1&")).collect()),
        (form, format!("{}=1", "a[b]".repeat(BYTES / 4))),
        (form, format!("data={{\"{half}\":[{}1]}}", "1,".repeat(BYTES / 4))),
        (form, format!("a={}", "%41".repeat(BYTES / 3))),
        ("multipart/form-data; boundary=x", "--x\r\n".repeat(BYTES / 5)),
    ]
}

pub fn post(path: &str, content_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    [head.as_bytes(), body.as_bytes()].concat()
}

/// A masked text frame of so many bytes.
pub fn frame_of(bytes: usize) -> Vec<u8> {
    let mut frame = vec![0x81, 0x80 | 127];
    frame.extend((bytes as u64).to_be_bytes());
    frame.extend([0; 4]);
    frame.resize(frame.len() + bytes, b' ');
    frame
}
