//! What the account says it takes is what it takes: who asks its limits first never sends what is refused unsent.

use super::support::{OneByOne, PREDICTIVE, PREVIEW, TOKEN, account_with, now, record, sim, submission};
use ringcard_connect::{Attempt, Writes};
use ringcard_core::{
    campaign::{CallbackStyle, CampaignId, CampaignKind},
    limits::{Misfit, WriteField},
    submission::{ParkReason, Write},
};
use std::time::Duration;

fn codify(customer: &str, code: &str, second: Option<&str>, comment: &str) -> Write {
    Write::Codify {
        record: record(PREDICTIVE, CampaignKind::Predictive, customer),
        code: code.into(),
        second_code: second.map(str::to_owned),
        comment: comment.into(),
        do_not_call: false,
    }
}

fn code_call(agent: &str, second: Option<&str>, comment: &str) -> Write {
    Write::CodeCall {
        account: "wolkvox".into(),
        agent_id: agent.into(),
        code: "001".into(),
        second_code: second.map(str::to_owned),
        comment: comment.into(),
    }
}

fn add(kind: CampaignKind, customer: &str, name: &str, numbers: &[&str], fields: &[(&str, &str)]) -> Write {
    let campaign = if kind == CampaignKind::Preview { PREVIEW } else { PREDICTIVE };
    Write::AddRecord {
        account: "wolkvox".into(),
        campaign: CampaignId(campaign.into()),
        campaign_kind: kind,
        customer_id: customer.into(),
        customer_name: name.into(),
        numbers: numbers.iter().map(|number| (*number).to_owned()).collect(),
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    }
}

fn call_back(number: &str, agent: Option<&str>) -> Write {
    Write::ScheduleCallback {
        record: record(PREDICTIVE, CampaignKind::Predictive, "10000001"),
        at: now().after(Duration::from_secs(3600)),
        number: number.into(),
        style: if agent.is_some() { CallbackStyle::Agent } else { CallbackStyle::Dialler },
        agent_id: agent.map(str::to_owned),
    }
}

fn writes() -> Vec<Write> {
    use CampaignKind::{Predictive, Preview};
    let long = |n: usize| "é".repeat(n);
    let lines = |n: usize| "é\r\n\t ".repeat(n);
    let mut writes = Vec::new();
    for n in [0, 999, 1000, 1001, 1999, 2000, 2001, 4000] {
        writes.push(codify("10000001", "001", Some("A01"), &long(n)));
        writes.push(code_call("5001", Some("A01"), &long(n)));
    }
    for n in [500, 501, 1000, 1001, 1500] {
        writes.push(codify("10000001", "001", None, &lines(n)));
        writes.push(code_call("5001", None, &lines(n)));
    }
    for code in ["", " 001 ", "0 1", "0\u{7}1", &long(40), &long(41)] {
        writes.push(codify("10000001", code, None, "said"));
        writes.push(codify("10000001", "001", Some(code), "said"));
        writes.push(code_call("5001", Some(code), "said"));
    }
    for id in ["", " 5001", "50 01", "5001&api=x", "é", &"9".repeat(40), &"9".repeat(41)] {
        writes.push(code_call(id, None, ""));
        writes.push(call_back("+573001234567", Some(id)));
    }
    for customer in ["", " ", " 777 ", "7\r\n7", &long(100), &long(101)] {
        writes.push(codify(customer, "001", None, ""));
        writes.push(add(Predictive, customer, "Ana", &["+573001234567"], &[]));
    }
    for number in ["", "+", "1", "12", "12a4567", "+57 (300) 123-4567", &"1".repeat(24), &"1".repeat(25), "*12#", "é2"]
    {
        writes.push(call_back(number, None));
        writes.push(add(Preview, "777", "Ana", &[number], &[]));
    }
    for name in [&long(100), &long(101), &lines(50), &lines(51)] {
        writes.push(add(Predictive, "777", name, &["+573001234567"], &[]));
    }
    for count in [0, 1, 10, 11] {
        writes.push(add(Predictive, "777", "Ana", &vec!["+573001234567"; count], &[]));
    }
    for kind in [Predictive, Preview] {
        for field in [
            "opt1",
            "opt6",
            "opt7",
            "opt12",
            "opt0",
            "opt13",
            "agent_id",
            "tel_extra",
            "email",
            "city",
            "cities",
            "gender",
        ] {
            for n in [1, 20, 21, 24, 25, 40, 41, 100, 101, 200, 201] {
                writes.push(add(kind, "777", "Ana", &["+573001234567"], &[(field, &long(n))]));
            }
        }
    }
    writes
}

#[tokio::test]
async fn what_its_limits_refuse_is_what_it_would_refuse_unsent() {
    let sim = sim().await;
    for second_code in [false, true] {
        let word = if second_code { "true" } else { "false" };
        let account = account_with(&sim, &[("second_code", word)], TOKEN);
        let limits = account.limits().expect("it has limits");
        assert_eq!(limits.second_codes, second_code);
        for write in writes() {
            // Whether one is needed is no limit: the form asks for it.
            let needs_another = matches!(&write, Write::CodeCall { second_code, .. } if second_code.as_deref().is_none_or(str::is_empty));
            if second_code && needs_another {
                continue;
            }
            sim.reset();
            let attempt = account.write_one(&submission(write.clone())).await;
            let unsent = matches!(&attempt, Attempt::Refused { why: ParkReason::Invalid, .. })
                && sim.requests().iter().all(|asked| asked.api == "campaigns");
            assert_eq!(account.check(&write).is_err(), unsent, "{write:?}\n{attempt:?}");
        }
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn a_comment_too_long_is_told_with_how_much_is_too_much() {
    let sim = sim().await;
    let limits = account_with(&sim, &[], TOKEN).limits().expect("it has limits");
    let too_long = |most: u32| Misfit::TooLong { field: WriteField::Comment, length: most + 35, most };
    let comment = |most: u32| "x".repeat(most as usize + 35);
    assert_eq!(limits.check(&codify("1", "001", None, &comment(2000))), Err(too_long(2000)));
    assert_eq!(limits.check(&code_call("5001", None, &comment(1000))), Err(too_long(1000)));
    sim.shutdown().await;
}

#[tokio::test]
async fn a_call_back_that_names_no_agent_is_refused_before_anybody_is_told_saved() {
    let sim = sim().await;
    let account = account_with(&sim, &[], TOKEN);
    let missing = Err(Misfit::Missing { field: WriteField::Agent });
    let (at, number) = (now().after(Duration::from_secs(3_600)), "+573001234567".to_owned());
    let plan = |style, agent_id: Option<&str>| Write::ScheduleCallback {
        record: record(PREVIEW, CampaignKind::Preview, "777"),
        at,
        number: number.clone(),
        style,
        agent_id: agent_id.map(str::to_owned),
    };
    assert_eq!(account.check(&plan(CallbackStyle::Agent, None)), missing);
    assert_eq!(account.check(&plan(CallbackStyle::Agent, Some("5001"))), Ok(()));
    assert_eq!(account.check(&plan(CallbackStyle::Dialler, None)), Ok(()), "the dialler calls, and no agent");
    let cancel = Write::CancelCallback {
        record: record(PREVIEW, CampaignKind::Preview, "777"),
        number: number.clone(),
        style: CallbackStyle::Dialler,
        agent_id: None,
    };
    assert_eq!(account.check(&cancel), missing);
    let unsent = account.write_one(&submission(cancel)).await;
    assert!(matches!(unsent, Attempt::Refused { why: ParkReason::Invalid, .. }), "{unsent:?}");
    sim.shutdown().await;
}
