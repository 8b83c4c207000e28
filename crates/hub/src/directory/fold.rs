//! Words as they are searched: small letters, without accents, so that *kovacs* finds *Kovács* and *lopez* *López*.
//!
//! What is stored and what is typed go through the same functions; SQLite only ever sees their result.

use ringcard_core::fold;

/// Longer words are cut: nobody types more.
const LONGEST_WORD: usize = 64;

/// Stands for the @ in an address that is kept as one word. Not ASCII: the tokenizer leaves it where it is.
const AT: char = '＠';

/// The words of a text, folded.
pub(super) fn words(text: &str) -> Vec<String> {
    fold::words(text).into_iter().map(|word| word.chars().take(LONGEST_WORD).collect()).collect()
}

/// The folded words with single spaces between them, for comparing whole texts.
pub(super) fn fold(text: &str) -> String {
    words(text).join(" ")
}

/// An e-mail address, or its beginning, as one word; nothing where there is no @, or nothing in front of it.
pub(super) fn address(text: &str) -> Option<String> {
    let (name, host) = text.split_once('@')?;
    let name = words(name).concat();
    let address = format!("{name}{AT}{}", words(host).concat());
    (!name.is_empty()).then(|| address.chars().take(LONGEST_WORD).collect())
}

/// What somebody typed, as words to search by.
pub(super) fn typed_words(query: &str) -> Vec<String> {
    query
        .split_whitespace()
        .flat_map(|part| address(part).map_or_else(|| words(part), |address| vec![address]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_strokes_do_not_matter() {
        for (written, searched) in [
            ("Kovács Őrs", "kovacs ors"),
            ("MARÍA  LÓPEZ-Núñez", "maria lopez nunez"),
            ("Łukasz Großmann", "lukasz grossmann"),
            ("İstanbul ve Iğdır", "istanbul ve igdir"),
            ("ﬁn＿Ａ１", "fin a1"),
            ("anna.kiss@example.com", "anna kiss example com"),
            ("Иванов", "иванов"),
            (" \u{301}\u{301} ", ""),
        ] {
            assert_eq!(fold(written), searched, "{written}");
            assert_eq!(fold(&fold(written)), fold(written), "folding twice changes nothing: {written}");
        }
    }

    #[test]
    fn an_address_being_typed_is_the_beginning_of_the_whole_one() {
        let whole = address("Anna.Kiss@Acme.hu").expect("BUG: this is an address");
        for typed in ["anna.kiss@", "anna.kiss@ac", "annakiss@acme.h", "ANNA.KISS@acme.hu"] {
            let words = typed_words(typed);
            assert_eq!(words.len(), 1, "{typed}");
            assert!(whole.starts_with(&words[0]), "{typed}");
        }
        assert_eq!(typed_words("anna.ki"), ["anna", "ki"]);
        assert_eq!(typed_words("@acme.hu"), ["acme", "hu"]);
    }

    #[test]
    fn endless_words_are_cut() {
        assert_eq!(words(&"a".repeat(100_000))[0].len(), LONGEST_WORD);
    }
}
