//! What the network's causes mean: one table for Q.850, SIP and the names that telephone systems give them.

use crate::leg::Cause;
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;
use utoipa::ToSchema;

/// Why a leg ended, as people would say it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Somebody hung up.
    HungUp,
    Busy,
    NoAnswer,
    Declined,
    /// Another telephone took the call.
    AnsweredElsewhere,
    /// Nobody has this number.
    NoSuchNumber,
    /// The number has changed.
    NumberChanged,
    /// The number is not whole, or not written as it should be.
    NumberIncomplete,
    /// No way leads to this number.
    NoRoute,
    /// The telephone is not connected: switched off, out of reach, not registered.
    NotReachable,
    OutOfService,
    /// The provider does not put such calls through, or not from this line.
    ProviderRefuses,
    /// All lines are taken.
    Congested,
    NetworkFailure,
    /// Both sides have no language in common.
    Incompatible,
    /// A cause that says no more than that it ended; in what a newer version wrote, one that is not known here.
    #[default]
    #[serde(other)]
    Other,
}

use EndReason::*;

/// ITU-T Q.850.
#[rustfmt::skip]
const Q850: &[(u16, EndReason)] = &[
    (1, NoSuchNumber), (2, NoRoute), (3, NoRoute), (4, NoSuchNumber), (5, NumberIncomplete), (6, NetworkFailure), (16, HungUp),
    (17, Busy), (18, NoAnswer), (19, NoAnswer), (20, NotReachable), (21, Declined), (22, NumberChanged), (25, NetworkFailure),
    (26, AnsweredElsewhere), (27, OutOfService), (28, NumberIncomplete), (29, ProviderRefuses), (31, HungUp), (34, Congested),
    (38, NetworkFailure), (41, NetworkFailure), (42, Congested), (43, NetworkFailure), (44, Congested), (47, Congested),
    (50, ProviderRefuses), (52, ProviderRefuses), (53, ProviderRefuses), (54, ProviderRefuses), (55, ProviderRefuses),
    (57, ProviderRefuses), (58, Congested), (62, ProviderRefuses), (63, ProviderRefuses), (65, Incompatible), (66, Incompatible),
    (69, Incompatible), (70, Incompatible), (79, Incompatible), (87, ProviderRefuses), (88, Incompatible), (91, NoRoute),
    (95, NetworkFailure), (96, NetworkFailure), (97, NetworkFailure), (98, NetworkFailure), (99, NetworkFailure),
    (100, NetworkFailure), (101, NetworkFailure), (102, NetworkFailure), (111, NetworkFailure),
];

/// RFC 3261 and RFC 3398; what is not here goes by its hundred.
#[rustfmt::skip]
const SIP: &[(u16, EndReason)] = &[
    (401, ProviderRefuses), (402, ProviderRefuses), (403, ProviderRefuses), (404, NoSuchNumber), (405, ProviderRefuses),
    (406, Incompatible), (407, ProviderRefuses), (408, NoAnswer), (410, NumberChanged), (415, Incompatible), (416, NumberIncomplete),
    (480, NotReachable), (484, NumberIncomplete), (485, NumberIncomplete), (486, Busy), (487, HungUp), (488, Incompatible),
    (503, Congested), (600, Busy), (603, Declined), (604, NoSuchNumber), (606, Incompatible), (607, Declined), (608, Declined),
];

/// The names of causes in open telephone systems and their like, without `_`, `-` and spaces.
#[rustfmt::skip]
const NAMES: &[(&str, u16)] = &[
    ("unallocated", 1), ("unallocatednumber", 1), ("unassignednumber", 1), ("invalidnumber", 1), ("nosuchnumber", 1),
    ("noroutetransitnet", 2), ("noroutedestination", 3), ("noroute", 3), ("normalclearing", 16), ("normal", 16), ("userbusy", 17),
    ("busy", 17), ("nouserresponse", 18), ("noanswer", 19), ("usernoanswer", 19), ("noanswerfromuser", 19), ("subscriberabsent", 20),
    ("usernotregistered", 20), ("callrejected", 21), ("rejected", 21), ("declined", 21), ("numberchanged", 22),
    ("answeredelsewhere", 26), ("pickedoff", 26), ("loserace", 26),
    ("destinationoutoforder", 27), ("outoforder", 27), ("invalidnumberformat", 28), ("addressincomplete", 28),
    ("facilityrejected", 29), ("normalunspecified", 31), ("normalcircuitcongestion", 34), ("congestion", 34),
    ("networkoutoforder", 38), ("normaltemporaryfailure", 41), ("temporaryfailure", 41), ("switchcongestion", 42),
    ("requestedchanunavail", 44), ("facilitynotsubscribed", 50), ("outgoingcallbarred", 52), ("incomingcallbarred", 54),
    ("bearercapabilitynotauth", 57), ("bearercapabilitynotavail", 58), ("serviceunavailable", 63), ("incompatibledestination", 88),
    ("recoveryontimerexpire", 102), ("interworking", 127), ("originatorcancel", 16),
];

impl Cause {
    /// A cause as telephone systems write it: `17`, `486`, `Q.850;cause=17`, `SIP;cause=486;text="Busy Here"`, `USER_BUSY`,
    /// `SIP/2.0 486 Busy Here`. `None`: it is none that is known.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if text.len() > 128 {
            return None;
        }
        let after = text.split_once("cause=").map_or(text.as_str(), |(_, value)| value);
        let after = after.strip_prefix("sip/2.0 ").or_else(|| after.strip_prefix("sip:")).unwrap_or(after);
        let after = after.trim_start_matches(['"', ' ']);
        let digits = &after[..after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len())];
        // A number stands alone, or before words: `17 - User busy`.
        if let Ok(number) = digits.parse() {
            return Self::numbered(number);
        }
        let plain: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let name = NAMES.iter().find(|(name, _)| *name == plain);
        name.map(|(_, q850)| Self { q850: Some(*q850), sip: None })
    }

    fn numbered(number: u16) -> Option<Self> {
        match number {
            1..=127 => Some(Self { q850: Some(number), sip: None }),
            300..=699 => Some(Self { q850: None, sip: Some(number) }),
            _ => None,
        }
    }

    /// Whether it says nothing.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// What it means; `None` where it says nothing. SIP's status says more where it is a refusal.
    pub fn reason(self) -> Option<EndReason> {
        let status = self.sip.filter(|status| *status >= 400);
        let by_status = status.map(|status| {
            let known = SIP.iter().find(|(known, _)| *known == status).map(|(_, reason)| *reason);
            known.unwrap_or(if (500..600).contains(&status) { NetworkFailure } else { Other })
        });
        let by_q850 = self
            .q850
            .filter(|cause| *cause > 0)
            .map(|cause| Q850.iter().find(|(known, _)| *known == cause).map_or(Other, |(_, reason)| *reason));
        match (by_status, by_q850) {
            (Some(HungUp | Other), Some(reason)) => Some(reason),
            // A phone that nobody picked up says so, too: the cause beside it knows which.
            (Some(NotReachable), Some(reason)) if !matches!(reason, HungUp | Other) => Some(reason),
            (status, q850) => status.or(q850),
        }
    }
}

impl fmt::Display for Cause {
    /// In its numbers, for whoever looks after the telephone system: `Q.850 17, SIP 486`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.q850, self.sip) {
            (Some(q850), Some(sip)) => write!(f, "Q.850 {q850}, SIP {sip}"),
            (Some(q850), None) => write!(f, "Q.850 {q850}"),
            (None, Some(sip)) => write!(f, "SIP {sip}"),
            (None, None) => Ok(()),
        }
    }
}

impl EndReason {
    pub const ALL: [Self; 16] = [
        HungUp,
        Busy,
        NoAnswer,
        Declined,
        AnsweredElsewhere,
        NoSuchNumber,
        NumberChanged,
        NumberIncomplete,
        NoRoute,
        NotReachable,
        OutOfService,
        ProviderRefuses,
        Congested,
        NetworkFailure,
        Incompatible,
        Other,
    ];

    /// In words, of the side that could not be reached: English, Spanish and Hungarian.
    pub fn words(self) -> [(&'static str, &'static str); 3] {
        let (en, es, hu) = match self {
            HungUp => ("hung up", "colgó", "letette"),
            Busy => ("busy", "ocupado", "foglalt"),
            NoAnswer => ("nobody picked up", "nadie contestó", "nem vették fel"),
            Declined => ("the call was declined", "la llamada fue rechazada", "elutasították a hívást"),
            AnsweredElsewhere => ("answered elsewhere", "contestada en otro lugar", "máshol vették fel"),
            NoSuchNumber => ("nobody has this number", "este número no existe", "nincs ilyen szám"),
            NumberChanged => ("the number has changed", "el número ha cambiado", "a szám megváltozott"),
            NumberIncomplete => ("the number is not complete", "el número está incompleto", "a szám nem teljes"),
            NoRoute => {
                ("no line leads to this number", "ninguna línea llega a este número", "nem vezet vonal ehhez a számhoz")
            }
            NotReachable => (
                "the phone is switched off or out of reach",
                "el teléfono está apagado o fuera de cobertura",
                "a telefon ki van kapcsolva vagy nem érhető el",
            ),
            OutOfService => ("the number is out of service", "el número está fuera de servicio", "a szám nem üzemel"),
            ProviderRefuses => (
                "the provider does not put this call through",
                "el operador no permite esta llamada",
                "a szolgáltató nem kapcsolja ezt a hívást",
            ),
            Congested => ("all lines are busy", "todas las líneas están ocupadas", "minden vonal foglalt"),
            NetworkFailure => ("the telephone network failed", "falló la red telefónica", "hiba a telefonhálózatban"),
            Incompatible => (
                "the other side cannot take this kind of call",
                "el otro extremo no admite este tipo de llamada",
                "a másik fél nem tud ilyen hívást fogadni",
            ),
            Other => {
                ("the call could not be put through", "no se pudo establecer la llamada", "a hívás nem jött létre")
            }
        };
        [("en", en), ("es", es), ("hu", hu)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> Option<EndReason> {
        Cause::read(text).and_then(Cause::reason)
    }

    #[test]
    fn causes_are_read_as_telephone_systems_write_them() {
        for (text, expected) in [
            ("1", NoSuchNumber),
            ("3", NoRoute),
            ("17", Busy),
            (" 17 ", Busy),
            ("18", NoAnswer),
            ("19", NoAnswer),
            ("20", NotReachable),
            ("21", Declined),
            ("22", NumberChanged),
            ("26", AnsweredElsewhere),
            ("27", OutOfService),
            ("29", ProviderRefuses),
            ("34", Congested),
            ("38", NetworkFailure),
            ("41", NetworkFailure),
            ("42", Congested),
            ("50", ProviderRefuses),
            ("57", ProviderRefuses),
            ("63", ProviderRefuses),
            ("88", Incompatible),
            ("127", Other),
            ("404", NoSuchNumber),
            ("486", Busy),
            ("600", Busy),
            ("603", Declined),
            ("480", NotReachable),
            ("502", NetworkFailure),
            ("Q.850;cause=17;text=\"User busy\"", Busy),
            ("SIP;cause=603;text=\"Decline\"", Declined),
            ("SIP/2.0 486 Busy Here", Busy),
            ("17 - User busy", Busy),
            ("USER_BUSY", Busy),
            ("User busy", Busy),
            ("CALL_REJECTED", Declined),
            ("NO_ROUTE_DESTINATION", NoRoute),
            ("UNALLOCATED_NUMBER", NoSuchNumber),
            ("Normal Clearing", HungUp),
            ("LOSE_RACE", AnsweredElsewhere),
        ] {
            assert_eq!(reason(text), Some(expected), "{text}");
        }
        for none in ["", "0", "200", "no idea", "999", "99999999999", "hung up on me"] {
            assert_eq!(reason(none), None, "{none}");
        }
    }

    #[test]
    fn a_refusal_says_more_than_the_cause_beside_it_and_a_cause_more_than_an_end() {
        let both = |q850, sip| Cause { q850: Some(q850), sip: Some(sip) }.reason();
        assert_eq!(both(16, 486), Some(Busy));
        assert_eq!(both(17, 487), Some(Busy));
        assert_eq!(both(26, 487), Some(AnsweredElsewhere));
        assert_eq!(both(21, 200), Some(Declined));
        assert_eq!(both(19, 480), Some(NoAnswer));
        assert_eq!(both(16, 480), Some(NotReachable));
    }

    #[test]
    fn every_reason_has_words_and_every_cause_stands_in_the_table_once() {
        let mut all: Vec<&str> =
            EndReason::ALL.iter().flat_map(|reason| reason.words().map(|(_, words)| words)).collect();
        let known = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(known, all.len());
        assert!(Q850.windows(2).all(|two| two[0].0 < two[1].0));
        assert!(SIP.windows(2).all(|two| two[0].0 < two[1].0));
    }
}
