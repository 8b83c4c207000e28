//! Phones dial by themselves.

use super::Scene;
use crate::peers::{sip::Caller, world::World};

const ANA: Caller<'static> = Caller::new("101", "Ana");

pub fn scenes() -> Vec<Scene> {
    vec![
        Scene {
            name: "dialled at the phone: a customer answers",
            right: &["outbound 101 > +573009876543: ended, talked; 101 over", "Ana: ringing, connected, ended"],
            play: customer,
        },
        Scene {
            name: "dialled at the phone: the customer is busy",
            right: &[
                "outbound 101 > +573009876543: failed (customer: busy); 101 over",
                "Ana: ringing, failed (customer: busy)",
            ],
            play: busy,
        },
        Scene {
            name: "dialled at the phone: a colleague",
            right: &["inbound 101 > 102 “Ana”: ended, talked; 102 over", "Béla: ringing, connected, ended"],
            play: colleague,
        },
    ]
}

fn customer(world: &mut World) -> Result<(), String> {
    let own = world.p101.call("573009876543", ANA)?;
    let (theirs, _) = world.carrier.rings()?;
    world.ana.until_state("ringing")?;
    world.carrier.answer(&theirs)?;
    world.ana.until_state("connected")?;
    world.speak();
    world.p101.hang_up(&own)?;
    world.carrier.until_over(&theirs).map(drop)
}

fn busy(world: &mut World) -> Result<(), String> {
    let own = world.p101.call("573009876543", ANA)?;
    let (theirs, _) = world.carrier.rings()?;
    world.ana.until_state("ringing")?;
    world.carrier.refuse(&theirs, "486 Busy Here")?;
    world.p101.until_over(&own).map(drop)
}

fn colleague(world: &mut World) -> Result<(), String> {
    let own = world.p101.call("102", ANA)?;
    let theirs = world.rings_at_bela()?;
    world.p102.answer(&theirs)?;
    world.bela.until_state("connected")?;
    world.speak();
    world.p101.hang_up(&own)?;
    world.p102.until_over(&theirs).map(drop)
}
