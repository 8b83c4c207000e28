//! The *Test* button: everything that can be tried without writing anything, step by step.

use super::{
    ZendeskAccount,
    client::Ask,
    limits::SaidOfLimits,
    normalise::shortened,
    outcome::{Reply, Trouble},
    wire::Read,
};
use crate::{
    TestReport, Trial, Tried,
    http::address::place,
    trial::connection::{Advice, try_connection},
};
use async_trait::async_trait;
use ringcard_core::{submission::GateReason, text::contained};
use std::time::Duration;

const ADVICE: Advice = Advice {
    no_answer: "check the subdomain, and any firewall between",
    no_such_server: "check the subdomain, and that there is a network",
    refused: "check the subdomain",
};

/// Of the agents that the settings name, so many are looked for: each costs a request.
const MOST_AGENTS: usize = 10;

/// A connection that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(10);

#[async_trait]
impl Trial for ZendeskAccount {
    async fn test(&self) -> TestReport {
        run(self).await
    }
}

async fn run(account: &ZendeskAccount) -> TestReport {
    let mut report = TestReport::begin();
    let base = &account.client.base;
    report.add(Tried::Address, Ok(format!("{}://{}", base.scheme(), place(base))));
    let connected = try_connection(base, PATIENCE, &ADVICE).await;
    let reachable = connected.is_ok();
    report.add(Tried::Connect, connected);
    if !reachable {
        return report;
    }
    let accepted = sign_in(account).await;
    let goes_on = accepted.is_ok();
    let step = if is_tls(&accepted) { Tried::SecureConnection } else { Tried::SignIn };
    report.add(step, accepted.map_err(sentence));
    if goes_on {
        report.add(Tried::SignIn, search(account).await.map_err(sentence));
        match talk(account).await {
            Ok(found) => report.add(Tried::SignIn, Ok(found)),
            Err(why) => report.not_checked(Tried::SignIn, why),
        }
        if !account.config.writing.agents.is_empty() {
            report.add(Tried::SignIn, agents(account).await.map_err(sentence));
        }
    }
    report
}

/// Whether those whom the settings name are agents there.
async fn agents(account: &ZendeskAccount) -> Result<String, Trouble> {
    let named = &account.config.writing.agents;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for (agent, there) in named.iter().take(MOST_AGENTS) {
        match account.agent_there(there).await? {
            Some((_, name)) => known.push(format!("{} is {}", contained(&agent.0), contained(&name))),
            None => unknown.push(contained(&agent.0).into_owned()),
        }
    }
    let of = if named.len() > MOST_AGENTS { format!(" (the first {MOST_AGENTS} were tried)") } else { String::new() };
    match unknown.is_empty() {
        true => Ok(format!("agents: {}{of}", known.join(", "))),
        false => {
            let detail = format!(
                "no agent of Zendesk is meant by what “Agents” says of {}{of}: calls of theirs are filed as the agent who \
                 signs in",
                unknown.join(", ")
            );
            Err(Trouble::invalid(&detail))
        }
    }
}

async fn sign_in(account: &ZendeskAccount) -> Result<String, Trouble> {
    let Reply { json, limits, .. } = account.ask(Ask::get("me", "/api/v2/users/me.json")).await?;
    let user = &json["user"];
    // Whoever is not signed in is answered, too: as nobody.
    if user.id("id").is_none() {
        let detail = "Zendesk took the request for nobody's: check the e-mail and the token".to_owned();
        return Err(Trouble::Closed { why: GateReason::SignIn, until: None, detail });
    }
    let (name, role) = (shortened(&user.text("name"), 100), user.text("role"));
    if role == "end-user" {
        let detail = format!("{} is no agent there, and sees nobody's tickets: take an agent", contained(&name));
        return Err(Trouble::Closed { why: GateReason::SignIn, until: None, detail });
    }
    Ok(format!("signed in as {} ({}){}", contained(&name), shortened(&role, 30), said(account, &limits)))
}

fn said(account: &ZendeskAccount, limits: &SaidOfLimits) -> String {
    let set = account.config.per_minute;
    match (limits.limit, limits.left) {
        (Some(limit), Some(left)) if limit < set => format!(
            "; the plan allows {limit} requests a minute ({left} are left of this one), and the setting says {set}: lower it"
        ),
        (Some(limit), Some(left)) => {
            format!("; the plan allows {limit} requests a minute ({left} are left of this one)")
        }
        (Some(limit), None) => format!("; the plan allows {limit} requests a minute"),
        _ => String::new(),
    }
}

/// Whether this agent may search for customers.
async fn search(account: &ZendeskAccount) -> Result<String, Trouble> {
    let ask = Ask::get("search", "/api/v2/search.json").with("query", "role:end-user").with("per_page", "1");
    account.ask(ask).await?;
    Ok("customers can be searched for (this test took 3 requests)".to_owned())
}

/// Whether Talk Partner Edition is there: a call record that cannot exist is asked for. With it, there is no such record;
/// without it, there is no such question (zendesk.md, Calls).
async fn talk(account: &ZendeskAccount) -> Result<String, String> {
    match account.config.talk_partner {
        Some(true) => return Err("Talk Partner Edition: not tried, the settings say that the plan has it".to_owned()),
        Some(false) => {
            return Err("Talk Partner Edition: not tried, the settings say that the plan has none".to_owned());
        }
        None => {}
    }
    let is_there = match account.ask(Ask::get("call", "/api/v2/calls/0.json")).await {
        Ok(_) => true,
        Err(Trouble::Refused { status: 404, error, .. }) => error.eq_ignore_ascii_case("RecordNotFound"),
        Err(Trouble::Refused { status: 403, .. }) => false,
        // Not found as a page is: the function itself is not there. That the account is was seen a moment ago.
        Err(Trouble::Closed { why: GateReason::Offline, .. }) => false,
        Err(trouble) => return Err(format!("Talk Partner Edition: {}", trouble.detail())),
    };
    account.talk.found(is_there);
    Ok(match (is_there, account.config.app_id) {
        (true, Some(_)) => "Talk Partner Edition is there: a call is one request".to_owned(),
        (true, None) => {
            "Talk Partner Edition is there; give an app id to use it. Until then calls become tickets".to_owned()
        }
        (false, _) => "Talk Partner Edition is not in this plan: calls become tickets and comments".to_owned(),
    })
}

/// The port answered before: what is wrong is TLS.
fn is_tls(accepted: &Result<String, Trouble>) -> bool {
    matches!(accepted, Err(Trouble::NotSent { wait: None, .. }))
}

fn sentence(trouble: Trouble) -> String {
    match trouble {
        Trouble::Closed { why: GateReason::SignIn, detail, .. } => {
            format!("Zendesk did not accept the sign-in: {detail}")
        }
        trouble => trouble.detail(),
    }
}
