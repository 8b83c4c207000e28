//! Where a profile's requests go: read from the text of an address before anything is sent, and held to afterwards.

use super::language::names_in;
use crate::settings::{Setting, SettingKind, setting::misleads, values::Values};
use minijinja::machinery::ast::{Expr, Stmt};
use reqwest::Url;
use serde::Serialize;

/// A server a request goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reach {
    /// It stands in the profile: `https://api.acme.example`.
    Fixed { server: String },
    /// The administrator's address, in this setting.
    Setting { key: String },
    /// Put together from settings: the profile does not tell.
    Computed { written: String },
}

/// More ways than an address has; what has more counts as computed.
const MOST_WAYS: usize = 16;

/// Every server an address can begin with, and what the names of the computed ones are made of.
#[derive(Debug, Default)]
pub(super) struct Beginning {
    pub reaches: Vec<Reach>,
    pub computed_from: Vec<String>,
}

/// `text` is what the tree was made of, `names` what it names.
pub(super) fn of(text: &str, tree: &Stmt<'_>, names: &[String], settings: &[Setting]) -> Beginning {
    let mut beginning = Beginning::default();
    let ways = match tree {
        Stmt::Template(template) => ways_through(&template.children, vec![Vec::new()]),
        _ => None,
    };
    let Some(ways) = ways else {
        beginning.reaches.push(Reach::Computed { written: shown(text) });
        beginning.computed_from = names.to_vec();
        return beginning;
    };
    for way in ways.iter().filter(|way| !way.is_empty()) {
        let known = match way.as_slice() {
            [Piece::Raw(raw), rest @ ..] => fixed(raw, rest.is_empty()),
            [Piece::Put(Expr::Var(name)), ..] if is_address(name.id, settings) => {
                Some(Reach::Setting { key: name.id.to_owned() })
            }
            _ => None,
        };
        let reach = known.unwrap_or_else(|| {
            beginning.computed_from.extend(before_the_path(way));
            Reach::Computed { written: shown(text) }
        });
        if !beginning.reaches.contains(&reach) {
            beginning.reaches.push(reach);
        }
    }
    beginning
}

/// A part of a text that is always there once its way is taken.
#[derive(Clone)]
enum Piece<'t> {
    Raw(String),
    Put(&'t Expr<'t>),
}

type Way<'t> = Vec<Piece<'t>>;

/// Every way through the conditions; `None` where there are too many.
fn ways_through<'t>(statements: &'t [Stmt<'t>], mut ways: Vec<Way<'t>>) -> Option<Vec<Way<'t>>> {
    for statement in statements {
        match statement {
            Stmt::EmitRaw(raw) => ways.iter_mut().for_each(|way| match way.last_mut() {
                Some(Piece::Raw(before)) => before.push_str(raw.raw),
                _ => way.push(Piece::Raw(raw.raw.to_owned())),
            }),
            Stmt::EmitExpr(emit) => ways.iter_mut().for_each(|way| way.push(Piece::Put(&emit.expr))),
            Stmt::IfCond(condition) => {
                let otherwise = ways_through(&condition.false_body, ways.clone())?;
                ways = ways_through(&condition.true_body, ways)?;
                ways.extend(otherwise);
            }
            _ => return None,
        }
        if ways.len() > MOST_WAYS {
            return None;
        }
    }
    Some(ways)
}

/// A server that stands in the text; `None`: what follows may still belong to its name.
fn fixed(raw: &str, is_whole: bool) -> Option<Reach> {
    let raw = raw.trim_start();
    let after = raw.find("://")? + 3;
    let ends = raw[after..].find(['/', '?', '#', '\\']);
    if ends.is_none() && !is_whole {
        return None;
    }
    let server = ends.map_or(raw, |at| &raw[..after + at]);
    let url = Url::parse(server).ok().filter(|url| url.has_host())?;
    Some(Reach::Fixed { server: origin(&url) })
}

fn is_address(name: &str, settings: &[Setting]) -> bool {
    settings.iter().any(|setting| setting.key == name && setting.kind == SettingKind::Url)
}

/// What is put in before the first slash behind the scheme.
fn before_the_path(way: &[Piece<'_>]) -> Vec<String> {
    let mut names = Vec::new();
    for piece in way {
        match piece {
            Piece::Raw(raw) => {
                let behind_scheme = raw.find("://").map_or(raw.as_str(), |at| &raw[at + 3..]);
                if behind_scheme.contains(['/', '?', '#', '\\']) {
                    break;
                }
            }
            Piece::Put(expression) => names.extend(names_in(expression)),
        }
    }
    names
}

/// An address as people read it, on one line.
fn shown(text: &str) -> String {
    const LONGEST: usize = 200;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().map(|c| if misleads(c) { '\u{fffd}' } else { c }).collect();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// `https://host:port`; without the port where it is the scheme's own.
pub(in crate::profile) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Whether a filled address leads where the profile says that it does.
pub(super) fn check(reaches: &[Reach], filled: &str, values: &Values) -> Result<(), String> {
    // What is no address at all is said where it is sent to.
    let Ok(url) = Url::parse(filled) else { return Ok(()) };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address has a user or password before the server's name: take it away".to_owned());
    }
    let leads_to = origin(&url);
    let says = |reach: &Reach| match reach {
        Reach::Fixed { server } => *server == leads_to,
        Reach::Setting { key } => {
            values.text(key).and_then(|text| Url::parse(text).ok()).is_some_and(|url| origin(&url) == leads_to)
        }
        Reach::Computed { .. } => true,
    };
    match reaches.iter().any(says) {
        true => Ok(()),
        false => Err("the filled address leads to another server than the profile says: check the settings".to_owned()),
    }
}
