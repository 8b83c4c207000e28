//! How names are compared, and which ones are looked for.
//!
//! `call[caller]`, `call.caller` and `{"call":{"caller":…}}` are the same name; case, `_`, `-` and spaces do not count.
//! Names are trees of segments: what stands deeper in a push goes on where its surroundings are, and no path is put
//! together for it.

use std::collections::HashMap;

/// A longer name is no PBX's.
pub(in crate::profile) const LONGEST_NAME: usize = 512;

/// How a name is compared.
pub(in crate::profile) fn path_of(name: &str) -> String {
    let mut path = String::new();
    each_segment(name, &mut String::new(), |segment| {
        if path.is_empty() {
            path.push_str(segment);
        } else if !is_index(segment) {
            path.push('.');
            path.push_str(segment);
        }
        true
    });
    path
}

/// `call[caller]` as `call.caller`.
pub(in crate::profile) fn dotted(name: &str) -> String {
    name.replace("][", ".").replace('[', ".").replace(']', "")
}

/// `extension[0]` and `extension[]` are elements of `extension`.
pub(super) fn is_index(segment: &str) -> bool {
    segment.bytes().all(|byte| byte.is_ascii_digit())
}

/// The parts of a name as they are compared, outermost first, none of them empty, until it is told to stop.
pub(in crate::profile) fn each_segment(name: &str, segment: &mut String, mut goes_on: impl FnMut(&str) -> bool) {
    segment.clear();
    for c in name.chars() {
        match c {
            '.' | '[' => {
                if !segment.is_empty() && !goes_on(segment) {
                    return;
                }
                segment.clear();
            }
            ']' | '_' | '-' | ' ' => {}
            c if c.is_ascii() => segment.push(c.to_ascii_lowercase()),
            c => segment.extend(c.to_lowercase()),
        }
    }
    if !segment.is_empty() {
        goes_on(segment);
    }
}

/// The names somebody looks for, as a tree. Made once for each account.
#[derive(Debug, Clone)]
pub(in crate::profile) struct Names {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    inner: HashMap<Box<str>, usize>,
    /// Somebody looks for just this, and not only for what is inside of it.
    is_looked_for: bool,
    /// A parameter whose text is JSON (vipex.md, Call data).
    is_json: bool,
    /// What stands there is read whole, however long it is.
    is_whole: bool,
}

pub(super) const ROOT: usize = 0;

impl Names {
    /// `paths` as [`path_of`] makes them; `json_in` are the paths of those whose text is JSON.
    pub fn new<'a>(paths: impl Iterator<Item = &'a str>, json_in: &[String]) -> Self {
        let mut names = Self { nodes: vec![Node::default()] };
        for path in paths {
            let node = names.add(path);
            names.nodes[node].is_looked_for = node != ROOT;
        }
        for path in json_in {
            let node = names.add(path);
            names.nodes[node].is_looked_for = node != ROOT;
            names.nodes[node].is_json = true;
        }
        names
    }

    /// Of what stands under these, nothing is left out: half of it would be something else.
    pub fn whole<'a>(mut self, paths: impl Iterator<Item = &'a str>) -> Self {
        for path in paths {
            let node = self.add(path);
            self.nodes[node].is_whole = node != ROOT;
        }
        self
    }

    fn add(&mut self, path: &str) -> usize {
        let mut at = ROOT;
        for segment in path.split('.').filter(|segment| !segment.is_empty()) {
            at = match self.nodes[at].inner.get(segment) {
                Some(known) => *known,
                None => {
                    self.nodes.push(Node::default());
                    let new = self.nodes.len() - 1;
                    self.nodes[at].inner.insert(segment.into(), new);
                    new
                }
            };
        }
        at
    }

    pub(super) fn inside(&self, node: usize, segment: &str) -> Option<usize> {
        self.nodes[node].inner.get(segment).copied()
    }

    pub(super) fn is_looked_for(&self, node: usize) -> bool {
        self.nodes[node].is_looked_for
    }

    pub(super) fn is_json(&self, node: usize) -> bool {
        self.nodes[node].is_json
    }

    pub(super) fn is_whole(&self, node: usize) -> bool {
        self.nodes[node].is_whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_many_spellings() {
        for name in ["call[Caller_ID]", "call.callerid", "CALL.caller-id", "call[caller id]", "call.CallerID[0]"] {
            assert_eq!(path_of(name), "call.callerid", "{name}");
        }
        assert_eq!(path_of("2"), "2");
        assert_eq!(path_of("legs[0][extension]"), "legs.extension");
        assert_eq!(path_of("[]"), "");
    }
}
