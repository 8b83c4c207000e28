//! Cards as phones and mail programs write them.

use super::CustomerList;
use encoding_rs::{ISO_8859_2, KOI8_R, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
use ringcard_connect::Crm;
use ringcard_core::customer::CustomerDetails;
use ringcard_hub::directory::import::{ImportChoices, preview};

fn card(lines: &[&str]) -> String {
    [["BEGIN:VCARD", "VERSION:2.1"].as_slice(), lines, ["END:VCARD", ""].as_slice()].concat().join("\r\n")
}

async fn only(bytes: impl AsRef<[u8]>) -> CustomerDetails {
    let list = CustomerList::new();
    let done = list.import(&list.file("cards.vcf", bytes.as_ref())).await;
    assert_eq!((done.created, done.refused), (1, 0), "{}: {done:?}", String::from_utf8_lossy(bytes.as_ref()));
    list.directory.search("", 10).await.expect("an answer").remove(0).customer.details
}

fn labels(details: &CustomerDetails) -> Vec<(&str, &str)> {
    details.numbers.iter().map(|number| (number.label.as_str(), number.written.as_str())).collect()
}

fn quoted(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("={byte:02X}")).collect()
}

#[tokio::test]
async fn quoted_printable_is_read_wherever_it_is_folded() {
    let olga = quoted("Ольга".as_bytes());
    for form in [
        "ENCODING=QUOTED-PRINTABLE",
        "QUOTED-PRINTABLE",
        "ENCODING=QUOTED",
        "encoding=quoted-printable",
        "ENCODING=Q",
        "Encoding=Quoted-Printable",
    ] {
        let mut cards = Vec::new();
        // At every place, with and without a soft break, with and without a space in front of what goes on.
        for at in 1..olga.len() {
            let (one, two) = olga.split_at(at);
            for between in ["=\r\n", "=\r\n ", "=\r\n\t", "\r\n ", "\r\n\t", "=\n", "=\n "] {
                // Only what folds without a soft break does so inside of `=D0`.
                if between.starts_with('=') && !two.starts_with('=') {
                    continue;
                }
                let number = cards.len();
                let name = format!("N;CHARSET=UTF-8;{form}:=D0=9F;{one}{between}{two};;;");
                cards.push(card(&[&name, &format!("UID:{number}"), &format!("TEL;CELL:+7912555{number:04}")]));
            }
        }
        let list = CustomerList::new();
        let done = list.import(&list.file("cards.vcf", cards.concat())).await;
        assert_eq!((done.created, done.refused), (cards.len() as u64, 0), "{form}: {:?}", done.refused_rows);
        let found = list.directory.search("", 200).await.expect("an answer");
        assert_eq!(found.len(), cards.len());
        let other = found.iter().find(|found| found.customer.details.name != "П Ольга");
        assert!(other.is_none(), "{form}: {other:?}");
    }
}

#[tokio::test]
async fn the_folds_of_phones_that_were_seen_are_read() {
    for name in [
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=9F=D1=80=D0=B8=D0=BC=D0=B5=D1=80;=D0=9E=D0=BB=D1=8C=D0=B3=D0=\r\n =B0;;;",
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=9F=D1=80=D0=B8=D0=BC=D0=B5=D1=80;=D0=9E=D0=BB=\r\n =D1=8C=D0=B3=D0=B0;;;",
        "N;CHARSET=UTF-8;QUOTED-PRINTABLE:=d0=9f=d1=80=d0=b8=d0=bc=d0=b5=d1=80;=d0=9e=d0=bb=\r\n\t=d1=8c=d0=b3=d0=b0;;;",
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=9F=D1=80=D0=B8=D0=BC=D0=B5=D1=80;=D0=9E=D0=BB=\r\n D1=8C=D0=B3=D0=B0;;;",
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=9F=D1=80=D0=B8=D0=BC=D0=B5=D1=80;=D0=9E=D0=BB=D1=8C=D0=B3=D0=B0;;;=",
    ] {
        let note = "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=B7=D0=B2=D0=BE=D0=BD=D0=B8=D1=82=D1=8C=20=D1=83=D1=82=D1=80=D0=BE=D0=BC";
        let details = only(card(&[name, "TEL;CELL:+79125550130", note])).await;
        assert_eq!((details.name.as_str(), details.notes.as_str()), ("Пример Ольга", "звонить утром"), "{name}");
    }
}

#[tokio::test]
async fn a_space_that_belongs_to_the_text_stays() {
    let plain = only(card(&["FN;ENCODING=QUOTED-PRINTABLE:Anna=", " Minta", "TEL:+36305550101"])).await;
    assert_eq!(plain.name, "Anna Minta");
    let no_fold = only(card(&["FN;QUOTED-PRINTABLE:Anna =", "Minta", "TEL:+36305550101"])).await;
    assert_eq!(no_fold.name, "Anna Minta");
    let encodes = only(card(&["FN;ENCODING=QUOTED-PRINTABLE:Anna=20Mi=", " nta", "TEL:+36305550101"])).await;
    assert_eq!(encodes.name, "Anna Minta", "a writer that encodes its spaces means none");
    let german = only(card(&[
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=\r\n =BCrgen",
        "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=BC=\r\n ne Gasse",
    ]))
    .await;
    assert_eq!((german.name.as_str(), german.notes.as_str()), ("Jürgen", "Grüne Gasse"), "as this writer folds");
}

#[tokio::test]
async fn every_property_and_character_set_can_be_quoted() {
    for (charset, encoding) in [("windows-1251", WINDOWS_1251), ("KOI8-R", KOI8_R)] {
        let text = |text: &str| quoted(&encoding.encode(text).0);
        let (name, company, note) = (text("Ольга Пример"), text("Ромашка"), text("звонить утром"));
        let lines = [
            format!("FN;ENCODING=QUOTED-PRINTABLE;CHARSET={charset}:{}=\r\n {}", &name[..12], &name[12..]),
            format!("ORG;CHARSET={charset};QUOTED-PRINTABLE:{company}"),
            format!("NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET={charset}:{note}="),
            format!("CATEGORIES;ENCODING=QUOTED-PRINTABLE;CHARSET={charset}:{}", text("склад")),
            "TEL;ENCODING=QUOTED-PRINTABLE:=2B79125550131".to_owned(),
        ];
        let details = only(card(&lines.each_ref().map(String::as_str))).await;
        assert_eq!(
            (details.name.as_str(), details.company.as_str(), details.notes.as_str()),
            ("Ольга Пример", "Ромашка", "звонить утром")
        );
        assert_eq!(
            (details.tags.as_slice(), labels(&details)),
            (["склад".to_owned()].as_slice(), vec![("", "+79125550131")])
        );
    }
    let japanese = quoted(&SHIFT_JIS.encode("山田;太郎").0);
    let details =
        only(card(&[&format!("N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:{japanese}"), "TEL:+81355550101"])).await;
    assert!(details.name.contains("山田") && details.name.contains("太郎"), "{}", details.name);
}

#[tokio::test]
async fn each_card_is_read_in_the_letters_it_says() {
    let list = CustomerList::new();
    let raw = |text: &str, encoding: &'static encoding_rs::Encoding| encoding.encode(text).0.into_owned();
    let cards = [
        raw(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN;CHARSET=ISO-8859-1:Ibáñez;Íñigo;;;\r\nFN;CHARSET=ISO-8859-1:Íñigo Ibáñez\r\nORG;CHARSET=ISO-8859-1:Peñón São Paulo\r\nTEL:+34915550129\r\nEND:VCARD\r\n",
            WINDOWS_1252,
        ),
        raw(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN;CHARSET=ISO-8859-2:Szűcs Győző\r\nORG:Hűtő Kft.\r\nTEL:+36305550129\r\nEND:VCARD\r\n",
            ISO_8859_2,
        ),
        raw(
            "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=windows-1251:Ольга\r\nTEL:+79125550130\r\nEND:VCARD\r\n",
            WINDOWS_1251,
        ),
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Łukasz Żółć\r\nTEL:+48225550130\r\nEND:VCARD\r\n".as_bytes().to_vec(),
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN;CHARSET=ISO-8859-1:Ärzte Müller\r\nTEL:+4930555013\r\nEND:VCARD\r\n"
            .as_bytes()
            .to_vec(),
    ];
    let file = list.file("cards.vcf", cards.concat());
    let done = list.import(&file).await;
    assert_eq!((done.created, done.refused), (5, 0), "{:?}", done.refused_rows);
    assert_eq!(list.only("inigo").await.details.company, "Peñón São Paulo");
    let gyozo = list.only("gyozo").await.details;
    assert_eq!(
        (gyozo.name.as_str(), gyozo.company.as_str()),
        ("Szűcs Győző", "Hűtő Kft."),
        "the card's other lines as well"
    );
    for name in ["Ольга", "Łukasz Żółć", "Ärzte Müller"] {
        assert_eq!(list.only(name).await.details.name, name);
    }
    let seen = preview(&list.file("one.vcf", &cards[0]), "HU", ImportChoices::default()).await.expect("a preview");
    assert_eq!((seen.encoding.as_str(), seen.doubt), ("windows-1252", None));
}

#[tokio::test]
async fn cards_that_say_nothing_of_their_letters_are_guessed_and_can_be_said() {
    let list = CustomerList::new();
    let text = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Íñigo Ibáñez\r\nORG:Peñón\r\nTEL:+34915550129\r\nEND:VCARD\r\n";
    let file = list.file("cards.vcf", WINDOWS_1252.encode(text).0);
    let choices = ImportChoices { encoding: Some("ISO-8859-2".to_owned()), ..ImportChoices::default() };
    let said = preview(&file, "HU", choices).await.expect("a preview");
    assert_eq!(said.encoding, "ISO-8859-2");
    list.import(&file).await;
    assert_eq!(list.only("inigo").await.details.name, "Íñigo Ibáñez");
}

#[tokio::test]
async fn a_number_keeps_the_label_its_card_gives_it() {
    for (line, label) in [
        ("TEL;TYPE=Mobil:+36305550124", "mobile"),
        ("TEL;TYPE=arbeit:+36305550124", "work"),
        ("TEL;TYPE=X-Lager:+36305550124", "Lager"),
        ("TEL;TYPE=WORK,CELL,pref:+36305550124", "mobile"),
        ("TEL;WORK;VOICE;PREF:+36305550124", "work"),
        ("TEL;TYPE=\"home,voice\":+36305550124", "home"),
        ("TEL;TYPE=Reception:+36305550124", "Reception"),
        ("TEL;X-Bodega:+36305550124", "Bodega"),
        ("TEL;TYPE=домашний:+36305550124", "home"),
        ("TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=4C=61=67=65=72):+36305550124", "Lager"),
        ("TEL;PREF:+36305550124", ""),
        ("item1.TEL:+36305550124\r\nitem1.X-ABLabel:_$!<Mobile>!$_", "mobile"),
        ("item1.TEL;TYPE=CELL:+36305550124\r\nitem1.X-ABLabel:Raktár", "Raktár"),
        ("item1.TEL:+36305550124\r\nitem1.X-ABLabel:Otthoni", "home"),
        ("TEL;TYPE=fax,work:+36305550124", "fax"),
        ("item1.TEL:+36305550124\r\nitem1.X-ABLabel:_$!<WorkFAX>!$_", "fax"),
    ] {
        let details = only(card(&["FN:Anna Minta", line])).await;
        assert_eq!(labels(&details), [(label, "+36305550124")], "{line}");
    }
    let details = only(card(&[
        "FN:Anna Minta",
        "TEL;FAX:+3615550121",
        "TEL:+3615550122",
        "TEL;TYPE=telefax:+3615550123",
        "TEL;CELL:+36305550121",
    ]))
    .await;
    let expected = [("", "+3615550122"), ("mobile", "+36305550121"), ("fax", "+3615550121"), ("fax", "+3615550123")];
    assert_eq!(labels(&details), expected, "a fax is never the first");
}

#[tokio::test]
async fn a_note_with_raw_ends_of_lines_is_whole_and_hides_nothing() {
    let details = only(card(&[
        "FN:Anna Minta",
        "NOTE:first line",
        "second line: more",
        "Tel: 06 1 555 0199",
        "",
        "last",
        "TEL;CELL:+36305550101",
    ]))
    .await;
    assert_eq!(details.notes, "first line\nsecond line: more\nTel: 06 1 555 0199\n\nlast");
    assert_eq!(labels(&details), [("mobile", "+36305550101")]);
    let ended =
        only(card(&["FN:Anna Minta", "NOTE;ENCODING=QUOTED-PRINTABLE:end=0D=0A=", "", "TEL:+36305550101"])).await;
    assert_eq!((ended.notes.as_str(), ended.numbers.len()), ("end", 1));
    let last = only(card(&["FN:Anna Minta", "TEL:+36305550101", "NOTE;ENCODING=QUOTED-PRINTABLE:end="])).await;
    assert_eq!(last.notes, "end", "a soft break does not swallow the card's end");
}

#[tokio::test]
async fn of_several_addresses_titles_and_links_the_first_counts_and_none_is_lost() {
    let details = only(card(&[
        "FN:Anna Minta",
        "FN;LANGUAGE=de:Anna Muster",
        "TEL;CELL:+36305550101",
        "TITLE:Buyer",
        "ROLE:Decides",
        "EMAIL;TYPE=work:a@example.com",
        "EMAIL;TYPE=home:b@example.com",
        "EMAIL:a@example.com ",
        "EMAIL:c@example.com",
        "URL:https://a.example.com",
        "URL:https://b.example.com",
        "NOTE:one",
        "NOTE:two",
    ]))
    .await;
    assert_eq!((details.name.as_str(), details.role.as_str()), ("Anna Minta", "Buyer"));
    assert_eq!((details.email.as_str(), details.notes.as_str()), ("a@example.com", "one\ntwo"));
    assert_eq!(details.link.as_deref(), Some("https://a.example.com"));
    let fields: Vec<(&str, &str)> =
        details.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected = [
        ("2: EMAIL", "c@example.com"),
        ("EMAIL", "b@example.com"),
        ("TITLE", "Decides"),
        ("URL", "https://b.example.com"),
    ];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn a_refused_card_is_in_the_report_with_what_stood_there() {
    let list = CustomerList::new();
    let broken =
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:An\x81na\r\nTEL;TYPE=cell:+36305550101\r\nORG:\r\nEND:VCARD\r\n".as_slice();
    let note =
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bela Proba\r\nNOTE:x\x81x\r\nTEL:+36305550102\r\nEND:VCARD\r\n".as_slice();
    let unended = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cili Kiss\r\nTEL:+36305550103\r\n".as_slice();
    let done = list.import(&list.file("cards.vcf", [broken, note, unended].concat())).await;
    assert_eq!((done.created, done.refused, done.adjusted), (1, 2, 1), "{done:?}");
    assert!(done.adjusted_rows[0].reason.contains("encoding"), "only the note is left out: {:?}", done.adjusted_rows);
    let report = std::fs::read_to_string(done.report_path.expect("a report")).expect("the report");
    for text in ["+36305550101 [mobile]", "Cili Kiss", "+36305550103"] {
        assert!(report.contains(text), "{text} is not in {report}");
    }
}
