//! `information.php`: lists that change rarely (wolkvox.md, Lists). All of them GET.

use super::{reply::Reply, server::Ask, style::CodeKind, time, world::World};
use axum::http::Method;
use serde_json::{Value, json};

fn yes(truth: bool) -> &'static str {
    if truth { "yes" } else { "no" }
}

impl World {
    pub fn information(&mut self, ask: &Ask) -> Reply {
        if ask.method != Method::GET {
            return Reply::no_such_api();
        }
        let all = match ask.api.as_str() {
            "activity_codes" => self.activity_codes(ask),
            "campaigns" => self.campaigns(ask),
            "agents" => self.list_agents(ask),
            "skills" => self.skills(ask),
            "agents_in_skill" => self.agents_in_skill(ask),
            "token_info" => Ok(self.token_info(ask)),
            _ => Err(Reply::no_such_api()),
        };
        all.unwrap_or_else(|refusal| refusal)
    }

    /// Both lists; `type_code` tells which.
    fn activity_codes(&self, ask: &Ask) -> Result<Reply, Reply> {
        let wanted = ask.get("cod_act");
        let codes = self.operation.codes.iter().filter(|c| wanted.is_none_or(|w| c.code == w));
        let codes = codes.filter(|c| !c.second || self.config.second_codes);
        let rows = codes.map(|c| {
            json!({
                "cod_act": c.code, "description_cod_act": c.description, "hit": yes(c.hit), "rpc": yes(c.rpc),
                "chat": yes(c.chat), "studio": "no", "voice": yes(c.voice),
                "type_code": if c.second { "cod_act2" } else { "cod_act1" }, "interactions": yes(c.chat),
            })
        });
        self.rows(rows, CodeKind::Text)
    }

    fn campaigns(&self, ask: &Ask) -> Result<Reply, Reply> {
        let wanted = ask.get("campaign");
        let campaigns = self.operation.campaigns.iter().filter(|c| wanted.is_none_or(|w| c.id == w || c.name == w));
        let rows = campaigns.map(|c| {
            let records = self.operation.records.iter().filter(|r| r.campaign_id == c.id).count();
            json!({
                "campaign_id": c.id, "campaign_name": c.name, "campaign_description": c.description,
                "type_campaign": c.kind.word(), "status": if c.started { "Started" } else { "Stopped" },
                "records": records.to_string(), "speed": "1", "dial_mode": "default",
                "last_use": time::spaced(self.now(), self.config.zone_minutes), "recycled": "0", "turbo_dial": "no",
                "skill_id": c.skill_id,
            })
        });
        self.rows(rows, CodeKind::Number)
    }

    fn list_agents(&self, ask: &Ask) -> Result<Reply, Reply> {
        let wanted = ask.get("agent");
        let agents = self.operation.agents.iter().filter(|a| wanted.is_none_or(|w| a.id == w || a.name == w));
        let rows = agents.map(|a| {
            json!({
                "agent_id": a.id, "agent_name": a.name, "agent_dni": a.dni, "agent_status": a.status,
                "last_use": time::spaced(a.since, self.config.zone_minutes), "agent_sso": "no", "enabled": "yes",
            })
        });
        self.rows(rows, CodeKind::Number)
    }

    fn skills(&self, ask: &Ask) -> Result<Reply, Reply> {
        let wanted = ask.get("skill");
        let skills = self.operation.skills.iter().filter(|s| wanted.is_none_or(|w| s.id == w || s.name == w));
        let now = time::spaced(self.now(), self.config.zone_minutes);
        let rows = skills.map(
            |s| json!({ "skill_id": s.id, "skill_name": s.name, "skill_description": s.description, "last_use": now }),
        );
        self.rows(rows, CodeKind::Number)
    }

    fn agents_in_skill(&self, ask: &Ask) -> Result<Reply, Reply> {
        let wanted = ask.need("skill_id")?;
        let skill = self.operation.skills.iter().find(|s| s.id == wanted);
        let agents = skill.into_iter().flat_map(|s| &s.agents).filter_map(|id| self.operation.agent(id));
        let rows = agents.map(|a| {
            let last_use = time::spaced(a.since, self.config.zone_minutes);
            json!({ "agent_id": a.id, "agent_name": a.name, "last_use": last_use, "expertise": "5" })
        });
        self.rows(rows, CodeKind::Text)
    }

    /// Costs one itself, like any other (wolkvox.md, Lists).
    fn token_info(&mut self, ask: &Ask) -> Reply {
        let token = ask.token.clone().unwrap_or_default();
        let (own, all, limit) = (self.spent_by(&token), self.spent_today(), self.quota());
        let row = json!({
            "description": token, "token_limit": limit.to_string(), "token_use_today": own.to_string(),
            "all_token_today": all.to_string(),
            "available_consumption_options": limit.saturating_sub(all).to_string(),
        });
        Reply::found(vec![row], CodeKind::Text, self.config.style)
    }

    /// Rows, within the limit (wolkvox.md, Limits).
    pub fn rows(&self, rows: impl Iterator<Item = Value>, kind: CodeKind) -> Result<Reply, Reply> {
        let most = self.config.rows_most;
        let mut rows: Vec<_> = rows.take(most.saturating_add(1)).collect();
        if rows.len() > most {
            match &self.config.too_many_rows {
                super::TooManyRows::Cut => rows.truncate(most),
                super::TooManyRows::Refuse(text) => return Err(Reply::bad(text.clone())),
            }
        }
        Ok(Reply::found(rows, kind, self.config.style))
    }
}
