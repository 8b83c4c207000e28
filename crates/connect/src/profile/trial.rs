//! The *Test* button: everything that can be tried without ringing anybody, step by step.

use super::{
    account::PbxAccount,
    client::{SendFailure, place},
    config::request::Filled,
};
use crate::{
    OriginateFailure, TestReport,
    telephony::{TestStep, Tried},
};
use reqwest::Url;
use tokio::net::{TcpStream, lookup_host};

pub(super) async fn run(account: &PbxAccount) -> TestReport {
    let mut report = TestReport { ok: true, steps: Vec::new() };
    let Some(url) = &account.address else {
        report.add(Tried::Address, Ok("This PBX only tells of calls: there is no address to try".to_owned()));
        return report;
    };
    report.add(Tried::Address, Ok(format!("{}://{}", url.scheme(), place(url))));
    let connected = connect(account, url).await;
    let reachable = connected.is_ok();
    report.add(Tried::Connect, connected);
    if reachable {
        match sign_in(account, url).await {
            // The port answered before: what is wrong is TLS.
            Err(SendFailure::NotSent(detail)) => report.add(Tried::SecureConnection, Err(detail)),
            Err(SendFailure::NotConfigured(detail) | SendFailure::Unknown(detail)) => {
                report.add(Tried::SignIn, Err(detail))
            }
            Ok(outcome) => report.add(Tried::SignIn, outcome),
        }
    }
    report
}

/// The server's name, and a connection to its port.
async fn connect(account: &PbxAccount, url: &Url) -> Result<String, String> {
    let (place, limit) = (place(url), account.timeout);
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let seconds = limit.as_secs();
    let late = |_| format!("{place} did not answer within {seconds} s: check the address, and any firewall between");
    let found = tokio::time::timeout(limit, lookup_host((host, port))).await.map_err(late)?;
    let addresses: Vec<_> = match found {
        Ok(addresses) => addresses.collect(),
        Err(_) => {
            return Err(format!("there is no server called {place}: check the address, and that there is a network"));
        }
    };
    let connected = tokio::time::timeout(limit, TcpStream::connect(addresses.as_slice())).await.map_err(late)?;
    match connected {
        Ok(_) => Ok(format!("{place} answers")),
        Err(error) => Err(format!("nothing answers at {place} ({}): check the address and its port", error.kind())),
    }
}

/// With the request the profile has for it; without one, only that the server speaks HTTP (and its certificate holds).
async fn sign_in(account: &PbxAccount, url: &Url) -> Result<Result<String, String>, SendFailure> {
    let parts = account.profile.parts();
    let Some(test) = &parts.test else {
        return greet(account, url).await;
    };
    let filled = test.request.fill(&account.values, None).map_err(SendFailure::NotConfigured)?;
    let answer = account.client.send(filled).await?;
    Ok(match account.test_verdicts.judge(&answer, &account.scrub) {
        Ok(_) => Ok("The PBX accepted user and password or key".to_owned()),
        Err(OriginateFailure::Authentication { detail }) => {
            Err(format!("The PBX did not accept the user, password or key: {detail}"))
        }
        Err(OriginateFailure::NotConfigured { detail }) => Err(detail),
        Err(
            OriginateFailure::Refused { detail }
            | OriginateFailure::Unreachable { detail }
            | OriginateFailure::Unknown { detail },
        ) => Err(format!("The PBX answered, and not as expected: {detail}")),
    })
}

/// A request for the server's front page, without any credentials: whether TLS and HTTP work.
async fn greet(account: &PbxAccount, url: &Url) -> Result<Result<String, String>, SendFailure> {
    let front = format!("{}://{}/", url.scheme(), place(url));
    account.client.send(Filled::get(front)).await?;
    let sentence =
        "The server speaks HTTP. User and password or key are only checked by a real call: dial a number to try";
    Ok(Ok(sentence.to_owned()))
}

impl TestReport {
    fn add(&mut self, what: Tried, step: Result<String, String>) {
        let (ok, detail) = match step {
            Ok(detail) => (true, detail),
            Err(detail) => (false, detail),
        };
        self.ok &= ok;
        self.steps.push(TestStep { ok, what, detail });
    }
}
