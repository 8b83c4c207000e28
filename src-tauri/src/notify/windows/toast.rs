//! One notification: shown, replaced, heard of, taken away.

use super::super::{Answer, toast_xml};
use tauri::AppHandle;
use tokio::sync::mpsc;
use windows::{
    Data::Xml::Dom::XmlDocument,
    Foundation::TypedEventHandler,
    UI::Notifications::{
        NotificationSetting, ToastActivatedEventArgs, ToastDismissalReason, ToastDismissedEventArgs,
        ToastFailedEventArgs, ToastNotification, ToastNotificationManager,
    },
    core::{Error, HSTRING, IInspectable, Interface, Ref, Result, h},
};

/// What became of a notification; the number says which of those that replaced each other.
#[derive(Debug)]
pub enum Happened {
    Answered(Answer),
    /// By the person.
    TakenAway(u32),
    /// Off the screen by itself: it is in the notification centre now.
    ToTheCentre(u32),
    Failed(u32, Error),
}

/// A notification that is there; it is heard of while this is held.
pub struct Shown(#[allow(dead_code, reason = "its handlers live as long as it does")] ToastNotification);

/// What is told, by whom. Cheap to clone.
#[derive(Clone)]
pub struct Toasts {
    app: HSTRING,
}

impl Toasts {
    pub fn of(app: &AppHandle) -> Self {
        Self { app: HSTRING::from(&app.config().identifier) }
    }

    /// Shows it in the place of the one with this tag. One that had gone to the notification centre is replaced there.
    pub fn show(
        &self,
        xml: &str,
        tag: &str,
        turn: u32,
        is_in_centre: bool,
        sender: mpsc::Sender<Happened>,
    ) -> Result<Shown> {
        let toast = self.made(xml)?;
        toast.SetTag(&HSTRING::from(tag))?;
        toast.SetSuppressPopup(is_in_centre)?;
        hear(&toast, turn, sender)?;
        self.put_up(&toast)?;
        Ok(Shown(toast))
    }

    /// Says something, and hears nothing.
    pub fn say(&self, xml: &str) -> Result<()> {
        self.put_up(&self.made(xml)?)
    }

    /// Off the screen and out of the notification centre.
    pub fn take_away(&self, tag: &str) {
        let removed = ToastNotificationManager::History()
            .and_then(|history| history.RemoveGroupedTagWithId(&HSTRING::from(tag), group(), &self.app));
        if let Err(error) = removed {
            tracing::info!(%error, "a notification stays until somebody takes it away");
        }
    }

    /// All of them.
    pub fn clear(&self) {
        let cleared = ToastNotificationManager::History().and_then(|history| history.ClearWithId(&self.app));
        if let Err(error) = cleared {
            tracing::info!(%error, "earlier notifications stay until somebody takes them away");
        }
    }

    fn made(&self, xml: &str) -> Result<ToastNotification> {
        let document = XmlDocument::new()?;
        document.LoadXml(&HSTRING::from(xml))?;
        let toast = ToastNotification::CreateToastNotification(&document)?;
        toast.SetGroup(group())?;
        // Windows before 1709 does not know of it.
        let _ = toast.SetExpiresOnReboot(true);
        Ok(toast)
    }

    fn put_up(&self, toast: &ToastNotification) -> Result<()> {
        let notifier = ToastNotificationManager::CreateToastNotifierWithId(&self.app)?;
        // Not known before the first one was shown.
        if let Ok(setting) = notifier.Setting()
            && setting != NotificationSetting::Enabled
        {
            tracing::info!(setting = setting.0, "Windows shows no notifications of Ringcard: it is told not to");
        }
        notifier.Show(toast)
    }
}

/// A tag alone can be removed for packaged apps only.
fn group() -> &'static HSTRING {
    h!("ringcard")
}

/// A place that is full means that nobody listens any more.
fn hear(toast: &ToastNotification, turn: u32, sender: mpsc::Sender<Happened>) -> Result<()> {
    let (answered, dismissed) = (sender.clone(), sender.clone());
    toast.Activated(&TypedEventHandler::new(move |_, arguments: Ref<'_, IInspectable>| {
        let _ = answered.try_send(Happened::Answered(answer(&arguments)));
        Ok(())
    }))?;
    toast.Dismissed(&TypedEventHandler::new(move |_, arguments: Ref<'_, ToastDismissedEventArgs>| {
        let _ = match arguments.ok()?.Reason()? {
            ToastDismissalReason::UserCanceled => dismissed.try_send(Happened::TakenAway(turn)),
            ToastDismissalReason::TimedOut => dismissed.try_send(Happened::ToTheCentre(turn)),
            // We took it away.
            _ => Ok(()),
        };
        Ok(())
    }))?;
    toast.Failed(&TypedEventHandler::new(move |_, arguments: Ref<'_, ToastFailedEventArgs>| {
        let error = Error::from_hresult(arguments.ok()?.ErrorCode()?);
        let _ = sender.try_send(Happened::Failed(turn, error));
        Ok(())
    }))?;
    Ok(())
}

/// A click on the notification itself opens.
fn answer(arguments: &Ref<'_, IInspectable>) -> Answer {
    let arguments = arguments.ok().and_then(|arguments| arguments.cast::<ToastActivatedEventArgs>());
    let text = arguments.and_then(|arguments| arguments.Arguments()).unwrap_or_default().to_string_lossy();
    toast_xml::read(&text).map_or(Answer::Open, |(_, answer)| answer)
}
