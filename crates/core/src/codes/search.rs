//! Finding a code by a few letters of what it says.

use super::CodeTree;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// More than fit on the card.
const MOST_HITS: usize = 50;

/// More than anybody types to find a code.
const LONGEST_QUERY: usize = 200;

/// A code that was found: of the first level, or of the second with its first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CodeHit {
    pub code: String,
    pub second_code: Option<String>,
}

impl CodeTree {
    /// The codes in which every typed word begins a word, whatever its accents and case; at most 50. First codes come
    /// first, each level in the tree's order. Nothing typed finds nothing.
    pub fn search(&self, typed: &str) -> Vec<CodeHit> {
        let typed: String = typed.chars().take(LONGEST_QUERY).collect();
        let typed = folded_words(&typed);
        if typed.is_empty() {
            return Vec::new();
        }
        let first = self
            .first
            .iter()
            .filter(|code| says(&[&code.code, &code.label], &typed))
            .map(|code| CodeHit { code: code.code.clone(), second_code: None });
        // A second level that all share would be found once for each first code: only own ones are looked through.
        let second = self.first.iter().flat_map(|code| {
            code.second
                .iter()
                .filter(|second| says(&[&second.code, &second.label], &typed))
                .map(|second| CodeHit { code: code.code.clone(), second_code: Some(second.code.clone()) })
        });
        first.chain(second).take(MOST_HITS).collect()
    }
}

fn says(texts: &[&str], typed: &[String]) -> bool {
    let words: Vec<String> = texts.iter().flat_map(|text| folded_words(text)).collect();
    typed.iter().all(|typed| words.iter().any(|word| word.starts_with(typed.as_str())))
}

/// Small letters without accents, word by word.
pub(super) fn folded_words(text: &str) -> Vec<String> {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        match letter {
            // Letters that Unicode does not take apart, and that are typed without their stroke.
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ı' => folded.push('i'),
            mark if is_combining_mark(mark) => {}
            other => folded.push(other),
        }
    }
    folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{campaign::DispositionCode, codes::TreeCode};

    fn tree() -> CodeTree {
        let code = |code: &str, label: &str| TreeCode { code: code.into(), label: label.into(), ..TreeCode::default() };
        let refused = TreeCode {
            second: vec![DispositionCode { code: "31".into(), label: "Túl drága".into() }],
            ..code("3", "Elutasította")
        };
        CodeTree { first: vec![code("1", "Érdeklődik"), code("2", "No llamar más"), refused], ..CodeTree::default() }
    }

    #[test]
    fn accents_case_and_order_do_not_matter() {
        let table = [
            ("erdek", Some("1")),
            ("ÉRDEKLŐDIK", Some("1")),
            ("mas llamar", Some("2")),
            ("2", Some("2")),
            ("elut", Some("3")),
            ("lamar", None),
            ("llamar nunca", None),
            ("", None),
            (" -.! ", None),
        ];
        for (typed, expected) in table {
            let found = tree().search(typed);
            assert_eq!(found.first().map(|hit| hit.code.as_str()), expected, "{typed}");
        }
    }

    #[test]
    fn a_second_code_is_found_with_its_first() {
        assert_eq!(tree().search("draga"), [CodeHit { code: "3".into(), second_code: Some("31".into()) }]);
    }

    #[test]
    fn endless_questions_are_cut() {
        assert!(tree().search(&"a ".repeat(1_000_000)).is_empty());
    }
}
