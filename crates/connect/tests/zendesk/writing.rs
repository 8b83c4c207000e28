//! Calls as call records, tickets and comments.

use super::support::{sim, user, with};
use crate::support::{entry, submission};
use ringcard_connect::{Attempt, Looked, System, WriteRow, Writes};
use ringcard_core::{
    call_log::{CallEntry, CallResult},
    customer::CustomerId,
    submission::{ParkReason, SubmissionKey, Write},
    ticket::{FieldValue, Filing, TicketChoice},
};
use ringcard_sim::zendesk::{Misbehaviour, Ticket, TicketField, ZendeskSim};
use serde_json::json;
use std::sync::Arc;

pub fn writes(system: &System) -> Arc<dyn Writes> {
    system.take_writes.clone().expect("it takes writes")
}

/// With an app id, so that call records may be there.
fn with_records(sim: &ZendeskSim) -> Arc<dyn Writes> {
    writes(&with(sim, &[("app_id", "7")]))
}

/// Tickets only.
fn tickets_only(sim: &ZendeskSim) -> Arc<dyn Writes> {
    writes(&with(sim, &[]))
}

pub fn row(entry: CallEntry) -> WriteRow {
    submission(Write::LogCall { account: "crm".into(), entry: Box::new(entry) }).into()
}

pub fn filed(customer: Option<u64>, ticket: Option<TicketChoice>) -> CallEntry {
    let customer = customer.map(|id| CustomerId(format!("crm/{id}")));
    CallEntry { filing: Some(Filing { customer, ticket }), ..entry("said <b>yes</b>") }
}

pub fn add_to(ticket: u64) -> Option<TicketChoice> {
    Some(TicketChoice::AddTo { ticket: ticket.to_string(), fields: Vec::new() })
}

pub async fn write(writes: &Arc<dyn Writes>, row: &WriteRow) -> Attempt {
    writes.write(std::slice::from_ref(row)).await.remove(0)
}

#[track_caller]
pub fn done(attempt: Attempt) -> (String, Option<String>) {
    let Attempt::Done { answer, reference } = attempt else { panic!("{attempt:?}") };
    (answer, reference)
}

pub fn ticket_of(sim: &ZendeskSim, customer: u64) -> u64 {
    sim.add_ticket(&json!({ "subject": "Printer", "requester_id": customer, "comment": { "body": "It is broken" } }))
        .expect("a ticket")
}

/// Tickets of the last minutes: those there were at the start are older.
pub fn made(sim: &ZendeskSim) -> Vec<Ticket> {
    sim.tickets().into_iter().filter(|ticket| ticket.created_at + 1_800_000 > sim.now()).collect()
}

#[track_caller]
pub fn fits(sim: &ZendeskSim) {
    assert!(sim.misfits().is_empty(), "{:?}", sim.misfits());
}

/// A field that an administrator made.
pub(super) const FIELD: u64 = 9_001;

pub(super) fn with_a_field(sim: &ZendeskSim) {
    sim.change_forms(|fields, _| {
        fields.push(TicketField {
            id: FIELD,
            title: "Order".into(),
            kind: "text".into(),
            required: false,
            pattern: None,
            options: Vec::new(),
            active: true,
        });
    });
}

#[tokio::test]
async fn with_talk_partner_edition_a_call_is_one_request_and_its_change_another() {
    let sim = sim().await;
    let ana = sim.add_user(user("Ana", "+36301234567"));
    let (writes, first) = (with_records(&sim), row(filed(Some(ana), None)));
    let (answer, reference) = done(write(&writes, &first).await);
    let [call] = sim.calls().try_into().expect("one call");
    let ticket = sim.ticket(call.ticket_id.expect("with a ticket")).expect("there");
    assert_eq!((sim.requests().len(), ticket.requester_id), (1, ana), "{answer}");
    assert!(ticket.comments[0].body.contains("said <b>yes</b>"), "{}", ticket.comments[0].body);
    assert_eq!(call.fields["external_id"], "0192f0c0ffee");

    let mut later = row(CallEntry { notes: "eva: he called again".into(), ..filed(Some(ana), None) });
    (later.submission.needs, later.needed) = (Some(first.submission.key.clone()), reference);
    done(write(&writes, &later).await);
    done(write(&writes, &later).await);
    let [call] = sim.calls().try_into().expect("still one");
    assert!(call.fields["transcript"].as_str().expect("text").contains("he called again"));
    assert_eq!(made(&sim).len(), 1);
    fits(&sim);
}

#[tokio::test]
async fn a_plan_without_it_is_found_out_once_said_and_the_call_is_a_ticket() {
    let sim = sim().await;
    sim.adjust(|config| config.talk_partner = false);
    let writes = with_records(&sim);
    let (answer, reference) = done(write(&writes, &row(filed(None, None))).await);
    assert!(answer.contains("no call record") && answer.contains("not enabled"), "{answer}");
    assert!(reference.is_some_and(|reference| reference.starts_with("ticket/")));
    done(write(&writes, &row(filed(None, None))).await);
    assert_eq!((sim.requests_of("POST calls").len(), made(&sim).len()), (1, 2));
    fits(&sim);
}

#[tokio::test]
async fn a_call_goes_to_the_ticket_that_was_chosen_and_its_change_too() {
    let sim = sim().await;
    let ana = sim.add_user(user("Ana", "+36301234567"));
    let ticket = ticket_of(&sim, ana);
    let (writes, first) = (tickets_only(&sim), row(filed(Some(ana), add_to(ticket))));
    let (_, reference) = done(write(&writes, &first).await);
    let mut later = row(filed(Some(ana), add_to(ticket)));
    (later.submission.needs, later.needed) = (Some(first.submission.key.clone()), reference);
    done(write(&writes, &later).await);
    let comments = sim.comments(ticket);
    assert_eq!((comments.len(), sim.requests().len()), (3, 2));
    assert!(comments[1].body.contains("said <b>yes</b>") && !comments[1].public);
    assert!(comments[2].body.starts_with("Update:"));
    fits(&sim);
}

#[tokio::test]
async fn a_colleagues_change_is_not_overwritten_and_what_was_not_set_is_said() {
    let sim = sim().await;
    let (ana, field) = (sim.add_user(user("Ana", "+36301234567")), FIELD);
    with_a_field(&sim);
    let ticket = ticket_of(&sim, ana);
    let fields = vec![FieldValue { field: field.to_string(), value: "A-7".into() }];
    let chosen = Some(TicketChoice::AddTo { ticket: ticket.to_string(), fields });
    let writes = tickets_only(&sim);
    done(write(&writes, &row(filed(Some(ana), chosen.clone()))).await);
    assert_eq!(sim.ticket(ticket).expect("there").custom_fields, [(field, json!("A-7"))]);

    sim.misbehave(
        "PUT tickets/{}",
        Misbehaviour::Refuse { status: 409, error: "UpdateConflict".into(), description: "Safe update".into() },
    );
    let (answer, _) = done(write(&writes, &row(filed(Some(ana), chosen))).await);
    assert!(answer.contains("somebody else changed it"), "{answer}");
    let last = sim.comments(ticket).pop().expect("a comment");
    assert!(last.body.contains("9001 = A-7"), "{}", last.body);
    fits(&sim);
}

#[tokio::test]
async fn a_closed_ticket_is_followed_up_a_merged_one_leads_on_and_a_deleted_one_waits_for_a_person() {
    let sim = sim().await;
    let ana = sim.add_user(user("Ana", "+36301234567"));
    let (closed, merged, target, deleted) =
        (ticket_of(&sim, ana), ticket_of(&sim, ana), ticket_of(&sim, ana), ticket_of(&sim, ana));
    sim.close_ticket(closed);
    assert!(sim.merge_tickets(merged, target));
    sim.delete_ticket(deleted);
    for records in [false, true] {
        let writes = if records { with_records(&sim) } else { tickets_only(&sim) };
        let (answer, _) = done(write(&writes, &row(filed(Some(ana), add_to(closed)))).await);
        assert!(answer.contains("is closed"), "{answer}");
        let comments = sim.comments(target).len();
        let (answer, _) = done(write(&writes, &row(filed(Some(ana), add_to(merged)))).await);
        assert!(answer.contains(&format!("ticket {merged} was merged into {target}")), "{answer}");
        assert_eq!(sim.comments(target).len(), comments + 1);
        let gone = write(&writes, &row(filed(Some(ana), add_to(deleted)))).await;
        assert!(
            matches!(&gone, Attempt::Refused { why: ParkReason::Gone, detail } if detail.contains("was deleted")),
            "{gone:?}"
        );
    }
    assert_eq!(sim.tickets().iter().filter(|ticket| ticket.follows == Some(closed)).count(), 2);
    fits(&sim);
}

#[tokio::test]
async fn who_is_suspended_and_what_is_missing_is_said_in_zendesks_words() {
    let sim = sim().await;
    let ana = sim.add_user(user("Ana", "+36301234567"));
    sim.change_user(ana, |user| user.suspended = true);
    let refused = write(&tickets_only(&sim), &row(filed(Some(ana), None))).await;
    assert!(
        matches!(&refused, Attempt::Refused { why: ParkReason::Invalid, detail } if detail.contains("suspended")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn nothing_is_filed_where_an_agent_or_the_settings_say_so() {
    let sim = sim().await;
    let missed = CallEntry { outcome: CallResult::Missed, ..filed(None, None) };
    let writes = writes(&with(&sim, &[("missed_tickets", "false"), ("answered_calls", "log")]));
    for entry in [missed.clone(), filed(None, None), filed(None, Some(TicketChoice::None))] {
        done(write(&writes, &row(entry)).await);
    }
    assert!(sim.requests().is_empty() && made(&sim).is_empty());
    done(write(&tickets_only(&sim), &row(missed)).await);
    assert!(made(&sim)[0].subject.starts_with("Missed call from"));
}

#[tokio::test]
async fn an_answered_call_may_go_to_the_customers_newest_open_ticket() {
    let sim = sim().await;
    let ana = sim.add_user(user("Ana", "+36301234567"));
    let writes = writes(&with(&sim, &[("answered_calls", "newest")]));
    done(write(&writes, &row(filed(Some(ana), None))).await);
    assert_eq!(made(&sim).len(), 1, "she had none");
    let (_, newest) = (sim.close_ticket(made(&sim)[0].id), ticket_of(&sim, ana));
    done(write(&writes, &row(filed(Some(ana), None))).await);
    assert_eq!((sim.comments(newest).len(), made(&sim).len()), (2, 2));
    fits(&sim);
}

#[tokio::test]
async fn what_an_answer_was_lost_of_is_found_wherever_it_went() {
    let sim = sim().await;
    let ana = sim.add_user(user("Ana", "+36301234567"));
    let ticket = ticket_of(&sim, ana);
    let choices =
        [None, add_to(ticket), Some(TicketChoice::New { subject: "Order".into(), form: None, fields: vec![] })];
    for records in [false, true] {
        for choice in choices.clone() {
            let writes = if records { with_records(&sim) } else { tickets_only(&sim) };
            let row = row(filed(Some(ana), choice.clone()));
            let before = writes.look(&row).await;
            assert_eq!(before, Looked::NotWritten, "{choice:?}");
            let of = match (records, &choice) {
                (true, _) => "POST calls",
                (false, Some(TicketChoice::AddTo { .. })) => "PUT tickets/{}",
                _ => "POST tickets",
            };
            sim.misbehave(of, Misbehaviour::ApplyThenCut);
            let lost = write(&writes, &row).await;
            assert!(matches!(lost, Attempt::Unknown { .. }), "{of}: {lost:?}");
            let found = writes.look(&row).await;
            assert!(matches!(found, Looked::Written { .. }), "{of} {choice:?}: {found:?}");
        }
    }
    fits(&sim);
}

#[tokio::test]
async fn the_same_ticket_sent_again_within_two_hours_is_the_same() {
    let sim = sim().await;
    let (writes, row) = (tickets_only(&sim), row(filed(None, None)));
    done(write(&writes, &row).await);
    let (answer, _) = done(write(&writes, &row).await);
    assert!(answer.contains("an earlier attempt made"), "{answer}");
    assert_eq!(made(&sim).len(), 1);
    let asked = sim.requests_of("POST tickets").pop().expect("asked");
    assert_eq!(asked.idempotency_key.map(SubmissionKey), Some(row.submission.key));
}
