use super::ordered;

#[test]
fn whom_the_settings_name_goes_first_and_then_the_directory_before_the_accounts() {
    let order = |first: &[&str], accounts: &[&str]| {
        let first: Vec<String> = first.iter().map(|name| (*name).to_owned()).collect();
        ordered(&first, accounts.iter().map(|name| (*name).to_owned()))
    };
    assert_eq!(order(&[], &["desk", "crm"]), ["directory", "desk", "crm"]);
    assert_eq!(order(&["crm"], &["desk", "crm"]), ["crm", "directory", "desk"]);
    assert_eq!(
        order(&["gone", "crm", "directory"], &["crm"]),
        ["crm", "directory"],
        "one that is not set up is nobody"
    );
}
