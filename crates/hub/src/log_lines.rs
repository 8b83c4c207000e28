//! Lines of a log, for people who read it in a terminal: what strangers sent turns nothing in them and hides nothing.

use ringcard_core::text::spelled_out;
use std::io::{self, Write};

/// A log's place, in whose lines everything can be seen.
#[derive(Debug, Clone)]
pub struct Legible<W>(pub W);

impl<W: Write> Write for Legible<W> {
    /// Whole lines come at once.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(line) {
            Ok(text) => self.0.write_all(spelled_out(text).as_bytes())?,
            Err(_) => self.0.write_all(line)?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn a_line_of_the_log_shows_what_would_turn_or_hide() {
        #[derive(Clone, Default)]
        struct Kept(Arc<Mutex<Vec<u8>>>);

        impl Write for Kept {
            fn write(&mut self, line: &[u8]) -> io::Result<usize> {
                self.0.lock().expect("it is there").write(line)
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        let kept = Kept::default();
        let place = kept.clone();
        let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || Legible(place.clone())).finish();
        tracing::subscriber::with_default(log, || tracing::warn!(why = %"\u{202e}gnp.exe", "María answered"));
        let line = String::from_utf8(kept.0.lock().expect("it is there").clone()).expect("text");
        assert!(line.contains("María answered") && line.contains("\\u{202e}gnp.exe"), "{line}");
        assert!(!line.contains('\u{202e}') && line.ends_with('\n'), "{line}");
    }
}
