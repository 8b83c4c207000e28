//! Where a secret may be sent: to the hosts it was given for, and to no other.
//!
//! An address in a settings file is changed by whoever may write that file; a password in a keyring is somebody's who typed
//! it in for one host. So the keyring keeps the hosts with the secret, in the same entry: they cannot part, and an entry
//! that a person or another program fills anew begins anew. A secret kept before there were hosts belongs to the hosts it
//! is first used with. References to environment variables and files are the administrator's own and mean what they say.

use ringcard_connect::origin;
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeSet, fmt};

/// Scheme, host and port of everywhere something is sent; the path does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosts(BTreeSet<String>);

/// Between a secret and its hosts. A secret has no line end in it.
const MARK: &str = "\nringcard-hosts ";

impl Hosts {
    /// The host of one address; of none, where it is no address.
    pub fn of_url(url: &str) -> Self {
        Self(origin::of(url).into_iter().collect())
    }

    /// What never leaves this program has a name instead of a host.
    pub fn only(name: &str) -> Self {
        Self(BTreeSet::from([name.to_owned()]))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn are_all_in(&self, others: &Self) -> bool {
        self.0.is_subset(&others.0)
    }

    /// The secret with its hosts, as a keyring keeps it.
    pub fn bind(&self, secret: &SecretString) -> SecretString {
        let hosts: Vec<&str> = self.0.iter().map(String::as_str).collect();
        SecretString::from(format!("{}{MARK}{}", secret.expose_secret(), hosts.join(" ")))
    }
}

impl FromIterator<String> for Hosts {
    fn from_iter<T: IntoIterator<Item = String>>(origins: T) -> Self {
        Self(origins.into_iter().collect())
    }
}

impl Extend<String> for Hosts {
    fn extend<T: IntoIterator<Item = String>>(&mut self, origins: T) {
        self.0.extend(origins);
    }
}

impl IntoIterator for Hosts {
    type Item = String;
    type IntoIter = std::collections::btree_set::IntoIter<String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<&str> = self.0.iter().map(String::as_str).collect();
        f.write_str(&hosts.join(", "))
    }
}

/// The secret as it is used, and the hosts it was given for; `None` where it was kept without any.
pub fn unbind(kept: &SecretString) -> (SecretString, Option<Hosts>) {
    match kept.expose_secret().rsplit_once(MARK) {
        Some((secret, hosts)) => {
            let hosts = hosts.split(' ').filter(|host| !host.is_empty()).map(str::to_owned).collect();
            (SecretString::from(secret), Some(hosts))
        }
        None => (kept.clone(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_scheme_name_and_port_and_no_path() {
        let same = ["https://pbx.example.com", "https://pbx.example.com:443/api?x=1", "HTTPS://PBX.example.com/other"];
        for url in same {
            assert_eq!(Hosts::of_url(url), Hosts::of_url(same[0]), "{url}");
        }
        for other in [
            "http://pbx.example.com",
            "https://pbx.example.com:8443",
            "https://example.com",
            "https://pbx.example.com.",
            "wss://pbx.example.com",
        ] {
            assert!(!Hosts::of_url(other).are_all_in(&Hosts::of_url(same[0])), "{other}");
        }
        assert!(Hosts::of_url("nonsense").is_empty() && Hosts::of_url("data:text/plain,x").is_empty());
    }

    #[test]
    fn a_secret_comes_back_as_it_was_with_the_hosts_it_was_given_for() {
        let hosts: Hosts =
            ["https://a.example.com".to_owned(), "https://b.example.com".to_owned()].into_iter().collect();
        let (secret, given_for) = unbind(&hosts.bind(&SecretString::from("p w")));
        assert_eq!((secret.expose_secret(), given_for), ("p w", Some(hosts)));
        let (secret, given_for) = unbind(&SecretString::from("p w"));
        assert_eq!((secret.expose_secret(), given_for), ("p w", None));
    }
}
