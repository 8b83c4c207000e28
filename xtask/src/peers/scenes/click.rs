//! An agent clicks a number: their phone rings first, then the customer's.

use super::Scene;
use crate::peers::world::World;

const CUSTOMER: &str = "+573009876543";

pub fn scenes() -> Vec<Scene> {
    vec![
        Scene {
            name: "click: answered",
            right: &[
                "outbound 101 > +573009876543: ended, talked; 101 over",
                "Ana: starting, agent ringing, ringing, connected, ended",
            ],
            play: answered,
        },
        Scene {
            name: "click: the agent declines",
            right: &[
                "outbound 101 > +573009876543: failed (agent: declined); 101 declined",
                "Ana: starting, agent ringing, failed (agent: declined)",
            ],
            play: |world| agent_refuses(world, "603 Decline"),
        },
        Scene {
            name: "click: the agent's phone is busy",
            right: &[
                "outbound 101 > +573009876543: failed (agent: busy); 101 busy",
                "Ana: starting, agent ringing, failed (agent: busy)",
            ],
            play: |world| agent_refuses(world, "486 Busy Here"),
        },
        Scene {
            name: "click: the agent does not pick up",
            right: &[
                "outbound 101 > +573009876543: failed (agent: no answer); 101 not answered",
                "Ana: starting, agent ringing, failed (agent: no answer)",
            ],
            play: agent_does_not_pick_up,
        },
        Scene {
            name: "click: the extension is unknown",
            right: &["refused with 502: Asterisk has no endpoint for it"],
            play: |world| refused(world, "Nobody"),
        },
        Scene {
            name: "click: no phone is registered",
            right: &["refused with 502: no phone is registered for extension 103"],
            play: |world| refused(world, "Carla"),
        },
        Scene {
            name: "click: the customer is busy",
            right: &[
                "outbound 101 > +573009876543: failed (customer: busy); 101 over",
                "Ana: starting, agent ringing, ringing, failed (customer: busy)",
            ],
            play: |world| customer_refuses(world, "486 Busy Here"),
        },
        Scene {
            name: "click: the customer declines",
            right: &[
                "outbound 101 > +573009876543: failed (customer: declined); 101 over",
                "Ana: starting, agent ringing, ringing, failed (customer: declined)",
            ],
            play: |world| customer_refuses(world, "603 Decline"),
        },
        Scene {
            name: "click: the customer does not answer",
            right: &[
                "outbound 101 > +573009876543: failed (customer: no answer); 101 over",
                "Ana: starting, agent ringing, ringing, failed (customer: no answer)",
            ],
            play: customer_does_not_answer,
        },
        Scene {
            name: "click: the number does not exist",
            right: &[
                "outbound 101 > +573009876543: failed (customer: no such number); 101 over",
                "Ana: starting, agent ringing, ringing, failed (customer: no such number)",
            ],
            play: |world| customer_refuses(world, "404 Not Found"),
        },
        Scene {
            name: "click: the provider has no line",
            right: &[
                "outbound 101 > +573009876543: failed (customer: congested); 101 over",
                "Ana: starting, agent ringing, ringing, failed (customer: congested)",
            ],
            play: |world| customer_refuses(world, "503 Service Unavailable"),
        },
        Scene {
            name: "click: the agent hangs up before the customer answers",
            right: &[
                "outbound 101 > +573009876543: ended, not reached; 101 over",
                "Ana: starting, agent ringing, ringing, ended (not reached)",
            ],
            play: agent_gives_up,
        },
        Scene {
            name: "click: a colleague",
            right: &[
                "outbound 101 > 102: ended, talked; 101 over",
                "Ana: starting, agent ringing, ringing, connected, ended",
            ],
            play: colleague,
        },
    ]
}

/// Ana clicks, and her phone rings and shows whom she calls.
pub(super) fn clicked(world: &World) -> Result<String, String> {
    world.hub.dial("Ana", CUSTOMER)?;
    let (own, _) = world.p101.rings()?;
    world.ana.until_state("agent_ringing")?;
    let shows = world.p101.shows(&own);
    let is_right = shows.contains("573009876543");
    is_right.then_some(own).ok_or_else(|| format!("the agent's phone shows {shows}"))
}

/// Until the customer's phone rings.
pub(super) fn customer_rings(world: &World) -> Result<(String, String), String> {
    let own = clicked(world)?;
    world.p101.answer(&own)?;
    let theirs = world.rings_at_customer()?;
    world.ana.until_state("ringing")?;
    Ok((own, theirs))
}

pub(super) fn answered(world: &mut World) -> Result<(), String> {
    let (own, theirs) = customer_rings(world)?;
    world.carrier.answer(&theirs)?;
    world.ana.until_state("connected")?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p101.until_over(&own).map(drop)
}

fn agent_refuses(world: &mut World, status: &str) -> Result<(), String> {
    let own = clicked(world)?;
    world.p101.refuse(&own, status)
}

fn agent_does_not_pick_up(world: &mut World) -> Result<(), String> {
    let own = clicked(world)?;
    world.p101.until_over(&own).map(drop)
}

/// What a person is told, without a call that rings anywhere.
fn refused(world: &mut World, agent: &str) -> Result<(), String> {
    let told = match world.hub.dial(agent, CUSTOMER) {
        Ok(answer) => format!("not refused: {answer}"),
        Err(said) if said.contains(": 502 ") && said.contains("no phone is registered for extension 103") => {
            "refused with 502: no phone is registered for extension 103".to_owned()
        }
        Err(said) if said.contains(": 502 ") && said.contains("it does not exist") => {
            "refused with 502: Asterisk has no endpoint for it".to_owned()
        }
        Err(said) => said,
    };
    world.in_short = Some(vec![told]);
    Ok(())
}

pub(super) fn customer_refuses(world: &mut World, status: &str) -> Result<(), String> {
    let (own, theirs) = customer_rings(world)?;
    world.carrier.refuse(&theirs, status)?;
    world.p101.until_over(&own).map(drop)
}

fn customer_does_not_answer(world: &mut World) -> Result<(), String> {
    let (own, _) = customer_rings(world)?;
    world.p101.until_over(&own).map(drop)
}

pub(super) fn agent_gives_up(world: &mut World) -> Result<(), String> {
    let (own, theirs) = customer_rings(world)?;
    world.speak();
    world.p101.hang_up(&own)?;
    world.carrier.until_over(&theirs).map(drop)
}

pub(super) fn colleague(world: &mut World) -> Result<(), String> {
    world.hub.dial("Ana", "102")?;
    let (own, _) = world.p101.rings()?;
    world.ana.until_state("agent_ringing")?;
    world.p101.answer(&own)?;
    let (theirs, _) = world.p102.rings()?;
    world.ana.until_state("ringing")?;
    world.p102.answer(&theirs)?;
    world.ana.until_state("connected")?;
    world.speak();
    world.p102.hang_up(&theirs)?;
    world.p101.until_over(&own).map(drop)
}
