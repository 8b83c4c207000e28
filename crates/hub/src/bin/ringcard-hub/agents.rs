//! `agent`: who takes calls. The file keeps its comments and order.

use crate::{Answer, Failure, agent_tokens, installation::Installation};
use clap::Subcommand;
use ringcard_hub::{Role, config::AgentSettings};
use std::fmt::Write;

#[derive(Subcommand)]
pub enum Command {
    /// Adds an agent.
    Add {
        /// The agent's name, which is also the identity.
        name: String,
        /// The phone that rings first in click-to-call.
        #[arg(long, short)]
        extension: Option<String>,
        /// A called number this agent answers; may be given several times. Without it: all.
        #[arg(long = "line", short, value_name = "NUMBER")]
        lines: Vec<String>,
    },
    /// Lists the agents.
    List,
    /// Takes an agent out, and revokes their token.
    Remove {
        /// As in the settings.
        name: String,
    },
    /// Makes a token for an agent and shows it, this once; one that they had is good no longer.
    Token {
        /// As in the settings.
        name: String,
        /// How far it reaches: agent, lead or administrator. Without it: as far as the one they had, or an agent's.
        #[arg(long)]
        role: Option<Role>,
    },
    /// Lists who has a token.
    Tokens,
    /// Ends an agent's token, and their desk's connection with it, at once.
    Revoke {
        /// As in the settings.
        name: String,
    },
}

pub async fn run(command: Command, installation: &Installation) -> Result<Answer, Failure> {
    let mut file = installation.edit()?;
    match command {
        Command::Token { name, role } => agent_tokens::make(&name, role, installation, file.settings()).await,
        Command::Tokens => agent_tokens::list(installation, file.settings()).await,
        Command::Revoke { name } => agent_tokens::revoke(&name, installation, file.settings()).await,
        Command::List => Ok(Answer::well(listed(&file.settings().agents))),
        Command::Add { name, extension, lines } => {
            let name = name.trim().to_owned();
            if name.is_empty() {
                return Err("An agent needs a name.".into());
            }
            if file.settings().agents.iter().any(|agent| agent.name == name) {
                let said = format!(
                    "There is an agent “{name}” already. Edit {}, or remove the agent first.",
                    installation.file.display()
                );
                return Err(said.into());
            }
            file.put_agent(&AgentSettings { name: name.clone(), extension, lines })?;
            Ok(Answer::well(format!("Added {name} to {}. {RESTART}\n", installation.file.display())))
        }
        Command::Remove { name } => {
            file.remove_agent(&name)?;
            let mut answer = Answer::well(format!("Removed {name} from {}. {RESTART}\n", installation.file.display()));
            // Added again one day, they do not have it back.
            match agent_tokens::end(&name, installation, file.settings()).await {
                Ok(true) => answer.text.push_str("Their token is good no longer.\n"),
                Ok(false) => {}
                Err(failure) => {
                    let _ = writeln!(answer.text, "Their token could not be revoked: {failure}");
                    answer.is_well = false;
                }
            }
            Ok(answer)
        }
    }
}

const RESTART: &str = "A running hub takes this up when it is started again.";

fn listed(agents: &[AgentSettings]) -> String {
    if agents.is_empty() {
        return "There are no agents yet: ringcard-hub agent add NAME --extension 101\n".to_owned();
    }
    let width = |text: fn(&AgentSettings) -> usize| agents.iter().map(text).max().unwrap_or_default();
    let names = width(|agent| agent.name.chars().count());
    let extensions = width(|agent| agent.extension.as_deref().map_or(1, str::len));
    let mut text = String::new();
    for agent in agents {
        let extension = agent.extension.as_deref().unwrap_or("-");
        let lines = if agent.lines.is_empty() { "all lines".to_owned() } else { agent.lines.join(", ") };
        let _ = writeln!(text, "{:names$}  {extension:extensions$}  {lines}", agent.name);
    }
    text
}
