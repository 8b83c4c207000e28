//! A call goes from one phone to another.

use super::Scene;
use crate::peers::{
    sip::Caller,
    world::{MARIA, World},
};
use serde_json::Value;

pub fn scenes() -> Vec<Scene> {
    vec![
        Scene {
            name: "transfer: blind, 102 picks up",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over, 102 over (from 101)",
                "Ana: ringing, connected, ended, ended (passed to Béla)",
                "Béla: ringing (from Ana), connected (from Ana), ended (from Ana)",
            ],
            play: blind,
        },
        Scene {
            name: "transfer: blind, 102 does not pick up",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over, 102 not answered (from 101)",
                "Ana: ringing, connected, ended, ended (passed to Béla)",
                "Béla: ringing (from Ana), answered elsewhere (not answered) (from Ana)",
            ],
            play: blind_not_answered,
        },
        Scene {
            name: "transfer: attended, 102 is asked first",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over, 102 over (from 101)",
                "inbound 101 > 102 “Ana”: ended, talked; 102 over",
                "Ana: ringing, connected, connected (held), connected, ended (passed to Béla)",
                "Béla: ringing, connected, ended",
                "Béla: connected (from Ana), ended (from Ana)",
            ],
            play: attended,
        },
        Scene {
            name: "transfer: attended, given away while 102 rings",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over, 102 over (from 101)",
                "inbound 101 > 102 “Ana”: missed; 102 caller gone",
                "Ana: ringing, connected, connected (held), connected, ended (passed to Béla)",
                "Béla: ringing, missed",
                "Béla: ringing (from Ana), connected (from Ana), ended (from Ana)",
            ],
            play: half_attended,
        },
        Scene {
            name: "transfer: attended, 102 does not want it",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over",
                "inbound 101 > 102 “Ana”: missed; 102 declined",
                "Ana: ringing, connected, connected (held), connected, ended",
                "Béla: ringing, answered elsewhere (declined), missed (declined)",
            ],
            play: attended_declined,
        },
        Scene {
            name: "pick-up: 102 takes what rings at 101",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 answered elsewhere, 102 over",
                "Ana: ringing, answered elsewhere",
                "Béla: connected, ended",
            ],
            play: picked_up,
        },
        Scene {
            name: "park: 101 parks, 102 fetches",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over, 102 over (from 101)",
                "Ana: ringing, connected, ended, ended (passed to Béla)",
                "Béla: connected (from Ana), ended (from Ana)",
            ],
            play: parked,
        },
        Scene {
            name: "park: 101 parks, and the caller hangs up",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over",
                "Ana: ringing, connected, ended",
            ],
            play: parked_given_up,
        },
    ]
}

const ANA: Caller<'static> = Caller::new("101", "Ana");

/// Maria waits while Ana calls Béla: Maria's end, Ana's two, and Béla's.
fn ask_bela(world: &mut World) -> Result<(String, [String; 2], String), String> {
    let (theirs, ours) = speak_with_ana(world)?;
    world.p101.hold(&ours, true)?;
    world.ana.until("held", |call| call["course"]["legs"][0]["held"] == true)?;
    let asked = world.p101.call("102", ANA)?;
    let second = world.rings_at_bela()?;
    Ok((theirs, [ours, asked], second))
}

fn attended(world: &mut World) -> Result<(), String> {
    let (theirs, [ours, asked], second) = ask_bela(world)?;
    world.p102.answer(&second)?;
    world.bela.until_state("connected")?;
    world.speak();
    world.p101.pass_to_asked(&ours, &asked)?;
    world.bela.until("to have Maria", is_marias)?;
    world.p101.hang_up(&ours)?;
    world.p101.hang_up(&asked)?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p102.until_over(&second).map(drop)
}

fn half_attended(world: &mut World) -> Result<(), String> {
    let (theirs, [ours, asked], second) = ask_bela(world)?;
    world.p101.pass_to_asked(&ours, &asked)?;
    world.bela.until("to ring with Maria", is_marias)?;
    world.p101.hang_up(&ours)?;
    world.p101.hang_up(&asked)?;
    world.p102.answer(&second)?;
    world.bela.until("to have Maria", |call| is_marias(call) && call["state"]["kind"] == "connected")?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p102.until_over(&second).map(drop)
}

fn attended_declined(world: &mut World) -> Result<(), String> {
    let (theirs, [ours, asked], second) = ask_bela(world)?;
    world.p102.refuse(&second, "603 Decline")?;
    world.p101.until_over(&asked)?;
    world.p101.hold(&ours, false)?;
    world.ana.until("resumed", |call| call["course"]["legs"][0]["held"] == false)?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p101.until_over(&ours).map(drop)
}

fn is_marias(call: &Value) -> bool {
    call["ani"]["e164"] == MARIA.number
}

fn picked_up(world: &mut World) -> Result<(), String> {
    let theirs = world.maria_calls("5716017001")?;
    let rang = world.rings_at_ana()?;
    let own = world.p102.call("*8101", Caller::new("102", "Bela"))?;
    world.bela.until_state("connected")?;
    world.p101.until_over(&rang)?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p102.until_over(&own).map(drop)
}

/// Maria waits at the first place.
fn park(world: &mut World) -> Result<String, String> {
    let (theirs, ours) = speak_with_ana(world)?;
    world.p101.pass_blind(&ours, "700")?;
    world.ana.until_state("ended")?;
    world.p101.hang_up(&ours)?;
    world.speak();
    Ok(theirs)
}

fn parked(world: &mut World) -> Result<(), String> {
    let theirs = park(world)?;
    let own = world.p102.call("701", Caller::new("102", "Bela"))?;
    world.bela.until_state("connected")?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p102.until_over(&own).map(drop)
}

fn parked_given_up(world: &mut World) -> Result<(), String> {
    let theirs = park(world)?;
    world.carrier.hang_up(&theirs)
}

/// Maria speaks with Ana; both ends.
fn speak_with_ana(world: &mut World) -> Result<(String, String), String> {
    let theirs = world.maria_calls("5716017001")?;
    let ours = world.rings_at_ana()?;
    world.p101.answer(&ours)?;
    world.ana.until_state("connected")?;
    world.speak();
    Ok((theirs, ours))
}

fn blind(world: &mut World) -> Result<(), String> {
    let (theirs, ours) = speak_with_ana(world)?;
    world.p101.pass_blind(&ours, "102")?;
    let (second, rang) = world.p102.rings()?;
    let told = world.bela.until_state("ringing")?;
    world.card(rang, told.at);
    world.p101.hang_up(&ours)?;
    world.p102.answer(&second)?;
    world.bela.until_state("connected")?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p102.until_over(&second).map(drop)
}

fn blind_not_answered(world: &mut World) -> Result<(), String> {
    let (theirs, ours) = speak_with_ana(world)?;
    world.p101.pass_blind(&ours, "102")?;
    let (second, _) = world.p102.rings()?;
    world.p101.hang_up(&ours)?;
    world.p102.until_over(&second)?;
    world.carrier.until_over(&theirs).map(drop)
}
