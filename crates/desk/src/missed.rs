//! The team's missed calls that are left to do, as this desk was told of them.

use ringcard_core::{
    call::AgentId,
    missed::{MissedCaller, MissedId, MissedList},
    number::{NumberView, Party, view},
};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// A row with its numbers as they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct MissedRow {
    #[serde(flatten)]
    #[ts(flatten)]
    pub row: MissedCaller,
    /// The caller.
    pub number: NumberView,
    /// The number that was called; absent where nobody told.
    pub line_number: Option<NumberView>,
}

/// The list as it is looked at, the most urgent first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct MissedRows {
    pub rows: Vec<MissedRow>,
    /// The hub has further ones.
    pub more: bool,
}

/// What the frame says of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
pub struct MissedView {
    /// A hub that shares no list: what each missed is all there is.
    pub is_shared: bool,
    /// Rows that nobody else has taken on.
    pub for_me: u32,
    /// Another one whenever a row changed: who shows rows asks again.
    pub version: u32,
}

/// The rows the hub told of.
#[derive(Debug, Default)]
pub(crate) struct Missed {
    rows: BTreeMap<MissedId, MissedCaller>,
    is_shared: bool,
    more: bool,
    version: u32,
}

impl Missed {
    /// A snapshot; without a list the hub shares none.
    pub fn welcome(&mut self, list: Option<MissedList>) {
        self.is_shared = list.is_some();
        let list = list.unwrap_or_default();
        self.more = list.more;
        self.rows = list.rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        self.version = self.version.wrapping_add(1);
    }

    /// Rows that are new or changed, and those of which nothing is left.
    pub fn take(&mut self, rows: Vec<MissedCaller>, gone: &[MissedId]) {
        self.rows.retain(|id, _| !gone.contains(id));
        for row in rows {
            self.rows.insert(row.id.clone(), row);
        }
        self.version = self.version.wrapping_add(1);
    }

    pub fn view(&self, me: &AgentId) -> MissedView {
        let is_mine = |row: &&MissedCaller| row.taken.as_ref().is_none_or(|taken| taken.by == *me);
        let for_me = u32::try_from(self.rows.values().filter(is_mine).count()).unwrap_or(u32::MAX);
        MissedView { is_shared: self.is_shared, for_me, version: self.version }
    }

    pub fn list(&self) -> MissedRows {
        let mut rows: Vec<&MissedCaller> = self.rows.values().collect();
        rows.sort_by(|one, other| one.urgency().cmp(&other.urgency()));
        MissedRows { rows: rows.into_iter().map(shown).collect(), more: self.more }
    }
}

fn shown(row: &MissedCaller) -> MissedRow {
    let line_number = (!matches!(row.called.0, Party::Hidden)).then(|| view(&row.called.0));
    MissedRow { number: view(&row.caller.0), line_number, row: row.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_core::{
        Timestamp,
        call::CallId,
        missed::MissedTaken,
        number::{Ani, Dnis},
    };

    fn row(id: &str, due: Option<i64>, taken: Option<&str>) -> MissedCaller {
        MissedCaller {
            id: MissedId(id.into()),
            account: "pbx".into(),
            caller: Ani(Party::Hidden),
            name: None,
            customer_id: None,
            called: Dnis(Party::Hidden),
            line: None,
            queue: None,
            agents: Vec::new(),
            count: 1,
            first_at: Timestamp(1),
            last_at: Timestamp(1),
            last_call: CallId(id.into()),
            due_at: due.map(Timestamp),
            taken: taken.map(|name| MissedTaken { by: AgentId(name.into()), at: Timestamp(2) }),
            done: None,
            version: 1,
        }
    }

    fn ids(missed: &Missed) -> Vec<String> {
        missed.list().rows.into_iter().map(|shown| shown.row.id.0).collect()
    }

    #[test]
    fn what_is_due_stands_first_and_what_nobody_else_has_is_mine_to_do() {
        let me = AgentId("Ana".into());
        let mut missed = Missed::default();
        assert!(!missed.view(&me).is_shared, "before a hub said so");
        let rows = vec![row("a", None, None), row("b", Some(9), Some("Béla")), row("c", Some(5), Some("Ana"))];
        missed.welcome(Some(MissedList { rows, more: false }));
        assert_eq!(ids(&missed), ["c", "b", "a"]);
        let before = missed.view(&me);
        assert_eq!((before.is_shared, before.for_me), (true, 2));
        missed.take(vec![row("b", Some(9), None)], &[MissedId("a".into())]);
        assert_eq!(ids(&missed), ["c", "b"]);
        let after = missed.view(&me);
        assert!(after.for_me == 2 && after.version != before.version);
        missed.welcome(None);
        assert_eq!((ids(&missed), missed.view(&me).is_shared), (Vec::new(), false), "a hub of an older version");
    }
}
