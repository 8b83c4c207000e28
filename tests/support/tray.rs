//! A desktop's tray: whoever shows an icon there tells it, and its menu can be read and clicked.

use super::{session::Session, until};
use std::collections::HashMap;
use tokio::sync::mpsc;
use zbus::{
    Connection, Proxy, connection, interface,
    message::Header,
    zvariant::{OwnedValue, Structure, Value},
};

/// The tray of a session.
pub struct Tray {
    /// Offers the tray's name for as long as it lives.
    connection: Connection,
    came: mpsc::UnboundedReceiver<Icon>,
}

/// Where an icon's properties are.
#[derive(Debug)]
struct Icon {
    owner: String,
    path: String,
}

/// An icon's menu.
pub struct Menu<'a> {
    menu: Proxy<'a>,
}

/// A line of the menu, in reading order; submenus' lines follow their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    id: i32,
    pub label: String,
    pub checked: bool,
}

struct Watcher(mpsc::UnboundedSender<Icon>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, #[zbus(header)] header: Header<'_>, item: String) {
        let owner = header.sender().map(ToString::to_string).unwrap_or_default();
        let path = if item.starts_with('/') { item } else { "/StatusNotifierItem".to_owned() };
        let _ = self.0.send(Icon { owner, path });
    }

    fn register_status_notifier_host(&self, _host: String) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Tray {
    /// Has to be there before the app starts.
    pub async fn of(session: &Session) -> Self {
        let bus = session.output("sh", ["-c", "echo $DBUS_SESSION_BUS_ADDRESS"]);
        let (tell, came) = mpsc::unbounded_channel();
        let connection = connection::Builder::address(bus.as_str())
            .and_then(|builder| builder.name("org.kde.StatusNotifierWatcher"))
            .and_then(|builder| builder.serve_at("/StatusNotifierWatcher", Watcher(tell)))
            .expect("a connection can be described");
        Self { connection: connection.build().await.expect("the session has a bus"), came }
    }

    /// The menu of the icon that came.
    pub async fn menu(&mut self) -> Menu<'_> {
        let icon = tokio::time::timeout(super::PATIENCE, self.came.recv()).await;
        let Icon { owner, path } = icon.expect("an icon comes in time").expect("the tray is there");
        let properties = Proxy::new(&self.connection, owner.clone(), path, "org.kde.StatusNotifierItem").await;
        let properties = properties.expect("the icon has properties");
        let path: zbus::zvariant::OwnedObjectPath = properties.get_property("Menu").await.expect("it has a menu");
        let menu = Proxy::new(&self.connection, owner, path, "com.canonical.dbusmenu").await;
        Menu { menu: menu.expect("the menu is there") }
    }
}

type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));

impl Menu<'_> {
    pub async fn items(&self) -> Vec<Item> {
        let layout: Result<Layout, _> = self.menu.call("GetLayout", &(0, -1, Vec::<String>::new())).await;
        let mut items = Vec::new();
        if let Ok((_, (_, _, children))) = layout {
            collect(children.iter().map(|child| &**child), &mut items);
        }
        items
    }

    /// Waits until a line begins like this.
    pub async fn shows(&self, label: &str) -> Item {
        let mut found = None;
        until(&format!("“{label}” in the tray's menu"), async || {
            let items = self.items().await;
            found = items.iter().find(|item| item.label.starts_with(label)).cloned();
            if found.is_some() { Ok(()) } else { Err(format!("{items:?}")) }
        })
        .await;
        found.expect("BUG: it was found")
    }

    pub async fn click(&self, label: &str) {
        let item = self.shows(label).await;
        let event = (item.id, "clicked", Value::from(0), 0_u32);
        self.menu.call_method("Event", &event).await.expect("the menu takes clicks");
    }
}

fn collect<'a>(children: impl Iterator<Item = &'a Value<'a>>, items: &mut Vec<Item>) {
    for child in children {
        let child = if let Value::Value(inner) = child { inner } else { child };
        let Value::Structure(fields) = child else { continue };
        let Some((id, properties, children)) = parts(fields) else { continue };
        let label = properties.get("label").and_then(|value| value.downcast_ref::<String>().ok());
        let checked = properties.get("toggle-state").and_then(|value| value.downcast_ref::<i32>().ok()) == Some(1);
        if let Some(label) = label {
            // An underscore marks the letter for the keyboard.
            items.push(Item { id, label: label.replace('_', ""), checked });
        }
        collect(children.iter(), items);
    }
}

fn parts<'a>(fields: &'a Structure<'a>) -> Option<(i32, HashMap<String, Value<'a>>, &'a [Value<'a>])> {
    match fields.fields() {
        [Value::I32(id), Value::Dict(properties), Value::Array(children)] => {
            let properties = HashMap::try_from(properties.try_clone().ok()?).ok()?;
            Some((*id, properties, children.inner()))
        }
        _ => None,
    }
}
