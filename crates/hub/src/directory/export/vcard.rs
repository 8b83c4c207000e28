//! Customers as vCard 4.0 (RFC 6350).

use super::{Exported, Format};
use crate::directory::import::{VCARD_FIELD, VCARD_LABEL, reads_otherwise};
use ringcard_core::{customer::CustomerNumber, text::closed};
use std::io::{self, Write};

/// A line has at most so many bytes; longer ones are folded.
const LINE: usize = 75;

pub(super) struct CardFile<W: Write> {
    file: W,
}

impl<W: Write> CardFile<W> {
    pub fn new(file: W) -> Self {
        Self { file }
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        let mut rest = line;
        let mut room = LINE;
        while rest.len() > room {
            let end = (0..=room).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(0);
            write!(self.file, "{}\r\n ", &rest[..end])?;
            rest = &rest[end..];
            // The space in front of a folded line counts.
            room = LINE - 1;
        }
        write!(self.file, "{rest}\r\n")
    }

    fn text(&mut self, property: &str, text: &str) -> io::Result<()> {
        if text.is_empty() { Ok(()) } else { self.line(&format!("{property}:{}", escaped(&closed(text)))) }
    }
}

impl<W: Write> Format for CardFile<W> {
    fn begin(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn customer(&mut self, exported: &Exported) -> io::Result<()> {
        let details = &exported.customer.details;
        self.line("BEGIN:VCARD")?;
        self.line("VERSION:4.0")?;
        self.text("UID", &exported.external_id)?;
        if details.name.is_empty() {
            // A card must have a name.
            self.line("KIND:org")?;
            self.line(&format!("FN:{}", escaped(&details.company)))?;
        } else {
            self.text("FN", &details.name)?;
        }
        self.text("ORG", &details.company)?;
        self.text("TITLE", &details.role)?;
        self.text("EMAIL", &details.email)?;
        for number in &details.numbers {
            self.line(&number_line(number))?;
        }
        if !details.tags.is_empty() {
            let tags: Vec<String> = details.tags.iter().map(|tag| escaped(tag)).collect();
            self.line(&format!("CATEGORIES:{}", tags.join(",")))?;
        }
        if details.vip {
            self.line("X-RINGCARD-VIP:yes")?;
        }
        self.text("NOTE", &details.notes)?;
        self.text("URL", details.link.as_deref().unwrap_or_default())?;
        for (name, value) in &details.fields {
            self.line(&format!("{VCARD_FIELD};X-NAME=\"{}\":{}", quoted(name), escaped(value)))?;
        }
        self.line("END:VCARD")
    }

    fn end(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn number_line(number: &CustomerNumber) -> String {
    let label = match number.label.as_str() {
        "" => String::new(),
        "mobile" => ";TYPE=cell".to_owned(),
        "work" | "home" | "fax" | "pager" => format!(";TYPE={}", number.label),
        own => format!(";{VCARD_LABEL}=\"{}\"", quoted(own)),
    };
    let has_own = label.contains(VCARD_LABEL);
    // Other programs read the type; we that it is one number, and stays in its place.
    let is_one = if !has_own && (reads_otherwise(&number.written) || number.label == "fax") {
        format!(";{VCARD_LABEL}=\"{}\"", number.label)
    } else {
        String::new()
    };
    format!("TEL{label}{is_one}:{}", escaped(&number.written))
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => safe.push_str("\\n"),
            '\\' | ',' | ';' => safe.extend(['\\', letter]),
            other => safe.push(other),
        }
    }
    safe
}

/// A parameter's value (RFC 6868).
fn quoted(text: &str) -> String {
    text.replace('^', "^^").replace('\n', "^n").replace('"', "^'")
}
