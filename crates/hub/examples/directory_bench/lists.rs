//! Believable customers, the same for the same number, and the lists they stand in.

use std::{
    error::Error,
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};
use zip::{ZipWriter, write::SimpleFileOptions};

/// One customer in so many has a number as it is dialled in town.
pub const WITHOUT_AREA_CODE: u64 = 100;

pub struct Believable {
    pub name: String,
    pub company: String,
    pub email: String,
    pub mobile: String,
    pub work: Option<String>,
}

/// The same customer for the same number, so that nothing has to be kept.
pub fn customer(number: u64) -> Believable {
    const FIRST: [&str; 24] = [
        "István",
        "Ágnes",
        "László",
        "Katalin",
        "Zoltán",
        "Éva",
        "Gábor",
        "Zsuzsanna",
        "María",
        "José",
        "Carmen",
        "Antonio",
        "Lucía",
        "Javier",
        "Sofía",
        "Núria",
        "James",
        "Mary",
        "Robert",
        "Patricia",
        "Michael",
        "Linda",
        "David",
        "Elizabeth",
    ];
    const LAST: [&str; 32] = [
        "Nagy",
        "Kovács",
        "Tóth",
        "Szabó",
        "Horváth",
        "Varga",
        "Kiss",
        "Molnár",
        "Németh",
        "Farkas",
        "Balogh",
        "Papp",
        "García",
        "López",
        "Martínez",
        "Sánchez",
        "Pérez",
        "Gómez",
        "Fernández",
        "Muñoz",
        "Álvarez",
        "Romero",
        "Smith",
        "Johnson",
        "Williams",
        "Brown",
        "Jones",
        "Miller",
        "Davis",
        "Wilson",
        "Taylor",
        "Clark",
    ];
    const SYLLABLES: [&str; 24] = [
        "al", "ber", "co", "dan", "el", "fer", "gra", "hex", "in", "jol", "kar", "lum", "mer", "nov", "or", "pla",
        "qui", "ros", "sol", "tec", "uni", "vel", "wes", "zen",
    ];
    const HOSTS: [&str; 4] = ["example.com", "example.org", "example.net", "mail.example"];
    let mut random = Random(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed);
    let (first, last) = (random.pick(&FIRST), random.pick(&LAST));
    let middle: String = (0..2 + random.below(2)).map(|_| random.pick(&SYLLABLES)).collect();
    let company: String = (0..2 + random.below(2)).map(|_| random.pick(&SYLLABLES)).collect();
    let ending = random.pick(&["Kft.", "Zrt.", "S.L.", "S.A.", "Ltd", "Inc."]);
    let title = |word: &str| word[..1].to_uppercase() + &word[1..];
    let local = format!("{middle}.{number}");
    Believable {
        name: format!("{first} {} {last}", title(&middle)),
        company: format!("{} {ending}", title(&company)),
        email: format!("{local}@{}", random.pick(&HOSTS)),
        mobile: mobile(&mut random),
        work: number
            .is_multiple_of(3)
            .then(|| format!("06 1 {:03} {:04}", 200 + random.below(280), random.below(10_000))),
    }
}

fn mobile(random: &mut Random) -> String {
    let (three, four) = (100 + random.below(900), random.below(10_000));
    match random.below(10) {
        0..=3 => format!("+36 {} {three} {four:04}", random.pick(&["20", "30", "70"])),
        4 | 5 => format!("06{}/{three}-{four:04}", random.pick(&["20", "30", "70"])),
        6..=8 => format!("+34 6{:02} {three} {:03}", random.below(100), random.below(1_000)),
        _ => format!("0044 7700 {:06}", random.below(1_000_000)),
    }
}

pub fn write_list(path: &Path, rows: u64) -> Result<(), Box<dyn Error>> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "id;név;cég;e-mail;mobil;munkahelyi telefon;telefon;címkék;VIP;megjegyzés")?;
    for row in 0..rows {
        let Believable { name, company, email, mobile, work } = customer(row);
        let work = work.unwrap_or_default();
        let (tags, vip) =
            (if row % 7 == 0 { "partner, hírlevél" } else { "" }, if row % 50 == 0 { "igen" } else { "" });
        let other = if row % WITHOUT_AREA_CODE == 0 { without_area_code(row) } else { String::new() };
        let note = if row % 5 == 0 { "\"Angolul beszél; \"\"délután\"\" hívható\"" } else { "" };
        writeln!(file, "C{row:07};{name};{company};{email};{mobile};{work};{other};{tags};{vip};{note}")?;
    }
    file.flush()?;
    Ok(())
}

/// A workbook as a spreadsheet saves it: texts in a part of their own, numbers as numbers.
pub fn write_workbook(path: &Path, rows: u64) -> Result<(), Box<dyn Error>> {
    const XML: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    const KINDS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let mut book = ZipWriter::new(BufWriter::new(File::create(path)?));
    let related = |id: u8, kind: &str, target: &str| {
        format!(r#"<Relationship Id="rId{id}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
    };
    let relations = |all: &[String]| {
        format!(r#"{XML}<Relationships xmlns="{PACKAGE}/relationships">{}</Relationships>"#, all.concat())
    };
    let small = [
        (
            "[Content_Types].xml",
            format!(
                r#"{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{KINDS}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KINDS}.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="{KINDS}.sharedStrings+xml"/></Types>"#
            ),
        ),
        ("_rels/.rels", relations(&[related(1, "officeDocument", "xl/workbook.xml")])),
        (
            "xl/workbook.xml",
            format!(
                r#"{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Ügyfelek" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[
                related(1, "worksheet", "worksheets/sheet1.xml"),
                related(2, "sharedStrings", "sharedStrings.xml"),
            ]),
        ),
    ];
    for (name, text) in small {
        book.start_file(name, SimpleFileOptions::default())?;
        book.write_all(text.as_bytes())?;
    }
    let columns = ["név", "cég", "e-mail", "mobil"];
    book.start_file("xl/sharedStrings.xml", SimpleFileOptions::default())?;
    write!(book, r#"{XML}<sst xmlns="{MAIN}">"#)?;
    for column in columns {
        write!(book, "<si><t>{column}</t></si>")?;
    }
    for row in 0..rows {
        let Believable { name, company, email, .. } = customer(row);
        write!(book, "<si><t>{name}</t></si><si><t>{company}</t></si><si><t>{email}</t></si>")?;
    }
    write!(book, "</sst>")?;
    book.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default())?;
    write!(book, r#"{XML}<worksheet xmlns="{MAIN}"><dimension ref="A1:D{}"/><sheetData><row r="1">"#, rows + 1)?;
    for (at, letter) in ('A'..='D').enumerate() {
        write!(book, r#"<c r="{letter}1" t="s"><v>{at}</v></c>"#)?;
    }
    write!(book, "</row>")?;
    for row in 0..rows {
        let (line, text) = (row + 2, columns.len() as u64 + row * 3);
        write!(book, r#"<row r="{line}">"#)?;
        for (at, letter) in ('A'..='C').enumerate() {
            write!(book, r#"<c r="{letter}{line}" t="s"><v>{}</v></c>"#, text + at as u64)?;
        }
        write!(book, r#"<c r="D{line}"><v>{}</v></c></row>"#, 36_201_000_000 + row)?;
    }
    write!(book, "</sheetData></worksheet>")?;
    book.finish()?.flush()?;
    Ok(())
}

/// Seven digits that no number with its area code ends in.
pub fn without_area_code(row: u64) -> String {
    let row = row / WITHOUT_AREA_CODE;
    format!("{:03}-{:04}", 950 + row / 10_000, row % 10_000)
}

/// The same numbers every time: xorshift.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    pub fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let place = self.below(of.len() as u64);
        of[usize::try_from(place).unwrap_or(0)]
    }
}
