//! The class that Windows calls when a notification of ours is clicked in the notification centre, and starts this program
//! for where it does not run.

use crate::identity;
use classes::Factory;
use std::sync::Arc;
use windows::{
    Win32::System::Com::{
        CLSCTX_LOCAL_SERVER, CoIncrementMTAUsage, CoRegisterClassObject, CoRevokeClassObject, IClassFactory,
        REGCLS_MULTIPLEUSE,
    },
    core::Result,
};

/// Hears what a notification was written with.
type Hear = Arc<dyn Fn(&str) + Send + Sync>;

/// The class is there while this is held.
pub struct Registered(u32);

impl Drop for Registered {
    fn drop(&mut self) {
        // SAFETY: the number is the one that `CoRegisterClassObject` gave, and is given back once.
        #[allow(unsafe_code, reason = "COM")]
        let revoked = unsafe { CoRevokeClassObject(self.0) };
        if let Err(error) = revoked {
            tracing::debug!(%error, "the class of notifications stays registered");
        }
    }
}

/// From now on `hear` is called, on a thread of Windows' own, with what a clicked notification was written with.
pub fn register(hear: impl Fn(&str) + Send + Sync + 'static) -> Result<Registered> {
    let factory: IClassFactory = Factory(Arc::new(hear)).into();
    // SAFETY: COM lives on in this process, on no thread in particular, until it ends; the factory may be called from any
    // thread and is counted by COM.
    #[allow(unsafe_code, reason = "COM")]
    unsafe {
        CoIncrementMTAUsage()?;
        CoRegisterClassObject(&identity::ACTIVATOR, &factory, CLSCTX_LOCAL_SERVER, REGCLS_MULTIPLEUSE).map(Registered)
    }
}

#[allow(unsafe_code, reason = "COM, and what `#[implement]` makes of a class")]
mod classes {
    use super::Hear;
    use std::ffi::c_void;
    use windows::{
        Win32::{
            Foundation::CLASS_E_NOAGGREGATION,
            System::Com::{IClassFactory, IClassFactory_Impl},
            UI::Notifications::{
                INotificationActivationCallback, INotificationActivationCallback_Impl, NOTIFICATION_USER_INPUT_DATA,
            },
        },
        core::{BOOL, GUID, IUnknown, Interface, PCWSTR, Ref, Result, implement},
    };

    #[implement(IClassFactory)]
    pub struct Factory(pub Hear);

    impl IClassFactory_Impl for Factory_Impl {
        fn CreateInstance(&self, outer: Ref<'_, IUnknown>, wanted: *const GUID, made: *mut *mut c_void) -> Result<()> {
            if !outer.is_null() {
                return CLASS_E_NOAGGREGATION.ok();
            }
            let activator: INotificationActivationCallback = Activator(self.0.clone()).into();
            // SAFETY: both come from COM, which has them point to an interface's name and to a place for one.
            unsafe { activator.query(wanted, made).ok() }
        }

        fn LockServer(&self, _on: BOOL) -> Result<()> {
            // The app lives as long as the person wants.
            Ok(())
        }
    }

    #[implement(INotificationActivationCallback)]
    struct Activator(Hear);

    impl INotificationActivationCallback_Impl for Activator_Impl {
        fn Activate(
            &self,
            _app: &PCWSTR,
            arguments: &PCWSTR,
            _fields: *const NOTIFICATION_USER_INPUT_DATA,
            _count: u32,
        ) -> Result<()> {
            if arguments.is_null() {
                (self.0)("");
                return Ok(());
            }
            // SAFETY: it is no null, and COM's strings end with one.
            let arguments = unsafe { arguments.to_string() };
            // What is no text is not ours, and is a click all the same.
            (self.0)(&arguments.unwrap_or_default());
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use windows::{
        Win32::UI::Notifications::INotificationActivationCallback,
        core::{PCWSTR, w},
    };

    #[test]
    fn what_windows_calls_with_is_heard() {
        let (sender, heard) = mpsc::channel();
        let hear = move |arguments: &str| sender.send(arguments.to_owned()).expect("somebody listens");
        let factory: IClassFactory = Factory(Arc::new(hear)).into();
        // SAFETY: the factory is a live one, and the strings are constants.
        #[allow(unsafe_code, reason = "as COM calls it")]
        unsafe {
            let activator: INotificationActivationCallback = factory.CreateInstance(None).expect("it is made");
            activator.Activate(w!("org.ringcard.desktop"), w!("t1 call-back"), &[]).expect("it is called");
            activator.Activate(w!("org.ringcard.desktop"), PCWSTR::null(), &[]).expect("it is called");
        }
        assert_eq!(heard.try_iter().collect::<Vec<_>>(), ["t1 call-back", ""]);
    }

    #[test]
    fn the_class_can_be_registered() {
        drop(register(|_| {}).expect("COM takes it"));
    }
}
