//! Text that strangers wrote, in a place of ours: a caller's name beside a number, a company in a sentence.
//!
//! Unicode lets a text steer what stands around it: a right-to-left override in a name turns the number beside it
//! around, an isolate that is never closed swallows the rest of the line, and a heap of accents runs over the rows above.
//! Names in Arabic and Hebrew do the first without meaning any harm. Three things keep a text inside its field:
//!
//! - what cannot be seen, and more marks than a letter has, is dropped where a text comes in ([`seen`]);
//! - in a sentence of ours it stands by itself ([`contained`]); the pages do the same (`ui/src/lib/contained.ts`);
//! - what must stay as it is, but for its end, is closed ([`closed`]).

use std::borrow::Cow;
use unicode_normalization::char::is_combining_mark;

/// *First strong isolate*: what follows has its own direction, and none on what stands around it.
const ISOLATE: char = '\u{2068}';
const END_OF_ISOLATE: char = '\u{2069}';
const END_OF_EMBEDDING: char = '\u{202c}';

/// Marks on one letter that are shown. Pointed Hebrew with its accents has five.
const MOST_MARKS: usize = 6;

/// Changes the direction of the text around it, and cannot be seen.
pub fn is_steering(letter: char) -> bool {
    matches!(letter, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Shows nothing: control characters, what steers the direction of text, blank letters, tags. Those that join or part
/// the letters of Persian and Hindi words, and of emoji, are letters of theirs and stay.
pub fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || is_steering(letter)
        || matches!(letter,
            '\u{00ad}' | '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
            | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// What can be seen of these letters, without heaps of marks.
pub fn seen(letters: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut marks = 0;
    letters.filter(|letter| !is_unseen(*letter)).filter(move |letter| {
        marks = if is_combining_mark(*letter) { marks + 1 } else { 0 };
        marks <= MOST_MARKS
    })
}

/// A text as it may stand in a sentence, a list or a title of ours: one line, nothing unseen, no heap of marks, and by
/// itself where it is written from right to left. Most texts are given back as they are.
pub fn contained(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 8);
    line.extend(seen(text.chars().map(|letter| if ends_line(letter) { ' ' } else { letter })));
    let turns = line.chars().any(runs_right_to_left);
    if turns {
        line.insert(0, ISOLATE);
        line.push(END_OF_ISOLATE);
    }
    Cow::Owned(line)
}

/// The same text, in which nothing stays open or ends what it did not begin: for files, which keep what they were given.
pub fn closed(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|letter| closer(letter).is_some() || is_closer(letter)) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut open: Vec<char> = Vec::new();
    for letter in text.chars() {
        if let Some(end) = closer(letter) {
            // Unicode itself looks no deeper.
            if open.len() == 125 {
                continue;
            }
            open.push(end);
        } else if is_closer(letter) {
            match open.last() {
                Some(end) if *end == letter => drop(open.pop()),
                _ => continue,
            }
        }
        kept.push(letter);
    }
    kept.extend(open.into_iter().rev());
    Cow::Owned(kept)
}

/// A line for people who read a log: what would steer or hide is written out, as `\u{202e}`.
pub fn spelled_out(line: &str) -> Cow<'_, str> {
    let hides = |letter: char| is_unseen(letter) && !matches!(letter, '\n' | '\t' | '\u{1b}' | '\u{ad}');
    if !line.chars().any(hides) {
        return Cow::Borrowed(line);
    }
    let mut spelled = String::with_capacity(line.len() + 16);
    for letter in line.chars() {
        match hides(letter) {
            true => spelled.extend(letter.escape_unicode()),
            false => spelled.push(letter),
        }
    }
    Cow::Owned(spelled)
}

fn is_plain(letter: char) -> bool {
    !(is_unseen(letter) || is_combining_mark(letter) || runs_right_to_left(letter))
}

fn ends_line(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What ends what this begins.
fn closer(letter: char) -> Option<char> {
    match letter {
        '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => Some(END_OF_EMBEDDING),
        '\u{2066}'..='\u{2068}' => Some(END_OF_ISOLATE),
        _ => None,
    }
}

fn is_closer(letter: char) -> bool {
    matches!(letter, END_OF_EMBEDDING | END_OF_ISOLATE)
}

/// The blocks of Hebrew, Arabic and their relatives.
fn runs_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{0590}'..='\u{08ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STEERING: [char; 12] = [
        '\u{061c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}',
        '\u{2067}', '\u{2068}', '\u{2069}',
    ];

    #[test]
    fn what_most_people_are_called_stays_as_it_is() {
        for name in ["María López", "Kovács Ágnes", "Мария", "李小龙", "O’Neill & Sons (VIP)", "+36 30 555 0102", "👩‍💻"]
        {
            assert!(matches!(contained(name), Cow::Borrowed(same) if same == name), "{name}");
        }
    }

    #[test]
    fn a_name_from_right_to_left_stands_by_itself_and_is_whole() {
        for name in ["שרה כהן", "محمد بن سلمان", "علی‌رضا", "בְּרֵאשִׁ֖ית"] {
            assert_eq!(contained(name), format!("\u{2068}{name}\u{2069}"));
        }
    }

    #[test]
    fn nothing_in_a_name_turns_what_stands_beside_it() {
        for steering in STEERING {
            let said = contained(&format!("Ma{steering}ría")).into_owned();
            assert_eq!(said, "María", "{steering:?}");
        }
        assert_eq!(contained("שרה\u{2069}\u{202e}"), "\u{2068}שרה\u{2069}");
        assert_eq!(contained("a\u{200b}\u{feff}b\u{3164}\nc\u{2029}d\te\u{7}"), "ab c d e");
    }

    #[test]
    fn a_heap_of_marks_is_cut_and_the_letter_stays() {
        let heap = format!("Z{}algo", "\u{0301}\u{0323}".repeat(40));
        assert_eq!(contained(&heap), format!("Z{}algo", "\u{0301}\u{0323}".repeat(3)));
    }

    #[test]
    fn a_cell_closes_what_it_opens_and_nothing_else() {
        assert_eq!(closed("\u{202e}gnp.exe"), "\u{202e}gnp.exe\u{202c}");
        assert_eq!(closed("\u{2067}a\u{202e}b"), "\u{2067}a\u{202e}b\u{202c}\u{2069}");
        assert_eq!(closed("a\u{2069}b\u{202c}c"), "abc");
        assert_eq!(closed("\u{202a}+36 30 555 0102\u{202c}"), "\u{202a}+36 30 555 0102\u{202c}");
        assert!(matches!(closed("שרה"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_log_line_shows_what_hides() {
        assert_eq!(spelled_out("from \u{202e}evil\u{200b}: María\n"), "from \\u{202e}evil\\u{200b}: María\n");
    }

    proptest! {
        /// Whatever is in a text: the sentence around it is read as if it were a single letter.
        #[test]
        fn every_text_ends_in_the_direction_it_began(
            letters in proptest::collection::vec(prop_oneof![any::<char>(), proptest::sample::select(&STEERING[..])], 0..40)
        ) {
            let text: String = letters.into_iter().collect();
            for kept in [contained(&text), closed(&text)] {
                let mut open = Vec::new();
                for letter in kept.chars() {
                    match closer(letter) {
                        Some(end) => open.push(end),
                        None if is_closer(letter) => prop_assert_eq!(open.pop(), Some(letter)),
                        None => {}
                    }
                }
                prop_assert!(open.is_empty());
            }
            let once = contained(&text).into_owned();
            prop_assert_eq!(once.lines().count().max(1), 1);
            prop_assert_eq!(contained(&once), once.as_str());
        }
    }
}
