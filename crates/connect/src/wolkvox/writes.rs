//! What is written, and how a lost answer is looked into.
//!
//! wolkvox has no place for our key, except in a free field of a record we add (`key_field`). Coding a record is the
//! same twice as once (wolkvox.md, Campaigns); so is moving a call-back to a moment. Whether a record was added, or a call-back made,
//! its lists tell. Whether an agent's call was coded, nobody tells.

use super::{
    WolkvoxAccount,
    campaigns::is_callback,
    client::{Ask, LINE},
    normalise::{kind_word, numbers, same_number, stamp, style_word},
    outcome::{Reply, Trouble},
    valid,
    wire::Fields,
};
use crate::{Allowance, Attempt, Looked, WriteRow, Writes, permits::budget_of};
use async_trait::async_trait;
use reqwest::Method;
use ringcard_core::{
    Timestamp,
    campaign::{CallbackStyle, CampaignId, CampaignKind, RecordRef},
    limits::{FieldLimit, Misfit, WriteField, WriteLimits},
    submission::{ParkReason, Submission, Write},
};
use serde_json::{Map, Value};
use std::time::Duration;

/// wolkvox ends a request after so long (wolkvox.md, Requests); until then it may still be carried out.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Numbers of one record (wolkvox.md, Campaigns).
const MOST_NUMBERS: u32 = 10;
const CUSTOMER_NAME: u32 = 100;
/// Fields of a record besides the customer's id, name and numbers, with the most characters each takes (wolkvox.md, Campaigns).
const FIELDS: [(&str, u32); 10] = [
    ("customer_last_name", 100),
    ("id_type", 20),
    ("age", 10),
    ("gender", 20),
    ("country", 100),
    ("state", 100),
    ("city", 100),
    ("zone", 100),
    ("address", 200),
    ("email", 100),
];

impl WolkvoxAccount {
    async fn send(&self, submission: &Submission) -> Result<String, Trouble> {
        // Whoever saved it was told; but its settings may have changed since.
        self.check(&submission.write).map_err(valid::unfit)?;
        let key = &submission.key.0;
        match &submission.write {
            Write::Codify { record, code, second_code, comment, .. } => {
                self.said(self.codify(record, code, second_code.as_deref(), comment)?).await
            }
            Write::CodeCall { agent_id, code, second_code, comment, .. } => {
                self.code_call(agent_id, code, second_code.as_deref(), comment).await.map(|done| done.words)
            }
            Write::AddRecord { campaign, campaign_kind, customer_id, customer_name, numbers, fields, .. } => {
                let record = self.new_record(customer_id, customer_name, numbers, fields, key)?;
                self.add(campaign, *campaign_kind, record).await
            }
            Write::ScheduleCallback { record, at, number, style, agent_id } => {
                let callback = PlannedCallback { record, number, style: *style, agent: agent_id.as_deref() };
                self.said(self.schedule(&callback, *at, &submission.about, false)?).await
            }
            Write::ChangeCallback { record, at, number, style, agent_id } => {
                let callback = PlannedCallback { record, number, style: *style, agent: agent_id.as_deref() };
                self.said(self.schedule(&callback, *at, &submission.about, true)?).await
            }
            Write::CancelCallback { record, number, style, agent_id } => {
                let callback = PlannedCallback { record, number, style: *style, agent: agent_id.as_deref() };
                self.said(callback.through_agent(Method::DELETE, "delete_recall", "telephone", &submission.about)?)
                    .await
            }
            Write::LogCall { .. } | Write::TellTeam { .. } | Write::AddNumber { .. } | Write::Other => {
                Err(valid::unfit(Misfit::NotTaken))
            }
        }
    }

    /// Sends a write; wolkvox's words.
    async fn said(&self, ask: Ask) -> Result<String, Trouble> {
        match self.ask::<Fields>(ask).await? {
            Reply::Yes(envelope) => Ok(self.judge.scrub.clean(&envelope.msg)),
            Reply::Nothing { detail } => Err(gone(detail)),
        }
    }

    fn codify(&self, record: &RecordRef, code: &str, second: Option<&str>, comment: &str) -> Result<Ask, Trouble> {
        let mut body = Map::new();
        body.insert("cod_act".to_owned(), valid::code("code", code)?.into());
        if let Some(second) = self.second(second)? {
            body.insert("cod_act_2".to_owned(), second.into());
        }
        body.insert("comment".to_owned(), valid::comment(comment, valid::COMMENT)?.into());
        body.insert("customer_id".to_owned(), valid::customer_id(&record.customer_id)?.into());
        Ok(Ask::new(Method::PUT, "campaign.php", "codify", LINE)
            .with("type_campaign", kind_word(record.kind))
            .with("campaign_id", valid::id("campaign", &record.campaign.0)?)
            .json(Value::Object(body)))
    }

    /// The second code where the operation uses one; left out, and not empty, where not (wolkvox.md, Agents).
    pub(super) fn second(&self, code: Option<&str>) -> Result<Option<String>, Trouble> {
        match code.map(str::trim).filter(|code| self.config.second_code && !code.is_empty()) {
            Some(code) => valid::code("second code", code).map(Some),
            None => Ok(None),
        }
    }

    fn new_record(
        &self,
        customer_id: &str,
        customer_name: &str,
        numbers: &[String],
        fields: &[(String, String)],
        key: &str,
    ) -> Result<Value, Trouble> {
        let mut record = Map::new();
        record.insert("customer_id".to_owned(), valid::customer_id(customer_id)?.into());
        record.insert("customer_name".to_owned(), valid::line(customer_name).into());
        for (at, number) in numbers.iter().enumerate() {
            record.insert(format!("tel{}", at + 1), valid::number(number)?.into());
        }
        for (name, value) in fields {
            record.insert(name.clone(), valid::line(value).into());
        }
        if let Some(field) = &self.config.key_field {
            record.entry(field.clone()).or_insert_with(|| key.into());
        }
        Ok(Value::Array(vec![Value::Object(record)]))
    }

    async fn add(&self, campaign: &CampaignId, kind: CampaignKind, record: Value) -> Result<String, Trouble> {
        let id = valid::id("campaign", &campaign.0)?;
        let mut ask = Ask::new(Method::POST, "campaign.php", "add_record", LINE)
            .with("type_campaign", kind_word(kind))
            .with("campaign_id", id.clone());
        if kind == CampaignKind::Predictive {
            // Adding also starts or stops the dialler: it is told to go on as it does.
            let campaigns = self.campaigns_now().await.map_err(nothing_written)?;
            let known = campaigns
                .iter()
                .find(|known| known.id.0 == id)
                .ok_or_else(|| gone(format!("there is no predictive or preview campaign {id} any more")))?;
            let Some(running) = known.running else {
                return Err(Trouble::NotSent {
                    detail: "wolkvox does not say whether the campaign runs, and adding would start or stop it"
                        .to_owned(),
                    wait: None,
                });
            };
            ask = ask.with("campaign_status", if running { "start" } else { "stop" });
        }
        match self.ask::<Fields>(ask.json(record)).await? {
            Reply::Yes(envelope) => match envelope.rows.kept.first().map(|row| row.get(&["total_registers"])) {
                Some("0") => Err(Trouble::Refused {
                    why: ParkReason::Refused,
                    detail: format!("wolkvox added no record: {}", self.judge.scrub.clean(&envelope.msg)),
                }),
                _ => Ok(self.judge.scrub.clean(&envelope.msg)),
            },
            Reply::Nothing { detail } => Err(gone(detail)),
        }
    }

    /// A new call-back, or a moved one. Where no agent is named, the dialler calls, and the campaign is told.
    fn schedule(
        &self,
        callback: &PlannedCallback<'_>,
        at: Timestamp,
        about: &str,
        change: bool,
    ) -> Result<Ask, Trouble> {
        if at <= self.now() {
            let detail = "the moment to call back is over: choose another".to_owned();
            return Err(Trouble::Refused { why: ParkReason::Expired, detail });
        }
        let at = stamp(at, self.zone()).ok_or_else(|| Trouble::invalid("this is no moment to call back at"))?;
        match (callback.agent, change) {
            (Some(_), false) => {
                let ask = callback.through_agent(Method::POST, "recall", "telefono", about)?;
                Ok(ask.with("rellamada", at))
            }
            (Some(_), true) => {
                let ask = callback.through_agent(Method::PUT, "edit_recall", "telephone", about)?;
                Ok(ask.with("recall", at))
            }
            (None, _) if callback.style == CallbackStyle::Dialler => callback.through_campaign(at),
            (None, _) => Err(Trouble::invalid("say which agent calls back")),
        }
    }

    async fn look_for(&self, submission: &Submission) -> Result<Looked, Trouble> {
        let written = |yes: bool, answer: &str| match yes {
            // Nothing of wolkvox's has an id of its own: a record has the customer's.
            true => Looked::Written { answer: answer.to_owned(), reference: None },
            false => Looked::NotWritten,
        };
        match &submission.write {
            Write::AddRecord { campaign, customer_id, numbers: ours, .. } => {
                let rows = self.records_of(&campaign.0, customer_id.trim()).await?;
                let is_ours = |row: &Fields| match &self.config.key_field {
                    Some(field) => row.get(&[field]) == submission.key.0,
                    // The customer may have been there before: with our number it is ours, or as good.
                    None => numbers(row).iter().any(|theirs| ours.iter().any(|number| same_number(number, theirs))),
                };
                Ok(written(rows.iter().any(is_ours), "the record is in the campaign"))
            }
            Write::ScheduleCallback { record, at, number, .. } | Write::ChangeCallback { record, at, number, .. } => {
                let seconds = |at: Timestamp| at.0.div_euclid(1000);
                let known = self.callbacks_now().await?;
                let is_ours = known.iter().any(|callback| {
                    is_callback(callback, &record.campaign.0, number) && seconds(callback.at) == seconds(*at)
                });
                Ok(written(is_ours, "the call-back is in wolkvox's list"))
            }
            Write::CancelCallback { record, number, style, .. } => {
                let known = self.callbacks_now().await?;
                let there = known
                    .iter()
                    .any(|callback| is_callback(callback, &record.campaign.0, number) && callback.style == *style);
                Ok(written(!there, "the call-back is no longer in wolkvox's list"))
            }
            Write::Codify { .. }
            | Write::CodeCall { .. }
            | Write::LogCall { .. }
            | Write::TellTeam { .. }
            | Write::AddNumber { .. }
            | Write::Other => Ok(Looked::CannotTell),
        }
    }
}

/// A call-back as a submission names it.
struct PlannedCallback<'a> {
    record: &'a RecordRef,
    number: &'a str,
    style: CallbackStyle,
    agent: Option<&'a str>,
}

impl PlannedCallback<'_> {
    /// By the agent's own wolkvox Agent, through the cloud; free of the day's allowance (wolkvox.md, Agents).
    fn through_agent(
        &self,
        method: Method,
        api: &'static str,
        telephone: &'static str,
        about: &str,
    ) -> Result<Ask, Trouble> {
        let Some(agent) = self.agent else {
            return Err(Trouble::invalid("say whose call-back it is"));
        };
        let name: String = valid::line(about).chars().take(60).collect();
        let mut ask = Ask::agent(method, api, &valid::id("agent", agent)?)
            .with("id_camp", valid::id("campaign", &self.record.campaign.0)?)
            .with("id_customer", valid::customer_id(&self.record.customer_id)?)
            .with(telephone, valid::number(self.number)?)
            .with("recall_style", style_word(self.style));
        if !name.is_empty() {
            ask = ask.with("name_recall", name);
        }
        // Nobody stands by: it keeps its place behind what agents do.
        ask.urgent = false;
        Ok(ask)
    }

    /// By the dialler (wolkvox.md, Campaigns).
    fn through_campaign(&self, at: String) -> Result<Ask, Trouble> {
        let mut body = Map::new();
        body.insert("recall_date".to_owned(), at.into());
        body.insert("recall_telephone".to_owned(), valid::number(self.number)?.into());
        body.insert("customer_id".to_owned(), valid::customer_id(&self.record.customer_id)?.into());
        let id = valid::id("campaign", &self.record.campaign.0)?;
        let ask = Ask::new(Method::PUT, "campaign.php", "recall", LINE).with("campaign_id", id);
        Ok(ask.json(Value::Object(body)))
    }
}

fn gone(detail: String) -> Trouble {
    Trouble::Refused { why: ParkReason::Gone, detail }
}

/// A question before a write had no answer: the write never left.
fn nothing_written(trouble: Trouble) -> Trouble {
    match trouble {
        Trouble::Unknown { detail } => Trouble::NotSent { detail, wait: None },
        trouble => trouble,
    }
}

/// How much a field takes; `None`: records of this kind have no such field.
fn longest(name: &str, kind: CampaignKind) -> Option<u32> {
    if let Some(number) = name.strip_prefix("opt") {
        return match number.parse::<u8>().ok()? {
            1..=6 => Some(100),
            7..=12 => Some(200),
            _ => None,
        };
    }
    match (name, kind) {
        ("agent_id", CampaignKind::Preview) => Some(40),
        ("email", CampaignKind::Preview) => None,
        ("tel_extra", CampaignKind::Predictive) => Some(24),
        _ => FIELDS.iter().find(|(field, _)| *field == name).map(|(_, most)| *most),
    }
}

#[async_trait]
impl Writes for WolkvoxAccount {
    /// One row: a request that adds several records says of none what became of it (wolkvox.md, Campaigns).
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        let [row, ..] = rows else { return Vec::new() };
        vec![self.send(&row.submission).await.map_or_else(Trouble::attempt, Attempt::done)]
    }

    async fn look(&self, row: &WriteRow) -> Looked {
        self.look_for(&row.submission).await.unwrap_or_else(Trouble::looked)
    }

    /// Its limits, and that a call-back of an agent's names the agent.
    fn check(&self, write: &Write) -> Result<(), Misfit> {
        self.limits().map_or(Ok(()), |limits| limits.check(write))?;
        match write {
            Write::ScheduleCallback { agent_id: None, style, .. }
            | Write::ChangeCallback { agent_id: None, style, .. }
                if *style != CallbackStyle::Dialler =>
            {
                Err(Misfit::Missing { field: WriteField::Agent })
            }
            Write::CancelCallback { agent_id: None, .. } => Err(Misfit::Missing { field: WriteField::Agent }),
            _ => Ok(()),
        }
    }

    fn is_idempotent(&self, submission: &Submission) -> bool {
        match &submission.write {
            Write::Codify { .. } | Write::ChangeCallback { .. } => true,
            // The campaign has one moment for each record; an agent's list takes the same call-back twice.
            Write::ScheduleCallback { agent_id, .. } => agent_id.is_none(),
            Write::CodeCall { .. } | Write::AddRecord { .. } | Write::CancelCallback { .. } => false,
            Write::LogCall { .. } | Write::TellTeam { .. } | Write::AddNumber { .. } | Write::Other => false,
        }
    }

    fn limits(&self) -> Option<WriteLimits> {
        let field = |name: &str| FieldLimit {
            name: name.to_owned(),
            most: [CampaignKind::Preview, CampaignKind::Predictive]
                .into_iter()
                .find_map(|kind| longest(name, kind))
                .unwrap_or(0),
            only: match (longest(name, CampaignKind::Preview), longest(name, CampaignKind::Predictive)) {
                (Some(_), None) => Some(CampaignKind::Preview),
                (None, Some(_)) => Some(CampaignKind::Predictive),
                _ => None,
            },
        };
        let free = (1..=12).map(|n| format!("opt{n}")).chain(["agent_id", "tel_extra"].map(str::to_owned));
        let named = FIELDS.iter().map(|(name, _)| (*name).to_owned());
        Some(WriteLimits {
            record_comment: valid::COMMENT,
            call_comment: valid::COMMENT_IN_URL,
            code: valid::CODE,
            second_codes: self.config.second_code,
            id: valid::ID,
            customer_id: valid::CUSTOMER_ID,
            customer_name: CUSTOMER_NAME,
            numbers: MOST_NUMBERS,
            number: valid::NUMBER,
            fields: named.chain(free).map(|name| field(&name)).collect(),
        })
    }

    fn settles_within(&self) -> Duration {
        TIME_LIMIT
    }

    fn allowance(&self) -> Allowance {
        Allowance {
            per_day: self.config.per_day,
            reserved_percent: self.config.reserved_percent,
            time_zone: self.config.zone_name.clone(),
            ..Allowance::unlimited(self.config.at_once)
        }
    }

    fn shares_budget(&self, salt: &[u8]) -> Option<String> {
        Some(budget_of(salt, &self.config.base.origin().ascii_serialization(), &self.config.token))
    }

    fn counts_against_day(&self, submission: &Submission) -> bool {
        match &submission.write {
            Write::CodeCall { .. } | Write::CancelCallback { .. } => false,
            Write::ScheduleCallback { agent_id, .. } | Write::ChangeCallback { agent_id, .. } => agent_id.is_none(),
            Write::Codify { .. } | Write::AddRecord { .. } => true,
            Write::LogCall { .. } | Write::TellTeam { .. } | Write::AddNumber { .. } | Write::Other => false,
        }
    }

    /// Lists are read with the token; of an agent's call nothing is asked.
    fn look_counts_against_day(&self, submission: &Submission) -> bool {
        !matches!(submission.write, Write::CodeCall { .. })
    }
}
