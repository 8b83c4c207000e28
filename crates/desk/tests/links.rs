//! Links of pages and other programs: asked about before any phone rings, one at a time, one in three seconds.

use crate::support;

use ringcard_core::{
    call::CallId,
    frame::{Reply, Request, RequestError, RequestErrorCode},
    number::{Caution, CautionKind, UnsureReason},
};
use ringcard_desk::{CallQuestion, DialAnswer, LinkAnswer, PopupAct, Preferences};
use ringcard_hub::config::LinkDials;
use std::time::Duration;
use support::{HubEnd, Office, caution, preferences, ring};
use tokio::time::advance;

const HUB_BY: Duration = Duration::from_secs(10);
const APART: Duration = Duration::from_secs(3);

fn with_links() -> Preferences {
    Preferences { links: true, ..preferences() }
}

fn at_once() -> Preferences {
    Preferences { link_dials: LinkDials::AtOnce, ..with_links() }
}

async fn link(office: &Office, text: &str) -> LinkAnswer {
    office.desk.link(text.to_owned(), HUB_BY).await
}

/// What is asked now.
async fn asked(office: &Office) -> CallQuestion {
    office.pop("a question", |pop| pop.question.is_some()).await.question.clone().expect("a question")
}

/// The link was asked about.
async fn asked_about(office: &Office, hub: &mut HubEnd, text: &str, shown: &str, cautions: &[Caution]) -> CallQuestion {
    assert_eq!(link(office, text).await, LinkAnswer::Taken);
    hub.says_of(shown, None, cautions).await;
    asked(office).await
}

fn says(office: &Office, id: u32, yes: bool) -> tokio::task::JoinHandle<()> {
    let desk = office.desk.clone();
    tokio::spawn(async move { desk.answer_question(id, yes).await })
}

#[tokio::test(start_paused = true)]
async fn a_link_is_asked_about_with_its_name_and_what_it_costs_to_know_and_dialled_on_yes_only() {
    let (office, mut hub) = Office::connected(with_links()).await;
    assert_eq!(link(&office, "tel:+36301234567").await, LinkAnswer::Taken);
    let abroad = Caution { country: Some("HU".into()), ..caution(CautionKind::International, false) };
    hub.says_of("+36 30 123 4567", Some("María López"), std::slice::from_ref(&abroad)).await;
    let question = asked(&office).await;
    assert_eq!(question.number.as_ref().and_then(|number| number.e164.as_deref()), Some("+36301234567"));
    assert_eq!((question.name.as_deref(), question.from_link, question.checked), (Some("María López"), true, true));
    assert_eq!((question.cautions.as_slice(), question.reason), ([abroad].as_slice(), None));
    assert!(question.takes_keyboard && hub.asked_nothing(), "nothing is dialled yet");

    says(&office, question.id, true);
    let (id, Request::Dial { number, .. }) = hub.question().await else { panic!("a dial") };
    assert_eq!(number, "+36 30 123 4567");
    office.pop("being called", |pop| pop.question.as_ref().is_some_and(|question| question.calling)).await;
    // A second Enter, and a no that comes too late, change nothing.
    office.desk.answer_question(question.id, true).await;
    office.desk.answer_question(question.id, false).await;
    assert!(hub.asked_nothing());
    hub.reply(id, Ok(Reply::Dialling { call_id: CallId::new() })).await;
    office.pop("nothing more to ask", |pop| pop.question.is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn no_dials_nothing_and_an_answer_to_a_question_that_is_gone_is_none() {
    let (office, mut hub) = Office::connected(with_links()).await;
    let first = asked_about(&office, &mut hub, "tel:+36301234567", "+36 30 123 4567", &[]).await;
    office.desk.answer_question(first.id, false).await;
    office.pop("put away", |pop| pop.question.is_none()).await;
    advance(APART).await;
    let second = asked_about(&office, &mut hub, "tel:+36301234568", "+36 30 123 4568", &[]).await;
    assert_ne!(first.id, second.id);
    office.desk.answer_question(first.id, true).await;
    assert!(hub.asked_nothing(), "the Enter was for the number before");
    assert_eq!(asked(&office).await.id, second.id);
}

#[tokio::test(start_paused = true)]
async fn fifteen_links_in_eight_seconds_are_one_question_and_what_is_asked_does_not_change() {
    let (office, mut hub) = Office::connected(with_links()).await;
    let question = asked_about(&office, &mut hub, "tel:+36301234567", "+36 30 123 4567", &[]).await;
    for other in 0..14 {
        advance(Duration::from_millis(550)).await;
        assert_eq!(link(&office, &format!("tel:+3690{other:06}")).await, LinkAnswer::NotTaken);
    }
    assert!(hub.asked_nothing(), "not even looked up");
    let still = office.pop("told", |pop| pop.question.as_ref().is_some_and(|question| question.more > 0)).await;
    let still = still.question.clone().expect("a question");
    assert_eq!((still.id, &still.number), (question.id, &question.number));
    assert_eq!(still.more, 9, "those that are no double click are said");
}

#[tokio::test(start_paused = true)]
async fn without_a_question_one_link_is_taken_in_three_seconds() {
    let (office, mut hub) = Office::connected(at_once()).await;
    let mut taken = 0;
    for tick in 0..16 {
        if link(&office, &format!("tel:+3630123450{}", tick % 10)).await == LinkAnswer::Taken {
            taken += 1;
            let (id, request) = hub.question().await;
            assert!(matches!(request, Request::BeforeDial { .. }));
            hub.reply(id, Err(RequestError::new(RequestErrorCode::Busy, "?"))).await;
            let question = asked(&office).await;
            office.desk.answer_question(question.id, false).await;
        }
        advance(Duration::from_millis(500)).await;
    }
    assert_eq!(taken, 3, "in eight seconds");
}

#[tokio::test(start_paused = true)]
async fn the_same_link_again_is_the_same_question() {
    let (office, mut hub) = Office::connected(with_links()).await;
    let question = asked_about(&office, &mut hub, "tel:+36301234567", "+36 30 123 4567", &[]).await;
    advance(Duration::from_secs(5)).await;
    assert_eq!(link(&office, "tel:+36301234567").await, LinkAnswer::NotTaken);
    assert_eq!(asked(&office).await, question);
}

#[tokio::test(start_paused = true)]
async fn with_links_off_nothing_is_asked_looked_up_or_dialled() {
    let (office, mut hub) = Office::connected(preferences()).await;
    assert_eq!(link(&office, "tel:+36301234567").await, LinkAnswer::Off);
    assert_eq!(link(&office, "tel:112").await, LinkAnswer::NotTaken, "said once in three seconds");
    assert!(hub.asked_nothing());
    assert_eq!(office.desk.pop().borrow().question, None);
    // Turned off while one is asked about, it is off, too.
    office.desk.adopt(with_links()).await;
    advance(APART).await;
    asked_about(&office, &mut hub, "tel:+36301234567", "+36 30 123 4567", &[]).await;
    office.desk.adopt(preferences()).await;
    office.pop("no question", |pop| pop.question.is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn where_that_is_set_a_plain_number_is_dialled_at_once() {
    let (office, mut hub) = Office::connected(at_once()).await;
    assert_eq!(link(&office, "tel:+36301234567").await, LinkAnswer::Taken);
    hub.says_of("+36 30 123 4567", None, &[caution(CautionKind::International, false)]).await;
    let (id, request) = hub.question().await;
    assert!(matches!(request, Request::Dial { force: false, .. }), "{request:?}");
    hub.reply(id, Ok(Reply::Dialling { call_id: CallId::new() })).await;
    advance(APART).await;
    assert_eq!(link(&office, "tel:+36301234567").await, LinkAnswer::Taken, "the next one is looked at");
    assert_eq!(office.desk.pop().borrow().question, None);
}

#[tokio::test(start_paused = true)]
async fn at_once_holds_for_plain_numbers_only() {
    let kinds = [CautionKind::Emergency, CautionKind::Premium, CautionKind::Satellite, CautionKind::UnusualCountry];
    for kind in kinds {
        let (office, mut hub) = Office::connected(at_once()).await;
        let cautions = [caution(kind, true)];
        let question = asked_about(&office, &mut hub, "tel:+36301234567", "+36 30 123 4567", &cautions).await;
        assert!(hub.asked_nothing(), "{kind:?}");
        says(&office, question.id, true);
        let (_, request) = hub.question().await;
        assert!(matches!(request, Request::Dial { force: true, .. }), "{kind:?}: it was told: {request:?}");
    }
    let (office, mut hub) = Office::connected(at_once()).await;
    let unsure = asked_about(&office, &mut hub, "34612345678", "+34 612 34 56 78", &[]).await;
    assert_eq!(unsure.reason, Some(UnsureReason::PlusMissing));
    // What nobody could look up is no plain number, either.
    let (office, mut hub) = Office::connected(at_once()).await;
    assert_eq!(link(&office, "tel:+36301234567").await, LinkAnswer::Taken);
    hub.question().await;
    advance(Duration::from_secs(4)).await;
    assert!(!asked(&office).await.checked);
    // And while a call goes on, nothing is dialled beside it.
    let (office, mut hub) = Office::connected(at_once()).await;
    hub.call(&ring("+36309999999")).await;
    office.pop("a ring", |pop| pop.calls.len() == 1).await;
    asked_about(&office, &mut hub, "tel:+36301234567", "+36 30 123 4567", &[]).await;
    assert!(hub.asked_nothing());
}

#[tokio::test(start_paused = true)]
async fn what_the_hub_asks_about_after_all_is_another_question() {
    let (office, mut hub) = Office::connected(with_links()).await;
    let question = asked_about(&office, &mut hub, "tel:+36301234567", "+36 30 123 4567", &[]).await;
    says(&office, question.id, true);
    let (id, Request::Dial { force: false, .. }) = hub.question().await else { panic!("a dial, unforced") };
    let premium = vec![caution(CautionKind::Premium, true)];
    let error = RequestError { cautions: premium.clone(), ..RequestError::new(RequestErrorCode::AsksFirst, "?") };
    hub.reply(id, Err(error)).await;
    let pop = office.pop("the cautions", |pop| pop.question.as_ref().is_some_and(|now| now.cautions == premium)).await;
    let again = pop.question.clone().expect("a question");
    assert!(again.id != question.id && !again.calling);
    office.desk.answer_question(question.id, true).await;
    assert!(hub.asked_nothing(), "the Enter was for what was said before");
    says(&office, again.id, true);
    assert!(matches!(hub.question().await.1, Request::Dial { force: true, .. }));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_dialled_is_said_where_it_would_be_asked_and_takes_no_keyboard() {
    let (office, mut hub) = Office::connected(with_links()).await;
    assert_eq!(link(&office, "tel:ORD-2024-00123").await, LinkAnswer::Taken);
    let refused = asked(&office).await;
    assert_eq!(refused.refused.map(|refusal| refusal.code), Some(RequestErrorCode::NotANumber));
    assert!(refused.number.is_none() && !refused.takes_keyboard && hub.asked_nothing());
    office.desk.answer_question(refused.id, true).await;
    assert!(hub.asked_nothing());
    office.desk.answer_question(refused.id, false).await;
    advance(Duration::from_secs(40)).await;

    let question = asked_about(&office, &mut hub, "tel:+36301234567", "+36 30 123 4567", &[]).await;
    says(&office, question.id, true);
    let (id, _) = hub.question().await;
    hub.reply(id, Err(RequestError::new(RequestErrorCode::NoExtension, "You have no extension"))).await;
    let is_refused =
        |now: &CallQuestion| now.refused.as_ref().is_some_and(|why| why.code == RequestErrorCode::NoExtension);
    office.pop("why", |pop| pop.question.as_ref().is_some_and(is_refused)).await;
}

#[tokio::test(start_paused = true)]
async fn without_a_hub_a_link_says_so_and_is_not_made_up_for() {
    let mut office = Office::with(with_links(), false);
    *office.way_to_hub.locked.lock().expect("test") = Some("The hub is being mended.".into());
    office.attention("no line", |now| now.trouble.is_some()).await;
    assert_eq!(link(&office, "tel:+36301234567").await, LinkAnswer::Taken);
    assert_eq!(asked(&office).await.refused.map(|refusal| refusal.code), Some(RequestErrorCode::Offline));
    *office.way_to_hub.locked.lock().expect("test") = None;
    let mut hub = office.line().await;
    hub.welcome(Default::default()).await;
    office.attention("a line", |now| now.online).await;
    assert!(hub.asked_nothing());
}

#[tokio::test(start_paused = true)]
async fn the_keyboard_comes_to_the_question_goes_with_it_and_stays_away_after_it_was_put_away() {
    let (office, mut hub) = Office::connected(with_links()).await;
    let first = asked_about(&office, &mut hub, "tel:+36301234567", "+36 30 123 4567", &[]).await;
    assert!(first.takes_keyboard);
    office.desk.popup(PopupAct::KeyboardOnQuestion).await;
    assert!(office.desk.pop().borrow().on_question);
    office.desk.answer_question(first.id, false).await;
    office.pop("given back", |pop| !pop.has_keyboard && !pop.on_question).await;
    // A page that goes on sending them does not keep the agent from writing.
    advance(APART).await;
    let second = asked_about(&office, &mut hub, "tel:+36301234568", "+36 30 123 4568", &[]).await;
    assert!(!second.takes_keyboard);
    office.desk.answer_question(second.id, false).await;
    advance(Duration::from_secs(31)).await;
    let later = asked_about(&office, &mut hub, "tel:+36301234569", "+36 30 123 4569", &[]).await;
    assert!(later.takes_keyboard);
}

#[tokio::test(start_paused = true)]
async fn whoever_writes_on_a_card_goes_on_writing_there() {
    let (office, mut hub) = Office::connected(with_links()).await;
    hub.call(&ring("+36309999999")).await;
    office.pop("a ring", |pop| pop.calls.len() == 1).await;
    office.desk.popup(PopupAct::Keyboard(true)).await;
    let question = asked_about(&office, &mut hub, "tel:+36301234567", "+36 30 123 4567", &[]).await;
    assert!(!question.takes_keyboard);
    office.desk.answer_question(question.id, false).await;
    let pop = office.pop("put away", |pop| pop.question.is_none()).await;
    assert!(pop.has_keyboard && !pop.on_question, "the card's keyboard is the card's");
}

#[tokio::test(start_paused = true)]
async fn a_card_that_comes_forward_meanwhile_takes_the_question_no_keyboard() {
    let (office, mut hub) = Office::connected(with_links()).await;
    asked_about(&office, &mut hub, "tel:+36301234567", "+36 30 123 4567", &[]).await;
    office.desk.popup(PopupAct::KeyboardOnQuestion).await;
    hub.call(&ring("+36309999999")).await;
    let pop = office.pop("a ring", |pop| pop.calls.len() == 1).await;
    assert!(pop.has_keyboard && pop.on_question);
}

#[tokio::test(start_paused = true)]
async fn a_question_nobody_answers_goes_after_a_minute() {
    let (office, mut hub) = Office::connected(with_links()).await;
    asked_about(&office, &mut hub, "tel:+36301234567", "+36 30 123 4567", &[]).await;
    advance(Duration::from_secs(61)).await;
    office.pop("no question", |pop| pop.question.is_none()).await;
    assert!(hub.asked_nothing());
}

#[tokio::test(start_paused = true)]
async fn the_agents_own_wish_is_asked_on_the_popup_and_no_link_takes_its_place() {
    let (office, mut hub) = Office::connected(with_links()).await;
    let desk = office.desk.clone();
    let wish = tokio::spawn(async move { desk.dial_asking_on_popup("+3690123456".to_owned(), true).await });
    let (id, Request::Dial { force: false, .. }) = hub.question().await else { panic!("a dial") };
    let error = RequestError {
        cautions: vec![caution(CautionKind::Premium, true)],
        ..RequestError::new(RequestErrorCode::AsksFirst, "?")
    };
    hub.reply(id, Err(error)).await;
    assert!(matches!(wish.await.expect("no panic"), DialAnswer::Confirm { .. }));
    let question = asked(&office).await;
    assert!(!question.from_link && question.takes_keyboard);
    assert_eq!(link(&office, "tel:+36301234567").await, LinkAnswer::NotTaken);
    assert_eq!(asked(&office).await.id, question.id);
    says(&office, question.id, true);
    assert!(matches!(hub.question().await.1, Request::Dial { force: true, .. }));
}

#[tokio::test(start_paused = true)]
async fn links_turned_off_while_one_is_looked_up_leave_nothing_to_ask_and_nothing_dialled() {
    for preferences in [with_links(), at_once()] {
        let (office, mut hub) = Office::connected(preferences.clone()).await;
        assert_eq!(link(&office, "tel:+36301234567").await, LinkAnswer::Taken);
        office.desk.adopt(Preferences { links: false, ..preferences }).await;
        hub.says_of("+36 30 123 4567", None, &[]).await;
        hub.call(&ring("+36309999999")).await;
        let pop = office.pop("what came after it", |pop| pop.calls.len() == 1).await;
        assert_eq!(pop.question, None);
        assert!(hub.asked_nothing(), "and nothing is dialled");
    }
}
