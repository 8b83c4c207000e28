//! In which campaigns the customers of calls in wrap-up are, as it becomes known.

use super::{WrapUpDraft, WrapUps, open::first_draft};
use crate::keep::Keep;
use ringcard_core::{call::CallId, campaign::CampaignRecord};

/// Records of one customer; the same bound the campaigns have.
const MOST_RECORDS: usize = 50;

impl WrapUps {
    /// The customer's records were found (again); `silent` are the accounts that did not say. A call of whom none were
    /// known may begin its wrap-up now: tell [`Self::call_ended`] again with them.
    pub fn records(&mut self, id: &CallId, records: Vec<CampaignRecord>, silent: &[String]) -> Vec<Keep> {
        let Some(at) = self.at(id) else { return Vec::new() };
        let open = &mut self.open[at];
        let (records, unknown) = (bounded(with_known(&open.wrap_up.records, records, silent)), !silent.is_empty());
        if open.wrap_up.records == records && open.wrap_up.records_unknown == unknown {
            return Vec::new();
        }
        open.wrap_up.records = records;
        open.wrap_up.records_unknown = unknown;
        open.unkept_wrap_up = true;
        if open.draft == WrapUpDraft::default() {
            open.draft = first_draft(&open.wrap_up.records);
        }
        self.choose_codes(at);
        self.open[at].keep_changed()
    }

    /// No account has campaigns (any more): there is nobody to ask.
    pub fn no_campaigns(&mut self) -> Vec<Keep> {
        let unknown = self.open.iter_mut().filter(|open| open.wrap_up.records_unknown);
        unknown
            .flat_map(|open| {
                open.wrap_up.records_unknown = false;
                open.unkept_wrap_up = true;
                open.keep_changed()
            })
            .collect()
    }
}

/// What an account that did not answer said before is not forgotten.
pub(crate) fn with_known(
    before: &[CampaignRecord],
    found: Vec<CampaignRecord>,
    silent: &[String],
) -> Vec<CampaignRecord> {
    let known = before.iter().filter(|known| silent.contains(&known.record.account)).cloned();
    known.chain(found).collect()
}

pub(super) fn bounded(mut records: Vec<CampaignRecord>) -> Vec<CampaignRecord> {
    records.truncate(MOST_RECORDS);
    records
}
