//! The hub as a program, for a server: `serve`, and what an administrator asks before and beside it.
//!
//! Answers go to standard output, the log and failures to standard error. Exit codes: 0 done; 1 something is wrong, and
//! was said; 2 the command line was not understood.

mod agent_tokens;
mod agents;
mod check;
mod customers;
mod installation;
mod outbox;
mod profiles;
mod recordings;
mod rest;
mod serve;
#[cfg(windows)]
mod service;
mod sign_in;
mod stop;
mod test;

use clap::{Parser, Subcommand};
use installation::Installation;
use ringcard_hub::logs;
use std::{
    error::Error,
    io::{IsTerminal, Write, stderr, stdout},
    path::PathBuf,
    process::ExitCode,
};
use stop::Stop;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

/// Webhooks in, calls to the right desks, customers, REST.
#[derive(Parser)]
#[command(name = "ringcard-hub", version)]
struct Args {
    #[cfg_attr(
        not(windows),
        doc = "The settings file; without it hub.toml in RINGCARD_HOME, in /etc/ringcard or in the user's settings folder."
    )]
    #[cfg_attr(
        windows,
        doc = "The settings file; without it hub.toml in RINGCARD_HOME, in the service's folder or in the user's settings folder."
    )]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[cfg_attr(not(windows), doc = "Runs the hub until it is told to stop (SIGTERM, Ctrl-C).")]
    #[cfg_attr(windows, doc = "Runs the hub until it is told to stop (Ctrl-C, the window closed).")]
    Serve,
    /// The hub as a service of Windows; all but `run` need an administrator.
    #[cfg(windows)]
    #[command(subcommand)]
    Service(service::Command),
    /// Says what is wrong with settings, profiles, secrets and databases, and what is risky, all at once.
    Check {
        /// What is risky ends with 1, too.
        #[arg(long)]
        strict: bool,
    },
    /// Tries an account's connection as the button Test does, without ringing anybody; without a name, every account's.
    Test {
        /// As in the settings.
        account: Option<String>,
    },
    /// Signs in to an account's system in a browser, where it wants that.
    SignIn {
        /// As in the settings.
        account: String,
    },
    /// Who takes calls.
    #[command(subcommand)]
    Agent(agents::Command),
    /// Descriptions of PBXs.
    #[command(subcommand, alias = "profiles")]
    Profile(profiles::Command),
    /// The customer directory.
    #[command(subcommand)]
    Customers(customers::Command),
    /// Recordings that are kept here.
    #[command(subcommand)]
    Recordings(recordings::Command),
    /// What waits to be written to other systems.
    #[command(subcommand)]
    Outbox(outbox::Command),
}

/// What a command has to say, and whether all is well.
pub struct Answer {
    text: String,
    is_well: bool,
}

impl Answer {
    fn well(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_well: true }
    }
}

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    let args = Args::parse();
    #[cfg(windows)]
    if let Command::Service(service::Command::Run) = args.command {
        return service::run(args.config);
    }
    log(&args.command);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    match runtime.block_on(run(args)) {
        Ok(answer) => {
            // Whoever reads may have read enough (`| head`).
            let _ = stdout().write_all(answer.text.as_bytes());
            if answer.is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(failure) => failed(&failure),
    }
}

async fn run(args: Args) -> Result<Answer, Failure> {
    #[cfg(windows)]
    if let Command::Service(command) = args.command {
        return service::manage(command, args.config);
    }
    let mut installation = Installation::find(args.config)?;
    match args.command {
        Command::Serve => serve::serve(&mut installation, Stop::by_signals()?, || ()).await,
        #[cfg(windows)]
        Command::Service(_) => unreachable!("BUG: it was taken before"),
        Command::Check { strict } => Ok(check::check(&installation, strict).await),
        Command::Test { account } => test::run(account, &installation).await,
        Command::SignIn { account } => sign_in::run(account, &installation).await,
        Command::Agent(command) => agents::run(command, &installation).await,
        Command::Profile(command) => profiles::run(command, &installation),
        Command::Customers(command) => customers::run(command, &installation).await,
        Command::Recordings(command) => recordings::run(command, &installation).await,
        Command::Outbox(command) => outbox::run(command, &installation).await,
    }
}

/// `RUST_LOG` chooses; otherwise what happens for a server, only what is wrong for a command.
fn log(command: &Command) {
    let usual = if matches!(command, Command::Serve) { "info" } else { "warn" };
    tracing_subscriber::registry().with(logs::lines(usual, stderr, stderr().is_terminal(), true)).init();
}

fn failed(failure: &Failure) -> ExitCode {
    let _ = writeln!(stderr(), "ringcard-hub: {failure}");
    ExitCode::FAILURE
}
