//! The *Test* button: everything that can be tried without ringing anybody, step by step.

use super::{WolkvoxAccount, client::Ask, outcome::Trouble, wire::Fields};
use crate::{
    NotNow, TestReport, Trial, Tried,
    http::address::place,
    trial::connection::{Advice, try_connection},
};
use async_trait::async_trait;
use ringcard_core::submission::GateReason;
use std::{net::Ipv4Addr, time::Duration};
use tokio::net::TcpStream;

const ADVICE: Advice = Advice {
    no_answer: "check the server, any firewall between, and in wolkvox Manager whether this address is among the allowed \
                IPs",
    no_such_server: "check the server's digits, and that there is a network",
    refused: "check the server, and in wolkvox Manager whether this address is among the allowed IPs",
};

/// A connection that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(10);

#[async_trait]
impl Trial for WolkvoxAccount {
    async fn test(&self) -> TestReport {
        run(self).await
    }
}

async fn run(account: &WolkvoxAccount) -> TestReport {
    let mut report = TestReport::begin();
    let base = &account.client.base;
    report.add(Tried::Address, Ok(format!("{}://{}", base.scheme(), place(base))));
    let connected = try_connection(base, PATIENCE, &ADVICE).await;
    let reachable = connected.is_ok();
    report.add(Tried::Connect, connected);
    if reachable {
        let accepted = sign_in(account).await;
        let goes_on = accepted.is_ok();
        report.add(if is_tls(&accepted) { Tried::SecureConnection } else { Tried::SignIn }, accepted.map_err(sentence));
        if goes_on {
            report.add(Tried::SignIn, campaigns(account).await.map_err(sentence));
        }
    }
    if let Some(local) = &account.local {
        match local_agent(local.port()).await {
            Ok(answers) => report.add(Tried::Connect, Ok(answers)),
            // Not an error: acts go through the cloud meanwhile.
            Err(away) => report.not_checked(Tried::Connect, away),
        }
    }
    report
}

/// Costs one request of the day's allowance, and says so.
async fn sign_in(account: &WolkvoxAccount) -> Result<String, Trouble> {
    let rows = account.rows(Ask::get("information.php", "token_info")).await?;
    let row = rows.first().cloned().unwrap_or_else(Fields::default);
    let number = |names: &[&str]| row.get(names).parse::<u64>().ok();
    let used = number(&["all_token_today", "token_use_today"]);
    let today = match (used, number(&["token_limit"])) {
        (Some(used), Some(limit)) => format!("; {used} of {limit} requests are used today"),
        (Some(used), None) => format!("; {used} requests are used today"),
        _ => String::new(),
    };
    Ok(format!("wolkvox accepted the token{today} (this test used one, and one for the campaigns)"))
}

async fn campaigns(account: &WolkvoxAccount) -> Result<String, Trouble> {
    let campaigns = account.campaigns_now().await?;
    Ok(match campaigns.len() {
        0 => "no predictive or preview campaign is visible to this token".to_owned(),
        1 => "1 campaign is visible".to_owned(),
        count => format!("{count} campaigns are visible"),
    })
}

/// Whether anybody listens; it is asked for nothing.
async fn local_agent(port: u16) -> Result<String, String> {
    match tokio::time::timeout(PATIENCE, TcpStream::connect((Ipv4Addr::LOCALHOST, port))).await {
        Ok(Ok(_)) => Ok(format!("wolkvox Agent on this machine answers at port {port}")),
        _ => Err(format!("wolkvox Agent on this machine does not answer at port {port}; calls go through the cloud")),
    }
}

/// The port answered before: what is wrong is TLS.
fn is_tls(accepted: &Result<String, Trouble>) -> bool {
    matches!(accepted, Err(Trouble::NotSent { wait: None, .. }))
}

fn sentence(trouble: Trouble) -> String {
    match trouble {
        Trouble::Closed { why: GateReason::SignIn, detail, .. } => {
            format!("wolkvox did not accept the token: {detail}")
        }
        Trouble::NotConfigured { detail }
        | Trouble::NotSent { detail, .. }
        | Trouble::NotNow(NotNow { why: detail, .. })
        | Trouble::Unknown { detail }
        | Trouble::Refused { detail, .. }
        | Trouble::Closed { detail, .. } => detail,
    }
}
