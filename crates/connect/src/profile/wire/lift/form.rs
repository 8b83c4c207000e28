//! A form as it goes by: pairs, and what is encoded in their values.

use super::{Out, Written, value::Value};

#[derive(Default)]
pub(super) struct Form {
    /// Inside of a value.
    value: Option<Value>,
    /// A byte that is encoded, as far as it came.
    percent: Vec<u8>,
}

impl Form {
    pub fn take(&mut self, mut bytes: &[u8], out: &mut Out) {
        while let [first, more @ ..] = bytes {
            let Some(value) = &mut self.value else {
                let length = bytes.iter().position(|byte| *byte == b'=').map_or(bytes.len(), |at| at + 1);
                out.copy(&bytes[..length]);
                // `a&b=1`: the pairs in front of the last `&` have no values.
                if bytes[length - 1] == b'=' {
                    self.value = Some(Value::new(0, Written::FormText));
                }
                bytes = &bytes[length..];
                continue;
            };
            if self.percent.is_empty() {
                let length = bytes.iter().position(|byte| matches!(byte, b'&' | b'%' | b'+')).unwrap_or(bytes.len());
                if length > 0 {
                    value.plain(&bytes[..length], out);
                    bytes = &bytes[length..];
                    continue;
                }
            }
            self.special(*first, out);
            bytes = more;
        }
    }

    fn special(&mut self, byte: u8, out: &mut Out) {
        let Some(value) = &mut self.value else { return };
        match (self.percent.len(), byte) {
            (1 | 2, byte) if byte.is_ascii_hexdigit() => {
                self.percent.push(byte);
                if let [_, high, low] = self.percent[..] {
                    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default();
                    let byte = u8::try_from(digit(high) * 16 + digit(low)).unwrap_or_default();
                    value.unit(byte, &self.percent, out);
                    self.percent.clear();
                }
                return;
            }
            // No byte: it stands for itself.
            _ => {
                let begun = std::mem::take(&mut self.percent);
                value.plain(&begun, out);
            }
        }
        match byte {
            b'&' => {
                value.end(out);
                out.copy(b"&");
                self.value = None;
            }
            b'%' => self.percent.push(b'%'),
            b'+' => value.unit(b' ', b"+", out),
            byte => value.plain(&[byte], out),
        }
    }

    pub fn end(&mut self, out: &mut Out) {
        if let Some(mut value) = self.value.take() {
            value.plain(&std::mem::take(&mut self.percent), out);
            value.end(out);
        }
    }
}
