//! Records into a campaign and out of it: `add_record`, `find_record`, `detail` (wolkvox.md, Campaigns).

use super::{
    config::PhoneMatch,
    journal::Write,
    operation::{CampaignKind, CampaignRecord},
    reply::Reply,
    server::Ask,
    style::CodeKind,
    time,
    world::World,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The fields of a record, in the order of the sample.
const FIELDS: [&str; 33] = [
    "customer_name",
    "customer_last_name",
    "id_type",
    "customer_id",
    "age",
    "gender",
    "country",
    "state",
    "city",
    "zone",
    "address",
    "opt1",
    "opt2",
    "opt3",
    "opt4",
    "opt5",
    "opt6",
    "opt7",
    "opt8",
    "opt9",
    "opt10",
    "opt11",
    "opt12",
    "tel1",
    "tel2",
    "tel3",
    "tel4",
    "tel5",
    "tel6",
    "tel7",
    "tel8",
    "tel9",
    "tel10",
];
/// Only predictive campaigns take these.
const PREDICTIVE: [&str; 4] = ["tel_extra", "email", "recall_date", "recall_telephone"];
/// Records kept at most, over all campaigns.
const RECORDS_MOST: usize = 1_000_000;

/// How long a field may be (wolkvox.md, Campaigns): opt1 to opt6 100 characters, opt7 to opt12 200.
fn length_most(name: &str) -> usize {
    match name {
        "opt1" | "opt2" | "opt3" | "opt4" | "opt5" | "opt6" => 100,
        _ => 200,
    }
}

impl World {
    /// Not idempotent: the same record again is one more record.
    pub fn add_record(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let (kind, campaign) = self.type_and_id(ask)?;
        if kind == CampaignKind::Predictive && !matches!(ask.need("campaign_status")?, "start" | "stop") {
            return Err(Reply::bad("THE CAMPAIGN_STATUS IS NOT VALID"));
        }
        let Some(Value::Array(rows)) = ask.json() else { return Err(Reply::missing()) };
        if rows.is_empty() {
            return Err(Reply::missing());
        }
        if rows.len() > self.config.upload_most {
            return Err(Reply::bad(format!("EXCEEDS THE LIMIT OF RECORDS ({})", self.config.upload_most)));
        }
        if self.operation.records.len() + rows.len() > RECORDS_MOST {
            return Err(Reply::bad("THE CAMPAIGN IS FULL"));
        }
        let now = self.now();
        let records: Result<Vec<_>, _> = rows.iter().map(|row| read(row, kind, campaign, now)).collect();
        let records = records?;
        let total = records.len();
        if !self.check_record(campaign, "", Some(kind)).map_err(Reply::bad)? {
            return Ok(Reply::added(total));
        }
        for record in records {
            let (campaign_id, customer_id) = (record.campaign_id.clone(), record.customer_id.clone());
            self.operation.records.push(record);
            self.applied(Write::Added { campaign_id, customer_id });
        }
        if let Some(found) = self.operation.campaigns.iter_mut().find(|c| c.id == campaign) {
            match ask.get("campaign_status") {
                Some("start") => found.started = true,
                Some("stop") => found.started = false,
                _ => {}
            }
        }
        Ok(Reply::added(total))
    }

    /// By campaign, phone, customer, or any of them together: the way from a number to a record (wolkvox.md, Campaigns).
    pub fn find_record(&self, ask: &Ask) -> Result<Reply, Reply> {
        let (campaign, phone, customer) = (ask.get("campaign_id"), ask.get("customer_phone"), ask.get("customer_id"));
        if campaign.is_none() && phone.is_none() && customer.is_none() {
            return Err(Reply::missing());
        }
        let how = self.config.phone_match;
        let is = |r: &&CampaignRecord| {
            campaign.is_none_or(|c| r.campaign_id == c)
                && customer.is_none_or(|c| r.customer_id == c)
                && phone.is_none_or(|p| r.telephones().any(|t| same(t, p, how)))
        };
        let rows = self.operation.records.iter().filter(is).map(|record| {
            let mut row = columns(record, 10);
            for gone in ["id_type", "age", "gender"] {
                row.remove(gone);
            }
            self.managed(&mut row, record);
            row.insert("campaign_id".into(), record.campaign_id.clone().into());
            Value::Object(row)
        });
        self.rows(rows, CodeKind::Text)
    }

    /// The records that were managed between two dates.
    pub fn detail(&self, ask: &Ask) -> Result<Reply, Reply> {
        let (kind, campaign) = self.type_and_id(ask)?;
        if !matches!(ask.need("detail")?, "default" | "all") {
            return Err(Reply::bad("THE DETAIL IS NOT VALID"));
        }
        let (from, to) = self.window(ask)?;
        if !self.check_record(campaign, "", Some(kind)).map_err(Reply::bad)? {
            return self.rows(std::iter::empty(), CodeKind::Text);
        }
        // Only these come for a preview campaign (wolkvox.md, Campaigns).
        let telephones = if kind == CampaignKind::Preview { 3 } else { 10 };
        let is = |r: &&CampaignRecord| r.campaign_id == campaign && r.coded.is_some_and(|at| (from..=to).contains(&at));
        let rows = self.operation.records.iter().filter(is).map(|record| {
            let mut row = columns(record, telephones);
            self.managed(&mut row, record);
            let mut set = |name: &str, value: &str| row.insert(name.into(), value.into());
            set("agent_id", record.field("agent_id"));
            set("recall", &record.recall_date);
            set("cod_act", &record.cod_act);
            set("cod_act_2", &record.cod_act_2);
            set("recall_count", if record.recall_date.is_empty() { "0" } else { "1" });
            set("comments", &record.comment);
            Value::Object(row)
        });
        self.rows(rows, CodeKind::Text)
    }

    fn managed(&self, row: &mut Map<String, Value>, record: &CampaignRecord) {
        let zone = self.config.zone_minutes;
        let date = record.coded.map(|at| time::spaced(at, zone)).unwrap_or_default();
        let result = match (record.coded, record.result.as_str()) {
            (Some(_), "") => "CODED",
            (_, result) => result,
        };
        row.insert("date".into(), date.into());
        row.insert("calls".into(), record.calls.to_string().into());
        row.insert("conn_id".into(), record.conn_id.clone().into());
        row.insert("result".into(), result.into());
    }
}

/// An uploaded record.
fn read(row: &Value, kind: CampaignKind, campaign: &str, now: u64) -> Result<CampaignRecord, Reply> {
    let Value::Object(row) = row else { return Err(Reply::missing()) };
    let extra: &[&str] = if kind == CampaignKind::Predictive { &PREDICTIVE } else { &["agent_id"] };
    let mut fields = BTreeMap::new();
    for (name, value) in row {
        if !FIELDS.contains(&name.as_str()) && !extra.contains(&name.as_str()) {
            continue;
        }
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => continue,
        };
        if text.chars().count() > length_most(name) {
            return Err(Reply::bad(format!("THE FIELD {} IS TOO LONG", name.to_uppercase())));
        }
        if !text.is_empty() {
            fields.insert(name.clone(), text);
        }
    }
    let of = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let customer_id = of("customer_id");
    if customer_id.is_empty() || !fields.keys().any(|name| name.starts_with("tel")) {
        return Err(Reply::missing());
    }
    Ok(CampaignRecord {
        campaign_id: campaign.into(),
        customer_id,
        added: now,
        coded: None,
        cod_act: String::new(),
        cod_act_2: String::new(),
        comment: String::new(),
        calls: 0,
        conn_id: String::new(),
        result: String::new(),
        recall_date: of("recall_date"),
        recall_telephone: of("recall_telephone"),
        fields,
    })
}

/// Every field of the sample, empty where there is nothing.
fn columns(record: &CampaignRecord, telephones: usize) -> Map<String, Value> {
    let shown =
        |name: &&&str| name.strip_prefix("tel").and_then(|n| n.parse().ok()).is_none_or(|n: usize| n <= telephones);
    FIELDS.iter().filter(shown).map(|name| ((*name).to_owned(), Value::from(record.field(name)))).collect()
}

fn same(stored: &str, asked: &str, how: PhoneMatch) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (one, other) = (digits(stored), digits(asked));
    match how {
        PhoneMatch::Exact => stored == asked,
        PhoneMatch::Digits => !one.is_empty() && one == other,
        PhoneMatch::LastDigits(n) => {
            let last = |text: &str| text[text.len().saturating_sub(n)..].to_owned();
            !one.is_empty() && last(&one) == last(&other)
        }
    }
}
