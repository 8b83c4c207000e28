//! Who is calling, and what a card shows of them.

use super::support::{finds, id, names, sim, system, tickets, user, with};
use crate::support::outside;
use ringcard_connect::AskFailure;
use ringcard_core::{
    customer::{CustomerId, FactLabel, MatchReason, MatchStrength},
    number::{Number, Party},
    submission::GateReason,
    ticket::{FieldKind, TicketStatus},
};
use ringcard_sim::zendesk::{FORM_LARGE, FORM_RETURNS, Misbehaviour, User};
use serde_json::json;

const CALLER: &str = "+36305559999";

#[tokio::test]
async fn a_number_is_found_in_every_form_it_may_be_kept_in() {
    for written in
        ["+36305559999", "+36 30 555 9999", "06 30 555-9999", "06-30/555-9999", "0036305559999", "(06 30) 555 9999"]
    {
        let sim = sim().await;
        let one = sim.add_user(user("Ana Kiss", written));
        let found = finds(&system(&sim)).find_by_number(&outside(CALLER)).await.expect("an answer");
        assert_eq!(names(&found), ["Ana Kiss"], "{written}");
        assert_eq!((&found[0].customer.id, found[0].customer.source.as_str()), (&id(one), "crm"));
        assert_eq!(found[0].strength, MatchStrength::Exact, "{written}");
        assert_eq!(sim.requests_of("GET search").len(), 1);
        let link = format!("{}/agent/users/{one}", sim.base_url());
        assert_eq!(found[0].customer.details.link.as_deref(), Some(link.as_str()));
        assert!(sim.misfits().is_empty(), "{:?}", sim.misfits());
    }
}

#[tokio::test]
async fn a_number_in_a_field_of_the_administrators_is_found_after_those_in_the_profile() {
    let sim = sim().await;
    let fields = json!({ "mobile_phone": "36305559999", "shoe_size": "41" });
    sim.add_user(User { user_fields: fields.as_object().expect("fields").clone(), ..user("Ana Kiss", "") });
    let system = with(&sim, &[("phone_fields", "office_phone, mobile_phone")]);
    let found = finds(&system).find_by_number(&outside(CALLER)).await.expect("an answer");
    assert_eq!(names(&found), ["Ana Kiss"]);
    assert!(
        matches!(&found[0].reason, MatchReason::SameNumber { label } | MatchReason::OtherForm { label } if label == "mobile_phone")
    );
    assert_eq!(found[0].customer.details.fields.get("shoe_size").map(String::as_str), Some("41"));
    assert_eq!(sim.requests_of("GET search").len(), 3);
    assert!(finds(&super::support::system(&sim)).find_by_number(&outside(CALLER)).await.expect("an answer").is_empty());
}

#[tokio::test]
async fn a_number_that_is_an_identity_is_found() {
    let sim = sim().await;
    let identity = ringcard_sim::zendesk::Identity {
        id: 7,
        kind: "phone_number".into(),
        value: "+36305559999".into(),
        primary: false,
        verified: true,
        at: 0,
    };
    sim.add_user(User { identities: vec![identity], ..user("Ana Kiss", "+36 1 555 0000") });
    let found = finds(&system(&sim)).find_by_number(&outside(CALLER)).await.expect("an answer");
    assert_eq!(names(&found), ["Ana Kiss"]);
    assert_eq!(found[0].strength, MatchStrength::Exact);
}

#[tokio::test]
async fn a_server_that_ignores_the_filter_names_nobody() {
    let sim = sim().await;
    sim.add_user(user("Somebody Else", "+49 30 555 9999"));
    sim.adjust(|config| config.ignores_filter = true);
    let found = finds(&system(&sim)).find_by_number(&outside(CALLER)).await.expect("an answer");
    assert!(found.is_empty(), "{:?}", names(&found));
    // Its page is full of people: nobody's identities are asked for.
    assert_eq!(sim.requests().len(), 1);
}

#[tokio::test]
async fn another_country_with_the_same_digits_is_another_number() {
    let sim = sim().await;
    sim.add_user(user("Berlin", "+49305559999"));
    let found = finds(&system(&sim)).find_by_number(&outside(CALLER)).await.expect("an answer");
    assert!(found.is_empty(), "{:?}", names(&found));
}

#[tokio::test]
async fn a_shared_number_is_everybodys_and_five_thousand_are_twenty() {
    let sim = sim().await;
    sim.add_user(user("Ana Kiss", CALLER));
    sim.add_user(user("Béla Kiss", "06305559999"));
    let found = finds(&system(&sim)).find_by_number(&outside(CALLER)).await.expect("an answer");
    let mut both = names(&found);
    both.sort_unstable();
    assert_eq!(both, ["Ana Kiss", "Béla Kiss"]);
    sim.add_users_of_one_number("+36 1 555 7777", 5_000);
    let found = finds(&system(&sim)).find_by_number(&outside("+3615557777")).await.expect("an answer");
    assert_eq!(found.len(), 20);
    assert_eq!(sim.requests().len(), 2);
}

#[tokio::test]
async fn an_extension_tells_people_behind_one_switchboard_apart() {
    let sim = sim().await;
    sim.add_user(user("Reception", "+3615551234"));
    sim.add_user(user("Ana Kiss", "+3615551234x12"));
    let party = Party::Outside(Number { e164: "+3615551234".to_owned(), extension: Some("12".to_owned()) });
    let found = finds(&system(&sim)).find_by_number(&party).await.expect("an answer");
    let ana = found.iter().find(|found| found.customer.details.name == "Ana Kiss").expect("Ana");
    assert_eq!(ana.strength, MatchStrength::Exact);
    let found = finds(&system(&sim)).find_by_number(&outside("+3615551234")).await.expect("an answer");
    assert_eq!(names(&found)[0], "Reception");
}

#[tokio::test]
async fn who_was_deleted_or_merged_is_nobody_and_who_is_suspended_is_said() {
    let sim = sim().await;
    let (old, new) = (sim.add_user(user("Old", CALLER)), sim.add_user(user("New", "")));
    sim.merge_users(old, new);
    assert!(finds(&system(&sim)).find_by_number(&outside(CALLER)).await.expect("an answer").is_empty());
    let gone = finds(&system(&sim)).get(&id(old)).await.expect_err("they are gone");
    assert!(matches!(gone, AskFailure::Refused { .. }), "{gone:?}");
    sim.change_user(new, |user| user.suspended = true);
    let about = finds(&system(&sim)).about(&id(new)).await.expect("an answer");
    assert_eq!(about.facts[0].label, FactLabel::Suspended);
    let others = finds(&system(&sim)).get(&CustomerId("other/7".to_owned())).await;
    assert!(matches!(others, Err(AskFailure::Refused { .. })));
}

#[tokio::test]
async fn a_card_has_organisation_notes_and_open_tickets_first() {
    let sim = sim().await;
    let company = sim.add_organization("Pannon Papír Kft.");
    let one = sim.add_user(User {
        organization_id: Some(company),
        notes: "Speaks before nine.".to_owned(),
        details: "Second floor".to_owned(),
        tags: vec!["partner".to_owned(), "vip".to_owned()],
        ..user("Ana Kiss", CALLER)
    });
    let ticket = |subject: &str, assignee: Option<u64>| {
        let made =
            json!({ "subject": subject, "comment": { "body": subject }, "requester_id": one, "assignee_id": assignee });
        sim.add_ticket(&made).expect("a ticket")
    };
    let solved = ticket("Wrong address", None);
    let open = ticket("Invoice twice", Some(ringcard_sim::zendesk::AGENT_ANNA));
    assert!(
        sim.edit_ticket(open, &json!({ "status": "open" })) && sim.edit_ticket(solved, &json!({ "status": "solved" }))
    );
    let system = system(&sim);
    let found = finds(&system).find_by_number(&outside(CALLER)).await.expect("an answer");
    assert!(found[0].customer.details.vip);
    let about = finds(&system).about(&id(one)).await.expect("an answer");
    let facts: Vec<(&FactLabel, &str)> = about.facts.iter().map(|fact| (&fact.label, fact.text.as_str())).collect();
    assert!(facts.contains(&(&FactLabel::Organization, "Pannon Papír Kft.")), "{facts:?}");
    assert!(
        facts.contains(&(&FactLabel::Notes, "Speaks before nine."))
            && facts.contains(&(&FactLabel::Details, "Second floor"))
    );
    assert!(facts.contains(&(&FactLabel::Tags, "partner, vip")), "{facts:?}");
    let shown: Vec<(&str, TicketStatus)> =
        about.tickets.iter().map(|ticket| (ticket.subject.as_str(), ticket.status)).collect();
    assert_eq!(shown, [("Invoice twice", TicketStatus::Open), ("Wrong address", TicketStatus::Solved)]);
    assert_eq!(about.tickets[0].assignee.as_deref(), Some("Anna Agent"));
    let customer = finds(&system).get(&id(one)).await.expect("an answer");
    assert_eq!(customer.details.company, "Pannon Papír Kft.");
    // Once more, a moment later: who they are is known, and their tickets are asked for.
    let before = sim.requests().len();
    finds(&system).about(&id(one)).await.expect("an answer");
    assert_eq!(sim.requests().len(), before + 1);
    assert!(sim.misfits().is_empty(), "{:?}", sim.misfits());
}

#[tokio::test]
async fn names_from_right_to_left_and_of_three_hundred_characters_pass_through_whole_and_steer_nothing() {
    let sim = sim().await;
    let long = "Kiss-".repeat(60);
    sim.add_user(user("שרה \u{202e}כהן", CALLER));
    sim.add_user(user(&long, "+36305558888"));
    let system = system(&sim);
    let found = finds(&system).find_by_number(&outside(CALLER)).await.expect("an answer");
    assert_eq!(names(&found), ["שרה כהן"]);
    let found = finds(&system).find_by_number(&outside("+36305558888")).await.expect("an answer");
    assert_eq!(found[0].customer.details.name.chars().count(), 300);
}

#[tokio::test]
async fn people_are_found_by_name_mail_and_number_and_nothing_typed_is_a_keyword() {
    let sim = sim().await;
    sim.add_user(User { email: Some("ana@acme.example".into()), ..user("Ana Kissné", CALLER) });
    let system = system(&sim);
    for query in ["kissné", "ana@acme.example", "06 30 555 9999", "+36305559999"] {
        let found = finds(&system).search(query, 10).await.expect("an answer");
        assert_eq!(names(&found), ["Ana Kissné"], "{query}");
    }
    let found = finds(&system).search("role:admin \"Telephony\" -kissné", 10).await.expect("an answer");
    assert!(found.is_empty(), "{:?}", names(&found));
    let asked = sim.requests_of("GET search").pop().expect("a search");
    assert_eq!(asked.parameter("query"), Some("role:end-user role admin Telephony kissné"));
    let before = sim.requests().len();
    assert!(finds(&system).search(" :* ", 10).await.expect("an answer").is_empty());
    assert_eq!(sim.requests().len(), before);
}

#[tokio::test]
async fn who_cannot_be_searched_for_costs_no_request() {
    let sim = sim().await;
    for nobody in
        [Party::Hidden, Party::Internal { digits: "101".to_owned() }, Party::Unreadable { text: "?".to_owned() }]
    {
        assert!(finds(&system(&sim)).find_by_number(&nobody).await.expect("an answer").is_empty());
    }
    assert!(sim.requests().is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_an_answer_decides_what_is_said() {
    let sim = sim().await;
    let ask = || async { finds(&system(&sim)).find_by_number(&outside(CALLER)).await.expect_err("no answer") };
    sim.misbehave("search", Misbehaviour::Unavailable);
    assert!(matches!(ask().await, AskFailure::Unavailable { wait: Some(_), .. }));
    sim.misbehave("search", Misbehaviour::Html { status: 200, applied: false });
    assert!(matches!(ask().await, AskFailure::Unavailable { .. }));
    sim.misbehave("search", Misbehaviour::Html { status: 502, applied: false });
    assert!(matches!(ask().await, AskFailure::Unavailable { .. }));
    sim.misbehave("search", Misbehaviour::CutAnswer);
    assert!(matches!(ask().await, AskFailure::Unavailable { .. }));
    sim.misbehave("search", Misbehaviour::TooMany { seconds: 7 });
    let closed = ask().await;
    assert!(matches!(closed, AskFailure::Closed { why: GateReason::Pace, until: Some(_), .. }), "{closed:?}");
    sim.misbehave("search", Misbehaviour::Redirect { location: "https://evil.example/?".into() });
    let closed = ask().await;
    assert!(
        matches!(&closed, AskFailure::Closed { why: GateReason::Offline, detail, .. } if detail.contains("evil.example"))
    );
}

#[tokio::test]
async fn everybody_is_exported_page_by_page_and_later_who_changed() {
    let sim = sim().await;
    sim.add_users_of_one_number("+36 1 555 7777", 700);
    let exports = system(&sim).export_customers.expect("it exports");
    let (mut cursor, mut all, mut pages) = (None, Vec::new(), 0);
    loop {
        let page = exports.export(cursor.as_deref()).await.expect("an answer");
        (pages, cursor) = (pages + 1, Some(page.cursor));
        all.extend(page.customers);
        if page.is_end || pages == 9 {
            break;
        }
    }
    let there = sim.users().iter().filter(|user| user.role == "end-user").count();
    let mut ids: Vec<_> = all.iter().map(|customer| customer.id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), there, "{pages} pages");
    assert!(pages >= 2, "{pages} pages");
    sim.advance(std::time::Duration::from_secs(120));
    let new = sim.add_user(user("Ana Kiss", CALLER));
    let page = exports.export(cursor.as_deref()).await.expect("an answer");
    assert!(page.customers.iter().any(|customer| customer.id == id(new)), "{page:?}");
    sim.adjust(|config| config.admin = false);
    let refused = exports.export(None).await;
    assert!(matches!(refused, Err(AskFailure::Refused { .. })), "{refused:?}");
}

#[tokio::test]
async fn forms_have_their_fields_and_what_they_depend_on_and_are_asked_for_once() {
    let sim = sim().await;
    let system = system(&sim);
    let forms = tickets(&system).forms().await.expect("an answer");
    assert!(forms[0].is_default && forms[0].name == "Default", "{:?}", forms[0]);
    let returns = forms.iter().find(|form| form.id == FORM_RETURNS.to_string()).expect("returns");
    let order = &returns.fields[0];
    assert!(order.required && matches!(order.kind, FieldKind::Pattern { .. }), "{order:?}");
    let details = returns.fields.iter().find(|field| field.title == "What is broken").expect("a field");
    assert!(details.shown_when.iter().any(|when| when.value == "broken" && when.required), "{details:?}");
    assert!(returns.fields.iter().all(|field| field.title != "Subject"));
    let large = forms.iter().find(|form| form.id == FORM_LARGE.to_string()).expect("the large one");
    assert_eq!(large.fields.len(), 200);
    let before = sim.requests().len();
    tickets(&system).forms().await.expect("an answer");
    assert_eq!(sim.requests().len(), before);
    assert!(sim.misfits().is_empty(), "{:?}", sim.misfits());
}

#[tokio::test]
async fn what_became_of_a_ticket_is_told() {
    let sim = sim().await;
    let one = sim.add_user(user("Ana Kiss", CALLER));
    let make = |subject: &str| {
        sim.add_ticket(&json!({ "subject": subject, "comment": { "body": subject }, "requester_id": one }))
            .expect("a ticket")
    };
    let (open, closed, gone, merged) = (make("Open"), make("Closed"), make("Gone"), make("Merged"));
    sim.close_ticket(closed);
    sim.delete_ticket(gone);
    assert!(sim.merge_tickets(merged, open));
    let tickets = tickets(&system(&sim));
    let ticket = |id: u64| {
        let tickets = tickets.clone();
        async move { tickets.ticket(&id.to_string()).await.expect("an answer") }
    };
    assert_eq!(ticket(open).await.expect("there").subject, "Open");
    assert_eq!(ticket(closed).await.expect("there").status, TicketStatus::Closed);
    assert!(ticket(gone).await.is_none());
    let merged = ticket(merged).await.expect("there");
    assert_eq!((merged.status, merged.status_label, merged.merged), (TicketStatus::Closed, None, true));
    assert!(matches!(tickets.ticket("../users/7").await, Err(AskFailure::Refused { .. })));
    assert!(tickets.ticket("4242424242").await.expect("an answer").is_none());
}
