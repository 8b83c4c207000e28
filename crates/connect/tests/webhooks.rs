//! Webhooks out: signed, told once for each id, never into a private network unasked.

use crate::support::{entry, plan, secrets, submission, values};
use ringcard_connect::{Attempt, Connector, NewAccount, System, Writes, webhook::Webhook};
use ringcard_core::{
    call_log::TeamEvent,
    submission::{GateReason, Submission, Write},
};
use ringcard_sim::{OfficeSim, OfficeWrong};
use std::{sync::Arc, time::Duration};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OLD_SECRET: &str = "whsec_c2VjcmV0IG9mIG5vYm9keSBhdCBhbGw9";

async fn receiver(secret: &str) -> OfficeSim {
    OfficeSim::start("unused", secret).await.expect("the simulator starts")
}

fn set_up(given: &[(&str, &str)], secret: &[(&str, &str)]) -> Result<System, String> {
    let account = NewAccount { name: "team".into(), values: values(given), secrets: secrets(secret), plan: plan() };
    Webhook.set_up(account).map_err(|error| error.to_string())
}

fn told_at(sim: &OfficeSim, secret: &[(&str, &str)]) -> Arc<dyn Writes> {
    let system = set_up(&[("url", &sim.hook_url()), ("allow_private", "true")], secret).expect("it is set up");
    system.take_writes.expect("it takes writes")
}

fn ended() -> Submission {
    submission(Write::TellTeam { account: "team".into(), event: TeamEvent::CallEnded, entry: Box::new(entry("yes")) })
}

async fn tell(writes: &Arc<dyn Writes>, submission: &Submission) -> Attempt {
    writes.write(&[submission.clone().into()]).await.remove(0)
}

#[tokio::test]
async fn a_program_is_told_with_a_signature_it_can_check_and_the_same_id_each_time() {
    let sim = receiver(SECRET).await;
    let (writes, submission) = (told_at(&sim, &[("secret", SECRET)]), ended());
    for _ in 0..2 {
        assert!(matches!(tell(&writes, &submission).await, Attempt::Done { .. }));
    }
    assert!(writes.is_idempotent(&submission));
    let told = sim.told();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|one| one.id == submission.key.0 && one.of == "call.ended"), "{told:?}");
    assert_eq!(told[0].data["call_id"], "0192f0c0ffee");
    assert_eq!(told[0].data["coded"]["label"], "Sale");
}

#[tokio::test]
async fn a_program_is_told_no_more_of_a_call_than_its_account_says() {
    let sim = receiver(SECRET).await;
    let given = |fields| vec![("url", sim.hook_url()), ("allow_private", "true".to_owned()), ("fields", fields)];
    let values = given("talk_seconds, coded".to_owned());
    let values: Vec<(&str, &str)> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let system = set_up(&values, &[("secret", SECRET)]).expect("it is set up");
    let writes = system.take_writes.expect("it takes writes");
    assert!(matches!(tell(&writes, &ended()).await, Attempt::Done { .. }));
    let told = sim.told();
    let names: Vec<&String> = told[0].data.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["call_id", "coded", "talk_seconds"], "which call it is of is told in any case");
    let wrong = given("phone".to_owned());
    let wrong: Vec<(&str, &str)> = wrong.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let refused = set_up(&wrong, &[("secret", SECRET)]).expect_err("there is no such field");
    assert!(refused.contains("phone") && refused.contains("talk_seconds"), "{refused}");
}

#[tokio::test]
async fn while_the_secret_is_changed_either_is_right() {
    for theirs in [SECRET, OLD_SECRET] {
        let sim = receiver(theirs).await;
        let writes = told_at(&sim, &[("secret", SECRET), ("old_secret", OLD_SECRET)]);
        assert!(matches!(tell(&writes, &ended()).await, Attempt::Done { .. }), "{theirs}");
    }
}

#[tokio::test]
async fn gone_is_for_good_and_everything_else_is_tried_again() {
    let sim = receiver(SECRET).await;
    let writes = told_at(&sim, &[("secret", SECRET)]);
    sim.misbehave(Some(OfficeWrong::Status(410)));
    let gone = tell(&writes, &ended()).await;
    assert!(matches!(gone, Attempt::Closed { why: GateReason::Disabled, until: None, .. }), "{gone:?}");
    for status in [400, 404, 429, 500, 503] {
        sim.misbehave(Some(OfficeWrong::Status(status)));
        let attempt = tell(&writes, &ended()).await;
        assert!(matches!(attempt, Attempt::NotSent { .. }), "{status}: {attempt:?}");
    }
    sim.misbehave(Some(OfficeWrong::Redirect));
    let elsewhere = tell(&writes, &ended()).await;
    assert!(matches!(&elsewhere, Attempt::Closed { why: GateReason::Offline, .. }), "{elsewhere:?}");
    assert!(!format!("{elsewhere:?}").contains("/elsewhere"), "a redirect's path stays out of what people read");
    assert_eq!(writes.gives_up_after(), Some(Duration::from_secs(5 * 86_400)));
}

#[tokio::test]
async fn a_private_network_is_called_only_where_the_account_says_so() {
    let sim = receiver(SECRET).await;
    for url in [
        sim.hook_url(),
        "https://10.0.0.8/hook".into(),
        "https://[fd00::1]/hook".into(),
        "https://169.254.169.254/".into(),
    ] {
        let refused = set_up(&[("url", &url)], &[("secret", SECRET)]).expect_err(&url);
        assert!(refused.contains("private network"), "{url}: {refused}");
    }
    // A name says where it leads only when it is looked up.
    let url = sim.hook_url().replace("127.0.0.1", "localhost");
    let system = set_up(&[("url", &url)], &[("secret", SECRET)]).expect("a name may be anybody's");
    let attempt = tell(&system.take_writes.expect("it takes writes"), &ended()).await;
    assert!(matches!(&attempt, Attempt::NotSent { detail, .. } if detail.contains("private network")), "{attempt:?}");
    assert_eq!(sim.requests(), 0, "nobody was asked");
}

#[test]
fn what_cannot_be_is_said_when_it_is_set_up() {
    let url = ("url", "https://hook.example.com/x");
    for (given, secret, sentence) in [
        (vec![url], vec![("secret", "hunter2")], "no secret of the Standard Webhooks kind"),
        (vec![url], vec![], "this is missing"),
        (vec![("url", "http://hook.example.com/")], vec![("secret", SECRET)], "http://"),
        (
            vec![("url", "https://ana:pw@hook.example.com/")],
            vec![("secret", SECRET)],
            "user and password may not stand in the address",
        ),
        (vec![url, ("events", "call.begun")], vec![("secret", SECRET)], "there are call.ended, call.coded"),
        (vec![url, ("timeout_seconds", "0")], vec![("secret", SECRET)], "1 to 60 seconds"),
    ] {
        let refused = set_up(&given, &secret).expect_err(sentence);
        assert!(refused.contains(sentence) && !refused.contains("hunter2"), "{refused}");
    }
    let some = set_up(&[url, ("events", "call.missed, call.ended")], &[("secret", SECRET)]).expect("it is set up");
    assert_eq!(some.take_writes.expect("writes").told(), [TeamEvent::CallEnded, TeamEvent::CallMissed]);
    let all = set_up(&[url], &[("secret", SECRET)]).expect("it is set up");
    assert_eq!(all.take_writes.expect("writes").told(), TeamEvent::ALL);
}
