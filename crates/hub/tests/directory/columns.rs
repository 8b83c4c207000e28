//! What each column of a list becomes: by the header lines of the usual programs in the languages of their users, by the
//! columns beside it, and by what is in it.

use super::CustomerList;
use ringcard_core::number::DialPlan;
use ringcard_hub::directory::import::{self, ImportChoices, ImportPreview, ImportState, ImportTarget, Remark};

async fn look(list: &CustomerList, country: &str, content: &str) -> ImportPreview {
    let file = list.file("list.csv", content);
    import::preview(&file, country, ImportChoices::default()).await.expect("a preview")
}

/// As the command line calls it: `first_name`, `number:fax`, `field`.
fn word(target: &ImportTarget) -> String {
    match target {
        ImportTarget::Field(_) => "field".to_owned(),
        ImportTarget::Labelled(label) => format!("number:{label}"),
        other => serde_json::to_value(other).ok().and_then(|word| Some(word.as_str()?.to_owned())).unwrap_or_default(),
    }
}

fn words(preview: &ImportPreview) -> Vec<String> {
    preview.columns.iter().map(|column| word(&column.target)).collect()
}

/// Each column with what it becomes, `header>target`.
const HEADERS: &[(&str, &str, &str)] = &[
    (
        "Outlook",
        "US",
        "Title>field|First Name>first_name|Middle Name>middle_name|Last Name>last_name|Suffix>field|Company>company|\
         Department>field|Job Title>role|Business Street>field|Business Postal Code>field|Home Street>field|\
         Assistant's Phone>number:assistant|Business Fax>number:fax|Business Phone>work|Business Phone 2>work|\
         Callback>number:callback|Car Phone>number:car|Company Main Phone>work|Home Fax>number:fax|Home Phone>home|\
         ISDN>number|Mobile Phone>mobile|Other Fax>number:fax|Other Phone>number|Pager>number:pager|\
         Primary Phone>number|Account>field|Birthday>field|Categories>tags|E-mail Address>email|E-mail Type>field|\
         E-mail Display Name>field|E-mail 2 Address>field|Government ID Number>field|Notes>notes|Web Page>link",
    ),
    (
        "Outlook, German",
        "DE",
        "Anrede>field|Vorname>first_name|Weitere Vornamen>middle_name|Nachname>last_name|Suffix>field|Firma>company|\
         Abteilung>field|Position>role|Straße geschäftlich>field|Postleitzahl geschäftlich>field|\
         Telefon Assistent>number:assistant|Fax geschäftlich>number:fax|Telefon geschäftlich>work|\
         Telefon geschäftlich 2>work|Telefon Firma>work|Fax privat>number:fax|Telefon (privat)>home|\
         Mobiltelefon>mobile|Weiteres Fax>number:fax|Weiteres Telefon>number|Pager>number:pager|Haupttelefon>number|\
         E-Mail-Adresse>email|E-Mail-Typ>field|Geburtstag>field|Kategorien>tags|Notizen>notes|Webseite>link",
    ),
    (
        "Outlook, French",
        "FR",
        "Titre>field|Prénom>first_name|Deuxième prénom>middle_name|Nom>last_name|Suffixe>field|Société>company|\
         Service>field|Titre du poste>role|Rue (bureau)>field|Code postal (bureau)>field|Télécopie (bureau)>number:fax|\
         Téléphone (bureau)>work|Téléphone 2 (bureau)>work|Téléphone (voiture)>number:car|Téléphone société>work|\
         Téléphone (domicile)>home|Tél. mobile>mobile|Autre téléphone>number|Téléphone principal>number|\
         Adresse de messagerie>email|Anniversaire>field|Catégories>tags|Notes>notes|Page Web>link",
    ),
    (
        "Outlook, Italian",
        "IT",
        "Titolo>field|Nome>first_name|Secondo nome>middle_name|Cognome>last_name|Società>company|Reparto>field|\
         Posizione>role|Fax (uff.)>number:fax|Telefono (uff.)>work|Telefono (ab.)>home|Cellulare>mobile|\
         Altro telefono>number|Indirizzo posta elettronica>email|Compleanno>field|Categorie>tags|Note>notes",
    ),
    (
        "Outlook, Spanish",
        "ES",
        "Tratamiento>field|Nombre>first_name|Segundo nombre>middle_name|Apellidos>last_name|Organización>company|\
         Departamento>field|Puesto>role|Fax del trabajo>number:fax|Teléfono del trabajo>work|Teléfono particular>home|\
         Móvil>mobile|Otro teléfono>number|Dirección de correo electrónico>email|Cumpleaños>field|Categorías>tags|Notas>notes",
    ),
    (
        "Outlook, Portuguese",
        "BR",
        "Título>field|Nome>first_name|Segundo Nome>middle_name|Sobrenome>last_name|Empresa>company|Departamento>field|\
         Cargo>role|Fax Comercial>number:fax|Telefone Comercial>work|Telefone Residencial>home|Telefone Celular>mobile|\
         Outro Telefone>number|Endereço de Email>email|Aniversário>field|Categorias>tags|Anotações>notes",
    ),
    (
        "Portugal",
        "PT",
        "Nome>first_name|Apelido>last_name|Telemóvel>mobile|Telefone de casa>home|Correio eletrónico>email",
    ),
    (
        "Outlook, Polish",
        "PL",
        "Tytuł>field|Imię>first_name|Drugie imię>middle_name|Nazwisko>last_name|Firma>company|Dział>field|\
         Stanowisko>role|Faks służbowy>number:fax|Telefon służbowy>work|Telefon domowy>home|Telefon komórkowy>mobile|\
         Inny telefon>number|Adres e-mail>email|Urodziny>field|Kategorie>tags|Notatki>notes",
    ),
    (
        "Outlook, Dutch",
        "NL",
        "Titel>field|Voornaam>first_name|Middelste naam>middle_name|Achternaam>last_name|Bedrijf>company|Afdeling>field|\
         Functie>role|Fax op werk>number:fax|Telefoon op werk>work|Telefoon thuis>home|Mobiele telefoon>mobile|\
         E-mailadres>email|Verjaardag>field|Categorieën>tags|Notities>notes",
    ),
    (
        "Outlook, Romanian",
        "RO",
        "Titlu>field|Prenume>first_name|Nume>last_name|Companie>company|Funcție>role|Fax serviciu>number:fax|\
         Telefon serviciu>work|Telefon domiciliu>home|Telefon mobil>mobile|Adresă de e-mail>email|Observații>notes",
    ),
    (
        "Outlook, Czech",
        "CZ",
        "Titul>field|Jméno>first_name|Druhé jméno>middle_name|Příjmení>last_name|Společnost>company|Pracovní pozice>role|\
         Fax do zaměstnání>number:fax|Telefon do zaměstnání>work|Telefon domů>home|Mobilní telefon>mobile|\
         E-mailová adresa>email|Poznámky>notes",
    ),
    (
        "Slovak",
        "SK",
        "Meno>first_name|Priezvisko>last_name|Spoločnosť>company|Pracovná pozícia>role|Telefón do zamestnania>work|\
         Mobilný telefón>mobile|E-mailová adresa>email|Poznámky>notes",
    ),
    (
        "Outlook, Hungarian",
        "HU",
        "Megszólítás>field|Utónév>first_name|Középső név>middle_name|Vezetéknév>last_name|Cég>company|Osztály>field|\
         Beosztás>role|Munkahelyi fax>number:fax|Munkahelyi telefon>work|Otthoni telefon>home|Mobiltelefon>mobile|\
         E-mail cím>email|Születésnap>field|Kategóriák>tags|Jegyzetek>notes",
    ),
    (
        "Outlook, Russian",
        "RU",
        "Обращение>field|Имя>first_name|Отчество>middle_name|Фамилия>last_name|Организация>company|Отдел>field|\
         Должность>role|Рабочий факс>number:fax|Рабочий телефон>work|Домашний телефон>home|Телефон переносной>mobile|\
         Адрес эл. почты>email|Категории>tags|Заметки>notes|День рождения>field|ИНН>field",
    ),
    (
        "Ukrainian",
        "UA",
        "Ім'я>first_name|По батькові>middle_name|Прізвище>last_name|Компанія>company|Посада>role|Робочий телефон>work|\
         Мобільний телефон>mobile|Електронна пошта>email|Нотатки>notes",
    ),
    (
        "Croatian",
        "HR",
        "Ime>first_name|Prezime>last_name|Tvrtka>company|Radno mjesto>role|Poslovni telefon>work|Mobitel>mobile|\
         Kućni telefon>home|E-pošta>email|Bilješke>notes|OIB>field",
    ),
    (
        "Serbian",
        "RS",
        "Име>first_name|Презиме>last_name|Фирма>company|Мобилни телефон>mobile|Телефон>number|Напомена>notes",
    ),
    (
        "Slovenian",
        "SI",
        "Ime>first_name|Priimek>last_name|Podjetje>company|Delovno mesto>role|Službeni telefon>work|\
         Prenosni telefon>mobile|E-poštni naslov>email|Opombe>notes",
    ),
    (
        "Swedish",
        "SE",
        "Förnamn>first_name|Efternamn>last_name|Företag>company|Befattning>role|Telefon, arbete>work|\
         Mobiltelefon>mobile|Telefon, hem>home|E-postadress>email|Anteckningar>notes|Organisationsnummer>field",
    ),
    (
        "Danish",
        "DK",
        "Fornavn>first_name|Efternavn>last_name|Virksomhed>company|Stilling>role|Telefon, arbejde>work|\
         Mobiltelefon>mobile|Telefon, privat>home|Mailadresse>email|Noter>notes",
    ),
    (
        "Norwegian",
        "NO",
        "Fornavn>first_name|Etternavn>last_name|Bedrift>company|Stilling>role|Telefon arbeid>work|Mobiltelefon>mobile|\
         Hjemtelefon>home|E-postadresse>email|Notater>notes",
    ),
    (
        "Finnish",
        "FI",
        "Etunimi>first_name|Sukunimi>last_name|Yritys>company|Asema>role|Työpuhelin>work|Matkapuhelin>mobile|\
         Kotipuhelin>home|Sähköpostiosoite>email|Muistiinpanot>notes|Syntymäpäivä>field",
    ),
    (
        "Turkish",
        "TR",
        "Ad>first_name|Soyad>last_name|Şirket>company|İş Unvanı>role|İş Telefonu>work|Cep Telefonu>mobile|Ev Telefonu>home|\
         E-posta Adresi>email|Notlar>notes|Doğum Günü>field",
    ),
    (
        "Greek",
        "GR",
        "Όνομα>first_name|Επώνυμο>last_name|Εταιρεία>company|Θέση εργασίας>role|Τηλέφωνο εργασίας>work|\
         Κινητό τηλέφωνο>mobile|Τηλέφωνο οικίας>home|Σημειώσεις>notes|ΑΦΜ>field",
    ),
    (
        "Bulgarian",
        "BG",
        "Име>first_name|Презиме>middle_name|Фамилия>last_name|Фирма>company|Длъжност>role|Служебен телефон>work|\
         Мобилен телефон>mobile|Имейл>email|Бележки>notes|ЕГН>field",
    ),
    (
        "Japanese",
        "JP",
        "姓>last_name|名>first_name|会社>company|役職>role|勤務先電話番号>work|携帯電話>mobile|電子メール アドレス>email|メモ>notes|誕生日>field",
    ),
    (
        "Chinese",
        "CN",
        "姓名>name|公司>company|职务>role|手机>mobile|办公电话>work|电子邮件>email|备注>notes|生日>field",
    ),
    (
        "Google",
        "US",
        "First Name>first_name|Middle Name>middle_name|Last Name>last_name|Name Prefix>field|Name Suffix>field|\
         Nickname>field|File As>field|Organization Name>company|Organization Title>role|Organization Department>field|\
         Birthday>field|Notes>notes|Photo>field|Labels>tags|E-mail 1 - Label>field|E-mail 1 - Value>email|\
         Phone 1 - Label>label|Phone 1 - Value>number|Phone 2 - Label>label|Phone 2 - Value>number|\
         Website 1 - Label>field|Website 1 - Value>link",
    ),
    (
        "Google, before",
        "US",
        "Name>name|Given Name>first_name|Additional Name>middle_name|Family Name>last_name|Group Membership>tags|\
         E-mail 1 - Type>field|E-mail 1 - Value>email|Phone 1 - Type>label|Phone 1 - Value>number|\
         Organization 1 - Name>company|Organization 1 - Title>role",
    ),
    (
        "HubSpot",
        "US",
        "Record ID>external_id|First Name>first_name|Last Name>last_name|Email>email|Phone Number>number|\
         Mobile Phone Number>mobile|Contact owner>field|Associated Company>company|Job Title>role|Lifecycle Stage>field|\
         Create Date>field",
    ),
    (
        "HubSpot, by its own names",
        "US",
        "hs_object_id>external_id|firstname>first_name|lastname>last_name|email>email|phone>number|mobilephone>mobile|\
         company>company|jobtitle>role",
    ),
    (
        "Salesforce",
        "US",
        "Salutation>field|First Name>first_name|Last Name>last_name|Title>role|Account Name>company|Phone>number|\
         Mobile>mobile|Fax>number:fax|Email>email|Description>notes|Contact ID>external_id|Mailing Street>field",
    ),
    (
        "Salesforce, by its own names",
        "US",
        "FirstName>first_name|LastName>last_name|AccountName>company|MobilePhone>mobile|HomePhone>home|OtherPhone>number",
    ),
    (
        "Zoho",
        "IN",
        "Record Id>external_id|Contact Owner>field|Lead Source>field|First Name>first_name|Last Name>last_name|\
         Account Name>company|Email>email|Title>role|Department>field|Phone>number|Home Phone>home|Other Phone>number|\
         Fax>number:fax|Mobile>mobile|Date of Birth>field|Assistant>field|Asst Phone>number:assistant|Description>notes|Tag>tags",
    ),
    (
        "Odoo",
        "BE",
        "External ID>external_id|Name>name|Company Name>company|Job Position>role|Phone>number|Mobile>mobile|Email>email|\
         Tags>tags|Tax ID>field|Notes>notes|Country>field",
    ),
    ("a spreadsheet", "DE", "Name>last_name|Vorname>first_name|Tel.>number|Handy>mobile|Ort>field|Kd.-Nr.>field"),
    (
        "a spreadsheet",
        "DE",
        "Ansprechpartner>name|Firma>company|Telefonnummer>number|Faxnummer>number:fax|Bemerkung>notes",
    ),
    ("a spreadsheet", "FR", "Nom>name|Téléphone>number|Portable>mobile|Courriel>email"),
    ("a spreadsheet", "IT", "Nome>name|Telefono>number|Partita IVA>field"),
    ("a spreadsheet", "RO", "Nume>name|Telefon>number|CNP>field"),
    ("a spreadsheet", "PL", "Imię i nazwisko>name|Nr tel.>number|NIP>field|Uwagi>notes"),
    ("a spreadsheet", "HU", "Név>name|Telefonszám>number|Adószám>field|Megjegyzés>notes"),
    ("a spreadsheet", "NL", "Naam>name|Telefoonnummer>number|BTW-nummer>field|Opmerkingen>notes"),
    ("a spreadsheet", "RU", "ФИО>name|Телефон>number|Моб. телефон>mobile|Примечание>notes"),
];

#[tokio::test]
async fn every_column_of_the_usual_exports_has_its_target() {
    let list = CustomerList::new();
    let mut wrong = Vec::new();
    for (program, country, header) in HEADERS {
        let pairs: Vec<(&str, &str)> = header.split('|').filter_map(|pair| pair.rsplit_once('>')).collect();
        let names: Vec<String> = pairs.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let values = vec!["x"; pairs.len()];
        let seen = look(&list, country, &format!("{}\n{}\n", names.join(";"), values.join(";"))).await;
        for ((name, expected), found) in pairs.iter().zip(words(&seen)) {
            if found != **expected {
                wrong.push(format!("{program} ({country}): {name} is {found}, not {expected}"));
            }
        }
        wrong.extend(
            seen.columns.iter().filter(|column| column.guessed).map(|column| format!("{} is no guess", column.name)),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn names_arrive_in_the_right_order() {
    for (country, rows, name) in [
        ("BR", "Nome;Sobrenome;Telefone\nPaula;Exemplo;(11) 5555-0120\n", "Paula Exemplo"),
        ("FR", "Nom;Prénom;Téléphone\nExemple;Paule;01 55 50 01 20\n", "Paule Exemple"),
        ("RO", "Nume;Prenume;Telefon\nExemplu;Paula;021 555 0120\n", "Paula Exemplu"),
        ("DE", "Name;Vorname;Telefon\nMuster;Karl;030 23125019\n", "Karl Muster"),
        (
            "DE",
            "Anrede;Vorname;Weitere Vornamen;Nachname;Firma\nHerr;Karl;Maria Otto;Muster;Muster GmbH\n",
            "Karl Maria Otto Muster",
        ),
        ("HU", "Vezetéknév;Keresztnév;Középső név;Telefon\nMinta;Anna;Mária;06 30 555 0120\n", "Minta Anna Mária"),
        ("RU", "Фамилия;Имя;Отчество;Телефон\nПример;Ольга;Ивановна;+7 912 555 01 31\n", "Ольга Ивановна Пример"),
        ("US", "Name;First Name;Last Name\nAnna Minta;Anna;Minta\n", "Anna Minta"),
        ("US", "File As;First Name;Last Name\n\"Minta, Anna\";Anna;Minta\n", "Anna Minta"),
    ] {
        let list = CustomerList::with_plan(DialPlan::new(country).expect("a country"));
        let done = list.import(&list.file("list.csv", rows)).await;
        assert_eq!((done.state, done.created), (ImportState::Done, 1), "{rows}: {:?}", done.message);
        assert_eq!(list.only("").await.details.name, name, "{rows}");
    }
}

#[tokio::test]
async fn a_german_outlook_list_arrives_whole() {
    let list = CustomerList::with_plan(DialPlan::new("DE").expect("a country"));
    let rows = "Anrede;Vorname;Weitere Vornamen;Nachname;Firma;Position;Telefon geschäftlich;Mobiltelefon;E-Mail-Adresse;Notizen\n\
        Herr;Karl;;Muster;Muster GmbH;Einkauf;+49 30 23125019;+49 152 28817386;karl@example.com;ruft freitags an\n";
    list.import(&list.file("outlook.csv", rows)).await;
    let karl = list.only("muster").await.details;
    assert_eq!((karl.name.as_str(), karl.company.as_str()), ("Karl Muster", "Muster GmbH"));
    assert_eq!((karl.role.as_str(), karl.email.as_str()), ("Einkauf", "karl@example.com"));
    assert_eq!((karl.notes.as_str(), karl.fields["Anrede"].as_str()), ("ruft freitags an", "Herr"));
    let labels: Vec<&str> = karl.numbers.iter().map(|number| number.label.as_str()).collect();
    assert_eq!(labels, ["work", "mobile"]);
}

#[tokio::test]
async fn of_two_columns_that_could_be_the_same_the_better_one_wins() {
    let list = CustomerList::new();
    for (rows, expected) in [
        ("Name,Title,Job Title\nAnna,Ms.,Buyer\n", vec!["name", "field", "role"]),
        ("Name,Job Title,Title\nAnna,,Buyer\n", vec!["name", "ignore", "role"]),
        ("Name,Title\nAnna,Ms.\nBela,Dr.\n", vec!["name", "field"]),
        ("Name,Title\nAnna,Head of purchasing\nBela,Dr.\nCili,Sales\n", vec!["name", "role"]),
        ("Name;Titel;Funktion\nKarl;Dr.;Einkauf\n", vec!["name", "field", "role"]),
        ("Contact,Full name\nmail,Anna\n", vec!["field", "name"]),
        ("Organization,Company\n,Minta Kft.\n", vec!["ignore", "company"]),
        ("Name,Customer number,ID\nAnna,0012,77\n", vec!["name", "field", "external_id"]),
        ("Name,Description,Notes\nAnna,long,short\n", vec!["name", "field", "notes"]),
        ("Name,Website,CRM link\nAnna,a.example,b.example\n", vec!["name", "field", "link"]),
        ("Name,E-mail,E-mail 2\nAnna,a@example.com,b@example.com\n", vec!["name", "email", "field"]),
    ] {
        assert_eq!(words(&look(&list, "US", rows).await), expected, "{rows}");
    }
}

#[tokio::test]
async fn a_number_keeps_the_label_that_the_column_beside_it_gives() {
    for (rows, expected) in [
        (
            "Name,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value\nAnna,Mobile,+36 30 555 0123,Work,+36 1 555 0123\n",
            "mobile,work",
        ),
        ("Name,Phone 1 - Label,Phone 1 - Value\nAnna,* Home,+36 30 555 0123\n", "home"),
        (
            "Name;Telefon 1 - Typ;Telefon 1 - Wert;Telefon 2 - Typ;Telefon 2 - Wert\nAnna;Handy;+36 30 555 0123;Arbeit;+36 1 555 0123\n",
            "mobile,work",
        ),
        ("Name,Label,Phone\nAnna,Mobile,+36 30 555 0123\n", "mobile"),
        ("Name,Phone,Type\nAnna,+36 30 555 0123,Work\n", "work"),
        ("Name,Phone,Type,Phone,Type\nAnna,+36 30 555 0123,Mobile,+36 1 555 0123,Home\n", "mobile,home"),
        ("Name,Type,Phone,Type,Phone\nAnna,Mobile,+36 30 555 0123,Home,+36 1 555 0123\n", "mobile,home"),
        (
            "Name,Phone 1,Phone 2,Phone 1 Type,Phone 2 Type\nAnna,+36 30 555 0123,+36 1 555 0123,Mobile,Home\n",
            "mobile,home",
        ),
        ("Név;Telefon;Típus\nAnna;+36 30 555 0123;Munkahelyi\n", "work"),
        ("Nom;Téléphone 1 - Type;Téléphone 1\nAnna;Domicile;+36 30 555 0123\n", "home"),
        ("Name,Phone 1 - Type,Phone 1 - Value\nAnna,Lager,+36 30 555 0123\n", "Lager"),
        ("Name,Phone 1 - Type,Phone 1 - Value\nAnna,,+36 30 555 0123\n", ""),
        ("Name,Phone 1 - Type,Phone 1 - Value\nAnna,Mobile,+36 30 555 0123 ::: +36 1 555 0123\n", "mobile,mobile"),
        (
            "Name,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value\nAnna,Work Fax,+36 1 555 0199,Mobile,+36 30 555 0123\n",
            "mobile,fax",
        ),
    ] {
        let list = CustomerList::new();
        list.import(&list.file("list.csv", rows)).await;
        let anna = list.only("anna").await.details;
        let labels: Vec<&str> = anna.numbers.iter().map(|number| number.label.as_str()).collect();
        assert_eq!(labels.join(","), expected, "{rows}");
        assert!(anna.fields.is_empty(), "{rows}: {:?}", anna.fields);
    }
    // A column that says something else is none of labels.
    let list = CustomerList::new();
    let seen =
        look(&list, "HU", "Name,Phone,Type\nAnna,+36 30 555 0123,Reseller\nBela,+36 30 555 0124,End customer\n").await;
    assert_eq!(words(&seen), ["name", "number", "field"]);
}

#[tokio::test]
async fn a_fax_keeps_its_label_and_is_not_the_first_number() {
    let list = CustomerList::new();
    let rows = "\"Title\",\"First Name\",\"Last Name\",\"Company\",\"Job Title\",\"Business Fax\",\"Business Phone\",\"Mobile Phone\"\n\
        \"Ms.\",\"Anna\",\"Minta\",\"Minta Kft.\",\"Head of purchasing\",\"+36 1 555 0121\",\"+36 1 555 0122\",\"+36 30 555 0121\"\n";
    list.import(&list.file("outlook.csv", rows)).await;
    let anna = list.only("anna").await.details;
    assert_eq!((anna.role.as_str(), anna.fields["Title"].as_str()), ("Head of purchasing", "Ms."));
    let numbers: Vec<(&str, &str)> =
        anna.numbers.iter().map(|number| (number.label.as_str(), number.written.as_str())).collect();
    assert_eq!(numbers, [("work", "+36 1 555 0122"), ("mobile", "+36 30 555 0121"), ("fax", "+36 1 555 0121")]);
}

#[tokio::test]
async fn what_is_told_by_content_only_is_shown_as_a_guess() {
    let list = CustomerList::new();
    let seen = look(&list, "HU", "Name,Phone,Reach me at,Write to\nAnna,1,+36 30 555 0123,anna@example.com\n").await;
    assert_eq!(words(&seen), ["name", "number", "number", "email"]);
    let guessed: Vec<bool> = seen.columns.iter().map(|column| column.guessed).collect();
    assert_eq!(guessed, [false, false, true, true]);
}

#[tokio::test]
async fn amounts_dates_and_keys_of_columns_without_a_name_are_no_numbers() {
    let list = CustomerList::new();
    for values in [
        ["1 250 000", "15 000 000"],
        ["1984 05 12", "1979 12 31"],
        ["12 05 1984", "31 12 1979"],
        ["12/05/1984", "31/12/1979"],
        ["0001555018", "0001555019"],
        ["12 May 1984", "31 December 1979"],
    ] {
        let seen = look(&list, "HU", &format!("Name,\nAnna,{}\nBela,{}\n", values[0], values[1])).await;
        assert_eq!(word(&seen.columns[1].target), "field", "{values:?}");
    }
    for values in [["06 30 555 0103", "06 1 555 0104"], ["+36 30 555 0103", "+49 30 23125014"]] {
        let seen = look(&list, "HU", &format!("Name,\nAnna,{}\nBela,{}\n", values[0], values[1])).await;
        assert_eq!((word(&seen.columns[1].target).as_str(), seen.columns[1].guessed), ("number", true), "{values:?}");
    }
}

#[tokio::test]
async fn a_list_that_would_come_in_without_names_is_stopped_with_a_question() {
    let list = CustomerList::new();
    let rows = "Who is it,Phone\nAnna,+36 30 555 0123\n";
    let seen = look(&list, "HU", rows).await;
    assert!(seen.remarks.contains(&Remark::Nameless), "{:?}", seen.remarks);
    let file = list.file("list.csv", rows);
    let done = list.import(&file).await;
    assert_eq!((done.state, done.read), (ImportState::Failed, 0));
    assert!(done.message.as_deref().is_some_and(|message| message.contains("=name")), "{:?}", done.message);
    assert_eq!(list.import_as(&file, vec![ImportTarget::Name, ImportTarget::Number]).await.created, 1);
    assert_eq!(list.only("anna").await.details.numbers.len(), 1);
    // Somebody says that numbers are all there is.
    let other = CustomerList::new();
    let file = other.file("numbers.csv", "Phone\n+36 30 555 0123\n+36 30 555 0124\n");
    assert_eq!(other.import(&file).await.state, ImportState::Failed);
    assert_eq!(other.import_as(&file, vec![ImportTarget::Number]).await.created, 2);
    // A company is a name.
    let firms = CustomerList::new();
    assert_eq!(firms.import(&firms.file("firms.csv", "Firma;Telefon\nMinta Kft.;+36 1 555 0123\n")).await.created, 1);
}
