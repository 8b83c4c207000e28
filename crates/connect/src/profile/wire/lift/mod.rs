//! Recordings inside of call data: lifted out of a body while it arrives.
//!
//! A body is copied as it is but for values that are too long to be a call's field, and the files of its parts. Where one
//! stood there is a mark, and its bytes go their own way, piece by piece: what is held is what is left of the body, and that
//! is read as if it had come like that ([`super::Fields`]). A body without such values stays what it was, byte for byte.
//!
//! The shapes are those that are read: JSON, a form, parts, JSON inside of a parameter, of a part or of JSON. What is broken
//! is copied and left to whoever reads it. Where a brace or a quote may be half of another character (UTF-16, Shift_JIS),
//! nothing is lifted.

mod form;
mod json;
mod multipart;
#[cfg(test)]
mod tests;
mod value;

use crate::charset::Charset;
use form::Form;
use json::Json;
use multipart::Multipart;

/// How the bytes of a lifted value are written, as far as its place says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// As text: audio is Base64 in it.
    Text,
    /// As text of a form, where a plus that was not encoded is a space.
    FormText,
    /// As they are, or as text.
    Bytes,
    /// A file's: as they are, or as text.
    File,
}

/// What goes by of lifted values, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Begins(Written),
    More(Vec<u8>),
    Ends,
}

/// How the places of lifted values are marked in what is left of a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    tag: String,
    values: usize,
}

impl Marks {
    /// `tag` is for one body, and nobody knows it before: letters, digits and dashes.
    fn new(tag: String) -> Self {
        Self { tag, values: 0 }
    }

    fn next(&mut self) -> String {
        self.values += 1;
        format!("{}{}", self.tag, self.values - 1)
    }

    /// Which of the lifted values a text stands for.
    pub(in crate::profile) fn which(&self, text: &str) -> Option<usize> {
        let number = text.strip_prefix(&self.tag).filter(|_| self.values > 0)?;
        number.parse().ok().filter(|number| *number < self.values)
    }
}

/// What is left of a body, and what was lifted out of it and is not fetched yet.
#[derive(Debug)]
struct Out {
    rest: Vec<u8>,
    pieces: Vec<Piece>,
    marks: Marks,
}

impl Out {
    fn copy(&mut self, raw: &[u8]) {
        self.rest.extend_from_slice(raw);
    }

    fn begins(&mut self, written: Written) {
        let mark = self.marks.next();
        self.copy(mark.as_bytes());
        self.pieces.push(Piece::Begins(written));
    }

    fn more(&mut self, bytes: &[u8]) {
        match self.pieces.last_mut() {
            Some(Piece::More(last)) => last.extend_from_slice(bytes),
            _ => self.pieces.push(Piece::More(bytes.to_vec())),
        }
    }

    fn ends(&mut self) {
        self.pieces.push(Piece::Ends);
    }
}

enum Shape {
    /// Nothing but space came.
    Unknown,
    Json(Json),
    Form(Form),
    Multipart(Multipart),
    /// Nothing is lifted.
    Whole,
}

/// A body while it arrives.
pub struct Lifting {
    content_type: String,
    shape: Shape,
    /// A mark of the charset, perhaps.
    begin: usize,
    out: Out,
}

impl Lifting {
    /// `tag` is for this body alone, of letters, digits and dashes, and nothing that its sender can know.
    pub fn new(content_type: Option<&str>, tag: String) -> Self {
        let content_type = content_type.unwrap_or_default().to_owned();
        let shape = match Charset::of(&content_type).is_byte_by_byte() {
            true => Shape::Unknown,
            false => Shape::Whole,
        };
        Self {
            content_type,
            shape,
            begin: 0,
            out: Out { rest: Vec::new(), pieces: Vec::new(), marks: Marks::new(tag) },
        }
    }

    /// The next bytes of it, in whatever pieces.
    pub fn take(&mut self, mut bytes: &[u8]) {
        while let (Shape::Unknown, [first, more @ ..]) = (&self.shape, bytes) {
            if is_told(*first, self.begin) {
                self.shape = self.shape_by(*first);
                break;
            }
            self.begin += 1;
            self.out.copy(&[*first]);
            bytes = more;
        }
        match &mut self.shape {
            Shape::Unknown => {}
            Shape::Json(json) => json.plain(bytes, &mut self.out),
            Shape::Form(form) => form.take(bytes, &mut self.out),
            Shape::Multipart(parts) => parts.take(bytes, &mut self.out),
            Shape::Whole => self.out.copy(bytes),
        }
    }

    /// As whoever reads it decides it.
    fn shape_by(&self, first: u8) -> Shape {
        let kind = self.content_type.to_ascii_lowercase();
        match first {
            b'{' | b'[' => Shape::Json(Json::new(0, Written::Text)),
            // UTF-16 says so.
            0xfe | 0xff if self.begin == 0 => Shape::Whole,
            _ if kind.starts_with("multipart/form-data") => {
                Multipart::new(&self.content_type).map_or(Shape::Whole, Shape::Multipart)
            }
            _ if kind.contains("json") || kind.contains("multipart") || kind.contains("xml") => Shape::Whole,
            _ => Shape::Form(Form::default()),
        }
    }

    /// What was lifted since this was asked before.
    pub fn pieces(&mut self) -> Vec<Piece> {
        std::mem::take(&mut self.out.pieces)
    }

    /// How much is held of the body itself.
    pub fn held(&self) -> usize {
        self.out.rest.len()
    }

    /// The body has come to its end: what is left of it, how places are marked in it, and the last pieces.
    pub fn finish(mut self) -> (Vec<u8>, Marks, Vec<Piece>) {
        match &mut self.shape {
            Shape::Json(json) => json.end(&mut self.out),
            Shape::Form(form) => form.end(&mut self.out),
            Shape::Multipart(parts) => parts.end(&mut self.out),
            Shape::Unknown | Shape::Whole => {}
        }
        (self.out.rest, self.out.marks, self.out.pieces)
    }
}

/// Whether a byte says what a body is: neither space nor part of UTF-8's mark.
fn is_told(byte: u8, at: usize) -> bool {
    !byte.is_ascii_whitespace() && [0xef, 0xbb, 0xbf].get(at) != Some(&byte)
}
