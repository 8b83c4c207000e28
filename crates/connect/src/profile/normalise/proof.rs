//! Who sends a push (vipex.md, Basics).
//!
//! Keys and passwords are compared in constant time (vipex.md, Basics); only their length can be learnt from how long it takes.

use crate::{
    RawPush,
    http::percent,
    profile::{
        config::{push::AuthRules, template::Template},
        wire::{Fields, Keep, LONGEST_SECRET, Names, path_of},
    },
    push::Standing,
    settings::{AccountError, values::Values},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};
use subtle::{Choice, ConstantTimeEq};

/// What a push must carry.
#[derive(Debug, Clone)]
pub(in crate::profile) enum Proof {
    /// The administrator said that none is needed.
    None,
    Key {
        key: SecretString,
        parameters: Vec<String>,
        headers: Vec<String>,
        bearer: bool,
    },
    User {
        user: String,
        password: SecretString,
        names: Vec<(String, String)>,
        basic: bool,
    },
}

const AUTHORIZATION: &str = "authorization";

/// The length of a key that we make.
const USUAL_KEY: usize = 43;

/// A proof, ready to be looked for.
#[derive(Debug, Clone)]
pub(in crate::profile) struct Gate {
    pub proof: Proof,
    /// What a push's fields may be wrapped in, and the proof with them.
    inside: Vec<String>,
    /// Nothing else of a push is read before it is found.
    names: Names,
}

/// A push, as far as somebody looks for a proof in it.
struct Carried<'a> {
    raw: &'a RawPush,
    fields: &'a Fields,
    inside: &'a [String],
}

impl Carried<'_> {
    /// What stands under a name: plainly, and in each object that the fields may be wrapped in.
    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let path = path_of(name);
        let wrapped = self.inside.iter().map(|object| self.fields.get(&within(object, &path))).collect::<Vec<_>>();
        [self.fields.get(&path)]
            .into_iter()
            .chain(wrapped)
            .flatten()
            .flat_map(|field| &field.values)
            .map(String::as_str)
    }

    fn is_filled_in(&self, name: &str) -> bool {
        self.values(name).any(|value| !value.trim().is_empty())
    }
}

fn within(object: &str, path: &str) -> String {
    format!("{object}.{path}")
}

impl Gate {
    /// `json_in`: parameters whose text is JSON, with a proof in it perhaps; `inside`: objects that a push's fields may be
    /// wrapped in.
    pub fn new(proof: Proof, json_in: &[String], inside: &[String]) -> Self {
        let plain: Vec<String> = proof.parameters().into_iter().map(path_of).collect();
        let json_in = if plain.is_empty() { &[] } else { json_in };
        let wrapped = inside.iter().flat_map(|object| plain.iter().map(move |path| within(object, path)));
        let wrapped: Vec<String> = wrapped.collect();
        let names = Names::new(plain.iter().chain(&wrapped).map(String::as_str), json_in);
        Self { names, inside: inside.to_vec(), proof }
    }

    /// Asks for what most accounts ask for; whatever comes, nobody acts on it.
    pub fn of_nobody() -> Self {
        let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let proof = Proof::Key {
            key: "0".repeat(USUAL_KEY).into(),
            parameters: texts(&["key", "api_key", "token", "access_token", "password"]),
            headers: texts(&["x-api-key", "api-key", "x-auth-token"]),
            bearer: true,
        };
        Self::new(proof, &texts(&["data", "payload"]), &texts(&["call", "data"]))
    }

    /// `raw` is a push without its body.
    pub fn in_head(&self, raw: &RawPush) -> Standing {
        match self.look(raw) {
            (true, _) => Standing::Proved,
            (false, fields) => {
                let carried = self.carried(raw, &fields);
                let tried = self.proof.is_tried_by(&carried);
                let may_be_in_body = !self.proof.parameters().is_empty();
                match may_be_in_body && !self.proof.is_settled_by(&carried) {
                    true => Standing::InBody,
                    false => Standing::Refused { tried },
                }
            }
        }
    }

    /// `raw` is a whole push.
    pub fn in_all(&self, raw: &RawPush) -> Standing {
        match self.look(raw) {
            (true, _) => Standing::Proved,
            (false, fields) => Standing::Refused { tried: self.proof.is_tried_by(&self.carried(raw, &fields)) },
        }
    }

    fn look(&self, raw: &RawPush) -> (bool, Fields) {
        let (fields, _) = Fields::read(raw, &self.names, Keep::Proof);
        (self.proof.is_carried_by(&self.carried(raw, &fields)), fields)
    }

    fn carried<'a>(&'a self, raw: &'a RawPush, fields: &'a Fields) -> Carried<'a> {
        Carried { raw, fields, inside: &self.inside }
    }
}

impl Proof {
    pub fn new(rules: &AuthRules, values: &Values) -> Result<Self, AccountError> {
        let one = |template: &Option<Template>| match template {
            Some(template) => template.render(values, None).map_err(|m| AccountError::new("push.auth", m)),
            None => Ok(String::new()),
        };
        let many = |templates: &[Template]| -> Result<Vec<String>, AccountError> {
            let texts: Result<Vec<String>, String> = templates.iter().map(|text| text.render(values, None)).collect();
            let mut texts = texts.map_err(|message| AccountError::new("push.auth", message))?;
            texts.retain(|text| !text.trim().is_empty());
            Ok(texts)
        };
        let missing = |what: &str| {
            let message = format!("pushes shall carry {what}, and it is not set: set it, or choose another proof");
            Err(AccountError::new("push.auth", message))
        };
        let too_long = |secret: &str| match secret.len() > LONGEST_SECRET {
            true => {
                Err(AccountError::new("push.auth", format!("a key or password has at most {LONGEST_SECRET} bytes")))
            }
            false => Ok(()),
        };
        match one(&rules.method)?.trim() {
            "none" => Ok(Self::None),
            "key" => match one(&rules.key)? {
                key if key.is_empty() => missing("a key"),
                key => {
                    too_long(&key)?;
                    let headers = many(&rules.key_headers)?.iter().map(|name| name.to_ascii_lowercase()).collect();
                    Ok(Self::Key {
                        key: key.into(),
                        parameters: many(&rules.key_parameters)?,
                        headers,
                        bearer: rules.bearer,
                    })
                }
            },
            "user" => match (one(&rules.user)?, one(&rules.password)?) {
                (user, password) if user.is_empty() || password.is_empty() => missing("a user and a password"),
                (user, password) => {
                    too_long(&password)?;
                    let users = many(&rules.user_parameters)?;
                    let passwords = many(&rules.password_parameters)?;
                    let pairs = users.iter().flat_map(|u| passwords.iter().map(move |p| (u.clone(), p.clone())));
                    Ok(Self::User { user, password: password.into(), names: pairs.collect(), basic: rules.basic })
                }
            },
            // A profile that reads no push needs no proof.
            "" if rules.method.is_none() => Ok(Self::None),
            _ => Err(AccountError::new("push.auth", "the proof of pushes is none of key, user and none")),
        }
    }

    /// Where in a push's fields it may stand.
    fn parameters(&self) -> Vec<&str> {
        match self {
            Self::None => Vec::new(),
            Self::Key { parameters, .. } => parameters.iter().map(String::as_str).collect(),
            Self::User { names, .. } => names.iter().flat_map(|(u, p)| [u.as_str(), p.as_str()]).collect(),
        }
    }

    /// Whether this push carries it, in any of the places where it may stand.
    fn is_carried_by(&self, carried: &Carried<'_>) -> bool {
        let raw = carried.raw;
        match self {
            Self::None => true,
            Self::Key { key, parameters, headers, bearer } => {
                let in_parameters = parameters.iter().flat_map(|name| carried.values(name));
                let in_headers = headers.iter().filter_map(|name| raw.headers.get(name)).map(|value| value.trim());
                let in_bearer = bearer.then(|| scheme(raw, "bearer")).flatten();
                any_equal(in_parameters.chain(in_headers).chain(in_bearer), key)
            }
            Self::User { user, password, names, basic } => {
                let mut found = Choice::from(0);
                for (user_name, password_name) in names {
                    for (given_user, given) in carried.values(user_name).zip(carried.values(password_name)) {
                        found |= equal(given_user, user) & equal(given, password.expose_secret());
                    }
                }
                let decoded =
                    basic.then(|| scheme(raw, "basic")).flatten().and_then(|text| BASE64_STANDARD.decode(text).ok());
                let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
                if let Some((given_user, given)) = decoded.as_deref().and_then(|text| text.split_once(':')) {
                    found |= equal(given_user, user) & equal(given, password.expose_secret());
                }
                found.into()
            }
        }
    }

    /// Whether there is anything where the proof is looked for: then it is a wrong one, and not none.
    fn is_tried_by(&self, carried: &Carried<'_>) -> bool {
        let raw = carried.raw;
        let filled = |name: &String| carried.is_filled_in(name);
        match self {
            Self::None => false,
            Self::Key { parameters, headers, bearer, .. } => {
                parameters.iter().any(filled)
                    || headers.iter().any(|name| is_filled(raw, name))
                    || (*bearer && is_filled(raw, AUTHORIZATION))
            }
            Self::User { names, basic, .. } => {
                names.iter().any(|(_, password)| filled(password)) || (*basic && is_filled(raw, AUTHORIZATION))
            }
        }
    }

    /// Whether a proof that is not right in header and address was meant to be one: then the body is not asked.
    /// Another scheme's `Authorization` is somebody else's, and half of user and password may have its other half there.
    fn is_settled_by(&self, carried: &Carried<'_>) -> bool {
        let raw = carried.raw;
        let filled = |name: &String| carried.is_filled_in(name);
        match self {
            Self::None => true,
            Self::Key { parameters, headers, bearer, .. } => {
                parameters.iter().any(filled)
                    || headers.iter().any(|name| is_filled(raw, name))
                    || (*bearer && scheme(raw, "bearer").is_some())
            }
            Self::User { names, basic, .. } => {
                names.iter().any(|(user, password)| filled(user) && filled(password))
                    || (*basic && scheme(raw, "basic").is_some())
            }
        }
    }

    /// The key or password it is.
    pub fn secret(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Key { key: secret, .. } | Self::User { password: secret, .. } => Some(secret.expose_secret()),
        }
    }

    /// The headers it may stand in.
    pub fn headers(&self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::Key { headers, bearer, .. } => {
                let mut headers = headers.clone();
                headers.extend(bearer.then(|| AUTHORIZATION.to_owned()));
                headers
            }
            Self::User { basic, .. } => basic.then(|| AUTHORIZATION.to_owned()).into_iter().collect(),
        }
    }

    /// `?key={key}`: what the URL given to the provider ends with.
    pub fn in_url(&self) -> String {
        match self {
            Self::Key { parameters, .. } => parameters.first().map_or(String::new(), |name| format!("?{name}={{key}}")),
            Self::User { names, .. } => names
                .first()
                .map_or(String::new(), |(user, password)| format!("?{user}={{user}}&{password}={{password}}")),
            Self::None => String::new(),
        }
    }

    /// The same with key, or user and password, filled in.
    pub fn filled_in(&self) -> SecretString {
        let pair = |name: &str, value: &str| format!("{}={}", percent::encode(name), percent::encode(value));
        match self {
            Self::Key { key, parameters, .. } => {
                parameters.first().map_or(String::new(), |name| format!("?{}", pair(name, key.expose_secret())))
            }
            Self::User { user, password, names, .. } => {
                names.first().map_or(String::new(), |(in_user, in_password)| {
                    format!("?{}&{}", pair(in_user, user), pair(in_password, password.expose_secret()))
                })
            }
            Self::None => String::new(),
        }
        .into()
    }

    /// For administrators.
    pub fn sentence(&self) -> String {
        match self {
            Self::None => {
                "Pushes carry no key: anybody on an address under push_from can make calls up, and without push_from \
                 only programs on the hub's own machine are listened to. Choose a key where the PBX can send one."
                    .to_owned()
            }
            Self::Key { parameters, headers, bearer, .. } => {
                let mut places: Vec<String> =
                    parameters.iter().take(3).map(|n| format!("as the parameter {n}")).collect();
                places.extend(headers.iter().take(2).map(|name| format!("in the header {name}")));
                places.extend(bearer.then(|| "as Authorization: Bearer".to_owned()));
                format!("The push key must come with every push, {}.", places.join(", or "))
            }
            Self::User { names, basic, .. } => {
                let mut places: Vec<String> =
                    names.iter().take(1).map(|(u, p)| format!("as the parameters {u} and {p}")).collect();
                places.extend(basic.then(|| "as HTTP Basic authentication".to_owned()));
                format!("User and password must come with every push, {}.", places.join(", or "))
            }
        }
    }
}

fn scheme<'a>(raw: &'a RawPush, scheme: &str) -> Option<&'a str> {
    let (given, rest) = raw.headers.get(AUTHORIZATION)?.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

fn is_filled(raw: &RawPush, header: &str) -> bool {
    raw.headers.get(header).is_some_and(|value| !value.trim().is_empty())
}

fn any_equal<'a>(given: impl Iterator<Item = &'a str>, key: &SecretString) -> bool {
    // all of them, whichever is the right one
    given.fold(Choice::from(0), |found, text| found | equal(text, key.expose_secret())).into()
}

fn equal(given: &str, expected: &str) -> Choice {
    given.as_bytes().ct_eq(expected.as_bytes())
}
