//! Which of the pieces of a text is the number, which is its extension, and what the words around say.

use super::{
    NotANumber,
    pieces::{Kind, Piece},
    read::CUT,
    words::{Meaning, meaning},
};

pub(super) const MAX_EXTENSION: usize = 10;

/// So many digits before a pause are a telephone number.
const LONG: usize = 7;

/// More digits behind a semicolon are a number of their own.
const SHORT_EXTENSION: usize = 5;

/// A number among the pieces of a text, and what stands around it.
pub(super) struct Candidate<'a> {
    pub number: Piece<'a>,
    pub extension: Option<String>,
    /// How many digits the longest other number of the text has.
    pub others: usize,
    /// Words and marks that have nothing to do with telephones.
    pub has_words: bool,
    /// Words among them.
    pub has_letters: bool,
    /// The words beside it say that it is something else.
    pub refusal: Option<NotANumber>,
}

/// The numbers among the pieces, the likeliest first: those with a plus, those behind a telephone label, the others.
pub(super) fn candidates<'t>(
    text: &str,
    pieces: &[Piece<'t>],
    outside_prefix: Option<&str>,
) -> Result<Vec<Candidate<'t>>, NotANumber> {
    refuse_by_marks(text, pieces)?;
    let times = times(pieces);
    let mut found = Vec::new();
    let mut taken = vec![false; pieces.len()];
    let mut at = 0;
    while at < pieces.len() {
        if !pieces[at].is_number() || times[at] || is_line_prefix(pieces, at, outside_prefix) {
            taken[at] = pieces[at].is_number();
            at += 1;
            continue;
        }
        let (extension, end) = extension(pieces, at).map_or((None, at + 1), |(extension, end)| (Some(extension), end));
        taken[at..end].fill(true);
        found.push((at, extension));
        at = end;
    }
    if found.is_empty() {
        return Err(if times.contains(&true) { NotANumber::Date } else { nothing(pieces) });
    }
    let digits_in = |at: usize| pieces[at].text.bytes().filter(u8::is_ascii_digit).count();
    let lengths: Vec<_> = found.iter().map(|(at, _)| (*at, digits_in(*at))).collect();
    let mut others = pieces
        .iter()
        .zip(&taken)
        .filter(|(piece, taken)| !**taken && is_other_word(piece))
        .map(|(piece, _)| piece.kind);
    let has_letters = others.clone().any(|kind| kind == Kind::Word);
    let has_words = times.contains(&true) || others.next().is_some();
    let mut candidates: Vec<_> = found
        .into_iter()
        .map(|(at, extension)| {
            let has_plus = pieces[at].text.contains('+');
            let label = label(pieces, at);
            let refusal = match label {
                _ if has_plus => None,
                Meaning::Order => Some(NotANumber::OrderNumber),
                _ => glued(pieces, at, extension.is_some()),
            };
            let others = lengths.iter().filter(|(other, _)| *other != at).map(|(_, digits)| *digits).max().unwrap_or(0);
            let rank = if has_plus { 0 } else { 2 - u8::from(label == Meaning::Phone) };
            (rank, Candidate { number: pieces[at], extension, others, has_words, has_letters, refusal })
        })
        .collect();
    candidates.sort_by_key(|(rank, _)| *rank);
    Ok(candidates.into_iter().map(|(_, candidate)| candidate).collect())
}

/// `0 +36 30 …`: what gets an outside line, written in front of a whole number.
fn is_line_prefix(pieces: &[Piece], at: usize, outside_prefix: Option<&str>) -> bool {
    let prefix = pieces[at].text;
    pieces.get(at + 1).is_some_and(|next| next.text.starts_with('+'))
        && (prefix == "0" || prefix == "00" || Some(prefix) == outside_prefix)
}

/// Which of the pieces are a part of a time: 14:30.
fn times(pieces: &[Piece]) -> Vec<bool> {
    let mut times = vec![false; pieces.len()];
    for (at, triple) in pieces.windows(3).enumerate() {
        let touch = triple[0].end() == triple[1].start && triple[1].end() == triple[2].start;
        if touch && triple[0].is_number() && triple[1].is_mark(':') && triple[2].is_number() {
            times[at..at + 3].fill(true);
        }
    }
    times
}

fn is_other_word(piece: &Piece) -> bool {
    match piece.kind {
        Kind::Word => matches!(meaning(piece.text), Meaning::Order | Meaning::Unknown),
        Kind::Mark => !piece.text.is_ascii() && !is_telephone_sign(piece.text),
        Kind::Number => false,
    }
}

/// The digits of one number and how they are written.
pub(super) struct Row<'a> {
    /// Without what stands before the first digit or plus.
    pub written: &'a str,
    pub digits: String,
    pub has_plus: bool,
    /// Digits only.
    pub is_plain: bool,
}

impl<'a> Row<'a> {
    pub fn new(text: &'a str) -> Self {
        let text = text.trim_matches(|c: char| !c.is_ascii_digit() && c != '+');
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        Self {
            written: text,
            has_plus: text.contains('+'),
            is_plain: digits.len() == text.trim_start_matches('+').len(),
            digits,
        }
    }
}

/// Characters that say by themselves that this is no telephone number.
fn refuse_by_marks(text: &str, pieces: &[Piece]) -> Result<(), NotANumber> {
    if text.is_empty() {
        return Err(NotANumber::Empty);
    }
    if text.contains(['@', '\\']) || text.contains("://") || text.contains("www.") {
        return Err(NotANumber::Address);
    }
    if let Some(sign) = pieces.iter().position(|piece| piece.is_mark('#'))
        && pieces[..sign].iter().all(|piece| !piece.is_number())
    {
        return Err(if pieces.iter().any(Piece::is_number) { NotANumber::OrderNumber } else { NotANumber::NoDigits });
    }
    let has = |mark: char| pieces.iter().any(|piece| piece.is_mark(mark));
    if ['*', '%', '$', '€', '£', '¥', '^', '{', '}', '?', '!', CUT].into_iter().any(has) {
        return Err(if pieces.iter().any(Piece::is_number) { NotANumber::Symbols } else { nothing(pieces) });
    }
    Ok(())
}

/// Why there is no number in it.
fn nothing(pieces: &[Piece]) -> NotANumber {
    if pieces.is_empty() { NotANumber::Empty } else { NotANumber::NoDigits }
}

/// The meaning of the words right before a number (`Rendelés sz.: 12345678`).
fn label(pieces: &[Piece], number: usize) -> Meaning {
    let mut words = pieces[..number]
        .iter()
        .rev()
        .take_while(|piece| !piece.is_number())
        .filter(|piece| piece.kind == Kind::Word)
        .take(3);
    let mut label = Meaning::Unknown;
    for word in &mut words {
        match meaning(word.text) {
            Meaning::Order => return Meaning::Order,
            Meaning::Phone | Meaning::Extension => label = Meaning::Phone,
            Meaning::Unknown | Meaning::Joining => {}
        }
    }
    label
}

/// The extension behind a number, and the piece after it: `ext. 12`, `x12`, `m/12`, `(mellék: 12)`, `;ext=12`, `#12`, `,,12`.
fn extension(pieces: &[Piece], number: usize) -> Option<(String, usize)> {
    let (mut said, mut is_mobile_label) = (false, false);
    let is_long = digits_of(&pieces[number]) >= LONG;
    for (at, piece) in pieces.iter().enumerate().skip(number + 1) {
        match piece.kind {
            Kind::Word if !said && meaning(piece.text) == Meaning::Extension => {
                said = true;
                is_mobile_label = piece.text == "m";
            }
            Kind::Mark if ['.', ':', '/', '=', '-', '('].iter().any(|mark| piece.is_mark(*mark)) => {}
            // A pause or a wait, as telephones save it.
            Kind::Word if !said && is_pause(piece.text) && is_long && touches(pieces, at) => said = true,
            // The same, or `;ext=`; with a space behind, it separates two numbers.
            Kind::Mark if piece.is_mark('#') => said = true,
            Kind::Mark if piece.is_mark(',') || piece.is_mark(';') => {
                let next = pieces.get(at + 1).filter(|next| next.is_number() && next.start == piece.end());
                // Behind a semicolon a whole number may stand.
                let is_short = |next: &&Piece| is_long && digits_of(next) <= SHORT_EXTENSION;
                said |= next.filter(|next| piece.is_mark(',') || is_short(next)).is_some();
            }
            Kind::Number if said => {
                let row = Row::new(piece.text);
                // `M: 30 123 4567` is a mobile number, not an extension.
                let most = if is_mobile_label || !row.is_plain { 6 } else { MAX_EXTENSION };
                let is_one = row.digits.len() <= most && !row.has_plus;
                return is_one.then_some((row.digits, at + 1));
            }
            _ => return None,
        }
    }
    None
}

fn digits_of(piece: &Piece) -> usize {
    piece.text.bytes().filter(u8::is_ascii_digit).count()
}

/// `p` and `w`, alone or several.
fn is_pause(word: &str) -> bool {
    word.len() <= 3 && word.bytes().all(|b| matches!(b, b'p' | b'w'))
}

/// Whether a piece touches the one before, and the next one it.
fn touches(pieces: &[Piece], at: usize) -> bool {
    let before = at.checked_sub(1).is_some_and(|before| pieces[before].end() == pieces[at].start);
    before && pieces.get(at + 1).is_some_and(|next| next.start == pieces[at].end())
}

/// Letters that touch the number (`AB12345678`, `INV-2024001`, `0800FLOWERS`), unless they are a label or say extension.
fn glued(pieces: &[Piece], at: usize, has_extension: bool) -> Option<NotANumber> {
    let number = &pieces[at];
    let word_ending = |end: usize, before: usize| {
        before.checked_sub(1).map(|at| &pieces[at]).filter(|piece| piece.kind == Kind::Word && piece.end() == end)
    };
    let hyphen = at
        .checked_sub(1)
        .filter(|before| ["-", "/", "_", "."].contains(&pieces[*before].text) && pieces[*before].end() == number.start);
    let before = word_ending(number.start, at).or_else(|| word_ending(pieces[hyphen?].start, hyphen?));
    if before.is_some_and(|word| !matches!(meaning(word.text), Meaning::Phone | Meaning::Extension)) {
        return Some(NotANumber::OrderNumber);
    }
    let after = pieces.get(at + 1).filter(|after| after.kind == Kind::Word && after.start == number.end());
    after.filter(|_| !has_extension).map(|_| NotANumber::Letters)
}

fn is_telephone_sign(text: &str) -> bool {
    matches!(text, "☎" | "☏" | "📞" | "📱" | "📲" | "✆" | "℡" | "→" | "►" | "▶" | "№")
}
