//! Calls that MixMonitor records: given by ARI, pushed by the dialplan, paused by the button on the card.
//!
//! Phones here send no sound. While 101 has a caller on hold, Asterisk plays music to them, and that is what is recorded.

use super::Scene;
use crate::peers::world::World;
use serde_json::Value;
use std::time::{Duration, Instant};

/// By events: written into the folder ARI gives files of. By pushes: pushed when it is closed.
const BY_ARI: &str = "5716017020";
const BY_PUSH: &str = "5716017021";
const PATIENCE: Duration = Duration::from_secs(8);
const SAMPLES_IN_A_SECOND: usize = 8000;

pub fn scenes() -> Vec<Scene> {
    vec![
        Scene {
            name: "recorded: given by ARI",
            right: &[
                "inbound +573001234567 > +5716017020 “MARIA LOPEZ”: ended, talked; 101 over",
                "Ana: ringing, connected, connected (held), connected, ended",
                "recorded: sound",
            ],
            play: given,
        },
        Scene {
            name: "recorded: paused by the button, and resumed",
            right: &[
                "inbound +573001234567 > +5716017020 “MARIA LOPEZ”: ended, talked; 101 over",
                "Ana: ringing, connected, connected (held), connected (held) (recording paused), connected (held), connected, ended",
                "recorded: sound, silence, sound",
            ],
            play: paused,
        },
        Scene {
            name: "recorded: the caller hangs up while it is paused",
            right: &[
                "inbound +573001234567 > +5716017020 “MARIA LOPEZ”: ended, talked; 101 over",
                "recorded: sound, silence",
            ],
            play: over_while_paused,
        },
        Scene {
            name: "recorded: the hub is killed while it is paused, and is back",
            right: &[
                "inbound +573001234567 > +5716017020 “MARIA LOPEZ”: ended, talked; 101 over",
                "recorded: sound, silence, sound",
            ],
            play: hub_is_killed,
        },
    ]
}

pub fn pushed() -> Vec<Scene> {
    vec![Scene {
        name: "pushes: what MixMonitor wrote",
        right: &[
            "inbound +573001234567 > +5716017021 “MARIA LOPEZ”: ended, talked; 101 over",
            "Ana: ringing, connected, ended",
            "recorded: sound",
        ],
        play: pushed_by_the_dialplan,
    }]
}

/// Maria and Ana speak, Maria hears music for a while; both ends of the call.
fn speak(world: &mut World, number: &str) -> Result<(String, String), String> {
    let theirs = world.maria_calls(number)?;
    let ours = world.rings_at_ana()?;
    world.p101.answer(&ours)?;
    world.ana.until_state("connected")?;
    // Where the dialplan tells it, it does so before both are put together, and a hold before that is lost.
    world.pass(Duration::from_millis(300));
    world.p101.hold(&ours, true)?;
    world.speak();
    Ok((theirs, ours))
}

fn end(world: &mut World, (theirs, ours): &(String, String)) -> Result<(), String> {
    world.carrier.hang_up(theirs)?;
    world.p101.until_over(ours)?;
    let mut story = world.story()?;
    story.push(recorded(world)?);
    world.in_short = Some(story);
    Ok(())
}

fn resume_the_call(world: &mut World, ours: &str) -> Result<(), String> {
    world.p101.hold(ours, false)?;
    world.ana.until("resumed", |call| call["course"]["legs"][0]["held"] == false).map(drop)
}

fn given(world: &mut World) -> Result<(), String> {
    let call = speak(world, BY_ARI)?;
    resume_the_call(world, &call.1)?;
    end(world, &call)
}

fn pushed_by_the_dialplan(world: &mut World) -> Result<(), String> {
    let call = speak(world, BY_PUSH)?;
    world.p101.hold(&call.1, false)?;
    end(world, &call)
}

/// Presses the button, and waits until the desk tells it.
fn pause(world: &mut World, on: bool) -> Result<(), String> {
    let told = world.ana.until("recorded", |call| is_paused(call) == Some(!on))?;
    let pressed = Instant::now();
    world.ana.act(&told.call, if on { "pause_recording" } else { "resume_recording" })?;
    world.ana.until("another state of its recording", |call| is_paused(call) == Some(on))?;
    let which = if on { "paused" } else { "recorded again" };
    world.numbers.push(format!("{which}, and told, {} ms after the button", pressed.elapsed().as_millis()));
    Ok(())
}

fn is_paused(call: &Value) -> Option<bool> {
    call["controls"]["recording_paused"]["on"].as_bool()
}

fn paused(world: &mut World) -> Result<(), String> {
    let call = speak(world, BY_ARI)?;
    pause(world, true)?;
    world.speak();
    pause(world, false)?;
    world.speak();
    resume_the_call(world, &call.1)?;
    end(world, &call)
}

fn over_while_paused(world: &mut World) -> Result<(), String> {
    let call = speak(world, BY_ARI)?;
    pause(world, true)?;
    world.speak();
    end(world, &call)?;
    // How the desk heard of the last moment is told above.
    world.in_short.iter_mut().for_each(|lines| lines.retain(|line| !line.starts_with("Ana")));
    Ok(())
}

fn hub_is_killed(world: &mut World) -> Result<(), String> {
    let call = speak(world, BY_ARI)?;
    pause(world, true)?;
    world.hub.kill();
    world.speak();
    world.ana.forget();
    world.hub.begin()?;
    world.until_heard()?;
    pause(world, false)?;
    world.speak();
    end(world, &call)?;
    world.in_short.iter_mut().for_each(|lines| lines.retain(|line| !line.starts_with("Ana")));
    Ok(())
}

/// What is heard of the only call there was.
fn recorded(world: &World) -> Result<String, String> {
    let calls = world.new_calls()?;
    let [call] = calls.as_slice() else { return Err(format!("{} calls", calls.len())) };
    let until = Instant::now() + PATIENCE;
    let recording = loop {
        let told = world.hub.recordings(call)?;
        match told.as_slice() {
            [recording] => break recording.clone(),
            [] if Instant::now() < until => world.pass(Duration::from_millis(50)),
            others => return Err(format!("{} recordings are told", others.len())),
        }
    };
    // Where ARI is asked the moment the call is over, MixMonitor may still be writing.
    world.pass(Duration::from_millis(300));
    let samples = world.hub.heard(&recording)?;
    Ok(format!("recorded: {}", course(&samples)))
}

/// `sound, silence, sound`, of what goes on for a third of a second or more; not that nothing is heard before the first.
fn course(samples: &[i16]) -> String {
    let step = SAMPLES_IN_A_SECOND / 10;
    let is_loud = |piece: &[i16]| piece.iter().any(|sample| sample.unsigned_abs() > 100);
    let mut course: Vec<(bool, usize)> = Vec::new();
    for piece in samples.chunks(step) {
        match course.last_mut() {
            Some((loud, count)) if *loud == is_loud(piece) => *count += 1,
            _ => course.push((is_loud(piece), 1)),
        }
    }
    course.retain(|(_, count)| *count > 3);
    course.dedup_by_key(|(loud, _)| *loud);
    if course.first().is_some_and(|(loud, _)| !loud) {
        course.remove(0);
    }
    let words: Vec<&str> = course.iter().map(|(loud, _)| if *loud { "sound" } else { "silence" }).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::course;

    #[test]
    fn what_is_heard_is_told_without_what_is_too_short_to_be_heard() {
        let piece = |loud: bool, tenths: usize| vec![if loud { 3000_i16 } else { 0 }; tenths * 800];
        let samples =
            [piece(false, 7), piece(true, 10), piece(false, 2), piece(true, 5), piece(false, 10), piece(true, 8)]
                .concat();
        assert_eq!(course(&samples), "sound, silence, sound");
        assert_eq!(course(&[]), "nothing");
    }
}
