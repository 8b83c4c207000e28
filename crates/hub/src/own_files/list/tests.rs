use super::*;

const USER: &str = "S-1-5-21-1-2-3-1001";
const COLLEAGUE: &str = "S-1-5-21-1-2-3-1002";

fn list(text: &str) -> List {
    List::read(text).expect("a list")
}

/// As a folder in a user's profile has it.
fn profile() -> String {
    format!("O:{USER}G:DUD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;FA;;;{USER})")
}

/// As a folder on a disk of its own inherits it.
const DISK: &str = "O:BAG:DUD:AI(A;ID;FA;;;BA)(A;OICIIOID;GA;;;BA)(A;ID;FA;;;SY)(A;OICIIOID;GA;;;SY)(A;ID;0x1301bf;;;AU)\
                    (A;OICIIOID;SDGXGWGR;;;AU)(A;OICIID;0x1200a9;;;BU)";

#[test]
fn what_is_in_a_users_profile_is_theirs_alone() {
    let profile = list(&profile());
    assert!(profile.is_closed(USER) && !profile.has_own_entries() && !profile.has_more_than(USER));
    assert_eq!(profile.owner(), USER);
    for others in [profile.readers(USER), profile.writers(USER), profile.replacers(USER)] {
        assert!(others.is_empty(), "{others:?}");
    }
    // Of a colleague's, all that is this user's is another one's.
    assert!(!profile.is_closed(COLLEAGUE));
    assert_eq!(profile.readers(COLLEAGUE), [USER]);
}

#[test]
fn what_is_on_an_open_disk_is_everybodys() {
    let disk = list(DISK);
    assert!(!disk.is_closed(USER) && disk.belongs_to_trusted(USER));
    assert_eq!(
        (disk.readers(USER), disk.writers(USER)),
        (vec!["AU".to_owned(), "BU".to_owned()], vec!["AU".to_owned()])
    );
    let taken = disk.closed(USER, true);
    assert_eq!(taken, format!("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;{USER})"));
    assert!(list(&format!("O:{USER}{taken}")).is_closed(USER));
}

#[test]
fn without_a_list_or_with_one_that_is_not_understood_everybody_may_everything() {
    for none in [format!("O:{USER}"), format!("O:{USER}D:NO_ACCESS_CONTROL"), format!("O:{USER}D:(A;;??;;;WD)")] {
        let none = list(&none);
        assert!(!none.is_closed(USER));
        assert_eq!((none.readers(USER), none.replacers(USER)), (vec!["WD".to_owned()], vec!["WD".to_owned()]));
    }
    for no_list in ["", "D:(A;;FA;;;SY)", "O:SYD:(A;;FA)", "O:SYD:(A;;FA;;;SY"] {
        assert_eq!(List::read(no_list), None, "{no_list}");
    }
    // An empty one lets in nobody.
    assert!(list(&format!("O:{USER}D:P")).is_closed(USER));
}

#[test]
fn only_what_others_are_allowed_counts() {
    let with = |entry: &str| list(&format!("O:{USER}D:P(A;;FA;;;{USER}){entry}S:AI(AU;SAFA;FA;;;WD)"));
    assert!(with("(D;;FA;;;WD)").is_closed(USER));
    // Whoever makes something in it, and whose it is.
    assert!(with("(A;OICIIO;GA;;;CO)(A;;FA;;;OW)").is_closed(USER));
    // For what is made in a folder it matters, for the folder itself not.
    let inside = with("(A;OICIIO;GR;;;BU)");
    assert_eq!((inside.is_closed(USER), inside.readers(USER)), (false, Vec::new()));
    let under_condition = with("(XA;;FR;;;BU;(Member_of {SID(BA)}))(A;;FA;;;SY)");
    assert_eq!(under_condition.readers(USER), ["BU"]);
    // To make folders in it is not to put another one in its place.
    let roots = with("(A;;0x100004;;;AU)(A;OICIIO;SDGXGWGR;;;AU)");
    assert_eq!((roots.writers(USER), roots.replacers(USER)), (vec!["AU".to_owned()], Vec::new()));
    for replacing in ["0x1301bf", "FA", "SD", "WD", "WO", "DT"] {
        assert_eq!(with(&format!("(A;;{replacing};;;AU)")).replacers(USER), ["AU"], "{replacing}");
    }
}

#[test]
fn the_hubs_service_keeps_what_it_may() {
    let folder = list(&format!("O:BA{}", of_service(ServiceMay::Change)));
    assert!(folder.is_closed(USER) && folder.has_more_than(USER));
    let closed = folder.closed(USER, true);
    assert!(closed.contains(&format!("(A;OICI;0x1301bf;;;{SERVICE})")), "{closed}");
    assert!(of_service(ServiceMay::Read).contains(&format!("(A;OICI;0x1200a9;;;{SERVICE})")));
}

#[test]
fn a_file_in_anothers_place_keeps_whom_somebody_chose() {
    let before = list(&format!(
        "O:{USER}D:AI(A;;FA;;;{USER})(A;;FR;;;{COLLEAGUE})(A;ID;0x1200a9;;;BU)(A;ID;0x1200a9;;;{SERVICE})(D;;FA;;;BG)"
    ));
    assert!(before.has_own_entries());
    let own = format!("D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;{USER})");
    let chosen = format!("{own}(A;;0x120089;;;{COLLEAGUE})(A;;0x1200a9;;;{SERVICE})");
    assert_eq!(before.kept(USER, false), chosen);
    assert_eq!(before.closed(USER, false), format!("{own}(A;;0x1200a9;;;{SERVICE})"));
    let all = before.kept(USER, true);
    assert!(all.contains("(A;;0x1200a9;;;BU)") && !all.contains("BG"), "{all}");
}

#[test]
fn the_system_itself_is_named_once() {
    assert_eq!(private("SY", false), "D:P(A;;FA;;;BA)(A;;FA;;;SY)");
    assert_eq!(private(USER, true), format!("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;{USER})"));
}

#[test]
fn what_to_type_is_the_same_in_every_language() {
    let others = ["BU".to_owned(), COLLEAGUE.to_owned(), "DU".to_owned()];
    assert_eq!(
        command_to_close(r"C:\a b\hub.toml", &others),
        format!(r#"icacls "C:\a b\hub.toml" /inheritance:d /remove:g *S-1-5-32-545 *{COLLEAGUE} DU"#)
    );
}
