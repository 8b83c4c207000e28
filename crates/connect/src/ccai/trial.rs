//! The *Test* button: everything that can be tried without ringing anybody, step by step.

use super::{CcaiAccount, client::Ask, outcome::Trouble};
use crate::{
    TestReport, Trial, Tried,
    http::address::place,
    trial::connection::{Advice, try_connection},
};
use async_trait::async_trait;
use reqwest::Method;

const ADVICE: Advice = Advice {
    no_answer: "check the address, and any firewall between",
    no_such_server: "check the subdomain in the address, and that there is a network",
    refused: "check the address",
};

#[async_trait]
impl Trial for CcaiAccount {
    async fn test(&self) -> TestReport {
        let mut report = TestReport::begin();
        let base = &self.config.base;
        report.add(Tried::Address, Ok(format!("{}://{}", base.scheme(), place(base))));
        let connected = try_connection(base, self.config.timeout, &ADVICE).await;
        let is_reachable = connected.is_ok();
        report.add(Tried::Connect, connected);
        if !is_reachable {
            return report;
        }
        let query = vec![("page".to_owned(), "1".to_owned())];
        let ask = Ask { method: Method::GET, path: "manager/api/v1/agents", what: "agents", query, body: None };
        match self.ask(ask).await {
            // The port answered before: what is wrong is TLS.
            Err(Trouble::NotSent(detail)) if base.scheme() == "https" => {
                report.add(Tried::SecureConnection, Err(detail))
            }
            Err(trouble) => report.add(Tried::SignIn, Err(trouble.detail().to_owned())),
            Ok(_) => {
                let subdomain = &self.config.subdomain;
                report.add(Tried::SignIn, Ok(format!("CCAI Platform accepts the token of {subdomain}")));
                let known = self.config.agents.len();
                let agents = match known {
                    0 => Err("no agent has an e-mail address here: fill in the account's agents".to_owned()),
                    _ => Ok(format!("{known} agents have an e-mail address here")),
                };
                report.add(Tried::Settings, agents);
            }
        }
        report
    }
}
