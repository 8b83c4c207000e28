//! Calls no capture has, in events as Asterisk sends them.

use super::{
    tests::{fold, line},
    *,
};
use serde_json::{Value, json};

/// A channel's snapshot: `channel("2", "PJSIP/101-2", "Ringing")`.
fn channel(id: &str, name: &str, state: &str) -> Value {
    json!({ "id": id, "name": name, "state": state, "dialplan": {} })
}

fn from(mut channel: Value, number: &str, exten: &str) -> Value {
    channel["caller"] = json!({ "name": "", "number": number });
    channel["dialplan"] = json!({ "context": "from-trunk", "exten": exten, "app_name": "Dial", "app_data": "" });
    channel
}

fn in_app(mut channel: Value, app: &str, data: &str) -> Value {
    channel["dialplan"]["app_name"] = app.into();
    channel["dialplan"]["app_data"] = data.into();
    channel
}

fn created(channel: &Value) -> Value {
    json!({ "type": "ChannelCreated", "channel": channel })
}

fn state(channel: &Value) -> Value {
    json!({ "type": "ChannelStateChange", "channel": channel })
}

fn dial(caller: &Value, peer: &Value, status: &str) -> Value {
    json!({ "type": "Dial", "caller": caller, "peer": peer, "dialstatus": status, "dialstring": "" })
}

fn destroyed(channel: &Value, cause: u16) -> Value {
    json!({ "type": "ChannelDestroyed", "channel": channel, "cause": cause })
}

fn enters(channel: &Value, bridge: &str, all: &[&Value]) -> Value {
    let all: Vec<&Value> = all.iter().map(|channel| &channel["id"]).collect();
    let bridge = json!({ "id": bridge, "bridge_type": "mixing", "channels": all });
    json!({ "type": "ChannelEnteredBridge", "channel": channel, "bridge": bridge })
}

fn play(fold: &mut Fold, events: &[Value]) -> Vec<String> {
    let read =
        |event: &Value| serde_json::from_value::<Event>(event.clone()).unwrap_or_else(|e| panic!("{e}: {event}"));
    events.iter().flat_map(|event| fold.event(&read(event), None)).map(|push| line(&push)).collect()
}

fn now(channel: &Value) -> ChannelNow {
    serde_json::from_value(channel.clone()).expect("a channel")
}

fn trunk() -> Value {
    from(channel("1.1", "PJSIP/trunk-1", "Ring"), "3001234567", "5716017000")
}

#[test]
fn a_queue_that_goes_on_to_the_next_phone() {
    let trunk = in_app(trunk(), "Queue", "soporte,t");
    let (first, second) = (channel("1.2", "PJSIP/101-2", "Ringing"), channel("1.3", "PJSIP/102-3", "Ringing"));
    let answers = channel("1.3", "PJSIP/102-3", "Up");
    let told = play(
        &mut fold(),
        &[
            created(&trunk),
            dial(&trunk, &channel("1.2", "PJSIP/101-2", "Down"), ""),
            state(&first),
            dial(&trunk, &first, "NOANSWER"),
            destroyed(&first, 0),
            dial(&trunk, &channel("1.3", "PJSIP/102-3", "Down"), ""),
            state(&second),
            state(&answers),
            destroyed(&answers, 16),
            destroyed(&trunk, 16),
        ],
    );
    let expected = [
        "101 rings queue=soporte = CustomerRinging",
        "customer answers queue=soporte",
        "101 ends 19 queue=soporte",
        "102 rings queue=soporte = CustomerRinging",
        "102 answers queue=soporte = Connected",
        "102 ends 16 queue=soporte",
        "customer ends 16 /487 queue=soporte = Ended",
    ];
    assert_eq!(told, expected);
}

#[test]
fn of_two_devices_one_answers_and_the_other_was_answered_elsewhere() {
    let trunk = trunk();
    let (desk, soft) = (channel("1.2", "PJSIP/101-2", "Ringing"), channel("1.3", "PJSIP/101-3", "Ringing"));
    let answers = channel("1.3", "PJSIP/101-3", "Up");
    let told = play(
        &mut fold(),
        &[
            created(&trunk),
            dial(&trunk, &desk, ""),
            dial(&trunk, &soft, ""),
            state(&answers),
            dial(&trunk, &desk, "CANCEL"),
            destroyed(&desk, 26),
        ],
    );
    let expected = [
        "101 rings = CustomerRinging",
        "customer answers",
        "101 rings = CustomerRinging",
        "101 answers = Connected",
        "101 ends 26",
    ];
    assert_eq!(told, expected);
}

#[test]
fn pairs_inside_asterisk_are_folded_away() {
    let trunk = in_app(trunk(), "Queue", "600");
    let one = channel("1.2", "Local/101@from-queue-00000000;1", "Down");
    let two = channel("1.3", "Local/101@from-queue-00000000;2", "Ring");
    let (rings, answers) = (channel("1.4", "PJSIP/101-4", "Ringing"), channel("1.4", "PJSIP/101-4", "Up"));
    let mut fold = fold();
    let told = play(
        &mut fold,
        &[
            created(&trunk),
            created(&one),
            created(&two),
            // Before the queue says that it dials the pair.
            dial(&two, &rings, "RINGING"),
            dial(&trunk, &one, ""),
            dial(&two, &answers, "ANSWER"),
            enters(&answers, "b", &[&answers, &two]),
            destroyed(&one, 16),
            destroyed(&two, 16),
            enters(&answers, "c", &[&answers, &trunk]),
            destroyed(&answers, 16),
            destroyed(&trunk, 16),
        ],
    );
    let expected = [
        "101 rings queue=600 = CustomerRinging",
        "customer answers queue=600",
        "101 answers queue=600 = Connected",
        "101 ends 16 queue=600",
        "customer ends 16 /487 queue=600 = Ended",
    ];
    assert_eq!(told, expected);
    assert!(fold.len() == 0 && fold.calls.is_empty() && fold.halves.is_empty());
}

#[test]
fn a_colleague_is_asked_first_and_then_gets_the_customer() {
    let (trunk, own) = (trunk(), channel("1.2", "PJSIP/101-2", "Up"));
    let second = from(channel("1.3", "PJSIP/101-3", "Ring"), "101", "102");
    let (rings, answers) = (channel("1.4", "PJSIP/102-4", "Ringing"), channel("1.4", "PJSIP/102-4", "Up"));
    let mut fold = fold();
    let read = |event: Value| serde_json::from_value::<Event>(event).expect("an event");
    let events = [
        created(&trunk),
        dial(&trunk, &own, ""),
        created(&second),
        dial(&second, &rings, ""),
        dial(&second, &answers, "ANSWER"),
        state(&channel("1.3", "PJSIP/101-3", "Up")),
        enters(&answers, "b", &[&answers, &second]),
        json!({ "type": "BridgeAttendedTransfer", "transferer_first_leg": own, "transferer_second_leg": second,
                "transferee": trunk, "transfer_target": answers, "result": "Success" }),
        enters(&trunk, "b", &[&answers, &trunk]),
        destroyed(&own, 16),
        destroyed(&second, 16),
        destroyed(&answers, 16),
        destroyed(&trunk, 16),
    ];
    let pushes = events.into_iter().flat_map(|event| fold.event(&read(event), None));
    let told: Vec<String> =
        pushes.map(|push| format!("{} {}", push.external_id.clone().unwrap_or_default(), line(&push))).collect();
    let expected = [
        "1.1 101 answers = Connected",
        "1.1 customer answers",
        "1.3 102 rings = CustomerRinging",
        "1.3 customer answers",
        "1.3 102 answers = Connected",
        // What was between colleagues is over, and the colleague is in the customer's call.
        "1.3 customer ends",
        "1.3 102 ends = Ended",
        "1.1 102 answers passed_by=101 = Connected",
        "1.1 101 ends 16",
        "1.1 102 ends 16 passed_by=101",
        "1.1 customer ends 16 /487 passed_by=101 = Ended",
    ];
    let told: Vec<&str> = told.iter().map(String::as_str).collect();
    assert_eq!(told, expected);
    assert!(fold.calls.is_empty());
}

#[test]
fn another_phone_picks_up_what_rings() {
    let trunk = trunk();
    let rings = channel("1.2", "PJSIP/101-2", "Ringing");
    let picked = channel("1.2", "PJSIP/102-5", "Up");
    let told = play(&mut fold(), &[created(&trunk), dial(&trunk, &rings, ""), state(&picked)]);
    assert_eq!(told, ["101 rings = CustomerRinging", "customer answers", "101 ends 26", "102 answers = Connected"]);
}

#[test]
fn voicemail_takes_a_caller_nobody_answered() {
    let (trunk, rings) = (trunk(), channel("1.2", "PJSIP/101-2", "Ringing"));
    let mut answered = in_app(trunk.clone(), "VoiceMail", "101@default");
    answered["state"] = "Up".into();
    let told = play(
        &mut fold(),
        &[
            created(&trunk),
            dial(&trunk, &rings, ""),
            dial(&trunk, &rings, "NOANSWER"),
            destroyed(&rings, 0),
            state(&answered),
            destroyed(&answered, 16),
        ],
    );
    let expected = [
        "101 rings = CustomerRinging",
        "customer answers",
        "101 ends 19",
        "voicemail answers",
        "customer ends 16 = Missed",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_phone_that_dials_by_itself_is_seen_and_a_feature_code_is_nobodys_call() {
    let own = from(channel("1.1", "PJSIP/101-1", "Ring"), "101", "03001234567");
    let (rings, up) = (channel("1.2", "PJSIP/trunk-2", "Ringing"), channel("1.2", "PJSIP/trunk-2", "Up"));
    let mut fold = fold();
    let told = play(&mut fold, &[created(&own), dial(&own, &rings, "RINGING"), dial(&own, &up, "ANSWER")]);
    let expected = ["101 answers = AgentAnswered", "customer rings = CustomerRinging", "customer answers = Connected"];
    assert_eq!(told, expected);
    let code = from(channel("2.1", "PJSIP/102-7", "Ring"), "102", "*97");
    let told = play(&mut fold, &[created(&code), state(&channel("2.1", "PJSIP/102-7", "Up")), destroyed(&code, 16)]);
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn a_call_between_colleagues_is_an_internal_one() {
    let own = from(channel("1.1", "PJSIP/101-1", "Ring"), "101", "102");
    let rings = channel("1.2", "PJSIP/102-2", "Ringing");
    let read = |event: Value| serde_json::from_value::<Event>(event).expect("an event");
    let mut fold = fold();
    let events = [created(&own), dial(&own, &rings, ""), destroyed(&own, 16), destroyed(&rings, 16)];
    let pushes: Vec<Push> = events.into_iter().flat_map(|event| fold.event(&read(event), None)).collect();
    let told: Vec<String> = pushes.iter().map(line).collect();
    assert_eq!(
        told,
        ["102 rings = CustomerRinging", "customer answers", "customer ends 16 /487", "102 ends 16 = Missed"]
    );
    assert_eq!((pushes[0].ani.0.display(), pushes[0].dnis.0.display()), ("101".to_owned(), "102".to_owned()));
}

#[test]
fn a_withheld_number_is_never_told() {
    let mut trunk = trunk();
    trunk["channelvars"] = json!({ "CALLERID(num-pres)": "prohib_not_screened" });
    trunk["caller"]["name"] = "MARIA".into();
    let rings = channel("1.2", "PJSIP/101-2", "Ringing");
    let mut fold = fold();
    let read = |event: Value| serde_json::from_value::<Event>(event).expect("an event");
    let pushes: Vec<Push> = [created(&trunk), dial(&trunk, &rings, "")]
        .into_iter()
        .flat_map(|event| fold.event(&read(event), None))
        .collect();
    assert!(pushes.iter().all(|push| push.ani.0 == pushes[0].ani.0));
    assert!(pushes[0].ani.0 == ringcard_core::number::Party::Hidden && pushes[0].party_name.is_none());
}

#[test]
fn a_snapshot_finds_calls_that_were_there_and_whose_they_are() {
    let trunk = in_app(from(channel("1.1", "PJSIP/trunk-1", "Up"), "3001234567", "5716017000"), "Queue", "soporte");
    let mut rings = in_app(channel("1.2", "PJSIP/101-2", "Ringing"), "AppQueue", "(Outgoing Line)");
    rings["connected"] = json!({ "name": "", "number": "3001234567" });
    let other = from(channel("2.1", "PJSIP/trunk-3", "Up"), "6015551234", "5716017000");
    let speaks = in_app(channel("2.2", "PJSIP/102-4", "Up"), "AppDial", "(Outgoing Line)");
    let bridge = BridgeNow { id: "b".into(), bridge_type: "mixing".into(), channels: vec!["2.1".into(), "2.2".into()] };
    let mut fold = fold();
    let channels: Vec<ChannelNow> = [&trunk, &rings, &other, &speaks].map(now).to_vec();
    let pushes = fold.snapshot(&channels, &[bridge], None);
    let told: Vec<String> = pushes.iter().map(|push| format!("{} {}", push.ani.0.display(), line(push))).collect();
    let mut told: Vec<&str> = told.iter().map(String::as_str).collect();
    told.sort_unstable();
    let expected = [
        "+57 300 1234567 101 rings queue=soporte = CustomerRinging",
        "+57 300 1234567 customer answers queue=soporte",
        "+57 601 5551234 102 answers = Connected",
        "+57 601 5551234 customer answers",
    ];
    assert_eq!(told, expected);
    // And once more: nothing is new.
    assert!(fold.snapshot(&channels, &[], None).is_empty() && fold.sweep(None).is_empty());
    assert!(fold.going().contains("1.1") && fold.going().contains("2.1"));
    assert_eq!(fold.own_call("102", None), Some(OwnCall { channel: "2.2".into(), held: false }));
}

/// A click whose phone was picked up, and the way out that is tried first.
fn clicked() -> (Value, Vec<Value>) {
    let own = |state: &str| in_app(channel("1.1", "PJSIP/101-1", state), "AppDial2", "(Outgoing Line)");
    let rings = json!({ "type": "Dial", "peer": own("Ringing"), "dialstatus": "RINGING", "dialstring": "101" });
    let dials = in_app(channel("1.1", "PJSIP/101-1", "Up"), "Dial", "PJSIP/3001234567@trunk-a");
    (dials.clone(), vec![created(&own("Down")), rings, state(&own("Up")), dialplan(&dials)])
}

fn dialplan(channel: &Value) -> Value {
    json!({ "type": "ChannelDialplan", "channel": channel, "dialplan_app": "", "dialplan_app_data": "" })
}

#[test]
fn a_way_out_that_fails_is_no_end_as_long_as_the_next_one_is_tried() {
    let (own, begins) = clicked();
    let (one, two) = (channel("1.2", "PJSIP/trunk-a-2", "Down"), channel("1.3", "PJSIP/trunk-b-3", "Down"));
    let (rings, up) = (channel("1.3", "PJSIP/trunk-b-3", "Ringing"), channel("1.3", "PJSIP/trunk-b-3", "Up"));
    let fails = [dial(&own, &one, ""), dial(&own, &one, "CONGESTION"), destroyed(&one, 34)];
    let next = [dialplan(&in_app(own.clone(), "GotoIf", "0?out")), dialplan(&own), dial(&own, &two, "")];
    let begun = ["101 rings = AgentRinging", "101 answers = AgentAnswered"];
    // The second one is answered.
    let ends = [state(&rings), dial(&own, &up, "ANSWER"), destroyed(&up, 16), destroyed(&own, 16)];
    let told = play(&mut fold(), &[&begins[..], &fails, &next, &ends].concat());
    let expected = [
        "customer rings = CustomerRinging",
        "customer ends 34",
        "customer answers = Connected",
        "customer ends 16",
        "101 ends 16 = Ended",
    ];
    assert_eq!(told, [&begun[..], &expected].concat());
    // It fails, too, and before it rang: the last reason is the reason.
    let ends = [destroyed(&two, 1), dialplan(&in_app(own.clone(), "Congestion", "")), destroyed(&own, 1)];
    let mut fold_of_two = fold();
    let told = play(&mut fold_of_two, &[&begins[..], &fails, &next, &ends].concat());
    let over = r#"101 ends 1 = failed Customer: Other { reason: NoSuchNumber, detail: "Q.850 1""#;
    assert_eq!(told, [&begun[..], &["customer ends 1", "customer ends 34", over]].concat());
    assert!(fold_of_two.len() == 0 && fold_of_two.calls.is_empty());
    // Whoever clicked gives up while the second one is tried.
    let gives_up = json!({ "type": "ChannelHangupRequest", "channel": own });
    let ends = [state(&rings), gives_up, dial(&own, &rings, "CANCEL"), destroyed(&rings, 127), destroyed(&own, 16)];
    let told = play(&mut fold(), &[&begins[..], &fails, &next, &ends].concat());
    let expected =
        ["customer rings = CustomerRinging", "customer ends 34", "101 ends 16", "customer ends 16 /487 = Ended"];
    assert_eq!(told, [&begun[..], &expected].concat());
}

#[test]
fn where_nothing_else_is_tried_the_end_is_told_at_once() {
    let (own, begins) = clicked();
    let one = channel("1.2", "PJSIP/trunk-a-2", "Down");
    let fails = [dial(&own, &one, ""), dial(&own, &one, "CONGESTION"), destroyed(&one, 34)];
    let mut fold = fold();
    play(&mut fold, &begins);
    play(&mut fold, &fails);
    let tone = dialplan(&in_app(own, "Congestion", "20"));
    assert_eq!(play(&mut fold, &[tone]), ["customer ends 34"]);
}

#[test]
fn of_two_ways_out_at_once_one_is_answered_and_the_other_let_go() {
    let (own, begins) = clicked();
    let (one, two) = (channel("1.2", "PJSIP/trunk-a-2", "Ringing"), channel("1.3", "PJSIP/trunk-b-3", "Ringing"));
    let up = channel("1.3", "PJSIP/trunk-b-3", "Up");
    let mut fold = fold();
    play(&mut fold, &begins);
    let told = play(
        &mut fold,
        &[dial(&own, &one, ""), dial(&own, &two, ""), state(&up), dial(&own, &one, "CANCEL"), destroyed(&one, 26)],
    );
    let expected = [
        "customer rings = CustomerRinging",
        "customer rings = CustomerRinging",
        "customer answers = Connected",
        "customer ends 26",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_id_that_is_used_again_after_a_restart_is_another_channel() {
    let born = |mut channel: Value, at: &str| {
        channel["creationtime"] = at.into();
        channel
    };
    let (trunk_then, trunk_now) = (born(trunk(), "10:00"), born(from(trunk(), "6015551234", "5716017000"), "11:00"));
    let rings = channel("1.2", "PJSIP/101-2", "Ringing");
    let (rings_then, rings_now) = (born(rings.clone(), "10:00"), born(rings, "11:00"));
    let begins = [created(&trunk_then), created(&rings_then), dial(&trunk_then, &rings_then, "")];
    // In its events.
    let mut by_events = fold();
    play(&mut by_events, &begins);
    let told = play(&mut by_events, &[created(&trunk_now), created(&rings_now), dial(&trunk_now, &rings_now, "")]);
    let ends = ["customer ends 16 /487", "101 ends = Missed"];
    let begins_anew = ["101 rings = CustomerRinging", "customer answers"];
    assert_eq!(told, [ends, begins_anew].concat());
    // In what there is after a gap.
    let mut by_snapshot = fold();
    play(&mut by_snapshot, &begins);
    let mut now_there = rings_now.clone();
    now_there["connected"] = json!({ "name": "", "number": "6015551234" });
    let there = [now(&in_app(trunk_now, "Dial", "")), now(&in_app(now_there, "AppDial", ""))];
    let pushes = by_snapshot.snapshot(&there, &[], None);
    let told: Vec<String> = pushes.iter().map(line).collect();
    assert_eq!(told, [ends, begins_anew].concat());
    assert_eq!(pushes[3].ani.0.display(), "+57 601 5551234");
}

#[test]
fn a_word_that_comes_after_the_end_brings_nothing_back() {
    let (trunk, rings) = (trunk(), channel("1.2", "PJSIP/101-2", "Ringing"));
    let mut fold = fold();
    play(&mut fold, &[created(&trunk), dial(&trunk, &rings, ""), destroyed(&rings, 26), destroyed(&trunk, 16)]);
    let told = play(&mut fold, &[dial(&trunk, &rings, "CANCEL"), state(&rings), dialplan(&trunk)]);
    assert!(told.is_empty() && fold.len() == 0 && fold.calls.is_empty(), "{told:?}");
}

#[test]
fn a_click_that_was_ringing_before_we_looked_is_no_incoming_call() {
    let mut rings = in_app(channel("ringcard-1", "PJSIP/101-2", "Ringing"), "AppDial2", "(Outgoing Line)");
    rings["connected"] = json!({ "name": "", "number": "3001234567" });
    let pushes = fold().snapshot(&[now(&rings)], &[], None);
    let told: Vec<String> = pushes.iter().map(|push| format!("{} {}", push.dnis.0.display(), line(push))).collect();
    assert_eq!(told, ["+57 300 1234567 101 rings = AgentRinging"]);
}

#[test]
fn a_call_whose_first_channel_is_gone_keeps_its_id_where_channels_carry_it() {
    let linked = |mut channel: Value| {
        channel["channelvars"] = json!({ "CHANNEL(linkedid)": "1.0" });
        channel
    };
    let rings = linked(in_app(channel("1.2", "PJSIP/101-2", "Ringing"), "AppDial", "(Outgoing Line)"));
    let trunk = linked(in_app(trunk(), "Dial", ""));
    let mut fold = fold();
    let pushes = fold.snapshot(&[now(&rings), now(&trunk)], &[], None);
    assert!(!pushes.is_empty() && pushes.iter().all(|push| push.external_id.as_deref() == Some("1.0")), "{pushes:?}");
    assert!(fold.going().contains("1.0"));
}

#[test]
fn an_end_that_came_before_the_snapshot_keeps_its_cause() {
    let (trunk, rings) = (trunk(), channel("1.2", "PJSIP/101-2", "Ringing"));
    let mut fold = fold();
    play(&mut fold, &[created(&trunk), dial(&trunk, &rings, "")]);
    assert!(fold.snapshot(&[now(&trunk)], &[], None).is_empty());
    assert_eq!(play(&mut fold, &[destroyed(&rings, 21)]), ["101 ends 21"]);
    assert!(fold.sweep(None).is_empty());
}

#[test]
fn ten_thousand_channels_are_taken_in_and_let_go() {
    let trunks: Vec<ChannelNow> = (0..5_000)
        .map(|no| {
            now(&from(
                channel(&format!("1.{no}"), &format!("PJSIP/trunk-{no:08x}"), "Ring"),
                "3001234567",
                "5716017000",
            ))
        })
        .collect();
    let phones = (0..5_000).map(|no| {
        let mut phone =
            in_app(channel(&format!("2.{no}"), &format!("PJSIP/{}-{no:08x}", 1000 + no), "Ringing"), "AppDial", "");
        phone["connected"] = json!({ "name": "", "number": format!("{}", 3_000_000_000_u64 + no) });
        now(&phone)
    });
    let all: Vec<ChannelNow> = trunks.into_iter().chain(phones).collect();
    let mut fold = fold();
    assert_eq!(fold.snapshot(&all, &[], None).len(), 5_000);
    assert_eq!(fold.len(), 10_000);
    fold.snapshot(&[], &[], None);
    fold.sweep(None);
    assert_eq!(fold.len(), 0);
}

#[test]
fn a_name_that_comes_as_sip_quotes_it_is_told_as_it_is_meant() {
    let mut trunk = trunk();
    trunk["caller"]["name"] = "Ana \\\"la Jefa\\\" Núñez".into();
    let phone = channel("1.2", "PJSIP/101-2", "Ringing");
    let mut fold = fold();
    let events = [created(&trunk), created(&phone), dial(&trunk, &phone, "RINGING")];
    let read = |event: &Value| serde_json::from_value::<Event>(event.clone()).expect("an event");
    let told: Vec<Push> = events.iter().flat_map(|event| fold.event(&read(event), None)).collect();
    assert_eq!(told.first().and_then(|push| push.party_name.as_deref()), Some("Ana \"la Jefa\" Núñez"));
}
