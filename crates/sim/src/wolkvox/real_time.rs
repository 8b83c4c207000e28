//! `real_time.php`: what goes on now (wolkvox.md, Lists). All of it GET.

use super::{
    operation::{AgentCall, CallOrigin, CallRow},
    reply::Reply,
    server::Ask,
    style::CodeKind,
    time,
    world::World,
};
use axum::http::Method;
use serde_json::json;

impl World {
    pub fn real_time(&mut self, ask: &Ask) -> Reply {
        if ask.method != Method::GET {
            return Reply::no_such_api();
        }
        let all = match ask.api.as_str() {
            "recall" => self.list_recalls(ask),
            "agents" => self.agents_now(),
            "calls_last_10" => self.calls_last_10(),
            _ => Err(Reply::no_such_api()),
        };
        all.unwrap_or_else(|refusal| refusal)
    }

    /// An agent's call-backs are found by `id_agent`. A deleted automatic one has zeros for a date.
    fn list_recalls(&self, ask: &Ask) -> Result<Reply, Reply> {
        let style = ask.need("type")?;
        if !matches!(style, "all" | "manual" | "auto") {
            return Err(Reply::bad("THE TYPE IS NOT VALID"));
        }
        let recalls = self.operation.recalls.iter().filter(|r| style == "all" || r.style == style);
        let rows = recalls.map(|r| {
            json!({
                "type_recall": r.style, "date_recall": r.date, "phone_number": r.telephone,
                "id_campaing": r.campaign_id, "id_agent": r.agent_id,
            })
        });
        self.rows(rows, CodeKind::Text)
    }

    fn agents_now(&self) -> Result<Reply, Reply> {
        let now = self.now();
        let midnight = now - time::local(now, self.config.zone_minutes) % time::DAY;
        let rows = self.operation.agents.iter().map(|agent| {
            let today = || self.operation.calls.iter().filter(|c| c.agent_id == agent.id && c.at >= midnight);
            let of = |inbound: bool| today().filter(move |c| (c.type_interaction == "inbound") == inbound);
            let talked = |inbound| of(inbound).map(|c| c.seconds).sum::<u64>();
            let (inbound, outbound) = (of(true).count(), of(false).count());
            let all = inbound + outbound;
            let state = now.saturating_sub(agent.since) / 1000;
            let talking = talked(true) + talked(false);
            let login = now.saturating_sub(midnight) / 1000;
            let busy = i64::try_from(talking * 10_000 / login.max(1)).unwrap_or_default();
            json!({
                "agent_id": agent.id, "agent_name": agent.name, "agent_status": agent.status,
                "calls": all.to_string(), "inbound": inbound.to_string(), "outbound": outbound.to_string(),
                "internal": "0", "time_state_now": time::hms(state),
                "ready_time": time::hms(login.saturating_sub(talking)), "inbound_time": time::hms(talked(true)),
                "outbound_time": time::hms(talked(false)), "acw_time": time::hms(0), "ring_time": time::hms(0),
                "login_time": time::hms(login), "aht_time": time::hms(talking / (all as u64).max(1)),
                "ocupation": self.config.style.percent(busy), "aux_time": time::hms(0),
            })
        });
        self.rows(rows, CodeKind::Number)
    }

    /// Without the agent: it cannot drive a screen pop alone (wolkvox.md, Lists).
    fn calls_last_10(&self) -> Result<Reply, Reply> {
        let since = self.now().saturating_sub(600_000);
        let zone = self.config.zone_minutes;
        let ended = self.operation.calls.iter().filter(|c| c.at >= since).map(|c: &CallRow| {
            json!({
                "type_interaction": c.type_interaction, "result": "answer", "date": time::spaced(c.at, zone),
                "telephone": c.telephone, "customer_id": c.customer_id, "conn_id": c.conn_id,
            })
        });
        let going_on = self.operation.agents.iter().filter_map(|a| a.call.as_ref()).map(|c: &AgentCall| {
            let kind = match c.origin {
                CallOrigin::Manual => "outbound_ma",
                CallOrigin::Inbound => "inbound",
                CallOrigin::Campaign => "out_pre",
            };
            json!({
                "type_interaction": kind, "result": if c.answered { "answer" } else { "" },
                "date": time::spaced(c.started, zone), "telephone": c.phone,
                "customer_id": c.customer_id.as_deref().unwrap_or_default(), "conn_id": c.conn_id,
            })
        });
        self.rows(ended.chain(going_on), CodeKind::Number)
    }
}
