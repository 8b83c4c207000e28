//! wolkvox's words into ours: times without a zone, percentages, kinds of campaigns, records, codes, call-backs.

use super::{
    config::NumberForm,
    wire::{Fields, Row},
};
use jiff::{civil::DateTime, tz::TimeZone};
use ringcard_core::{
    Timestamp,
    campaign::{
        Callback, CallbackStyle, Campaign, CampaignId, CampaignKind, CampaignRecord, CodeList, DispositionCode,
        RecordRef,
    },
    number::{DialFormat, DialPlan, Party, search_keys},
};

/// `YYYYmmddHHiiss`: `ii` are minutes, as PHP writes them (wolkvox.md, Requests).
pub(super) const STAMP: &str = "%Y%m%d%H%M%S";

/// A moment as wolkvox writes it, in the operation's zone. `None`: no such moment can be written.
pub(super) fn stamp(at: Timestamp, zone: &TimeZone) -> Option<String> {
    Some(stamp_of(local(at, zone)?))
}

pub(super) fn stamp_of(at: DateTime) -> String {
    at.strftime(STAMP).to_string()
}

/// The operation's clock at a moment.
pub(super) fn local(at: Timestamp, zone: &TimeZone) -> Option<DateTime> {
    let at = jiff::Timestamp::from_millisecond(at.0).ok()?;
    let local = at.to_zoned(zone.clone()).datetime();
    // Longer years do not fit into fourteen digits.
    (1970..=9998).contains(&local.year()).then_some(local)
}

/// Reads `20260118193431`, `2026-01-18 19:34:31` and the like; zeros are none.
pub(super) fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(14).collect();
    let digits = match digits.len() {
        14 => digits,
        12 => digits + "00",
        8 => digits + "000000",
        _ => return None,
    };
    let at = DateTime::strptime(STAMP, &digits).ok()?;
    // A clock that is set back shows an hour twice: the first one is meant.
    let at = zone.to_ambiguous_zoned(at).compatible().ok()?;
    (at.year() >= 1970).then(|| Timestamp(at.timestamp().as_millisecond()))
}

/// The next midnight of the operation: when a new day's allowance begins (wolkvox.md, Limits).
pub(super) fn next_midnight(now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let now = jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned(zone.clone());
    let midnight = now.tomorrow().ok()?.start_of_day().ok()?;
    Some(Timestamp(midnight.timestamp().as_millisecond()))
}

/// `34.64 %`, `34,64%`, `-2`, `+ 1.234,5`: per cent (wolkvox.md, Requests).
pub(super) fn percent(text: &str) -> Option<f64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '%').take(32).collect();
    let text = text.replace(['−', '–'], "-");
    // The last one parts the decimals; the others part thousands.
    let decimals = text.rfind(['.', ',']);
    let plain: String = text
        .char_indices()
        .filter_map(|(at, c)| match c {
            '.' | ',' if Some(at) == decimals => Some('.'),
            '.' | ',' => None,
            c => Some(c),
        })
        .collect();
    let is_number =
        plain.chars().enumerate().all(|(at, c)| c.is_ascii_digit() || c == '.' || (at == 0 && "+-".contains(c)));
    plain.parse::<f64>().ok().filter(|value| is_number && value.is_finite())
}

/// A count; `12`, `12.0` and `1,234`. What is none counts as nothing.
pub(super) fn count(text: &str) -> u32 {
    let whole = text.split_once('.').filter(|(_, rest)| rest.len() != 3).map_or(text, |(whole, _)| whole);
    let digits: String = whole.chars().filter(|c| !matches!(c, ',' | '.' | ' ' | '\u{a0}')).take(12).collect();
    digits.parse::<u64>().map_or(0, |count| u32::try_from(count).unwrap_or(u32::MAX))
}

/// Two numbers are the same telephone, as far as their digits tell: campaigns keep prefixes of lines and countries.
pub(super) fn same_number(one: &str, other: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (one, other) = (digits(one), digits(other));
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    !short.is_empty() && (short == long || (short.len() >= 7 && long.ends_with(short.as_str())))
}

/// How campaigns may keep a number; each costs one request. Empty: there is no number.
pub(super) fn number_forms(party: &Party, form: NumberForm, dial: &DialFormat, plan: &DialPlan) -> Vec<String> {
    let keys = search_keys(party);
    if let Some(internal) = keys.internal {
        return vec![internal];
    }
    let digits = keys.e164.as_deref().map(|e164| e164.trim_start_matches('+').to_owned());
    let dialled = dial.write(party, plan).ok();
    let mut forms: Vec<String> = match form {
        NumberForm::National => vec![keys.national],
        NumberForm::Digits => vec![digits],
        NumberForm::E164 => vec![keys.e164],
        NumberForm::Dialled => vec![dialled],
        NumberForm::Any => vec![keys.national, digits, keys.e164, dialled],
    }
    .into_iter()
    .flatten()
    .collect();
    let mut seen = std::collections::HashSet::new();
    forms.retain(|form| seen.insert(form.clone()));
    forms
}

/// `predictive`, `Preview`, `predictiva`; campaigns of other kinds (messages, bots) are not ours.
pub(super) fn campaign_kind(text: &str) -> Option<CampaignKind> {
    let text = text.to_ascii_lowercase();
    match () {
        () if text.starts_with("predic") => Some(CampaignKind::Predictive),
        () if text.starts_with("previ") => Some(CampaignKind::Preview),
        () => None,
    }
}

pub(super) fn kind_word(kind: CampaignKind) -> &'static str {
    match kind {
        CampaignKind::Predictive => "predictive",
        CampaignKind::Preview => "preview",
    }
}

const CAMPAIGN_ID: [&str; 3] = ["campaign_id", "id_campaign", "id_campaing"];

pub(super) fn campaign(account: &str, row: &Fields) -> Option<Campaign> {
    let id = row.text(&CAMPAIGN_ID);
    let name = row.text(&["campaign_name", "name"]);
    let running = match row.get(&["status", "campaign_status"]).to_ascii_lowercase().as_str() {
        "started" | "start" | "running" | "active" | "iniciada" => Some(true),
        "stopped" | "stop" | "paused" | "inactive" | "detenida" => Some(false),
        _ => None,
    };
    Some(Campaign {
        account: account.to_owned(),
        kind: campaign_kind(row.get(&["type_campaign", "campaign_type", "type"]))?,
        name: if name.is_empty() { id.clone() } else { name },
        id: CampaignId(Some(id).filter(|id| !id.is_empty())?),
        running,
    })
}

/// The campaign a record says it is in.
pub(super) fn campaign_of(row: &Fields) -> &str {
    row.get(&CAMPAIGN_ID)
}

/// What a record has besides the customer's name, numbers and last attempt.
const FREE: [&str; 10] =
    ["id_type", "age", "gender", "country", "state", "city", "zone", "address", "email", "comments"];

/// The numbers of a record.
pub(super) fn numbers(row: &Fields) -> Vec<String> {
    let names = (1..=10).map(|at| format!("tel{at}")).chain(["tel_extra".to_owned()]);
    let mut numbers: Vec<String> = names.map(|name| row.text(&[&name])).filter(|number| !number.is_empty()).collect();
    let mut seen = std::collections::HashSet::new();
    numbers.retain(|number| seen.insert(number.clone()));
    numbers
}

/// `None`: a record without a customer's id cannot be named in a write.
pub(super) fn record(campaign: &Campaign, row: &Fields, zone: &TimeZone) -> Option<CampaignRecord> {
    let customer_id = row.text(&["customer_id", "id_customer"]);
    let name = [row.get(&["customer_name"]), row.get(&["customer_last_name"])];
    let name: Vec<&str> = name.into_iter().filter(|part| !part.is_empty()).collect();
    let opts: Vec<String> = (1..=12).map(|at| format!("opt{at}")).collect();
    let free = FREE.into_iter().chain(opts.iter().map(String::as_str));
    let fields = free.map(|name| (name.to_owned(), row.text(&[name]))).filter(|(_, value)| !value.is_empty());
    let attempts = row.get(&["calls"]);
    Some(CampaignRecord {
        record: RecordRef {
            account: campaign.account.clone(),
            campaign: campaign.id.clone(),
            kind: campaign.kind,
            customer_id: Some(customer_id).filter(|id| !id.is_empty())?,
        },
        campaign_name: campaign.name.clone(),
        customer_name: name.join(" "),
        numbers: numbers(row),
        // `CLEAN` stands for a record that waits to be dialled.
        last_result: Some(row.text(&["result"])).filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("clean")),
        last_attempt: moment(row.get(&["date"]), zone),
        attempts: attempts.bytes().any(|b| b.is_ascii_digit()).then(|| count(attempts)),
        fields: fields.collect(),
    })
}

/// More codes than an agent could choose from.
const MOST_CODES: usize = 5000;

/// The codes for calls; those for chats only are left out (wolkvox.md, Lists).
pub(super) fn codes(account: &str, rows: &[Fields], second_code: bool, now: Timestamp) -> CodeList {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for row in rows.iter().take(MOST_CODES) {
        let code = row.text(&["cod_act", "code_act"]);
        let voice = row.get(&["voice"]).to_ascii_lowercase();
        // A row that does not say is offered: an agent without the code is worse off than one with a code too many.
        if code.is_empty() || matches!(voice.as_str(), "no" | "0" | "false" | "n") {
            continue;
        }
        let label = row.text(&["description_cod_act", "description_code_act", "description"]);
        let label = if label.is_empty() { code.clone() } else { label };
        let level = match row.get(&["type_code", "code_type"]).ends_with('2') {
            true => &mut second,
            false => &mut first,
        };
        if !level.iter().any(|known: &DispositionCode| known.code == code) {
            level.push(DispositionCode { code, label });
        }
    }
    if !second_code {
        second.clear();
    }
    CodeList { account: account.to_owned(), first, second, fetched_at: now }
}

/// `None`: a call-back that was taken away keeps its row with a date of zeros (wolkvox.md, Agents).
pub(super) fn callback(account: &str, row: &Fields, zone: &TimeZone) -> Option<Callback> {
    let text = |names: &[&str]| Some(row.text(names)).filter(|text| !text.is_empty());
    Some(Callback {
        account: account.to_owned(),
        campaign: text(&["id_campaing", "id_campaign", "campaign_id"]).map(CampaignId),
        number: text(&["phone_number", "telephone", "customer_phone"])?,
        at: moment(row.get(&["date_recall", "recall_date", "date"]), zone)?,
        style: match row.get(&["type_recall", "recall_style"]).to_ascii_lowercase().starts_with('m') {
            true => CallbackStyle::Agent,
            false => CallbackStyle::Dialler,
        },
        agent: text(&["id_agent", "agent_id"]),
    })
}

pub(super) fn style_word(style: CallbackStyle) -> &'static str {
    match style {
        CallbackStyle::Dialler => "auto",
        CallbackStyle::Agent => "manual",
    }
}

/// A row of smart-wait as it came (wolkvox.md, Reports).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SmartWaitPart {
    pub skill: String,
    pub entered: u32,
    pub declined: u32,
    pub accepted: u32,
    pub callback_failed: u32,
    pub callback_reached: u32,
    pub service_level_up: String,
}

impl Row for SmartWaitPart {
    fn read(fields: Fields) -> Option<Self> {
        let number = |names: &[&str]| count(fields.get(names));
        let part = Self {
            skill: fields.text(&["skill_id", "skill_name", "skill"]),
            entered: number(&["treatment"]),
            declined: number(&["customer_say_no"]),
            accepted: number(&["customer_say_yes"]),
            callback_failed: number(&["recall_fail"]),
            callback_reached: number(&["recall_ok"]),
            service_level_up: fields.text(&["service_level_up"]),
        };
        // The documents' sample is a row of empty texts: nothing.
        (part != Self::default()).then_some(part)
    }
}

/// Calls an agent left without a code, per agent (`act_4`).
#[derive(Debug, Clone)]
pub(super) struct UncodedCount {
    pub agent: String,
    pub calls: u32,
}

impl Row for UncodedCount {
    fn read(fields: Fields) -> Option<Self> {
        let calls = count(fields.get(&["uncode_calls", "uncoded_calls"]));
        Some(Self { agent: fields.text(&["agent_id"]), calls })
    }
}

/// A connected call without a code (`cdr_1`); calls that have one are dropped while they are read.
#[derive(Debug, Clone)]
pub(super) struct UncodedCall {
    pub agent: String,
    pub date: String,
    pub number: String,
    pub customer_id: String,
    pub campaign_id: String,
    pub conn_id: String,
}

impl Row for UncodedCall {
    fn read(fields: Fields) -> Option<Self> {
        let code = fields.get(&["cod_act", "code_act"]);
        // The wrap-up time ran out: the machine put this in the place of a code (wolkvox.md, Reports).
        let ran_out = |names: &[&str]| fields.get(names).eq_ignore_ascii_case("TIMEOUTACW");
        let uncoded = code.is_empty() || ran_out(&["cod_act", "code_act"]) || ran_out(&["description_cod_act"]);
        uncoded.then(|| Self {
            agent: fields.text(&["agent_id"]),
            date: fields.text(&["date"]),
            number: fields.text(&["telephone", "tel_number", "destiny"]),
            customer_id: fields.text(&["customer_id"]),
            campaign_id: fields.text(&CAMPAIGN_ID),
            conn_id: fields.text(&["conn_id"]),
        })
    }
}

#[cfg(test)]
mod tests;
