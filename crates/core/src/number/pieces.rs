//! A line of text as numbers, words and marks.

/// A part of a tidied text, with the place where it begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub kind: Kind,
    pub text: &'a str,
    pub start: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Digits with what people put between them, perhaps with a plus in front: `+36 (0)30/123-4567`.
    Number,
    Word,
    /// A single other character.
    Mark,
}

impl Piece<'_> {
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark && self.text.starts_with(mark)
    }

    pub fn is_number(&self) -> bool {
        self.kind == Kind::Number
    }
}

/// What people put between the digits of one number.
fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | '/' | '(' | ')' | '[' | ']' | '~' | '\'' | '_')
}

fn is_bracket(c: char) -> bool {
    matches!(c, '(' | '[')
}

/// Takes a tidied text to pieces; spaces between them are dropped.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    while let Some(c) = text[start..].chars().next() {
        let rest = &text[start..];
        let (kind, length) = if let Some(length) = number(rest) {
            (Kind::Number, length)
        } else if c.is_alphabetic() {
            (Kind::Word, rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len()))
        } else {
            (Kind::Mark, c.len_utf8())
        };
        if c != ' ' {
            pieces.push(Piece { kind, text: &rest[..length], start });
        }
        start += length;
    }
    pieces
}

/// How much of the beginning is one number; it ends with its last digit.
fn number(text: &str) -> Option<usize> {
    let mut length = 0;
    let mut has_plus = false;
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' => length = at + 1,
            // A plus behind digits begins the next number.
            '+' if length > 0 => break,
            '+' => has_plus = true,
            c if length > 0 && is_separator(c) => {}
            c if length == 0 && (is_bracket(c) || (at > 0 && c == ' ') || (has_plus && is_separator(c))) => {}
            _ => break,
        }
    }
    (length > 0).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_words_and_marks_are_told_apart() {
        let table: [(&str, &[&str]); 9] = [
            ("tel.: +36 30 123 4567", &["tel", ".", ":", "+36 30 123 4567"]),
            ("(06-30) 123/45-67.", &["(06-30) 123/45-67", "."]),
            ("( +36 30) 123", &["( +36 30) 123"]),
            ("+36 1 234 5678x12", &["+36 1 234 5678", "x", "12"]),
            ("06 1 234 5678 m/12", &["06 1 234 5678", "m", "/", "12"]),
            ("+36301234567+36201234567", &["+36301234567", "+36201234567"]),
            ("+36 30 123 4567 (mobil)", &["+36 30 123 4567", "(", "mobil", ")"]),
            ("+ (36) 30", &["+ (36) 30"]),
            ("12 🙂 +", &["12", "🙂", "+"]),
        ];
        for (text, expected) in table {
            let found: Vec<_> = pieces(text).iter().map(|piece| piece.text).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
