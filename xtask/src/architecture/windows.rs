//! Which window may have what done: `permissions/windows.json` beside the contract and the pages that use it.
//!
//! A command that is missing there would be refused in the running app only; this finds it before. One that no page of
//! the window uses is more than it needs.

use super::Findings;
use crate::checkout::Checkout;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

/// The list of commands.
const CONTRACT: &str = "src-tauri/src/contract/mod.rs";

/// Each window's permission, and where its page's code is.
const WINDOWS: [(&str, &str); 2] = [("for-popup", "ui/src/popup"), ("for-main", "ui/src/main")];

/// Code of both pages.
const SHARED: &str = "ui/src/lib";

/// Not in the list: what a window hears by it follows from which window it is (`src-tauri/src/ears.rs`).
const HEAR: &str = "hear";

pub fn check(checkout: &Checkout, findings: &mut Findings) -> Result<(), String> {
    let read = |name: &str| fs::read_to_string(checkout.path(name)).map_err(|e| format!("{name}: {e}"));
    let contract = commands(&read(CONTRACT)?)?;
    if contract.is_empty() {
        return Err(format!("{CONTRACT} lists no commands, or not as it did"));
    }
    let text = read("permissions/windows.json")?;
    let permissions: Value = serde_json::from_str(&text).map_err(|e| format!("permissions/windows.json: {e}"))?;
    let shared = used(&checkout.path(SHARED), &contract)?;
    let mut anywhere = BTreeSet::new();
    for (window, code) in WINDOWS {
        let mut allowed = allowed(&permissions, window);
        if !allowed.remove(HEAR) {
            findings.problem(format!("permissions/windows.json does not let {window} hear anything"));
        }
        let used = used(&checkout.path(code), &contract)?;
        for used in used.difference(&allowed) {
            findings.problem(format!("{code} uses {used}, which permissions/windows.json does not allow {window}"));
        }
        for unused in allowed.iter().filter(|name| !used.contains(*name) && !shared.contains(*name)) {
            findings.problem(format!("permissions/windows.json allows {window} {unused}, which {code} does not use"));
        }
        anywhere.extend(allowed);
    }
    for command in contract.difference(&anywhere) {
        findings.problem(format!("no window may use the command {command}: name it in permissions/windows.json"));
    }
    for command in anywhere.difference(&contract) {
        findings.problem(format!("permissions/windows.json allows {command}, which is no command"));
    }
    Ok(())
}

fn allowed(permissions: &Value, window: &str) -> BTreeSet<String> {
    let all = permissions["permission"].as_array().into_iter().flatten();
    let ours = all.filter(|permission| permission["identifier"] == window);
    let commands = ours.filter_map(|permission| permission["commands"]["allow"].as_array()).flatten();
    commands.filter_map(|command| command.as_str().map(str::to_owned)).collect()
}

/// The names in `contract! { commands { name(…) -> … = …; } }`.
fn commands(contract: &str) -> Result<BTreeSet<String>, String> {
    let tokens: TokenStream = contract.parse().map_err(|e| format!("{CONTRACT} is no Rust: {e}"))?;
    let list: Vec<TokenTree> = in_braces_after("commands", tokens).into_iter().flatten().collect();
    let names = list.windows(2).filter_map(|pair| match pair {
        [TokenTree::Ident(name), TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            Some(name.to_string())
        }
        _ => None,
    });
    Ok(names.collect())
}

/// The first braces after this word, however deep.
fn in_braces_after(word: &str, tokens: TokenStream) -> Option<TokenStream> {
    let mut before = false;
    for token in tokens {
        match &token {
            TokenTree::Group(group) if before && group.delimiter() == Delimiter::Brace => return Some(group.stream()),
            TokenTree::Group(group) => {
                if let Some(found) = in_braces_after(word, group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
        before = matches!(&token, TokenTree::Ident(name) if name == word);
    }
    None
}

/// The commands whose names stand as `("name"` in a folder's code.
fn used(folder: &Path, contract: &BTreeSet<String>) -> Result<BTreeSet<String>, String> {
    let mut files = Vec::new();
    super::tree::walk(folder, &mut files)?;
    let mut used = BTreeSet::new();
    for text in files.iter().filter_map(|file| fs::read_to_string(file).ok()) {
        let quoted = text.split("(\"").skip(1).filter_map(|rest| rest.split_once('"').map(|(name, _)| name));
        used.extend(quoted.filter(|name| contract.contains(*name)).map(str::to_owned));
    }
    Ok(used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_is_read() {
        let contract = "use super::commands::*;\ncontract! { commands {\n// what there is\nview() -> View = desk::view;\n\
                        show_main(section: Section,) -> () = windows::show; }\nevents { pop: View; } }";
        assert_eq!(commands(contract), Ok(BTreeSet::from(["view", "show_main"].map(str::to_owned))));
    }
}
