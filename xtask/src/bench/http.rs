//! Just enough HTTP to push calls at the app and to ask it.

use serde_json::Value;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(10);

pub fn get(address: SocketAddr, path: &str, token: &str) -> Result<Value, String> {
    let body = send(address, &format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\n"), "")?;
    serde_json::from_str(&body).map_err(|e| format!("GET {path}: {e}"))
}

/// What is no text.
pub fn get_bytes(address: SocketAddr, path: &str, token: &str) -> Result<Vec<u8>, String> {
    send_for_bytes(address, &format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\n"), "")
}

/// Sends a form, as a PBX does.
pub fn post_form(address: SocketAddr, path: &str, fields: &[(&str, &str)]) -> Result<(), String> {
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let head = format!("POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n");
    send(address, &head, &pairs.join("&")).map(|_| ())
}

/// Asks for something to be done; what was refused is told with its status.
pub fn post_json(address: SocketAddr, path: &str, token: &str, body: &Value) -> Result<Value, String> {
    let head = format!("POST {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    let body = send(address, &head, &body.to_string())?;
    serde_json::from_str(&body).map_err(|e| format!("POST {path}: {e}"))
}

/// Whether somebody answers this with a success.
pub fn answers(address: SocketAddr, path: &str) -> bool {
    send(address, &format!("GET {path} HTTP/1.1\r\n"), "").is_ok()
}

/// The body of a good answer.
fn send(address: SocketAddr, head: &str, body: &str) -> Result<String, String> {
    let body = send_for_bytes(address, head, body)?;
    String::from_utf8(body)
        .map_err(|_| format!("{}: an answer that is no text", head.lines().next().unwrap_or_default()))
}

fn send_for_bytes(address: SocketAddr, head: &str, body: &str) -> Result<Vec<u8>, String> {
    let what = head.lines().next().unwrap_or_default();
    let fail = |e: std::io::Error| format!("{what}: {e}");
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(fail)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(fail)?;
    stream.set_nodelay(true).map_err(fail)?;
    let length = body.len();
    let request = format!("{head}Host: {address}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).map_err(fail)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(fail)?;
    let end =
        answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(|| format!("{what}: half an answer"))?;
    let body = answer.split_off(end + 4);
    let head = String::from_utf8_lossy(&answer);
    let status = head.split(' ').nth(1).unwrap_or_default();
    match status.starts_with('2') {
        true => Ok(body),
        false => Err(format!("{what}: {status} {}", String::from_utf8_lossy(&body))),
    }
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_plus_does_not_become_a_space() {
        assert_eq!(super::encoded("+36 30"), "%2B36%2030");
    }
}
