//! `agentbox.php`: what an agent's program is made to do from the cloud (wolkvox.md, Agents). Parameters stand
//! in the query, answers say `"200"`. No API answers a ringing call, and none tells the agent's current call.

use super::{agent::Done, journal::Write, operation::Recall, reply::Reply, server::Ask, time, world::World};
use axum::http::Method;
use serde_json::json;

/// The date of an automatic call-back that was deleted (wolkvox.md, Agents).
const NEVER: &str = "00000000000000";

impl World {
    pub fn agentbox(&mut self, ask: &Ask) -> Reply {
        self.agentbox_or(ask).unwrap_or_else(|refusal| refusal)
    }

    fn agentbox_or(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let method = match ask.api.as_str() {
            "edit_recall" => Method::PUT,
            "delete_recall" => Method::DELETE,
            "dial" | "hang" | "hold" | "mute" | "dtmf" | "transfer" | "type" | "change_status" | "recall"
            | "agent_display" => Method::POST,
            _ => return Err(Reply::no_such_api()),
        };
        if ask.method != method {
            return Err(Reply::no_such_api());
        }
        let agent = ask.need("agent_id")?;
        let said = |done: Done, msg: &str| done.map(|_| Reply::done(msg)).map_err(Reply::bad);
        let with_conn = |done: Done, msg: &str| {
            done.map(|conn_id| Reply::done(msg).with(json!({ "conn_id": conn_id }))).map_err(Reply::bad)
        };
        match ask.api.as_str() {
            "dial" => {
                let phone = ask.need("customer_phone")?;
                let done = self.dial(agent, phone, ask.get("customer_id"), ask.get("customer_name"));
                with_conn(done, "Dial has been successful")
            }
            "hang" => said(self.hang(agent), "Hang has been successful"),
            "hold" => said(self.hold(agent), "Hold agentbox has been excecuted"),
            "mute" => said(self.mute(agent), "Microphone agentbox has been excecuted"),
            "dtmf" => {
                let done = self.tones(agent, ask.need("tones")?);
                said(done, "default").map(|reply| reply.with(json!("tones agentbox has been added ")))
            }
            "transfer" => {
                let phone = ask.need("customer_phone")?;
                with_conn(self.transfer(agent, phone), &format!("Call has been transfer to {phone} number"))
            }
            "type" => {
                // The docs ask for both codes, the second not empty (wolkvox.md, Agents).
                let second = if self.config.second_codes { Some(ask.need("cod_act_2")?) } else { None };
                let done = self.type_call(agent, ask.need("cod_act")?, second, ask.or_empty("comments"));
                with_conn(done, "Type has been successful")
            }
            "change_status" => {
                let name = self.change_status(agent, ask.need("status")?).map_err(Reply::bad)?;
                Ok(Reply::done(format!("Agent status has been modified to {name}")))
            }
            "recall" => self.make_recall(ask, agent),
            "edit_recall" => self.edit_recall(ask, agent),
            "delete_recall" => self.delete_recall(ask, agent),
            "agent_display" => {
                let done = match ask.need("display")? {
                    "show" => "show",
                    "hide" => "hide",
                    _ => return Err(Reply::bad("THE DISPLAY IS NOT VALID")),
                };
                Ok(Reply::done("default").with(json!(format!("Agentbox has been {done}"))))
            }
            _ => Err(Reply::no_such_api()),
        }
    }

    fn is_date(&self, text: &str) -> Result<(), Reply> {
        let read = time::parse(text, self.config.zone_minutes);
        read.map(|_| ()).ok_or_else(|| Reply::bad("THE DATE FORMAT IS NOT VALID (YYYYmmddHHiiss)"))
    }

    /// The older page calls the last three `customer_phone`, `date`, `type_recall` (wolkvox.md, Agents).
    fn make_recall(&mut self, ask: &Ask, agent: &str) -> Result<Reply, Reply> {
        let either = |new: &str, old: &str| ask.get(new).or_else(|| ask.get(old)).ok_or_else(Reply::missing);
        let recall = Recall {
            campaign_id: ask.need("id_camp")?.into(),
            customer_id: ask.need("id_customer")?.into(),
            telephone: either("telefono", "customer_phone")?.into(),
            date: either("rellamada", "date")?.into(),
            style: either("recall_style", "type_recall")?.into(),
            agent_id: agent.into(),
            name: ask.or_empty("name_recall").into(),
        };
        self.is_date(&recall.date)?;
        is_style(&recall.style)?;
        self.check_record(&recall.campaign_id, &recall.customer_id, None).map_err(Reply::bad)?;
        self.add_recall(recall);
        Ok(Reply::done("Recall has been successful"))
    }

    pub fn add_recall(&mut self, recall: Recall) {
        self.operation.recalls.push(recall.clone());
        self.applied(Write::RecallMade {
            agent_id: recall.agent_id,
            campaign_id: recall.campaign_id,
            customer_id: recall.customer_id,
            telephone: recall.telephone,
            date: recall.date,
            style: recall.style,
        });
    }

    /// The agent must be logged in and the record must exist (wolkvox.md, Agents).
    fn edit_recall(&mut self, ask: &Ask, agent: &str) -> Result<Reply, Reply> {
        let (date, style) = (ask.need("recall")?, ask.need("recall_style")?);
        self.is_date(date)?;
        is_style(style)?;
        let at = self.find_recall(ask, agent)?;
        let recall = &mut self.operation.recalls[at];
        recall.date = date.into();
        recall.style = style.into();
        if let Some(name) = ask.get("name_recall") {
            recall.name = name.into();
        }
        let (campaign_id, customer_id) = (recall.campaign_id.clone(), recall.customer_id.clone());
        self.applied(Write::RecallEdited { agent_id: agent.into(), campaign_id, customer_id, date: date.into() });
        Ok(Reply::done("Recall has been edited"))
    }

    /// An automatic one keeps its record and loses its date; a manual one leaves the agent's list (wolkvox.md, Agents).
    fn delete_recall(&mut self, ask: &Ask, agent: &str) -> Result<Reply, Reply> {
        let style = ask.need("recall_style")?;
        is_style(style)?;
        let at = self.find_recall(ask, agent)?;
        let recall = &mut self.operation.recalls[at];
        let (campaign_id, customer_id) = (recall.campaign_id.clone(), recall.customer_id.clone());
        if style == "auto" {
            recall.date = NEVER.into();
        } else {
            self.operation.recalls.remove(at);
        }
        self.applied(Write::RecallDeleted { agent_id: agent.into(), campaign_id, customer_id });
        Ok(Reply::done("Recall has been deleted"))
    }

    fn find_recall(&self, ask: &Ask, agent: &str) -> Result<usize, Reply> {
        let (campaign, customer) = (ask.need("id_camp")?, ask.need("id_customer")?);
        if !self.operation.agent(agent).is_some_and(super::Agent::is_logged_in) {
            return Err(Reply::bad("THE AGENT IS NOT LOGGED IN"));
        }
        let is = |r: &Recall| r.agent_id == agent && r.campaign_id == campaign && r.customer_id == customer;
        self.operation.recalls.iter().position(is).ok_or_else(|| Reply::bad("THE RECALL DOES NOT EXIST"))
    }
}

fn is_style(style: &str) -> Result<(), Reply> {
    if matches!(style, "auto" | "manual") { Ok(()) } else { Err(Reply::bad("THE RECALL STYLE IS NOT VALID")) }
}
