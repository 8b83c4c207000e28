//! The command line: `ringcard [--hidden] [--demo[=tour]] [LINK]`, `ringcard call NUMBER`.

use thiserror::Error;

/// What the command line wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    Run(Arguments),
    /// Print this and end.
    Say(String),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    /// No window: started at login.
    pub hidden: bool,
    pub demo: Option<DemoMode>,
    /// A number to dial, as the person wrote it.
    pub dial: Option<String>,
    /// A link of a page or another program, which nobody vouches for.
    pub link: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoMode {
    /// Rings a first call; the rest is the person's.
    Open,
    /// Plays everything once and ends, for machines without a person in front.
    Tour,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadArguments {
    #[error("`{0}` is not understood. Try: ringcard --help")]
    Unknown(String),
    #[error("A link stands alone: nothing can follow it")]
    AfterLink,
    #[error("`ringcard call` needs a number: ringcard call +36301234567")]
    NoNumber,
}

const HELP: &str = "\
Ringcard: the telephone companion on a contact-centre agent's desk

  ringcard                 open the main window
  ringcard --hidden        start without a window, in the tray
  ringcard call NUMBER     have your phone ring, then the number
  ringcard LINK            ask about a tel:, callto:, sip: or ringcard: link, then the same
  ringcard --demo          try it with a simulated telephone system
  ringcard --demo=tour     play the demo once, then end
  ringcard --version       which version this is

Settings and data are where RINGCARD_HOME says, or in your own folders.";

/// Schemes of links that name a number.
pub const SCHEMES: [&str; 4] = ["tel", "callto", "sip", "ringcard"];

/// Reads the arguments after the program's name. Those of the toolkit and the desktop (`--gtk-…`) are not ours.
pub fn read(arguments: impl IntoIterator<Item = String>) -> Result<Wish, BadArguments> {
    let mut wanted = Arguments::default();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            toolkit if toolkit.starts_with("--gtk") || toolkit.starts_with("--gdk") => {}
            // macOS gives a process number to what the Finder starts.
            finder if finder.starts_with("-psn_") => {}
            // A page's link is one argument. On Windows it becomes several where it has quotes in it that whoever opens it
            // left as they are: what stands behind them is the page's as well, and no order of the person's.
            _ if wanted.link.is_some() => return Err(BadArguments::AfterLink),
            "--help" | "-h" => return Ok(Wish::Say(HELP.to_owned())),
            "--version" | "-V" => return Ok(Wish::Say(format!("ringcard {}", env!("CARGO_PKG_VERSION")))),
            "--hidden" => wanted.hidden = true,
            "--demo" => wanted.demo = Some(DemoMode::Open),
            "--demo=tour" => wanted.demo = Some(DemoMode::Tour),
            "call" => {
                // A number may be given in several words: `ringcard call +36 30 123 4567`.
                let number: Vec<String> = arguments.by_ref().collect();
                if number.is_empty() {
                    return Err(BadArguments::NoNumber);
                }
                let number = number.join(" ");
                // Some desktops are set up to open links with `ringcard call`: a link stays what a page sent.
                if is_link(&number) {
                    wanted.link = Some(number_of(&number));
                } else {
                    wanted.dial = Some(number);
                }
            }
            // Windows starts it for a click on a notification, which follows by another way.
            "--notified" | "-Embedding" => wanted.hidden = true,
            link if is_link(link) => wanted.link = Some(number_of(link)),
            _ => return Err(BadArguments::Unknown(argument)),
        }
    }
    Ok(Wish::Run(wanted))
}

fn is_link(text: &str) -> bool {
    text.trim_start()
        .split_once(':')
        .is_some_and(|(scheme, _)| SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)))
}

/// What a link asks to dial; the number reader takes links apart, ours as well.
pub fn number_of(link: &str) -> String {
    ringcard_core::number::of_ours(link).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(arguments: &[&str]) -> Arguments {
        match read(arguments.iter().map(|text| (*text).to_owned())) {
            Ok(Wish::Run(arguments)) => arguments,
            other => panic!("{arguments:?}: {other:?}"),
        }
    }

    #[test]
    fn a_number_is_dialled_by_word() {
        assert_eq!(run(&["call", "+36 30 123 4567"]).dial.as_deref(), Some("+36 30 123 4567"));
        assert_eq!(run(&["call", "+36", "30", "123", "4567"]).dial.as_deref(), Some("+36 30 123 4567"));
        assert_eq!(run(&["call", "112"]).link, None);
    }

    #[test]
    fn what_has_a_scheme_is_a_link_whichever_way_it_comes() {
        let link = |arguments: &[&str]| {
            let read = run(arguments);
            assert_eq!(read.dial, None, "{arguments:?}");
            read.link
        };
        assert_eq!(link(&["tel:+36301234567"]).as_deref(), Some("tel:+36301234567"));
        assert_eq!(link(&["TEL:+36301234567"]).as_deref(), Some("TEL:+36301234567"));
        assert_eq!(link(&["callto:+36 30 1"]).as_deref(), Some("callto:+36 30 1"));
        assert_eq!(link(&["sip:112@example.com"]).as_deref(), Some("sip:112@example.com"));
        assert_eq!(link(&["call", "tel:112"]).as_deref(), Some("tel:112"));
        assert_eq!(link(&["call", " tel:", "112"]).as_deref(), Some(" tel: 112"));
        for ours in [
            "ringcard:+361234567",
            "ringcard://call/+361234567",
            "ringcard:call?number=+361234567",
            "ringcard://call?number=%2B361234567&source=crm",
            "ringcard://call?source=crm&number=%2B361234567",
        ] {
            assert_eq!(link(&[ours]).as_deref(), Some("tel:+361234567"), "{ours}");
        }
    }

    /// What the reader is asked in `crates/core/tests/same_questions.rs`.
    #[test]
    fn links_and_the_command_line_ask_the_one_reader() {
        let plan = ringcard_core::number::DialPlan::new("HU").expect("a country");
        let rows = include_str!("../../crates/core/tests/same_questions.tsv").lines();
        for text in rows.filter_map(|row| Some(row.split_once('\t')?.0)) {
            let wish = run(&["call", text]);
            let wanted = wish.dial.or(wish.link).expect("a number or a link");
            assert_eq!(plan.read(&wanted), plan.read(text), "{text} became {wanted}");
            if is_link(text) {
                let link = run(&[text]).link.expect("a link");
                assert_eq!(plan.read(&link), plan.read(text), "{text} became {link}");
            }
        }
    }

    #[test]
    fn a_page_that_puts_quotes_into_a_link_orders_nothing() {
        let read = |arguments: &[&str]| read(arguments.iter().map(|text| (*text).to_owned()));
        // What Windows makes of the link `tel:1" call "+36901234567`.
        for injected in [
            &["tel:1", "call", "+36901234567"][..],
            &["tel:1", "tel:+36901234567"],
            &["tel:1", "--demo"],
            &["tel:1", "--hidden"],
            &["tel:1", ""],
        ] {
            assert_eq!(read(injected), Err(BadArguments::AfterLink), "{injected:?}");
        }
        assert_eq!(run(&["--hidden", "tel:112"]).link.as_deref(), Some("tel:112"), "before it stands what we wrote");
    }

    #[test]
    fn a_click_on_a_notification_starts_without_a_window() {
        assert_eq!(run(&["--notified", "-Embedding"]), Arguments { hidden: true, ..Arguments::default() });
    }

    #[test]
    fn a_start_at_login_is_hidden_and_a_plain_one_is_not() {
        assert!(run(&["--hidden"]).hidden);
        assert_eq!(run(&[]), Arguments::default());
        assert_eq!(run(&["--demo=tour"]).demo, Some(DemoMode::Tour));
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let read = |arguments: &[&str]| read(arguments.iter().map(|text| (*text).to_owned()));
        assert_eq!(read(&["--demmo"]), Err(BadArguments::Unknown("--demmo".into())));
        assert_eq!(read(&["https://example.com"]), Err(BadArguments::Unknown("https://example.com".into())));
        assert_eq!(read(&["call"]), Err(BadArguments::NoNumber));
        assert!(matches!(read(&["--help"]), Ok(Wish::Say(help)) if help.contains("ringcard call")));
    }
}
