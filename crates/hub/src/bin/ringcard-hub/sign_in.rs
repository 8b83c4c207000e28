//! `sign-in`: somebody signs in to an account's system in their browser, for a hub on a server.
//!
//! The browser comes back to the machine it runs on. Where that is not the server, either its port is forwarded to the server
//! (`ssh -L`), or the address at which the browser ended is pasted here.

use crate::{Answer, Failure, installation::Installation};
use ringcard_hub::{not_there, setup, sign_in::SigningIn};
use std::io::{Write, stderr, stdin};
use tokio::sync::oneshot;

pub async fn run(name: String, installation: &Installation) -> Result<Answer, Failure> {
    let settings = installation.settings()?;
    let Some(account) = settings.accounts.iter().find(|account| account.name == name) else {
        let all = settings.accounts.iter().map(|account| account.name.as_str()).collect::<Vec<_>>();
        return Err(format!("{}.", not_there::account(&name, all)).into());
    };
    let (plan, secrets) = (settings.dial_plan()?, installation.secrets_of(&settings));
    let setups = setup::accounts(std::slice::from_ref(account), installation.profiles(), &secrets, &plan).await;
    let system = setups.into_iter().next().ok_or("the account is gone")?.system?;
    let Some(sign_in) = system.sign_in else {
        return Err(format!("Nobody signs in to the account {name} in the browser.").into());
    };
    let waiting = SigningIn::begin(sign_in).await?;
    let _ = writeln!(
        stderr(),
        "Open this address in a browser, and agree there:\n\n  {}\n\n\
         If the browser runs on another machine, it ends at a page that does not open: paste that page's address here.",
        waiting.url()
    );
    waiting.finish_or(typed()).await?;
    Ok(Answer::well(format!("The account {name} is signed in. A hub that runs takes it up with its next try.\n")))
}

/// The next line that somebody types. Read by a thread of its own, which nobody waits for.
async fn typed() -> String {
    let (tell, told) = oneshot::channel();
    std::thread::spawn(move || {
        for line in stdin().lines().map_while(Result::ok) {
            if !line.trim().is_empty() {
                let _ = tell.send(line);
                return;
            }
        }
    });
    match told.await {
        Ok(line) => line,
        // Nobody types here.
        Err(_) => std::future::pending().await,
    }
}
