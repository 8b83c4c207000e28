//! Of a private call no other system is told.

use super::*;
use ringcard_core::frame::MadePrivate;

impl Team {
    async fn sets_private(&mut self, call: &CallId, private: bool) -> MadePrivate {
        match self.desk.ask(Request::SetPrivate { call_id: call.clone(), private }).await {
            Ok(Reply::MadePrivate { became }) => became,
            other => panic!("answered with {other:?}"),
        }
    }

    /// Rings, is made private while they speak, and ends.
    async fn talks_in_private(&mut self) -> CallId {
        let ringing = self.world.sim.ring(Ring::from("+36307654321").extension("101")).await.expect("it rings");
        let call = self.desk.call_in(CallState::Ringing).await.id;
        ringing.answer().await.expect("answered");
        self.desk.call_in(CallState::Connected).await;
        assert_eq!(self.sets_private(&call, true).await, MadePrivate::default());
        ringing.hang_up().await.expect("hung up");
        self.desk.call_in(CallState::Ended).await;
        call
    }

    fn numbers(&self) -> Vec<String> {
        self.office.entries().iter().map(|entry| entry.text("number").to_owned()).collect()
    }
}

#[tokio::test]
async fn a_call_that_was_made_private_while_it_went_on_is_told_to_nobody() {
    let mut team = Team::begin(Duration::ZERO).await;
    let private = team.talks_in_private().await;
    team.desk.calls.clear();
    // What is told of the next one is told in order: nothing came before it.
    let call = team.talk().await;
    team.code(&call, "said yes").await;
    assert_eq!(team.noted("said yes").await.0, 1);
    assert_eq!(team.told(2).await, ["call.ended", "call.coded"]);
    assert_eq!(team.numbers(), ["+36301234567"]);
    assert!(team.office.told().iter().all(|one| !one.data.to_string().contains(&private.0)));
}

#[tokio::test]
async fn an_entry_that_waits_is_taken_away_and_told_once_when_the_call_is_not_private_after_all() {
    let mut team = Team::begin(Duration::ZERO).await;
    team.office.misbehave(Some(OfficeWrong::Status(503)));
    let call = team.talk().await;
    team.until(|row| matches!(row.state, SubmissionState::Waiting { why: WaitReason::Retry, .. })).await;
    team.sets_private(&call, true).await;
    let away = team.until_in(OutboxFilter::Over, |_| true).await;
    assert!(matches!(away.state, SubmissionState::Discarded { private: true, .. }), "{away:?}");
    team.office.misbehave(None);
    team.code(&call, "nobody's matter").await;

    // Another one takes its course meanwhile.
    team.desk.calls.clear();
    let other = team.talk().await;
    team.code(&other, "said no").await;
    assert_eq!(team.noted("said no").await.0, 1, "of the private one there is nothing");

    team.sets_private(&call, false).await;
    assert_eq!(team.noted("nobody's matter").await.0, 2);
    team.code(&call, "everybody's matter").await;
    assert_eq!(team.noted("everybody's matter").await.0, 2, "a change, and no second entry");
}

#[tokio::test]
async fn what_a_system_was_told_before_is_said_and_nothing_more_is_told() {
    let mut team = Team::begin(Duration::ZERO).await;
    let call = team.talk().await;
    team.noted("").await;
    team.told(1).await;
    let mut became = team.sets_private(&call, true).await;
    became.told.sort();
    assert_eq!(became.told, ["rest-crm", "webhook"]);
    team.code(&call, "nobody's matter").await;
    team.desk.calls.clear();
    let other = team.talk().await;
    team.code(&other, "said no").await;
    team.noted("said no").await;
    assert_eq!(
        team.told(3).await,
        ["call.ended", "call.ended", "call.coded"],
        "the code of the private one is told to nobody"
    );
    assert!(team.office.entries().iter().all(|entry| entry.text("note") != "nobody's matter"));

    // Whoever was not in it reads in the outbox that something was written, and not of whom.
    let mut bela = team.world.desk_of("Béla").await;
    let Ok(Reply::Outbox { rows, .. }) =
        bela.ask(Request::Outbox { filter: OutboxFilter::Over, before: None, limit: 200 }).await
    else {
        panic!("no rows")
    };
    let of_call: Vec<_> = rows.iter().filter(|row| row.submission.call_id.as_ref() == Some(&call)).collect();
    assert!(!of_call.is_empty());
    let said = serde_json::to_string(&of_call).expect("JSON");
    assert!(!said.contains("+36301234567"), "{said}");
}
