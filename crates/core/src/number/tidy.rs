//! From whatever people type and programs copy to plain characters.

/// The text in lower case, with ASCII digits, one kind of dash, slash, space and quote, without accents and without
/// what cannot be seen. Line ends inside become `;`, because they separate numbers; what is blank around it goes.
pub(super) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for c in text.trim().chars() {
        if c.is_ascii() {
            tidied.push(tidy_ascii(c));
        } else if !is_invisible(c) {
            if let Some(plain) = plain(c) {
                tidied.push(plain);
            } else {
                tidied.extend(c.to_lowercase());
            }
        }
    }
    tidied
}

fn tidy_ascii(c: char) -> char {
    match c {
        '\n' | '\r' => ';',
        '\'' | '`' => '\'',
        c if c.is_ascii_control() => ' ',
        c => c.to_ascii_lowercase(),
    }
}

/// Zero-width characters, combining accents, direction marks, variation selectors, the key cap around 3️⃣.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{0300}'..='\u{036F}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{20E3}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

fn plain(c: char) -> Option<char> {
    let plain = match c {
        '\u{2028}' | '\u{2029}' | '\u{0085}' => ';',
        '‐'..='―' | '−' | '﹘' | '﹣' | '⁃' | 'ー' => '-',
        '⁄' | '∕' => '/',
        '‘' | '’' | '´' | '′' => '\'',
        '“' | '”' | '„' | '«' | '»' => '"',
        '∼' | '⁓' => '~',
        '·' | '•' | '․' | '。' => '.',
        '×' => 'x',
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ă' | 'Á' | 'À' | 'Â' | 'Ä' | 'Ã' | 'Å' | 'Ă' | 'ą' | 'Ą' => {
            'a'
        }
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' | 'ě' | 'Ě' | 'ę' | 'Ę' | 'ė' | 'Ė' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'Í' | 'Ì' | 'Î' | 'Ï' | 'ı' | 'İ' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ő' | 'ø' | 'Ó' | 'Ò' | 'Ô' | 'Ö' | 'Õ' | 'Ő' | 'Ø' => 'o',
        'ú' | 'ù' | 'û' | 'ü' | 'ű' | 'ů' | 'Ú' | 'Ù' | 'Û' | 'Ü' | 'Ű' | 'Ů' => 'u',
        'ñ' | 'Ñ' | 'ň' | 'Ň' | 'ń' | 'Ń' => 'n',
        'ç' | 'Ç' | 'č' | 'Č' | 'ć' | 'Ć' => 'c',
        'ý' | 'Ý' => 'y',
        'š' | 'Š' | 'ș' | 'Ș' | 'ş' | 'Ş' | 'ś' | 'Ś' => 's',
        'ž' | 'Ž' | 'ż' | 'Ż' | 'ź' | 'Ź' => 'z',
        'ț' | 'Ț' | 'ţ' | 'Ţ' | 'ť' | 'Ť' => 't',
        'ř' | 'Ř' => 'r',
        'ł' | 'Ł' | 'ľ' | 'Ľ' => 'l',
        'ď' | 'Ď' | 'đ' | 'Đ' => 'd',
        'ğ' | 'Ğ' => 'g',
        // Greek: its stress marks, and the sigma at the end of a word
        'ά' | 'Ά' => 'α',
        'έ' | 'Έ' => 'ε',
        'ή' | 'Ή' => 'η',
        'ί' | 'Ί' => 'ι',
        'ό' | 'Ό' => 'ο',
        'ύ' | 'Ύ' => 'υ',
        'ώ' | 'Ώ' => 'ω',
        'ς' => 'σ',
        // The full-width copies of ASCII, in the same order.
        '！'..='～' => tidy_ascii(char::from_u32(c as u32 - 0xFEE0)?),
        c if c.is_whitespace() => ' ',
        c => return digit(c),
    };
    Some(plain)
}

/// The decimal digits of other scripts; each block has ten, from zero on.
fn digit(c: char) -> Option<char> {
    const ZEROS: [char; 15] = ['٠', '۰', '߀', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '๐', '໐', '༠'];
    let value = ZEROS.iter().find_map(|zero| (c as u32).checked_sub(*zero as u32).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_gone_and_the_rest_is_plain() {
        let table = [
            ("+36\u{a0}30\u{202f}123\u{2009}4567", "+36 30 123 4567"),
            ("\u{202a}+36 30\u{200b} 123 4567\u{202c}\u{feff}", "+36 30 123 4567"),
            ("＋３６－３０／１２３（４５）", "+36-30/123(45)"),
            ("06–30—123−4567", "06-30-123-4567"),
            ("٠٦٣٠ ۱۲۳", "0630 123"),
            ("3️⃣0️⃣", "30"),
            ("Mellék TELEFONSZÁM Ő", "mellek telefonszam o"),
            ("a\nb\tc", "a;b c"),
        ];
        for (written, plain) in table {
            assert_eq!(tidy(written), plain, "{written:?}");
        }
    }
}
