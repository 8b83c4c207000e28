//! What a column probably is, by its name in English, Spanish or Hungarian, and by what is in it.
//!
//! Digits with spaces may be anything: a date, a tax number, a balance. A column with a name is one of telephone numbers
//! only where its name says so (an odd value costs itself, not the column), or where every value has a plus and a country.
//! A stranger would be taken for a customer.

use super::{
    ImportTarget::{self, *},
    mapping::has_a_numbers_digits,
};
use crate::directory::{fold::fold, validate::field_name};
use ringcard_core::number::{Certainty, DialPlan, NotANumber, Party, Reading, UnsureReason};
use std::collections::HashSet;

/// In front of a free field's name in files we wrote.
pub(in crate::directory) const FIELD_PREFIX: &str = "field: ";

/// Unknown columns that become free fields; more are left out until somebody asks for them.
const MOST_GUESSED_FIELDS: usize = 30;

/// Names as [`fold`] leaves them, without numbers; the first one is for people.
const NAMES: &[(ImportTarget, &str)] = &[
    (
        Name,
        "name|full name|fullname|contact|contact name|customer|customer name|client|client name|display name|\
         fn|nombre|nombre completo|nombre y apellidos|apellidos y nombre|contacto|cliente|nombre cliente|\
         nombre del cliente|nev|teljes nev|ugyfel|ugyfel neve|ugyfelnev|kapcsolattarto|kapcsolattarto neve|\
         partner|partner neve|megjelenitendo nev",
    ),
    (FirstName, "first name|firstname|given name|forename|nombre de pila|primer nombre|nombres|keresztnev|utonev"),
    (LastName, "last name|lastname|surname|family name|apellido|apellidos|primer apellido|vezeteknev|csaladnev"),
    (
        Company,
        "company|company name|organisation|organization|organization name|account|account name|business|\
         employer|org|firm|empresa|nombre de empresa|nombre de la empresa|compania|razon social|organizacion|\
         ceg|cegnev|ceg neve|vallalat|vallalkozas|szervezet|munkaltato",
    ),
    (Role, "role|title|job title|position|function|cargo|puesto|rol|funcion|beosztas|munkakor|pozicio|szerepkor"),
    (
        Email,
        "email|e mail|mail|email address|e mail address|e mail value|email value|correo|correo electronico|\
         direccion de correo|direccion de correo electronico|email cim|e mail cim|emailcim|elektronikus cim",
    ),
    (
        Number,
        "phone|phone number|phonenumber|telephone|telephone number|tel|number|numbers|phones|main phone|\
         primary phone|other phone|phone value|telefono|numero|numero de telefono|telefonos|numeros|\
         otro telefono|telefon|telefonszam|tel szam|szam|szamok|telefonszamok|kozponti szam|egyeb telefon",
    ),
    (
        Mobile,
        "mobile|mobile phone|mobile number|mobilephone|cell|cell phone|cellphone|movil|celular|\
         telefono movil|telefono celular|numero movil|mobil|mobilszam|mobiltelefon|mobil telefon|mobil szam|\
         mobiltelefonszam",
    ),
    (
        Work,
        "work|work phone|work number|business phone|office|office phone|trabajo|oficina|telefono trabajo|\
         telefono de trabajo|telefono del trabajo|telefono oficina|telefono de oficina|telefono fijo|\
         munkahelyi|munkahelyi telefon|munkahelyi szam|irodai|irodai telefon|iroda|ceges telefon|vezetekes|\
         vezetekes telefon",
    ),
    (
        Home,
        "home|home phone|home number|casa|telefono casa|telefono de casa|telefono particular|particular|\
         otthoni|otthoni telefon|otthoni szam|lakas|lakas telefon",
    ),
    (
        Tags,
        "tags|tag|categories|category|groups|group|labels|group membership|etiquetas|etiqueta|categorias|\
         categoria|grupos|grupo|cimkek|cimke|kategoriak|kategoria|csoportok|csoport",
    ),
    (Vip, "vip|is vip|important|importante|preferente|fontos|kiemelt|kiemelt ugyfel"),
    (
        Notes,
        "notes|note|comment|comments|remarks|remark|description|notas|nota|comentario|comentarios|\
         observaciones|observacion|descripcion|megjegyzes|megjegyzesek|jegyzet|jegyzetek|leiras",
    ),
    (Link, "link|url|crm link|crm url|profile url|enlace|vinculo|hivatkozas"),
    (
        ExternalId,
        "id|external id|externalid|customer id|client id|contact id|record id|account id|crm id|uid|uuid|\
         customer number|customer no|account number|codigo|codigo cliente|codigo de cliente|id cliente|\
         numero de cliente|identificador|azonosito|ugyfelazonosito|ugyfel azonosito|ugyfelszam|\
         kulso azonosito|partnerkod|partner azonosito",
    ),
];

/// A column as far as the first rows tell.
pub(super) struct Seen<'a> {
    pub name: &'a str,
    /// The file gives it one; otherwise it is *Column 3*.
    pub has_name: bool,
    pub sample: &'a [String],
}

/// Parts of words that mean a telephone in the languages of users, as [`fold`] leaves them.
const TELEPHONE: &[&str] =
    &["phone", "telef", "rufnummer", "puhelin", "hivoszam", "msisdn", "whatsapp", "telepon", "телефон", "τηλεφων"];
/// The same at a word's beginning.
const TELEPHONE_BEGINS: &[&str] = &[
    "mobil",
    "movil",
    "celular",
    "cellul",
    "handy",
    "komork",
    "gsm",
    "viber",
    "natel",
    "portable",
    "telemovel",
    "vezetekes",
    "fax",
    "fono",
    "κινητο",
    "landline",
    "festnetz",
    "durchwahl",
    "fernsprech",
    "hotline",
    "fisso",
    "recapito",
    "elerhetoseg",
];
/// The same as whole words.
const TELEPHONE_WORDS: &[&str] = &["tel", "cell", "cel", "mob", "tfno", "tfn", "tfo", "tlf", "ph", "моб"];
/// The same as whole words one after the other.
const TELEPHONE_PHRASES: &[&str] = &[
    "contact number",
    "contact no",
    "numero contacto",
    "numero de contacto",
    "numero contatto",
    "numero di contatto",
    "kontakt nummer",
    "kontaktnummer",
];
/// Beside such a word they say that it is something about the telephone.
const ABOUT: &[&str] = &[
    "date",
    "datum",
    "fecha",
    "kelte",
    "since",
    "id",
    "type",
    "tipo",
    "tipus",
    "note",
    "bill",
    "szamla",
    "factura",
    "balance",
    "egyenleg",
    "saldo",
    "contract",
    "szerzodes",
    "contrato",
    "model",
    "imei",
    "serial",
    "code",
    "kod",
];

/// What the columns become, in their order. What only one column can be, the first one is.
pub(super) fn guess(columns: &[Seen<'_>], plan: Option<&DialPlan>) -> Vec<ImportTarget> {
    let mut targets: Vec<ImportTarget> = columns.iter().map(|column| by_name(column.name)).collect();
    // *Nombre* and *Apellidos* side by side: the first is not the whole name.
    if targets.contains(&LastName)
        && !targets.contains(&FirstName)
        && let Some(name) = targets.iter_mut().find(|target| **target == Name)
    {
        *name = FirstName;
    }
    for (target, column) in targets.iter_mut().zip(columns) {
        match target {
            Ignore => *target = by_content(column, plan),
            // *Contacto* is a person, but not where each value is a number.
            Name if are_beyond_doubt(&filled(column), plan) => *target = Number,
            _ => {}
        }
    }
    let mut taken = HashSet::new();
    let mut fields = 0;
    let mut field_names = HashSet::new();
    for (target, column) in targets.iter_mut().zip(columns) {
        // The columns our own report of refused rows has in front.
        if column.name.starts_with('#') {
            *target = Ignore;
            continue;
        }
        let again = !repeats(target) && *target != Ignore && !taken.insert(target.clone());
        if again || *target == Ignore {
            let empty = column.sample.iter().all(|value| value.trim().is_empty());
            fields += usize::from(!empty);
            *target = match empty || fields > MOST_GUESSED_FIELDS {
                true => Ignore,
                false => Field(unlike(column.name, &mut field_names)),
            };
        }
    }
    targets
}

/// A free field's name as it can be kept, that no other has.
pub(super) fn unlike(name: &str, taken: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|time| format!("{time}: {name}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered).map(|name| field_name(&name));
    let free = names.find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(free.clone());
    free
}

/// Whether several columns may be this.
pub(super) fn repeats(target: &ImportTarget) -> bool {
    matches!(target, Ignore | Number | Mobile | Work | Home | Tags)
}

/// What a person chose, for a message.
pub(super) fn in_words(target: &ImportTarget) -> String {
    match target {
        Field(name) => name.clone(),
        known => NAMES
            .iter()
            .find(|(target, _)| target == known)
            .map_or("", |(_, names)| names.split('|').next().unwrap_or_default())
            .to_owned(),
    }
}

/// Whether a name means anything to us: a row with such names is a header.
pub(super) fn is_known_name(name: &str) -> bool {
    by_name(name) != Ignore
}

fn by_name(name: &str) -> ImportTarget {
    if let Some(field) = name.trim().strip_prefix(FIELD_PREFIX) {
        return Field(field.to_owned());
    }
    let folded = fold(name);
    // *Phone 2*, *Phone 1 - Value*
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.bytes().all(|byte| byte.is_ascii_digit())).collect();
    let words = words.join(" ");
    let found = NAMES.iter().find(|(_, names)| names.split('|').any(|name| name == words));
    found.map_or(Ignore, |(target, _)| target.clone())
}

fn by_content(column: &Seen<'_>, plan: Option<&DialPlan>) -> ImportTarget {
    let values = filled(column);
    if values.is_empty() {
        // Perhaps further down the file.
        if column.has_name && says_telephone(column.name) { Number } else { Ignore }
    } else if values.iter().all(|value| looks_like_email(value)) {
        Email
    } else if are_numbers(column, &values, plan) {
        Number
    } else {
        Ignore
    }
}

fn filled<'a>(column: &Seen<'a>) -> Vec<&'a str> {
    column.sample.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect()
}

/// Whether there is nothing but numbers with a plus and a country.
fn are_beyond_doubt(values: &[&str], plan: Option<&DialPlan>) -> bool {
    let Some(plan) = plan else { return false };
    let beyond_doubt = |value: &&str| is_with_country(plan, value);
    values.iter().any(|value| beyond_doubt(value) == Some(true))
        && values.iter().all(|value| beyond_doubt(value).is_some())
}

fn are_numbers(column: &Seen<'_>, values: &[&str], plan: Option<&DialPlan>) -> bool {
    let are_written_so = values.iter().all(|value| looks_like_number(value));
    let Some(plan) = plan else { return are_written_so && !column.has_name };
    if column.has_name && !says_telephone(column.name) {
        return are_beyond_doubt(values, Some(plan));
    }
    let is_something_else = |value: &&str| {
        let read = plan.read(value);
        matches!(read, Err(NotANumber::Date | NotANumber::OrderNumber | NotANumber::CardNumber | NotANumber::Address))
    };
    if column.has_name {
        // Named for it: a remark or the number of a card here and there costs itself. Not dates, nor names of providers.
        let with_digits = values.iter().filter(|value| has_a_numbers_digits(value));
        let (read, other): (Vec<&&str>, Vec<&&str>) = with_digits.partition(|value| plan.read(value).is_ok());
        return !read.is_empty() && read.len() >= other.len();
    }
    are_written_so && !values.iter().any(is_something_else)
}

/// Whether a value has a plus and the country's code behind it, and whether such a number exists; an amount of money
/// may have a plus as well.
fn is_with_country(plan: &DialPlan, value: &str) -> Option<bool> {
    let start = value.trim_start_matches(['\'', '"', '(', '=', ' ']);
    let Reading { party, certainty } = plan.read(value).ok().filter(|_| start.starts_with('+'))?;
    let Party::Outside(_) = party else { return None };
    match certainty {
        Certainty::Sure => Some(true),
        Certainty::Unsure { why: UnsureReason::SeveralNumbers | UnsureReason::WordsAround } => Some(true),
        Certainty::Unsure { why: UnsureReason::NotInUse | UnsureReason::ExtensionGuessed } => Some(false),
        Certainty::Unsure { .. } => None,
    }
}

/// `Handy`, `Telefonnummer`, `Téléphone (bureau)`; not `Phone bill` or `Fecha de alta del teléfono`.
fn says_telephone(name: &str) -> bool {
    let folded = fold(name);
    let mut words = folded.split(' ');
    let names = |word: &str| {
        TELEPHONE_WORDS.contains(&word)
            || TELEPHONE.iter().any(|part| word.contains(part))
            || TELEPHONE_BEGINS.iter().any(|part| word.starts_with(part))
    };
    let whole_words = format!(" {folded} ");
    let says = |phrase: &&str| whole_words.contains(&format!(" {phrase} "));
    let mut other = folded.split(' ');
    (words.any(names) || TELEPHONE_PHRASES.iter().any(says)) && !other.any(|word| ABOUT.contains(&word))
}

pub(super) fn looks_like_email(value: &str) -> bool {
    value.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !value.contains(' '))
}

/// Written like a number, with a + or spaces: bare digits may as well be anything.
pub(super) fn looks_like_number(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let others = |letter: char| letter.is_ascii_digit() || " +-/().".contains(letter);
    (7..=16).contains(&digits)
        && value.chars().all(others)
        && (value.starts_with('+') || value.starts_with('0') || value.contains(' ') || value.contains('('))
}
