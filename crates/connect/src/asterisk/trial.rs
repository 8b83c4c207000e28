//! The *Test* button: everything that can be tried without ringing anybody, step by step.

use super::{
    AsteriskAccount,
    client::Ask,
    outcome::Trouble,
    wire::{ChannelNow, EndpointNow, Many},
};
use crate::{
    TestReport, Trial, Tried,
    http::address::place,
    trial::connection::{Advice, try_connection},
};
use async_trait::async_trait;
use reqwest::Method;
use serde::Deserialize;

const ADVICE: Advice = Advice {
    no_answer: "check the address, and any firewall between",
    no_such_server: "check the address, and that there is a network",
    refused: "check the address and its port (bindaddr and bindport, or tlsbindaddr, in http.conf)",
};

#[derive(Deserialize)]
struct Info {
    #[serde(default)]
    system: SystemInfo,
}

#[derive(Default, Deserialize)]
struct SystemInfo {
    #[serde(default)]
    version: String,
}

#[async_trait]
impl Trial for AsteriskAccount {
    async fn test(&self) -> TestReport {
        let mut report = TestReport::begin();
        let base = &self.client.base;
        report.add(Tried::Address, Ok(format!("{}://{}", base.scheme(), place(base))));
        let connected = try_connection(base, self.config.timeout, &ADVICE).await;
        let is_reachable = connected.is_ok();
        report.add(Tried::Connect, connected);
        if !is_reachable {
            return report;
        }
        match self.version().await {
            // The port answered before: what is wrong is TLS.
            Err(Trouble::NotSent { detail }) if base.scheme() == "https" => {
                report.add(Tried::SecureConnection, Err(detail));
            }
            Err(trouble) => report.add(Tried::SignIn, Err(trouble.detail().to_owned())),
            Ok(version) => {
                report.add(Tried::SignIn, Ok(format!("Asterisk {version} accepts this user")));
                report.add(Tried::SignIn, self.what_it_may().await.map_err(|trouble| trouble.detail().to_owned()));
                report.add(Tried::SignIn, self.look_around().await.map_err(|trouble| trouble.detail().to_owned()));
                if self.config.manager.is_some() {
                    let manager = self.sign_in_as_manager().await.map_err(|trouble| trouble.detail().to_owned());
                    report.add(Tried::SignIn, manager.map(|_| "what MixMonitor records can be paused".to_owned()));
                }
            }
        }
        report
    }
}

impl AsteriskAccount {
    async fn version(&self) -> Result<String, Trouble> {
        let ask = Ask::get("info", &["asterisk", "info"]).with("only", "system");
        let info: Info = self.read(ask).await?;
        Ok(self.scrub.clean(&info.system.version))
    }

    /// Asks for the end of a call there is none of: who may write hears that there is none.
    async fn what_it_may(&self) -> Result<String, Trouble> {
        match self.ask(Ask::new(Method::DELETE, "rights", &["channels", "ringcard-test"])).await {
            Ok(_) | Err(Trouble::Gone { .. }) => Ok("it may start and end calls".to_owned()),
            Err(Trouble::Refused { .. }) => {
                Ok("it may only read (read_only in ari.conf): calls are shown, and none can \
                                                be started or ended"
                    .to_owned())
            }
            Err(trouble) => Err(trouble),
        }
    }

    async fn look_around(&self) -> Result<String, Trouble> {
        let Many { all: endpoints, .. }: Many<EndpointNow> = self.read(Ask::get("endpoints", &["endpoints"])).await?;
        let Many { all: channels, .. }: Many<ChannelNow> = self.read(Ask::get("channels", &["channels"])).await?;
        let phones: Vec<_> = endpoints.iter().filter(|of| self.names.extension(&of.resource).is_some()).collect();
        let there = phones.iter().filter(|phone| phone.state.as_deref() == Some("online")).count();
        Ok(match phones.len() {
            0 => format!(
                "none of its {} endpoints is an extension by “{}”: check that setting",
                endpoints.len(),
                self.config.endpoint
            ),
            all => format!("{all} phones, {there} of them registered; {} channels now", channels.len()),
        })
    }
}
