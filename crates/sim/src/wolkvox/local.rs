//! The program on the agent's own PC: `GET /apiagentbox?action=…[&callback=f]` (wolkvox.md, The agent's own machine). No token,
//! no quota; JSON, or JSONP with a callback; `status`, and for call actions `id_call`.

use super::{
    agent::Done,
    operation::{CallOrigin, CampaignKind, Recall},
    server::Ask,
    time,
    world::World,
};
use axum::http::Method;
use serde_json::{Map, Value};

/// The body; the HTTP status is always 200.
pub(crate) fn answer(world: &mut World, ask: &Ask) -> String {
    world.by = (ask.seq, None);
    let words = world.config.local.clone();
    let (ok, error) = words.as_ref().map_or(("OK", "ERROR"), |w| (w.ok.as_str(), w.error.as_str()));
    let agent = words.as_ref().map(|w| w.agent_id.clone()).unwrap_or_default();
    let done = if ask.method == Method::GET { act(world, ask, &agent) } else { Err("only GET".into()) };
    let mut body = Map::new();
    match done {
        Ok(conn_id) => {
            body.insert("status".into(), ok.into());
            if matches!(ask.api.as_str(), "dial" | "dia2" | "tran" | "haup" | "hold" | "codd") {
                body.insert("id_call".into(), conn_id.into());
            }
        }
        Err(sentence) => {
            body.insert("status".into(), error.into());
            body.insert("msg".into(), sentence.into());
        }
    }
    let body = Value::Object(body).to_string();
    // Only what can be a function's name is called.
    let callback = ask.get("callback").filter(|f| f.chars().all(|c| c.is_ascii_alphanumeric() || "_.$?".contains(c)));
    callback.map_or(body.clone(), |callback| format!("{callback}({body})"))
}

fn act(world: &mut World, ask: &Ask, agent: &str) -> Done {
    let need = |name: &str| ask.get(name).ok_or_else(|| format!("{name} is missing"));
    match ask.api.as_str() {
        "dial" | "dia2" => world.dial(agent, need("phone")?, ask.get("id_customer"), ask.get("name")),
        "haup" => world.hang(agent),
        "hold" => world.hold(agent),
        "mute" => world.mute(agent),
        "keyp" => world.tones(agent, need("key")?),
        "tran" => world.transfer(agent, need("phone")?),
        // The second code if the second list is on.
        "codd" => {
            let second = ask.get("cod2").filter(|_| world.config.second_codes);
            world.type_call(agent, need("cod")?, second, ask.or_empty("comm"))
        }
        "pcod" => code_preview(world, agent, need("pcod_fin")?, ask.or_empty("pcomentmp_preview")),
        "redy" => world.change_status(agent, "ready"),
        "acw" => {
            world.set_status(agent, "ACW");
            Ok(String::new())
        }
        "logu" => world.change_status(agent, "logout"),
        "rcal" => call_again(world, agent, need("date")?, need("dial")?),
        "visi" | "invi" => {
            if let Some(agent) = world.agent_mut(agent) {
                agent.visible = ask.api == "visi";
            }
            Ok(String::new())
        }
        "vibu" => {
            let (button, visible) = (need("butto")?, need("visib")?);
            let known = matches!(button, "haup" | "redy" | "afcw" | "codd" | "dial") && matches!(visible, "yes" | "no");
            if known { Ok(String::new()) } else { Err("no such button".into()) }
        }
        _ => Err("no such action".into()),
    }
}

/// Campaign and customer of the agent's call, or of the one that just ended.
fn current(world: &World, agent: &str, kind: CampaignKind) -> Result<(String, String), String> {
    let agent = world.operation.agent(agent).ok_or("no such agent")?;
    let call = agent.call.as_ref().or(agent.last_call.as_ref()).filter(|c| c.origin == CallOrigin::Campaign);
    let found = call.and_then(|c| c.campaign_id.clone().zip(c.customer_id.clone()));
    let of_kind = found.filter(|(id, _)| world.operation.campaign(id).is_some_and(|c| c.kind == kind));
    of_kind.ok_or_else(|| format!("no call of a {} campaign", kind.word()))
}

/// Codes the preview record the agent works on.
fn code_preview(world: &mut World, agent: &str, code: &str, comment: &str) -> Done {
    let (campaign, customer) = current(world, agent, CampaignKind::Preview)?;
    world.check_codes(code, None)?;
    world.code(&campaign, &customer, code, None, comment).map(|()| String::new())
}

/// A call-back of the predictive record the agent speaks with.
fn call_again(world: &mut World, agent: &str, date: &str, dial: &str) -> Done {
    if time::parse(date, world.config.zone_minutes).is_none() {
        return Err("no such date".into());
    }
    let (campaign_id, customer_id) = current(world, agent, CampaignKind::Predictive)?;
    world.add_recall(Recall {
        style: "auto".into(),
        date: date.into(),
        telephone: dial.into(),
        campaign_id,
        customer_id,
        agent_id: agent.into(),
        name: String::new(),
    });
    Ok(String::new())
}
