//! Which letters a file is written in: what it says itself first, then what its words tell.

use super::{
    EncodingDoubt,
    alphabets::{self, Verdict, Words},
};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Letters beyond ASCII that are shown to the guesser; it knows long before.
const ENOUGH_TO_GUESS: u64 = 4 << 20;
/// One broken sequence in so many whole ones: a damaged UTF-8 file rather than another encoding.
const WHOLE_PER_BROKEN: u64 = 20;
/// Of a longer line only so much is kept in mind.
const LONGEST_LINE: usize = 64 << 10;

/// Looks at a file piece by piece.
pub(super) struct Survey {
    head: Vec<u8>,
    guesser: EncodingDetector,
    shown: u64,
    /// UTF-8 sequences, and what is none.
    whole: u64,
    broken: u64,
    /// The beginning of a line at the end of the last piece.
    begun: Vec<u8>,
    /// Words that are no UTF-8.
    words: Words,
    /// Words in UTF-8 of letters some language has.
    utf8_words: u64,
    other_words: u64,
    /// Words with whole sequences and broken ones.
    damaged_words: u64,
    /// Lines of cards that say themselves what they are in are passed over.
    of_cards: bool,
    stated: Option<&'static Encoding>,
}

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letters {
    pub encoding: &'static Encoding,
    /// Bytes of a byte order mark in front.
    pub mark: usize,
    /// UTF-8 with some broken places.
    pub damaged: bool,
    /// The file has words in UTF-8 and others: these are read as this.
    pub mixed: Option<&'static Encoding>,
}

impl Letters {
    pub const fn of(encoding: &'static Encoding, mark: usize) -> Self {
        Self { encoding, mark, damaged: false, mixed: None }
    }

    /// UTF-16, which nothing can be read from as bytes.
    pub fn are_wide(&self) -> bool {
        self.encoding == UTF_16LE || self.encoding == UTF_16BE
    }
}

/// What is no text at all, with what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoText {
    #[error("it is a PDF: export the customers as CSV or vCard and import that file")]
    Pdf,
    #[error("it is no text file: export the customers as CSV or vCard and import that file")]
    Binary,
    #[error("it is empty")]
    Empty,
}

/// An encoding as a person names it: `windows-1252`, `latin1`, `UTF-8`.
pub(super) fn named(name: &str) -> Option<&'static Encoding> {
    let name = name.trim().to_ascii_lowercase();
    let of_windows = ["cp", "windows", "win", "ansi"].iter().find_map(|prefix| name.strip_prefix(prefix));
    let as_windows = of_windows.map(|number| format!("windows-{}", number.trim_start_matches(['-', '_', ' '])));
    let known = |name: &str| Encoding::for_label_no_replacement(name.as_bytes());
    known(&name).or_else(|| known(&as_windows?)).filter(|encoding| *encoding != encoding_rs::X_USER_DEFINED)
}

impl Survey {
    pub fn new() -> Self {
        Self {
            head: Vec::new(),
            guesser: EncodingDetector::new(Iso2022JpDetection::Deny),
            shown: 0,
            whole: 0,
            broken: 0,
            begun: Vec::new(),
            words: Words::default(),
            utf8_words: 0,
            other_words: 0,
            damaged_words: 0,
            of_cards: false,
            stated: None,
        }
    }

    pub fn look_at(&mut self, piece: &[u8]) {
        const HEAD: usize = 64 << 10;
        if self.head.len() < HEAD {
            let room = (HEAD - self.head.len()).min(piece.len());
            self.head.extend_from_slice(&piece[..room]);
            self.of_cards = super::layout::starts_a_card(&self.head);
        }
        if piece.is_ascii() && self.begun.is_ascii() && !self.of_cards {
            self.begun.clear();
            return;
        }
        let mut rest = piece;
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, more) = rest.split_at(end + 1);
            rest = more;
            if self.begun.is_empty() {
                self.line(line);
            } else {
                let mut whole = std::mem::take(&mut self.begun);
                whole.extend_from_slice(line);
                self.line(&whole);
            }
        }
        self.begun.extend_from_slice(rest);
        if self.begun.len() > LONGEST_LINE {
            // Its end may be half a letter: that waits for the rest.
            let whole = self.begun.iter().rposition(u8::is_ascii).map_or(self.begun.len(), |at| at + 1);
            let end = self.begun.split_off(whole);
            let line = std::mem::replace(&mut self.begun, end);
            self.line(&line);
        }
    }

    fn line(&mut self, line: &[u8]) {
        if self.of_cards
            && let Some(stated) = super::vcard::stated_charset(line)
        {
            self.stated = self.stated.or(Some(stated));
            return;
        }
        if line.is_ascii() {
            return;
        }
        if self.shown < ENOUGH_TO_GUESS {
            self.guesser.feed(line, false);
            self.shown += line.len() as u64;
        }
        for word in line.split(|byte| !alphabets::is_of_word(*byte)).filter(|word| !word.is_ascii()) {
            let (mut whole, mut broken) = (0, 0);
            for chunk in word.utf8_chunks() {
                whole += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count() as u64;
                broken += u64::from(!chunk.invalid().is_empty());
            }
            self.whole += whole;
            self.broken += broken;
            if broken == 0 {
                // A few thousand are enough to know.
                let known = self.utf8_words > 10_000 || std::str::from_utf8(word).is_ok_and(alphabets::is_plausible);
                self.utf8_words += u64::from(known);
            } else {
                self.other_words += 1;
                self.damaged_words += u64::from(alphabets::has_utf8_letters(word));
                self.words.take(word);
            }
        }
    }

    /// What the file is written in, unless a person `said` so. `country` (`HU`) is the last word where nothing else tells;
    /// `ended`: there is no more to come.
    pub fn conclude(
        mut self,
        said: Option<&'static Encoding>,
        country: &str,
        ended: bool,
    ) -> Result<(Letters, Option<EncodingDoubt>), NoText> {
        if ended && !self.begun.is_empty() {
            let line = std::mem::take(&mut self.begun);
            self.line(&line);
        }
        let surely = |encoding, mark| Ok((Letters::of(encoding, mark), None));
        let marked = Encoding::for_bom(&self.head);
        match self.head.as_slice() {
            [] => return Err(NoText::Empty),
            [b'%', b'P', b'D', b'F', b'-', ..] => return Err(NoText::Pdf),
            _ => {}
        }
        if let Some((encoding, mark)) = marked
            && (encoding != UTF_8 || self.broken == 0)
        {
            return surely(encoding, mark);
        }
        if marked.is_none() {
            if let Some(said) = said.filter(|said| Letters::of(said, 0).are_wide()) {
                return surely(said, 0);
            }
            if let Some(encoding) = unmarked_utf16(&self.head) {
                return surely(encoding, 0);
            }
            if self.head.contains(&0) {
                return Err(NoText::Binary);
            }
        }
        let mark = marked.map_or(0, |(_, mark)| mark);
        if let Some(said) = said.filter(|said| *said != UTF_8) {
            return surely(said, mark);
        }
        if self.broken == 0 {
            return surely(self.stated.unwrap_or(UTF_8), mark);
        }
        let is_utf8 = said.is_some() || marked.is_some() || self.whole > self.broken * WHOLE_PER_BROKEN;
        let Verdict { encoding: other, doubt } = self.judge(is_utf8 || self.utf8_words > 0, country);
        let only_damaged = self.damaged_words == self.other_words;
        if is_utf8 || (self.utf8_words > 0 && other.is_single_byte()) {
            let mixed = Some(other).filter(|other| !only_damaged && other.is_single_byte());
            let encoding = if is_utf8 || self.utf8_words >= self.other_words { UTF_8 } else { other };
            let damaged = encoding == UTF_8 && self.damaged_words > 0;
            return Ok((Letters { encoding, mark, damaged: damaged || mixed.is_none(), mixed }, doubt));
        }
        Ok((Letters::of(other, mark), doubt))
    }

    /// By the words; where there is UTF-8 as well, statistics are asked about the others only.
    fn judge(&mut self, among_utf8: bool, country: &str) -> Verdict {
        let country = country.to_ascii_uppercase();
        let guess = |guesser: &EncodingDetector| {
            let tld = country.to_ascii_lowercase();
            let tld = Some(tld.as_bytes()).filter(|id| id.len() == 2 && id.iter().all(u8::is_ascii_lowercase));
            // What the words leave open it says without the country first.
            let first = guesser.guess(None, Utf8Detection::Deny);
            if first.is_single_byte() { first } else { guesser.guess(tld, Utf8Detection::Deny) }
        };
        let statistics = if among_utf8 {
            let mut others = EncodingDetector::new(Iso2022JpDetection::Deny);
            others.feed(&self.words.bytes(), true);
            guess(&others)
        } else {
            self.guesser.feed(&[], true);
            guess(&self.guesser)
        };
        self.words.judge(statistics, &country)
    }
}

/// A short value's letters, where nothing says them; UTF-8, which it is not, where they make no words of it.
pub(super) fn of_value(bytes: &[u8], likely: &'static Encoding, country: &str) -> &'static Encoding {
    let mut words = Words::default();
    let beyond_ascii = bytes.split(|byte| !alphabets::is_of_word(*byte)).filter(|word| !word.is_ascii());
    beyond_ascii.for_each(|word| words.take(word));
    let encoding = words.judge(likely, country).encoding;
    if words.are_words_in(encoding) { encoding } else { UTF_8 }
}

/// Western text in UTF-16 has a zero in every other byte.
fn unmarked_utf16(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    let zeros = |at: usize| head.chunks_exact(2).filter(|pair| pair[at] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let most = |many: usize, few: usize| pairs > 0 && many * 10 > pairs * 7 && few * 10 < pairs;
    if most(second, first) {
        Some(UTF_16LE)
    } else if most(first, second) {
        Some(UTF_16BE)
    } else {
        None
    }
}
