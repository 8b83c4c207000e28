//! Several values in one cell: telephone numbers, e-mail addresses, tags.
//!
//! Between two numbers may stand anything: a sign, a word for *or*, the label of the next one, spaces, or nothing but its
//! plus. But slashes, spaces and brackets stand in single numbers, too. So a cell is cut only where what is left on each side is a
//! number by itself, and of all ways to cut it the one with the most numbers counts.

use super::{content::looks_like_email, header};
use ringcard_core::number::{Certainty, DialPlan, NotANumber, Party, Reading, UnsureReason};
use std::borrow::Cow;

/// What has fewer digits is no telephone number of a customer.
const FEWEST_DIGITS: usize = 6;
/// Fewer are one number, however they are written.
const FEWEST_OF_TWO: usize = 2 * FEWEST_DIGITS;
/// More digits with nothing but spaces between them are no single number.
const MOST_OF_ONE: usize = 15;
/// In cells with more places to cut only the signs count that stand in no number.
const MOST_CUTS: usize = 300;
/// One number has no more parts.
const MOST_PARTS: usize = 12;
/// A longer text is no number.
const LONGEST: usize = 250;
/// A longer one is no label.
const LONGEST_LABEL: usize = 40;

/// What stands between several numbers of one cell and in none.
pub(super) const PARTED_BY: [char; 6] = ['\n', '\r', '\t', ';', ',', '|'];

/// A number of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InCell<'a> {
    pub written: &'a str,
    /// Of the words beside it.
    pub label: Option<String>,
}

/// Where a text may be cut.
#[derive(Debug, Clone, Copy)]
struct Cut {
    start: usize,
    end: usize,
    kind: Between,
}

/// What stands between two parts, the surer the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Between {
    /// A sign that stands in no number, and the ends of the cell.
    Sign,
    /// *or*, `&`
    Word,
    /// In front of or behind a label.
    Label,
    /// What may stand inside of a number as well.
    Weak,
    /// A single space.
    Space,
}

/// Whether there are as many digits as a telephone number has at least.
pub(super) fn has_a_numbers_digits(text: &str) -> bool {
    digits(text) >= FEWEST_DIGITS
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// `+36 30 123 4567 [mobile]`, as we write it: one number, however it is written.
pub(in crate::directory) fn labelled(text: &str) -> Option<(&str, &str)> {
    let (written, label) = text.strip_suffix(']')?.rsplit_once('[')?;
    Some((written.trim_end(), label))
}

/// Whether a cell with nothing but this may be read as something else than this one number.
pub(in crate::directory) fn may_be_several_numbers(text: &str) -> bool {
    let digits = digits(text);
    if digits < FEWEST_OF_TWO {
        return false;
    }
    let behind = text.trim_start().trim_start_matches('+');
    let is_simple = behind.chars().all(|letter| letter.is_ascii_digit() || " -.()".contains(letter));
    !is_simple || behind.contains("  ") || digits > MOST_OF_ONE
}

/// The numbers of a cell; the cell as it is where it is one.
pub(super) fn numbers<'a>(text: &'a str, plan: &DialPlan) -> Vec<InCell<'a>> {
    let text = text.trim();
    let whole = || vec![InCell { written: text, label: None }];
    if !may_be_several_numbers(text) {
        return whole();
    }
    let mut cuts = cuts(text);
    if cuts.len() > MOST_CUTS {
        cuts.retain(|cut| cut.kind == Between::Sign);
    }
    let parts = Parts { text, cuts, plan };
    let cut: Vec<&str> = parts.best().into_iter().flat_map(|part| by_spaces(part, plan)).collect();
    if cut.len() < 2 {
        return whole();
    }
    cut.into_iter().map(unlabelled).collect()
}

/// Two whole numbers with nothing but a space between them.
fn by_spaces<'a>(text: &'a str, plan: &DialPlan) -> Vec<&'a str> {
    let is_one = || is_number(plan, unlabelled(text).written);
    if digits(text) < 14 || text.len() > LONGEST || is_one() {
        return vec![text];
    }
    let spaces = text.char_indices().filter(|(_, letter)| *letter == ' ');
    let cuts = spaces.map(|(at, _)| Cut { start: at, end: at + 1, kind: Between::Space }).collect();
    Parts { text, cuts, plan }.best()
}

struct Parts<'a, 'p> {
    text: &'a str,
    cuts: Vec<Cut>,
    plan: &'p DialPlan,
}

impl<'a> Parts<'a, '_> {
    /// The most numbers that the text can be cut into; itself where it cannot.
    fn best(&self) -> Vec<&'a str> {
        let parts = self.cuts.len() + 1;
        // Up to each place: how many numbers, and where the last of them begins.
        let mut best: Vec<Option<(usize, usize)>> = vec![None; parts + 1];
        best[0] = Some((0, 0));
        for end in 1..=parts {
            for start in end.saturating_sub(MOST_PARTS)..end {
                let Some((before, _)) = best[start] else { continue };
                let is_better = best[end].is_none_or(|(known, _)| known < before + 1);
                if is_better && (self.is_nothing(start, end) || self.is_number(start, end)) {
                    // Two signs beside each other have nothing between them.
                    let count = before + usize::from(!self.is_nothing(start, end));
                    if best[end].is_none_or(|(known, _)| known < count) {
                        best[end] = Some((count, start));
                    }
                }
            }
        }
        let mut found = Vec::new();
        let mut end = parts;
        while end > 0 {
            let Some((_, start)) = best[end] else { return vec![self.text] };
            if !self.is_nothing(start, end) {
                found.push(self.part(start, end));
            }
            end = start;
        }
        found.reverse();
        if found.is_empty() { vec![self.text] } else { found }
    }

    fn part(&self, start: usize, end: usize) -> &'a str {
        let from = start.checked_sub(1).map_or(0, |cut| self.cuts[cut].end);
        let to = self.cuts.get(end - 1).map_or(self.text.len(), |cut| cut.start);
        self.text.get(from..to.max(from)).unwrap_or_default().trim()
    }

    fn is_nothing(&self, start: usize, end: usize) -> bool {
        end == start + 1 && !self.part(start, end).contains(char::is_alphanumeric)
    }

    fn is_number(&self, start: usize, end: usize) -> bool {
        let text = self.part(start, end);
        // What stands between two signs beside each other belongs to neither number.
        let has_nothing_around =
            end > start + 1 && (self.is_nothing(start, start + 1) || self.is_nothing(end - 1, end));
        if digits(text) < FEWEST_DIGITS || has_nothing_around {
            return false;
        }
        let before = start.checked_sub(1).map_or(Between::Sign, |cut| self.cuts[cut].kind);
        let behind = self.cuts.get(end - 1).map_or(Between::Sign, |cut| cut.kind);
        let inside = self.cuts[start..end - 1].iter().map(|cut| cut.kind).min();
        let InCell { written, .. } = unlabelled(text);
        match before.max(behind) {
            // What stands between signs is what it is: numbers that cannot be read are kept as well.
            Between::Sign if inside.is_none_or(|inside| inside > Between::Word) => true,
            Between::Sign | Between::Word | Between::Label if !written.contains(char::is_alphabetic) => {
                inside.is_none_or(|inside| inside > Between::Word) || is_number(self.plan, written)
            }
            Between::Sign | Between::Word | Between::Label => is_number(self.plan, written),
            Between::Weak => is_number(self.plan, written) || inside.is_none() && self.is_like_the_others(written),
            Between::Space => is_surely_a_number(self.plan, written),
        }
    }

    /// `555-0108/555-0109`: numbers as they are dialled in town, all of one length.
    fn is_like_the_others(&self, written: &str) -> bool {
        let own = digits(written);
        let others = self.text.split('/').map(str::trim);
        let is_local = |text: &str| {
            digits(text) == own
                && !text.starts_with(['0', '+', '('])
                && text.chars().all(|letter| letter.is_ascii_digit() || " -.".contains(letter))
        };
        own <= 8 && others.clone().count() > 1 && others.clone().all(is_local)
    }
}

fn reading(plan: &DialPlan, text: &str) -> Option<Result<Certainty, NotANumber>> {
    if text.len() > LONGEST {
        return None;
    }
    match plan.read(text) {
        Ok(Reading { party: Party::Outside(_), certainty }) => Some(Ok(certainty)),
        Ok(_) => None,
        Err(why) => Some(Err(why)),
    }
}

/// Whether a text is a telephone number by itself, and only one; or the number of a card, which is no part of one.
fn is_number(plan: &DialPlan, text: &str) -> bool {
    use UnsureReason::{LooksTooLong, LooksTooShort, MayBeAddress, MayBeDate, MayBeOrderNumber, SeveralNumbers};
    match reading(plan, text) {
        Some(Ok(Certainty::Unsure { why })) => {
            !matches!(why, SeveralNumbers | LooksTooLong | LooksTooShort | MayBeAddress | MayBeDate | MayBeOrderNumber)
        }
        Some(Ok(Certainty::Sure) | Err(NotANumber::CardNumber)) => true,
        Some(Err(_)) | None => false,
    }
}

fn is_surely_a_number(plan: &DialPlan, text: &str) -> bool {
    digits(text) >= 7 && reading(plan, text) == Some(Ok(Certainty::Sure))
}

/// Every place where one number may end and the next begin.
fn cuts(text: &str) -> Vec<Cut> {
    let begins_with_digits = text.starts_with(|letter: char| letter.is_ascii_digit() || "+(".contains(letter));
    let mut cuts: Vec<Cut> = Vec::new();
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        let next = at + letter.len_utf8();
        let before = text[..at].trim_end();
        let mut cut = |start: usize, end: usize, kind: Between| cuts.push(Cut { start, end, kind });
        let mut end = next;
        match letter {
            ',' if is_pause(before, &text[next..]) => cut(at, next, Between::Weak),
            letter
                if PARTED_BY.contains(&letter)
                    || letter == '•'
                    || letter == '、'
                    || letter == '；'
                    || letter == '，' =>
            {
                cut(at, next, Between::Sign);
            }
            ':' if rest.starts_with("::") => {
                end = at + rest.len() - rest.trim_start_matches(':').len();
                cut(at, end, Between::Sign);
            }
            '/' | '\\' => {
                let double = rest[1..].starts_with(letter);
                end = next + usize::from(double);
                cut(at, end, if double { Between::Sign } else { Between::Weak });
            }
            '&' => cut(at, next, Between::Word),
            '+' if text[..at]
                .trim_end_matches(' ')
                .ends_with(|letter: char| letter.is_ascii_digit() || letter == ')') =>
            {
                cut(at, at, Between::Weak);
            }
            ')' | ']' if ends_a_remark(&text[..at]) => cut(next, next, Between::Label),
            letter if letter.is_whitespace() => {
                let spaces = rest.len() - rest.trim_start().len();
                end = at + spaces;
                if rest[..spaces].chars().any(|space| matches!(space, '\u{2028}' | '\u{2029}' | '\u{85}')) {
                    cut(at, end, Between::Sign);
                } else if rest[..spaces].contains(PARTED_BY) {
                    // The line's end among them counts.
                    let sign = at + rest.find(PARTED_BY).unwrap_or_default();
                    cut(sign, end, Between::Sign);
                } else if rest[..spaces].chars().count() > 1 {
                    cut(at, end, Between::Weak);
                }
            }
            letter if letter.is_alphabetic() => {
                let length = rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len());
                end = at + length;
                let word = &rest[..length];
                let is_apart = before.len() < at
                    && text[end..].starts_with(|letter: char| letter.is_whitespace() || letter == '.');
                if !has_a_numbers_digits(before) {
                    // In front of the first number.
                } else if is_apart && header::stands_between(word) {
                    cut(at, end, Between::Word);
                } else if !before.ends_with(|letter: char| letter.is_alphabetic() || letter == '(' || letter == '[') {
                    label_cut(text, at, begins_with_digits, &mut cut);
                }
            }
            _ => {}
        }
        at = end;
    }
    cuts.sort_by_key(|cut| (cut.start, cut.end));
    cuts
}

/// A label begins here: it belongs to the number behind it, or to the one in front where the text begins with a number and no
/// colon stands behind the label.
fn label_cut(text: &str, at: usize, begins_with_digits: bool, cut: &mut impl FnMut(usize, usize, Between)) {
    let words = &text[at..];
    let length =
        words.find(|letter: char| letter.is_ascii_digit() || "+(,;|\n".contains(letter)).unwrap_or(words.len());
    let label = words[..length].trim_end();
    if label.trim_end().ends_with(':') {
        cut(at, at, Between::Label);
    } else if header::known_label(label).is_some() {
        let place = if begins_with_digits { at + label.len() } else { at };
        cut(place, place, Between::Label);
    }
}

/// `(mobile)`: a bracket with nothing but words is closed here.
fn ends_a_remark(before: &str) -> bool {
    let open = before.rfind(['(', '[']);
    open.is_some_and(|open| {
        let inside = &before[open + 1..];
        inside.contains(char::is_alphabetic) && digits(inside) == 0
    })
}

/// `,,12`: how telephones save a pause before an extension; a comma between two numbers has a space or a whole number behind
/// it.
fn is_pause(before: &str, behind: &str) -> bool {
    let is_glued = before.ends_with(|letter: char| letter.is_ascii_digit() || letter == ',')
        && behind.starts_with(|letter: char| letter.is_ascii_digit() || letter == ',');
    let rest = behind.trim_start_matches(',');
    let length = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    is_glued && length < 8 && !rest.starts_with('0')
}

/// A number without the words beside it: `mobile: …`, `… (work)`.
fn unlabelled(text: &str) -> InCell<'_> {
    let plain = InCell { written: text, label: None };
    let Some(first) = text.find(|letter: char| letter.is_ascii_digit() || letter == '+') else { return plain };
    let Some(last) = text.rfind(|letter: char| letter.is_ascii_digit()) else { return plain };
    let head = text[..first].trim_end_matches(['(', ' ']).trim();
    let tail = text[last + 1..].trim();
    let bare = |words: &str| {
        let words = words.trim_matches(|letter: char| !letter.is_alphanumeric());
        words.to_owned()
    };
    let number_start = text[..first].rfind(|letter: char| letter.is_alphanumeric() || ":])".contains(letter));
    let start = number_start.map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    if !head.is_empty() {
        let words = bare(head);
        let is_said = head.ends_with(':') || head.ends_with([')', ']']);
        let fits = words.chars().count() <= LONGEST_LABEL && (is_said || header::known_label(&words).is_some());
        if fits && !words.is_empty() {
            return InCell { written: text[start..].trim(), label: Some(header::label_word(&words)) };
        }
    }
    if !tail.is_empty() {
        let words = bare(tail);
        let is_bracket = tail.trim_start_matches([')', ' ']).starts_with(['(', '[']) && tail.ends_with([')', ']']);
        let fits = words.chars().count() <= LONGEST_LABEL && (is_bracket || header::known_label(&words).is_some());
        if fits && !words.is_empty() {
            let closes = text[last + 1..].starts_with(')');
            let end = last + 1 + usize::from(closes);
            return InCell { written: text[..end].trim(), label: Some(header::label_word(&words)) };
        }
    }
    plain
}

/// The e-mail addresses of a cell with more than one, each once; of any other cell nothing.
pub(super) fn several_emails(text: &str) -> Vec<&str> {
    if text.matches('@').count() < 2 {
        return Vec::new();
    }
    let parts = text.split(|letter: char| letter.is_whitespace() || ",;|<>()[]\"/&、；，".contains(letter));
    let mut found: Vec<&str> = Vec::new();
    for part in parts {
        let part = part.trim_matches(|letter: char| ":.'".contains(letter));
        let address = part.strip_prefix("mailto:").unwrap_or(part);
        if looks_like_email(address) && !found.iter().any(|known| known.eq_ignore_ascii_case(address)) {
            found.push(address);
        }
    }
    found
}

/// The tags of a cell, without the groups that a program has for everybody.
pub(super) fn tags(text: &str) -> impl Iterator<Item = String> {
    let text: Cow<'_, str> = if text.contains(":::") { text.replace(":::", "\n").into() } else { text.into() };
    let tags: Vec<String> = text.split(PARTED_BY).flat_map(|part| part.split(" // ")).map(group).collect();
    tags.into_iter().filter(|tag| !tag.is_empty())
}

/// `* My Contacts` is everybody; `* Family` is the group *Family*.
fn group(tag: &str) -> String {
    let tag = tag.trim();
    let Some(own) = tag.strip_prefix('*') else { return tag.to_owned() };
    let own = own.trim();
    let is_everybody = ["mycontacts", "my contacts", "starred"].iter().any(|group| own.eq_ignore_ascii_case(group));
    if is_everybody { String::new() } else { own.to_owned() }
}

#[cfg(test)]
mod tests;
