//! A believable operation: four campaigns with the simulated customers, codes in two languages, weeks of reports.

use super::{
    operation::{
        ActivityCode, Agent, CallRow, Campaign, CampaignKind, CampaignRecord, Operation, Recall, Skill, SmartWait,
    },
    time::{self, DAY},
};
use crate::people;
use std::{collections::BTreeMap, ops::Range};

/// The first customer's number; the others follow in the order of the list.
const FIRST_CUSTOMER: u64 = 10_000_001;
/// Reports reach so far back.
const DAYS: u64 = 40;

/// A campaign and who of the list is in it.
struct Seeded {
    id: &'static str,
    name: &'static str,
    about: &'static str,
    kind: CampaignKind,
    started: bool,
    skill: &'static str,
    who: Range<usize>,
}

/// Some customers are in more than one (wolkvox.md, Campaigns).
const CAMPAIGNS: [Seeded; 4] = [
    Seeded {
        id: "7224",
        name: "Cobranza temprana",
        about: "Mora de 1 a 30 días",
        kind: CampaignKind::Predictive,
        started: true,
        skill: "4301",
        who: 0..30,
    },
    Seeded {
        id: "7225",
        name: "Bienvenida clientes nuevos",
        about: "Primera llamada",
        kind: CampaignKind::Predictive,
        started: false,
        skill: "4302",
        who: 20..45,
    },
    Seeded {
        id: "7310",
        name: "Renovación de contratos",
        about: "Contratos que vencen",
        kind: CampaignKind::Preview,
        started: true,
        skill: "4302",
        who: 10..40,
    },
    Seeded {
        id: "7311",
        name: "Customer care follow-up",
        about: "After a complaint",
        kind: CampaignKind::Preview,
        started: true,
        skill: "4303",
        who: 35..60,
    },
];

/// code, description, second list, hit, right party contact, voice, chat
const CODES: [(&str, &str, bool, bool, bool, bool, bool); 13] = [
    ("001", "Contacto efectivo", false, true, true, true, true),
    ("002", "Promesa de pago", false, true, true, true, false),
    ("003", "Volver a llamar", false, false, true, true, true),
    ("004", "No contesta", false, false, false, true, false),
    ("005", "Número equivocado", false, false, false, true, false),
    ("006", "Resolved on first contact", false, true, true, true, true),
    ("007", "Not interested", false, false, true, true, true),
    ("008", "Chat abandonado", false, false, false, false, true),
    ("A01", "Pago esta semana", true, true, true, true, true),
    ("A02", "Pago a fin de mes", true, true, true, true, true),
    ("A03", "Contacto con un tercero", true, false, false, true, true),
    ("A04", "Asked for a written offer", true, false, true, true, true),
    ("A05", "Sin conversación", true, false, false, true, false),
];

const SKILLS: [(&str, &str, &str, &[&str]); 3] = [
    ("4301", "Cobranza", "Cartera y acuerdos de pago", &["5001", "5002", "5003"]),
    ("4302", "Ventas", "Nuevos contratos y renovaciones", &["5001", "5004"]),
    ("4303", "Soporte EN", "Support in English", &["5002", "5005"]),
];

const AGENTS: [(&str, &str, &str, &str); 5] = [
    ("5001", "Laura Restrepo", "52100001", "Ready"),
    ("5002", "Andrés Gómez", "52100002", "Ready"),
    ("5003", "Camila Ortiz", "52100003", "Lunch"),
    ("5004", "Julián Pérez", "52100004", "Ready"),
    ("5005", "Emily Carter", "52100005", "Logout"),
];

/// The same operation at every start, around this moment.
pub(crate) fn operation(now: u64, zone_minutes: i32) -> Operation {
    let owned = |text: &&str| (*text).to_owned();
    let mut operation = Operation {
        campaigns: CAMPAIGNS
            .iter()
            .map(|c| Campaign {
                id: c.id.into(),
                name: c.name.into(),
                description: c.about.into(),
                kind: c.kind,
                started: c.started,
                skill_id: c.skill.into(),
            })
            .collect(),
        codes: CODES
            .iter()
            .map(|&(code, description, second, hit, rpc, voice, chat)| ActivityCode {
                code: code.into(),
                description: description.into(),
                second,
                hit,
                rpc,
                voice,
                chat,
            })
            .collect(),
        skills: SKILLS
            .iter()
            .map(|(id, name, about, agents)| Skill {
                id: owned(id),
                name: owned(name),
                description: owned(about),
                agents: agents.iter().map(ToString::to_string).collect(),
            })
            .collect(),
        agents: AGENTS
            .iter()
            .map(|(id, name, dni, status)| Agent {
                id: owned(id),
                name: owned(name),
                dni: owned(dni),
                status: owned(status),
                muted: false,
                visible: true,
                call: None,
                last_call: None,
                since: now,
            })
            .collect(),
        ..Operation::default()
    };
    operation.records = records(now);
    let midnight = now - time::local(now, zone_minutes) % DAY;
    operation.recalls = recalls(&operation.records, now, zone_minutes);
    operation.waits = waits(midnight);
    operation.calls = calls(&operation.records, midnight);
    operation.conn = operation.calls.len() as u64;
    operation
}

fn records(now: u64) -> Vec<CampaignRecord> {
    let people = people::customers();
    let mut records = Vec::new();
    for campaign in &CAMPAIGNS {
        for at in campaign.who.clone() {
            let Some(person) = people.get(at) else { continue };
            let (first, last) = person.name.split_once(' ').unwrap_or((&person.name, ""));
            let customer_id = (FIRST_CUSTOMER + at as u64).to_string();
            let mut fields: BTreeMap<String, String> = BTreeMap::new();
            let mut set = |name: &str, value: &str| fields.insert(name.into(), value.into());
            set("customer_name", first);
            set("customer_last_name", last);
            set("id_type", "CC");
            set("customer_id", &customer_id);
            set("country", &person.country);
            set("opt1", &person.company);
            set("opt2", &person.role);
            for (n, number) in person.numbers.iter().enumerate() {
                set(&format!("tel{}", n + 1), number.caller.trim_start_matches('+'));
            }
            records.push(CampaignRecord {
                campaign_id: campaign.id.into(),
                customer_id,
                fields,
                added: now.saturating_sub(20 * DAY),
                coded: None,
                cod_act: String::new(),
                cod_act_2: String::new(),
                comment: String::new(),
                calls: 0,
                conn_id: String::new(),
                result: String::new(),
                recall_date: String::new(),
                recall_telephone: String::new(),
            });
        }
    }
    records
}

fn recalls(records: &[CampaignRecord], now: u64, zone_minutes: i32) -> Vec<Recall> {
    let one = |n: usize, style: &str, agent: &str, hours: u64| {
        let record = records.get(n)?;
        Some(Recall {
            style: style.into(),
            date: time::compact(now + hours * 3_600_000, zone_minutes),
            telephone: record.telephones().next()?.into(),
            campaign_id: record.campaign_id.clone(),
            customer_id: record.customer_id.clone(),
            agent_id: agent.into(),
            name: String::new(),
        })
    };
    [one(2, "auto", "5001", 2), one(5, "manual", "5001", 4), one(8, "manual", "5002", 26)]
        .into_iter()
        .flatten()
        .collect()
}

/// One row per skill and day, without the last skill on Sundays-like gaps.
fn waits(midnight: u64) -> Vec<SmartWait> {
    let mut waits = Vec::new();
    for day in 0..DAYS {
        for (n, (skill, ..)) in (0u64..).zip(SKILLS.iter()) {
            if n == 2 && day % 7 == 6 {
                continue;
            }
            let treatment = 12 + (day * 5 + n * 7) % 20;
            let say_yes = treatment * (40 + n * 10) / 100;
            let recall_fail = say_yes / 4;
            waits.push(SmartWait {
                at: midnight.saturating_sub(day * DAY) + DAY / 2,
                skill_id: (*skill).into(),
                treatment,
                say_no: treatment - say_yes,
                say_yes,
                recall_fail,
                recall_ok: say_yes - recall_fail,
                service_level_up: i64::try_from((day * 137 + n * 911) % 2500).unwrap_or_default(),
            });
        }
    }
    waits
}

/// Eight calls a day, one of them without code, in the days before today.
fn calls(records: &[CampaignRecord], midnight: u64) -> Vec<CallRow> {
    let mut calls = Vec::new();
    for day in 1..=DAYS {
        for n in 0..8u64 {
            let record = &records[usize::try_from(day * 8 + n).unwrap_or_default() % records.len()];
            let (skill, _, _, agents) = SKILLS[usize::try_from(n).unwrap_or_default() % SKILLS.len()];
            let at = midnight.saturating_sub(day * DAY) + (8 + n) * 3_600_000 + day * 61_000;
            let number = day * 8 + n;
            let (cod_act, cod_act_2) = match n {
                3 => ("", ""),
                5 => ("004", "TIMEOUTACW"),
                _ => ("001", "A01"),
            };
            calls.push(CallRow {
                at,
                seconds: 35 + (day * 13 + n * 47) % 400,
                agent_id: agents[usize::try_from(day).unwrap_or_default() % agents.len()].into(),
                telephone: record.telephones().next().unwrap_or_default().into(),
                customer_id: record.customer_id.clone(),
                campaign_id: record.campaign_id.clone(),
                skill_id: skill.into(),
                conn_id: format!("6736.4628.{}.{}.{number}", 1000 + number, at / 1000),
                type_interaction: if n % 2 == 0 { "out_pre" } else { "inbound" }.into(),
                cod_act: cod_act.into(),
                cod_act_2: cod_act_2.into(),
                comment: String::new(),
            });
        }
    }
    calls.sort_by_key(|call| call.at);
    calls
}
