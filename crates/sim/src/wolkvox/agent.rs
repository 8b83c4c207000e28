//! What an agent can be made to do, by the cloud's agentbox or by the program on the agent's own PC.
//!
//! Every act returns the connection id it is about, or the sentence it is refused with: those sentences are the
//! simulator's own, for the documents have none.

use super::{
    config::OnUnknown,
    journal::Write,
    operation::{Agent, AgentCall, CallOrigin, CallRow},
    world::World,
};

pub(crate) type Done = Result<String, String>;

impl World {
    pub fn agent_mut(&mut self, id: &str) -> Option<&mut Agent> {
        self.operation.agents.iter_mut().find(|a| a.id == id)
    }

    /// `Ok(None)`: unknown or logged out, and to be answered as if it were not.
    fn at_work(&mut self, id: &str) -> Result<Option<&mut Agent>, String> {
        let on = self.config.unknowns.agent;
        match self.operation.agents.iter_mut().find(|a| a.id == id) {
            Some(agent) if agent.is_logged_in() => Ok(Some(agent)),
            Some(_) => Self::unknown(on, "THE AGENT IS NOT LOGGED IN").map(|()| None),
            None => Self::unknown(on, "THE AGENT DOES NOT EXIST").map(|()| None),
        }
    }

    /// The agent's call; `Ok(None)`: there is none, and it is to be answered as if there were.
    fn on_a_call(&mut self, id: &str) -> Result<Option<&mut AgentCall>, String> {
        let on = self.config.unknowns.call;
        match self.at_work(id)?.map(|agent| agent.call.as_mut()) {
            Some(Some(call)) => Ok(Some(call)),
            Some(None) => Self::unknown(on, "THE AGENT HAS NO ACTIVE CALL").map(|()| None),
            None => Ok(None),
        }
    }

    /// Not idempotent: each is a call (wolkvox.md, Agents).
    pub fn dial(&mut self, id: &str, phone: &str, customer_id: Option<&str>, name: Option<&str>) -> Done {
        let on = self.config.unknowns.call;
        match self.at_work(id)? {
            None => return Ok(String::new()),
            Some(agent) if agent.call.is_some() => {
                return Self::unknown(on, "THE AGENT IS ON A CALL").map(|()| String::new());
            }
            Some(_) => {}
        }
        let answered = self.config.customers_answer;
        let customer_id = customer_id.map(str::to_owned);
        let conn_id = self.begin_call(id, CallOrigin::Manual, phone, customer_id.clone(), None, answered);
        if let Some(call) = self.agent_mut(id).and_then(|a| a.call.as_mut()) {
            call.customer_name = name.map(str::to_owned);
        }
        self.applied(Write::Dialled {
            agent_id: id.into(),
            phone: phone.into(),
            customer_id,
            conn_id: conn_id.clone(),
        });
        Ok(conn_id)
    }

    /// A call begins, whoever wanted it.
    pub fn begin_call(
        &mut self,
        id: &str,
        origin: CallOrigin,
        phone: &str,
        customer_id: Option<String>,
        campaign_id: Option<String>,
        answered: bool,
    ) -> String {
        let now = self.now();
        let conn_id = self.operation.next_conn_id(now);
        if let Some(agent) = self.agent_mut(id) {
            agent.status = if origin == CallOrigin::Inbound { "Inbound" } else { "Outbound" }.into();
            agent.since = now;
            agent.call = Some(AgentCall {
                conn_id: conn_id.clone(),
                origin,
                phone: phone.into(),
                customer_id,
                customer_name: None,
                campaign_id,
                answered,
                on_hold: false,
                tones: String::new(),
                transferred_to: None,
                started: now,
                cod_act: None,
                cod_act_2: None,
                comment: String::new(),
            });
        }
        conn_id
    }

    pub fn hang(&mut self, id: &str) -> Done {
        if self.on_a_call(id)?.is_none() {
            return Ok(String::new());
        }
        let conn_id = self.end_call(id);
        self.applied(Write::HungUp { agent_id: id.into(), conn_id: conn_id.clone() });
        Ok(conn_id)
    }

    /// The call ends, whoever ended it; after-call work begins.
    pub fn end_call(&mut self, id: &str) -> String {
        let now = self.now();
        let Some(call) = self.agent_mut(id).and_then(|a| a.call.take()) else {
            return String::new();
        };
        if call.answered {
            let skill = self.operation.skills.iter().find(|s| s.agents.iter().any(|a| a == id));
            let row = CallRow {
                at: call.started,
                seconds: now.saturating_sub(call.started) / 1000,
                agent_id: id.into(),
                telephone: call.phone.clone(),
                customer_id: call.customer_id.clone().unwrap_or_default(),
                campaign_id: call.campaign_id.clone().unwrap_or_default(),
                skill_id: skill.map(|s| s.id.clone()).unwrap_or_default(),
                conn_id: call.conn_id.clone(),
                type_interaction: if call.origin == CallOrigin::Inbound { "inbound" } else { "outbound_ma" }.into(),
                cod_act: call.cod_act.clone().unwrap_or_default(),
                cod_act_2: call.cod_act_2.clone().unwrap_or_default(),
                comment: call.comment.clone(),
            };
            self.operation.calls.push(row);
        }
        let conn_id = call.conn_id.clone();
        if let Some(agent) = self.agent_mut(id) {
            agent.status = "ACW".into();
            agent.since = now;
            agent.muted = false;
            agent.last_call = Some(call);
        }
        conn_id
    }

    /// A toggle: the second resumes (wolkvox.md, Agents).
    pub fn hold(&mut self, id: &str) -> Done {
        let Some(call) = self.on_a_call(id)? else { return Ok(String::new()) };
        call.on_hold = !call.on_hold;
        let (on, conn_id) = (call.on_hold, call.conn_id.clone());
        self.applied(Write::Held { agent_id: id.into(), on });
        Ok(conn_id)
    }

    /// A toggle of the agent's microphone (wolkvox.md, Agents).
    pub fn mute(&mut self, id: &str) -> Done {
        let Some(call) = self.on_a_call(id)? else { return Ok(String::new()) };
        let conn_id = call.conn_id.clone();
        let Some(agent) = self.agent_mut(id) else { return Ok(conn_id) };
        agent.muted = !agent.muted;
        let on = agent.muted;
        self.applied(Write::Muted { agent_id: id.into(), on });
        Ok(conn_id)
    }

    pub fn tones(&mut self, id: &str, tones: &str) -> Done {
        if !tones.chars().all(|t| t.is_ascii_digit() || matches!(t, '*' | '#')) {
            return Err("THE TONES ARE NOT VALID".into());
        }
        let Some(call) = self.on_a_call(id)? else { return Ok(String::new()) };
        call.tones.push_str(tones);
        let conn_id = call.conn_id.clone();
        self.applied(Write::Tones { agent_id: id.into(), tones: tones.into() });
        Ok(conn_id)
    }

    /// To a phone or another agent's extension (wolkvox.md, Agents). The agent is out of the call then.
    pub fn transfer(&mut self, id: &str, phone: &str) -> Done {
        let Some(call) = self.on_a_call(id)? else { return Ok(String::new()) };
        call.transferred_to = Some(phone.into());
        let conn_id = self.end_call(id);
        self.applied(Write::Transferred { agent_id: id.into(), phone: phone.into(), conn_id: conn_id.clone() });
        Ok(conn_id)
    }

    /// The call gets its activity code: the one going on, or the one that just ended (wolkvox.md, Agents).
    pub fn type_call(&mut self, id: &str, cod_act: &str, cod_act_2: Option<&str>, comment: &str) -> Done {
        self.check_codes(cod_act, cod_act_2)?;
        let on = self.config.unknowns.call;
        let Some(agent) = self.at_work(id)? else { return Ok(String::new()) };
        let Some(call) = agent.call.as_mut().or(agent.last_call.as_mut()) else {
            return Self::unknown(on, "THERE IS NO CALL TO TYPE").map(|()| String::new());
        };
        call.cod_act = Some(cod_act.into());
        call.cod_act_2 = cod_act_2.map(str::to_owned);
        call.comment = comment.into();
        let conn_id = call.conn_id.clone();
        if let Some(row) = self.operation.calls.iter_mut().rev().find(|row| row.conn_id == conn_id) {
            row.cod_act = cod_act.into();
            row.cod_act_2 = cod_act_2.unwrap_or_default().into();
            row.comment = comment.into();
        }
        self.applied(Write::Typed {
            agent_id: id.into(),
            conn_id: conn_id.clone(),
            cod_act: cod_act.into(),
            cod_act_2: cod_act_2.map(str::to_owned),
            comment: comment.into(),
        });
        Ok(conn_id)
    }

    /// `ready`, `logout`, or the id of an auxiliary state (wolkvox.md, Agents). Returns the state's name.
    pub fn change_status(&mut self, id: &str, status: &str) -> Done {
        let name = match status {
            "ready" => "Ready".to_owned(),
            "logout" => "Logout".to_owned(),
            other => {
                let found = self.config.aux_states.iter().find(|(state, _)| state == other);
                found.map(|(_, name)| name.clone()).ok_or("THE STATUS DOES NOT EXIST")?
            }
        };
        // Whoever is logged out cannot be made ready from here.
        if self.at_work(id)?.is_some() {
            self.set_status(id, &name);
        }
        Ok(name)
    }

    pub fn set_status(&mut self, id: &str, status: &str) {
        let now = self.now();
        if let Some(agent) = self.agent_mut(id) {
            agent.status = status.into();
            agent.since = now;
        }
        self.applied(Write::Status { agent_id: id.into(), status: status.into() });
    }

    /// Whether the codes are in their lists. With the second list off, a second code is ignored (wolkvox.md, Agents).
    pub fn check_codes(&self, cod_act: &str, cod_act_2: Option<&str>) -> Result<(), String> {
        if self.config.unknowns.code == OnUnknown::Accept {
            return Ok(());
        }
        if self.operation.code(cod_act, false).is_none() {
            return Err(format!("THE COD_ACT {cod_act} DOES NOT EXIST"));
        }
        match cod_act_2.filter(|_| self.config.second_codes) {
            Some(code) if self.operation.code(code, true).is_none() => {
                Err(format!("THE COD_ACT_2 {code} DOES NOT EXIST"))
            }
            _ => Ok(()),
        }
    }
}
