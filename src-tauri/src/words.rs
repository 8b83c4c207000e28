//! The shell's own words: tray and notifications, in the languages of the user interface.

use ringcard_core::{
    number::{NumberView, PartyKind},
    text::contained,
};
use ringcard_desk::{attention::Who, left::LeftView};
use ringcard_hub::config::{Language, QuietMode};

pub struct Words {
    pub open: &'static str,
    pub call_number: &'static str,
    pub do_not_disturb: &'static str,
    pub announce: &'static str,
    card: &'static str,
    notification: &'static str,
    both: &'static str,
    neither: &'static str,
    call_back: &'static str,
    pub demo_ring: &'static str,
    pub quit: &'static str,
    pub ready: &'static str,
    pub ringing: &'static str,
    missed_one: &'static str,
    missed_many: &'static str,
    due_one: &'static str,
    due_many: &'static str,
    callers_one: &'static str,
    callers_many: &'static str,
    uncoded_one: &'static str,
    uncoded_many: &'static str,
    stuck: &'static str,
    left: &'static str,
    pub callback_due: &'static str,
    pub call_now: &'static str,
    others_one: &'static str,
    others_many: &'static str,
    pub incoming_call: &'static str,
    pub missed_call: &'static str,
    pub show: &'static str,
    pub call_back_short: &'static str,
    hidden: &'static str,
    unreadable: &'static str,
    on_line: &'static str,
    pub import_goes_on: &'static str,
    pub import_goes_on_text: &'static str,
    pub import_ended: &'static str,
    import_counts: &'static str,
}

const EN: Words = Words {
    open: "Open Ringcard",
    call_number: "Call a number…",
    do_not_disturb: "Do not disturb",
    announce: "Announce calls by",
    card: "Card",
    notification: "Notification",
    both: "Card and notification",
    neither: "Neither",
    call_back: "Call back {}",
    demo_ring: "Ring a simulated call",
    quit: "Quit",
    ready: "Ready for calls",
    ringing: "Ringing",
    missed_one: "1 missed call",
    missed_many: "{} missed calls",
    due_one: "1 call-back is due",
    due_many: "{} call-backs are due",
    callers_one: "1 missed caller to call back",
    callers_many: "{} missed callers to call back",
    uncoded_one: "1 call without a code",
    uncoded_many: "{} calls without a code",
    stuck: "{} not sent",
    left: "{} left to do",
    callback_due: "Call-back due",
    call_now: "Call now",
    others_one: "and 1 more",
    others_many: "and {} more",
    incoming_call: "Incoming call",
    missed_call: "Missed call",
    show: "Open",
    call_back_short: "Call back",
    hidden: "Number withheld",
    unreadable: "Unreadable number",
    on_line: "Line: {}",
    import_goes_on: "The import goes on",
    import_goes_on_text: "The window is closed. Customers › Import says afterwards what became of it.",
    import_ended: "The import has ended",
    import_counts: "{} rows read, {} refused. Customers › Import says more.",
};

const ES: Words = Words {
    open: "Abrir Ringcard",
    call_number: "Llamar a un número…",
    do_not_disturb: "No molestar",
    announce: "Anunciar llamadas con",
    card: "Tarjeta",
    notification: "Notificación",
    both: "Tarjeta y notificación",
    neither: "Nada",
    call_back: "Devolver la llamada a {}",
    demo_ring: "Simular una llamada",
    quit: "Salir",
    ready: "Listo para recibir llamadas",
    ringing: "Sonando",
    missed_one: "1 llamada perdida",
    missed_many: "{} llamadas perdidas",
    due_one: "1 rellamada pendiente",
    due_many: "{} rellamadas pendientes",
    callers_one: "1 llamada perdida por devolver",
    callers_many: "{} llamadas perdidas por devolver",
    uncoded_one: "1 llamada sin código",
    uncoded_many: "{} llamadas sin código",
    stuck: "{} sin enviar",
    left: "{} pendientes",
    callback_due: "Rellamada pendiente",
    call_now: "Llamar ahora",
    others_one: "y 1 más",
    others_many: "y {} más",
    incoming_call: "Llamada entrante",
    missed_call: "Llamada perdida",
    show: "Abrir",
    call_back_short: "Devolver la llamada",
    hidden: "Número oculto",
    unreadable: "Número ilegible",
    on_line: "Línea: {}",
    import_goes_on: "La importación continúa",
    import_goes_on_text: "La ventana está cerrada. El resultado se verá en Clientes › Importar.",
    import_ended: "La importación ha terminado",
    import_counts: "{} filas leídas, {} rechazadas. Más detalles en Clientes › Importar.",
};

const HU: Words = Words {
    open: "Ringcard megnyitása",
    call_number: "Szám hívása…",
    do_not_disturb: "Ne zavarjanak",
    announce: "Hívások jelzése",
    card: "Kártya",
    notification: "Értesítés",
    both: "Kártya és értesítés",
    neither: "Egyik sem",
    call_back: "{} visszahívása",
    demo_ring: "Szimulált hívás",
    quit: "Kilépés",
    ready: "Hívásra kész",
    ringing: "Cseng",
    missed_one: "1 nem fogadott hívás",
    missed_many: "{} nem fogadott hívás",
    due_one: "1 visszahívás esedékes",
    due_many: "{} visszahívás esedékes",
    callers_one: "1 visszahívandó hívó",
    callers_many: "{} visszahívandó hívó",
    uncoded_one: "1 hívás kód nélkül",
    uncoded_many: "{} hívás kód nélkül",
    stuck: "{} nem ment el",
    left: "{} teendő",
    callback_due: "Esedékes visszahívás",
    call_now: "Hívás most",
    others_one: "és még 1",
    others_many: "és még {}",
    incoming_call: "Bejövő hívás",
    missed_call: "Nem fogadott hívás",
    show: "Megnyitás",
    call_back_short: "Visszahívás",
    hidden: "Rejtett szám",
    unreadable: "Olvashatatlan szám",
    on_line: "Vonal: {}",
    import_goes_on: "Az importálás folytatódik",
    import_goes_on_text: "Az ablak be van zárva. Az eredményt az Ügyfelek › Importálás mutatja majd.",
    import_ended: "Az importálás befejeződött",
    import_counts: "{} sor beolvasva, {} elutasítva. Részletek: Ügyfelek › Importálás.",
};

pub fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Es => &ES,
        Language::Hu => &HU,
    }
}

impl Words {
    pub fn quiet(&self, mode: QuietMode) -> &'static str {
        match mode {
            QuietMode::Card => self.card,
            QuietMode::Notification => self.notification,
            QuietMode::Both => self.both,
            QuietMode::Neither => self.neither,
        }
    }

    fn missed(&self, count: u32) -> String {
        match count {
            1 => self.missed_one.to_owned(),
            many => self.missed_many.replace("{}", &many.to_string()),
        }
    }

    /// What is left to do: the one kind there is, or how much in all and of what.
    pub fn left(&self, left: &LeftView, is_shared: bool) -> String {
        let many = |one: &str, many: &str, count: u32| match count {
            1 => one.to_owned(),
            count => many.replace("{}", &count.to_string()),
        };
        let missed = match is_shared {
            true => many(self.callers_one, self.callers_many, left.missed),
            false => self.missed(left.missed),
        };
        let kinds = [
            (left.missed, missed),
            (left.callbacks_due, self.due(left.callbacks_due)),
            (left.without_code, many(self.uncoded_one, self.uncoded_many, left.without_code)),
            (left.stuck, self.stuck.replace("{}", &left.stuck.to_string())),
        ];
        let kinds: Vec<String> = kinds.into_iter().filter(|(count, _)| *count > 0).map(|(_, said)| said).collect();
        match kinds.as_slice() {
            [only] => only.clone(),
            kinds => format!("{}: {}", self.left.replace("{}", &left.total.to_string()), kinds.join(", ")),
        }
    }

    pub fn due(&self, count: u32) -> String {
        match count {
            1 => self.due_one.to_owned(),
            many => self.due_many.replace("{}", &many.to_string()),
        }
    }

    pub fn others(&self, count: usize) -> String {
        match count {
            1 => self.others_one.to_owned(),
            many => self.others_many.replace("{}", &many.to_string()),
        }
    }

    pub fn call_back(&self, who: &Who) -> String {
        self.call_back.replace("{}", &self.who(who))
    }

    /// A name, or the number; by itself in whatever sentence.
    pub fn who(&self, who: &Who) -> String {
        let name = who.name.as_deref().or(who.company.as_deref()).map(|name| contained(name).into_owned());
        name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| self.number(&who.number))
    }

    pub fn number(&self, number: &NumberView) -> String {
        match number.kind {
            PartyKind::Hidden => self.hidden.to_owned(),
            PartyKind::Unreadable => self.unreadable.to_owned(),
            PartyKind::Outside | PartyKind::Internal => contained(&number.display).into_owned(),
        }
    }

    pub fn import_counts(&self, read: u64, refused: u64) -> String {
        self.import_counts.replacen("{}", &read.to_string(), 1).replacen("{}", &refused.to_string(), 1)
    }

    pub fn line(&self, line: &str) -> String {
        self.on_line.replace("{}", &contained(line))
    }
}
