use super::*;
use ringcard_core::{Timestamp, customer::Customer};

fn found(id: &str, name: &str, strength: MatchStrength) -> Match {
    let id = CustomerId(id.into());
    let customer = Customer {
        source: id.source().to_owned(),
        id,
        details: CustomerDetails { name: name.into(), ..CustomerDetails::default() },
        updated_at: Timestamp(0),
    };
    Match { customer, strength, reason: MatchReason::SameNumber { label: String::new() } }
}

use MatchStrength::{Exact, Likely, Maybe};

/// What is known, to be put together.
struct Known {
    directory: Lookup,
    crm: Option<Vec<Match>>,
    desk: Option<Vec<Match>>,
    links: Vec<CustomerLink>,
    remembered: Option<CustomerId>,
    not_theirs: Vec<CustomerId>,
    named: Option<CustomerId>,
    leaning: Option<CustomerId>,
}

fn known(directory: Vec<Match>, crm: Option<Vec<Match>>) -> Known {
    let directory = match directory.is_empty() {
        true => Lookup::NoMatch,
        false => Lookup::Found { matches: directory, chosen: None },
    };
    let (links, not_theirs) = (Vec::new(), Vec::new());
    Known { directory, crm, desk: Some(Vec::new()), links, remembered: None, not_theirs, named: None, leaning: None }
}

impl Known {
    fn merged(&self) -> Merged {
        let mut matches = BTreeMap::new();
        matches.extend(self.crm.as_ref().map(|found| ("crm", found.as_slice())));
        matches.extend(self.desk.as_ref().map(|found| ("desk", found.as_slice())));
        let said = Said {
            order: &["directory".to_owned(), "crm".to_owned(), "desk".to_owned()],
            directory: &self.directory,
            is_asking: self.crm.is_none() || self.desk.is_none(),
            unanswered: None,
            matches: &matches,
            links: &self.links.iter().collect::<Vec<_>>(),
            remembered: self.remembered.as_ref(),
            not_theirs: &self.not_theirs.iter().collect(),
            named: self.named.as_ref(),
            leaning: self.leaning.as_ref(),
        };
        said.merged()
    }

    /// Whom the card names, and everybody it offers.
    fn names(&self) -> (Option<String>, Vec<String>) {
        match self.merged().lookup {
            Lookup::Found { matches, chosen } => {
                (chosen.map(|id| id.0), matches.into_iter().map(|found| found.customer.id.0).collect())
            }
            other => panic!("somebody was found, not {other:?}"),
        }
    }
}

fn link(one: &str, other: &str) -> CustomerLink {
    CustomerLink { one: CustomerId(one.into()), other: CustomerId(other.into()), by: None, at: Timestamp(1) }
}

fn id(text: &str) -> Option<CustomerId> {
    Some(CustomerId(text.into()))
}

fn list(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[test]
fn the_first_source_with_an_exact_match_names_the_caller_and_the_others_are_offered() {
    let both = known(vec![found("d-1", "Ana Kiss", Exact)], Some(vec![found("crm/7", "Béla Nagy", Exact)]));
    assert_eq!(both.names(), (Some("d-1".into()), list(&["d-1", "crm/7"])));
    let unsure = known(vec![found("d-1", "Ana Kiss", Maybe)], Some(vec![found("crm/7", "Béla Nagy", Exact)]));
    assert_eq!(unsure.names(), (Some("crm/7".into()), list(&["crm/7", "d-1"])));
}

#[test]
fn a_number_that_several_have_in_the_first_source_is_a_choice_over_all() {
    let shared = vec![found("d-1", "Ana Kiss", Exact), found("d-2", "Éva Kiss", Exact)];
    let several = known(shared, Some(vec![found("crm/7", "Béla Nagy", Exact)]));
    assert_eq!(several.names(), (None, list(&["d-1", "d-2", "crm/7"])));
}

#[test]
fn a_name_that_was_shown_stays_when_an_earlier_source_answers_later() {
    let mut late = known(Vec::new(), None);
    late.desk = Some(vec![found("desk/3", "Ana Kiss", Exact)]);
    assert_eq!(late.names().0, Some("desk/3".into()));
    late.named = id("desk/3");
    late.crm = Some(vec![found("crm/7", "Béla Nagy", Exact)]);
    assert_eq!(late.names(), (Some("desk/3".into()), list(&["crm/7", "desk/3"])));
}

#[test]
fn a_likely_caller_is_not_renamed_but_becomes_a_choice() {
    let mut likely = known(vec![found("d-1", "Ana Kiss", Likely)], Some(vec![found("crm/7", "Béla Nagy", Exact)]));
    likely.leaning = id("d-1");
    assert_eq!(likely.names(), (None, list(&["crm/7", "d-1"])));
    let ana = Some(vec![found("crm/7", "Ana Kiss", Exact)]);
    let mut linked = known(vec![found("d-1", "Ana Kiss", Likely)], ana);
    linked.leaning = id("d-1");
    linked.links = vec![link("crm/7", "d-1")];
    assert_eq!(linked.names(), (Some("d-1".into()), list(&["d-1"])));
}

#[test]
fn whom_an_agent_chose_is_named_whatever_was_shown() {
    let mut chosen = known(vec![found("d-1", "Ana Kiss", Exact)], Some(vec![found("crm/7", "Béla Nagy", Maybe)]));
    chosen.named = id("d-1");
    chosen.remembered = id("crm/7");
    assert_eq!(chosen.names(), (Some("crm/7".into()), list(&["crm/7", "d-1"])));
}

#[test]
fn linked_customers_are_one_choice_and_the_part_is_about_the_linked_one() {
    let crm = vec![found("crm/7", "A. Kiss", Exact), found("crm/8", "Other", Exact)];
    let mut linked = known(vec![found("d-1", "Ana Kiss", Exact)], Some(crm));
    linked.links = vec![link("crm/7", "d-1")];
    assert_eq!(linked.names(), (Some("d-1".into()), list(&["d-1", "crm/8"])));
    assert_eq!(linked.merged().about, BTreeMap::from([("crm".to_owned(), CustomerId("crm/7".into()))]));
}

#[test]
fn what_is_said_of_a_number_holds_for_everybody_who_is_the_same_person() {
    let crm = vec![found("crm/7", "Ana Kiss", Exact)];
    let mut not_theirs = known(vec![found("d-1", "Ana Kiss", Exact), found("d-2", "Béla", Maybe)], Some(crm));
    not_theirs.links = vec![link("crm/7", "d-1")];
    not_theirs.not_theirs = vec![CustomerId("d-1".into())];
    assert_eq!(not_theirs.names(), (None, list(&["d-2"])));
}

#[test]
fn only_those_who_are_called_the_same_and_are_the_only_ones_may_be_one_person() {
    let same = |directory: Vec<Match>, crm: Vec<Match>| known(directory, Some(crm)).merged().same;
    let ana = || vec![found("d-1", "Ana Kiss", Exact)];
    let pair = (CustomerId("d-1".into()), CustomerId("crm/7".into()));
    assert_eq!(same(ana(), vec![found("crm/7", "KISS, Ana", Exact)]), std::slice::from_ref(&pair));
    assert_eq!(same(ana(), vec![found("crm/7", "dr. Ana Kiss", Exact)]), [pair]);
    assert!(same(ana(), vec![found("crm/7", "Béla Nagy", Exact)]).is_empty());
    assert!(same(ana(), vec![found("crm/7", "Ana", Exact)]).is_empty(), "one word is the name of too many");
    assert!(same(ana(), vec![found("crm/7", "Ana Kiss", Likely)]).is_empty());
    assert!(same(ana(), vec![found("crm/7", "Ana Kiss", Exact), found("crm/8", "Ana Kiss", Exact)]).is_empty());
    let two = vec![found("d-1", "Ana Kiss", Exact), found("d-2", "Éva Kiss", Exact)];
    assert!(same(two, vec![found("crm/7", "Ana Kiss", Exact)]).is_empty(), "nobody said which of the two it is");
}

#[test]
fn two_customers_of_one_system_are_never_proposed_as_one_person() {
    let crm = vec![found("crm/7", "Ana Kiss", Exact)];
    let mut linked = known(vec![found("d-1", "Ana Kiss", Exact)], Some(crm));
    linked.links = vec![link("crm/9", "d-1")];
    assert!(linked.merged().same.is_empty());
    assert_eq!(linked.merged().about["crm"], CustomerId("crm/9".into()), "of whom they are linked with, it tells");
}

#[test]
fn while_one_is_asked_nobody_is_said_to_be_nobody() {
    let mut nobody = known(Vec::new(), None);
    assert_eq!(nobody.merged().lookup, Lookup::Looking);
    nobody.crm = Some(Vec::new());
    assert_eq!(nobody.merged().lookup, Lookup::NoMatch);
    nobody.directory = Lookup::Looking;
    nobody.crm = Some(vec![found("crm/7", "Ana Kiss", Exact)]);
    assert_eq!(nobody.merged().lookup, Lookup::Looking, "the directory is here in a moment");
    nobody.crm = Some(Vec::new());
    nobody.directory = Lookup::Unavailable { system: "directory".into(), matches: Vec::new() };
    assert!(matches!(nobody.merged().lookup, Lookup::Unavailable { .. }));
    nobody.crm = Some(vec![found("crm/7", "Ana Kiss", Exact)]);
    assert_eq!(nobody.names().0, Some("crm/7".into()), "another system knows them");
}

#[test]
fn of_a_number_that_thousands_have_twenty_are_offered_and_whoever_is_named_is_among_them() {
    let many = |source: &str| (0..40).map(|n| found(&format!("{source}{n}"), &format!("No {n}"), Exact)).collect();
    let mut shared = known(many("d-"), Some(many("crm/")));
    assert_eq!((shared.names().0, shared.names().1.len()), (None, 20));
    shared.remembered = id("crm/39");
    assert_eq!(shared.names().1[0], "crm/39");
    shared.remembered = None;
    shared.named = id("crm/39");
    let (named, offered) = shared.names();
    assert_eq!((named.as_deref(), offered.len()), (Some("crm/39"), 20));
    assert!(offered.contains(&"crm/39".to_owned()));
}
