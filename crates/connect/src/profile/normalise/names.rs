//! The names a profile gives to fields, with an account's settings in them.

use super::secrets::Asked;
use crate::{
    profile::{
        config::{push::Field, template::Template},
        wire::path_of,
    },
    settings::values::Values,
};
use std::collections::{BTreeMap, BTreeSet};

/// A name to look for.
#[derive(Debug, Clone)]
pub(super) struct Name {
    /// As the profile writes it.
    pub shown: String,
    /// As it is compared: plain, then inside each object the fields may be wrapped in.
    pub paths: Vec<String>,
}

pub(super) fn asked(names: &BTreeMap<Field, Vec<Name>>, extra: &[(String, Vec<Name>)]) -> Asked {
    let paths = |fields: &[Field]| -> BTreeSet<String> {
        let names = fields.iter().filter_map(|field| names.get(field)).flatten();
        names.flat_map(|name| &name.paths).cloned().collect()
    };
    let others = names.iter().filter(|(field, _)| **field != Field::Recording).flat_map(|(_, names)| names);
    let others = others.chain(extra.iter().flat_map(|(_, names)| names)).flat_map(|name| &name.paths);
    let others: BTreeSet<&String> = others.collect();
    let all = names.values().flatten().chain(extra.iter().flat_map(|(_, names)| names));
    Asked {
        all: all.flat_map(|name| &name.paths).cloned().collect(),
        numbers: paths(&[Field::Caller, Field::Called, Field::Extension, Field::PassedBy, Field::TalkSeconds]),
        ids: paths(&[Field::CallId, Field::LegId]),
        recordings: paths(&[Field::Recording]).into_iter().filter(|path| !others.contains(path)).collect(),
        dressed: paths(&[
            Field::Caller,
            Field::Called,
            Field::Extension,
            Field::PassedBy,
            Field::CallerName,
            Field::CalledName,
            Field::Queue,
        ]),
    }
}

pub(super) fn fill(templates: &[Template], values: &Values) -> Result<Vec<String>, String> {
    templates.iter().map(|template| template.render(values, None)).collect()
}

/// Names with settings in them; one that is left empty is none.
pub(super) fn fill_names(templates: &[Template], values: &Values, inside: &[String]) -> Result<Vec<Name>, String> {
    let mut names: Vec<Name> = Vec::with_capacity(templates.len());
    for shown in fill(templates, values)? {
        let path = path_of(&shown);
        if path.is_empty() || names.iter().any(|name| name.paths[0] == path) {
            continue;
        }
        let wrapped = inside.iter().map(|object| format!("{object}.{path}"));
        let paths = std::iter::once(path.clone()).chain(wrapped).collect();
        names.push(Name { shown: shown.trim().to_owned(), paths });
    }
    Ok(names)
}

/// A name as people read it; `None`: a number, a word for a hidden caller, nothing.
pub(super) fn person(text: &str) -> Option<String> {
    let name = text.trim().trim_matches(['"', '\'']).replace("\\\"", "\"");
    let name = name.trim();
    let nobody = ["anonymous", "unknown", "unavailable", "private", "restricted", "asterisk", "null", "none", "n/a"];
    let is_one = name.chars().any(char::is_alphabetic) && !nobody.contains(&name.to_lowercase().as_str());
    is_one.then(|| name.to_owned())
}

/// `"Anna Minta" <sip:+36…@pbx>`: the name in front.
pub(super) fn beside_number(text: &str) -> Option<String> {
    let (name, rest) = text.rsplit_once('<')?;
    person(name).filter(|_| rest.contains('>'))
}
