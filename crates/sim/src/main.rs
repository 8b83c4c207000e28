//! `ringcard-sim`: the simulated outside systems as a program, and commands to drive one that runs.

mod serve;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ringcard_sim::{AsteriskAct, Coding, Giving, LegAct, Misbehaviour, Ring, Standing, customers_csv, stories};
use serde_json::Value;
use serve::Serve;
use std::{io::Write, process::ExitCode, time::Duration};

#[derive(Parser)]
#[command(
    name = "ringcard-sim",
    version,
    about = "Simulated PBXs (VIPeX, Asterisk, wolkvox, CCAI Platform), a CRM (Zendesk), and the customers who call"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the simulated systems until interrupted; a page at the address drives them
    Serve(Box<Serve>),
    /// Make a call come in; prints its number
    Ring {
        /// As the PBX would send it; empty: hidden
        #[arg(long, default_value = "", allow_hyphen_values = true)]
        caller: String,
        /// The line that is called [default: the simulator's main line]
        #[arg(long, default_value = "")]
        called: String,
        /// An extension that rings, and is told; may be repeated
        #[arg(long)]
        extension: Vec<String>,
        /// The queue it comes through
        #[arg(long, default_value = "")]
        queue: String,
        /// The caller's name
        #[arg(long, default_value = "")]
        name: String,
        #[command(flatten)]
        sim: Running,
    },
    /// Pick up the phone that rings in a call
    Answer(Act),
    /// Hang a call up
    End(Act),
    /// Let the caller give up
    Miss(Act),
    /// Let somebody else pick up
    Elsewhere(Act),
    /// Let something happen at one phone of a call that came in: queues, several devices, transfers, voicemail, silence
    Leg {
        /// The call's number, as `ring` printed it
        call: u64,
        #[command(subcommand)]
        act: LegAct,
        /// The running simulator
        #[arg(long, global = true, default_value = "http://127.0.0.1:8490", value_name = "URL")]
        sim: String,
    },
    /// Play a call with several phones in it; without a name: list them
    Story {
        name: Option<String>,
        #[arg(long, default_value = "+36301234567", allow_hyphen_values = true)]
        caller: String,
        /// From one step to the next
        #[arg(long, default_value_t = 3000, value_name = "MILLISECONDS")]
        step: u64,
        #[command(flatten)]
        sim: Running,
    },
    /// All calls are gone, nothing is told of it, and call ids come again
    Restart(Running),
    /// Do the next push (or all of them) wrong; without a word: behave again
    Misbehave {
        how: Option<Wrong>,
        /// Until told otherwise, and not only next time
        #[arg(long)]
        always: bool,
        #[command(flatten)]
        sim: Running,
    },
    /// How recordings are written, and what is given where one is asked for, from now on
    Recordings {
        #[arg(long, value_enum)]
        coding: Option<Coding>,
        #[arg(long, value_enum)]
        giving: Option<Giving>,
        #[command(flatten)]
        sim: Running,
    },
    /// Let something happen in the simulated Asterisk that tells of its calls (`serve --ari`)
    Asterisk {
        #[command(subcommand)]
        act: AsteriskAct,
        /// The running Asterisk
        #[arg(long, global = true, default_value = "http://127.0.0.1:8088", value_name = "URL")]
        ari: String,
    },
    /// Print the customers as CSV, to import them
    Customers,
}

/// What can be wrong with pushes.
#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Wrong {
    /// Sent twice
    Twice,
    /// Sent 5 s late; those after it do not wait
    Late,
    /// Two change places
    Swapped,
    /// The end of the call is never told
    NoEnd,
    /// The call id is left out
    NoCallId,
    /// Sent with a wrong key
    #[value(name = "wrong_key")]
    OtherKey,
    /// Whoever asks for something is not let in
    RefuseAuthentication,
}

impl Wrong {
    fn misbehaviour(self) -> Misbehaviour {
        match self {
            Self::Twice => Misbehaviour::PushTwice,
            Self::Late => Misbehaviour::PushLate { ms: 5000 },
            Self::Swapped => Misbehaviour::PushOutOfOrder,
            Self::NoEnd => Misbehaviour::DropEnd,
            Self::NoCallId => Misbehaviour::NoCallId,
            Self::OtherKey => Misbehaviour::WrongKey,
            Self::RefuseAuthentication => Misbehaviour::RefuseAuthentication,
        }
    }
}

#[derive(Args)]
struct Act {
    /// The call's number, as `ring` printed it
    call: u64,
    #[command(flatten)]
    sim: Running,
}

#[derive(Args)]
struct Running {
    /// The running simulator
    #[arg(long, default_value = "http://127.0.0.1:8490", value_name = "URL")]
    sim: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(serve) => serve::run(*serve).await,
        Command::Ring { caller, called, extension, queue, name, sim } => {
            let ring = Ring { caller, called, extensions: extension, queue, name, ..Ring::default() };
            let told = tell(&sim, "ring", serde_json::to_value(ring).ok()).await;
            told.map(|answer| println!("{}", answer.get("call").and_then(Value::as_u64).unwrap_or_default()))
        }
        Command::Answer(act) => on_call(act, "answer").await,
        Command::End(act) => on_call(act, "end").await,
        Command::Miss(act) => on_call(act, "miss").await,
        Command::Elsewhere(act) => on_call(act, "elsewhere").await,
        Command::Leg { call, act, sim } => {
            tell(&Running { sim }, &format!("calls/{call}/leg"), serde_json::to_value(act).ok()).await.map(drop)
        }
        Command::Story { name: None, .. } => {
            for story in stories() {
                println!("{:<12} {}", story.name, story.about);
            }
            Ok(())
        }
        Command::Story { name: Some(name), caller, step, sim } => {
            let told = serde_json::json!({ "caller": caller, "step_ms": step });
            tell(&sim, &format!("stories/{name}"), Some(told)).await.map(drop)
        }
        Command::Restart(sim) => tell(&sim, "restart", None).await.map(drop),
        Command::Misbehave { how, always, sim } => match how {
            Some(how) => {
                let standing = Standing { misbehaviour: how.misbehaviour(), times: (!always).then_some(1) };
                tell(&sim, "misbehave", serde_json::to_value(standing).ok()).await.map(drop)
            }
            None => tell(&sim, "behave", None).await.map(drop),
        },
        Command::Recordings { coding, giving, sim } => {
            let told = serde_json::json!({ "coding": coding, "giving": giving });
            tell(&sim, "recordings", Some(told)).await.map(drop)
        }
        Command::Asterisk { act, ari } => {
            let told = post(&format!("{}/control", ari.trim_end_matches('/')), serde_json::to_value(act).ok()).await;
            told.map(|answer| {
                for channel in answer["channels"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                    println!("{channel}");
                }
            })
        }
        Command::Customers => {
            std::io::stdout().write_all(customers_csv().as_bytes()).map_err(|error| error.to_string())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("ringcard-sim: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn on_call(act: Act, what: &str) -> Result<(), String> {
    tell(&act.sim, &format!("calls/{}/{what}", act.call), None).await.map(|_| ())
}

/// Asks a running simulator to do something.
async fn tell(sim: &Running, path: &str, body: Option<Value>) -> Result<Value, String> {
    post(&format!("{}/control/{path}", sim.sim.trim_end_matches('/')), body).await
}

async fn post(url: &str, body: Option<Value>) -> Result<Value, String> {
    // An error means that there is one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build();
    let client = client.map_err(|error| error.to_string())?;
    let mut request = client.post(url);
    if let Some(body) = &body {
        request = request.json(body);
    }
    let answer = request.send().await.map_err(|_| {
        let place = url.split_once("/control").map_or(url, |(place, _)| place);
        format!("no simulator answers at {place}")
    })?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| error.to_string())?;
    let answer: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    if status.is_success() {
        return Ok(answer);
    }
    Err(answer.get("error").and_then(Value::as_str).map_or_else(|| format!("status {status}"), str::to_owned))
}
