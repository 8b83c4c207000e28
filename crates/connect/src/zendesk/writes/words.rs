//! The words of a note about a call, in the languages an account can be written to.

use ringcard_core::{call::Direction, call_log::CallResult};

/// One language.
#[derive(Debug)]
pub(in crate::zendesk) struct NoteWords {
    pub incoming: &'static str,
    pub outgoing: &'static str,
    pub missed: &'static str,
    pub updated: &'static str,
    pub hidden: &'static str,
    pub started: &'static str,
    pub ended: &'static str,
    pub length: &'static str,
    pub talked: &'static str,
    pub number: &'static str,
    pub line: &'static str,
    pub queue: &'static str,
    pub agent: &'static str,
    pub outcome: &'static str,
    pub code: &'static str,
    pub comment: &'static str,
    pub notes: &'static str,
    pub summary: &'static str,
    pub transcript: &'static str,
    pub legs: &'static str,
    pub not_answered: &'static str,
    pub recording: &'static str,
    pub not_set: &'static str,
    results: [&'static str; 6],
}

impl NoteWords {
    /// What became of it.
    pub fn result(&self, result: CallResult) -> &'static str {
        let at = CallResult::ALL.iter().position(|known| *known == result);
        at.and_then(|at| self.results.get(at)).copied().unwrap_or_default()
    }

    /// What kind of call it was.
    pub fn kind(&self, direction: Direction, result: CallResult) -> &'static str {
        match (direction, result) {
            (Direction::Inbound, CallResult::Missed) => self.missed,
            (Direction::Inbound, _) => self.incoming,
            (Direction::Outbound, _) => self.outgoing,
        }
    }

    /// By the setting's value; English where it is another one.
    pub fn of(language: &str) -> &'static Self {
        match language {
            "es" => &ES,
            "hu" => &HU,
            _ => &EN,
        }
    }
}

static EN: NoteWords = NoteWords {
    incoming: "Incoming call from",
    outgoing: "Outgoing call to",
    missed: "Missed call from",
    updated: "Update:",
    hidden: "a hidden number",
    started: "Started",
    ended: "Ended",
    length: "Length",
    talked: "talked",
    number: "Customer's number",
    line: "Our line",
    queue: "Queue",
    agent: "Agent",
    outcome: "Outcome",
    code: "Code",
    comment: "Comment",
    notes: "Notes",
    summary: "Summary",
    transcript: "Transcript",
    legs: "Agents' parts",
    not_answered: "not answered",
    recording: "Recording",
    not_set: "Somebody else changed the ticket meanwhile; these fields were not set",
    results: ["answered", "missed", "answered elsewhere", "not reached", "failed", "not reported"],
};

static ES: NoteWords = NoteWords {
    incoming: "Llamada entrante de",
    outgoing: "Llamada saliente a",
    missed: "Llamada perdida de",
    updated: "Actualización:",
    hidden: "un número oculto",
    started: "Inicio",
    ended: "Fin",
    length: "Duración",
    talked: "hablado",
    number: "Número del cliente",
    line: "Nuestra línea",
    queue: "Cola",
    agent: "Agente",
    outcome: "Resultado",
    code: "Código",
    comment: "Comentario",
    notes: "Notas",
    summary: "Resumen",
    transcript: "Transcripción",
    legs: "Partes de los agentes",
    not_answered: "sin contestar",
    recording: "Grabación",
    not_set: "Otra persona cambió el ticket entretanto; estos campos no se rellenaron",
    results: ["contestada", "perdida", "contestada en otro lugar", "no localizado", "fallida", "sin datos"],
};

static HU: NoteWords = NoteWords {
    incoming: "Bejövő hívás:",
    outgoing: "Kimenő hívás:",
    missed: "Nem fogadott hívás:",
    updated: "Frissítés –",
    hidden: "rejtett szám",
    started: "Kezdete",
    ended: "Vége",
    length: "Hossza",
    talked: "beszélgetés",
    number: "Az ügyfél száma",
    line: "A mi vonalunk",
    queue: "Várósor",
    agent: "Ügynök",
    outcome: "Eredmény",
    code: "Kód",
    comment: "Megjegyzés",
    notes: "Jegyzetek",
    summary: "Összefoglaló",
    transcript: "Leirat",
    legs: "Az ügynökök részei",
    not_answered: "nem vette fel",
    recording: "Felvétel",
    not_set: "A jegyet közben más módosította; ezek a mezők nem lettek kitöltve",
    results: ["fogadott", "nem fogadott", "máshol fogadták", "nem érhető el", "sikertelen", "nincs adat"],
};
