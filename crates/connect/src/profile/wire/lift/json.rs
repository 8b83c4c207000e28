//! JSON as it goes by: of its grammar, only what a text is.

use super::{Out, Written, value::Value};

pub(super) struct Json {
    depth: usize,
    written: Written,
    /// Inside of a text.
    text: Option<Value>,
    escape: Escape,
}

/// What came of `\n` or `\u00e1`.
enum Escape {
    None,
    /// As it stands in the body.
    Begun(Vec<u8>),
    Code {
        raw: Vec<u8>,
        digits: usize,
        code: u32,
    },
}

impl Json {
    pub fn new(depth: usize, written: Written) -> Self {
        Self { depth, written, text: None, escape: Escape::None }
    }

    /// A byte of it, which stands in the body as `raw`.
    pub fn unit(&mut self, byte: u8, raw: &[u8], out: &mut Out) {
        let Some(text) = &mut self.text else {
            out.copy(raw);
            if byte == b'"' {
                self.text = Some(Value::new(self.depth, self.written));
            }
            return;
        };
        match std::mem::replace(&mut self.escape, Escape::None) {
            Escape::None => match byte {
                b'"' => {
                    text.end(out);
                    self.text = None;
                    out.copy(raw);
                }
                b'\\' => self.escape = Escape::Begun(raw.to_vec()),
                byte => text.unit(byte, raw, out),
            },
            Escape::Begun(mut begun) => {
                begun.extend_from_slice(raw);
                match byte {
                    b'u' => self.escape = Escape::Code { raw: begun, digits: 0, code: 0 },
                    byte => text.unit(escaped(byte), &begun, out),
                }
            }
            Escape::Code { raw: mut begun, digits, code } => {
                begun.extend_from_slice(raw);
                // What is no digit is broken, and somebody else says so.
                let code = code * 16 + char::from(byte).to_digit(16).unwrap_or_default();
                match digits {
                    3 => self.character(code, &begun, out),
                    _ => self.escape = Escape::Code { raw: begun, digits: digits + 1, code },
                }
            }
        }
    }

    /// Half of a character beyond the first plane is none of Base64, whatever the other half is.
    fn character(&mut self, code: u32, raw: &[u8], out: &mut Out) {
        let Some(text) = &mut self.text else { return };
        let mut utf8 = [0; 4];
        let bytes = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut utf8).as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            text.unit(*byte, if at == 0 { raw } else { &[] }, out);
        }
    }

    /// Bytes that stand in the body as they are.
    pub fn plain(&mut self, mut run: &[u8], out: &mut Out) {
        while let Some(first) = run.first() {
            let length = match (&mut self.text, &self.escape) {
                (None, _) => {
                    let length = run.iter().position(|byte| *byte == b'"').unwrap_or(run.len());
                    out.copy(&run[..length]);
                    length
                }
                (Some(text), Escape::None) => {
                    let length = run.iter().position(|byte| matches!(byte, b'"' | b'\\')).unwrap_or(run.len());
                    text.plain(&run[..length], out);
                    length
                }
                (Some(_), _) => 0,
            };
            match length {
                0 => {
                    self.unit(*first, &[*first], out);
                    run = &run[1..];
                }
                length => run = &run[length..],
            }
        }
    }

    /// Nothing more comes, also where it is broken.
    pub fn end(&mut self, out: &mut Out) {
        if let Some(mut text) = self.text.take() {
            text.end(out);
        }
        if let Escape::Begun(raw) | Escape::Code { raw, .. } = &self.escape {
            out.copy(raw);
        }
    }
}

fn escaped(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        byte => byte,
    }
}
