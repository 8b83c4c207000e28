//! Words that people write beside numbers, tidied: Hungarian, English, Spanish and the neighbours'.

/// What a word beside a number says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It is a telephone number.
    Phone,
    /// It is the extension behind a number (`m`: Hungarian *mellék*).
    Extension,
    /// It is some other number.
    Order,
    /// Nothing, it joins two numbers (`vagy`, `or`).
    Joining,
    Unknown,
}

pub(super) fn meaning(word: &str) -> Meaning {
    if EXTENSION.contains(&word) {
        Meaning::Extension
    } else if PHONE.contains(&word) {
        Meaning::Phone
    } else if ORDER.contains(&word) {
        Meaning::Order
    } else if JOINING.contains(&word) {
        Meaning::Joining
    } else {
        Meaning::Unknown
    }
}

/// Written between a number and its extension. `m` and others are also labels *before* a number (`m: 06 30 …`).
#[rustfmt::skip]
const EXTENSION: &[&str] = &[
    "x", "ext", "extn", "extension", "m", "mell", "mellek", "mellekallomas", "int", "interno", "interna",
    "internal", "poste", "anexo", "dw", "durchwahl", "klapka", "linka", "wew", "ramal", "toestel",
    // German, Polish, Czech, Slovene, Croatian, Swedish, Danish, Finnish, Turkish, Portuguese, French, Romanian
    "nebenstelle", "nst", "wewn", "wewnetrzny", "kl", "lok", "lokal", "ankn", "anknytning", "alanumero", "dahili",
    "extensao", "interne", "interior", "tst",
    // Russian, Ukrainian, Bulgarian, Greek
    "доб", "добавочный", "вн", "внутр", "дод", "додатковий", "вътр", "вътрешен", "εσωτ", "εσωτερικο",
    // Chinese, Japanese, Korean, Hebrew, Arabic
    "分机", "分機", "内線", "内线", "내선", "שלוחה", "تحويلة", "داخلي",
];

#[rustfmt::skip]
const PHONE: &[&str] = &[
    // Hungarian
    "tel", "telefon", "telefonszam", "telefonszama", "telszam", "mobil", "mobilszam", "mobiltelefon", "fax", "szam",
    "szama", "hivas", "hivo", "hivoszam", "iroda", "irodai", "munkahely", "munkahelyi", "otthon", "otthoni",
    "vezetekes", "ugyfelszolgalat", "kozpont",
    // English
    "t", "p", "f", "c", "h", "w", "o", "ph", "phone", "telephone", "mob", "mobile", "cell", "cellphone", "call",
    "dial", "work", "office", "home", "number", "no", "nr", "num", "main", "direct", "switchboard", "whatsapp",
    "viber", "sms",
    // Spanish
    "telf", "tlf", "tfno", "telefono", "movil", "celular", "cel", "fijo", "casa", "oficina", "trabajo", "numero",
    "llamar", "llame", "centralita",
    // German, French, Romanian, Slovak
    "handy", "privat", "buro", "portable", "bureau", "mobilne", "telefonne", "cislo", "numar", "acasa", "serviciu",
   
];

#[rustfmt::skip]
const JOINING: &[&str] = &[
    "vagy", "es", "or", "and", "y", "oder", "und", "ou", "et", "sau", "si", "lub", "albo", "nebo", "alebo", "ili", "ali", "of",
    "eller", "tai", "veya", "ya", "или", "або",
];

#[rustfmt::skip]
const ORDER: &[&str] = &[
    // English
    "order", "orders", "invoice", "ticket", "case", "ref", "reference", "id", "bill", "po", "sku", "inv", "ord",
    "tax", "vat", "account", "contract", "tracking", "parcel", "booking", "iban", "eur", "usd", "huf",
    // Hungarian
    "rendeles", "rendelesszam", "megrendeles", "megrendelesszam", "szamla", "szamlaszam", "szamlaszama",
    "bankszamla", "bankszamlaszam", "ugyiratszam", "ugyszam", "iktatoszam", "azonosito", "ugyfelszam", "cikkszam",
    "adoszam", "adoazonosito", "taj", "cegjegyzekszam", "szerzodes", "szerzodesszam", "csomag", "csomagszam",
    "bizonylat", "bizonylatszam", "ft",
    // Spanish
    "pedido", "factura", "expediente", "referencia", "cuenta", "contrato", "envio", "albaran", "nif", "cif", "dni",
    "nie",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::tidy::tidy;

    #[test]
    fn every_word_is_written_as_it_is_compared_and_only_once() {
        let mut all: Vec<_> = EXTENSION.iter().chain(PHONE).chain(JOINING).chain(ORDER).collect();
        assert!(all.iter().all(|word| tidy(word) == **word));
        all.sort_unstable();
        let known = all.len();
        all.dedup();
        assert_eq!(known, all.len());
    }
}
