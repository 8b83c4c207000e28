//! Words as they are compared: small letters, without accents, so that *kovacs* is *Kovács* and *lopez* *López*.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The words of a text, folded.
pub fn words(text: &str) -> Vec<String> {
    let folded = if text.is_ascii() { text.to_ascii_lowercase() } else { fold_marks(text) };
    let words = folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn fold_marks(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        match letter {
            // Letters that Unicode does not take apart, and that are typed without their stroke.
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            // Lower-casing İ leaves a dot above behind.
            mark if is_combining_mark(mark) => {}
            other => folded.push(other),
        }
    }
    folded
}
