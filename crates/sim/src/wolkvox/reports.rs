//! `reports_manager.php`: `diagram_2`, `cdr_1`, `act_4` (wolkvox.md, Reports). All of them GET with two dates.

use super::{
    operation::{CallRow, SmartWait},
    reply::Reply,
    server::Ask,
    style::CodeKind,
    time::{self, DAY},
    world::World,
};
use axum::http::Method;
use serde_json::json;
use std::collections::BTreeMap;

impl World {
    pub fn report(&mut self, ask: &Ask) -> Reply {
        self.report_or(ask).unwrap_or_else(|refusal| refusal)
    }

    fn report_or(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        if ask.method != Method::GET || !matches!(ask.api.as_str(), "diagram_2" | "cdr_1" | "act_4") {
            return Err(Reply::no_such_api());
        }
        let (from, to) = self.window(ask)?;
        self.polled(ask)?;
        match ask.api.as_str() {
            "diagram_2" => self.smart_wait(from, to),
            "cdr_1" => self.connected_calls(from, to),
            _ => self.uncoded(from, to),
        }
    }

    /// `date_ini` and `date_end`, both inclusive, at most 31 × 24 h apart (wolkvox.md, Requests, Limits).
    pub fn window(&self, ask: &Ask) -> Result<(u64, u64), Reply> {
        let read = |name| {
            let date = time::parse(ask.need(name)?, self.config.zone_minutes);
            date.ok_or_else(|| Reply::bad("THE DATE FORMAT IS NOT VALID (YYYYmmddHHiiss)"))
        };
        let (from, to) = (read("date_ini")?, read("date_end")?);
        if from > to {
            return Err(Reply::bad("THE DATE_INI IS AFTER THE DATE_END"));
        }
        if to - from > self.config.days_most.saturating_mul(DAY) {
            return Err(Reply::bad(format!("EXCEEDS THE LIMIT OF DAYS ({})", self.config.days_most)));
        }
        // To the end of its second.
        Ok((from, to + 999))
    }

    /// One consumption in five minutes is the advice (wolkvox.md, Limits).
    fn polled(&mut self, ask: &Ask) -> Result<(), Reply> {
        let now = self.now();
        let every = u64::try_from(self.config.poll_every.as_millis()).unwrap_or(u64::MAX);
        let before = self.polls.insert(ask.api.clone(), now);
        if before.is_none_or(|before| now.saturating_sub(before) >= every) {
            return Ok(());
        }
        if let Some(asked) = self.journal.of(ask.seq) {
            asked.early = true;
        }
        self.config.refuse_early_polls.clone().map_or(Ok(()), |text| Err(Reply::forbidden(text)))
    }

    /// Smart wait by skill (wolkvox.md, Reports). All values are text.
    fn smart_wait(&self, from: u64, to: u64) -> Result<Reply, Reply> {
        let mut by_skill: BTreeMap<&str, Vec<&SmartWait>> = BTreeMap::new();
        for row in self.operation.waits.iter().filter(|w| (from..=to).contains(&w.at)) {
            by_skill.entry(&row.skill_id).or_default().push(row);
        }
        let rows = by_skill.into_iter().map(|(skill, days)| {
            let sum = |of: fn(&SmartWait) -> u64| days.iter().map(|d| of(d)).sum::<u64>().to_string();
            let up = days.iter().map(|d| d.service_level_up).sum::<i64>() / i64::try_from(days.len()).unwrap_or(1);
            json!({
                "skill_id": skill, "treatment": sum(|d| d.treatment), "customer_say_no": sum(|d| d.say_no),
                "customer_say_yes": sum(|d| d.say_yes), "recall_fail": sum(|d| d.recall_fail),
                "recall_ok": sum(|d| d.recall_ok), "service_level_up": self.config.style.percent(up),
            })
        });
        self.rows(rows, CodeKind::Number)
    }

    fn calls_between(&self, from: u64, to: u64) -> impl Iterator<Item = &CallRow> {
        self.operation.calls.iter().filter(move |c| (from..=to).contains(&c.at))
    }

    fn connected_calls(&self, from: u64, to: u64) -> Result<Reply, Reply> {
        let operation = &self.operation;
        let rows = self.calls_between(from, to).map(|c| {
            let about = |code: &str, second| operation.code(code, second).map_or("", |c| c.description.as_str());
            // What stands there when after-call work ran out (wolkvox.md, Reports).
            let second = if c.cod_act_2 == "TIMEOUTACW" { "TIMEOUTACW" } else { about(&c.cod_act_2, true) };
            json!({
                "agent_name": operation.agent(&c.agent_id).map_or("", |a| a.name.as_str()),
                "date": time::spaced(c.at, self.config.zone_minutes), "destiny": "mobile", "telephone": c.telephone,
                "cost": "0", "time_seg": c.seconds.to_string(), "time_min": time::hms(c.seconds),
                "cod_act": c.cod_act, "description_cod_act": about(&c.cod_act, false), "cod_act_2": c.cod_act_2,
                "description_cod_act_2": second, "type_interaction": c.type_interaction, "customer_id": c.customer_id,
                "hang_up": "agent", "campaign_id": c.campaign_id, "conn_id": c.conn_id, "skill_id": c.skill_id,
                "skill_name": operation.skill_name(&c.skill_id), "agent_id": c.agent_id, "comment": c.comment,
            })
        });
        self.rows(rows, CodeKind::Number)
    }

    /// Calls without code, by agent.
    fn uncoded(&self, from: u64, to: u64) -> Result<Reply, Reply> {
        let mut by_agent: BTreeMap<&str, u64> = BTreeMap::new();
        for call in self.calls_between(from, to).filter(|c| c.cod_act.is_empty()) {
            *by_agent.entry(&call.agent_id).or_default() += 1;
        }
        let rows = by_agent.into_iter().map(|(id, count)| {
            let name = self.operation.agent(id).map_or("", |a| a.name.as_str());
            json!({ "uncode_calls": count.to_string(), "agent_id": id, "agent_name": name })
        });
        self.rows(rows, CodeKind::Number)
    }
}
