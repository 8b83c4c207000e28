//! One value: kept until it is known whether it is a call's field, looked through where it is JSON, lifted where it is long.

use super::{Out, Written, json::Json};
use crate::profile::wire::LONGEST_VALUE;

/// JSON in JSON in a parameter.
const DEEPEST: usize = 3;

pub(super) struct Value {
    depth: usize,
    written: Written,
    state: State,
}

enum State {
    /// Too short to say: what it means, and as it stands in the body.
    Short {
        text: Vec<u8>,
        raw: Vec<u8>,
    },
    Json(Box<Json>),
    Lifted,
}

impl Value {
    pub fn new(depth: usize, written: Written) -> Self {
        Self { depth, written, state: State::Short { text: Vec::new(), raw: Vec::new() } }
    }

    /// A byte of it, which stands in the body as `raw`.
    pub fn unit(&mut self, byte: u8, raw: &[u8], out: &mut Out) {
        match &mut self.state {
            State::Lifted => out.more(&[byte]),
            State::Json(json) => json.unit(byte, raw, out),
            State::Short { text, raw: before } => {
                let begins = matches!(byte, b'{' | b'[') && text.iter().all(u8::is_ascii_whitespace);
                if begins && self.depth < DEEPEST {
                    out.copy(before);
                    let mut json = Box::new(Json::new(self.depth + 1, self.written));
                    json.unit(byte, raw, out);
                    self.state = State::Json(json);
                    return;
                }
                text.push(byte);
                before.extend_from_slice(raw);
                if text.len() > LONGEST_VALUE {
                    out.begins(self.written);
                    out.more(text);
                    self.state = State::Lifted;
                }
            }
        }
    }

    /// Bytes that stand in the body as they are.
    pub fn plain(&mut self, mut run: &[u8], out: &mut Out) {
        while let (State::Short { .. }, [first, more @ ..]) = (&self.state, run) {
            self.unit(*first, &[*first], out);
            run = more;
        }
        match &mut self.state {
            State::Short { .. } => {}
            State::Lifted if run.is_empty() => {}
            State::Lifted => out.more(run),
            State::Json(json) => json.plain(run, out),
        }
    }

    pub fn end(&mut self, out: &mut Out) {
        match std::mem::replace(&mut self.state, State::Short { text: Vec::new(), raw: Vec::new() }) {
            State::Short { raw, .. } => out.copy(&raw),
            State::Lifted => out.ends(),
            State::Json(mut json) => json.end(out),
        }
    }
}
