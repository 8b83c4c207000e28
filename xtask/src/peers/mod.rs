//! `cargo xtask peers …`: the product beside a real telephone system, played through with real calls.
//!
//! `crate::place` (the folder it is installed in, the namespaces it runs in; of the network, too: no port of this machine is
//! taken, and nothing in there reaches the network) → `pbx` (its process), `sip` (phones and a carrier),
//! `hub` and `desk` (ours, from outside) → `world` → `scenes` (what is played, what is right) → `report`.
//! Opt-in and as root: it installs a system from the distribution.

mod desk;
mod hub;
mod pbx;
mod report;
mod scenes;
mod sip;
mod snippet;
mod story;
mod witness;
mod world;

use crate::{
    checkout::Checkout,
    place::{self, Place, Purpose},
    shell,
};
use hub::{By, HubProcess};
use pbx::Pbx;
use std::{env, fs, path::PathBuf, process::Command, time::Instant};
use witness::Witness;
use world::World;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    peer: Peer,
}

#[derive(clap::Subcommand)]
enum Peer {
    /// Asterisk, by its own events and by the dialplan's pushes
    Asterisk(Play),
}

#[derive(clap::Args)]
struct Play {
    /// Debian's release that has it: sid (22), bullseye (16)
    #[arg(long, default_value = "sid")]
    release: String,
    /// Only scenes with this in their names
    #[arg(long)]
    only: Option<String>,
    /// Write what Asterisk said of each scene, too
    #[arg(long)]
    events: bool,
    /// In the namespaces already
    #[arg(long, hide = true)]
    inside: bool,
}

const ASTERISK: Purpose =
    Purpose { chore: "peers asterisk", what: "Asterisk", script: include_str!("../../peers/asterisk/install.sh") };

pub fn run(checkout: &Checkout, arguments: &Arguments) -> Result<bool, String> {
    let Peer::Asterisk(play) = &arguments.peer;
    let folder = checkout.peers();
    let place = Place::new(&folder, &play.release, &ASTERISK);
    if play.inside {
        return inside(checkout, play, &place, &folder.join(format!("{}-run", play.release)));
    }
    place.check()?;
    place.install(&checkout.notes()?.join("peers-install.log"))?;
    println!("Building the hub");
    shell::show(&mut checkout.cargo(["build", "--quiet", "--package", "ringcard-hub", "--bin", "ringcard-hub"]))?;
    let program = env::current_exe().map_err(|e| format!("this program: {e}"))?;
    let mut again = place::apart(&["--net"]);
    let again = again.arg(program).args(env::args_os().skip(1)).arg("--inside").current_dir(checkout.root());
    let status = again.status().map_err(|e| format!("{}: {e}", shell::written(again)))?;
    Ok(status.success())
}

/// Everything here ends with this process.
fn inside(checkout: &Checkout, play: &Play, place: &Place, run: &PathBuf) -> Result<bool, String> {
    let _ = fs::remove_dir_all(run);
    fs::create_dir_all(run).map_err(|e| format!("{}: {e}", run.display()))?;
    shell::ask(Command::new("ip").args(["link", "set", "lo", "up"])).ok_or("the loopback device does not come up")?;
    let began = Instant::now();
    let configuration = checkout.path("xtask/peers/asterisk");
    let snippet = snippet::files(checkout, pbx::installed(&place.root)?)?;
    let pbx = Pbx::start(&place.root, &configuration, &snippet, &run.join("asterisk.log"))?;
    println!("Asterisk {} ({}) is up after {:.1} s", pbx.version(), place.release, began.elapsed().as_secs_f32());
    let program = checkout.debug_binary("ringcard-hub");
    let hub = HubProcess::start(&program, &run.join("hub"), &hub::settings(By::Events))?;
    let witness = play.events.then(Witness::start);
    let mut world = World::new(pbx, hub)?;
    let mut outcomes = Vec::new();
    for (by, scene) in scenes::all() {
        if play.only.as_ref().is_some_and(|only| !scene.name.contains(only.as_str())) {
            continue;
        }
        world.hear(by)?;
        if let Some(witness) = &witness {
            let name: String = scene.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            witness.write_to(&run.join(format!("{name}.jsonl")));
        }
        let outcome = play_one(&mut world, &scene);
        report::say(&outcome);
        if !outcome.is_right() {
            world.clear()?;
        }
        outcomes.push(outcome);
    }
    let _ = fs::copy(world.pbx.log(), run.join("asterisk-messages.log"));
    println!("\n{}\n", report::table(&outcomes));
    world.numbers.iter().for_each(|number| println!("{number}"));
    Ok(outcomes.iter().all(scenes::Outcome::is_right))
}

fn play_one(world: &mut World, scene: &scenes::Scene) -> scenes::Outcome {
    let began = Instant::now();
    let seen = world.begin().and_then(|()| {
        (scene.play)(world)?;
        world.story()
    });
    scenes::Outcome {
        name: scene.name,
        right: scene.right.iter().map(|line| (*line).to_owned()).collect(),
        seen,
        card: world.cards.first().copied(),
        took: began.elapsed(),
    }
}
