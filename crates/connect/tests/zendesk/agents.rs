//! Our agents as Zendesk's own.

use super::{
    support::{sim, user, with},
    writing::{add_to, done, filed, fits, made, row, ticket_of, write, writes},
};
use ringcard_connect::TestState;
use ringcard_core::{
    call_log::{CallEntry, CallResult},
    ticket::TicketChoice,
};
use ringcard_sim::zendesk::{User, ZendeskSim};

fn agent(sim: &ZendeskSim, name: &str, mail: &str) -> u64 {
    sim.add_user(User { role: "agent".into(), email: Some(mail.into()), ..user(name, "") })
}

#[tokio::test]
async fn who_spoke_is_named_by_the_record_and_the_comment_and_asked_for_once() {
    let sim = sim().await;
    let (ana, customer) = (agent(&sim, "Ana", "ana@acme.example"), sim.add_user(user("Éva", "+36301234567")));
    let settings = [("app_id", "7"), ("agents", "eva = 12, ana = Ana@acme.example"), ("show_ticket", "true")];
    let writes = writes(&with(&sim, &settings));
    for _ in 0..2 {
        done(write(&writes, &row(filed(Some(customer), None))).await);
    }
    assert_eq!((sim.requests().len(), sim.requests_of("GET users/search").len()), (3, 1));
    let call = sim.calls().remove(0);
    assert_eq!(call.fields["agent_id"], ana);
    assert_eq!(sim.comments(call.ticket_id.expect("a ticket"))[0].author_id, ana);
    assert!(sim.displays().iter().all(|one| one.agent_id == ana) && sim.displays().len() == 2);

    // Nobody looks at a call that was missed.
    let missed = CallEntry { outcome: CallResult::Missed, ..filed(Some(customer), None) };
    done(write(&writes, &row(missed)).await);
    assert_eq!(sim.displays().len(), 2);
    fits(&sim);
}

#[tokio::test]
async fn without_talk_partner_edition_tickets_and_comments_are_the_agents() {
    let sim = sim().await;
    let (ana, customer) = (agent(&sim, "Ana", "ana@acme.example"), sim.add_user(user("Éva", "+36301234567")));
    let (ticket, by_id) = (ticket_of(&sim, customer), ana.to_string());
    let settings = [("agents", format!("ana={by_id}")), ("show_ticket", "true".to_owned())];
    let settings = settings.each_ref().map(|(key, value)| (*key, value.as_str()));
    let writes = writes(&with(&sim, &settings));
    let new = Some(TicketChoice::New { subject: "Order".into(), form: None, fields: vec![] });
    done(write(&writes, &row(filed(Some(customer), new))).await);
    done(write(&writes, &row(filed(Some(customer), add_to(ticket)))).await);
    let made = made(&sim).into_iter().find(|ticket| ticket.subject == "Order").expect("made");
    assert_eq!(sim.comments(made.id)[0].author_id, ana);
    assert_eq!(sim.comments(ticket).pop().expect("a comment").author_id, ana);
    assert!(sim.displays().is_empty());
    fits(&sim);
}

#[tokio::test]
async fn whoever_is_nobody_there_is_said_by_the_test_and_their_calls_are_filed_all_the_same() {
    let sim = sim().await;
    agent(&sim, "Ana", "ana@acme.example");
    let customer = sim.add_user(User { email: Some("eva@acme.example".into()), ..user("Éva", "+36301234567") });
    let system =
        with(&sim, &[("app_id", "7"), ("agents", "ana = eva@acme.example; béla = 404, csaba = ana@acme.example")]);
    let report = system.trial.test().await;
    let last = report.steps.last().expect("steps");
    assert!(last.state == TestState::Fails && last.detail.contains("ana, béla:"), "{report:?}");
    assert!(!last.detail.contains("csaba"), "{report:?}");
    done(write(&writes(&system), &row(filed(Some(customer), None))).await);
    assert!(sim.calls()[0].fields.get("agent_id").is_none());

    let report = with(&sim, &[("agents", "ana = ana@acme.example")]).trial.test().await;
    assert!(report.state == TestState::Works && format!("{report:?}").contains("Ana"), "{report:?}");
    fits(&sim);
}
