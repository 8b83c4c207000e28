//! The file beside a coded connector: what it is called, what it is for, and what it asks for.

use super::{
    problem::{ProfileError, Source},
    section::Section,
    setting::{self, Setting, Words},
};
use toml::de::DeTable;

/// What a connector tells of itself before anything is set up.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    pub title: Words,
    pub description: Words,
    /// What an administrator fills in for each account, in the order to ask.
    pub settings: Vec<Setting>,
}

impl Schema {
    /// `title`, `description` and `[[setting]]` tables, written as in a profile; `file` is only named in errors.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProfileError> {
        let source = Source { file, text };
        let table = DeTable::parse(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            source.error(offset, "", format!("this is no TOML: {}", error.message()))
        })?;
        let root = Section::root(source, &table);
        let schema = Self {
            title: Words::read(&root.required("title", "`title`, the system's name for people")?)?,
            description: Words::read(&root.required("description", "`description`, what an account is for")?)?,
            settings: setting::read_all(&root, &source)?,
        };
        root.finish()?;
        Ok(schema)
    }
}
