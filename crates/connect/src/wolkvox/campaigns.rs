//! Campaigns, their records, the codes, and call-backs.

use super::{
    WolkvoxAccount,
    client::Ask,
    normalise::{self, callback, campaign, campaign_of, codes, number_forms, record},
    outcome::Trouble,
    wire::Fields,
};
use crate::{AskFailure, Campaigns, Codes};
use async_trait::async_trait;
use ringcard_core::{
    campaign::{Callback, Campaign, CampaignRecord, CodeList},
    number::Party,
};
use std::time::Duration;
use tokio::time::Instant;

/// How long the list of campaigns is good enough to name a record's campaign.
const CAMPAIGNS_STAY: Duration = Duration::from_secs(10 * 60);
/// What a look-up gives at most.
const MOST_RECORDS: usize = 50;
/// More campaigns than anybody runs, and more call-backs than anybody keeps.
const MOST_CAMPAIGNS: usize = 5000;
const MOST_CALLBACKS: usize = 5000;

impl WolkvoxAccount {
    /// Every campaign, asked anew. Costs one request.
    pub(super) async fn campaigns_now(&self) -> Result<Vec<Campaign>, Trouble> {
        let rows = self.rows(Ask::get("information.php", "campaigns")).await?;
        let found: Vec<Campaign> =
            rows.iter().filter_map(|row| campaign(&self.name, row)).take(MOST_CAMPAIGNS).collect();
        *self.campaigns.lock().await = Some((Instant::now(), found.clone()));
        Ok(found)
    }

    /// The campaigns as seen in the last minutes, if `fits` finds what it looks for there.
    async fn campaigns_where(&self, fits: impl Fn(&[Campaign]) -> bool) -> Result<Vec<Campaign>, Trouble> {
        let known = self.campaigns.lock().await.clone();
        match known {
            Some((at, known)) if at.elapsed() < CAMPAIGNS_STAY && fits(&known) => Ok(known),
            _ => self.campaigns_now().await,
        }
    }

    async fn find(&self, number: &Party) -> Result<Vec<CampaignRecord>, Trouble> {
        let forms = number_forms(number, self.config.record_numbers, &self.config.dial, &self.plan);
        let mut rows: Vec<Fields> = Vec::new();
        for form in forms {
            let ask = Ask::get("campaign.php", "find_record").with("customer_phone", form);
            match self.rows(ask).await {
                Ok(found) => rows.extend(found),
                // What one form found is worth more than an error for another.
                Err(_) if !rows.is_empty() => break,
                Err(trouble) => return Err(trouble),
            }
        }
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let knows = |known: &[Campaign]| rows.iter().all(|row| known.iter().any(|one| one.id.0 == campaign_of(row)));
        let campaigns = self.campaigns_where(knows).await?;
        let mut found: Vec<CampaignRecord> = Vec::new();
        for row in &rows {
            // Without its campaign's kind a record cannot be written to: it is left out.
            let Some(campaign) = campaigns.iter().find(|campaign| campaign.id.0 == campaign_of(row)) else { continue };
            match record(campaign, row, self.zone()) {
                Some(record) if !found.iter().any(|known| known.record == record.record) => found.push(record),
                _ => {}
            }
        }
        found.truncate(MOST_RECORDS);
        Ok(found)
    }

    /// The records of a customer's id in one campaign. Costs one request.
    pub(super) async fn records_of(&self, campaign: &str, customer_id: &str) -> Result<Vec<Fields>, Trouble> {
        let ask =
            Ask::get("campaign.php", "find_record").with("campaign_id", campaign).with("customer_id", customer_id);
        let mut rows = self.rows(ask).await?;
        rows.retain(|row| {
            let (id, of) = (row.get(&["customer_id", "id_customer"]), campaign_of(row));
            id == customer_id && (of.is_empty() || of == campaign)
        });
        Ok(rows)
    }

    /// Everybody's call-backs, soonest first. Costs one request.
    pub(super) async fn callbacks_now(&self) -> Result<Vec<Callback>, Trouble> {
        let rows = self.rows(Ask::get("real_time.php", "recall").with("type", "all")).await?;
        let mut found: Vec<Callback> = rows.iter().filter_map(|row| callback(&self.name, row, self.zone())).collect();
        found.sort_by_key(|callback| callback.at);
        found.truncate(MOST_CALLBACKS);
        Ok(found)
    }
}

#[async_trait]
impl Campaigns for WolkvoxAccount {
    async fn campaigns(&self) -> Result<Vec<Campaign>, AskFailure> {
        self.campaigns_now().await.map_err(Trouble::ask)
    }

    async fn find_records(&self, number: &Party) -> Result<Vec<CampaignRecord>, AskFailure> {
        self.find(number).await.map_err(Trouble::ask)
    }

    async fn callbacks(&self, agent_id: Option<&str>) -> Result<Vec<Callback>, AskFailure> {
        let mut found = self.callbacks_now().await.map_err(Trouble::ask)?;
        if let Some(agent) = agent_id {
            found.retain(|callback| callback.agent.as_deref() == Some(agent.trim()));
        }
        Ok(found)
    }
}

/// Whether a call-back of the list is this one.
pub(super) fn is_callback(callback: &Callback, campaign: &str, number: &str) -> bool {
    callback.campaign.as_ref().is_none_or(|id| id.0 == campaign) && normalise::same_number(&callback.number, number)
}

#[async_trait]
impl Codes for WolkvoxAccount {
    async fn codes(&self) -> Result<CodeList, AskFailure> {
        let rows = self.rows(Ask::get("information.php", "activity_codes")).await.map_err(Trouble::ask)?;
        Ok(codes(&self.name, &rows, self.config.second_code, self.now()))
    }
}
