//! How a request to the PBX is built: `[originate]` and `[test]`.

use super::{
    reach::{self, Reach},
    template::{Escape, OrderNames, Scope, Template},
};
use crate::settings::{
    ProfileError,
    section::{Node, Section, Text, only_one_of},
    values::Values,
};
use reqwest::Method;
use serde_json::{Map, Value};

/// A request with its blanks.
#[derive(Debug, Clone)]
pub(in crate::profile) struct Request {
    method: Template,
    /// As far as settings decide it.
    methods: Vec<String>,
    url: Template,
    /// Where it can lead to.
    reaches: Vec<Reach>,
    /// Go where the method has them: into the URL (`GET`, `DELETE`) or into a form.
    parameters: Pairs,
    query: Pairs,
    headers: Pairs,
    body: Body,
    auth: Option<Auth>,
}

/// Names and values; one whose value is filled with nothing is left out.
type Pairs = Vec<(Template, Template)>;

/// A part of a request, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Its path: servers on the way may write it down.
    Address,
    Parameters,
    Headers,
    Body,
    SignIn,
}

#[derive(Debug, Clone)]
enum Body {
    None,
    Form(Pairs),
    Json(Json),
    Text { content_type: Template, text: Template },
}

#[derive(Debug, Clone)]
enum Json {
    Text(Template),
    Plain(Value),
    List(Vec<Json>),
    Object(Vec<(Template, Json)>),
}

#[derive(Debug, Clone)]
struct Auth {
    method: Template,
    user: Option<Template>,
    password: Option<Template>,
    token: Option<Template>,
    header: Option<Template>,
}

/// A request, filled in. It holds secrets: no `Debug`.
#[derive(Clone)]
pub(in crate::profile) struct Filled {
    pub method: Method,
    pub url: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: FilledBody,
    pub basic: Option<(String, String)>,
}

#[derive(Clone)]
pub(in crate::profile) enum FilledBody {
    None,
    Form(Vec<(String, String)>),
    Other { content_type: String, text: String },
}

impl Request {
    pub(super) fn read(section: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        only_one_of(section, &["parameters", "form", "json", "body"])?;
        let pairs = |key: &'static str| section.get(key).map_or(Ok(Vec::new()), |node| read_pairs(&node, scope));
        let url = section.required("url", "`url = \"{{ api_url }}/…\"`, where the request goes")?;
        let (method, methods) = match section.get("method") {
            Some(node) => {
                let template = scope.template(&node.text()?, Escape::None)?;
                let methods = methods(&template, scope).map_err(|message| node.error(message))?;
                (template, methods)
            }
            None => return Err(section.error("`method` is missing: add `method = \"GET\"` or `\"POST\"`")),
        };
        let body = if let Some(node) = section.get("json") {
            Body::Json(Json::read(&node, scope)?)
        } else if let Some(node) = section.get("body") {
            let text = node.section()?;
            let content_type = text.required("content_type", "`content_type`, such as `\"text/xml\"`")?.text()?;
            let escape = match content_type.value.to_ascii_lowercase() {
                kind if kind.contains("xml") || kind.contains("html") => Escape::Xml,
                kind if kind.contains("json") => Escape::Json,
                kind if kind.contains("urlencoded") => Escape::Url,
                _ => Escape::None,
            };
            let body = text.required("text", "`text`, the body")?.text()?;
            let template = scope.for_the_pbx().template(&body, escape)?;
            text.finish()?;
            Body::Text { content_type: scope.template(&content_type, Escape::None)?, text: template }
        } else if section.get("form").is_some() {
            Body::Form(pairs("form")?)
        } else {
            Body::None
        };
        let (url, reaches) = scope.address(&url.text()?)?;
        Ok(Self {
            method,
            methods,
            url,
            reaches,
            parameters: pairs("parameters")?,
            query: pairs("query")?,
            headers: pairs("headers")?,
            body,
            auth: section.get("auth").map(|node| Auth::read(&node, scope)).transpose()?,
        })
    }

    /// Signs in like another request, where this one does not say.
    pub fn sign_in_like(&mut self, other: &Request) {
        if self.auth.is_none() {
            self.auth.clone_from(&other.auth);
        }
    }

    /// Says the same as another request, where this one says nothing itself.
    pub fn body_like(&mut self, other: &Request) {
        if matches!(self.body, Body::None) && self.parameters.is_empty() {
            self.body.clone_from(&other.body);
            self.parameters.clone_from(&other.parameters);
        }
    }

    /// Every method it can have.
    pub fn methods(&self) -> &[String] {
        &self.methods
    }

    pub fn reaches(&self) -> &[Reach] {
        &self.reaches
    }

    /// Every text that is sent, with the part of the request it stands in.
    pub fn texts(&self) -> Vec<(Part, &Template)> {
        let mut texts = vec![(Part::Address, &self.url)];
        let in_pairs =
            [(Part::Parameters, &self.parameters), (Part::Parameters, &self.query), (Part::Headers, &self.headers)];
        for (part, pairs) in in_pairs {
            texts.extend(pairs.iter().map(|(_, value)| (part, value)));
        }
        match &self.body {
            Body::None => {}
            Body::Form(form) => texts.extend(form.iter().map(|(_, value)| (Part::Body, value))),
            Body::Json(json) => json.texts(&mut texts),
            Body::Text { text, .. } => texts.push((Part::Body, text)),
        }
        if let Some(auth) = &self.auth {
            let given = [&auth.user, &auth.password, &auth.token];
            texts.extend(given.into_iter().flatten().map(|text| (Part::SignIn, text)));
        }
        texts
    }

    /// The errors are sentences without any value.
    pub fn fill(&self, values: &Values, order: Option<OrderNames<'_>>) -> Result<Filled, String> {
        let method = method_of(&self.method.render(values, order)?)?;
        let in_url = matches!(method, Method::GET | Method::DELETE);
        let mut query = fill_pairs(&self.query, values, order)?;
        let parameters = fill_pairs(&self.parameters, values, order)?;
        let mut body = match &self.body {
            Body::None => FilledBody::None,
            Body::Form(pairs) => FilledBody::Form(fill_pairs(pairs, values, order)?),
            Body::Json(json) => FilledBody::Other {
                content_type: "application/json".to_owned(),
                text: json.fill(values, order)?.to_string(),
            },
            Body::Text { content_type, text } => FilledBody::Other {
                content_type: content_type.render(values, order)?,
                text: text.render(values, order)?,
            },
        };
        if in_url {
            query.extend(parameters);
        } else if !parameters.is_empty() {
            body = FilledBody::Form(parameters);
        }
        let url = self.url.render(values, order)?;
        reach::check(&self.reaches, &url, values)?;
        let mut filled =
            Filled { method, url, query, headers: fill_pairs(&self.headers, values, order)?, body, basic: None };
        if let Some(auth) = &self.auth {
            auth.fill(&mut filled, values, order)?;
        }
        Ok(filled)
    }
}

fn read_pairs(node: &Node<'_>, scope: &Scope<'_>) -> Result<Pairs, ProfileError> {
    let pair = |(name, value): (Text, Node<'_>)| {
        Ok((scope.template(&name, Escape::None)?, scope.for_the_pbx().template(&value.scalar()?, Escape::None)?))
    };
    node.section()?.entries().into_iter().map(pair).collect()
}

fn fill_pairs(pairs: &Pairs, values: &Values, order: Option<OrderNames<'_>>) -> Result<Vec<(String, String)>, String> {
    let mut filled = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        let pair = (name.render(values, order)?, value.render(values, order)?);
        if !pair.0.is_empty() && !pair.1.is_empty() {
            filled.push(pair);
        }
    }
    Ok(filled)
}

fn methods(template: &Template, scope: &Scope<'_>) -> Result<Vec<String>, String> {
    let order = OrderNames::SAMPLE;
    let defaults = Values::samples(scope.settings, true);
    let mut methods = Vec::new();
    for values in template.every_choice(&defaults, scope.settings) {
        let method = method_of(&template.render(&values, scope.knows_a_call().then_some(order))?)?.to_string();
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    Ok(methods)
}

fn method_of(text: &str) -> Result<Method, String> {
    match text.trim() {
        "GET" => Ok(Method::GET),
        "POST" => Ok(Method::POST),
        "PUT" => Ok(Method::PUT),
        "PATCH" => Ok(Method::PATCH),
        "DELETE" => Ok(Method::DELETE),
        other => Err(format!("`{other}` is no method here: use GET, POST, PUT, PATCH or DELETE")),
    }
}

impl Json {
    fn read(node: &Node<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        if node.is_table() {
            let entries = node.section()?.entries();
            let member =
                |(name, value): &(Text, Node<'_>)| Ok((scope.template(name, Escape::None)?, Self::read(value, scope)?));
            Ok(Self::Object(entries.iter().map(member).collect::<Result<_, _>>()?))
        } else if node.is_array() {
            let items = node.items("a list")?;
            Ok(Self::List(items.iter().map(|item| Self::read(item, scope)).collect::<Result<_, _>>()?))
        } else if node.is_text() {
            Ok(Self::Text(scope.for_the_pbx().template(&node.text()?, Escape::None)?))
        } else {
            let plain = serde_json::to_value(node.plain()?);
            Ok(Self::Plain(plain.map_err(|_| node.error("JSON has no such value: use a text, number or flag"))?))
        }
    }

    fn texts<'j>(&'j self, texts: &mut Vec<(Part, &'j Template)>) {
        match self {
            Self::Text(text) => texts.push((Part::Body, text)),
            Self::Plain(_) => {}
            Self::List(items) => items.iter().for_each(|item| item.texts(texts)),
            Self::Object(members) => members.iter().for_each(|(_, value)| value.texts(texts)),
        }
    }

    fn fill(&self, values: &Values, order: Option<OrderNames<'_>>) -> Result<Value, String> {
        match self {
            Self::Text(template) => Ok(Value::String(template.render(values, order)?)),
            Self::Plain(value) => Ok(value.clone()),
            Self::List(items) => items.iter().map(|item| item.fill(values, order)).collect(),
            Self::Object(members) => {
                let mut object = Map::new();
                for (name, value) in members {
                    object.insert(name.render(values, order)?, value.fill(values, order)?);
                }
                Ok(Value::Object(object))
            }
        }
    }
}

impl Auth {
    fn read(node: &Node<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        let section = node.section()?;
        let read = |key: &'static str, scope: &Scope<'_>| {
            section.get(key).map(|node| scope.template(&node.text()?, Escape::None)).transpose()
        };
        let one = |key: &'static str| read(key, &scope.for_the_pbx());
        let method_node = section.required("method", "`method = \"basic\"` (or none, bearer, header)")?;
        let auth = Self {
            method: scope.template(&method_node.text()?, Escape::None)?,
            user: one("user")?,
            password: one("password")?,
            token: one("token")?,
            header: read("header", scope)?,
        };
        section.finish()?;
        let samples = Values::samples(scope.settings, true);
        for values in auth.method.every_choice(&samples, scope.settings) {
            let order = OrderNames::SAMPLE;
            let mut filled = Filled::get(String::new());
            auth.fill(&mut filled, &values, scope.knows_a_call().then_some(order))
                .map_err(|message| method_node.error(message))?;
        }
        Ok(auth)
    }

    fn fill(&self, filled: &mut Filled, values: &Values, order: Option<OrderNames<'_>>) -> Result<(), String> {
        let one = |template: &Option<Template>, key: &str| match template {
            Some(template) => template.render(values, order),
            None => Err(format!("this way to sign in needs `{key}`: add it")),
        };
        match self.method.render(values, order)?.trim() {
            "none" | "" => {}
            "basic" => filled.basic = Some((one(&self.user, "user")?, one(&self.password, "password")?)),
            "bearer" => {
                let token = one(&self.token, "token")?;
                filled.headers.push(("Authorization".to_owned(), format!("Bearer {token}")));
            }
            "header" => filled.headers.push((one(&self.header, "header")?, one(&self.token, "token")?)),
            other => return Err(format!("`{other}` is no way to sign in: use none, basic, bearer or header")),
        }
        Ok(())
    }
}

impl Filled {
    /// A bare request for an address.
    pub fn get(url: String) -> Self {
        Self { method: Method::GET, url, query: Vec::new(), headers: Vec::new(), body: FilledBody::None, basic: None }
    }
}
