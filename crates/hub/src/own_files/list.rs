//! Windows' lists of who may do what with a file, as its own text of them (SDDL) says it: `O:…D:P(A;OICI;FA;;;SY)…`.
//!
//! Read and written without asking the system, so that what follows from a list can be tried on any. A list that cannot be
//! read counts as one that lets everybody do everything; what is denied is not counted: it takes away from what is allowed, and
//! what is said too often does less harm than what is said too seldom.

use super::SERVICE;

/// What installs parts of Windows, and owns its folders.
const TRUSTED_INSTALLER: &str = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";

/// The system, administrators, the administrator that every machine has, whoever a file belongs to, and whoever makes one.
const TRUSTED: [&str; 7] = ["SY", "BA", "LA", "OW", "CO", SERVICE, TRUSTED_INSTALLER];

/// Groups that nobody chose for one file: everybody, whoever signed in, whoever sits here, guests, programs from the store.
const WIDE: [(&str, &str); 9] = [
    ("WD", "S-1-1-0"),
    ("AU", "S-1-5-11"),
    ("BU", "S-1-5-32-545"),
    ("IU", "S-1-5-4"),
    ("AN", "S-1-5-7"),
    ("BG", "S-1-5-32-546"),
    ("NU", "S-1-5-2"),
    ("AC", "S-1-15-2-1"),
    ("DU", "DU"),
];

const ALL: u32 = 0x1f_01ff;
const ALL_OF_ANY_KIND: u32 = 0x1000_0000;
/// Its bytes, or the names in a folder.
const READS: u32 = 0x1 | 0x8000_0000 | ALL_OF_ANY_KIND;
/// To take away or rename, who may do what, whose it is: enough to put something else in its place.
const REPLACES: u32 = 0x1_0000 | 0x4_0000 | 0x8_0000 | ALL_OF_ANY_KIND;
/// Its bytes, or what is in a folder.
const CHANGES: u32 = 0x2 | 0x4 | 0x40 | 0x4000_0000 | REPLACES;
/// To take away what is in a folder, whoever may do what with that.
const TAKES_AWAY_WITHIN: u32 = 0x40 | REPLACES;

/// Whose a file is, and who may do what with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List {
    owner: String,
    /// `None`: there is no list, and everybody may do everything.
    entries: Option<Vec<Entry>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    allows: bool,
    flags: String,
    rights: u32,
    who: String,
    /// Something else than *this account has these rights*; kept by nobody.
    is_plain: bool,
}

impl Entry {
    /// `A;OICIID;0x1200a9;;;BU`
    fn read(text: &str) -> Option<Self> {
        let [kind, flags, rights, object, of_what, rest] = text.splitn(6, ';').collect::<Vec<_>>().try_into().ok()?;
        let (who, condition) = rest.split_once(';').unwrap_or((rest, ""));
        Some(Self {
            allows: matches!(kind, "A" | "OA" | "XA" | "ZA"),
            flags: flags.to_owned(),
            rights: rights_of(rights),
            who: who.to_owned(),
            is_plain: kind == "A" && object.is_empty() && of_what.is_empty() && condition.is_empty(),
        })
    }

    fn is(&self, flag: &str) -> bool {
        self.flags.as_bytes().chunks(2).any(|two| two == flag.as_bytes())
    }
}

impl List {
    /// `O:BAG:SYD:PAI(A;;FA;;;SY)(A;ID;0x1200a9;;;BU)`. `None` where it is no such text.
    pub fn read(text: &str) -> Option<Self> {
        let owner = part(text, 'O')?.to_owned();
        let Some(list) = part(text, 'D').filter(|list| !list.contains("NO_ACCESS_CONTROL")) else {
            return Some(Self { owner, entries: None });
        };
        let entries = match list.split_once('(') {
            None => Vec::new(),
            Some((_, entries)) => {
                entries.strip_suffix(')')?.split(")(").map(Entry::read).collect::<Option<Vec<Entry>>>()?
            }
        };
        Some(Self { owner, entries: Some(entries) })
    }

    /// Whose it is.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Whether it belongs to this user, or to somebody who may do everything anyway.
    pub fn belongs_to_trusted(&self, user: &str) -> bool {
        is_trusted(&self.owner, user)
    }

    /// Whether nobody else can do anything with it, and, of a folder, with what is made in it.
    pub fn is_closed(&self, user: &str) -> bool {
        self.belongs_to_trusted(user) && self.others(user, u32::MAX, true).is_some_and(|others| others.is_empty())
    }

    /// Who else may read it: accounts as the system writes them. Empty: nobody.
    pub fn readers(&self, user: &str) -> Vec<String> {
        self.others_or_everybody(user, READS)
    }

    /// Who else may change it.
    pub fn writers(&self, user: &str) -> Vec<String> {
        self.others_or_everybody(user, CHANGES)
    }

    /// Who else may put another folder in the place of this one, or of what is in it.
    pub fn replacers(&self, user: &str) -> Vec<String> {
        self.others_or_everybody(user, TAKES_AWAY_WITHIN)
    }

    fn others_or_everybody(&self, user: &str, rights: u32) -> Vec<String> {
        self.others(user, rights, false).unwrap_or_else(|| vec!["WD".to_owned()])
    }

    /// `None`: everybody.
    fn others(&self, user: &str, rights: u32, for_what_is_made_too: bool) -> Option<Vec<String>> {
        let mut others: Vec<String> = Vec::new();
        for entry in self.entries.as_ref()? {
            let counts = entry.allows && entry.rights & rights != 0 && (for_what_is_made_too || !entry.is("IO"));
            if counts && !is_trusted(&entry.who, user) && !others.contains(&entry.who) {
                others.push(entry.who.clone());
            }
        }
        Some(others)
    }

    /// The list that takes everything from others: what is this user's, the system's, administrators' and the service's
    /// stays.
    pub fn closed(&self, user: &str, is_folder: bool) -> String {
        self.without(user, is_folder, |who| who == SERVICE)
    }

    /// The same for a file that takes the place of this one: accounts that somebody chose keep what they may, and with
    /// `everybody` groups nobody chose as well.
    pub fn kept(&self, user: &str, everybody: bool) -> String {
        self.without(user, false, |who| everybody || !WIDE.iter().any(|(short, long)| who == *short || who == *long))
    }

    /// Whether it is this file's own list and no folder's.
    pub fn has_own_entries(&self) -> bool {
        self.entries.iter().flatten().any(|entry| !entry.is("ID"))
    }

    /// Whether others than those of [`private`] have any part in it.
    pub fn has_more_than(&self, user: &str) -> bool {
        let has_all = |who: &str| who == user || ["SY", "BA", "OW", "CO"].contains(&who);
        self.entries.as_ref().is_none_or(|entries| entries.iter().any(|entry| entry.allows && !has_all(&entry.who)))
    }

    fn without(&self, user: &str, is_folder: bool, stays: impl Fn(&str) -> bool) -> String {
        let mut text = private(user, is_folder);
        for entry in self.entries.iter().flatten() {
            let has_all = entry.who == user || entry.who == "SY" || entry.who == "BA";
            if entry.allows && entry.is_plain && !has_all && stays(&entry.who) {
                let flags = if is_folder { entry.flags.replace("ID", "") } else { String::new() };
                text.push_str(&format!("(A;{flags};{:#x};;;{})", entry.rights, entry.who));
            }
        }
        text
    }
}

/// What stands after `O:` or `D:`; the letter of the next part ends it.
fn part(text: &str, letter: char) -> Option<&str> {
    let mut depth = 0;
    let mut begins = None;
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    for pair in letters.windows(2) {
        let [(at, one), (_, next)] = pair else { continue };
        match one {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 && *next == ':' && "OGDS".contains(*one) {
            match begins {
                Some(begin) => return text.get(begin..*at),
                None if *one == letter => begins = Some(at + 2),
                None => {}
            }
        }
    }
    begins.and_then(|begin| text.get(begin..))
}

/// `0x1200a9`, `FA`, `FRFW`; a name that is not known is everything.
fn rights_of(text: &str) -> u32 {
    if let Some(digits) = text.strip_prefix("0x") {
        return u32::from_str_radix(digits, 16).unwrap_or(u32::MAX);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        return text.parse().unwrap_or(u32::MAX);
    }
    let names = text.as_bytes().chunks(2).map(|two| match two {
        b"FA" => ALL,
        b"FR" => 0x12_0089,
        b"FW" => 0x12_0116,
        b"FX" => 0x12_00a0,
        b"GA" => ALL_OF_ANY_KIND,
        b"GX" => 0x2000_0000,
        b"GW" => 0x4000_0000,
        b"GR" => 0x8000_0000,
        b"SD" => 0x1_0000,
        b"RC" => 0x2_0000,
        b"WD" => 0x4_0000,
        b"WO" => 0x8_0000,
        b"CC" => 0x1,
        b"DC" => 0x2,
        b"LC" => 0x4,
        b"SW" => 0x8,
        b"RP" => 0x10,
        b"WP" => 0x20,
        b"DT" => 0x40,
        b"LO" => 0x80,
        b"CR" => 0x100,
        _ => u32::MAX,
    });
    names.fold(0, |all, one| all | one)
}

fn is_trusted(who: &str, user: &str) -> bool {
    who == user || TRUSTED.contains(&who)
}

/// The list of what is this user's alone; a folder's holds for what is made in it.
pub(crate) fn private(user: &str, is_folder: bool) -> String {
    let flags = if is_folder { "OICI" } else { "" };
    let accounts = ["SY", "BA"].into_iter().filter(|who| *who != user).chain([user]);
    accounts.fold("D:P".to_owned(), |text, who| format!("{text}(A;{flags};FA;;;{who})"))
}

/// What the service may do in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServiceMay {
    Read,
    Change,
}

/// The list of a folder of the service: administrators', and what the service may.
pub(crate) fn of_service(may: ServiceMay) -> String {
    let rights = match may {
        ServiceMay::Read => "0x1200a9",
        ServiceMay::Change => "0x1301bf",
    };
    format!("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;{rights};;;{SERVICE})")
}

/// An account in the form that every tool of Windows' takes, whatever its language: `*S-1-5-11`.
pub(crate) fn for_tools(who: &str) -> String {
    let long = WIDE.iter().find(|(short, _)| *short == who).map_or(who, |(_, long)| long);
    if long.starts_with("S-1-") { format!("*{long}") } else { long.to_owned() }
}

/// What a person types to take a file from these accounts; nothing that it inherits comes back.
pub(crate) fn command_to_close(path: &str, others: &[String]) -> String {
    let others: Vec<String> = others.iter().map(|who| for_tools(who)).collect();
    format!("icacls \"{path}\" /inheritance:d /remove:g {}", others.join(" "))
}

#[cfg(test)]
mod tests;
