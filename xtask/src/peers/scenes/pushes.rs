//! The dialplan pushes, by the snippet as it is printed. It says that 101 and 102 ring, whichever of them does, and tells of
//! no phone's end.

use super::{Scene, click};
use crate::peers::{
    sip::{Caller, State},
    snippet::PUSH_KEY,
    witness::Overheard,
    world::{MARIA, World},
};
use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// No number of ours has lines of its own for it.
const NUMBER: &str = "5716017010";
const QUEUE: &str = "5716017011";

pub fn scenes() -> Vec<Scene> {
    vec![
        Scene {
            name: "pushes: answered",
            right: &[
                "inbound +573001234567 > +5716017010 “MARIA LOPEZ”: ended, talked; 101 over, 102 answered elsewhere",
                "Ana: ringing, connected, ended",
                "Béla: ringing, answered elsewhere",
            ],
            play: |world| by(world, MARIA),
        },
        Scene {
            name: "pushes: given up",
            right: &[
                "inbound +573001234567 > +5716017010 “MARIA LOPEZ”: missed; 101 caller gone, 102 caller gone",
                "Ana: ringing, missed",
                "Béla: ringing, missed",
            ],
            play: given_up,
        },
        Scene { name: "pushes: both are busy, and voicemail takes it", right: &VOICEMAIL, play: busy },
        Scene { name: "pushes: nobody picks up, and voicemail takes it", right: &VOICEMAIL, play: voicemail },
        Scene {
            name: "pushes: anonymous",
            right: &[
                "inbound hidden > +5716017010: ended, talked; 101 over, 102 answered elsewhere",
                "Ana: ringing, connected, ended",
                "Béla: ringing, answered elsewhere",
            ],
            play: |world| by(world, Caller::new("anonymous", "Anonymous")),
        },
        Scene {
            name: "pushes: the network withholds the number",
            right: &[
                "inbound hidden > +5716017010: ended, talked; 101 over, 102 answered elsewhere",
                "Ana: ringing, connected, ended",
                "Béla: ringing, answered elsewhere",
            ],
            play: |world| by(world, Caller { is_withheld: true, ..MARIA }),
        },
        Scene {
            name: "pushes: a name with quotes",
            right: &[
                "inbound +573001234567 > +5716017010 “Ana \"la Jefa\" Núñez, S.A.”: ended, talked; 101 over, 102 answered elsewhere",
                "Ana: ringing, connected, ended",
                "Béla: ringing, answered elsewhere",
            ],
            play: |world| by(world, Caller::new("+573001234567", "Ana \\\"la Jefa\\\" Núñez, S.A.")),
        },
        Scene {
            name: "pushes: a queue, where 102 picks up",
            right: &[
                "inbound +573001234567 > +5716017011 “MARIA LOPEZ” via Sales: ended, talked; 101 answered elsewhere, 102 over",
                "Ana: ringing, answered elsewhere",
                "Béla: ringing, connected, ended",
            ],
            play: queue,
        },
        Scene {
            name: "pushes: click, answered",
            right: &[
                "outbound 101 > +573009876543: ended, talked; 101 over",
                "Ana: starting, agent ringing, ringing, connected, ended",
            ],
            play: click::answered,
        },
        Scene {
            name: "pushes: click, the customer is busy",
            right: &[
                "outbound 101 > +573009876543: failed (customer: busy); 101 over",
                "Ana: starting, agent ringing, ringing, failed (customer: busy)",
            ],
            play: |world| click::customer_refuses(world, "486 Busy Here"),
        },
        Scene {
            name: "pushes: click, the customer declines",
            right: &[
                "outbound 101 > +573009876543: failed (customer: declined); 101 over",
                "Ana: starting, agent ringing, ringing, failed (customer: declined)",
            ],
            play: |world| click::customer_refuses(world, "603 Decline"),
        },
        Scene {
            name: "pushes: click, the number does not exist",
            right: &[
                "outbound 101 > +573009876543: failed (customer: no such number); 101 over",
                "Ana: starting, agent ringing, ringing, failed (customer: no such number)",
            ],
            play: |world| click::customer_refuses(world, "404 Not Found"),
        },
        Scene {
            name: "pushes: click, the provider has no line",
            right: &[
                "outbound 101 > +573009876543: failed (customer: congested); 101 over",
                "Ana: starting, agent ringing, ringing, failed (customer: congested)",
            ],
            play: |world| click::customer_refuses(world, "503 Service Unavailable"),
        },
        Scene {
            name: "pushes: click, the agent hangs up before the customer answers",
            right: &[
                "outbound 101 > +573009876543: ended, not reached; 101 over",
                "Ana: starting, agent ringing, ringing, ended (not reached)",
            ],
            play: click::agent_gives_up,
        },
        Scene {
            name: "pushes: click, a colleague",
            right: &[
                "outbound 101 > 102: ended, talked; 101 over",
                "Ana: starting, agent ringing, ringing, connected, ended",
            ],
            play: click::colleague,
        },
        Scene {
            name: "pushes: the key is told nowhere",
            right: &["in no event, no line of the log, no variable"],
            play: key_is_told_nowhere,
        },
        Scene {
            name: "pushes: the hub does not answer",
            right: &[
                "the phones ring within a second and a half",
                "picked up, both speak at once",
                "the hub was asked: incoming, call-data",
            ],
            play: silent_hub,
        },
        Scene {
            name: "pushes: the hub answers late",
            right: &["the hub was asked: incoming, event, call-data"],
            play: slow_hub,
        },
    ]
}

const VOICEMAIL: [&str; 3] = [
    "inbound +573001234567 > +5716017010 “MARIA LOPEZ”: missed; 101 went to service, 102 went to service",
    "Ana: ringing, answered elsewhere (went to service), missed (went to service)",
    "Béla: ringing, answered elsewhere (went to service), missed (went to service)",
];

/// Both phones ring: the caller's end, and theirs.
fn both_ring(world: &mut World, caller: Caller<'_>) -> Result<(String, String, String), String> {
    let theirs = world.carrier.call(NUMBER, caller)?;
    Ok((theirs, world.rings_at_ana()?, world.rings_at_bela()?))
}

fn by(world: &mut World, caller: Caller<'_>) -> Result<(), String> {
    let (theirs, ours, others) = both_ring(world, caller)?;
    world.p101.answer(&ours)?;
    world.ana.until_state("connected")?;
    world.p102.until_over(&others)?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p101.until_over(&ours).map(drop)
}

fn given_up(world: &mut World) -> Result<(), String> {
    let (theirs, ours, _) = both_ring(world, MARIA)?;
    world.carrier.hang_up(&theirs)?;
    world.p101.until_over(&ours).map(drop)
}

fn busy(world: &mut World) -> Result<(), String> {
    let (theirs, ours, others) = both_ring(world, MARIA)?;
    world.p101.refuse(&ours, "486 Busy Here")?;
    world.p102.refuse(&others, "486 Busy Here")?;
    leave_a_message(world, &theirs)
}

fn voicemail(world: &mut World) -> Result<(), String> {
    let (theirs, ours, _) = both_ring(world, MARIA)?;
    world.p101.until_over(&ours)?;
    leave_a_message(world, &theirs)
}

fn leave_a_message(world: &mut World, theirs: &str) -> Result<(), String> {
    world.ana.until_state("answered_elsewhere")?;
    world.speak();
    world.carrier.hang_up(theirs)?;
    world.bela.until_state("missed").map(drop)
}

fn queue(world: &mut World) -> Result<(), String> {
    let theirs = world.maria_calls(QUEUE)?;
    let first = world.rings_at_ana()?;
    world.p101.refuse(&first, "603 Decline")?;
    let second = world.rings_at_bela()?;
    world.p102.answer(&second)?;
    world.bela.until_state("connected")?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p102.until_over(&second).map(drop)
}

fn key_is_told_nowhere(world: &mut World) -> Result<(), String> {
    world.pbx.ask("core set verbose 10");
    let overheard = Overheard::start();
    world.pass(Duration::from_millis(300));
    by(world, MARIA)?;
    world.ana.until_state("ended")?;
    let log = fs::read_to_string(world.pbx.log()).map_err(|e| format!("Asterisk's log: {e}"))?;
    let globals = world.pbx.ask("dialplan show globals").unwrap_or_default();
    // What is not there at all cannot have the key either.
    if !(overheard.has("RC_ANSWER") && log.contains("RC_ANSWER") && globals.contains("RINGCARD=")) {
        return Err("the events, the log or the variables were not seen".to_owned());
    }
    let told: Vec<&str> = [
        ("an event", overheard.has(PUSH_KEY)),
        ("the log", log.contains(PUSH_KEY)),
        ("a variable", globals.contains(PUSH_KEY)),
    ]
    .into_iter()
    .filter_map(|(place, has_it)| has_it.then_some(place))
    .collect();
    let told =
        if told.is_empty() { "in no event, no line of the log, no variable".to_owned() } else { told.join(", ") };
    world.in_short = Some(vec![told]);
    Ok(())
}

/// In the hub's place: takes requests, and says nothing, or says late that it has them.
struct StandIn(Arc<Mutex<Vec<String>>>);

impl StandIn {
    fn listen(address: SocketAddr, answers_after: Option<Duration>) -> Result<Self, String> {
        let listener = TcpListener::bind(address).map_err(|e| format!("{address}: {e}"))?;
        listener.set_nonblocking(true).map_err(|e| format!("{address}: {e}"))?;
        let stand_in = Self(Arc::default());
        let asked = Arc::downgrade(&stand_in.0);
        thread::spawn(move || {
            while let Some(asked) = asked.upgrade() {
                if let Ok((line, _)) = listener.accept() {
                    thread::spawn(move || take(line, asked, answers_after));
                }
                thread::sleep(Duration::from_millis(5));
            }
        });
        Ok(stand_in)
    }

    fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everything that was asked, once so much was and nothing more comes.
    fn all_asked(&self, least: usize) -> String {
        let end = Instant::now() + Duration::from_secs(5);
        while self.asked().len() < least && Instant::now() < end {
            thread::sleep(Duration::from_millis(50));
        }
        thread::sleep(Duration::from_millis(1_500));
        self.asked().join(", ")
    }
}

fn take(mut line: TcpStream, asked: Arc<Mutex<Vec<String>>>, answers_after: Option<Duration>) {
    let mut head = [0; 2_048];
    let read = line.set_nonblocking(false).and_then(|()| line.read(&mut head)).unwrap_or(0);
    let text = String::from_utf8_lossy(&head[..read]);
    // Desks try, too.
    let Some(pushed) = text.split(' ').nth(1).and_then(|path| path.strip_prefix("/in/pbx/")) else { return };
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(pushed.to_owned());
    // Or it would be listened on.
    drop(asked);
    thread::sleep(answers_after.unwrap_or(Duration::from_secs(5)));
    if answers_after.is_some() {
        // Whoever does not wait any more has seen what there was to see.
        let _ = line.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
}

fn slow_hub(world: &mut World) -> Result<(), String> {
    world.hub.kill();
    // Nearly always a second of the clock ends meanwhile.
    let stand_in = StandIn::listen(world.hub.address, Some(Duration::from_millis(850)))?;
    let theirs = world.maria_calls(NUMBER)?;
    let (ours, _) = world.p101.rings()?;
    world.p101.answer(&ours)?;
    world.carrier.until(&theirs, "both to speak", |state| state == State::Up)?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    let asked = stand_in.all_asked(3);
    drop(stand_in);
    world.pass(Duration::from_millis(50));
    world.hub.begin()?;
    world.until_heard()?;
    world.in_short = Some(vec![format!("the hub was asked: {asked}")]);
    Ok(())
}

fn silent_hub(world: &mut World) -> Result<(), String> {
    world.hub.kill();
    let silent = StandIn::listen(world.hub.address, None)?;
    let began = Instant::now();
    let theirs = world.maria_calls(NUMBER)?;
    let (ours, _) = world.p101.rings()?;
    let rang = began.elapsed();
    world.pass(Duration::from_millis(300));
    let answered = Instant::now();
    world.p101.answer(&ours)?;
    world.carrier.until(&theirs, "both to speak", |state| state == State::Up)?;
    let spoke = answered.elapsed();
    world.speak();
    world.carrier.hang_up(&theirs)?;
    let asked = silent.all_asked(2);
    drop(silent);
    world.pass(Duration::from_millis(50));
    world.hub.begin()?;
    world.until_heard()?;
    world.numbers.push(format!(
        "silent hub: the phone rang after {} ms, both spoke {} ms after it was picked up",
        rang.as_millis(),
        spoke.as_millis()
    ));
    world.in_short = Some(vec![
        match rang < Duration::from_millis(1_500) {
            true => "the phones ring within a second and a half".to_owned(),
            false => format!("the phones ring after {} ms", rang.as_millis()),
        },
        match spoke < Duration::from_millis(500) {
            true => "picked up, both speak at once".to_owned(),
            false => format!("picked up, both speak after {} ms", spoke.as_millis()),
        },
        format!("the hub was asked: {asked}"),
    ]);
    Ok(())
}
