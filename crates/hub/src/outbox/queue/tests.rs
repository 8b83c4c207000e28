//! What only shows when commits are held back: a store in memory, and hands that decide when it is written to.

use super::*;
use crate::outbox::store::Store;
use async_trait::async_trait;
use ringcard_connect::{Allowance, Attempt, Looked};
use ringcard_core::{
    campaign::{CallbackStyle, CampaignId, CampaignKind, RecordRef},
    submission::OutboxAct,
};
use std::collections::VecDeque;

struct Plain;

#[async_trait]
impl Writes for Plain {
    async fn write(&self, _: &[WriteRow]) -> Vec<Attempt> {
        unreachable!("the test answers")
    }
    async fn look(&self, _: &WriteRow) -> Looked {
        unreachable!("the test answers")
    }
    fn lane(&self, write: &Write) -> String {
        if matches!(write, Write::AddRecord { .. }) { "new".into() } else { write.subject() }
    }
    fn is_idempotent(&self, _: &Submission) -> bool {
        false
    }
    fn allowance(&self) -> Allowance {
        Allowance::unlimited(9)
    }
    fn counts_against_day(&self, _: &Submission) -> bool {
        false
    }
}

struct Held {
    queue: Queue,
    store: Store,
    commits: VecDeque<(CommitId, Change)>,
    attempts: Vec<ToDo>,
}

const NOW: Now = Now { wall: Timestamp(1_795_231_800_000), mono: Duration::from_secs(5) };

impl Held {
    fn new() -> Self {
        let mut queue = Queue::new(Limits::default());
        queue.set_accounts(&BTreeMap::from([("crm".to_owned(), Arc::new(Plain) as Arc<dyn Writes>)]), NOW);
        Self { queue, store: Store::in_memory(), commits: VecDeque::new(), attempts: Vec::new() }
    }

    fn drive(&mut self) {
        self.queue.run(NOW);
        for command in self.queue.commands() {
            match command {
                Command::Commit { id, change } => self.commits.push_back((id, change)),
                Command::Attempt(todo) => self.attempts.push(*todo),
                _ => {}
            }
        }
    }

    /// Writes down everything that waits for it, in its order.
    fn save(&mut self) {
        self.drive();
        while let Some((id, change)) = self.commits.pop_front() {
            let made = self.store.commit(&[change]).remove(0);
            self.queue.committed(id, made, NOW);
            self.drive();
        }
    }

    fn submit(&mut self, key: &str, write: Write, needs: Option<&str>) {
        let submission = Submission {
            key: SubmissionKey(key.into()),
            write,
            about: "Ana".into(),
            call_id: None,
            agent: None,
            made_at: NOW.wall,
            expires_at: None,
            needs: needs.map(|key| SubmissionKey(key.into())),
        };
        self.queue.submit(0, &submission, NOW);
        self.save();
    }
}

fn add_record() -> Write {
    Write::AddRecord {
        account: "crm".into(),
        campaign: CampaignId("42".into()),
        campaign_kind: CampaignKind::Preview,
        customer_id: "1".into(),
        customer_name: "Ana".into(),
        numbers: Vec::new(),
        fields: Vec::new(),
    }
}

fn call_back(number: &str) -> Write {
    Write::ScheduleCallback {
        record: RecordRef {
            account: "crm".into(),
            campaign: CampaignId("42".into()),
            kind: CampaignKind::Preview,
            customer_id: "1".into(),
        },
        at: Timestamp(1_900_000_000_000),
        number: number.into(),
        style: CallbackStyle::Dialler,
        agent_id: None,
    }
}

#[test]
fn an_edit_on_its_way_to_disk_learns_that_what_the_row_needs_was_done_meanwhile() {
    let mut held = Held::new();
    held.submit("record", add_record(), None);
    held.submit("later", call_back("1"), Some("record"));
    let record = held.attempts.remove(0).rows[0].0;
    let done = Attempt::Done { answer: "made".into(), reference: Some("77".into()) };
    held.queue.attempted(&[record], vec![done], None, NOW);
    // Neither of the two is on disk yet.
    let edit = OutboxAct::Edit { write: call_back("2") };
    held.queue.act(1, &SubmissionKey("later".into()), edit, None, SubmissionKey("new".into()), NOW);
    held.save();
    let sent = held.attempts.pop().expect("it is sent");
    assert_eq!((&sent.rows[0].1.submission.write, sent.rows[0].1.needed.as_deref()), (&call_back("2"), Some("77")));
}

#[test]
fn rows_of_an_account_that_is_set_up_later_have_the_lanes_that_its_connector_says() {
    let mut held = Held::new();
    held.queue.set_accounts(&BTreeMap::new(), NOW);
    held.submit("record", add_record(), None);
    held.submit("later", call_back("1"), None);
    assert!(held.attempts.is_empty());
    held.queue.set_accounts(&BTreeMap::from([("crm".to_owned(), Arc::new(Plain) as Arc<dyn Writes>)]), NOW);
    held.save();
    let keys: Vec<_> = held.attempts.iter().map(|todo| todo.rows[0].1.submission.key.0.as_str()).collect();
    assert_eq!(keys, ["record", "later"], "one was not the other's lane, and both go");
}

#[test]
fn who_waits_for_a_permit_hears_when_the_account_goes() {
    let mut held = Held::new();
    let request = ringcard_connect::permits::Request {
        purpose: ringcard_connect::Purpose::Report,
        what: "report",
        counts: ringcard_connect::CountsAgainst::Day,
    };
    let ask = Ask { request, patience: Duration::from_secs(30) };
    held.queue.want(7, "crm", None, ask, NOW);
    held.queue.set_accounts(&BTreeMap::new(), NOW);
    held.queue.run(NOW);
    let answered = held
        .queue
        .commands()
        .into_iter()
        .any(|command| matches!(command, Command::Permit { ticket: 7, outcome: Err(NoPermit::NoAccount) }));
    assert!(answered);
}

#[test]
fn newer_content_takes_the_place_of_what_was_not_sent_and_never_of_what_may_have_been() {
    let mut held = Held::new();
    held.queue.set_accounts(&BTreeMap::new(), NOW);
    held.submit("later", call_back("1"), None);
    held.queue.renew(1, &SubmissionKey("later".into()), call_back("2"), NOW);
    held.save();
    held.queue.set_accounts(&BTreeMap::from([("crm".to_owned(), Arc::new(Plain) as Arc<dyn Writes>)]), NOW);
    held.save();
    let sent = held.attempts.pop().expect("it is sent");
    assert_eq!(sent.rows[0].1.submission.write, call_back("2"));
    let refused = |held: &mut Held| {
        held.queue.renew(2, &SubmissionKey("later".into()), call_back("3"), NOW);
        held.queue
            .commands()
            .into_iter()
            .any(|command| matches!(command, Command::Acted { ticket: 2, outcome: Err(OutboxFailure::UnderWay) }))
    };
    assert!(refused(&mut held), "it is under way");
    held.queue.attempted(&[sent.rows[0].0], vec![Attempt::Unknown { detail: "no answer".into() }], None, NOW);
    held.save();
    assert!(refused(&mut held), "nobody knows");
}

/// A write of an agent for a ticket; everything waits where its account is not set up.
fn of_agent(key: &str, agent: Option<&str>, ticket: &str, account: &str) -> Submission {
    Submission {
        key: SubmissionKey(key.into()),
        write: Write::AddRecord {
            account: account.into(),
            campaign: CampaignId("1".into()),
            campaign_kind: CampaignKind::Preview,
            customer_id: ticket.into(),
            customer_name: String::new(),
            numbers: Vec::new(),
            fields: Vec::new(),
        },
        about: "Ana".into(),
        call_id: None,
        agent: agent.map(|agent| ringcard_core::call::AgentId(agent.into())),
        made_at: NOW.wall,
        expires_at: None,
        needs: None,
    }
}

#[test]
fn a_row_says_how_many_go_before_it_and_another_desks_import_counts_for_no_more_than_its_turns() {
    let mut held = Held::new();
    for n in 0..50 {
        held.queue.submit(0, &of_agent(&format!("import{n}"), Some("ana"), &format!("a{n}"), "later"), NOW);
    }
    for n in 0..2 {
        held.queue.submit(0, &of_agent(&format!("own{n}"), Some("béla"), &format!("b{n}"), "later"), NOW);
    }
    held.save();
    let keys = ["import0", "import49", "own0", "own1", "nobody"].map(|key| SubmissionKey(key.into()));
    assert_eq!(held.queue.ahead(&keys), [Some(1), Some(51), Some(1), Some(3), None]);
}

/// Takes one change of a ticket in ten minutes.
struct OneOfATicket;

#[async_trait]
impl Writes for OneOfATicket {
    async fn write(&self, _: &[WriteRow]) -> Vec<Attempt> {
        unreachable!("the test answers")
    }
    async fn look(&self, _: &WriteRow) -> Looked {
        unreachable!("the test answers")
    }
    fn lane(&self, write: &Write) -> String {
        ticket_of(write)
    }
    fn narrow(&self, write: &Write) -> Vec<Narrow> {
        vec![Narrow::new(ticket_of(write), 1, Duration::from_secs(600))]
    }
    fn is_idempotent(&self, _: &Submission) -> bool {
        false
    }
    fn allowance(&self) -> Allowance {
        Allowance::unlimited(9)
    }
    fn counts_against_day(&self, _: &Submission) -> bool {
        false
    }
}

fn ticket_of(write: &Write) -> String {
    let Write::AddRecord { customer_id, .. } = write else { unreachable!("only these are made") };
    customer_id.clone()
}

#[test]
fn a_tickets_own_limit_holds_up_nobody_else_and_says_until_when() {
    let mut held = Held::new();
    held.queue.set_accounts(&BTreeMap::from([("crm".to_owned(), Arc::new(OneOfATicket) as Arc<dyn Writes>)]), NOW);
    for (key, ticket) in [("first", "1"), ("second", "1"), ("other", "2")] {
        held.queue.submit(0, &of_agent(key, None, ticket, "crm"), NOW);
    }
    held.save();
    let sent = |held: &Held| -> Vec<String> {
        held.attempts.iter().flat_map(|todo| &todo.rows).map(|(_, row)| row.submission.key.0.clone()).collect()
    };
    assert_eq!(sent(&held), ["first", "other"]);
    for todo in std::mem::take(&mut held.attempts) {
        let seqs: Vec<Seq> = todo.rows.iter().map(|(seq, _)| *seq).collect();
        let (answered, nothing) = (ringcard_connect::CameTo::Answered, ringcard_connect::Said::default());
        held.queue.permit_over(todo.taken, &answered, &nothing, NOW);
        held.queue.attempted(&seqs, vec![Attempt::done("ok")], None, NOW);
    }
    held.save();
    assert_eq!(sent(&held), [""; 0], "its ticket takes no more for now");
    let state = held.queue.state_of(&SubmissionKey("second".into()), NOW);
    let until = Some(NOW.wall.after(Duration::from_secs(602)));
    assert_eq!(state, Some(SubmissionState::Waiting { why: ringcard_core::submission::WaitReason::Pace, until }));
}
