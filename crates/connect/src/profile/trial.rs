//! The *Test* button: everything that can be tried without ringing anybody, step by step.

use super::{
    account::{PbxAccount, came_to},
    config::request::Filled,
};
use crate::{
    CameTo, NotNow, OriginateFailure, TestReport, Tried,
    http::{address::place, failure::SendFailure},
    trial::connection::{Advice, try_connection},
};
use reqwest::Url;

const ADVICE: Advice = Advice {
    no_answer: "check the address, and any firewall between",
    no_such_server: "check the address, and that there is a network",
    refused: "check the address and its port",
};

pub(super) async fn run(account: &PbxAccount) -> TestReport {
    let mut report = TestReport::begin();
    let Some(url) = &account.address else {
        report.not_checked(Tried::Address, "This PBX only tells of calls: there is no address to try");
        return report;
    };
    report.add(Tried::Address, Ok(format!("{}://{}", url.scheme(), place(url))));
    let connected = try_connection(url, account.timeout, &ADVICE).await;
    let reachable = connected.is_ok();
    report.add(Tried::Connect, connected);
    if !reachable {
        return report;
    }
    let asks = account.profile.parts().test.is_some();
    let answered = if asks { sign_in(account).await } else { greet(account, url).await };
    match answered {
        // The port answered before: what is wrong is TLS.
        Err(SendFailure::NotSent(detail)) => report.add(Tried::SecureConnection, Err(detail)),
        Err(
            SendFailure::NotConfigured(detail)
            | SendFailure::NotNow(NotNow { why: detail, .. })
            | SendFailure::Unknown(detail),
        ) => {
            report.add(if asks { Tried::SignIn } else { Tried::Connect }, Err(detail));
        }
        Ok(outcome) if asks => report.add(Tried::SignIn, outcome),
        Ok(outcome) => {
            let over_tls = url.scheme() == "https";
            report.add(if over_tls { Tried::SecureConnection } else { Tried::Connect }, outcome);
            let sentence = "User and password or key were not tried: this PBX has nothing to ask that rings nobody. \
                            Dial a number to try them";
            report.not_checked(Tried::SignIn, sentence);
        }
    }
    report
}

/// With the request the profile has for it.
async fn sign_in(account: &PbxAccount) -> Result<Result<String, String>, SendFailure> {
    let parts = account.profile.parts();
    let Some(test) = &parts.test else { return Ok(Err("This profile has no test".to_owned())) };
    let filled = test.request.fill(&account.values, None).map_err(SendFailure::NotConfigured)?;
    let (answer, request) = account.client.send("test", filled).await?;
    let judged = account.test_verdicts.judge(&answer, &account.scrub);
    request.end(judged.as_ref().map_or_else(came_to, |_| CameTo::Answered));
    Ok(match judged {
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
    let (_, request) = account.client.send("front_page", Filled::get(front)).await?;
    request.end(CameTo::Answered);
    Ok(Ok("The server speaks HTTP".to_owned()))
}
