//! `campaign.php`: codify, and the records of predictive and preview campaigns (wolkvox.md, Campaigns).

use super::{
    config::OnUnknown,
    journal::Write,
    operation::{CampaignKind, CampaignRecord, Recall},
    reply::Reply,
    server::{Ask, field},
    time,
    world::World,
};
use axum::http::Method;
use serde_json::Value;

impl World {
    pub fn campaign(&mut self, ask: &Ask) -> Reply {
        self.campaign_or(ask).unwrap_or_else(|refusal| refusal)
    }

    fn campaign_or(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        match (ask.api.as_str(), &ask.method) {
            ("codify", &Method::PUT) => self.codify(ask),
            ("add_record", &Method::POST) => self.add_record(ask),
            ("find_record", &Method::GET) => self.find_record(ask),
            ("recall", &Method::PUT) => self.reschedule(ask),
            ("remove_record", &Method::DELETE) => self.remove_record(ask),
            ("detail", &Method::GET) => self.detail(ask),
            _ => Err(Reply::no_such_api()),
        }
    }

    /// The type and the id every write names (wolkvox.md, Campaigns).
    pub fn type_and_id<'a>(&self, ask: &'a Ask) -> Result<(CampaignKind, &'a str), Reply> {
        let (kind, id) = (ask.need("type_campaign")?, ask.need("campaign_id")?);
        let kind = CampaignKind::read(kind).ok_or_else(|| Reply::bad("THE TYPE_CAMPAIGN IS NOT VALID"))?;
        Ok((kind, id))
    }

    /// `Ok(false)`: not there, and to be answered as if it were. Without a customer only the campaign is looked at.
    pub fn check_record(&self, campaign: &str, customer: &str, kind: Option<CampaignKind>) -> Result<bool, String> {
        let unknowns = self.config.unknowns;
        let Some(found) = self.operation.campaign(campaign) else {
            return Self::unknown(unknowns.campaign, "THE CAMPAIGN DOES NOT EXIST").map(|()| false);
        };
        if kind.is_some_and(|kind| kind != found.kind) {
            let sentence = format!("THE CAMPAIGN IS NOT {}", kind.map_or("", CampaignKind::word).to_uppercase());
            return Self::unknown(unknowns.campaign_type, sentence).map(|()| false);
        }
        let is = |r: &CampaignRecord| r.campaign_id == campaign && r.customer_id == customer;
        if !customer.is_empty() && !self.operation.records.iter().any(is) {
            let sentence = format!("THE CUSTOMER_ID {customer} DOES NOT EXIST IN THE CAMPAIGN");
            return Self::unknown(unknowns.customer, sentence).map(|()| false);
        }
        Ok(true)
    }

    /// Closes a record, so that the dialler leaves the customer alone (wolkvox.md, Campaigns). Doing it again changes nothing more.
    fn codify(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let (kind, campaign) = self.type_and_id(ask)?;
        let body = ask.json().filter(Value::is_object).ok_or_else(Reply::missing)?;
        let cod_act = field(&body, "cod_act").ok_or_else(Reply::missing)?;
        let customer = field(&body, "customer_id").ok_or_else(Reply::missing)?;
        let cod_act_2 = field(&body, "cod_act_2").filter(|_| self.config.second_codes);
        let comment = field(&body, "comment").unwrap_or_default();
        let there = self.check_record(campaign, &customer, Some(kind)).map_err(Reply::bad)?;
        self.check_codes(&cod_act, cod_act_2.as_deref()).map_err(Reply::bad)?;
        if there {
            self.code(campaign, &customer, &cod_act, cod_act_2.as_deref(), &comment).map_err(Reply::bad)?;
        }
        Ok(Reply::accepted(format!("customer_id {customer} has been coded")))
    }

    /// Every record of this customer in this campaign; also for the agent's own preview code (wolkvox.md, The agent's own machine).
    pub fn code(
        &mut self,
        campaign: &str,
        customer: &str,
        cod_act: &str,
        cod_act_2: Option<&str>,
        comment: &str,
    ) -> Result<(), String> {
        let now = self.now();
        let refuses = self.config.unknowns.coded_before == OnUnknown::Refuse;
        let is = |r: &&mut CampaignRecord| r.campaign_id == campaign && r.customer_id == customer;
        for record in self.operation.records.iter_mut().filter(is) {
            if refuses && record.coded.is_some() {
                return Err(format!("THE CUSTOMER_ID {customer} HAS ALREADY BEEN CODED"));
            }
            record.coded = Some(now);
            record.cod_act = cod_act.into();
            record.cod_act_2 = cod_act_2.unwrap_or_default().into();
            record.comment = comment.into();
            record.recall_date = String::new();
        }
        self.applied(Write::Coded {
            campaign_id: campaign.into(),
            customer_id: customer.into(),
            cod_act: cod_act.into(),
            cod_act_2: cod_act_2.map(str::to_owned),
            comment: comment.into(),
        });
        Ok(())
    }

    /// The dialler is to call again then and there (wolkvox.md, Campaigns).
    fn reschedule(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let campaign = ask.need("campaign_id")?;
        let body = ask.json().filter(Value::is_object).ok_or_else(Reply::missing)?;
        let need = |name| field(&body, name).map(|v| v.into_owned()).ok_or_else(Reply::missing);
        let (date, telephone, customer) = (need("recall_date")?, need("recall_telephone")?, need("customer_id")?);
        if time::parse(&date, self.config.zone_minutes).is_none() {
            return Err(Reply::bad("THE DATE FORMAT IS NOT VALID (YYYYmmddHHiiss)"));
        }
        let msg =
            format!("customer_id {customer} has been updated and will be call back on {date} to phone {telephone}");
        if !self.check_record(campaign, &customer, None).map_err(Reply::bad)? {
            return Ok(Reply::accepted(msg));
        }
        let is = |r: &&mut CampaignRecord| r.campaign_id == campaign && r.customer_id == customer;
        for record in self.operation.records.iter_mut().filter(is) {
            record.recall_date.clone_from(&date);
            record.recall_telephone.clone_from(&telephone);
        }
        // The list of call-backs has one automatic entry per record.
        let ours = |r: &Recall| r.campaign_id == campaign && r.customer_id == customer && r.agent_id.is_empty();
        self.operation.recalls.retain(|r| !ours(r));
        self.operation.recalls.push(Recall {
            style: "auto".into(),
            date: date.clone(),
            telephone: telephone.clone(),
            campaign_id: campaign.into(),
            customer_id: customer.clone(),
            agent_id: String::new(),
            name: String::new(),
        });
        let (campaign_id, customer_id) = (campaign.to_owned(), customer);
        self.applied(Write::Rescheduled { campaign_id, customer_id, date, telephone });
        Ok(Reply::accepted(msg))
    }

    /// Irreversible (wolkvox.md, Campaigns). The body names one customer or several, with commas.
    fn remove_record(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let (kind, campaign) = self.type_and_id(ask)?;
        let body = ask.json().filter(Value::is_object).ok_or_else(Reply::missing)?;
        let customers = field(&body, "customer_id").ok_or_else(Reply::missing)?.into_owned();
        let all: Vec<_> = customers.split(',').map(str::trim).filter(|c| !c.is_empty()).collect();
        let mut there = Vec::new();
        for customer in &all {
            if self.check_record(campaign, customer, Some(kind)).map_err(Reply::bad)? {
                there.push(*customer);
            }
        }
        let result = ask.get("result");
        for customer in there {
            let before = self.operation.records.len();
            self.operation.records.retain(|r| {
                r.campaign_id != campaign
                    || r.customer_id != customer
                    || result.is_some_and(|wanted| r.result != wanted)
            });
            if self.operation.records.len() < before {
                self.applied(Write::Removed { campaign_id: campaign.into(), customer_id: customer.into() });
            }
        }
        Ok(Reply::accepted(format!("customer_id {customers} has been deleted successfully")))
    }
}
