//! What pushes tell of a call's legs: ids, causes, who is held, who passed the call on, who it was.

use crate::support;

use ringcard_connect::{Push, PushKind, profile::PbxAccount};
use ringcard_core::{
    call::{CallEvent, FailReason},
    cause::EndReason::{NoRoute, NoSuchNumber, Other, OutOfService},
    leg::{Cause, LegEvent, LegNews, LegSide},
    number::Party,
};
use std::sync::LazyLock;
use support::{CALL_DATA, EVENT, INCOMING, keyed, outside, vipex};

static VIPEX: LazyLock<PbxAccount> = LazyLock::new(|| vipex(&[]));

#[track_caller]
fn read(kind: PushKind, pairs: &str) -> Push {
    let raw = keyed(pairs);
    VIPEX.read_push(kind, &raw).unwrap_or_else(|refused| panic!("{refused}\n{}", VIPEX.explain_push(kind, &raw)))
}

const CALL: &str = "caller=%2B36305550103&called=0615550100";

fn agent(event: LegEvent, leg_id: Option<&str>, q850: Option<u16>) -> LegNews {
    LegNews {
        side: LegSide::Agent,
        event,
        leg_id: leg_id.map(str::to_owned),
        extension: Some("101".to_owned()),
        cause: Cause { q850, sip: None },
        at: None,
    }
}

#[test]
fn the_id_of_the_call_goes_before_the_id_of_a_leg() {
    // what the PBX sends, the call's id, the leg's
    let table = [
        ("linkedid=1700.1&uniqueid=1700.2", "1700.1", Some("1700.2")),
        ("uniqueid=1700.2&linkedid=1700.1", "1700.1", Some("1700.2")),
        ("uniqueid=1700.1&linkedid=1700.1", "1700.1", None),
        ("Linked-ID=1700.1&Unique_ID=1700.2", "1700.1", Some("1700.2")),
        ("call_id=c1&leg_id=l1", "c1", Some("l1")),
        ("leg_id=l1&call_id=c1", "c1", Some("l1")),
        ("uuid=u1&call_id=c1", "c1", Some("u1")),
        ("call_id=leg-7&linkedid=call-1", "call-1", Some("leg-7")),
        ("conversation_id=call-1&call_id=leg-7", "call-1", Some("leg-7")),
        ("channel_id=ch&call_uuid=c1", "c1", Some("ch")),
        ("hivas_id=c1&leg_id=l1", "c1", Some("l1")),
        // only one of them
        ("uniqueid=1700.1", "1700.1", None),
        ("uuid=u1", "u1", None),
        ("call_id=c1", "c1", None),
        ("linkedid=1700.1", "1700.1", None),
    ];
    let mut differ = Vec::new();
    for (ids, call, leg) in table {
        let push = read(INCOMING, &format!("{CALL}&extension=101&{ids}"));
        let news = leg.map(|leg| agent(LegEvent::Rings, Some(leg), None));
        if (push.external_id.as_deref(), &push.leg) != (Some(call), &news) {
            differ.push(format!("{ids}: {:?} {:?}", push.external_id, push.leg));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    let record = read(CALL_DATA, "uniqueid=1700.1&linkedid=1700.1&disposition=ANSWERED&billsec=12");
    assert_eq!((record.external_id.as_deref(), record.leg), (Some("1700.1"), None));
}

#[test]
fn what_happens_to_one_leg_is_told_of_that_leg() {
    let of = |more: &str| read(EVENT, &format!("{CALL}&call_id=c1&extension=101&{more}")).leg;
    use LegEvent::{Answered, Ended, Held, Resumed, Rings};
    let table = [
        ("event=no_answer&leg=agent&leg_id=l1", Some(agent(Ended, Some("l1"), Some(19)))),
        ("event=declined&direction=in&cause=21", Some(agent(Ended, None, Some(21)))),
        ("event=busy&direction=in&leg_id=l1", Some(agent(Ended, Some("l1"), Some(17)))),
        ("event=answered_elsewhere&direction=in&leg_id=l2", Some(agent(Ended, Some("l2"), Some(26)))),
        ("event=connected&direction=in&leg_id=l1", Some(agent(Answered, Some("l1"), None))),
        ("event=agent_answered&leg_id=l1", Some(agent(Answered, Some("l1"), None))),
        ("event=hangup&direction=in&leg_id=l1&cause=16", Some(agent(Ended, Some("l1"), Some(16)))),
        ("event=hold", Some(agent(Held, None, None))),
        ("event=unhold", Some(agent(Resumed, None, None))),
        ("event=transfer&transferred_by=102", Some(agent(Rings, None, None))),
        ("event=transfer", None),
        // of the whole call, as far as anybody can tell
        ("event=hangup", None),
        ("event=connected", None),
        ("event=connected&leg_id=l1", None),
        ("event=dtmf", None),
    ];
    let mut differ = Vec::new();
    for (more, expected) in table {
        let news = of(more);
        if news != expected {
            differ.push(format!("{more}: {news:?}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    for word in ["voicemail", "ivr"] {
        let push = read(EVENT, &format!("{CALL}&call_id=c1&event={word}"));
        let news = push.leg.expect("it is told of a machine");
        assert_eq!((news.side, news.event, push.event), (LegSide::Service, Answered, None), "{word}");
    }
    let passed =
        read(EVENT, &format!("{CALL}&call_id=c1&extension=101&event=transfer&transferred_by=PJSIP/102-0000003f"));
    assert_eq!(passed.passed_by.as_deref(), Some("102"));
}

#[test]
fn a_failure_is_told_by_the_networks_cause() {
    let why = |more: &str| match read(EVENT, &format!("{CALL}&call_id=c1&direction=out&event=failed&{more}")).event {
        Some(CallEvent::Failed { why, .. }) => why,
        other => panic!("{more}: {other:?}"),
    };
    let other = |reason, detail: &str| FailReason::Other { reason, detail: detail.to_owned() };
    assert_eq!(why("cause=17"), FailReason::Busy);
    assert_eq!(why("sip_status=486"), FailReason::Busy);
    assert_eq!(why("hangup_cause=USER_BUSY"), FailReason::Busy);
    assert_eq!(why("cause=19"), FailReason::NoAnswer);
    assert_eq!(why("cause=603"), FailReason::Declined);
    assert_eq!(why("cause=1"), other(NoSuchNumber, "Q.850 1"));
    assert_eq!(why("sip_status=404"), other(NoSuchNumber, "SIP 404"));
    assert_eq!(why("cause=27"), other(OutOfService, "Q.850 27"));
    assert_eq!(why("reason=no+route"), other(NoRoute, "no route"));
    assert_eq!(why(""), other(Other, ""));
}

#[test]
fn a_callers_name_and_the_queue_are_read() {
    let push = read(INCOMING, "caller=%22Minta,+Anna%22+%3Csip:%2B36305550103@pbx%3E&called=0615550100&queue=Sales");
    assert_eq!((push.party_name.as_deref(), push.queue.as_deref()), (Some("Minta, Anna"), Some("Sales")));
    let push = read(INCOMING, &format!("{CALL}&caller_id_name=Anna+Minta&hunt_group=%C3%9Cgyf%C3%A9lszolg%C3%A1lat"));
    assert_eq!((push.party_name.as_deref(), push.queue.as_deref()), (Some("Anna Minta"), Some("Ügyfélszolgálat")));
    let push =
        read(EVENT, "caller=101&called=%2B36305550103&direction=out&event=connected&caller_name=Ana&called_name=Bela");
    assert_eq!(push.party_name.as_deref(), Some("Bela"));
    for nobody in ["Anonymous", "asterisk", "%2B36305550103", "", "null"] {
        assert_eq!(read(INCOMING, &format!("{CALL}&caller_name={nobody}")).party_name, None, "{nobody}");
    }
}

#[test]
fn a_withheld_number_is_never_shown() {
    for withheld in
        ["presentation=restricted", "clir=1", "privacy=id;critical", "callingpres=prohib_passed_screen", "clir=yes"]
    {
        let push =
            read(INCOMING, &format!("{CALL}&extension=101&caller_name=Anna&contact=%2B36+30+555+0103&{withheld}"));
        assert_eq!((&push.ani.0, &push.party_name), (&Party::Hidden, &None), "{withheld}");
        assert!(!format!("{push:?}").contains("0103"), "{withheld}: {push:?}");
    }
    for shown in ["presentation=allowed", "clir=0", "privacy=none", "presentation=whatever"] {
        assert_eq!(read(INCOMING, &format!("{CALL}&{shown}")).ani.0, outside("+36305550103"), "{shown}");
    }
    let own = read(EVENT, "caller=101&called=%2B36305550103&direction=out&event=connected&clir=1");
    assert_eq!(own.dnis.0, outside("+36305550103"));
}
